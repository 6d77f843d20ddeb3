// A messy workbook comes in: several sheets, titles, headings of two rows, mistakes; its rejected rows go back as the same
// workbook, are mended, and come in. Strange columns are explained and corrected, and an import is taken back. How far the work on a large one is, is told on every page. In English and French.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { parts, withCell, workbookOfSheets } from "./archive.mjs";
import { eventually } from "./people.mjs";
import { MISSION, openChromium, openContext, signIn } from "./browser.mjs";

const words = {
  en: { head: ["Indicator", "Area", "Month", "Value"], asked: ["Indicator", "Area", "Period", "Value"], sheets: "Sheets", left: "Left out:", rejected: "Rejected", added: "New", unknown: "Known already", download: "Download rejected rows", reason: "Reason", why: "The mission has no area", again: "Read again with these sheets", takeIn: /^Take in \d+ rows?$/, committed: /taken in/, rows: "Rejected rows, sheet “North”", work: (file) => `Work on ${file}`, done: (file) => `The work on ${file} is done`, cancel: "Cancel", cancelled: (file) => `The work on ${file} was cancelled`, quality: "Quality", waits: "The line is away.", columns: "Columns", readAgain: "Read again with these columns", reverse: "Take the import back", why_back: "Reason", confirm: "Confirm", reversed: "Taken back on" },
  fr: { head: ["Indicateur", "Zone", "Mois", "Valeur"], asked: ["Indicateur", "Zone", "Période", "Valeur"], sheets: "Feuilles", left: "Laissée de côté :", rejected: "Rejetées", added: "Nouvelles", unknown: "Déjà connues", download: "Télécharger les lignes rejetées", reason: "Motif", why: "La mission n’a pas de zone", again: "Relire avec ces feuilles", takeIn: /^Reprendre \d+ lignes?$/, committed: /reprises?/, rows: "Lignes rejetées, feuille « North »", work: (file) => `Travail sur ${file}`, done: (file) => `Le travail sur ${file} est terminé`, cancel: "Annuler", cancelled: (file) => `Le travail sur ${file} a été annulé`, quality: "Qualité", waits: "La ligne est coupée.", columns: "Colonnes", readAgain: "Relire avec ces colonnes", reverse: "Annuler l’importation", why_back: "Motif", confirm: "Confirmer", reversed: "Annulée le" },
};
const axe = async (page, what) => {
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
  assert.deepEqual(violations.map((rule) => `${rule.id}: ${rule.nodes[0].target}`), [], what);
};

const drop = (page, name, buffer) => page.locator('input[type="file"]').setInputFiles({ name, mimeType: "application/octet-stream", buffer });

/** The counts of an import, by what they are called. */
async function counts(page) {
  const facts = page.locator("dl.facts").first();
  await facts.waitFor();
  return Object.fromEntries(await facts.locator("div").evaluateAll((all) => all.map((one) => [one.querySelector("dt")?.textContent, one.querySelector("dd")?.textContent.replaceAll(/\D/g, "")])));
}

