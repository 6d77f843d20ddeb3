// Stakeholders by keyboard and by mouse: the network on any date, a relation added and ended, a strategy, a move on the
// grid; and two context maps side by side.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { openChromium } from "./browser.mjs";
import { eventually, Person } from "./people.mjs";

// A run may meet what an earlier run left: its own things carry its own mark.
const mark = Date.now().toString(36).toUpperCase();
const [one, other] = [`Market Women ${mark}`, `Ferry Owners ${mark}`];

describe("stakeholders", { concurrency: false }, () => {
  let browser;
  let analyst;
  before(async () => {
    browser = await openChromium();
    analyst = await Person.signsIn(browser, "adviser");
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual(analyst.errors, []);
  });
  const page = () => analyst.page;
  const summary = (text) => analyst.drawer.locator("summary", { hasText: text }).first();

  it("registers two, and says that one funds the other", async () => {
    for (const name of [one, other]) {
      await analyst.goes("stakeholders");
      await analyst.presses("Register a stakeholder");
      await analyst.fills({ Name: name });
      await analyst.sends("Register a stakeholder", async () => assert.equal(await analyst.drawer.getByRole("heading", { name }).count(), 1));
    }
    await summary("Add a relation").click();
    const form = analyst.drawer.locator("details[open] form");
    await form.getByLabel("The other stakeholder").selectOption({ label: one });
    await form.getByLabel("Who to whom").selectOption({ label: `The other → ${other}` });
    await form.getByLabel("Kind").selectOption("funds");
    await form.getByLabel("Since").fill("2025-02-01");
    await form.getByRole("button", { name: "Add a relation" }).click();
    await analyst.drawer.locator("li", { hasText: `${one} funds ${other}` }).waitFor();
  });

  it("records a strategy, which no outcome takes up yet", async () => {
    await summary("Record a strategy").click();
    const form = analyst.drawer.locator("details[open] form", { hasText: "Lever" });
    await form.getByLabel("What should be different (EN)").fill("Ferries run at night again");
    await form.getByLabel("Lever").selectOption("advocate");
    await form.getByLabel("Owner section").fill("Civil Affairs");
    await form.getByRole("button", { name: "Record a strategy" }).click();
    await analyst.drawer.locator("li", { hasText: "Ferries run at night again" }).getByText("Not yet planned").waitFor();
    await analyst.goes("stakeholders?view=strategies&take_up=not_planned");
    await page().locator("tr", { hasText: "Ferries run at night again" }).filter({ hasText: other }).waitFor();
  });

  it("walks the network by arrow keys, opens one with Enter, and reads the same as a table", async () => {
    await analyst.goes("stakeholders?view=network");
    const nodes = page().locator(".network [data-node]");
    await nodes.first().waitFor();
    assert.equal(await page().locator('.network [data-node][tabindex="0"]').count(), 1, "one stop for Tab");
    await page().locator('.network [data-node][tabindex="0"]').focus();
    const at = () => page().evaluate(() => document.activeElement?.getAttribute("data-node"));
    const first = await at();
    const seen = new Set([first]);
    for (const key of ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowUp", "ArrowLeft", "ArrowDown", "ArrowRight"]) {
      await page().keyboard.press(key);
      seen.add(await at());
    }
    assert.ok(seen.size > 2 && !seen.has(null), "the arrows go from one to another");
    const name = await page().evaluate(() => document.activeElement?.getAttribute("aria-label")?.split(",")[0]);
    const chosen = await at();
    await page().keyboard.press("Enter");
    await analyst.drawer.getByRole("heading", { name }).waitFor();
    await page().keyboard.press("Escape");
    assert.equal(await at(), chosen, "the focus comes back");
    const drawn = await nodes.count();
    await page().getByRole("link", { name: "Stakeholders", exact: true }).last().click();
    await eventually(async () => assert.equal(await page().locator("#main tbody tr").count(), drawn));
    assert.match(page().url(), /as=people/);
  });

  it("goes back in time from change to change, and the address keeps the day", async () => {
    await analyst.goes("stakeholders?view=network&as=relations");
    const row = page().locator("tr", { hasText: one });
    await row.waitFor();
    const slider = page().getByRole("slider");
    await slider.focus();
    await page().keyboard.press("Home");
    await eventually(async () => assert.match(page().url(), /as_of=\d{4}-\d\d-\d\d/));
    await eventually(async () => assert.equal(await row.count(), 0, "the first day is before 2025"));
    await page().keyboard.press("End");
    await row.waitFor();
    assert.doesNotMatch(page().url(), /as_of/);
  });

  it("ends a relation; it stays in the days before", async () => {
    await page().locator("tr", { hasText: one }).getByRole("button", { name: one }).click();
    await summary("End it").click();
    await analyst.drawer.getByLabel("Last day").first().fill("2025-06-30");
    await analyst.drawer.getByRole("button", { name: "End it" }).click();
    await eventually(async () => assert.equal(await page().locator("#main tr", { hasText: one }).count(), 0));
    await analyst.goes("stakeholders?view=network&as=relations&as_of=2025-06-30");
    await page().locator("tr", { hasText: one }).waitFor();
  });

  it("moves a stakeholder on the grid by keyboard, takes it back, then confirms it", async () => {
    await analyst.goes(`stakeholders?who=`);
    await page().locator(".card .chip", { hasText: one }).click();
    await summary("Assess").click();
    const form = analyst.drawer.locator("details[open] form").first();
    await form.getByLabel("On the date").fill("2025-03-01");
    await form.getByRole("button", { name: "Assess" }).click();
    const chip = page().locator(".stance button.chip", { hasText: one });
    await chip.waitFor();
    await page().keyboard.press("Escape");
    await chip.focus();
    await page().keyboard.press("Shift+ArrowRight");
    await eventually(async () => assert.equal(await chip.getAttribute("data-cell"), "3:1"));
    assert.equal(await page().locator(".stance .ghost", { hasText: one }).count(), 1, "where it stood is marked");
    await page().keyboard.press("Escape");
    await eventually(async () => assert.equal(await chip.getAttribute("data-cell"), "3:0"));
    await page().keyboard.press("Shift+ArrowRight");
    await page().keyboard.press("Shift+ArrowUp");
    await page().keyboard.press("Enter");
    await page().keyboard.type("Opened the night market");
    await page().keyboard.press("Enter");
    await eventually(async () => assert.equal(await page().locator(".stance .moving").count(), 0));
    assert.equal(await chip.getAttribute("data-cell"), "4:1");
    await page().getByLabel("Show where each one came from").check();
    assert.match(page().url(), /trail=1/);
    await page().locator(".stance .ghost", { hasText: one }).waitFor();
  });

  it("begins the next map from the last one, and compares the two", async () => {
    const maps = (await analyst.asks("context-maps")).context_maps;
    const last = maps.find((map) => map.state === "published");
    await analyst.goes(`context-maps/${last.id}`);
    await analyst.presses("Begin the next map from this one");
    await analyst.fills({ "Title (EN)": `Carana, next ${mark}` });
    await analyst.sends("Draft", async () => assert.doesNotMatch(page().url(), new RegExp(last.id)));
    await page().getByRole("heading", { name: `Carana, next ${mark}` }).waitFor();
    await page().getByLabel("Compare with").selectOption(last.id);
    await page().locator("h2", { hasText: "What changed" }).waitFor();
    const rows = page().locator("#main table").first().locator("tbody tr");
    assert.equal(await rows.count(), last.factors.length);
    assert.equal(await rows.filter({ hasText: "Same" }).count(), last.factors.length, "nothing has changed yet");
  });
});
