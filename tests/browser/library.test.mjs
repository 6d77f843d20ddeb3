// The library: a mission clones a part by keyboard; headquarters changes it; the change is offered, and taken or left.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { MISSION, openChromium } from "./browser.mjs";
import { eventually, Person } from "./people.mjs";

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

  it("adds a framework to the draft", async () => {
    const find = async () => (await planner.asks("plans")).plans.find((plan) => plan.state === "draft");
    if (!(await find())) {
      await planner.goes("plan");
      await planner.presses("Draft the next version");
      await eventually(async () => assert.ok(await find()), "a draft");
    }
    const draft = await find();
    await planner.goes("library?view=frameworks&theme=elections");
    await page().getByRole("button", { name: /^Add to the draft/ }).first().click();
    await planner.fills({ "Lead section": "Electoral Affairs" });
    await planner.sends("Add to the draft");
    await eventually(async () => assert.match(page().url(), new RegExp(`plan/${draft.id}`)));
    const plan = await planner.asks(`plans/${draft.id}`);
    const added = plan.items.find((item) => item.statement.en.startsWith("Elections are held in time"));
    assert.ok(added);
    // What was added still wants its stakeholders and sections; another suite submits this draft.
    const status = await page().evaluate(async ([address, version]) => {
      const { csrf_token } = await (await fetch("/api/v1/session")).json();
      const headers = { "X-CSRF-Token": csrf_token, "If-Match": `"${version}"` };
      return (await fetch(address, { method: "DELETE", headers })).status;
    }, [`/api/v1/missions/${MISSION}/plans/${draft.id}/items/${added.id}`, plan.version]);
    assert.equal(status, 200);
  });
});
