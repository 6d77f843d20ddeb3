// Once round the cycle, as seven people: from the context to a published fact sheet whose every number opens to its observations.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { MISSION, openChromium } from "./browser.mjs";
import { eventually, Person } from "./people.mjs";

const ROLES = { planner: "coordinator", focal: "focal_point", verifier: "verifier", head: "component_head", adviser: "adviser", leader: "leadership", reader: "reader" };
// A run may meet what an earlier run left: its own things carry its own mark.
const mark = Date.now().toString(36).toUpperCase();
const indicator = { code: `LOOP-${mark}`, name: `Markets reopened ${mark}` };
const period = "2026-H1";

describe("the loop", { concurrency: false }, () => {
  let browser;
  const [people, known] = [{}, {}];
  before(async () => {
    browser = await openChromium();
    for (const [name, role] of Object.entries(ROLES)) people[name] = await Person.signsIn(browser, role);
    const members = (await people.planner.asks("members")).members;
    known.section = members.find((one) => one.role === "focal_point")?.section || "Civil Affairs";
    known.component = members.find((one) => one.role === "component_head")?.component || "civilian";
    known.areas = (await people.planner.asks("areas")).areas.filter((area) => area.level > 0).slice(0, 3);
    assert.equal(known.areas.length, 3, "the mission has areas");
  });
  after(async () => {
    await browser?.close();
    for (const person of Object.values(people)) assert.deepEqual(person.errors, [], `what went wrong in the page of ${person.role}`);
  });

  it("context: the planner maps what inhibits peace, with evidence; others review and publish it", async () => {
    const { planner, adviser, leader } = people;
    await planner.goes("context");
    await planner.presses("Draft a context map");
    await planner.fills({ "Title (EN)": `River markets ${mark}`, "Title (FR)": `Marchés du fleuve ${mark}`, Period: period, "Narrative (EN)": "Whoever holds the crossings is listened to." });
    await planner.drawer.getByLabel(known.areas[0].name.en, { exact: true }).check();
    await planner.sends("Draft", async () => assert.match(planner.page.url(), /context-maps\//));
    const address = new URL(planner.page.url()).pathname.split("/").slice(3).join("/");
    await planner.stands();

    await planner.presses("Add a factor");
    await planner.drawer.getByText("Record evidence").first().click();
    const evidence = planner.drawer.locator("details form");
    await planner.fills({ Title: `Visit to the crossings ${mark}`, Source: "JMAC" }, evidence);
    await planner.presses("Record evidence", evidence);
    await planner.drawer.getByLabel(`Visit to the crossings ${mark}`).waitFor();
    await planner.fills({ "Title (EN)": "Armed groups tax the crossings", "Severity (1–5)": "4" }, planner.drawer.locator("form").first());
    await eventually(async () => assert.ok(await planner.drawer.getByLabel(`Visit to the crossings ${mark}`).isChecked()));
    await planner.sends("Save");
    await planner.page.getByText("Armed groups tax the crossings").waitFor();

    await adviser.goes(address);
    await adviser.moves("Mark as reviewed", "Reviewed");
    await leader.goes(address);
    await leader.moves("Publish", "Published");
  });

  it("context: a stakeholder is registered and assessed, and stands in the grid", async () => {
    const { adviser } = people;
    known.stakeholder = `Market Traders ${mark}`;
    await adviser.goes("stakeholders");
    await adviser.presses("Register a stakeholder");
    await adviser.fills({ Name: known.stakeholder, Kind: "civil_society" });
    await adviser.sends("Register a stakeholder", async () => assert.equal(await adviser.drawer.locator("h2").innerText(), known.stakeholder));
    await adviser.drawer.locator("summary", { hasText: "Assess" }).click();
    await adviser.fills({ Influence: "4", Stance: "1", "Note (EN)": "Reopened stalls on their own." });
    await adviser.presses("Assess", adviser.drawer.locator("form"));
    await eventually(async () => assert.equal(await adviser.page.locator('[data-cell="4:1"]', { hasText: known.stakeholder }).count(), 1), "the stakeholder in its cell");
  });

  it("plan: the planner drafts the next version; endorsed, approved and activated by those who may", async () => {
    const { planner, head, leader } = people;
    await planner.goes("plan");
    const draft = (await planner.asks("plans")).plans.find((plan) => plan.state === "draft");
    if (draft) await planner.goes(`plan/${draft.id}`);
    else {
      await planner.presses("Draft the next version", planner.page.locator(".page-head"));
      await planner.page.waitForURL(/\/plan\/[0-9a-f-]{36}/);
    }
    await planner.sees("Draft");
    const address = new URL(planner.page.url()).pathname.split("/").slice(3).join("/");
    const objective = planner.page.locator("tr.objective").first();
    await objective.waitFor();
    await objective.getByRole("button", { name: /^Add an outcome/ }).click();
    await planner.fills({ "Statement (EN)": `Traders keep the markets open ${mark}`, "Statement (FR)": `Les commerçants gardent les marchés ouverts ${mark}`, "Whose change": known.stakeholder, Dimension: "behaviour", "Lead section": known.section });
    await planner.sends("Add");
    const outcome = planner.page.locator("tr.outcome", { hasText: `Traders keep the markets open ${mark}` });
    await outcome.getByRole("button", { name: /^Add an output/ }).click();
    await planner.fills({ "Statement (EN)": `Patrols on market days ${mark}`, Component: known.component, "Lead section": known.section });
    await planner.sends("Add");
    await planner.page.locator("tr.output", { hasText: `Patrols on market days ${mark}` }).waitFor();

    await planner.page.getByRole("link", { name: "Theory of change" }).click();
    await planner.presses("Link an output to an outcome");
    await planner.fills({ Output: `Patrols on market days ${mark}`, Outcome: `Traders keep the markets open ${mark}`, "Hypothesis (EN)": "Presence lowers the gain from attack." });
    await planner.sends("Add");
    await planner.page.getByRole("link", { name: "As a table" }).click();
    await planner.page.getByText("Presence lowers the gain from attack.").first().waitFor();

    await planner.moves("Submit", "In review");
    await head.goes(address);
    await head.moves("Endorse", "Endorsed");
    await leader.goes(address);
    await leader.moves("Approve", "Approved");
    const before = (await planner.asks("plans")).plans.find((plan) => plan.state === "active");
    await planner.goes(address);
    await planner.moves("Activate", "Active");
    // What was in force before is put away, and stays readable.
    await planner.goes(`plan/${before.id}`);
    await planner.sees("Superseded");
    await planner.moves("Archive", "Archived");
    await planner.page.locator("tr.objective").first().waitFor();
    await planner.goes(address);
    const plan = await planner.asks(`plans/${address.split("/")[1]}`);
    known.outcome = plan.items.find((item) => item.kind === "outcome" && item.statement.en.includes(mark));
    assert.ok(known.outcome, "the outcome is in the active plan");
  });

  it("plan: an indicator for the outcome, approved, activated, with a target", async () => {
    const { planner, head } = people;
    await planner.goes("indicators");
    await planner.presses("Draft an indicator");
    await planner.fills({ Code: indicator.code, "Name (EN)": indicator.name, "Name (FR)": `Marchés rouverts ${mark}`, Level: "outcome", Unit: "markets", Frequency: "month", Baseline: "2", "Baseline period": "2025-12", Measures: `Traders keep the markets open ${mark}`, "Owner section": known.section, "Source (EN)": "Market visits" });
    await planner.sends("Draft", async () => assert.match(planner.page.url(), new RegExp(indicator.code)));
    await planner.sees("Draft");
    await head.goes(`indicators/${indicator.code}`);
    await head.moves("Approve", "Approved");
    await planner.goes(`indicators/${indicator.code}`);
    await planner.moves("Activate", "Active");
    await planner.goes(`indicators/${indicator.code}?view=targets`);
    await planner.presses("Set a target");
    await planner.fills({ Period: "2027", "Target (markets)": "20" });
    await planner.sends("Set a target");
    await planner.page.getByRole("cell", { name: "20", exact: true }).waitFor();
  });

  it("data: a file goes in by its good rows, and the bad row comes back with its reason", async () => {
    const { planner } = people;
    const months = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"];
    const rows = months.flatMap((month, at) => known.areas.map((area, place) => `${indicator.code};${area.code};${month};${3 + at * 2 + place}`));
    const file = ["indicator;area;period;value", ...rows, `${indicator.code};NOWHERE;2026-05;1`].join("\n");
    await planner.goes("imports");
    const preview = () => planner.page.locator('input[type="file"]').setInputFiles({ name: `markets-${mark}.csv`, mimeType: "text/csv", buffer: Buffer.from(file) });
    await eventually(async () => {
      await planner.goes("imports");
      await preview();
      await planner.page.waitForURL(/\/imports\/[0-9a-f-]{36}/);
      await planner.page.getByText("Preview").first().waitFor();
      // The indicator reaches the import a moment after it was activated.
      await planner.page.getByRole("button", { name: `Take in ${rows.length} rows` }).waitFor({ timeout: 3_000 });
    }, "a preview that knows the indicator");
    await planner.page.getByRole("cell", { name: "NOWHERE" }).first().waitFor();
    const batch = planner.page.url().split("/").at(-1);
    await planner.page.getByLabel("Submit at once").uncheck();
    await planner.moves(`Take in ${rows.length} rows`, "Taken in");
    const rejected = await planner.page.evaluate(async (address) => (await fetch(address)).text(), await planner.page.getByRole("link", { name: "Download rejected rows" }).getAttribute("href"));
    assert.match(rejected, /NOWHERE/);
    known.batch = batch;
    known.rows = rows.length;
    known.file = { name: `markets-${mark}.csv`, lines: file.split("\n") };
  });

  it("data: a file whose headings say nothing is told column by column, and the next one like it is remembered", async () => {
    const { planner } = people;
    const rows = (month) => ["what;where;when;how many", ...known.areas.map((area) => `${indicator.code};${area.code};${month};5`)].join("\n");
    const drop = (month) => planner.page.locator('input[type="file"]').setInputFiles({ name: `strange-${month}-${mark}.csv`, mimeType: "text/csv", buffer: Buffer.from(rows(month)) });
    await planner.goes("imports");
    await drop("2025-11");
    const form = planner.page.getByRole("region", { name: "Columns" });
    await form.waitFor();
    await planner.fills({ Indicator: "what", Area: "where", Period: "when", Value: "how many" }, form);
    await planner.presses("Read again with these columns", form);
    const all = `Take in ${known.areas.length} rows`;
    await planner.page.getByRole("button", { name: all }).waitFor();
    await planner.goes("imports");
    await drop("2025-12");
    await planner.page.getByRole("button", { name: all }).waitFor();
  });

  it("data: the focal point enters and submits, the verifier verifies, the component head approves", async () => {
    const { focal, verifier, head, planner } = people;
    await focal.goes("data");
    await focal.presses("Enter an observation");
    await focal.fills({ Indicator: indicator.code });
    await focal.fills({ Period: "2026-06", Area: known.areas[0].name.en, "Value (markets)": "14", Note: "Counted on market day." });
    await focal.sends("Enter an observation", async () => assert.equal(await focal.drawer.locator(".notice.good").count(), 1));
    // What the focal point may submit; the rest of the import is the planner's to send on.
    const move = async (person, state, button) => {
      await person.goes(`data?state=${state}&indicator=${indicator.code}`);
      await person.page.getByLabel("Choose all on this page").check();
      await person.presses(button);
      await person.page.locator(".notice", { hasText: "moved on" }).waitFor();
    };
    await move(focal, "draft", "Submit");
    const left = (await planner.asks(`observations?state=draft&indicator_code=${indicator.code}`)).observations ?? [];
    if (left.length > 0) await move(planner, "draft", "Submit");
    await move(verifier, "submitted", "Verify");
    await move(head, "verified", "Approve");
    const approved = (await planner.asks(`observations?state=approved&indicator_code=${indicator.code}&page_size=100`)).observations;
    assert.equal(approved.length, known.rows + 1);
    await planner.goes(`indicators/${indicator.code}`);
    await planner.page.getByRole("row", { name: /Jun 2026/ }).getByRole("button", { name: "14", exact: true }).click();
    await planner.drawer.getByText("Counted on market day.").or(planner.drawer.getByText("1 observation")).first().waitFor();
  });

  it("a number opens to its observations, their rows in the file, and the person", async () => {
    const { planner } = people;
    await planner.goes(`indicators/${indicator.code}`);
    await planner.page.getByRole("row", { name: /May 2026/ }).locator(".number-link").first().click();
    const sources = planner.drawer.locator("tbody tr");
    await sources.nth(known.areas.length - 1).waitFor();
    assert.equal(await sources.count(), known.areas.length, "one observation for each area of the file");
    const { account } = await planner.page.evaluate(async () => (await fetch("/api/v1/session")).json());
    for (const place of known.areas.keys()) {
      const shown = await sources.nth(place).innerText();
      const line = Number(/row (\d+)/.exec(shown)?.[1]);
      const [, area, month, value] = known.file.lines[line - 1].split(";");
      assert.equal(month, "2026-05", shown);
      for (const part of [area, value, known.file.name]) assert.ok(shown.includes(part), `row ${line} of the file says ${part}: ${shown}`);
    }
    await sources.first().locator(".number-link").click();
    await planner.drawer.getByText(account.name).first().waitFor();
  });

  it("assessment: frozen, answered with evidence, recommended, decided, finalized", async () => {
    const { planner, adviser, leader } = people;
    await planner.goes("assessments");
    await planner.presses("Schedule an assessment");
    await planner.fills({ "Title (EN)": `Impact of the patrols ${mark}`, "Title (FR)": `Impact des patrouilles ${mark}`, Kind: "impact", Period: period });
    await planner.sends("Schedule an assessment", async () => assert.match(planner.page.url(), /assessments\/[0-9a-f-]{36}/));
    known.assessment = planner.page.url().split("/").at(-1);
    await planner.stands();
    await planner.moves("Freeze", "Frozen");

    const place = `assessments/${known.assessment}?outcome=${known.outcome.lineage_id}`;
    await adviser.goes(place);
    await adviser.page.getByRole("link", { name: indicator.name }).first().waitFor();
    await adviser.presses("Add a finding");
    const finding = { "Narrative (EN)": "More markets stay open since the patrols began.", "Progress of the outcome": "on_track", "Performance of the mission": "adequate" };
    await adviser.fills(finding);
    await adviser.presses("Save", adviser.drawer);
    await adviser.drawer.locator(".notice.wrong").waitFor();
    assert.equal(await adviser.drawer.count(), 1, "a rating without evidence is refused");
    await adviser.drawer.getByRole("checkbox", { name: new RegExp(`^${indicator.name} `) }).first().check();
    await adviser.presses("Draft the narrative from what is ticked", adviser.drawer);
    assert.match(await adviser.field("Narrative (EN)").inputValue(), new RegExp(`^More markets stay open since the patrols began\\.\n\n${indicator.name}`));
    assert.match(await adviser.field("Narrative (FR)").inputValue(), /Marchés rouverts/, "in both languages");
    await adviser.sends("Save");
    await adviser.page.getByText("More markets stay open since the patrols began.").waitFor();
    await adviser.presses("Accept the draft");
    await adviser.page.getByText("put together by rules, accepted").waitFor();

    await adviser.presses("Propose a recommendation");
    await adviser.fills({ "Recommendation (EN)": `Extend the patrols to the eastern markets ${mark}`, Kind: "plan", "Owner section": known.section, Due: "2027-03-31" });
    await adviser.sends("Propose a recommendation");
    await adviser.saysNotApplicable(known.assessment, "Markets are counted, not people.");
    for (const state of ["Analysis", "Workshop", "Leadership review"]) {
      await planner.goes(`assessments/${known.assessment}`);
      await planner.moves("Next step", state);
    }
    await adviser.signs(known.assessment);
    await leader.goes(place);
    const row = leader.page.getByRole("row", { name: new RegExp(`eastern markets ${mark}`) });
    await row.getByRole("button", { name: "Decide" }).click();
    await leader.fills({ Decision: "accepted", Reason: "The effect is plain." });
    await leader.sends("Decide");
    await row.getByText("Accepted").waitFor();
    await leader.moves("Finalize", "Finalized");
  });

  it("decision: the accepted recommendation opens a change, and the plan's next version takes it up", async () => {
    const { planner } = people;
    await eventually(async () => {
      await planner.goes("plan?view=changes");
      await planner.page.getByRole("row", { name: new RegExp(`eastern markets ${mark}`) }).waitFor({ timeout: 2_000 });
    }, "the change to the plan");
    const row = planner.page.getByRole("row", { name: new RegExp(`eastern markets ${mark}`) });
    await row.getByRole("button", { name: "Draft the next version" }).click();
    await planner.page.waitForURL(/\/plan\/[0-9a-f-]{36}/);
    await planner.sees("Draft");
  });

  it("fact sheet: drafted from the assessment, cleared, published; the reader opens every number", async () => {
    const { planner, adviser, leader, reader } = people;
    await adviser.goes(`fact-sheets?from=${known.assessment}`);
    await adviser.fills({ "Title (EN)": `Markets stay open ${mark}`, "Title (FR)": `Les marchés restent ouverts ${mark}`, Audience: "public" });
    await adviser.sends("Draft a fact sheet", async () => assert.match(adviser.page.url(), /fact-sheets\/[0-9a-f-]{36}/));
    const address = `fact-sheets/${adviser.page.url().split("/").at(-1)}`;
    await adviser.stands();
    const stored = async () => (await adviser.asks(address)).blocks.map((one) => one.kind);
    const given = await stored();
    await adviser.presses("+ Number");
    const block = adviser.page.locator(".block").last();
    await adviser.fills({ Indicator: indicator.code }, block);
    await adviser.presses("Save", adviser.page.locator(".studio"));
    await eventually(async () => assert.deepEqual(await stored(), [...given, "number"]), "the block saved");
    // What was saved is what is edited next: a second save takes nothing back.
    await adviser.presses("+ Chart");
    await adviser.fills({ Indicator: indicator.code }, adviser.page.locator(".block").last());
    await adviser.presses("Save", adviser.page.locator(".studio"));
    await eventually(async () => assert.deepEqual(await stored(), [...given, "number", "chart"]), "both blocks saved");

    await leader.goes(address);
    await leader.moves("Clear", "Cleared");
    await planner.goes(address);
    await planner.moves("Publish", "Published");

    await eventually(async () => {
      await reader.goes("fact-sheets");
      await reader.page.getByRole("link", { name: `Markets stay open ${mark}` }).click({ timeout: 2_000 });
    }, "the sheet in the reader's list");
    await reader.sees("Published");
    for (const details of await reader.page.locator(".sheet details").all()) await details.evaluate((element) => (element.open = true));
    const numbers = await reader.page.locator(".sheet .number-link").all();
    let opened = 0;
    for (const number of numbers) {
      const shown = await number.innerText();
      await number.click();
      await reader.drawer.getByText("Computed as").waitFor();
      // A missing or suppressed one says so; there is nothing behind it that a reader may see.
      if (/\d/.test(shown)) {
        // What is counted from geocoded events says so; it has no observation behind it.
        if ((await reader.drawer.getByText("the geocoded events").count()) === 0) {
          assert.ok((await reader.drawer.locator("tbody tr").count()) > 0, `the number ${shown} opens to its observations`);
          opened += 1;
        }
      }
      await reader.page.keyboard.press("Escape");
    }
    assert.ok(opened > 0, "the sheet has numbers that open");
    for (const [name, type] of Object.entries({ PDF: "application/pdf", Word: "wordprocessingml.document", Excel: "spreadsheetml.sheet", "Web page": "text/html", Table: "text/csv" })) {
      await reader.presses(/^Download \((EN|FR)\)/, reader.page.locator(".page-head"));
      const link = reader.page.locator("#sheet-download").getByRole("link", { name: new RegExp(`^${name}`) });
      await link.waitFor();
      const got = await reader.page.evaluate(async (href) => { const response = await fetch(href); return [response.status, response.headers.get("content-type"), (await response.arrayBuffer()).byteLength]; }, await link.getAttribute("href"));
      assert.equal(got[0], 200, name);
      assert.ok(got[1].includes(type) && got[2] > 500, `${name}: ${got}`);
      await reader.page.keyboard.press("Escape");
    }
    await reader.presses(/^Download \((EN|FR)\)/, reader.page.locator(".page-head"));
    const manifest = await reader.page.evaluate(async (href) => (await fetch(href)).json(), await reader.page.locator("#sheet-download").getByRole("link", { name: /^Manifest/ }).getAttribute("href"));
    assert.equal(manifest.fact_sheet, address.split("/").at(-1));
    assert.deepEqual(manifest.files.map((file) => file.format), ["pdf", "html", "docx", "xlsx", "csv"]);
    await reader.page.keyboard.press("Escape");
    const denied = await reader.page.evaluate(async () => (await fetch(location.pathname.replace(/\/fact-sheets.*/, "").replace("/m/", "/api/v1/missions/") + "/stakeholders")).status);
    assert.ok(denied === 403 || denied === 404, "a reader sees what is published and no more");
    known.sheet = address;
  });

  it("leadership: where objectives stand and what waits, each with its evidence in two clicks; not for a reader", async () => {
    const { leader, reader } = people;
    await leader.goes("leadership");
    for (const heading of ["Objectives", "What got worse", "Decisions due", "Recommendations late", "Alerts"]) await leader.page.getByRole("heading", { name: heading, exact: true }).waitFor();
    await leader.page.locator("details summary.line").first().click();
    await leader.page.locator("details[open] a[href*='/indicators/']").first().click();
    await leader.stands();
    assert.match(leader.page.url(), /\/indicators\//, "the first click");
    const refused = await reader.page.evaluate(async (address) => (await fetch(address)).status, `/api/v1/missions/${MISSION}/leadership`);
    assert.equal(refused, 403);
    await reader.goes("");
    assert.equal(await reader.page.getByRole("link", { name: "Leadership", exact: true }).count(), 0);
  });

  it("a correction behind the sheet is shown to staff; withdrawn, readers see why and no more", async () => {
    const { planner, reader } = people;
    const sheet = await planner.asks(known.sheet);
    let source;
    for (const number of sheet.numbers.filter((one) => one.value !== null)) {
      const explained = await planner.asks(`${known.sheet}/numbers/${encodeURIComponent(number.id)}`);
      source ??= explained.sources.find((one) => one.value !== null && one.denominator === null)?.observation_id;
    }
    const { observation } = await planner.asks(`observations/${source}`);
    const corrected = await planner.page.evaluate(
      async ([address, body, version]) => {
        const token = (await (await fetch("/api/v1/session")).json()).csrf_token;
        const headers = { "content-type": "application/json", "x-csrf-token": token, "if-match": `"${version}"`, "idempotency-key": crypto.randomUUID() };
        return (await fetch(address, { method: "POST", headers, body: JSON.stringify(body) })).status;
      },
      [`/api/v1/missions/${MISSION}/observations/${source}/correct`, { observation: { ...observation, value: observation.value + 1, note: "Counted anew." }, reason: "Counted anew." }, observation.version],
    );
    assert.equal(corrected, 201, "the correction is taken");
    await eventually(async () => {
      await planner.goes(known.sheet);
      await planner.page.getByText(/^Data behind this sheet changed since/).waitFor({ timeout: 2_000 });
    }, "the mark on the sheet");
    await planner.goes("fact-sheets");
    await planner.page.getByText(/Data changed since/).first().waitFor();

    await planner.goes(known.sheet);
    await planner.presses("Withdraw", planner.page.locator(".page-head"));
    await planner.page.locator(".page-head form").getByLabel("Reason").fill(`A count was wrong ${mark}`);
    await planner.presses("Confirm", planner.page.locator(".page-head"));
    await planner.sees("Withdrawn");
    await reader.goes("fact-sheets");
    await reader.page.getByText(`A count was wrong ${mark}`).waitFor();
    await reader.page.getByRole("link", { name: `Markets stay open ${mark}` }).click();
    await reader.sees("Withdrawn");
    await reader.page.getByText(`A count was wrong ${mark}`).waitFor();
    assert.equal(await reader.page.locator(".sheet").count(), 0, "nothing of what it said");
  });
});
