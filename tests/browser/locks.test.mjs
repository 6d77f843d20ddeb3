// Locks: a coordinator locks a period with a reason, those who enter run into it and read why, a value is corrected late with a
// reason, and the period is opened again; by mouse in English, by keyboard alone in French.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { MISSION, openChromium } from "./browser.mjs";
import { handOf, speaking } from "./hands.mjs";
import { eventually, Person } from "./people.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const SECTION = "Human Rights";
// Years long past, each run in others.
const YEAR = 1930 + 2 * (Math.floor(Date.now() / 1000) % 25);

describe("locked periods", { concurrency: false }, () => {
  let browser;
  before(async () => (browser = await openChromium()));
  after(() => browser?.close());

  for (const [place, way] of [{ hand: "mouse", language: "en" }, { hand: "keyboard", language: "fr" }].entries()) {
    const year = YEAR + place;
    const { says, label } = speaking(way.language);

    it(`are locked, corrected late and unlocked, each with a reason (${way.hand}, ${way.language})`, { timeout: 180_000 }, async () => {
      const focal = await Person.signsIn(browser, "focal_point", way.language);
      const coordinator = await Person.signsIn(browser, "coordinator", way.language);
      const hand = handOf(way, () => coordinator);
      const asks = (path) => coordinator.page.evaluate(async (address) => (await fetch(address)).json(), `/api/v1/missions/${MISSION}/${path}`);
      const grid = `entry?section=${encodeURIComponent(SECTION)}&every=month&to=${year}-12`;
      const stands = async () => (await asks(`entry-cells?section=${encodeURIComponent(SECTION)}&first_period=${year}-01&last_period=${year}-12`)).cells;
      const cell = (person, column) => person.page.locator(`td[data-row='0'][data-column='${column}']`);
      const accessible = async (person) => {
        const { violations } = await new AxeBuilder({ page: person.page }).withTags(TAGS).analyze();
        assert.deepEqual(violations.map((rule) => `${rule.id}: ${rule.nodes[0].target.join(" ")}`), []);
      };

      await focal.goes(grid);
      await cell(focal, 2).click();
      await focal.page.keyboard.type("4");
      await focal.page.keyboard.press("Enter");
      await eventually(async () => assert.deepEqual((await stands()).map((one) => [one.period, one.value]), [[`${year}-03`, 4]]), "the value is stored");

      // Locked, with a reason; once.
      await coordinator.goes("locks");
      await hand.presses(hand.named("button", says("Lock a period", "Verrouiller une période")));
      const drawer = coordinator.drawer;
      await hand.types(drawer.getByLabel(label("Period", "Période")), String(year));
      await hand.types(drawer.getByLabel(label("Reason", "Motif")), "Reported to HQ");
      await accessible(coordinator);
      await hand.presses(hand.inDrawer("button", says("Lock a period", "Verrouiller une période")));
      await hand.closed();
      const row = coordinator.page.locator("#main tbody tr", { hasText: String(year) });
      await row.getByText(says("Locked", "Verrouillée"), { exact: false }).first().waitFor();
      assert.match(await row.innerText(), /Reported to HQ/);

      // Whoever enters reads why, and nothing is typed there.
      await focal.goes(grid);
      await cell(focal, 2).click();
      await focal.page.locator(".entry-bar", { hasText: "Reported to HQ" }).waitFor();
      await focal.page.keyboard.type("5");
      await focal.page.keyboard.press("Enter");
      assert.equal(await focal.page.locator("input.editor").count(), 0);
      await focal.goes("locks");
      assert.equal(await focal.page.getByRole("button", { name: says("Unlock", "Déverrouiller") }).count(), 0, "not theirs to open");

      // A coordinator corrects the value late: not without a reason.
      await coordinator.goes(grid);
      await hand.walks(cell(coordinator, 0), cell(coordinator, 2), "ArrowRight");
      if (way.hand === "keyboard") await coordinator.page.keyboard.press("F6");
      await hand.presses(hand.named("button", says("History", "Historique")));
      await drawer.waitFor();
      await hand.presses(drawer.locator("summary", { hasText: says("Correct", "Corriger") }));
      await hand.types(drawer.getByLabel(label("Value", "Valeur")), "6");
      const correct = drawer.locator("form button[type=submit]");
      await hand.presses(correct);
      await drawer.getByText(says("Say why it has to change all the same.", "Dites pourquoi il faut malgré tout modifier.")).first().waitFor();
      await hand.types(drawer.getByLabel(label("Reason", "Motif")), "Two more were found");
      await hand.presses(correct);
      await eventually(async () => assert.deepEqual((await stands()).map((one) => one.value), [6]), "it is corrected");
      const [now] = await stands();
      const { history } = await asks(`observations/${now.id}`);
      assert.deepEqual(history.map((edition) => [edition.value, edition.reason]), [[4, ""], [6, "Two more were found"]]);
      await hand.leaves();

      // Opened again; the lock stays readable.
      await coordinator.goes("locks");
      await hand.presses(row.getByRole("button", { name: says("Unlock", "Déverrouiller") }));
      await hand.types(row.getByLabel(label("Reason", "Motif")), "The year is revised");
      await hand.presses(row.getByRole("button", { name: says("Confirm", "Confirmer") }));
      await eventually(async () => assert.equal(await row.count(), 0), "it is no longer in force");
      await hand.presses(hand.named("link", says("History", "Historique")));
      await row.getByText("The year is revised").waitFor();
      await accessible(coordinator);
      assert.match(coordinator.page.url(), /show=history/, "the address holds it");
      assert.match(await row.innerText(), /Reported to HQ/);
      await focal.goes(grid);
      await cell(focal, 3).click();
      await focal.page.keyboard.type("7");
      await focal.page.keyboard.press("Enter");
      await eventually(async () => assert.deepEqual((await stands()).map((one) => one.value).sort(), [6, 7]), "it takes values again");
      assert.deepEqual([...focal.errors, ...coordinator.errors], []);
      await focal.context.close();
      await coordinator.context.close();
    });
  }
});
