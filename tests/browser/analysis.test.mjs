// What was computed of an indicator, opened from the assessment's table: sentence, chart, gaps, forecast and season, in English
// and French, without a violation for axe.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { openChromium, openContext, signIn } from "./browser.mjs";
import { Person } from "./people.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

describe("an analysis", { concurrency: false }, () => {
  let browser;
  const people = {};
  let assessment;
  let analyses;
  let outcomes;
  before(async () => {
    browser = await openChromium();
    people.en = await Person.signsIn(browser, "adviser");
    const context = await openContext(browser, { width: 1360, height: 900, language: "fr" });
    const page = await context.newPage();
    await signIn(page, "adviser");
    people.fr = new Person("adviser", page, context);
    assessment = (await people.en.asks("assessments")).assessments.find((one) => one.state !== "scheduled");
    analyses = (await people.en.asks(`assessments/${assessment.id}/analyses`)).analyses;
    const plan = await people.en.asks(`plans/${assessment.plan_id}`);
    outcomes = ["context", ...plan.items.filter((item) => item.kind === "outcome").map((item) => item.lineage_id)];
  });
  after(async () => {
    await browser?.close();
    for (const person of Object.values(people)) assert.deepEqual(person.errors, []);
  });

  /** Opens the drawer of an analysis, wherever its outcome is. */
  async function opens(person, language, analysis) {
    const name = `${analysis.indicator_name[language] || analysis.indicator_name.en}${analysis.area && ` (${analysis.area})`}`;
    for (const outcome of outcomes) {
      await person.goes(`assessments/${assessment.id}?outcome=${outcome}`);
      const row = person.page.locator("#main tr").filter({ has: person.page.getByRole("link", { name, exact: true }) });
      if ((await row.count()) === 0) continue;
      await row.first().getByRole("button").last().click();
      await person.drawer.locator("dl.facts").waitFor();
      return;
    }
    assert.fail(`no outcome shows ${name}`);
  }

  const facts = (person) => person.drawer.locator("dl.facts").innerText();
  const violations = async (person) => (await new AxeBuilder({ page: person.page }).withTags(TAGS).analyze()).violations.map((rule) => `${rule.id}: ${rule.nodes[0].target.join(" ")}`);

  it("tells what changed since the last assessment, the most important first", async () => {
    const since = await people.en.asks(`assessments/${assessment.id}/changes-since`);
    assert.ok(since.earlier && since.changes.length > 0, "the demo has an assessment before this one");
    for (const [language, heading, caption] of [["en", "Since the last assessment", "What changed"], ["fr", "Depuis la dernière évaluation", "Ce qui a changé"]]) {
      const person = people[language];
      await person.goes(`assessments/${assessment.id}?outcome=since`);
      await person.page.getByRole("heading", { name: heading }).waitFor();
      await person.page.getByRole("columnheader", { name: caption }).waitFor();
      const said = await person.page.locator("#main table").first().locator("tbody tr").allInnerTexts();
      assert.equal(said.length, since.changes.filter((change) => !change.area).length, "areas wait until they are asked for");
      assert.ok(said[0].includes(since.changes[0].statement[language]), `${said[0]} says ${since.changes[0].statement[language]}`);
      assert.deepEqual(await violations(person), []);
    }
    // Each leads to where it can be looked into.
    const first = since.changes.find((change) => change.indicator_code && !change.area);
    await people.en.page.getByRole("link", { name: first.statement.en, exact: true }).click();
    await people.en.page.waitForURL(new RegExp(`/indicators/${first.indicator_code}`));
  });

  it("tells what is to be expected by the target and the chance of meeting it", async () => {
    const one = analyses.find((analysis) => analysis.forecast);
    assert.ok(one, "the mission has a series that is long enough");
    for (const [language, words] of [["en", ["Forecast for", "Chance of meeting the target", "Exponential smoothing", "Tried on its own past"]], ["fr", ["Prévision pour", "Probabilité d’atteindre la cible", "Lissage exponentiel", "Essayée sur son passé"]]]) {
      const person = people[language];
      await opens(person, language, one);
      const said = await facts(person);
      for (const word of words) assert.ok(said.includes(word), `${word} in ${said}`);
      assert.equal(await person.drawer.locator("svg.chart path.ahead").count(), 1);
      assert.ok((await person.drawer.innerText()).includes(one.statement[language]));
      assert.deepEqual(await violations(person), []);
    }
  });

  it("tells the gap between women and men", async () => {
    const one = analyses.find((analysis) => analysis.gaps.some((gap) => gap.dimension === "sex"));
    assert.ok(one, "the mission has values by sex");
    for (const language of ["en", "fr"]) {
      const person = people[language];
      await opens(person, language, one);
      const gap = one.gaps.find((each) => each.dimension === "sex");
      await person.drawer.getByText(gap.statement[language]).waitFor();
      assert.ok(await person.drawer.getByRole("heading", { name: language === "en" ? "Gaps" : "Écarts" }).count());
      assert.deepEqual(await violations(person), []);
    }
  });

  it("tells how many trends were tested at once", async () => {
    const one = analyses.find((analysis) => analysis.trend_q !== null);
    assert.ok(one && one.trends_tested > 1);
    for (const [language, words] of [["en", `q among ${one.trends_tested} trends tested at once`], ["fr", `q parmi ${one.trends_tested} tendances testées à la fois`]]) {
      await opens(people[language], language, one);
      assert.ok((await facts(people[language])).includes(words), words);
    }
  });
});
