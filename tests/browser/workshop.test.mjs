// A workshop with three people at once: who facilitates, a member with a mouse and a bad line, and one with the keyboard alone
// in French. A secret vote, a decision that the finding takes over, the minutes.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { openChromium } from "./browser.mjs";
import { keyboardOf } from "./keys.mjs";
import { eventually, Person } from "./people.mjs";

const mark = Date.now().toString(36).toUpperCase();

describe("the workshop of an assessment", { concurrency: false }, () => {
  let browser;
  let leads, member, french;
  const keys = keyboardOf(() => french);
  const known = {};
  const at = (view = "") => `workshop/${known.assessment}${view && `?view=${view}`}`;
  const main = (person) => person.page.locator("#main");
  before(async () => {
    browser = await openChromium();
    leads = await Person.signsIn(browser, "coordinator");
    member = await Person.signsIn(browser, "focal_point");
    french = await Person.signsIn(browser, "adviser", "fr");
  });
  after(async () => {
    await browser?.close();
    for (const person of [leads, member, french]) assert.deepEqual(person?.errors, [], `what went wrong in the page of ${person?.role}`);
  });

  it("is opened on the frozen plan, and each says that they are there", async () => {
    await leads.goes("assessments");
    await leads.presses("Schedule an assessment");
    await leads.fills({ "Title (EN)": `Workshop ${mark}`, "Title (FR)": `Atelier ${mark}`, Kind: "impact", Period: "2026-H1" });
    await leads.sends("Schedule an assessment", async () => assert.match(leads.page.url(), /assessments\/[0-9a-f-]{36}/));
    known.assessment = leads.page.url().split("/").at(-1);
    await leads.stands();
    await leads.moves("Freeze", "Frozen");
    for (const state of ["Analysis", "Workshop"]) await leads.moves("Next step", state);
    await leads.page.getByRole("link", { name: "Workshop", exact: true }).click();
    await leads.presses("Open the workshop");
    await leads.sees("Open");
    known.outcome = (await leads.asks(`workshops/${known.assessment}`)).agenda[0];

    await leads.goes(`assessments/${known.assessment}?outcome=${known.outcome.outcome_lineage_id}`);
    await leads.presses("Add a finding");
    await leads.fills({ "Narrative (EN)": `Fewer markets close ${mark}.`, "Other evidence, in words": "Three visits of the section." });
    await leads.sends("Save");

    await leads.goes(at());
    await leads.presses("I am here");
    await member.goes(at());
    await member.presses("I am here");
    await french.goes(at());
    await keys.presses(keys.named("button", "J’assiste à l’atelier"));
    for (const [person, leave] of [[leads, "I am leaving"], [member, "I am leaving"], [french, "Je quitte l’atelier"]]) await person.page.getByRole("button", { name: leave }).waitFor();
  });

  it("votes in secret; nobody sees a count before it is closed, and a vote waits for the line", async () => {
    await leads.goes(at("run"));
    const form = leads.page.locator("section", { has: leads.page.getByRole("heading", { name: "Open a vote" }) }).last();
    await leads.fills({ "The vote is on": "progress", Finding: `Fewer markets close ${mark}`, How: "secret" }, form);
    await leads.presses("Open the vote", form);

    // They follow without loading the page again.
    await french.page.getByRole("group", { name: "Votre vote" }).waitFor();
    await keys.presses(keys.named("button", "Compromis"));
    await main(french).getByText("Votre vote est arrivé").waitFor();
    await keys.presses(keys.named("button", "En bonne voie"));
    await main(french).getByText("Votre vote est arrivé : En bonne voie").waitFor();

    const ballot = member.page.getByRole("group", { name: "Your vote" });
    await ballot.waitFor();
    await member.context.setOffline(true);
    await ballot.getByRole("button", { name: "At risk" }).click();
    await main(member).getByText("Your vote has not arrived yet: At risk").waitFor();
    await member.context.setOffline(false);
    await main(member).getByText("Your vote has arrived: At risk").waitFor();

    await leads.goes(at());
    await leads.page.getByRole("group", { name: "Your vote" }).getByRole("button", { name: "At risk" }).click();
    await main(leads).getByText("3 of 3 have voted").waitFor();
    assert.equal(await leads.page.locator("table.tally").count(), 0, "not who facilitates either");
    const running = (await leads.asks(`workshops/${known.assessment}`)).votes[0];
    assert.deepEqual([running.voted, running.counts, running.ballots], [3, [], []]);

    await leads.goes(at("run"));
    await leads.presses("Close the vote and count");
    const row = member.page.locator("table.tally").getByRole("row", { name: /At risk/ });
    await row.waitFor();
    assert.match(await row.innerText(), /2$/);
    await french.page.locator("table.tally").getByRole("row", { name: /En bonne voie/ }).waitFor();
  });

  it("decides, and the finding takes the rating over", async () => {
    const form = leads.page.locator("section", { has: leads.page.getByRole("heading", { name: "Take a decision" }) }).last();
    await leads.fills({ "What the room decided (EN)": `At risk, for now ${mark}`, "What the room decided (FR)": `À risque, pour l’instant ${mark}`, "Take the rating over into the finding": `Fewer markets close ${mark}` }, form);
    await leads.fills({ "Progress of the outcome": "at_risk" }, form);
    await leads.presses("Keep the decision", form);
    await main(french).getByText(`À risque, pour l’instant ${mark}`).waitFor();
    await eventually(async () => {
      const { findings } = await leads.asks(`assessments/${known.assessment}/findings`);
      assert.deepEqual(findings.map((one) => [one.progress_rating, one.version]), [["at_risk", 2]]);
    }, "the rating in the finding");

    await keys.presses(keys.named("button", "Je ne suis pas d’accord"));
    await keys.types(french.page.getByLabel(/^Ce que vous voyez autrement/), "Deux marchés sont fermés la nuit.");
    await keys.presses(keys.named("button", "Ajouter l’avis divergent"));
    await main(member).getByText("Deux marchés sont fermés la nuit.").first().waitFor();
  });

  it("shows the wall what the room may see, and goes on by the arrow keys", async () => {
    await leads.goes(at("wall"));
    await leads.page.locator(".wall h2", { hasText: known.outcome.number }).waitFor();
    const next = (await leads.asks(`workshops/${known.assessment}`)).agenda[1];
    await leads.page.locator(".wall h2").click();
    await leads.page.keyboard.press("ArrowRight");
    await leads.page.locator(".wall h2", { hasText: next.number }).waitFor();
    await member.page.locator("#main h2", { hasText: next.number }).waitFor();
    await leads.page.keyboard.press("ArrowLeft");
    await member.page.locator("#main h2", { hasText: known.outcome.number }).waitFor();
  });

  it("closes, and the minutes stay", async () => {
    await leads.goes(at("run"));
    await leads.presses("Close the workshop");
    await leads.presses("Confirm");
    await leads.sees("Closed");
    await french.goes(at("minutes"));
    await main(french).getByText("L’atelier est clos : plus rien n’y change.").waitFor();
    const page = await french.page.evaluate(async (path) => (await fetch(path)).text(), `/api/v1/missions/UNMIC/workshops/${known.assessment}/minutes.html?language=fr`);
    for (const told of ["Compte rendu de l’atelier", `À risque, pour l’instant ${mark}`, "Deux marchés sont fermés la nuit.", "secret"]) assert.ok(page.includes(told), told);
    await leads.goes(at("minutes"));
    await leads.fills({ "Correction (EN)": `It was the east ${mark}.` }, main(leads));
    await leads.presses("Add the correction");
    await main(french).getByText(`It was the east ${mark}.`).waitFor();
  });
});
