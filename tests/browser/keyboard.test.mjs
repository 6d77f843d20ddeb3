// Context and planning by keyboard alone, in French: from the head of each page to what is done there, by Tab, Enter,
// the space bar and letters. Nothing is focused or pressed by the test itself.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { openChromium } from "./browser.mjs";
import { keyboardOf } from "./keys.mjs";
import { eventually, Person } from "./people.mjs";

const mark = Date.now().toString(36).toUpperCase();

describe("by keyboard alone, in French", { concurrency: false }, () => {
  let browser;
  let planner;
  before(async () => {
    browser = await openChromium();
    planner = await Person.signsIn(browser, "coordinator", "fr");
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual(planner.errors, []);
  });
  const { page, keys, named, inDrawer, presses, types, chooses, closed, row } = keyboardOf(() => planner);

  it("records evidence, sees where it is used, and is back where it was", async () => {
    await planner.goes("context?view=evidence");
    await presses(named("button", "Consigner un élément de preuve"));
    await types(inDrawer("textbox", "Titre (obligatoire)"), `Relevé ${mark}`);
    await types(inDrawer("textbox", "Source (obligatoire)"), "Comité des marchés");
    await chooses(inDrawer("combobox", "Fiabilité de la source"), "C");
    await presses(inDrawer("button", "Consigner un élément de preuve"));
    await closed();
    await row(mark).waitFor();
    assert.match(await row(mark).innerText(), /C2/);
    const uses = named("button", `Où « Relevé ${mark} » est utilisé`);
    await presses(uses);
    await planner.drawer.getByText("Aucun facteur que vous pouvez voir ne s’appuie dessus.").waitFor();
    await planner.drawer.getByText("Aucun constat que vous pouvez voir ne s’appuie dessus.").waitFor();
    await keys().press("Escape");
    await closed();
    assert.ok(await uses.evaluate((element) => element === document.activeElement), "the focus is back");
  });

  it("puts a factor on a map with its area and evidence, and takes it away", async () => {
    const maps = (await planner.asks("context-maps")).context_maps;
    // The demo's own, which speaks of Sando; another suite may have begun one.
    const draft = maps.findLast((map) => map.state === "draft") ?? assert.fail("no draft of a map");
    await planner.goes(`context-maps/${draft.id}`);
    await presses(named("button", "Ajouter un facteur"));
    await types(inDrawer("textbox", /^Titre \(EN\)/), `Ferries ${mark}`);
    await types(inDrawer("textbox", /^Titre \(FR\)/), `Bacs ${mark}`);
    await chooses(inDrawer("combobox", "Type"), "Éco");
    await chooses(inDrawer("combobox", "Gravité (1–5)"), "4");
    await presses(inDrawer("checkbox", "Sando"), "Space");
    await presses(inDrawer("checkbox", new RegExp(`Relevé ${mark}`)), "Space");
    await presses(inDrawer("button", /^(Ajouter|Enregistrer)/));
    await closed();
    await row(`Bacs ${mark}`).waitFor();
    assert.match(await row(`Bacs ${mark}`).innerText(), /Économique[\s\S]*4[\s\S]*1 élément/);
    await presses(named("button", /^Retirer/, row(`Bacs ${mark}`)));
    await eventually(async () => assert.equal(await row(`Bacs ${mark}`).count(), 0), "the factor is gone");
  });

  it("compares two maps by a list", async () => {
    const maps = (await planner.asks("context-maps")).context_maps;
    const last = maps.find((map) => map.state === "published") ?? assert.fail("no published map");
    const before = maps.findLast((map) => map.id !== last.id) ?? assert.fail("no other map");
    await planner.goes(`context-maps/${last.id}`);
    await chooses(named("combobox", "Comparer avec"), before.title.fr);
    await page().waitForURL(/with=/);
    await planner.stands();
  });

  it("registers a stakeholder", async () => {
    await planner.goes("stakeholders?view=table");
    await presses(named("button", "Inscrire un acteur"));
    await types(inDrawer("textbox", "Nom (obligatoire)"), `Bateliers ${mark}`);
    await chooses(inDrawer("combobox", "Type"), "Soc");
    await presses(inDrawer("button", "Inscrire un acteur"));
    await eventually(async () => assert.ok(await named("heading", new RegExp(`Bateliers ${mark}`)).count()), "it is registered");
  });

  it("waives what the check asks, with a reason", async () => {
    const draft = (await planner.asks("plans")).plans.find((plan) => plan.state === "draft") ?? assert.fail("no draft of a plan");
    await planner.goes(`plan/${draft.id}?view=check`);
    const open = page().locator("#main tbody tr").filter({ has: page().getByRole("button", { name: /^Dispenser/ }) }).first();
    const sentence = (await open.getByRole("rowheader").innerText()).trim();
    await presses(named("button", /^Dispenser/, open));
    await types(named("textbox", "Motif", open), `Convenu avec la section ${mark}`);
    await presses(named("button", "Confirmer", open));
    const waived = row(`Convenu avec la section ${mark}`);
    await waived.waitFor({ state: "attached" });
    const list = page().locator("#main summary", { hasText: /dispensé/ });
    if (!(await waived.isVisible())) await presses(list);
    await waived.waitFor();
    assert.ok((await waived.innerText()).includes(sentence));
  });
});
