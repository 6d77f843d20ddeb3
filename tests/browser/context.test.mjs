// Context by keyboard and by mouse: the map in a period, the interval of mapping, the lenses of a factor and their filter, two records that are one
// stakeholder, and areas found by what people call them.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { openChromium } from "./browser.mjs";
import { eventually, Person } from "./people.mjs";

const mark = Date.now().toString(36).toUpperCase();
const [kept, gone] = [`Salt Traders ${mark}`, `Commerçants du sel ${mark}`];

describe("context", { concurrency: false }, () => {
  let browser;
  let coordinator;
  before(async () => {
    browser = await openChromium();
    coordinator = await Person.signsIn(browser, "coordinator");
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual(coordinator.errors, []);
  });
  const page = () => coordinator.page;
  const summary = (text) => coordinator.drawer.locator("summary", { hasText: text }).first();

  it("sets how often the mission maps, and says when the next map is due", async () => {
    await coordinator.goes("context");
    const card = page().locator(".card", { hasText: "Regular mapping" });
    for (const [months, says] of [["36", "A new map every 36 months"], ["6", "A new map every 6 months"]]) {
      await coordinator.presses("Set the interval");
      await coordinator.field("Months between two maps (1–36)").fill(months);
      await coordinator.sends("Save");
      await card.getByText(says).waitFor();
    }
    await card.getByText("The next map is due by").waitFor();
  });

  it("moves the map in time with the mouse: events and the map in force, in one request", async () => {
    const asked = [];
    page().on("request", (request) => /event-counts|with_geometry/.test(request.url()) && asked.push(request.url()));
    await coordinator.goes("context");
    const counts = await coordinator.asks("event-counts");
    assert.ok(counts.events >= 50 && counts.kinds.length >= 4, "the demo has events");
    asked.length = 0;
    await coordinator.goes("context");
    const circles = page().locator("svg.chart.map circle.event");
    await circles.first().waitFor();
    const status = page().locator("#main p[role=status]", { hasText: "event" });
    const shown = async () => Number(/: (\d+|no) event/.exec(await status.innerText())?.[1].replace("no", "0"));
    const rows = page().locator("#main tbody tr");
    const added = async () => (await rows.locator("td:nth-of-type(1)").allInnerTexts()).reduce((sum, text) => sum + Number(text), 0);
    const first = await shown();
    assert.ok(first > 0);
    assert.equal(await added(), first, "the table adds up to what is said");
    await page().getByText("The context map of this time").waitFor();
    assert.ok((await page().locator("svg.map path.r5, svg.map path.r4").count()) > 0, "areas are shaded");
    await page().getByText("imply official endorsement").first().waitFor();

    const slider = page().getByRole("slider", { name: "Move the period" });
    const end = await slider.getAttribute("aria-valuetext");
    await page().getByRole("button", { name: "Earlier", exact: true }).click();
    await page().waitForURL(/from=\d{4}-\d{2}&to=\d{4}-\d{2}/);
    assert.notEqual(await slider.getAttribute("aria-valuetext"), end);
    const box = await slider.boundingBox();
    await page().mouse.move(box.x + box.width - 4, box.y + box.height / 2);
    await page().mouse.down();
    for (const share of [0.8, 0.6, 0.4, 0.2, 0.01]) await page().mouse.move(box.x + box.width * share, box.y + box.height / 2);
    await page().mouse.up();
    await page().getByText("No context map speaks of this time or of an earlier one.").waitFor();
    await eventually(async () => assert.notEqual(await shown(), first));
    assert.equal(await page().locator("svg.map path.r5").count(), 0, "no map was in force");

    const months = await page().getByRole("combobox", { name: "From", exact: true }).locator("option").count();
    await page().getByRole("combobox", { name: "From", exact: true }).selectOption({ index: 0 });
    await page().getByRole("combobox", { name: "To", exact: true }).selectOption({ index: months - 1 });
    await eventually(async () => assert.equal(await shown(), counts.events, "all of them"));
    await page().getByText(/known by area only/).waitFor();
    assert.equal(await added(), counts.events);
    await page().getByLabel("Type of event").selectOption("Battles");
    await page().waitForURL(/kind=Battles/);
    const battles = counts.counts.filter((one) => counts.kinds[one.kind] === "Battles").reduce((sum, one) => sum + one.events, 0);
    await eventually(async () => assert.equal(await shown(), battles));
    // The last one lies on top of the others.
    await circles.last().click();
    await page().waitForURL(/area=CAR/);
    await page().getByText(/\d{4}: \d+ events?, .* by the best estimates/).waitFor();
    assert.deepEqual(asked.map((url) => new URL(url).pathname.split("/").at(-1)), ["event-counts"], "shapes came with the page, and nothing was asked for twice");

    const address = page().url();
    await page().goto(address);
    await coordinator.stands();
    await eventually(async () => assert.equal(await shown(), battles, "the address has it all"));
    assert.equal(await page().getByLabel("Type of event").inputValue(), "Battles");
  });

  it("shows one level of areas, and says what is about a part or a larger one", async () => {
    const context = await browser.newContext({ serviceWorkers: "block", baseURL: page().url(), storageState: await coordinator.context.storageState(), locale: "en-GB" });
    const other = await context.newPage();
    // The demo has one level: a second one and a country are added on the way to the page.
    await other.route(/\/areas(\?|$)/, async (route) => {
      const address = new URL(route.request().url());
      const level = address.searchParams.get("level");
      address.searchParams.delete("level");
      const { areas } = await (await route.fetch({ url: address.href })).json();
      const [one, two] = areas;
      const country = { ...two, id: "c", code: "CAR", level: 0, name: { en: "Carana", fr: "Carana" } };
      const within = { ...one, id: "w", code: "CAR0701", level: 2, parent_code: "CAR07", name: { en: "Within", fr: "Dedans" } };
      const all = [country, ...areas.map((area) => ({ ...area, parent_code: "CAR" })), within];
      await route.fulfill({ json: { areas: level === null ? all : all.filter((area) => String(area.level) === level) } });
    });
    await other.route(/\/context-maps\?/, async (route) => {
      const answer = await (await route.fetch()).json();
      for (const map of answer.context_maps) {
        for (const [place, code] of [["CAR0701"], ["CAR"]].entries()) {
          const factor = map.factors[place];
          if (factor && map.state === "published") factor.areas = code;
        }
      }
      await route.fulfill({ json: answer });
    });
    await other.goto("/m/UNMIC/stakeholders");
    await other.locator("#main h1").waitFor();
    await other.getByRole("link", { name: "Context", exact: true }).first().click();
    await other.locator("svg.map path.part").first().waitFor();
    const level = other.getByLabel("Areas of");
    assert.equal(await level.inputValue(), "1", "the one that most factors speak of");
    await other.locator(".card", { hasText: "Not drawn at this level" }).getByText("Carana (CAR)").waitFor();
    await other.getByText("true of a part of the area only").waitFor();
    await other.locator("#main tbody tr", { hasText: "CAR07" }).getByText(/about a part of it: CAR0701/).waitFor();
    await level.selectOption("2");
    await other.waitForURL(/level=2/);
    await eventually(async () => assert.equal(await other.locator("svg.map path").count() > 0 && await other.locator("svg.map > a").count(), 1, "one area has this level"));
    await other.unrouteAll({ behavior: "ignoreErrors" });
    await context.close();
  });

  it("writes a factor with its themes and lenses, and filters by them", async () => {
    const maps = (await coordinator.asks("context-maps")).context_maps;
    const draft = maps.find((map) => map.state === "draft");
    await coordinator.goes(`context-maps/${draft.id}`);
    await coordinator.presses("Add a factor");
    await coordinator.fills({ "Title (EN)": `Night market ${mark}`, Themes: `salt ${mark}, land` });
    await coordinator.field("Gender").selectOption("2");
    await coordinator.drawer.getByRole("button", { name: "Save" }).click();
    await coordinator.drawer.getByText("Say what differs for women, men, girls and boys.").first().waitFor();
    await coordinator.field("What differs for women, men, girls and boys (EN)").fill("Women sell by night");
    await coordinator.field("Protection of civilians").selectOption("false");
    await coordinator.sends("Save");
    const rows = page().locator("#main tbody tr");
    const all = await rows.count();
    await page().getByLabel("Theme").selectOption(`salt ${mark}`);
    await eventually(async () => assert.equal(await rows.count(), 1));
    await rows.getByText("Women sell by night").waitFor();
    assert.match(page().url(), /theme=/);
    await page().getByLabel("Theme").selectOption("");
    await page().getByLabel("Gender").focus();
    await page().keyboard.type("Not");
    await eventually(async () => assert.match(page().url(), /gender=not_seen/));
    await eventually(async () => assert.ok((await rows.count()) < all));
    await page().getByLabel("Gender").selectOption("");
    await eventually(async () => assert.equal(await rows.count(), all));
  });

  it("merges two records, reads them as one, and takes the merge back", async () => {
    for (const name of [gone, kept]) {
      await coordinator.goes("stakeholders");
      await coordinator.presses("Register a stakeholder");
      await coordinator.fills({ Name: name });
      await coordinator.sends("Register a stakeholder", async () => assert.equal(await coordinator.drawer.getByRole("heading", { name }).count(), 1));
    }
    await summary("Merge with another record").click();
    const other = coordinator.drawer.getByLabel("The same stakeholder is also recorded as");
    await other.selectOption({ label: `${gone} (State institution)` });
    await coordinator.drawer.getByRole("button", { name: "Merge", exact: true }).click();
    await coordinator.drawer.getByRole("button", { name: "Confirm" }).click();
    await coordinator.drawer.getByText(`Also recorded as: ${gone}`).waitFor();
    await eventually(async () => assert.equal(await page().locator(".chip", { hasText: gone }).count(), 0, "one of the two on the page"));
    await coordinator.drawer.getByRole("button", { name: "Undo the merge" }).click();
    await eventually(async () => assert.equal(await coordinator.drawer.getByText(`Also recorded as: ${gone}`).count(), 0));
    await page().locator(".chip", { hasText: gone }).waitFor();
  });

  it("finds an area by a near miss", async () => {
    const areas = (await coordinator.asks("areas")).areas;
    const area = areas.find((one) => one.name.en.length > 5);
    await coordinator.goes("context?view=areas");
    const search = page().getByLabel("Search by code, name or alias");
    await search.fill(area.name.en.slice(0, 2) + area.name.en.slice(3));
    await page().locator("tr", { hasText: area.code }).waitFor();
    await page().getByText("Near to it:").waitFor();
    await search.fill("xqxqxqxq");
    await page().getByText("No area is called “xqxqxqxq”").waitFor();
  });

  it("shows what an area was a part of, and what was there on a day before", async () => {
    const change = (await coordinator.asks("area-changes")).changes.find((one) => one.kind === "split" && one.share_basis);
    await coordinator.goes("context?view=areas");
    const [before] = change.predecessors;
    const [part] = change.successors;
    await page().locator("tr", { hasText: part.code }).getByText(new RegExp(`Part of ${before} until .*%`)).waitFor();
    assert.equal(await page().getByRole("rowheader", { name: before, exact: true }).count(), 0, "it is no more");
    await page().getByLabel("On", { exact: true }).fill("2000-01-01");
    await page().getByRole("rowheader", { name: before, exact: true }).waitFor();
    await page().locator("tr", { hasText: before }).getByText(`Became ${change.successors.map((one) => one.code).join(", ")}`).waitFor();
  });

  it("merges two areas by keyboard alone, splits what came of it, and takes both back", async () => {
    const areas = (await coordinator.asks("areas")).areas.filter((area) => area.level === 1).slice(-2);
    const [merged, one, other] = ["M", "S1", "S2"].map((kind) => `${kind}${mark}`);
    await coordinator.goes("context?view=areas");
    await page().getByRole("button", { name: "Merge areas" }).focus();
    await page().keyboard.press("Enter");
    for (const area of areas) {
      await coordinator.drawer.getByLabel(`${area.name.en} (${area.code})`).focus();
      await page().keyboard.press("Space");
    }
    await coordinator.field("From").fill("2026-01-01");
    await coordinator.field("Code of the new area").focus();
    await page().keyboard.type(merged);
    await coordinator.field("Name (EN)").focus();
    await page().keyboard.type(`Both of ${mark}`);
    await page().keyboard.press("Enter");
    await page().locator("tr", { hasText: merged }).getByText(`Merged of ${areas.map((area) => area.code).join(", ")}`).waitFor();
    assert.equal(await coordinator.drawer.count(), 0);

    await coordinator.presses("Split an area");
    await coordinator.field("Which area").selectOption(merged);
    await coordinator.field("From").fill("2026-03-01");
    for (const [place, code, share] of [[1, one, "60"], [2, other, "30"]]) {
      const part = coordinator.drawer.getByRole("group", { name: `Part ${place}` });
      await coordinator.fills({ Code: code, "Share (%)": share, "Name (EN)": `Part ${code}` }, part);
    }
    await coordinator.field("Shares of what (EN)").fill("people");
    await coordinator.drawer.getByRole("button", { name: "Split", exact: true }).click();
    await coordinator.drawer.getByText("The shares add up to 90 %, not to 100 %.").first().waitFor();
    await coordinator.fills({ "Share (%)": "40" }, coordinator.drawer.getByRole("group", { name: "Part 2" }));
    await coordinator.sends("Split");
    await page().locator("tr", { hasText: one }).getByText(/60.?%/).waitFor();

    const line = (text) => page().locator("section.card li", { hasText: text });
    for (const text of [`${merged} became`, `were merged into ${merged}`]) {
      await line(text).getByRole("button", { name: "Take back" }).focus();
      await page().keyboard.press("Enter");
      await line(text).getByRole("button", { name: "Confirm" }).click();
      await line(text).getByText("taken back").waitFor();
    }
    for (const area of areas) await page().getByRole("rowheader", { name: area.code, exact: true }).waitFor();
    assert.equal(await page().getByRole("rowheader", { name: merged, exact: true }).count(), 0);
  });

  it("records a file as evidence, gives it back, and shows where it is used", async () => {
    await coordinator.goes("context?view=evidence");
    await coordinator.presses("Record evidence");
    await coordinator.fills({ Title: `Minutes ${mark}`, Source: "Civil Affairs" });
    const file = coordinator.drawer.locator("input[type=file]");
    await file.setInputFiles({ name: "minutes.pdf", mimeType: "application/pdf", buffer: Buffer.from("<html>no PDF</html>") });
    await coordinator.drawer.getByText("minutes.pdf").waitFor();
    await coordinator.drawer.getByRole("button", { name: "Record evidence", exact: true }).click();
    await coordinator.drawer.getByText("The content of the file is neither a PDF").first().waitFor();
    const content = `%PDF-1.7 ${mark}`;
    await file.setInputFiles({ name: "minutes.pdf", mimeType: "application/pdf", buffer: Buffer.from(content) });
    await coordinator.sends("Record evidence");
    const row = page().locator("tr", { hasText: `Minutes ${mark}` });
    const link = row.getByRole("link", { name: /minutes\.pdf/ });
    const got = await page().evaluate(async (address) => {
      const answer = await fetch(address);
      const header = (name) => answer.headers.get(name);
      return { text: await answer.text(), as: header("content-disposition"), type: header("content-type"), sniff: header("x-content-type-options"), policy: header("content-security-policy") };
    }, await link.getAttribute("href"));
    assert.equal(got.text, content);
    assert.match(got.as, /^attachment; filename="minutes\.pdf"/);
    assert.deepEqual([got.type, got.sniff], ["application/pdf", "nosniff"]);
    assert.match(got.policy, /sandbox/);
    await row.getByRole("button", { name: `Where “Minutes ${mark}” is used` }).focus();
    await page().keyboard.press("Enter");
    await coordinator.drawer.getByText("No factor that you may see rests on it.").waitFor();
    const map = (await coordinator.asks("context-maps")).context_maps.find((one) => one.factors.some((factor) => factor.evidence_ids.length));
    const used = map.factors.find((factor) => factor.evidence_ids.length);
    const evidence = (await coordinator.asks("evidence?page_size=200")).evidence.find((one) => one.id === used.evidence_ids[0]);
    await coordinator.goes("context?view=evidence");
    await page().getByRole("button", { name: `Where “${evidence.title}” is used` }).first().click();
    await coordinator.drawer.getByText(used.title.en).first().waitFor();
  });

  it("records an event as evidence, which opens to what its source said", async () => {
    const title = `Incident ${mark}`;
    await coordinator.goes("context?view=evidence");
    await coordinator.presses("Record evidence");
    await summary("The evidence is an event").click();
    const take = coordinator.drawer.getByRole("button", { name: /^Take / }).first();
    const name = (await take.getAttribute("aria-label")).slice("Take ".length);
    await take.click();
    await coordinator.drawer.getByText(`The evidence is the event “${name}”.`).waitFor();
    assert.equal(await coordinator.field("Title").inputValue(), name, "named after the event until somebody knows better");
    await coordinator.field("Title").fill(title);
    await coordinator.sends("Record evidence");
    const made = await eventually(async () => {
      const found = (await coordinator.asks("evidence?page_size=200")).evidence.find((one) => one.title === title);
      assert.ok(found);
      return found;
    }, "the piece that was recorded");
    const event = await coordinator.asks(`events/${made.event_id}`);
    assert.deepEqual([made.source, made.date.slice(0, 7)], [event.source, event.date.slice(0, 7)]);
    await page().getByRole("row", { name: title }).getByRole("button", { name: "Event", exact: true }).click();
    await coordinator.drawer.getByText(`${event.source} · ${event.external_id}`).waitFor();
    await coordinator.drawer.getByText(/by the best estimate|not known/).waitFor();
  });

  it("fills the parts of a split from a file, and says what is no such file", async () => {
    await coordinator.goes("context?view=areas");
    await coordinator.presses("Split an area");
    const file = coordinator.drawer.locator("input[type=file]");
    await file.setInputFiles({ name: "x.geojson", mimeType: "application/geo+json", buffer: Buffer.from("{}") });
    await coordinator.drawer.getByText("This is no GeoJSON with two areas or more.").waitFor();
    const square = (code, west) => ({ type: "Feature", properties: { code, name: `Named ${code}` }, geometry: { type: "Polygon", coordinates: [[[west, 0], [west + 1, 0], [west + 1, 1], [west, 1], [west, 0]]] } });
    const parts = JSON.stringify({ type: "FeatureCollection", features: [square("F1", 0), square("F2", 1)] });
    await file.setInputFiles({ name: "x.geojson", mimeType: "application/geo+json", buffer: Buffer.from(parts) });
    await coordinator.drawer.getByText("Boundary from the file.").first().waitFor();
    assert.equal(await coordinator.drawer.getByRole("group", { name: "Part 2" }).getByLabel(/^Name \(EN\)/).inputValue(), "Named F2");
  });
});
