// Indicators that are computed, by keyboard; the reference sheet on one page; what changed between versions.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { MISSION, openChromium, openContext, signIn } from "./browser.mjs";
import { eventually, Person } from "./people.mjs";

const mark = Date.now().toString(36).toUpperCase();
const CODE = `CX-${mark}`;

describe("indicators", { concurrency: false }, () => {
  let browser;
  let planner;
  before(async () => {
    browser = await openChromium();
    planner = await Person.signsIn(browser, "coordinator");
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual(planner.errors, []);
  });
  const page = () => planner.page;
  const formula = () => planner.field("Formula");
  /** Sends the form of the drawer by keyboard and waits for what it says is wrong. */
  const refused = async (button, said) => {
    await planner.drawer.getByRole("button", { name: button, exact: true }).focus();
    await page().keyboard.press("Enter");
    await planner.drawer.getByText(said).first().waitFor();
  };

  it("refuses a formula that is none and units that clash, and keeps what was typed", async () => {
    await planner.goes("indicators");
    await page().getByRole("button", { name: "Draft an indicator" }).focus();
    await page().keyboard.press("Enter");
    await planner.fills({ Code: CODE, "Name (EN)": `Deaths and attacks ${mark}`, Level: "context", Unit: "persons" });
    await planner.fills({ Kind: "index", "Over time": "last", "Over areas": "none" });
    await formula().focus();
    await page().keyboard.type("OC-CIVDEATHS + (OC-ATTACKS");
    await refused("Draft", "At character 27: a \")\" is missing.");
    await formula().fill("OC-CIVDEATHS + OC-ATTACKS");
    await refused("Draft", "OC-CIVDEATHS is in persons and OC-ATTACKS in attacks; they cannot be added.");
    assert.equal(await formula().inputValue(), "OC-CIVDEATHS + OC-ATTACKS");
  });

  it("computes the values from the two at once, and explains each down to what was entered", async () => {
    await formula().fill("OC-CIVDEATHS / OC-ATTACKS");
    await planner.sends("Draft");
    await planner.stands();
    assert.match(page().url(), new RegExp(`indicators/${CODE}`));
    // Its definition is on its way to where the data are.
    await eventually(async () => {
      await page().reload();
      await planner.stands();
      assert.ok((await page().locator("#main tbody tr").count()) > 6, "no values yet");
    }, "values");
    const { parts } = await planner.asks(`series/${CODE}`);
    const point = parts[0].points.find((one) => one.value !== null);
    const of = async (code) => (await planner.asks(`series/${code}?first_period=${point.period}&last_period=${point.period}`)).parts[0].points[0].value;
    assert.ok(Math.abs(point.value - (await of("OC-CIVDEATHS")) / (await of("OC-ATTACKS"))) < 1e-9);
    await page().locator("#main tbody tr td.n button").first().click();
    await planner.drawer.getByText("OC-CIVDEATHS / OC-ATTACKS, where OC-CIVDEATHS = ").first().waitFor();
    await page().keyboard.press("Escape");
  });

  it("is refused where the formula comes back to itself, with the way round", async () => {
    await page().getByRole("button", { name: "Revise" }).click();
    await formula().fill(`OC-CIVDEATHS + ${CODE}`);
    await refused("Save", `The formula would be computed from itself: ${CODE} → ${CODE}.`);
    await formula().fill("OC-CIVDEATHS × 2");
    await planner.sends("Save");
  });

  it("tells what changed from version to version", async () => {
    await planner.goes(`indicators/${CODE}?view=versions`);
    const newest = page().locator("#main tbody tr").first();
    await newest.getByText("OC-CIVDEATHS / OC-ATTACKS").waitFor();
    assert.match(await newest.innerText(), /Formula:\s*OC-CIVDEATHS \/ OC-ATTACKS\s*→\s*OC-CIVDEATHS × 2/);
    await page().getByText("The first definition").waitFor();
  });

  it("is not offered for entry", async () => {
    await planner.goes("data");
    assert.doesNotMatch(await page().locator("#main").innerText(), new RegExp(CODE));
  });

  for (const language of ["en", "fr"]) {
    it(`prints its sheet on one page (${language})`, async () => {
      const context = await openContext(browser, { language });
      const sheet = await context.newPage();
      await signIn(sheet, "coordinator");
      await sheet.goto(`/m/${MISSION}/indicators/OC-CIVDEATHS?view=sheet`);
      await sheet.locator("table.reference").waitFor();
      const file = (await sheet.pdf({ format: "A4" })).toString("latin1");
      assert.equal([...file.matchAll(/\/Type\s*\/Page\b(?!s)/g)].length, 1);
      await context.close();
    });
  }

  it("takes targets as a grid: a pasted block, the reason where a period has begun, by keyboard alone", async () => {
    await planner.goes(`indicators/${CODE}?view=targets&as=grid`);
    const grid = page().getByRole("grid");
    const cell = (row, column) => grid.locator(`td[data-row="${row}"][data-column="${column}"]`);
    await cell(0, 0).focus();
    const block = "1,000\t12.5\t13\r\n2\t3\t4\r\n";
    await page().evaluate((text) => {
      const data = new DataTransfer();
      data.setData("text/plain", text);
      document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }, block);
    const id = (await planner.asks(`indicators/${CODE}`)).id;
    const values = async () => (await planner.asks(`targets?indicator_id=${id}`)).targets.map((one) => one.value).sort((one, other) => one - other);
    await eventually(async () => assert.deepEqual(await values(), [3, 4, 12.5, 13]));
    // The first column is a period that is over: its cells keep what was typed until there is a reason.
    await page().getByText("Say above why a target of a period that has begun is changed").first().waitFor();
    assert.match(await cell(0, 0).innerText(), /1,000/);
    await page().reload();
    await planner.stands();
    assert.match(await cell(0, 0).innerText(), /1,000/);
    await page().getByLabel("Why targets of periods that have begun are changed").fill("The mandate was cut.");
    await page().getByRole("button", { name: "Try again" }).focus();
    await page().keyboard.press("Enter");
    await eventually(async () => assert.deepEqual(await values(), [2, 3, 4, 12.5, 13, 1000]));
    await cell(0, 0).focus();
    await page().keyboard.type("900");
    await page().keyboard.press("Enter");
    await eventually(async () => assert.deepEqual(await values(), [2, 3, 4, 12.5, 13, 900]));
    await planner.goes(`indicators/${CODE}?view=targets`);
    await page().locator("#main tbody tr", { hasText: "The mandate was cut." }).first().waitFor();
  });
});
