// Context by keyboard and by mouse: the interval of mapping, the lenses of a factor and their filter, two records that are one
// stakeholder, and areas found by what people call them.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { openChromium } from "./browser.mjs";
import { eventually, Person } from "./people.mjs";

const mark = Date.now().toString(36).toUpperCase();
const [kept, gone] = [`Salt Traders ${mark}`, `Commerçants du sel ${mark}`];

describe("context", { concurrency: false }, () => {
  let browser;
  let coordinator;
  before(async () => {
    browser = await openChromium();
    coordinator = await Person.signsIn(browser, "coordinator");
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual(coordinator.errors, []);
  });
  const page = () => coordinator.page;
  const summary = (text) => coordinator.drawer.locator("summary", { hasText: text }).first();

  it("sets how often the mission maps, and says when the next map is due", async () => {
    await coordinator.goes("context");
    const card = page().locator(".card", { hasText: "Regular mapping" });
    for (const [months, says] of [["36", "A new map every 36 months"], ["6", "A new map every 6 months"]]) {
      await coordinator.presses("Set the interval");
      await coordinator.field("Months between two maps (1–36)").fill(months);
      await coordinator.sends("Save");
      await card.getByText(says).waitFor();
    }
    await card.getByText("The next map is due by").waitFor();
  });

  it("writes a factor with its themes and lenses, and filters by them", async () => {
    const maps = (await coordinator.asks("context-maps")).context_maps;
    const draft = maps.find((map) => map.state === "draft");
    await coordinator.goes(`context-maps/${draft.id}`);
    await coordinator.presses("Add a factor");
    await coordinator.fills({ "Title (EN)": `Night market ${mark}`, Themes: `salt ${mark}, land` });
    await coordinator.field("Gender").selectOption("2");
    await coordinator.drawer.getByRole("button", { name: "Save" }).click();
    await coordinator.drawer.getByText("Say what differs for women, men, girls and boys.").first().waitFor();
    await coordinator.field("What differs for women, men, girls and boys (EN)").fill("Women sell by night");
    await coordinator.field("Protection of civilians").selectOption("false");
    await coordinator.sends("Save");
    const rows = page().locator("#main tbody tr");
    const all = await rows.count();
    await page().getByLabel("Theme").selectOption(`salt ${mark}`);
    await eventually(async () => assert.equal(await rows.count(), 1));
    await rows.getByText("Women sell by night").waitFor();
    assert.match(page().url(), /theme=/);
    await page().getByLabel("Theme").selectOption("");
    await page().getByLabel("Gender").focus();
    await page().keyboard.type("Not");
    await eventually(async () => assert.match(page().url(), /gender=not_seen/));
    await eventually(async () => assert.ok((await rows.count()) < all));
    await page().getByLabel("Gender").selectOption("");
    await eventually(async () => assert.equal(await rows.count(), all));
  });

  it("merges two records, reads them as one, and takes the merge back", async () => {
    for (const name of [gone, kept]) {
      await coordinator.goes("stakeholders");
      await coordinator.presses("Register a stakeholder");
      await coordinator.fills({ Name: name });
      await coordinator.sends("Register a stakeholder", async () => assert.equal(await coordinator.drawer.getByRole("heading", { name }).count(), 1));
    }
    await summary("Merge with another record").click();
    const other = coordinator.drawer.getByLabel("The same stakeholder is also recorded as");
    await other.selectOption({ label: `${gone} (State institution)` });
    await coordinator.drawer.getByRole("button", { name: "Merge", exact: true }).click();
    await coordinator.drawer.getByRole("button", { name: "Confirm" }).click();
    await coordinator.drawer.getByText(`Also recorded as: ${gone}`).waitFor();
    await eventually(async () => assert.equal(await page().locator(".chip", { hasText: gone }).count(), 0, "one of the two on the page"));
    await coordinator.drawer.getByRole("button", { name: "Undo the merge" }).click();
    await eventually(async () => assert.equal(await coordinator.drawer.getByText(`Also recorded as: ${gone}`).count(), 0));
    await page().locator(".chip", { hasText: gone }).waitFor();
  });

  it("finds an area by a near miss", async () => {
    const areas = (await coordinator.asks("areas")).areas;
    const area = areas.find((one) => one.name.en.length > 5);
    await coordinator.goes("context?view=areas");
    const search = page().getByLabel("Search by code, name or alias");
    await search.fill(area.name.en.slice(0, 2) + area.name.en.slice(3));
    await page().locator("tr", { hasText: area.code }).waitFor();
    await page().getByText("Near to it:").waitFor();
    await search.fill("xqxqxqxq");
    await page().getByText("No area is called “xqxqxqxq”").waitFor();
  });
});
