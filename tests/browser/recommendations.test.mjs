// Recommendations from the one who proposes to the one who says that it was done: similar ones shown, a duplicate linked,
// both decided by leadership in French by keyboard alone, moved on the board by mouse and by keyboard, followed into the
// plan, the effect looked at; and the outputs of an assessment of performance.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { MISSION, openChromium } from "./browser.mjs";
import { keyboardOf } from "./keys.mjs";
import { eventually, Person } from "./people.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const DAY_MS = 86_400_000;
const mark = Date.now().toString(36).toUpperCase();
const day = (days) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

describe("recommendations", { concurrency: false }, () => {
  let browser;
  let planner, adviser, leader;
  const keys = keyboardOf(() => leader);
  const known = { section: `Joint Operations ${mark}` };
  const board = (view = "board") => `recommendations?view=${view}&owner=${encodeURIComponent(known.section)}`;
  const text = (which) => `${which}: place two companies in the mining belt for the dry season, with nights on market days ${mark}`;
  const card = (person, which) => person.page.locator("[data-card]", { hasText: text(which) });
  const column = (person, name) => person.page.locator(`[data-column=${name}]`);
  const stored = async (which) => (await planner.asks("recommendations")).recommendations.find((one) => one.text.en === text(which));
  const clean = async (person, what) => {
    const { violations } = await new AxeBuilder({ page: person.page }).withTags(TAGS).analyze();
    assert.deepEqual(violations.map((rule) => `${rule.id}: ${rule.nodes[0].target.join(" ")}: ${rule.nodes[0].failureSummary}`), [], what);
  };
  const into = async (which, name, person = planner) => eventually(async () => assert.equal(await column(person, name).locator("[data-card]", { hasText: text(which) }).count(), 1), `${which} in ${name}`);
  before(async () => {
    browser = await openChromium();
    planner = await Person.signsIn(browser, "coordinator");
    adviser = await Person.signsIn(browser, "adviser");
    leader = await Person.signsIn(browser, "leadership", "fr");
  });
  after(async () => {
    await browser?.close();
    for (const person of [planner, adviser, leader]) assert.deepEqual(person?.errors, [], `what went wrong in the page of ${person?.role}`);
  });

  it("shows what was done, in time and covered of each output, of a frozen assessment of performance", async () => {
    await planner.goes("assessments");
    await planner.presses("Schedule an assessment");
    await planner.fills({ "Title (EN)": `Delivery ${mark}`, "Title (FR)": `Réalisation ${mark}`, Kind: "performance", Period: String(new Date().getFullYear() - 1) });
    await planner.sends("Schedule an assessment", async () => assert.match(planner.page.url(), /assessments\/[0-9a-f-]{36}/));
    known.assessment = planner.page.url().split("/").at(-1);
    await planner.stands();
    await planner.moves("Freeze", "Frozen");
    const outputs = planner.page.getByRole("table", { name: "Outputs" });
    await outputs.locator("tbody tr").first().waitFor();
    const found = await planner.asks(`assessments/${known.assessment}/performance`);
    assert.equal(await outputs.locator("tbody tr").count(), found.outputs.length);
    const counted = found.components.reduce((sum, one) => sum + one.outputs, 0);
    assert.equal(counted, found.outputs.length, "each output is of one component");
    assert.ok(found.outputs.some((one) => one.activities.all > 0) && found.outputs.some((one) => one.indicators.length > 0));
    const measured = found.outputs.find((one) => one.indicators.some((of) => of.latest_value !== null));
    await outputs.getByRole("button", { name: measured.statement.en }).first().click();
    await planner.drawer.getByRole("table", { name: "Indicators" }).locator("tbody tr").first().waitFor();
    await clean(planner, "an output in its drawer");
    await planner.page.keyboard.press("Escape");
    const file = await planner.page.evaluate(async (address) => {
      const answer = await fetch(address);
      return { type: answer.headers.get("content-type"), text: await answer.text() };
    }, `/api/v1/missions/${MISSION}/assessments/${known.assessment}/performance.csv?language=fr`);
    assert.match(file.type, /^text\/csv/);
    assert.match(file.text, /produit,énoncé,composante/);
    assert.ok(file.text.trim().split("\r\n").length > found.outputs.length);
  });

  it("shows what says nearly the same while one is written, and links a duplicate", async () => {
    const demo = (await adviser.asks("recommendations")).recommendations.find((one) => one.text.en.startsWith("Move two companies from the hills"));
    assert.ok(demo, "the demo recommends it");
    const outcome = (await adviser.asks(`assessments/${demo.assessment_id}/findings`)).findings[0].outcome_lineage_id;
    const place = `assessments/${known.assessment}?outcome=${outcome}`;
    await adviser.goes(place);
    await adviser.presses("Propose a recommendation");
    await adviser.fills({ "Recommendation (EN)": text("First"), Kind: "plan", "Owner section": known.section, Due: day(-3) });
    const similar = adviser.drawer.getByRole("region", { name: "Says nearly the same" });
    await similar.getByText(demo.text.en).first().waitFor();
    await adviser.drawer.getByLabel("OC-ATTACKS", { exact: true }).check();
    await clean(adviser, "a similar one beside what is written");
    await adviser.sends("Propose a recommendation");

    await adviser.goes(place);
    await adviser.presses("Propose a recommendation");
    await adviser.fills({ "Recommendation (EN)": text("Again"), Kind: "plan", "Owner section": known.section, Due: day(10) });
    const first = similar.locator("li", { hasText: text("First") });
    await first.getByRole("checkbox").check();
    await adviser.sends("Propose a recommendation");
    await adviser.page.locator("tbody tr", { hasText: text("Again") }).getByText("Duplicate", { exact: true }).waitFor();
    assert.equal((await stored("Again")).duplicate_of, (await stored("First")).id);

    // Taken back and linked again, from the drawer of the one.
    await adviser.goes(board("list"));
    const opens = async () => {
      await adviser.page.locator("tbody tr", { hasText: text("Again") }).getByRole("button", { name: text("Again") }).click();
      await adviser.drawer.waitFor();
    };
    await opens();
    await adviser.presses("It is no duplicate", adviser.drawer);
    await eventually(async () => assert.equal((await stored("Again")).duplicate_of, ""), "no duplicate any more");
    await adviser.page.locator("tbody tr", { hasText: text("Again") }).getByText("Duplicate", { exact: true }).waitFor({ state: "detached" });
    await opens();
    await adviser.drawer.locator("li", { hasText: text("First") }).getByRole("button", { name: "Link as a duplicate of this one" }).click();
    await eventually(async () => assert.equal((await stored("Again")).duplicate_of, (await stored("First")).id), "a duplicate again");
  });

  it("marks what is due and overdue by shape and word, and keeps its filters in the address", async () => {
    await planner.goes(board("list"));
    const row = (which) => planner.page.locator("tbody tr", { hasText: text(which) });
    assert.match(await row("First").innerText(), /overdue by 3 days/);
    assert.match(await row("Again").innerText(), /due in 10 days/);
    assert.equal(await row("First").locator(".status.off_track svg rect").count(), 1, "a shape of its own");
    await planner.chooses(planner.page.locator("#main").getByLabel("Due", { exact: true }), "overdue");
    await row("Again").waitFor({ state: "detached" });
    assert.equal(new URL(planner.page.url()).searchParams.get("due"), "overdue");
    await planner.page.reload();
    await planner.stands();
    assert.deepEqual([await row("First").count(), await row("Again").count()], [1, 0]);
    await planner.goes(board("owners"));
    await planner.page.getByRole("region", { name: known.section }).getByText("1 overdue").waitFor();
  });

  it("is decided in French by keyboard alone, the duplicate with its original", async () => {
    await leader.goes(board());
    await clean(leader, "the board in French");
    const menu = (which) => card(leader, which).locator("summary");
    assert.equal(await menu("Again").count(), 0, "a duplicate is not decided by itself");
    await keys.presses(menu("First"));
    await keys.presses(card(leader, "First").getByRole("button", { name: "Acceptée", exact: true }));
    await leader.drawer.waitFor();
    await keys.types(leader.drawer.getByLabel(/^Motif|^Raison/).first(), `Dès la saison sèche ${mark}`);
    await keys.presses(keys.inDrawer("button", "Décider"));
    await keys.closed();
    for (const which of ["First", "Again"]) {
      await into(which, "taken", leader);
      assert.equal((await stored(which)).decision_reason, `Dès la saison sèche ${mark}`);
    }
    await leader.goes("recommendations?view=decisions");
    await leader.page.locator("tbody tr", { hasText: mark }).first().waitFor();
    await clean(leader, "the log in French");
  });

  it("goes over the board by mouse and by keyboard, only where the rules let it", async () => {
    await planner.goes(board());
    await into("First", "taken");
    // Nothing happens where no step leads.
    await card(planner, "First").dragTo(column(planner, "verified"));
    await into("First", "taken");
    await card(planner, "First").dragTo(column(planner, "in_progress"));
    await into("First", "in_progress");
    await eventually(async () => assert.deepEqual([(await stored("First")).state, (await stored("Again")).state], ["in_progress", "in_progress"]), "the duplicate goes with it");

    await leader.goes(board());
    await keys.presses(card(leader, "First").locator("summary"));
    await keys.presses(card(leader, "First").getByRole("button", { name: "Marquer comme mise en œuvre" }));
    await into("First", "implemented", leader);
    // A reason is asked for where one is needed.
    await card(planner, "First").waitFor();
    const other = (await planner.asks("recommendations")).recommendations.find((one) => one.state === "partly");
    await planner.goes(`recommendations?view=board&state=partly`);
    const partly = planner.page.locator(`[data-card="${other.id}"]`);
    await partly.locator("summary").click();
    await partly.getByRole("button", { name: "Let it lapse" }).click();
    await planner.drawer.getByLabel(/^Reason/).waitFor();
    await planner.page.keyboard.press("Escape");
    assert.equal((await planner.asks("recommendations")).recommendations.find((one) => one.id === other.id).state, "partly");
  });

  it("shows the change to the plan and where the version stands that takes it up", async () => {
    await eventually(async () => assert.equal((await stored("First")).plan_change_state, "open"), "planning opened a change");
    assert.equal((await stored("Again")).plan_change_id, "", "a duplicate asks for no second one");
    const demo = (await planner.asks("recommendations")).recommendations.find((one) => one.changed_plan_number > 0);
    assert.ok(demo, "a draft of the demo takes a recommendation up");
    await planner.goes("recommendations");
    const row = planner.page.locator("tbody tr", { hasText: demo.text.en });
    const link = row.getByRole("link", { name: new RegExp(`Version ${demo.changed_plan_number}`) });
    assert.match(await link.getAttribute("href"), new RegExp(demo.changed_plan_id));
    const state = demo.changed_plan_state.replaceAll("_", " ");
    assert.match(await row.innerText(), new RegExp(state, "i"));
  });

  it("asks to look at the effect before it is verified, and too little data says nothing", async () => {
    await planner.goes(board());
    await card(planner, "First").getByRole("button", { name: text("First") }).click();
    await planner.drawer.getByText("too little data says nothing").first().waitFor();
    await clean(planner, "the effect");
    await planner.page.keyboard.press("Escape");
    await leader.goes(board());
    await keys.presses(card(leader, "First").locator("summary"));
    await keys.presses(card(leader, "First").getByRole("button", { name: "Marquer comme vérifiée" }));
    await leader.drawer.getByText("trop peu de données ne disent rien").first().waitFor();
    await clean(leader, "the effect in French");
    await keys.presses(leader.drawer.getByLabel("J’ai regardé l’effet."), "Space");
    await keys.presses(keys.inDrawer("button", "Marquer comme vérifiée"));
    await keys.closed();
    await into("First", "verified", leader);
    assert.match((await stored("First")).effect_known_at, /^\d{4}-\d\d-\d\dT/);
  });
});
