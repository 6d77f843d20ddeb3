// Papers: each template gives a first draft; the annex to the report lives its whole life, by mouse in English and by
// keyboard alone in French; its table stands in every format and opens down to its source.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { MISSION, openChromium } from "./browser.mjs";
import { keyboardOf } from "./keys.mjs";
import { eventually, Person } from "./people.mjs";

const mark = Date.now().toString(36);
const TEMPLATES = ["fact_sheet", "impact_assessment", "report_annex", "quarterly_performance", "rbb_performance", "gender_poc_brief", "briefing_note"];

describe("papers", { concurrency: false }, () => {
  let browser;
  let author;
  let chief;
  before(async () => {
    browser = await openChromium();
    [author, chief] = await Promise.all([Person.signsIn(browser, "coordinator"), Person.signsIn(browser, "leadership")]);
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual([...author.errors, ...chief.errors], []);
  });

  const axe = async (person, what) => {
    const { violations } = await new AxeBuilder({ page: person.page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
    assert.deepEqual(violations.map((one) => `${one.id}: ${one.nodes[0].target}`), [], what);
  };
  /** A new paper; the page is its studio afterwards. */
  async function drafts(person, { title, template, audience = "internal", assessment }) {
    await person.goes("fact-sheets");
    await person.presses("Draft a fact sheet");
    await person.fills({ "Title (EN)": title, Audience: audience, "What it starts from": template, ...(assessment ? { Assessment: assessment } : {}) });
    await person.sends("Draft a fact sheet", async () => assert.match(person.page.url(), /fact-sheets\/[0-9a-f-]{36}/));
    await person.stands();
  }
  const document = (person, id, format, language) => person.page.evaluate(async (address) => {
    const answer = await fetch(address);
    return { status: answer.status, text: /html|csv/.test(answer.headers.get("content-type") ?? "") ? await answer.text() : "", bytes: Number(answer.headers.get("content-length") ?? 0) };
  }, `/api/v1/missions/${MISSION}/fact-sheets/${id}/document.${format}?language=${language}`);

  it("start from each template with blocks that can be changed", { timeout: 240_000 }, async () => {
    const { assessments } = await author.asks("assessments");
    const frozen = assessments.find((one) => one.state !== "scheduled");
    for (const template of TEMPLATES) {
      await drafts(author, { title: `${template} ${mark}`, template, assessment: frozen.id });
      const blocks = author.page.locator("fieldset.block");
      assert.ok((await blocks.count()) >= 2, `${template}: ${await blocks.count()} blocks`);
      assert.equal(await author.page.locator(".notice.wrong").count(), 0, template);
      if (template !== "fact_sheet" && template !== "briefing_note") assert.ok((await author.page.locator("article.sheet h3").count()) >= 1, template);
    }
  });

  it("of an assessment need one, and say so", async () => {
    await author.goes("fact-sheets");
    await author.presses("Draft a fact sheet");
    await author.fills({ "Title (EN)": `Unmade ${mark}`, "What it starts from": "impact_assessment" });
    await author.drawer.getByText("Made from an assessment: choose one.").waitFor();
    const chosen = author.field("Assessment");
    assert.equal(await chosen.evaluate((element) => element.required), true);
    await author.page.keyboard.press("Escape");
  });

  it("the annex is drafted, changed, cleared, published and withdrawn by mouse", { timeout: 180_000 }, async () => {
    await drafts(author, { title: `Annex ${mark}`, template: "report_annex", audience: "internal" });
    const { page } = author;
    const preview = page.locator("article.sheet");
    await preview.locator("tbody tr").first().waitFor();
    await axe(author, "the studio");
    // One more table, of two indicators that are chosen.
    await author.presses("+ Table of indicators");
    const block = page.locator("fieldset.block").last();
    await block.getByLabel("Title (EN)").fill(`Chosen ${mark}`);
    await block.getByRole("checkbox").nth(1).check();
    await author.presses("Save");
    await eventually(async () => assert.equal(await preview.locator("figure", { hasText: `Chosen ${mark}` }).locator("tbody tr").count(), 2), "two rows");
    const id = page.url().split("/").at(-1).split("?")[0];
    // What is typed shows at once; stored it is a moment later.
    await eventually(async () => assert.ok((await author.asks(`fact-sheets/${id}`)).blocks.at(-1).text.en.startsWith("Chosen")), "it is saved");

    await chief.goes(`fact-sheets/${id}`);
    await chief.moves("Clear", "Cleared");
    const chosen = chief.page.locator("article.sheet figure", { hasText: `Chosen ${mark}` });
    await chosen.getByRole("columnheader", { name: "Target" }).waitFor();
    await chosen.locator("button.number-link").first().click();
    await chief.drawer.locator("dl.facts").waitFor();
    await chief.page.keyboard.press("Escape");
    await chief.moves("Publish", "Published");
    await axe(chief, "a published annex");
    const page_ = await document(chief, id, "html", "en");
    assert.match(page_.text, /<th scope="col">Baseline<\/th><th scope="col">Target<\/th>/);
    const list = await document(chief, id, "csv", "fr");
    assert.equal(list.status, 200);
    assert.ok(list.text.split("\r\n").length > 5, "a row for each number");
    for (const format of ["pdf", "docx", "xlsx"]) assert.equal((await document(chief, id, format, "fr")).status, 200, format);

    await chief.presses("Withdraw", chief.page.locator(".page-head"));
    await chief.page.getByRole("textbox", { name: /^Reason/ }).fill("A target was wrong.");
    await chief.presses("Confirm");
    await chief.sees("Withdrawn");
  });

  describe("by keyboard alone, in French", () => {
    let planner;
    let sheet;
    const { page, keys, named, presses, types, chooses } = keyboardOf(() => planner);
    before(async () => (planner = await Person.signsIn(browser, "coordinator", "fr")));
    after(() => assert.deepEqual(planner.errors, []));

    it("the annex is drafted, changed and saved", { timeout: 180_000 }, async () => {
      await planner.goes("fact-sheets");
      await presses(named("button", "Rédiger une fiche"));
      const form = planner.drawer;
      await types(named("textbox", /^Titre \(FR\)/, form), `Annexe ${mark}`);
      await chooses(named("combobox", "Public visé", form), "Interne");
      await chooses(named("combobox", /^Point de départ/, form), "Annexe au rapport");
      await presses(named("button", "Rédiger une fiche", form));
      await page().waitForURL(/fact-sheets\/[0-9a-f-]{36}/);
      await planner.stands();
      const blocks = page().locator("fieldset.block");
      const before = await blocks.count();
      await presses(named("button", "+ Tableau d’indicateurs"));
      await eventually(async () => assert.equal(await blocks.count(), before + 1), "one more block");
      const own = blocks.last();
      assert.ok(await own.evaluate((block) => block.contains(document.activeElement)), "who added it is in it");
      await types(own.getByLabel("Titre (FR)"), `Choisis ${mark}`);
      await presses(own.getByRole("checkbox").nth(2), "Space");
      await presses(named("button", "Enregistrer"));
      sheet = page().url().split("/").at(-1).split("?")[0];
      await eventually(async () => {
        const stored = await planner.asks(`fact-sheets/${sheet}`);
        assert.equal(stored.blocks.at(-1).query.more_indicator_codes.length, 1);
      }, "it is saved");
      await page().locator("article.sheet figure", { hasText: `Choisis ${mark}` }).getByRole("columnheader", { name: "Référence" }).waitFor();
      await axe(planner, "the studio in French");
    });

    it("is cleared and read by leadership, down to a source", { timeout: 120_000 }, async () => {
      const head = await Person.signsIn(browser, "leadership", "fr");
      const leader = keyboardOf(() => head);
      await head.goes(`fact-sheets/${sheet}`);
      await leader.presses(leader.named("button", "Autoriser"));
      await head.sees("Autorisée");
      await leader.presses(head.page.locator("article.sheet figure", { hasText: `Choisis ${mark}` }).locator("button.number-link").first());
      await head.drawer.locator("dl.facts").waitFor();
      await leader.keys().press("Escape");
      await leader.closed();
      assert.deepEqual(head.errors, []);
    });
  });
});
