// Tasks: what is to be collected leads to its cell; a coordinator assigns, waives and takes back; what waits by e-mail is
// chosen; in English and French.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { MISSION, openChromium, openContext, signIn } from "./browser.mjs";

const words = {
  en: { waive: "Waive", back: "Take waivers back", enter: "Enter", reason: "Reason", was: /1 task was waived/, to: "Assign to …", who: "Entered by", assign: "Assign", given: /1 place was assigned/, unassign: "Take back", taken: /1 assignment was taken back/, whose: "Whose tasks", often: "How often", save: "Save", saved: /counts from the next message/ },
  fr: { waive: "Dispenser", back: "Retirer les dispenses", enter: "Saisir", reason: "Motif", was: /1 tâche est dispensée/, to: "Confier à …", who: "Saisie par", assign: "Confier", given: /1 case a été confiée/, unassign: "Retirer", taken: /1 attribution a été retirée/, whose: "Tâches de", often: "Fréquence", save: "Enregistrer", saved: /à partir du prochain message/ },
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

    it(`is assigned by keyboard, filtered by whose it is, and taken back (${language})`, { timeout: 120_000 }, async () => {
      const say = words[language];
      const context = await openContext(browser, { width: 1280, height: 900, language });
      const page = await context.newPage();
      const errors = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      await signIn(page, "coordinator");
      const told = (query) => page.evaluate(async (address) => (await fetch(address)).json(), `/api/v1/missions/${MISSION}/collection-tasks?${query}`);
      const { account } = await page.evaluate(async () => (await fetch("/api/v1/session")).json());
      assert.equal((await told("assignee=me")).total, 0);
      const chosen = async () => {
        const box = page.getByRole("checkbox").first();
        await box.waitFor();
        await box.focus();
        await page.keyboard.press("Space");
        await page.getByRole("button", { name: say.to }).focus();
        await page.keyboard.press("Enter");
        const drawer = page.locator("aside.drawer");
        await drawer.getByLabel(say.who).waitFor();
        return drawer;
      };
      await page.goto(`/m/${MISSION}/tasks`);
      let drawer = await chosen();
      await drawer.getByLabel(say.who).selectOption(account.id);
      await drawer.getByRole("button", { name: say.assign, exact: true }).focus();
      await page.keyboard.press("Enter");
      await page.getByText(say.given).waitFor();
      const mine = await told("assignee=me");
      assert.ok(mine.total > 0);
      assert.ok(mine.tasks.every((one) => one.assignee_id === account.id && one.area === mine.tasks[0].area));

      await page.getByLabel(say.whose).selectOption("me");
      await page.waitForURL(/assignee=me/);
      await page.getByRole("cell", { name: account.name }).first().waitFor();
      assert.equal(await page.getByRole("checkbox").count(), mine.total);
      drawer = await chosen();
      await drawer.getByLabel(say.who).selectOption("nobody");
      await drawer.getByRole("button", { name: say.unassign, exact: true }).focus();
      await page.keyboard.press("Enter");
      await page.locator(".empty").waitFor();
      assert.equal((await told("assignee=me")).total, 0, "all is as it was");

      await page.goto(`/m/${MISSION}/members?view=digest`);
      const often = page.getByLabel(say.often);
      await often.waitFor();
      assert.equal(await often.inputValue(), "weekly");
      for (const rhythm of ["daily", "weekly"]) {
        await often.selectOption(rhythm);
        await page.getByRole("button", { name: say.save, exact: true }).click();
        await page.waitForFunction(async ([address, wanted]) => (await (await fetch(address)).json()).rhythm === wanted, [`/api/v1/missions/${MISSION}/digest`, rhythm]);
        await often.and(page.locator(":enabled")).waitFor();
      }
      assert.deepEqual(errors, []);
      await context.close();
    });
  }
});
