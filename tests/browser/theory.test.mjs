// The theory of change as a picture, by keyboard alone and by mouse, and the same as a table.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { openChromium } from "./browser.mjs";
import { eventually, Person } from "./people.mjs";

describe("the theory of change", { concurrency: false }, () => {
  let browser;
  let planner;
  let theory;
  before(async () => {
    browser = await openChromium();
    planner = await Person.signsIn(browser, "coordinator");
    theory = await planner.asks("plans/active/theory-of-change");
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual(planner.errors, []);
  });
  const page = () => planner.page;
  const node = (id) => page().locator(`svg.theory [data-node="${id}"]`);
  const focused = () => page().evaluate(() => document.activeElement?.getAttribute("data-node"));

  it("draws every result and link, each with a word for who cannot see it", async () => {
    await planner.goes("plan?view=links");
    await page().locator("svg.theory .node").first().waitFor();
    assert.equal(await page().locator("svg.theory .node").count(), theory.nodes.length);
    assert.equal(await page().locator("svg.theory[role=group] g.link").count(), theory.links.length);
    for (const one of [theory.nodes[0], theory.nodes.at(-1)]) assert.match(await node(one.item_id).getAttribute("aria-label"), new RegExp(`${one.number} `));
  });

  it("goes from an outcome along its link to the output, and opens why, by keyboard alone", async () => {
    const link = theory.links[0];
    await page().locator("svg.theory .node[tabindex='0']").focus();
    await node(link.outcome_id).focus();
    await page().keyboard.press("ArrowLeft");
    const at = await focused();
    assert.ok(theory.links.some((one) => one.outcome_id === link.outcome_id && one.output_id === at), "it is linked");
    await page().keyboard.press("Enter");
    const along = theory.links.find((one) => one.output_id === at);
    await planner.drawer.getByText(along.hypothesis.en).first().waitFor();
    await page().keyboard.press("Escape");
    await eventually(async () => assert.equal(await focused(), at), "the focus is back where it was");
  });

  it("opens a result by mouse", async () => {
    await node(theory.links[0].outcome_id).click();
    await planner.drawer.getByText("Hypothesis").first().waitFor();
    await page().keyboard.press("Escape");
  });

  it("says the same as a table, and the address keeps it", async () => {
    await page().getByRole("link", { name: "As a table" }).click();
    await eventually(async () => assert.equal(await page().locator("#main tbody tr").count(), theory.links.length));
    await page().reload();
    await planner.stands();
    assert.equal(await page().locator("#main tbody tr").count(), theory.links.length);
  });
});
