// The entry grid by keyboard alone: typing, blocks, undo; a line cut in the middle of a save; a conflict; in English and
// French, accessible, and quick with 200 rows.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { MISSION, openChromium, openContext, signIn } from "./browser.mjs";
import { keyboardOf } from "./keys.mjs";
import { eventually } from "./people.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const SECTION = "Human Rights";
const ROWS = 200;
// Years to come, each run in others: what an earlier run left is not met.
const YEAR = 2040 + 4 * (Math.floor(Date.now() / 1000) % 37);

/** Somebody at the grid of a year. */
class Enterer {
  static async sitsDown(browser, role, language, year) {
    const context = await openContext(browser, { width: 1360, height: 900, language });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    await signIn(page, role);
    const one = new Enterer(page, context, errors, year);
    await one.opens();
    return one;
  }

  constructor(page, context, errors, year) {
    Object.assign(this, { page, context, errors, year });
  }

  async opens(query = `section=${encodeURIComponent(SECTION)}&every=month&to=${this.year}-12`) {
    await this.page.goto(`/m/${MISSION}/entry?${query}`);
    await this.page.locator("td[data-row='0'][data-column='0']").waitFor();
  }

  /** Reaches the grid by the Tab key only. */
  async tabsIntoTheGrid() {
    for (let pressed = 0; pressed < 80; pressed += 1) {
      if (await this.page.evaluate(() => document.activeElement?.matches("td[data-row]"))) return;
      await this.page.keyboard.press("Tab");
    }
    assert.fail("the grid is not reached by Tab");
  }

