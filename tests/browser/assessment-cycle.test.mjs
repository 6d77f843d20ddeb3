// An assessment from the calendar to its signatures and back: scheduled as the cycle proposes, with people who are invited,
// frozen, signed, finalized, taken back; and what was frozen reads the same to the byte. Who coordinates and leads has a mouse and
// English; who is invited and who signs has the keyboard alone and French.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { MISSION, openChromium } from "./browser.mjs";
import { keyboardOf } from "./keys.mjs";
import { eventually, Person } from "./people.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const KIND = "performance";

describe("the cycle of assessments", { concurrency: false }, () => {
  let browser;
  let leads, leader, analyst, adviser;
  const analystKeys = keyboardOf(() => analyst);
  const adviserKeys = keyboardOf(() => adviser);
  const known = {};
  const main = (person) => person.page.locator("#main");
  const clean = async (person) => {
    const { violations } = await new AxeBuilder({ page: person.page }).withTags(TAGS).analyze();
    assert.deepEqual(violations.map((one) => `${one.id}: ${one.nodes[0].target}`), []);
  };
  /** What the API answers, as it came over the line. */
  const bytes = (person, path) => person.page.evaluate(async (address) => (await fetch(address)).text(), `/api/v1/missions/${MISSION}/${path}`);
  const frozen = async () => {
    const paths = ["analyses", "contributions", "hot-spots"].map((one) => `assessments/${known.assessment}/${one}`);
    const first = JSON.parse(await bytes(leads, paths[1])).contributions[0];
    return Promise.all([...paths, ...(first ? [`contributions/${first.id}`] : [])].map((path) => bytes(leads, path)));
  };
  /** The numbers of the first outcome with analyses, as the screen says them. */
  const numbers = async () => {
    await leads.goes(`assessments/${known.assessment}?outcome=${known.outcome}`);
    await main(leads).locator("table").first().waitFor();
    return main(leads).locator(".workspace > .stack table").first().innerText();
  };

  before(async () => {
    browser = await openChromium();
    leads = await Person.signsIn(browser, "coordinator");
    leader = await Person.signsIn(browser, "leadership");
    analyst = await Person.signsIn(browser, "focal_point", "fr");
    adviser = await Person.signsIn(browser, "adviser", "fr");
  });
  after(async () => {
    // The mission's own cycle again: other suites stand on it.
    if (known.before) await set(known.before);
    await browser?.close();
    for (const person of [leads, leader, analyst, adviser]) assert.deepEqual(person?.errors, [], `what went wrong in the page of ${person?.role}`);
  });

  /** Sets the cycle as a program does. */
  async function set(cycle) {
    const now = await leads.asks("assessment-cycle");
    const status = await leads.page.evaluate(async ({ path, cycle, version }) => {
      const { csrf_token } = await (await fetch("/api/v1/session")).json();
      const headers = { "content-type": "application/json", "x-csrf-token": csrf_token, "if-match": `"${version}"`, "idempotency-key": crypto.randomUUID() };
      return (await fetch(path, { method: "PUT", headers, body: JSON.stringify({ cycle }) })).status;
    }, { path: `/api/v1/missions/${MISSION}/assessment-cycle`, cycle, version: now.version });
    assert.equal(status, 200);
  }

  it("sets the cycle, and the calendar proposes what it asks for", async () => {
    await leads.goes("assessments?view=calendar");
    // The last first half-year that nobody has assessed so.
    const { assessments } = await leads.asks("assessments");
    let year = new Date().getUTCFullYear();
    while (assessments.some((one) => one.kind === KIND && one.period === `${year}-H1`)) year -= 1;
    const period = `${year}-H1`;
    const { interval, kind, months, coordinator_id, lead_days, adviser_signs, components_sign, leadership_signs } = await leads.asks("assessment-cycle");
    known.before = { interval, kind, months, coordinator_id, lead_days, adviser_signs, components_sign, leadership_signs };
    await leads.presses("Set the cycle and who signs");
    await leads.fills({ "How often": "half_year", Kind: KIND });
    await leads.fills({ "First half-year: work begins in": "2", "Second half-year: work begins in": "8", "To be scheduled so many days before": "45" });
    await leads.fills({ "Adviser for gender and protection of civilians": "always" });
    await clean(leads);
    await leads.sends("Save");
    await leads.goes(`assessments?view=calendar&year=${year}`);
    const row = main(leads).getByRole("row", { name: new RegExp(`H1.${year}`) });
    await row.getByText("Proposed").waitFor();
    assert.equal(await main(leads).locator(".months > li").count(), 12);
    await clean(leads);
    await row.getByRole("button", { name: "Schedule an assessment" }).click();
    const last = assessments.find((one) => one.kind === KIND);
    assert.equal(await leads.field("Kind").inputValue(), KIND);
    assert.equal(await leads.field("Period").inputValue(), period);
    assert.equal(await leads.field("Goes on from").inputValue(), last?.id ?? "");
    assert.match(await leads.field("Title (EN)").inputValue(), new RegExp(String(year)), "a title to begin with");
    // It goes on from what the mission finalized, of whatever kind.
    await leads.fills({ "Goes on from": assessments.find((one) => one.state === "finalized").id });
    await leads.sends("Schedule an assessment", async () => assert.match(leads.page.url(), /assessments\/[0-9a-f-]{36}/));
    known.assessment = leads.page.url().split("/").at(-1);
    await leads.goes(`assessments?view=calendar&year=${year}`);
    await row.getByText("Scheduled").waitFor();
  });

  it("invites an analyst, who accepts from the home, by keyboard alone and in French", async () => {
    const name = await analyst.page.evaluate(async () => (await (await fetch("/api/v1/session")).json()).account.name);
    await leads.goes(`assessments/${known.assessment}`);
    await leads.presses("Invite", main(leads));
    await leads.fills({ Person: name, Part: "analyst" });
    await clean(leads);
    await leads.sends("Invite");
    await main(leads).getByRole("row", { name: new RegExp(`${name}.*Analyst`) }).waitFor();
    await eventually(async () => {
      await analyst.goes("");
      await main(analyst).getByRole("link", { name: /Invitations? à une évaluation/ }).waitFor({ timeout: 2_000 });
    }, "the invitation on the home");
    await analyst.goes("assessments");
    // The demo invited as well: the one to this assessment.
    const title = (await analyst.asks(`assessments/${known.assessment}`)).title.fr;
    const card = main(analyst).locator(".card", { hasText: title });
    await analystKeys.presses(card.getByRole("button", { name: "Accepter" }));
    await analystKeys.types(analyst.drawer.getByLabel("Un mot"), "À partir du lundi.");
    await clean(analyst);
    await analystKeys.presses(analystKeys.inDrawer("button", "Accepter"));
    await analystKeys.closed();
    await leads.goes(`assessments/${known.assessment}`);
    await main(leads).getByRole("row", { name: /Accepted.*À partir du lundi/ }).waitFor();
  });

  it("freezes, and shows what the assessment before left open", async () => {
    await leads.moves("Freeze", "Frozen");
    const analyses = (await leads.asks(`assessments/${known.assessment}/analyses`)).analyses;
    const { outcomes } = await leads.asks(`assessments/${known.assessment}/gender`);
    const codes = new Set(analyses.filter((one) => one.n > 0 && !one.area).map((one) => one.indicator_code));
    known.outcome = outcomes.find((one) => one.indicators.some(({ code }) => codes.has(code)))?.outcome_lineage_id;
    assert.ok(known.outcome, "an outcome with numbers");
    await leads.goes(`assessments/${known.assessment}?outcome=course`);
    await main(leads).getByRole("heading", { name: "Left open by the assessment before" }).waitFor();
    assert.ok((await leads.asks(`assessments/${known.assessment}/course`)).carried.length > 0);
    known.bytes = await frozen();
    known.numbers = await numbers();
    for (const state of ["Analysis", "Workshop", "Leadership review"]) await leads.moves("Next step", state);
  });

  it("says why a question does not apply, and signs, by keyboard alone and in French", async () => {
    await leader.goes(`assessments/${known.assessment}`);
    await leader.presses("Finalize", leader.page.locator(".page-head"));
    await leader.page.locator(".page-head .notice.wrong").getByText(/The question of women, girls and youth is open for these outcomes: 1\.1,/).waitFor();

    await adviser.goes(`assessments/${known.assessment}?outcome=gender`);
    await clean(adviser);
    await adviserKeys.presses(adviserKeys.named("button", "Dire pourquoi elle ne s’applique pas"));
    await adviserKeys.presses(adviserKeys.inDrawer("button", "Cocher tous ceux qui sont ouverts"));
    await adviserKeys.types(adviser.drawer.getByLabel(/^Elle ne s’applique pas car \(FR\)/), "Rien n’est compté par sexe ce semestre.");
    await clean(adviser);
    await adviserKeys.presses(adviserKeys.inDrawer("button", "Enregistrer"));
    await adviserKeys.closed();
    await main(adviser).getByText("Rien n’est compté par sexe ce semestre.").first().waitFor();

    await leader.presses("Finalize", leader.page.locator(".page-head"));
    await leader.page.locator(".page-head .notice.wrong").getByText(/The adviser for gender and protection of civilians has not signed/).waitFor();
    await clean(leader);

    await eventually(async () => {
      await adviser.goes("");
      await main(adviser).getByRole("link", { name: /Évaluations? à signer/ }).waitFor({ timeout: 2_000 });
    }, "the signature on the home");
    await adviser.goes(`assessments/${known.assessment}?outcome=course`);
    await adviserKeys.presses(adviserKeys.named("button", "Signer", main(adviser)));
    await adviserKeys.types(adviser.drawer.getByLabel("Remarque"), "Vu et lu.");
    await clean(adviser);
    await adviserKeys.presses(adviserKeys.inDrawer("button", "Signer"));
    await adviserKeys.closed();
    await main(adviser).getByRole("row", { name: /Conseiller.*Signé.*Vu et lu/ }).waitFor();
    await clean(adviser);
  });

  it("is finalized, taken back for a reason, and reads the same to the byte", async () => {
    await leader.moves("Finalize", "Finalized");
    assert.deepEqual(await frozen(), known.bytes, "finalized");
    await leads.goes(`assessments/${known.assessment}?outcome=course`);
    assert.equal(await main(leads).getByRole("button", { name: "Take back" }).count(), 0, "only leadership takes back what is finalized");
    await leader.goes(`assessments/${known.assessment}?outcome=course`);
    await leader.presses("Take back");
    await leader.fills({ Reason: "A number was counted again." });
    await clean(leader);
    await leader.sends("Take back");
    await leader.sees("Leadership review");
    await main(leader).getByRole("row", { name: /Finalized.*Leadership review.*A number was counted again/ }).waitFor();
    await leads.goes(`assessments/${known.assessment}?outcome=course`);
    await leads.presses("Take back");
    await leads.fills({ "Back to": "analysis", Reason: "The room looks again." });
    await leads.sends("Take back");
    await leads.sees("Analysis");
    assert.deepEqual(await frozen(), known.bytes, "taken back");
    assert.equal(await numbers(), known.numbers);
    const { steps } = await leads.asks(`assessments/${known.assessment}/course`);
    assert.deepEqual(steps.slice(-2).map((one) => [one.from, one.to, one.reason]), [["finalized", "leadership_review", "A number was counted again."], ["leadership_review", "analysis", "The room looks again."]]);
    await eventually(async () => {
      await leads.goes("");
      await main(leads).getByText(/reopened: The room looks again/).first().waitFor({ timeout: 2_000 });
    }, "the news of it on the home");
  });

  it("prints whole, on A4, in either language", async () => {
    for (const [person, title] of [[leads, "History"], [adviser, "Historique"]]) {
      await person.goes(`assessments/${known.assessment}?outcome=print`);
      await main(person).getByRole("heading", { name: title }).waitFor();
      await clean(person);
      const pdf = (await person.page.pdf({ preferCSSPageSize: true })).toString("latin1");
      const [, width, height] = /\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/.exec(pdf).map(Number);
      assert.ok(Math.abs(width - 595) < 2 && Math.abs(height - 842) < 2, `${width} × ${height} points`);
      await person.page.emulateMedia({ media: "print" });
      const wide = await person.page.evaluate(() => {
        document.querySelector(".shell").style.inlineSize = "178mm";
        return [document.querySelector(".paper").scrollWidth, document.querySelector(".paper").clientWidth, document.querySelectorAll(".noprint, .spine, .head").length, [...document.querySelectorAll(".noprint, .spine, .head")].filter((one) => one.offsetParent !== null).length];
      });
      assert.ok(wide[0] <= wide[1] + 1, `nothing is cut off on the right: ${wide}`);
      assert.equal(wide[3], 0, "no way about on paper");
      await person.page.emulateMedia({ media: null });
    }
  });
});
