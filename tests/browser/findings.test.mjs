// Three people at once on one assessment: who answers with the keyboard alone in French, who accepts, and who sees it otherwise.
// Evidence gathers by itself, a narrative is a draft until somebody stands behind it, and each sees where the others are.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { openChromium } from "./browser.mjs";
import { keyboardOf } from "./keys.mjs";
import { eventually, Person } from "./people.mjs";

const mark = Date.now().toString(36).toUpperCase();
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

describe("the findings of an assessment", { concurrency: false }, () => {
  let browser;
  let leads, member, french;
  const keys = keyboardOf(() => french);
  const known = {};
  const place = () => `assessments/${known.assessment}?outcome=${known.outcome}`;
  const card = (person) => person.page.locator("article.card", { hasText: mark });
  const clean = async (person, what) => {
    const { violations } = await new AxeBuilder({ page: person.page }).withTags(TAGS).analyze();
    assert.deepEqual(violations.map((rule) => `${rule.id}: ${rule.nodes[0].target.join(" ")}`), [], what);
  };
  before(async () => {
    browser = await openChromium();
    leads = await Person.signsIn(browser, "coordinator");
    member = await Person.signsIn(browser, "contributor");
    french = await Person.signsIn(browser, "adviser", "fr");
  });
  after(async () => {
    await browser?.close();
    for (const person of [leads, member, french]) assert.deepEqual(person?.errors, [], `what went wrong in the page of ${person?.role}`);
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
    await leads.goes(place());
    await member.goes(place());
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
    await card(member).getByRole("button", { name: "Comment or dissent" }).click();
    await member.fills({ Comment: `Which patrols ${mark}?` });
    await member.drawer.getByRole("button", { name: "Comment", exact: true }).click();
    await member.drawer.getByText(`Which patrols ${mark}?`).waitFor();
    await card(leads).getByRole("button", { name: "Comments: 1 open of 1" }).click();
    await leads.presses("Resolve", leads.drawer);
    await leads.drawer.getByRole("button", { name: "Reopen" }).waitFor();
    await member.drawer.getByText("resolved by").waitFor();
    await clean(leads, "comments in the drawer");
  });

  it("who sees it otherwise says so without a name", async () => {
    await member.fills({ "I see it otherwise": `The calm came first ${mark}.` });
    await member.drawer.getByLabel("Without my name").check();
    await member.drawer.getByText("Neither your account nor the hour is kept").waitFor();
    await member.presses("Keep this view", member.drawer);
    await card(member).getByText(`The calm came first ${mark}.`).waitFor();
    // Nobody is told of it: the hour would say who was there. It stands there when somebody looks next.
    await french.goes(place());
    await card(french).getByText(`The calm came first ${mark}.`).waitFor();
    assert.match(await card(french).innerText(), /Sans nom/);
    const told = (await leads.asks(`finding-dissents/${known.assessment}`)).dissents.at(-1);
    assert.deepEqual([told.without_name, told.recorded_by, told.recorded_by_name, told.recorded_at.length], [true, "", "", 10]);
  });
});
