// The crosswalk to the budget, by mouse and by keyboard alone; the framework out to Excel, edited, previewed and in; a
// framework that somebody else typed.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { parts, withCell, workbookOf } from "./archive.mjs";
import { MISSION, openChromium } from "./browser.mjs";
import { eventually, Person } from "./people.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const mark = Date.now().toString(36);

describe("crosswalk and workbook", { concurrency: false }, () => {
  let browser;
  let planner;
  let draft;
  before(async () => {
    browser = await openChromium();
    planner = await Person.signsIn(browser, "coordinator");
    draft = (await planner.asks("plans")).plans.find((plan) => plan.state === "draft");
    assert.ok(draft, "a draft to work on");
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual(planner.errors, []);
  });
  const page = () => planner.page;
  const plan = () => planner.asks(`plans/${draft.id}`);
  const clean = async () => {
    const { violations } = await new AxeBuilder({ page: page() }).withTags(TAGS).analyze();
    assert.deepEqual(violations.map((rule) => `${rule.id}: ${rule.nodes[0].target.join(" ")}`), []);
  };
  const drops = (name, buffer) => page().locator('input[type="file"]').setInputFiles({ name, mimeType: XLSX, buffer });
  const taken = async () => {
    const bytes = await page().evaluate(async (address) => [...new Uint8Array(await (await fetch(address)).arrayBuffer())], `/api/v1/missions/${MISSION}/plans/${draft.id}/workbook.xlsx?language=en`);
    return Buffer.from(bytes);
  };
  const links = async () => (await planner.asks(`plans/${draft.id}/rbb-crosswalk`)).links.length;

  it("links an item and a line by keyboard alone, and takes the link away by mouse", async () => {
    await planner.goes(`plan/${draft.id}?view=budget`);
    const were = await links();
    const grid = page().getByRole("grid", { name: "Crosswalk to the results-based budget" });
    await grid.locator('[tabindex="0"]').focus();
    for (const key of ["ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft", "Home", "ArrowRight"]) await page().keyboard.press(key);
    const cell = grid.locator('[data-at="1:1"]');
    assert.equal(await cell.getAttribute("tabindex"), "0", "the arrows lead there");
    const before = await cell.getAttribute("aria-selected");
    await page().keyboard.press("Space");
    await eventually(async () => assert.equal(Math.abs((await links()) - were), 1));
    assert.notEqual(await cell.getAttribute("aria-selected"), before);
    await cell.click();
    await eventually(async () => assert.equal(await links(), were));
    await clean();
  });

  it("adds a line of the budget and removes it", async () => {
    await planner.presses("Add a budget line");
    await planner.fills({ "Code in the budget": `9.${mark}`, "Year of the budget": "FY2031" });
    await planner.drawer.locator("textarea").first().fill("A line for a while");
    await planner.sends("Add");
    await page().getByRole("button", { name: new RegExp(`9\\.${mark}`) }).click();
    await planner.presses("Remove", planner.drawer);
    await planner.presses("Confirm", planner.drawer);
    await eventually(async () => assert.ok(!(await planner.asks(`plans/${draft.id}/rbb-crosswalk`)).lines.some((line) => line.code === `9.${mark}`)));
  });

  it("gives the crosswalk and the framework as workbooks", async () => {
    const [download] = await Promise.all([page().waitForEvent("download"), page().getByRole("link", { name: "Download (Excel)" }).click()]);
    assert.equal(download.suggestedFilename(), "rbb-crosswalk.xlsx");
    const of = parts(await taken());
    assert.match(of.get("xl/workbook.xml").toString(), /veryHidden/);
    assert.ok(![...of].some(([name, part]) => name.startsWith("xl/worksheets/") && part.toString().includes("<f>")), "nothing that Excel would compute");
  });

  it("shows what an edited workbook would change, and changes it", async () => {
    await planner.goes(`plan/${draft.id}?view=workbook`);
    const was = (await plan()).items[0].statement.en;
    await drops("framework.xlsx", withCell(await taken(), 2, "D2", `${was} (${mark})`));
    await page().getByText("Apply 1 change", { exact: true }).waitFor();
    await page().locator("#main").getByText(`${was} (${mark})`).first().waitFor();
    assert.equal((await plan()).items[0].statement.en, was, "nothing is changed by looking");
    await clean();
    await page().getByRole("button", { name: "Apply 1 change" }).focus();
    await page().keyboard.press("Enter");
    await page().getByText("1 row was taken into the draft.").waitFor();
    assert.equal((await plan()).items[0].statement.en, `${was} (${mark})`);
    await drops("framework.xlsx", withCell(await taken(), 2, "D2", was));
    await page().getByRole("button", { name: "Apply 1 change" }).click();
    await page().getByText("1 row was taken into the draft.").waitFor();
    assert.equal((await plan()).items[0].statement.en, was);
  });

  it("names the cell of what is wrong, and applies nothing", async () => {
    await drops("framework.xlsx", withCell(await taken(), 2, "C3", "Miracle"));
    await page().getByRole("rowheader", { name: "Tree!C3" }).waitFor();
    assert.ok(await page().getByRole("button", { name: /^Apply/ }).isDisabled());
    await clean();
    await drops("notes.xlsx", Buffer.from("no workbook"));
    await page().getByText(/no workbook that can be read/).waitFor();
    assert.equal(await page().getByRole("button", { name: /^Apply/ }).count(), 0);
  });

  it("reads a framework that somebody typed, and is corrected", async () => {
    const before = (await plan()).items.length;
    const rows = [["CADRE DE RÉSULTATS"], ["Objectif", "Effet attendu", "Produit", "Qui", "Composante", "Indicateur", "Cible 2027"], [`Villages sûrs ${mark}`, "Les chefs changent", "Patrouilles", "JMAC", "Militaire", "Nombre de patrouilles", "1 500"], ["", "", "Radios", "JMAC", ""]];
    await drops("cadre.xlsx", workbookOf("Feuil1", rows));
    await page().getByText("This workbook was not made here.").waitFor();
    await planner.chooses(page().getByLabel("What column D holds"), "lead_section");
    await planner.chooses(page().getByLabel("Component where none is named"), "civilian");
    await planner.chooses(page().getByLabel("Dimension of outcomes where none is named"), "behaviour");
    await clean();
    await planner.presses("Look again");
    // What was looked at before stands there until the new one comes; only that can be applied.
    await page().getByRole("button", { name: "Apply 6 changes", disabled: false }).waitFor();
    await page().getByRole("row", { name: /OP-PATROUILLES/ }).first().waitFor();
    // The indicator is left for later.
    for (const column of ["F", "G"]) await planner.chooses(page().getByLabel(`What column ${column} holds`), "");
    await planner.presses("Look again");
    await page().getByRole("button", { name: "Apply 4 changes" }).click();
    await page().getByText("4 rows were taken into the draft.").waitFor();
    const after = await plan();
    assert.equal(after.items.length, before + 4);
    const added = after.items.find((item) => item.statement.fr === `Villages sûrs ${mark}`);
    assert.equal(after.items.find((item) => item.statement.fr === "Patrouilles" && item.number.startsWith(added.number)).component, "military");
    // The draft stays as it was for others.
    await page().evaluate(async ([address, version]) => {
      const { csrf_token } = await (await fetch("/api/v1/session")).json();
      await fetch(address, { method: "DELETE", headers: { "X-CSRF-Token": csrf_token, "Idempotency-Key": crypto.randomUUID(), "If-Match": `"${version}"` } });
    }, [`/api/v1/missions/${MISSION}/plans/${draft.id}/items/${added.id}`, after.version]);
    await eventually(async () => assert.equal((await plan()).items.length, before));
  });

  it("speaks French", async () => {
    await page().locator(".head button[lang]").click();
    await page().getByRole("link", { name: "Télécharger le classeur (Excel)" }).waitFor();
    // What the service refuses, it refuses in French too.
    await drops("notes.xlsx", Buffer.from("no workbook"));
    await page().getByText(/^Ce n’est pas un classeur lisible\. .* Rien n’a été modifié\.$/).waitFor();
    await clean();
    await planner.goes(`plan/${draft.id}?view=budget`);
    await page().getByRole("grid", { name: "Concordance avec le budget axé sur les résultats" }).waitFor();
    await clean();
    await page().locator(".head button[lang]").click();
  });
});