describe("imports", { concurrency: false }, () => {
  let browser;
  before(async () => (browser = await openChromium()));
  after(() => browser?.close());

  for (const [place, language] of ["en", "fr"].entries()) {
    it(`reads a messy workbook, gives back what is wrong, and takes it mended (${language})`, { timeout: 120_000 }, async () => {
      const say = words[language];
      const context = await openContext(browser, { width: 1280, height: 900, language });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      const errors = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      await signIn(page, "coordinator");
      const asks = (path) => page.evaluate(async (address) => (await fetch(address)).json(), `/api/v1/missions/${MISSION}/${path}`);
      const { indicators } = await asks("indicators?page_size=500");
      const { code } = indicators.find((one) => one.state === "active" && ["count", "sum"].includes(one.kind) && one.frequency === "month" && !one.formula && !one.event_measure);
      const [area, other] = (await asks("areas")).areas.filter((one) => one.level > 0 && !one.valid_from && !one.valid_to).map((one) => one.code);
      // Months in which there is nothing, also when the suite ran before: every value is new.
      const year = 1900 + place * 50 + (Math.floor(Date.now() / 1_000) % 50);
      const book = workbookOfSheets({
        Cover: [["Monthly report"], ["Section", "Human Rights"]],
        North: [["Victims"], [], say.head, [code, area, `${year}-01`, "3"], [code, "NOWHERE", `${year}-02`, "=1+1"]],
        South: [["", "", String(year), ""], [say.head[0], say.head[1], "Jan", "Feb"], [code, other, "5", "6"]],
      });

      await page.goto(`/m/${MISSION}/imports`);
      await drop(page, "messy.xlsx", book);
      await page.waitForURL(/\/imports\/[0-9a-f-]{36}/);
      const found = await counts(page);
      assert.deepEqual([found[say.added], found[say.rejected]], ["3", "1"], JSON.stringify(found));
      const sheets = page.getByRole("region", { name: say.sheets, exact: true });
      await sheets.getByRole("row", { name: /Cover/ }).getByText(say.left).waitFor();
      assert.equal(await sheets.getByRole("checkbox", { name: "North" }).isChecked(), true, "it holds data");
      await page.getByRole("heading", { name: say.rows }).waitFor();
      await page.getByRole("cell", { name: new RegExp(say.why) }).first().waitFor();
      await axe(page, "a preview of several sheets");

      // One sheet less, by choice; then all of it again.
      await sheets.getByRole("checkbox", { name: "South" }).uncheck();
      await sheets.getByRole("button", { name: say.again }).click();
      await page.waitForFunction((text) => document.querySelector("dl.facts")?.textContent?.includes(text), "XLSX, North");
      await page.waitForFunction(() => !document.querySelector("dl.facts")?.textContent?.includes("South"));
      await page.goBack();
      await page.waitForFunction((text) => document.querySelector("dl.facts")?.textContent?.includes(text), "North, South");
      await page.getByRole("button", { name: say.takeIn }).click();
      await page.locator(".notice.good", { hasText: say.committed }).first().waitFor();

      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: say.download }).click()]);
      assert.equal(download.suggestedFilename(), "messy-rejected.xlsx");
      const chunks = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk);
      const back = Buffer.concat(chunks);
      const texts = [...parts(back)].filter(([name]) => /sheet1\.xml|sharedStrings/.test(name)).map(([, content]) => content.toString("utf8")).join("");
      for (const text of ["Victims", "NOWHERE", "=1+1", say.reason, say.why]) assert.ok(texts.includes(text), `${text} in ${texts}`);
      assert.ok(!/<f>/.test(texts), "no cell is a formula");

      // Mended where it lies, and dropped as it is.
      const mended = withCell(withCell(back, 1, "B4", area), 1, "D4", "7");
      await page.goto(`/m/${MISSION}/imports`);
      await drop(page, download.suggestedFilename(), mended);
      await page.waitForURL(/\/imports\/[0-9a-f-]{36}/);
      const again = await counts(page);
      assert.deepEqual([again[say.added], again[say.rejected]], ["1", "0"], JSON.stringify(again));
      await page.getByRole("button", { name: say.takeIn }).click();
      await page.locator(".notice.good", { hasText: say.committed }).first().waitFor();
      await axe(page, "what was taken in");
      assert.deepEqual(errors, []);
      await context.close();
    });

    it(`is told what strange columns hold, takes the rows in, and takes them back as one (${language})`, { timeout: 90_000 }, async () => {
      const say = words[language];
      const context = await openContext(browser, { width: 1280, height: 900, language });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      const errors = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      await signIn(page, "coordinator");
      const asks = (path) => page.evaluate(async (address) => (await fetch(address)).json(), `/api/v1/missions/${MISSION}/${path}`);
      const year = 1900 + place * 50 + (Math.floor(Date.now() / 1_000) % 50);
      // Headings that nobody has answered for: the day in them is of this run.
      const mark = Date.now();
      const rows = ["04", "05"].map((month, at) => `OP-INSPECTIONS;CAR01;${year}-${month};${at + 2};${at + 8}`);
      await page.goto(`/m/${MISSION}/imports`);
      await drop(page, `strange-${mark}.csv`, Buffer.from([`q1_${mark};q2_${mark};q3_${mark};q4_${mark};q5_${mark}`, ...rows].join("\n")));
      const form = page.getByRole("region", { name: say.columns, exact: true });
      for (const [at, heading] of say.asked.entries()) await form.getByLabel(new RegExp(`^${heading}`)).selectOption(`q${at + 1}_${mark}`);
      await axe(page, "the question what the columns hold");
      await form.getByRole("button", { name: say.readAgain }).click();
      await page.waitForURL(/\/imports\/[0-9a-f-]{36}/);
      assert.equal((await counts(page))[say.added], "2");
      // The fifth column was the right one: corrected where the rows are looked at.
      const before = page.url();
      const columns = page.locator("details", { has: page.locator("summary", { hasText: say.columns }) });
      if (!(await columns.evaluate((one) => one.open))) await columns.locator("summary").click();
      await columns.getByLabel(new RegExp(`^${say.asked[3]}`)).selectOption(`q5_${mark}`);
      await columns.getByRole("button", { name: say.readAgain }).click();
      await page.waitForURL((url) => url.href !== before && /\/imports\/[0-9a-f-]{36}/.test(url.href));
      await page.getByRole("cell", { name: "8", exact: true }).first().waitFor();
      await page.getByRole("button", { name: say.takeIn }).click();
      await page.locator(".notice.good", { hasText: say.committed }).first().waitFor();
      const values = async () => (await asks("series/OP-INSPECTIONS?areas=CAR01")).parts.flatMap((part) => part.points).filter((point) => point.period.startsWith(String(year)) && typeof point.value === "number").map((point) => point.value);
      assert.deepEqual(await values(), [8, 9]);

      await page.getByRole("button", { name: say.reverse }).click();
      await page.locator(".page-head").getByLabel(say.why_back).fill(language === "en" ? "The wrong column after all." : "La mauvaise colonne, finalement.");
      await page.getByRole("button", { name: say.confirm }).click();
      await page.locator(".notice", { hasText: say.reversed }).waitFor();
      await axe(page, "what was taken back");
      assert.deepEqual(await values(), [], "nothing of it counts");
      assert.deepEqual(errors, []);
      await context.close();
    });

    it(`tells how far the work on a large file is, also elsewhere, and ends it when asked (${language})`, { timeout: 180_000 }, async () => {
      const say = words[language];
      const context = await openContext(browser, { width: 1280, height: 900, language });
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      const errors = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      await signIn(page, "coordinator");
      const asks = (path) => page.evaluate(async (address) => (await fetch(address)).json(), `/api/v1/missions/${MISSION}/${path}`);
      const { indicators } = await asks("indicators?page_size=500");
      const { code } = indicators.find((one) => one.state === "active" && ["count", "sum"].includes(one.kind) && !one.formula && !one.event_measure);
      // Areas that were there all the time.
      const areas = (await asks("areas")).areas.filter((one) => one.level > 0 && !one.valid_from && !one.valid_to).map((one) => one.code);
      const day = (at) => new Date(Date.UTC(1920, 0, 1 + at)).toISOString().slice(0, 10);
      const large = (rows, value) => Buffer.from(["indicator,area,period,value", ...Array.from({ length: rows }, (_, at) => `${code},${areas[at % areas.length]},${day(Math.floor(at / areas.length))},${value}`)].join("\n"));
      const name = (what) => `${what}-${language}.csv`;
      const rows = 120_000;

      await page.goto(`/m/${MISSION}/imports`);
      await drop(page, name("large"), large(rows, 1));
      const work = page.getByRole("region", { name: say.work(name("large")) });
      await work.getByRole("progressbar").waitFor();
      // Elsewhere in the app, where the work is told of as well.
      await page.getByRole("link", { name: say.quality }).first().click();
      await page.waitForURL(/\/quality/);
      await work.getByRole("progressbar").waitFor();
      await axe(page, "while a file is read");
      await page.locator(".notice", { hasText: say.done(name("large")) }).getByRole("link").click();
      await page.waitForURL(/\/imports\/[0-9a-f-]{36}/);
      assert.equal((await counts(page))[say.added], String(rows));

      await page.goto(`/m/${MISSION}/imports`);
      await drop(page, name("ended"), large(400_000, 2));
      const ended = page.getByRole("region", { name: say.work(name("ended")) });
      await ended.getByRole("button", { name: say.cancel }).click();
      await page.locator(".notice", { hasText: say.cancelled(name("ended")) }).waitFor();
      // The service knows it too, wherever the file was when it was ended.
      await eventually(async () => assert.ok((await asks("import-work")).work.every((one) => ["done", "failed", "cancelled"].includes(one.stage))), "no work goes on");
      assert.ok(!(await asks("imports?page_size=200")).batches.some((one) => one.file_name === name("ended")), "nothing of it is stored");
      await axe(page, "after work was cancelled");
      assert.deepEqual(errors, []);
      await context.close();
    });

    it(`goes on with a file where the line was cut (${language})`, { timeout: 120_000 }, async () => {
      const say = words[language];
      const context = await openContext(browser, { width: 1280, height: 900, language });
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      const errors = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      await signIn(page, "coordinator");
      // Rows that are all rejected: the way of the file is looked at, not what is in it.
      const file = Buffer.from(["indicator,area,period,value", ...Array.from({ length: 40_000 }, (_, at) => `NO-SUCH-${language},NOWHERE,2024-01,${at}`)].join("\n"));
      const offsets = [];
      let cut = 0;
      await page.route(/\/uploads\/[0-9a-f-]+\?offset=/, async (route) => {
        offsets.push(Number(new URL(route.request().url()).searchParams.get("offset")));
        // The third part is lost on its way, and of the fourth the answer.
        if (offsets.length === 3) return void (cut += 1, await route.abort("connectionreset"));
        if (offsets.length === 5) return void (cut += 1, await route.fetch(), await route.abort("connectionreset"));
        await route.continue();
      });
      await page.goto(`/m/${MISSION}/imports`);
      await drop(page, `cut-${language}.csv`, file);
      await page.getByText(say.waits).waitFor();
      await page.waitForURL(/\/imports\/[0-9a-f-]{36}/);
      assert.equal((await counts(page))[say.rejected], "40000");
      assert.equal(cut, 2);
      const size = 256 * 1024;
      assert.deepEqual(offsets, [0, size, 2 * size, 2 * size, ...Array.from({ length: Math.ceil(file.length / size) - 3 }, (_, at) => (3 + at) * size)], "each part once, but for the one that was lost");
      assert.deepEqual(errors, []);
      await context.close();
    });
  }
});
