// Data quality: from a section to an indicator, and from a number to what mends it, in English and French.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { MISSION, openChromium, openContext, signIn } from "./browser.mjs";

const words = {
  en: { complete: "Complete", verified: "Verified", open: "Open", enter: "Enter", section: "Section", history: "History", nothing: "not known" },
  fr: { complete: "Complètes", verified: "Vérifiées", open: "Ouvrir", enter: "Saisir", section: "Section", history: "Historique", nothing: "pas connu" },
};

describe("data quality", { concurrency: false }, () => {
  let browser;
  before(async () => (browser = await openChromium()));
  after(() => browser?.close());

  for (const language of ["en", "fr"]) {
    it(`leads from a number to its mending (${language})`, { timeout: 90_000 }, async () => {
      const say = words[language];
      const context = await openContext(browser, { width: 1360, height: 900, language });
      const page = await context.newPage();
      const errors = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      await signIn(page, "verifier");
      await page.goto(`/m/${MISSION}/quality?months=24`);
      const tables = page.getByRole("table");
      await tables.nth(1).waitFor();
      // What the screen says is what the door says.
      const told = await page.evaluate(async (address) => (await fetch(address)).json(), `/api/v1/missions/${MISSION}/data-quality?months=24`);
      const incomplete = told.indicators.find((one) => one.complete && one.complete.part < one.complete.of && one.last_period);
      const row = page.getByRole("row").filter({ hasText: incomplete.indicator_code });
      await row.getByRole("button", { name: new RegExp(`, ${say.complete}: `) }).click();
      const drawer = page.locator("aside.drawer");
      await drawer.locator("li").first().waitFor();
      const missing = incomplete.complete.of - incomplete.complete.part;
      assert.equal(await drawer.locator("li").count(), Math.min(missing, 1000), "one line for each place that is missing");
      await drawer.getByRole("link", { name: say.enter }).first().click();
      await page.locator("td[data-row='0'][data-column='0']").waitFor();
      assert.ok(page.url().includes(`indicator=${encodeURIComponent(incomplete.indicator_code)}`), page.url());

      await page.goto(`/m/${MISSION}/quality?months=24`);
      const unverified = told.indicators.find((one) => one.verified && one.verified.part < one.verified.of);
      await page.getByRole("row").filter({ hasText: unverified.indicator_code }).getByRole("button", { name: new RegExp(`, ${say.verified}: `) }).click();
      await drawer.getByRole("button", { name: say.open }).first().click();
      await drawer.getByRole("heading", { name: say.history }).waitFor();

      const section = unverified.section;
      await page.getByLabel(say.section, { exact: true }).selectOption(section);
      await page.waitForURL((url) => url.searchParams.get("section") === section);
      assert.equal(await tables.count(), 1, "one section needs no comparison of sections");

      // What was not known at the end of a day long ago, with the observation behind it.
      await page.goto(`/m/${MISSION}/indicators/OC-CIVDEATHS?view=changes&since=2020-01-01`);
      const changed = page.locator("#main tbody tr");
      await changed.first().waitFor();
      const known = await page.evaluate(async (address) => (await fetch(address)).json(), `/api/v1/missions/${MISSION}/series/OC-CIVDEATHS/changes?known_at=2020-01-01T23:59:59Z`);
      assert.equal(await changed.count(), Math.min(known.changes.length, 100));
      assert.ok((await changed.first().innerText()).includes(say.nothing));
      await changed.first().getByRole("button").click();
      await drawer.getByRole("heading", { name: say.history }).waitFor();
      assert.deepEqual(errors, []);
      await context.close();
    });
  }
});
