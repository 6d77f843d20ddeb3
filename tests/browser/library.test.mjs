// The library: a mission clones a part by keyboard; headquarters changes it; the change is offered, and taken or left:
// indicators first, then a framework in the draft of the plan.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { MISSION, openChromium } from "./browser.mjs";
import { keyboardOf } from "./keys.mjs";
import { eventually, Person } from "./people.mjs";

const ELECTIONS = "T-ELECTIONS";

const mark = Date.now().toString(36).toUpperCase();

describe("the library", { concurrency: false }, () => {
  let browser;
  let planner;
  let code;
  before(async () => {
    browser = await openChromium();
    planner = await Person.signsIn(browser, "coordinator");
    const { indicators } = await planner.asks("library");
    code = indicators.find((one) => !one.in_mission && one.indicator.level === "output").indicator.code;
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual(planner.errors, []);
  });
  const page = () => planner.page;
  const row = (text) => page().locator("#main tbody tr", { hasText: text });

  it("shows at least sixty indicators with their sheets, by theme", async () => {
    await planner.goes("library");
    assert.ok((await page().locator("#main tbody tr").count()) >= 60);
    await planner.chooses(page().getByLabel("Theme of the mandate"), "gender");
    await eventually(async () => assert.ok((await page().locator("#main tbody tr").count()) < 20));
    assert.match(page().url(), /theme=gender/);
    await page().locator("#main tbody th button").first().click();
    await planner.drawer.getByText("Means of verification").waitFor();
    await page().keyboard.press("Escape");
  });

  it("clones what is chosen by keyboard alone", async () => {
    await planner.goes("library");
    await page().getByLabel(`Choose ${code}`, { exact: true }).focus();
    await page().keyboard.press("Space");
    await page().getByLabel("Owner section").focus();
    await page().keyboard.type("JMAC");
    await page().getByRole("button", { name: "Clone 1 indicator", exact: true }).focus();
    await page().keyboard.press("Enter");
    await page().getByText("1 indicator was drafted:").waitFor();
    await row(code).getByRole("link", { name: "Open" }).waitFor();
  });

  it("offers what headquarters changes, and the mission takes it over", async () => {
    const keeper = await Person.signsIn(browser, "hq_analyst");
    await keeper.goes("library");
    await keeper.page.locator("#main tbody tr", { hasText: code }).locator("th button").click();
    await keeper.presses("Make the next version", keeper.drawer);
    await keeper.fills({ Unit: `of ${mark}` });
    await keeper.sends("Save");
    assert.deepEqual(keeper.errors, []);
    await planner.goes("library?view=offers");
    await row(code).getByText(`of ${mark}`).waitFor();
    await row(code).getByRole("button", { name: "Take over" }).focus();
    await page().keyboard.press("Enter");
    await eventually(async () => assert.equal(await row(code).count(), 0), "it is answered");
    await planner.goes(`indicators/${code}?view=sheet`);
    await page().getByText(`of ${mark}`).first().waitFor();
  });

  /** The draft of a plan, made where there is none. */
  async function theDraft() {
    const find = async () => (await planner.asks("plans")).plans.find((plan) => plan.state === "draft");
    if (!(await find())) {
      await planner.goes("plan");
      await planner.presses("Draft the next version");
      await eventually(async () => assert.ok(await find()), "a draft");
    }
    return find();
  }

  /** What was added still wants its stakeholders and sections; another suite submits this draft. */
  async function takesAway(draft) {
    const plan = await planner.asks(`plans/${draft.id}`);
    const added = plan.items.find((item) => item.library_code === ELECTIONS && item.kind === "objective");
    const status = await page().evaluate(async ([address, version]) => {
      const { csrf_token } = await (await fetch("/api/v1/session")).json();
      const headers = { "X-CSRF-Token": csrf_token, "If-Match": `"${version}"` };
      return (await fetch(address, { method: "DELETE", headers })).status;
    }, [`/api/v1/missions/${MISSION}/plans/${draft.id}/items/${added.id}`, plan.version]);
    assert.equal(status, 200);
  }

  const taken = async (draft) => (await planner.asks(`plans/${draft.id}`)).items.filter((item) => item.library_code === ELECTIONS);
  const framework = async () => (await planner.asks("library")).templates.find((one) => one.code === ELECTIONS);
  const waiting = async () => (await planner.asks("library/template-offers")).offers.filter((one) => one.code === ELECTIONS);
  const card = () => page().locator("#main section.card", { hasText: ELECTIONS });

  it("adds a framework to the draft", async () => {
    const draft = await theDraft();
    const whole = await framework();
    await planner.goes("library?view=frameworks&theme=elections");
    await card().getByRole("button", { name: /^Add to the draft/ }).click();
    await planner.fills({ "Lead section": "Electoral Affairs" });
    await planner.sends("Add to the draft");
    await eventually(async () => assert.match(page().url(), new RegExp(`plan/${draft.id}`)));
    const outputs = whole.outcomes.flatMap((outcome) => outcome.outputs);
    assert.equal((await taken(draft)).length, 1 + whole.outcomes.length + outputs.length);
    await takesAway(draft);
  });

  it("adds a part of it, and each item says where it comes from", async () => {
    const draft = await theDraft();
    const { title, version, outcomes } = await framework();
    await planner.goes("library?view=frameworks&theme=elections");
    await card().getByRole("button", { name: /^Add to the draft/ }).click();
    for (const outcome of outcomes.slice(1)) await planner.drawer.getByLabel(outcome.statement.en, { exact: true }).uncheck();
    for (const output of outcomes[0].outputs.slice(1)) await planner.drawer.getByLabel(output.statement.en, { exact: true }).uncheck();
    await planner.fills({ "Lead section": "Electoral Affairs" });
    await planner.sends("Add to the draft");
    await eventually(async () => assert.match(page().url(), new RegExp(`plan/${draft.id}`)));
    const items = await taken(draft);
    assert.deepEqual(items.map((item) => item.library_part_id), ["objective", outcomes[0].id, outcomes[0].outputs[0].id]);
    const output = page().locator("tr.output", { hasText: outcomes[0].outputs[0].statement.en });
    await output.getByRole("button", { name: /^Open/ }).first().click();
    await planner.drawer.getByText(`From the library: ${title.en}, version ${version}`).waitFor();
    await planner.fills({ "Statement (EN)": `Ballots by road and river ${mark}` });
    await planner.sends("Save");
  });

  it("headquarters makes the next version by keyboard alone, in French, and what changed is read", async () => {
    const keeper = await Person.signsIn(browser, "hq_analyst", "fr");
    const keyboard = keyboardOf(() => keeper);
    await keeper.goes("library?view=frameworks&theme=elections");
    await keyboard.presses(keyboard.named("button", /^Faire la version suivante/));
    await keyboard.types(keyboard.inDrawer("textbox", /^Effet 1 \(EN\)/), `The authority keeps its calendar ${mark}`);
    await keyboard.types(keyboard.inDrawer("textbox", /^Produit 1\.1 \(EN\)/), `Material delivered in time ${mark}`);
    await keyboard.presses(keyboard.inDrawer("button", "Ajouter un produit"));
    const place = (await framework()).outcomes[0].outputs.length + 1;
    await keyboard.types(keyboard.inDrawer("textbox", new RegExp(`^Produit 1\\.${place} \\(EN\\)`)), `Observers trained ${mark}`);
    await keyboard.presses(keyboard.inDrawer("button", "Enregistrer"));
    await keyboard.closed();
    await keyboard.presses(keyboard.named("button", /^Versions/));
    await keeper.drawer.locator("ins", { hasText: `The authority keeps its calendar ${mark}` }).waitFor();
    assert.match(await keeper.drawer.innerText(), new RegExp(`Nouveau dans la bibliothèque Produit Observers trained ${mark}`, "i"));
    assert.deepEqual(keeper.errors, []);
    await keeper.context.close();
  });

  it("offers each change beside ours: one taken by keyboard, one with ours kept, one left by mouse", async () => {
    const keyboard = keyboardOf(() => planner);
    const draft = await theDraft();
    const { version } = await framework();
    const offers = await waiting();
    assert.deepEqual(offers.map((one) => one.change), ["changed", "added", "changed"]);
    const offer = (text) => page().locator("#main article", { hasText: text });
    const isOne = async (part, check) => eventually(async () => check((await taken(draft)).find((item) => item.library_part_id === part)), "it is answered");
    await planner.goes("library?view=offers");

    await keyboard.presses(offer(`The authority keeps its calendar ${mark}`).getByRole("button", { name: /^Take over/ }));
    await isOne(offers[0].library_part_id, (item) => {
      assert.deepEqual([item.statement.en, item.library_version], [`The authority keeps its calendar ${mark}`, version]);
    });

    const ours = offer(`Ballots by road and river ${mark}`);
    await ours.getByText(`Material delivered in time ${mark}`).waitFor();
    assert.ok(await ours.getByLabel("Keep ours: Statement (English)").isChecked(), "what we wrote is not overwritten unless we say so");
    await keyboard.presses(ours.getByRole("button", { name: /^Take over/ }));
    await isOne(offers[2].library_part_id, (item) => {
      assert.deepEqual([item.statement.en, item.library_version], [`Ballots by road and river ${mark}`, version]);
    });

    const fresh = offer(`Observers trained ${mark}`);
    await fresh.getByRole("button", { name: /^Leave as ours/ }).click();
    await fresh.waitFor({ state: "detached" });
    assert.deepEqual(await waiting(), [], "nothing is offered again");
    assert.equal((await taken(draft)).length, 3);
    await takesAway(draft);
  });
});
