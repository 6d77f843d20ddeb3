// Headquarters across missions: a shared indicator in all of them, by mouse and by keyboard alone; and what a mission
// sees of who read it.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { openChromium } from "./browser.mjs";
import { keyboardOf } from "./keys.mjs";
import { eventually, Person } from "./people.mjs";

const SHARED = "POC-RETURNS";

describe("headquarters", { concurrency: false }, () => {
  let browser;
  let hq;
  let planner;
  before(async () => {
    browser = await openChromium();
    hq = await Person.signsIn(browser, "hq_analyst");
    planner = await Person.signsIn(browser, "coordinator");
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual([...hq.errors, ...planner.errors], []);
  });
  const page = () => hq.page;
  const row = (code, of = page()) => of.locator("table.heat tbody tr", { has: of.locator("th", { hasText: code }) });
  const goes = async (address) => {
    await page().goto(address);
    await hq.stands();
  };

  it("comes from the choice of missions to all of them, with a shared indicator as missions and periods", async () => {
    await page().goto("/");
    await page().getByRole("link", { name: "All missions side by side" }).click();
    await hq.stands();
    await hq.chooses(page().getByLabel("Indicator of the library"), SHARED);
    await page().getByRole("heading", { name: /Displaced persons who returned/ }).waitFor();
    assert.match(page().url(), /\/hq\?indicator=POC-RETURNS/);
    for (const code of ["UNMIC", "UNMIR", "UNMOS"]) assert.equal(await row(code).count(), 1, code);
    assert.equal(await page().locator("table.heat thead th.n").count(), 13, "a rank and twelve quarters");
  });

  it("sets apart whose definition differs, names the field, and never ranks what is missing", async () => {
    assert.match(await row("UNMIR").innerText(), /apart/);
    assert.match(await page().locator(".differing > div", { hasText: "UNMIR" }).innerText(), /Unit: households \(library: persons\)/);
    const ranks = await page().locator("table.heat tbody tr:not(.differs) td:nth-child(2)").allInnerTexts();
    assert.deepEqual(ranks.filter((rank) => rank !== "–").map(Number), ranks.filter((rank) => rank !== "–").map((_, place) => place + 1), ranks.join());
    // A value stands in its cell, so that the shade is not needed; the first quarters of the demo have none.
    assert.ok((await row("UNMIC").locator("td.h1, td.h2, td.h3").count()) >= 6, "values are shaded");
    assert.ok((await row("UNMIC").locator(".figure-missing").count()) >= 1, "what is missing is no zero");
    assert.equal(await row("UNMIR").locator("td.h1, td.h2, td.h3").count(), 0, "another unit has another scale");
  });

  it("holds the periods in the address, and leads from a cell to the indicator in its mission", async () => {
    const first = page().locator("table.heat thead th.n").nth(1);
    const before = await first.innerText();
    await page().getByLabel("From period").fill("2024-Q4");
    await eventually(async () => assert.notEqual(await first.innerText(), before), "other periods");
    assert.match(page().url(), /from=2024-Q4/);
    const address = page().url();
    await page().reload();
    await hq.stands();
    assert.equal(page().url(), address);
    await row("UNMOS").locator("td.h1 a, td.h2 a, td.h3 a").first().click();
    await page().waitForURL(/\/m\/UNMOS\/indicators\/POC-RETURNS$/);
    await page().locator("#main h1", { hasText: /Displaced persons who returned/ }).waitFor();
    await page().goBack();
    await row("UNMOS").waitFor();
  });

  it("shows who is late, what became of recommendations, and themes, each leading to the mission", async () => {
    await goes("/hq?view=late");
    const late = (code) => page().locator("#main tbody tr", { has: page().locator("th", { hasText: code }) });
    assert.match(await late("UNMOS").innerText(), /Never published/);
    assert.match(await late("UNMIC").innerText(), /\d+ of \d+ reported/);
    await goes("/hq?view=recommendations");
    const all = await late("UNMIC").locator("td").first().innerText();
    assert.ok(Number(all) > 0, `recommendations of the demo: ${all}`);
    assert.equal(await late("UNMIR").locator("td").first().innerText(), "0", "none is a zero here: they are counted");
    await hq.chooses(page().getByLabel("Kind"), "resources");
    assert.match(page().url(), /kind=resources/);
    await late("UNMIC").getByRole("link", { name: "UNMIC" }).click();
    await page().waitForURL(/\/m\/UNMIC\/recommendations$/);
    await goes("/hq?view=themes");
    await page().locator("#main tbody tr", { hasText: "Women, peace and security" }).first().waitFor();
    assert.ok((await page().locator("#main tbody .status").count()) > 0, "with how they stand");
  });

  it("puts two missions side by side", async () => {
    await goes("/hq?view=missions");
    await hq.chooses(page().getByLabel("One mission"), "UNMIR");
    await hq.chooses(page().getByLabel("Other mission"), "UNMOS");
    const shared = page().locator("#main section").last().locator("tbody tr");
    await eventually(async () => assert.equal(await shared.count(), 3, "UNMOS has not taken the alerts"));
    assert.match(page().url(), /one=UNMIR&other=UNMOS/);
    await page().getByText("Choose two missions.").waitFor({ state: "detached" });
    await hq.chooses(page().getByLabel("Other mission"), "UNMIR");
    await page().getByText("Choose two missions.").waitFor();
  });

  it("is seen by the mission: who read it, and what", async () => {
    await planner.goes("members");
    await planner.page.getByRole("link", { name: "Reads from outside" }).click();
    const reads = planner.page.locator("#main tbody tr");
    await reads.filter({ hasText: "Values of the shared indicator POC-RETURNS from 2024-Q4" }).first().waitFor();
    assert.match(await reads.first().innerText(), /Daniel Asante/);
    const said = await planner.page.locator("#main tbody").innerText();
    assert.doesNotMatch(said, /UNMIR|UNMOS/, "it is not told of other missions");
  });

  it("is not there for anybody else", async () => {
    await planner.page.goto("/hq");
    await planner.page.getByText("Only headquarters reads across missions.").waitFor();
    assert.equal(await planner.page.evaluate(async () => (await fetch("/api/v1/hq/late")).status), 404);
    await planner.page.goto("/");
    await planner.page.waitForURL(/\/m\/UNMIC/);
  });
});

describe("headquarters by keyboard alone, in French", { concurrency: false }, () => {
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
  const { page, named, presses, chooses, tabsTo } = keyboardOf(() => hq);

  it("goes from the missions to one indicator in all, and on into a mission", async () => {
    await page().goto("/");
    await presses(named("link", "Toutes les missions côte à côte"));
    await hq.stands();
    await chooses(named("combobox", /^Indicateur de la bibliothèque/), SHARED);
    await page().locator(".differing > div", { hasText: "UNMIR" }).getByText(/households \(bibliothèque\s: persons\)/).waitFor();
    await tabsTo(page().locator(".scroller"));
    await presses(page().locator("table.heat tbody th a", { hasText: "UNMIC" }));
    await page().waitForURL(/\/m\/UNMIC\/indicators\/POC-RETURNS$/);
  });

  it("goes through the other views by Tab and Enter", async () => {
    await page().goto("/hq");
    await hq.stands();
    for (const [view, seen] of [["Qui est en retard", "Jamais publiée"], ["Recommandations", "Échéance dépassée"], ["Thèmes", "Effets et produits du plan en vigueur"], ["Ligne du temps", "s’est passé en même temps"], ["Mission face à mission", "Où en sont les plans en vigueur"]]) {
      await presses(named("link", view));
      await page().locator("#main").getByText(seen).first().waitFor();
    }
  });
});
