// Tasks: what is to be collected leads to its cell; a coordinator waives and takes back; in English and French.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { MISSION, openChromium, openContext, signIn } from "./browser.mjs";

const words = {
  en: { waive: "Waive", back: "Take waivers back", enter: "Enter", reason: "Reason", was: /1 task was waived/ },
  fr: { waive: "Dispenser", back: "Retirer les dispenses", enter: "Saisir", reason: "Motif", was: /1 tâche est dispensée/ },
};

describe("tasks", { concurrency: false }, () => {
  let browser;
  before(async () => (browser = await openChromium()));
  after(() => browser?.close());

  for (const language of ["en", "fr"]) {
    it(`leads to the cell, and is waived and taken back by keyboard (${language})`, { timeout: 120_000 }, async () => {
      const say = words[language];
      const context = await openContext(browser, { width: 1280, height: 900, language });
      const page = await context.newPage();
      const errors = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      await signIn(page, "coordinator");
      const told = (query) => page.evaluate(async (address) => (await fetch(address)).json(), `/api/v1/missions/${MISSION}/collection-tasks?${query}`);
      const before = await told("months=12");
      assert.ok(before.total > 0, "the demo has something to collect");
      await page.goto(`/m/${MISSION}/tasks`);
      const boxes = page.getByRole("checkbox");
      await boxes.first().waitFor();
      assert.equal(await boxes.count(), Math.min(before.total, 1000));

      await boxes.first().focus();
      await page.keyboard.press("Space");
      await page.getByRole("button", { name: say.waive, exact: true }).first().click();
      await page.getByLabel(say.reason, { exact: true }).fill(language === "en" ? "The office was closed." : "Le bureau était fermé.");
      await page.keyboard.press("Enter");
      await page.getByText(say.was).waitFor();
      assert.equal((await told("months=12")).total, before.total - 1);

      await page.goto(`/m/${MISSION}/tasks?state=waived`);
      await boxes.first().waitFor();
      assert.equal(await boxes.count(), 1);
      await boxes.first().check();
      await page.getByRole("button", { name: say.back }).click();
      await page.locator(".empty").waitFor();
      assert.equal((await told("months=12")).total, before.total, "all is as it was");

      await page.goto(`/m/${MISSION}/tasks`);
      await page.getByRole("link", { name: say.enter }).first().click();
      await page.locator("td[data-row='0'][data-column='0']").waitFor();
      assert.deepEqual(errors, []);
      await context.close();
    });
  }
});
