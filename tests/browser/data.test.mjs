// Data as it is checked: a rule made on its screen, tried on the past and switched on, and the cell that it warns; values that
// come back with a reason, are corrected and go on, or are rejected. By keyboard alone and with the mouse, in French and English.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { MISSION, openChromium } from "./browser.mjs";
import { handOf, speaking, WAYS } from "./hands.mjs";
import { eventually, Person } from "./people.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
// Years to come, each run in others: what an earlier run left is not met.
const YEAR = 2040 + 2 * (Math.floor(Date.now() / 1000) % 70);
/** Monthly counts that no other suite enters. */
const RULED = "OP-CHECKED";
const REVIEWED = "OP-GOODOFFICES";

async function clean(page, what) {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  assert.deepEqual(violations.map((rule) => `${rule.id}: ${rule.nodes[0].target}`), [], what);
}

/** Writes as the page would. */
const posts = (person, path, body) => person.page.evaluate(async ({ address, sent }) => {
  const session = await (await fetch("/api/v1/session")).json();
  return (await fetch(address, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": session.csrf_token, "Idempotency-Key": crypto.randomUUID() }, body: JSON.stringify(sent) })).json();
}, { address: `/api/v1/missions/${MISSION}/${path}`, sent: body });

describe("data that is checked", { concurrency: false }, () => {
  let browser;
  before(async () => (browser = await openChromium()));
  after(() => browser?.close());

  const wayOf = (hand, language) => WAYS.find((way) => way.hand === hand && way.language === language);

  for (const [place, way] of [wayOf("keyboard", "fr"), wayOf("mouse", "en")].entries()) {
    const year = YEAR + place;
    const { says, label, own } = speaking(way.language);

    it(`is asked for by a rule that is tried first, and a cell that breaks it for a note (${way.by})`, { timeout: 120_000 }, async () => {
      const person = await Person.signsIn(browser, "coordinator", way.language);
      const hand = handOf(way, () => person);
      const told = (await person.asks(`observations?indicator_code=${RULED}&page_size=500`)).observations.filter((one) => one.kind === "value");
      const most = Math.max(...told.map((one) => one.value)) - 1;
      await person.goes(`rules?indicator=${RULED}`);
      await hand.presses(hand.named("button", says("New rule", "Nouvelle règle")));
      await hand.types(person.drawer.getByLabel(label("Most", "Maximum")), String(most));
      await hand.types(person.drawer.getByLabel(own("Said to who breaks it", "Dit à qui l’enfreint")), says("More than ever: why?", "Plus que jamais : pourquoi ?"));
      await hand.presses(hand.inDrawer("button", says("Try it on the past", "Essayer sur le passé")));
      const said = person.drawer.locator(".notice", { hasText: says("of the past", "du passé") });
      await said.waitFor();
      const [broken, checked] = (await said.innerText()).match(/\d+/g).map(Number);
      assert.ok(broken > 0 && broken < checked, `${broken} of ${checked}`);
      await person.drawer.getByRole("table", { name: says("Values that break the rule", "Valeurs qui enfreignent la règle") }).locator("tbody tr").nth(Math.min(broken, 20) - 1).waitFor();
      await clean(person.page, "a rule and what it would have said");
      assert.equal((await person.asks(`validation-rules?indicator=${RULED}`)).rules.filter((one) => one.active).length, 0, "to try it is not to have it");
      await hand.presses(hand.inDrawer("checkbox", says("Switch it on", "Mettre en vigueur")), "Space");
      await hand.presses(hand.inDrawer("button", says("Save the rule", "Enregistrer la règle")));
      await hand.closed();
      await hand.row(says("Switched on", "En vigueur")).first().waitFor();

      const cell = person.page.locator("td[data-row='0'][data-column='0']");
      const stands = (standing) => eventually(async () => assert.match(await cell.getAttribute("class"), new RegExp(`\\b${standing}\\b`)), `the cell ${standing}`);
      await person.goes(`entry?by=area&indicator=${RULED}&to=${year}-12`);
      await hand.tabsTo(cell);
      await hand.keys().type(String(most + 10));
      await hand.keys().press("Enter");
      await stands("is-warned");
      await hand.keys().press("ArrowUp");
      const bar = person.page.locator(".entry-bar");
      await bar.getByText(says("More than ever: why?", "Plus que jamais : pourquoi ?")).waitFor();
      assert.match(await cell.innerText(), says(/breaks a rule/, /enfreint une règle/), "it is read out");
      await clean(person.page, "a cell that breaks a rule");
      const note = says("Two teams worked.", "Deux équipes ont travaillé.");
      const box = bar.getByLabel(says("Note: why is it right?", "Note : pourquoi est-ce juste ?"));
      if (way.hand === "keyboard") {
        // Tab moves in the grid; Shift-Tab from its first cell leaves it, to what stands above.
        for (let pressed = 0; pressed < 5 && !(await box.evaluate((element) => element === document.activeElement)); pressed += 1) await hand.keys().press("Shift+Tab");
      } else await box.click();
      await hand.keys().type(note);
      await hand.keys().press("Enter");
      await stands("is-draft");
      const [stored] = (await person.asks(`entry-cells?indicator=${RULED}&every_area=true&first_period=${year}-01&last_period=${year}-12`)).cells;
      assert.deepEqual([stored.value, stored.note, stored.breaches.length], [most + 10, note, 1]);

      await person.goes(`rules?indicator=${RULED}`);
      await hand.presses(hand.row(says("Switched on", "En vigueur")).getByRole("button"));
      await hand.presses(hand.inDrawer("checkbox", says("Switch it on", "Mettre en vigueur")), "Space");
      await hand.presses(hand.inDrawer("button", says("Save the rule", "Enregistrer la règle")));
      await hand.closed();
      await eventually(async () => assert.equal((await person.asks(`validation-rules?indicator=${RULED}`)).rules.filter((one) => one.active).length, 0), "it is switched off");
      assert.deepEqual(person.errors, []);
      await person.context.close();
    });
  }

  for (const way of [wayOf("mouse", "fr")]) {
    const year = YEAR;
    const { says, label } = speaking(way.language);

    it(`comes back with a reason, is corrected and goes on, or is rejected (${way.by})`, { timeout: 180_000 }, async () => {
      const people = {};
      for (const role of ["focal_point", "verifier", "component_head"]) people[role] = await Person.signsIn(browser, role, way.language);
      const { focal_point: focal, verifier, component_head: head } = people;
      const periods = ["01", "02", "03"].map((month) => `${year}-${month}`);
      const rows = periods.map((period, at) => ({ key: crypto.randomUUID(), observation: { indicator_code: REVIEWED, period, area: "CAR01", kind: "value", value: 5 + at } }));
      const { outcomes } = await posts(focal, "observations/rows", { rows });
      assert.deepEqual(outcomes.map((one) => one.outcome), ["stored", "stored", "stored"]);
      const moved = await posts(focal, "observations/submit", { ids: outcomes.map((one) => one.observation.id) });
      assert.equal(moved.moved, 3, JSON.stringify(moved));

      const box = (person, month) => person.page.getByRole("checkbox", { name: new RegExp(`${month} ${year} CAR01$`) });
      const [january, february, march] = says(["Jan", "Feb", "Mar"], ["janv\\.", "févr\\.", "mars"]);
      /** Chooses some of what is in a state and moves it, with a reason where one is asked for. */
      const moves = async (person, state, months, button, reason) => {
        const hand = handOf(way, () => person);
        await person.goes(`data?state=${state}&indicator=${REVIEWED}`);
        for (const month of months) await hand.presses(box(person, month), "Space");
        await hand.presses(hand.named("button", button, person.page.locator("#main")));
        if (reason) {
          await hand.types(person.page.locator("#main").getByLabel(says("Reason", "Motif")), reason);
          await hand.keys().press("Enter");
        }
        await person.page.locator("#main .notice.good").waitFor();
      };
      const why = says("February was counted twice.", "Février a été compté deux fois.");
      await moves(verifier, "submitted", [february], says("Return", "Renvoyer"), why);

      // Whose it was reads why where it came back, and corrects it there.
      const hand = handOf(way, () => focal);
      await focal.goes(`data?state=returned&indicator=${REVIEWED}`);
      const back = hand.row(why).filter({ hasText: String(year) });
      await back.waitFor();
      await hand.presses(back.locator("button.number-link"));
      await focal.drawer.locator(".notice", { hasText: why }).waitFor();
      await hand.presses(focal.drawer.locator("summary", { hasText: says("Correct", "Corriger") }));
      await hand.types(focal.drawer.getByLabel(label("Value", "Valeur")), "4");
      await hand.types(focal.drawer.getByLabel(label("Reason", "Motif")), says("Counted anew.", "Compté à nouveau."));
      await hand.keys().press("Enter");
      await focal.drawer.locator("ul.list li").nth(1).waitFor();
      await clean(focal.page, "what was corrected");
      await moves(focal, "draft", [february], says("Submit", "Soumettre"));

      await moves(verifier, "submitted", [january, february], says("Verify", "Vérifier"));
      await moves(verifier, "submitted", [march], says("Reject", "Rejeter"), says("Of another mission.", "D’une autre mission."));
      await moves(head, "verified", [january, february], says("Approve", "Approuver"));
      const found = (await focal.asks(`observations?indicator_code=${REVIEWED}&page_size=500`)).observations.filter((one) => periods.includes(one.period));
      const states = Object.fromEntries(found.map((one) => [one.period, [one.value, one.state]]));
      assert.deepEqual(states, { [periods[0]]: [5, "approved"], [periods[1]]: [4, "approved"], ...(states[periods[2]] && { [periods[2]]: [7, "rejected"] }) });
      for (const person of Object.values(people)) {
        assert.deepEqual(person.errors, []);
        await person.context.close();
      }
    });
  }
});
