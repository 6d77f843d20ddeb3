// A whole assessment by three people at once: who coordinates, who leads, and who answers and signs with the keyboard alone in
// French. Evidence gathers by itself, a narrative is a draft until somebody stands behind it, each sees where the others are; data
// are corrected afterwards, and what was frozen reads the same to the byte.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { MISSION, openChromium } from "./browser.mjs";
import { keyboardOf } from "./keys.mjs";
import { eventually, Person } from "./people.mjs";

const mark = Date.now().toString(36).toUpperCase();
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

describe("a whole assessment", { concurrency: false }, () => {
  let browser;
  let leads, leader, french;
  const keys = keyboardOf(() => french);
  const known = {};
  const place = () => `assessments/${known.assessment}?outcome=${known.outcome}`;
  const card = (person) => person.page.locator("article.card", { hasText: mark });
  const clean = async (person, what) => {
    const { violations } = await new AxeBuilder({ page: person.page }).withTags(TAGS).analyze();
    assert.deepEqual(violations.map((rule) => `${rule.id}: ${rule.nodes[0].target.join(" ")}`), [], what);
  };
  /** What the API answers, as it came over the line. */
  const bytes = (path) => leads.page.evaluate(async (address) => (await fetch(address)).text(), `/api/v1/missions/${MISSION}/${path}`);
  const frozen = async () => {
    const paths = ["analyses", "contributions", "hot-spots"].map((one) => `assessments/${known.assessment}/${one}`);
    const contributions = JSON.parse(await bytes(paths[1])).contributions.slice(0, 3).map((one) => `contributions/${one.id}`);
    return Promise.all([...paths, ...contributions].map(bytes));
  };
  /** The numbers of the outcome, as the screen says them. */
  const numbers = async () => {
    await leads.goes(place());
    const table = leads.page.locator("#main .workspace > .stack table").first();
    await table.waitFor();
    return table.innerText();
  };
  before(async () => {
    browser = await openChromium();
    leads = await Person.signsIn(browser, "coordinator");
    leader = await Person.signsIn(browser, "leadership");
    french = await Person.signsIn(browser, "adviser", "fr");
  });
  after(async () => {
    await browser?.close();
    for (const person of [leads, leader, french]) assert.deepEqual(person?.errors, [], `what went wrong in the page of ${person?.role}`);
  });

  it("evidence gathers on a frozen outcome, in the order of the rule", async () => {
    await leads.goes("assessments");
    await leads.presses("Schedule an assessment");
    await leads.fills({ "Title (EN)": `Findings ${mark}`, "Title (FR)": `Constats ${mark}`, Kind: "impact", Period: "2025" });
    await leads.sends("Schedule an assessment", async () => assert.match(leads.page.url(), /assessments\/[0-9a-f-]{36}/));
    known.assessment = leads.page.url().split("/").at(-1);
    await leads.stands();
    await leads.moves("Freeze", "Frozen");
    for (const outcome of (await leads.asks("plans/active")).items.filter((item) => item.kind === "outcome")) {
      const { items } = await leads.asks(`assessments/${known.assessment}/evidence?outcome_lineage_id=${outcome.lineage_id}`);
      const series = items.filter((one) => one.kind === "analysis").length;
      if (series === 0 || items.length < 3) continue;
      assert.ok(items.every((one, at) => at === 0 || items[at - 1].relevance >= one.relevance), "the most relevant first");
      assert.ok(items.every((one) => one.reasons.length > 0 && one.questions.length > 0 && one.statement.en && one.statement.fr), "each says why");
      known.outcome = outcome.lineage_id;
      break;
    }
    assert.ok(known.outcome, "an outcome with evidence");
    known.bytes = await frozen();
    known.numbers = await numbers();
    await leader.goes(place());
    await french.goes(place());
  });

  it("the keyboard alone answers a question: arrows, one key, a draft; the others see who writes", async () => {
    await keys.presses(keys.named("button", /Le lien est-il plausible/));
    const boxes = french.drawer.locator(".gathered input");
    await boxes.nth(2).waitFor();
    await keys.tabsTo(boxes.nth(0));
    await keys.keys().press("p");
    await keys.keys().press("ArrowDown");
    await keys.keys().press("Enter");
    await keys.keys().press("ArrowDown");
    await keys.keys().press("p");
    await keys.keys().press("p");
    assert.deepEqual([await boxes.nth(0).isChecked(), await boxes.nth(1).isChecked(), await boxes.nth(2).isChecked()], [true, true, false]);
    await clean(french, "the form with what gathered");
    const writes = leads.page.getByText("is editing the answer to “Is the link plausible in time, place and dose?”").first();
    await eventually(async () => {
      // Those who stand on the page hear of it with their next heartbeat.
      assert.ok(await writes.isVisible());
    }, "the other who writes");
    await keys.presses(keys.inDrawer("button", "Rédiger un projet à partir de ce qui est coché"));
    await keys.types(keys.inDrawer("textbox", /^Autres preuves/), `Visite ${mark}`);
    await keys.presses(keys.inDrawer("button", "Enregistrer"));
    await keys.closed();
    await french.page.getByText("Composé à partir des chiffres").waitFor();
  });

  it("a draft holds nothing up once somebody accepts it", async () => {
    await eventually(async () => assert.ok(await card(leads).locator(".status", { hasText: "Draft" }).isVisible()), "the draft, without loading the page again");
    await clean(leads, "a card with a draft");
    await leads.presses("Accept the draft", card(leads));
    await card(leads).getByText("put together by rules, accepted").waitFor();
    await eventually(async () => assert.equal(await card(french).getByRole("button", { name: "Accepter" }).count(), 0), "accepted for the others too");
  });

  it("comments are by name, and are resolved and reopened", async () => {
    await card(leader).getByRole("button", { name: "Comment or dissent" }).click();
    await leader.fills({ Comment: `Which patrols ${mark}?` });
    await leader.drawer.getByRole("button", { name: "Comment", exact: true }).click();
    await leader.drawer.getByText(`Which patrols ${mark}?`).waitFor();
    await card(leads).getByRole("button", { name: "Comments: 1 open of 1" }).click();
    await leads.presses("Resolve", leads.drawer);
    await leads.drawer.getByRole("button", { name: "Reopen" }).waitFor();
    await leader.drawer.getByText("resolved by").waitFor();
    await clean(leads, "comments in the drawer");
  });

  it("who sees it otherwise says so without a name", async () => {
    await leader.fills({ "I see it otherwise": `The calm came first ${mark}.` });
    await leader.drawer.getByLabel("Without my name").check();
    await leader.drawer.getByText("Neither your account nor the hour is kept").waitFor();
    await leader.presses("Keep this view", leader.drawer);
    await card(leader).getByText(`The calm came first ${mark}.`).waitFor();
    // Nobody is told of it: the hour would say who was there. It stands there when somebody looks next.
    await french.goes(place());
    await card(french).getByText(`The calm came first ${mark}.`).waitFor();
    assert.match(await card(french).innerText(), /Sans nom/);
    const told = (await leads.asks(`finding-dissents/${known.assessment}`)).dissents.at(-1);
    assert.deepEqual([told.without_name, told.recorded_by, told.recorded_by_name, told.recorded_at.length], [true, "", "", 10]);
  });

  it("leadership decides what follows, and the keyboard alone says what does not apply and signs", async () => {
    await leads.goes(place());
    await leads.presses("Propose a recommendation");
    const section = (await leads.asks("members")).members.find((one) => one.section)?.section ?? "Civil Affairs";
    await leads.fills({ "Recommendation (EN)": `Go on as it is ${mark}`, Kind: "resources", "Owner section": section, Due: "2027-03-31" });
    await leads.sends("Propose a recommendation");
    await french.goes(`assessments/${known.assessment}?outcome=gender`);
    await keys.presses(keys.named("button", "Dire pourquoi elle ne s’applique pas"));
    await keys.presses(keys.inDrawer("button", "Cocher tous ceux qui sont ouverts"));
    await keys.types(french.drawer.getByLabel(/^Elle ne s’applique pas car \(FR\)/), "Rien n’est compté par sexe.");
    await keys.presses(keys.inDrawer("button", "Enregistrer"));
    await keys.closed();
    for (const state of ["Analysis", "Workshop", "Leadership review"]) await leads.moves("Next step", state);
    await leader.goes(place());
    const row = leader.page.getByRole("row", { name: new RegExp(`Go on as it is ${mark}`) });
    await row.getByRole("button", { name: "Decide" }).click();
    await leader.fills({ Decision: "accepted", Reason: "The line holds." });
    await clean(leader, "the decision");
    await leader.sends("Decide");
    await french.goes(`assessments/${known.assessment}?outcome=course`);
    await keys.presses(keys.named("button", "Signer", french.page.locator("#main")));
    await keys.presses(keys.inDrawer("button", "Signer"));
    await keys.closed();
    await leader.moves("Finalize", "Finalized");
    await clean(leader, "what is finalized");
  });

  it("data are corrected afterwards, and what was frozen reads the same to the byte", async () => {
    const { outcomes } = await leads.asks(`assessments/${known.assessment}/gender`);
    const stored = async (code) => (await leads.asks(`observations?indicator_code=${code}&page_size=500`)).observations.find((one) => one.state === "approved" && !one.superseded_by && one.kind === "value" && typeof one.value === "number");
    let one;
    for (const { code } of outcomes.flatMap((outcome) => outcome.indicators)) one ??= await stored(code);
    assert.ok(one, "a number that can be corrected");
    const series = await bytes(`series/${one.indicator_code}?areas=*`);
    const answer = await leads.page.evaluate(async ({ path, one }) => {
      const { csrf_token } = await (await fetch("/api/v1/session")).json();
      const headers = { "content-type": "application/json", "x-csrf-token": csrf_token, "if-match": `"${one.version}"`, "idempotency-key": crypto.randomUUID() };
      const observation = { indicator_code: one.indicator_code, area: one.area, period: one.period, slice: one.slice, kind: one.kind, value: one.value + 977, note: "Counted again." };
      const given = await fetch(path, { method: "POST", headers, body: JSON.stringify({ observation, reason: "Counted again." }) });
      return [given.status, await given.text()];
    }, { path: `/api/v1/missions/${MISSION}/observations/${one.id}/correct`, one });
    assert.equal(answer[0], 201, answer[1]);
    assert.notEqual(await bytes(`series/${one.indicator_code}?areas=*`), series, "the data themselves changed");
    assert.deepEqual(await frozen(), known.bytes);
    assert.equal(await numbers(), known.numbers);
  });
});