  async presses(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async types(text, then = "Enter") {
    await this.page.keyboard.type(text);
    await this.presses(then);
  }

  async pastes(text) {
    await this.page.evaluate((block) => navigator.clipboard.writeText(block), text);
    await this.presses("Control+v");
  }

  cell(row, column) {
    return this.page.locator(`td[data-row='${row}'][data-column='${column}']`);
  }

  /** What a cell shows, without what is only read out. */
  shown(row, column) {
    return this.cell(row, column).locator("span:not(.unseen)").first().innerText();
  }

  async stands(row, column, text, standing) {
    await eventually(async () => {
      assert.equal(await this.shown(row, column), text);
      assert.match(await this.cell(row, column).getAttribute("class"), new RegExp(`\\b${standing}\\b`));
    }, `cell ${row}, ${column}: ${text} ${standing}`);
  }

  /** The place where the person is. */
  at() {
    return this.page.evaluate(() => { const cell = document.activeElement?.closest("td[data-row]"); return cell ? [Number(cell.dataset.row), Number(cell.dataset.column)] : null; });
  }

  /** What the server has of the year. */
  async stored() {
    const path = `/api/v1/missions/${MISSION}/entry-cells?section=${encodeURIComponent(SECTION)}&first_period=${this.year}-01&last_period=${this.year}-12`;
    return (await this.page.evaluate(async (address) => (await fetch(address)).json(), path)).cells;
  }

  async violations() {
    const { violations } = await new AxeBuilder({ page: this.page }).withTags(TAGS).analyze();
    return violations.map((rule) => `${rule.id}: ${rule.nodes[0].target.join(" ")}: ${rule.nodes[0].failureSummary?.split("\n")[1]?.trim()}`);
  }
}

describe("the entry grid", { concurrency: false }, () => {
  let browser;
  before(async () => (browser = await openChromium()));
  after(() => browser?.close());

  const words = { en: { decimal: "12.5", none: "n/a", submit: `Submit all drafts of ${SECTION}`, blocked: /Mend first .* 1 in error/, there: "Go there", mark: "Mark for follow-up", unmark: "Take the mark off", marked: /for follow-up/, comment: "Add a comment", yours: /^Your comment/, send: "Send the comment", said: "1 comment", listed: "1 cell is marked for follow-up", line: "Marks and comments need the line.", mine: "Keep mine", theirs: "Take theirs", history: "History" }, fr: { decimal: "12,5", none: "s.o.", submit: `Soumettre tous les brouillons de ${SECTION}`, blocked: /Corrigez d’abord .* 1 en erreur/, there: "Y aller", mark: "Marquer à suivre", unmark: "Retirer la marque", marked: /à suivre/, comment: "Ajouter un commentaire", yours: /^Votre commentaire/, send: "Envoyer le commentaire", said: "1 commentaire", listed: "1 cellule à suivre", line: "Les marques et les commentaires ont besoin de la ligne.", mine: "Garder la mienne", theirs: "Prendre la leur", history: "Historique" } };

  for (const [place, language] of ["en", "fr"].entries()) {
    const year = YEAR + place * 2;
    const say = words[language];

    it(`takes a year by keyboard alone (${language})`, { timeout: 120_000 }, async () => {
      const one = await Enterer.sitsDown(browser, "focal_point", language, year);
      await one.tabsIntoTheGrid();
      assert.deepEqual(await one.at(), [0, 0]);
      await one.types("7");
      assert.deepEqual(await one.at(), [1, 0], "Enter goes down");
      await one.stands(0, 0, "7", "draft");
      await one.presses("ArrowUp", "ArrowRight");
      await one.types("0", "Tab");
      assert.deepEqual(await one.at(), [0, 2], "Tab goes right");
      await one.types("-");
      await one.presses("ArrowUp", "ArrowRight");
      await one.types(say.none, "Tab");
      await one.types("*", "Tab");
      for (const [column, text, meaning] of [[1, "0", /zero|zéro/], [2, "–", /Missing|Manquant/], [3, say.none, /Not applicable|Sans objet/], [4, "•••", /Suppressed|Masqué/]]) {
        await one.stands(0, column, text, "draft");
        assert.match(await one.cell(0, column).innerText(), meaning, "each is read out as what it is");
      }
      // F2 edits what stands there, Escape leaves it, typing replaces it.
      await one.presses("Home", "F2");
      await one.types("5");
      await one.stands(0, 0, "75", "draft");
      await one.presses("ArrowUp");
      await one.types("9", "Escape");
      await one.stands(0, 0, "75", "draft");
      await one.types("8");
      await one.stands(0, 0, "8", "draft");
      await one.presses("Control+z");
      await one.stands(0, 0, "75", "draft");
      await one.presses("Control+y");
      await one.stands(0, 0, "8", "draft");
      // A block from a spreadsheet, and filled down.
      await one.presses("Control+Home", "ArrowDown");
      await one.pastes(`1\t${say.decimal}\t3\r\n4\t5\t6\r\n`);
      await one.stands(1, 1, say.decimal, "draft");
      await one.stands(2, 2, "6", "draft");
      await one.presses("Control+Home", "End");
      await one.types("11");
      await one.presses("ArrowUp", "Shift+ArrowDown", "Shift+ArrowDown", "Control+d");
      await one.stands(2, 11, "11", "draft");
      const stored = await one.stored();
      assert.equal(stored.filter((cell) => cell.state === "draft").length, 14);
      assert.deepEqual(stored.filter((cell) => cell.period === `${year}-02`).map((cell) => cell.value).sort((a, b) => a - b), [0, 5, 12.5]);
      // What is no number stays, with what would be right.
      await one.presses("Control+Home");
      await one.types("twelve", "Tab");
      await one.stands(0, 0, "twelve", "error");
      // The section is not submitted around it, and the page says why and leads there.
      const submit = one.page.getByRole("button", { name: say.submit });
      await one.page.locator(".notice", { hasText: say.blocked }).waitFor();
      assert.equal(await submit.isDisabled(), true);
      assert.deepEqual(await one.violations(), []);
      await one.presses("ArrowDown");
      await one.page.getByRole("button", { name: say.there }).click();
      assert.deepEqual(await one.at(), [0, 0]);
      await one.types("8", "Tab");
      await one.stands(0, 0, "8", "draft");
      await eventually(async () => assert.equal(await submit.isEnabled(), true), "the section can be submitted");
      await one.presses("Home");
      await one.page.getByRole("button", { name: say.history }).click();
      await one.page.locator("aside.drawer ul.list li").nth(2).waitFor();
      await one.presses("Escape");
      await one.page.getByRole("button", { name: say.submit }).click();
      await one.page.locator(".notice").first().waitFor();
      await one.stands(2, 2, "6", "submitted");
      assert.deepEqual(one.errors, []);
      await one.context.close();
    });

    it(`marks a cell for follow-up and says why, without a value in it (${language})`, { timeout: 120_000 }, async () => {
      const one = await Enterer.sitsDown(browser, "focal_point", language, year);
      const keyboard = keyboardOf(() => ({ page: one.page, drawer: one.page.locator("aside.drawer") }));
      const remarks = () => one.page.evaluate(async (address) => (await fetch(address)).json(), `/api/v1/missions/${MISSION}/entry-cells?section=${encodeURIComponent(SECTION)}&first_period=${year}-10&last_period=${year}-10`).then((answer) => answer.signs);
      await one.tabsIntoTheGrid();
      await one.presses("Home", ...Array(9).fill("ArrowRight"), "F6");
      await keyboard.presses(keyboard.named("button", say.mark));
      await keyboard.named("button", say.unmark).waitFor();
      await one.cell(0, 9).locator("svg.flag").waitFor();
      assert.match(await one.cell(0, 9).innerText(), say.marked, "read out");
      await keyboard.presses(keyboard.named("button", say.comment));
      await keyboard.types(one.page.locator("aside.drawer").getByLabel(say.yours), "The list lies in Bria.");
      await keyboard.presses(one.page.locator("aside.drawer").getByRole("button", { name: say.send }));
      await one.page.locator("aside.drawer ul.list li", { hasText: "The list lies in Bria." }).waitFor();
      assert.deepEqual(await one.violations(), []);
      await one.presses("Escape");
      await keyboard.named("button", say.said).waitFor();
      await one.page.getByText(say.listed).click();
      await one.cell(1, 1).click();
      await one.page.locator("details[open] button", { has: one.page.locator("svg.flag") }).click();
      assert.deepEqual(await one.at(), [0, 9], "the list leads to it");
      assert.deepEqual((await remarks()).map((sign) => [sign.marked, sign.comments]), [[true, 1]]);
      await one.context.setOffline(true);
      await one.page.getByText(say.line).waitFor();
      assert.equal(await keyboard.named("button", say.unmark).isDisabled(), true);
      await one.context.setOffline(false);
      await eventually(async () => assert.equal(await keyboard.named("button", say.unmark).isEnabled(), true), "the line is back");
      await one.presses("F6");
      await keyboard.presses(keyboard.named("button", say.unmark));
      await one.presses("F6");
      assert.deepEqual(await one.at(), [0, 9], "and back to the cell");
      await eventually(async () => assert.deepEqual((await remarks()).map((sign) => [sign.marked, sign.comments]), [[false, 1]]), "the mark is off, the comment stays");
      assert.deepEqual(one.errors, []);
      await one.context.close();
    });

    it(`loses nothing when the line is cut in the middle of a save (${language})`, { timeout: 120_000 }, async () => {
      const one = await Enterer.sitsDown(browser, "focal_point", language, year + 1);
      const rows = "**/observations/rows";
      // The server stores it, and the answer never comes.
      await one.page.route(rows, async (route) => {
        await route.fetch().catch(() => undefined);
        await route.abort();
      });
      await one.tabsIntoTheGrid();
      await one.types("21", "Tab");
      await one.stands(0, 0, "21", "waiting");
      await eventually(async () => assert.equal((await one.stored()).length, 1), "the first value at the server");
      await one.context.setOffline(true);
      await one.types("22", "Tab");
      await one.presses("Home");
      await one.types("23", "Tab");
      await one.stands(0, 1, "22", "waiting");
      // Still no way through when the line is back, and the page is closed and opened again.
      await one.page.unroute(rows);
      await one.page.route(rows, (route) => route.abort());
      await one.context.setOffline(false);
      await one.opens();
      await one.stands(0, 0, "23", "waiting");
      await one.stands(0, 1, "22", "waiting");
      assert.deepEqual(await one.violations(), []);
      await one.page.unroute(rows);
      await one.page.evaluate(() => window.dispatchEvent(new Event("online")));
      await one.stands(0, 0, "23", "draft");
      await one.stands(0, 1, "22", "draft");
      const stored = (await one.stored()).sort((a, b) => a.period.localeCompare(b.period));
      assert.deepEqual(stored.map((cell) => cell.value), [23, 22]);
      const history = await one.page.evaluate(async (address) => (await fetch(address)).json(), `/api/v1/missions/${MISSION}/observations/${stored[0].id}`);
      assert.deepEqual(history.history.map((edition) => edition.value), [21, 23], "each value once");
      assert.deepEqual(one.errors, []);
      await one.context.close();
    });

    it(`keeps mine and theirs until someone chooses (${language})`, { timeout: 120_000 }, async () => {
      const mine = await Enterer.sitsDown(browser, "focal_point", language, year + 1);
      const theirs = await Enterer.sitsDown(browser, "coordinator", language, year + 1);
      for (const [column, choose, kept] of [[6, say.mine, "31"], [7, say.theirs, "41"]]) {
        await theirs.cell(0, column).click();
        await theirs.types("41");
        await theirs.stands(0, column, "41", "draft");
        await mine.cell(0, column).click();
        await mine.types("31");
        await mine.stands(0, column, "31", "conflict");
        await mine.cell(0, column).click();
        const bar = await mine.page.locator(".entry-bar").innerText();
        assert.ok(bar.includes("31") && bar.includes("41"), bar);
        assert.equal((await mine.stored()).find((cell) => cell.period === `${year + 1}-0${column + 1}`)?.value, 41, "theirs stands until then");
        assert.deepEqual(await mine.violations(), []);
        await mine.page.getByRole("button", { name: choose }).click();
        await mine.stands(0, column, kept, "draft");
      }
      const stored = await mine.stored();
      assert.deepEqual([6, 7].map((column) => stored.find((cell) => cell.period === `${year + 1}-0${column + 1}`)?.value), [31, 41]);
      assert.deepEqual([...mine.errors, ...theirs.errors], []);
      await mine.context.close();
      await theirs.context.close();
    });
  }

  for (const [place, language] of ["en", "fr"].entries()) {
    it(`has areas by slices, and copies a block (${language})`, { timeout: 60_000 }, async () => {
      const one = await Enterer.sitsDown(browser, "focal_point", language, YEAR + place * 2);
      // A month that no other step enters.
      await one.opens(`by=area&indicator=OC-CIVDEATHS&across=slice&to=${YEAR + place * 2 + 2}-07`);
      const columns = await one.page.locator("thead th[scope='col'], thead th[role='columnheader']").allInnerTexts();
      assert.ok(columns.length >= 4, `a total and the slices by sex: ${columns}`);
      await one.tabsIntoTheGrid();
      await one.presses("Control+Home", "ArrowRight");
      await one.types("4", "Tab");
      await one.types("-", "Tab");
      await one.presses("Control+Home", "ArrowDown", "ArrowRight");
      await one.types("6", "Tab");
      await one.stands(0, 1, "4", "draft");
      await one.stands(1, 1, "6", "draft");
      await one.presses("Control+Home", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowDown", "Control+c");
      assert.deepEqual((await one.page.evaluate(() => navigator.clipboard.readText())).split(/\r?\n/).map((line) => line.split("\t")), [["4", "–"], ["6", ""]]);
      await one.presses("Control+Home", "ArrowDown", "ArrowDown", "ArrowRight", "Control+v");
      await one.stands(2, 1, "4", "draft");
      await one.stands(2, 2, "–", "draft");
      await one.stands(3, 1, "6", "draft");
      const path = `/api/v1/missions/${MISSION}/entry-cells?indicator=OC-CIVDEATHS&every_area=true&first_period=${YEAR + place * 2 + 2}-07&last_period=${YEAR + place * 2 + 2}-07`;
      const { cells } = await one.page.evaluate(async (address) => (await fetch(address)).json(), path);
      assert.deepEqual(cells.filter((cell) => cell.slice !== "").map((cell) => [cell.kind, cell.value]).sort(), [["missing", null], ["missing", null], ["value", 4], ["value", 4], ["value", 6], ["value", 6]]);
      assert.deepEqual(await one.violations(), []);
      assert.deepEqual(one.errors, []);
      await one.context.close();
    });
  }

  it(`takes a block of 1800 cells with ${ROWS} rows of twelve periods`, { timeout: 120_000 }, async (test) => {
    const one = await Enterer.sitsDown(browser, "focal_point", "en", YEAR);
    const indicator = await one.page.evaluate(async (address) => (await (await fetch(address)).json()).indicators.find((each) => each.state === "active" && each.frequency === "month" && each.kind === "count" && !each.event_measure), `/api/v1/missions/${MISSION}/indicators?page_size=500`);
    const areas = Array.from({ length: ROWS }, (_, place) => ({ id: String(place), code: `X${place}`, name: { en: `Area ${place}`, fr: `Zone ${place}` }, level: 1, parent_code: "" }));
    await one.page.route("**/areas", (route) => route.fulfill({ json: { areas } }));
    // Nothing goes out: it is the screen that is measured.
    await one.page.route("**/observations/rows", (route) => route.abort());
    await one.opens(`by=area&indicator=${indicator.code}&to=${YEAR}-12`);
    await one.cell(ROWS, 11).waitFor({ state: "attached" });
    await one.cell(0, 0).click();
    const timed = async (does) => {
      const begun = Date.now();
      await does();
      return Date.now() - begun;
    };
    const arrows = await timed(async () => { for (let step = 0; step < 40; step += 1) await one.presses("ArrowDown"); });
    assert.deepEqual(await one.at(), [40, 0]);
    const block = Array.from({ length: 150 }, (_, row) => Array.from({ length: 12 }, (__, column) => row + column).join("\t")).join("\n");
    const paste = await timed(async () => { await one.pastes(block); await one.stands(189, 11, "160", "waiting"); });
    const typed = await timed(async () => { await one.types("5"); });
    // Told and not judged: on a busy machine they say more of the machine.
    test.diagnostic(`40 arrows ${arrows} ms, a block of 1800 cells ${paste} ms, one value typed ${typed} ms`);
    await one.page.evaluate(() => new Promise((done) => { const gone = indexedDB.deleteDatabase("cpas-entry"); gone.onsuccess = gone.onerror = gone.onblocked = done; }));
    await one.context.close();
  });
});
