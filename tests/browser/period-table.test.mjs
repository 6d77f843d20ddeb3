// The table of a period, by mouse in English and by keyboard alone in French. What it shows is what the door says.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { MISSION, openChromium } from "./browser.mjs";
import { handOf, speaking, WAYS } from "./hands.mjs";
import { eventually, Person } from "./people.mjs";

for (const way of WAYS.filter(({ hand, language }) => (hand === "mouse") === (language === "en"))) {
  const { language } = way;
  const { says } = speaking(language);

  describe(`table of a period ${way.by}`, { concurrency: false }, () => {
    let browser;
    let verifier;
    before(async () => {
      browser = await openChromium();
      verifier = await Person.signsIn(browser, "verifier", language);
      await verifier.page.goto(`/m/${MISSION}`);
    });
    after(async () => {
      await browser?.close();
      assert.deepEqual(verifier.errors, []);
    });
    const { page, named, inDrawer, presses, chooses, leaves, row } = handOf(way, () => verifier);
    const address = () => new URL(page().url()).searchParams;

    it("shows every indicator that has data, by area, and opens a number to its observations", async () => {
      await verifier.goes("data");
      await presses(page().locator("#main").getByRole("link", { name: says("Table of a period", "Tableau d’une période") }));
      await eventually(async () => assert.equal(address().get("view"), "table"), "the table");
      await verifier.goes("data?view=table&period=2024-Q2");
      const told = await verifier.asks("period-tables/2024-Q2");
      assert.ok(told.series.length > 1, "the demo has data then");
      await row(told.series[0].indicator_code).first().waitFor();
      assert.equal(await page().locator("#main table.period-table tbody tr").count(), told.series.length);
      // A number that is there, of an area.
      const one = told.series.find((series) => series.parts.some((part) => part.area && typeof part.points[0]?.value === "number"));
      const areas = [...new Set(told.series.flatMap((series) => series.parts.map((part) => part.area)))].filter(Boolean);
      assert.equal(await page().locator("#main table.period-table thead th").count(), areas.length + 2, "a column for each area with data, and the mission");
      await presses(row(one.indicator_code).getByRole("button").first());
      await inDrawer("table").waitFor();
      assert.ok((await verifier.drawer.innerText()).includes(one.indicator_code));
      await leaves();
    });

    it("goes to other periods, lengths and sections, and the address holds them", async () => {
      await verifier.goes("data?view=table&period=2024-Q2");
      await presses(named("link", says(/^The period before/, /^La période précédente/)));
      await eventually(async () => assert.equal(address().get("period"), "2024-Q1"), "the quarter before");
      await presses(named("link", says(/^The period after/, /^La période suivante/)));
      await eventually(async () => assert.equal(address().get("period"), "2024-Q2"), "the quarter again");
      // From the top: behind the links are all numbers of the table.
      await verifier.goes("data?view=table&period=2024-Q2");
      await chooses(page().getByLabel(says("Frequency", "Fréquence"), { exact: true }), says("Year", "Année"));
      await eventually(async () => assert.equal(address().get("period"), "2024"), "its year");
      const told = await verifier.asks("period-tables/2024");
      await eventually(async () => assert.equal(await page().locator("#main table.period-table tbody tr").count(), told.series.length), "the year's rows");
      const sections = page().getByLabel(says("Section", "Section"), { exact: true });
      await chooses(sections, "Human Rights");
      await eventually(async () => assert.equal(address().get("section"), "Human Rights"), "one section");
      const own = await verifier.asks("period-tables/2024?section=Human%20Rights");
      assert.ok(own.series.length < told.series.length, "others have data too");
      await eventually(async () => assert.equal(await page().locator("#main table.period-table tbody tr").count(), own.series.length), "its rows");
      await verifier.goes("data?view=table&period=1950-Q1");
      await page().getByText(says("Nothing is recorded of", "Rien n’est enregistré pour")).waitFor();
    });
  });
}
