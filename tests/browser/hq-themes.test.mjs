// Themes over missions and the line of time: from a number to what it counts and on to where a value came from, by mouse and
// by keyboard alone; and what the mission sees of who looked into its own pages.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { openChromium } from "./browser.mjs";
import { keyboardOf } from "./keys.mjs";
import { eventually, Person } from "./people.mjs";

describe("themes and the line of time", { concurrency: false }, () => {
  let browser;
  let hq;
  let leader;
  before(async () => {
    browser = await openChromium();
    hq = await Person.signsIn(browser, "hq_analyst");
    leader = await Person.signsIn(browser, "leadership");
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual([...hq.errors, ...leader.errors], []);
  });
  const page = () => hq.page;
  const section = (name) => page().locator("section.card", { has: page().getByRole("heading", { name, exact: true }) });

  it("counts themes over missions, and says of which no plan is known", async () => {
    await page().goto("/hq?view=themes");
    await hq.stands();
    await page().getByText("No plan in force is known of UNMIR, UNMOS").waitFor();
    const poc = section("Themes").locator("tbody tr", { hasText: "Protection of civilians" });
    assert.match(await poc.innerText(), /1 of 3/);
    assert.match(await poc.innerText(), /better · \d+ same · \d+ worse/);
    assert.ok((await poc.locator(".status").count()) > 0, "how they stand and how they were rated");
    await hq.chooses(page().getByLabel("Region"), "Eastern Africa");
    assert.match(page().url(), /region=014/);
  });

  it("opens from a number what it counts, and from a value where it came from", async () => {
    await page().goto("/hq?view=themes&theme=poc");
    await hq.stands();
    const mission = page().locator("section.card").first().locator("tbody tr", { hasText: "UNMIC" });
    const outcomes = mission.locator("td.n a").first();
    const count = Number(await outcomes.innerText());
    assert.ok(count > 1, `outcomes: ${count}`);
    assert.match(await page().locator("section.card").first().locator("tbody tr", { hasText: "UNMIR" }).innerText(), /No plan in force/);
    await outcomes.click();
    assert.match(page().url(), /in=UNMIC/);
    assert.match(page().url(), /show=outcome/);
    await eventually(async () => assert.equal(await section("What is counted").locator("tbody tr").count(), count), "as many as were counted");
    await eventually(async () => assert.equal(await page().evaluate(() => document.activeElement?.id), "hq-counted"), "the number leads there");
    await section("What is counted").getByRole("link", { name: /^Where it came from: / }).first().click();
    await page().waitForURL(/\/m\/UNMIC\/indicators\/[A-Z-]+\?period=/);
    await hq.drawer.waitFor();
    await page().goBack();
    await section("Added up over missions").getByText("there is nothing that may be added up").waitFor();
  });

  it("tells what became of recommendations by theme", async () => {
    await page().goto("/hq?view=recommendations");
    await hq.stands();
    const rows = section("What became of them, by theme").locator("tbody tr");
    assert.ok((await rows.count()) > 1, "themes of the demo's recommendations");
    await rows.locator("th a").first().click();
    await page().waitForURL(/view=themes/);
    assert.match(page().url(), /show=recommendation/);
    await section("What is counted").locator("tbody tr").first().waitFor();
  });

  it("puts missions on one line of time, beside each other and never one because of the other", async () => {
    await page().goto("/hq?view=time");
    await hq.stands();
    await page().getByText("happened at the same time").waitFor();
    const line = page().locator("section.card", { has: page().locator("#line-UNMIC") });
    await line.locator("svg.time-line").waitFor();
    for (const kind of ["Target achieved", "Plan in force", "Context map published"]) assert.ok((await line.locator("table tbody tr", { hasText: kind }).count()) > 0, kind);
    assert.ok((await line.locator("svg.time-line .bar").count()) > 20, "months of events");
    assert.match(await line.getByRole("table", { name: "Changes of level" }).innerText(), /Attacks on civilians recorded\s+Number of events: Violence against civilians|Attacks on civilians recorded/);
    assert.doesNotMatch(await page().locator("#main").innerText(), /caused|because of the mission/i);
    await page().getByLabel("From month").fill("2024-0");
    assert.equal(await page().locator(".notice.wrong").count(), 0, "half a month asks for nothing");
    await page().getByRole("checkbox", { name: /^UNMIR/ }).uncheck();
    assert.match(page().url(), /missions=UNMIC%2CUNMOS/);
    await eventually(async () => assert.equal(await page().locator("#line-UNMIR").count(), 0), "only those that are chosen are read");
  });

  it("is there for the mission's own leadership", async () => {
    await leader.goes("leadership");
    await leader.page.getByRole("link", { name: "Line of time" }).click();
    await leader.page.locator("svg.time-line").waitFor();
    assert.match(leader.page.url(), /view=time/);
    await leader.page.getByRole("table", { name: "What stands on the line" }).getByRole("link").first().click();
    await leader.page.waitForURL((address) => !address.search.includes("view=time"));
    await leader.stands();
  });

  it("is seen by the mission, as is each look into its own pages", async () => {
    await page().goto("/m/UNMIC/plan");
    await hq.stands();
    await leader.goes("members?view=reads");
    const reads = leader.page.locator("#main tbody tr");
    await reads.filter({ hasText: "The mission’s own pages: plan" }).first().waitFor();
    await reads.filter({ hasText: "The line of time" }).first().waitFor();
    await reads.filter({ hasText: "What the plan has under the marker poc" }).first().waitFor();
    assert.match(await reads.filter({ hasText: "The mission’s own pages: plan" }).first().innerText(), /Daniel Asante/);
  });
});

describe("themes and the line of time by keyboard alone, in French", { concurrency: false }, () => {
  let browser;
  let hq;
  before(async () => {
    browser = await openChromium();
    hq = await Person.signsIn(browser, "hq_analyst", "fr");
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual(hq.errors, []);
  });
  const { page, keys, tabsTo, named, presses } = keyboardOf(() => hq);

  it("goes from a theme to an outcome's indicator and where its value came from", async () => {
    await page().goto("/hq");
    await hq.stands();
    await presses(named("link", "Thèmes"));
    await presses(named("link", "Protection des civils"));
    await page().getByText("Sous-régions des Nations Unies").waitFor();
    await presses(page().locator("section.card").first().locator("tbody tr", { hasText: "UNMIC" }).locator("td.n a").first());
    await eventually(async () => assert.equal(await page().evaluate(() => document.activeElement?.id), "hq-counted"), "the number leads there");
    await presses(named("link", /^D’où elle vient/));
    await page().waitForURL(/\/m\/UNMIC\/indicators\/[A-Z-]+\?period=/);
    await hq.drawer.waitFor();
  });

  it("goes to the line of time, and chooses missions with the space bar", async () => {
    await page().goto("/hq");
    await hq.stands();
    await presses(named("link", "Ligne du temps"));
    await page().getByText("s’est passé en même temps").waitFor();
    await page().locator("#line-UNMIR").waitFor();
    await tabsTo(page().getByRole("checkbox", { name: /^UNMIR/ }));
    await keys().press("Space");
    await eventually(async () => assert.equal(await page().locator("#line-UNMIR").count(), 0), "it is not read any more");
    await presses(page().locator("summary", { hasText: "Toutes les valeurs" }).first());
    await page().getByRole("table", { name: "Toutes les valeurs" }).first().waitFor();
  });
});
