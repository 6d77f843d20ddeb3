// Data out as files and back in as a workbook, by a person with a browser, in English and French.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { AxeBuilder } from "@axe-core/playwright";
import { MISSION, openChromium, openContext, signIn } from "./browser.mjs";

const words = {
  en: { open: "Take data away", format: "Format", what: "What", download: "Download", indicator: "Indicator", events: "Events", heading: "Indicator code", unchanged: "Known already", rejected: "Rejected", needs: "Choose the section and both periods", section: "Section", from: "From", to: "To", empty: "of the entry template were left empty" },
  fr: { open: "Exporter des données", format: "Format", what: "Quoi", download: "Télécharger", indicator: "Indicateur", events: "Événements", heading: "Code indicateur", unchanged: "Déjà connues", rejected: "Rejetées", needs: "Choisissez la section et les deux périodes", section: "Section", from: "Du", to: "Au", empty: "du modèle de saisie ont été laissées vides" },
};

async function fetched(page, link) {
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

describe("exports", { concurrency: false }, () => {
  let browser;
  before(async () => (browser = await openChromium()));
  after(() => browser?.close());

  for (const language of ["en", "fr"]) {
    it(`gives every format, and takes its own workbook back (${language})`, { timeout: 120_000 }, async () => {
      const say = words[language];
      const context = await openContext(browser, { width: 1280, height: 900, language });
      const page = await context.newPage();
      const errors = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      await signIn(page, "coordinator");
      await page.goto(`/m/${MISSION}/data`);
      await page.getByRole("button", { name: say.open }).click();
      const drawer = page.locator("aside.drawer");
      const link = drawer.getByRole("link", { name: say.download });
      await link.waitFor();
      const { violations } = await new AxeBuilder({ page }).analyze();
      assert.deepEqual(violations.map((rule) => `${rule.id}: ${rule.nodes[0].target}`), []);

      // One indicator, so that the files are small; the first that has data.
      const series = await page.evaluate(async (address) => (await fetch(address)).json(), `/api/v1/missions/${MISSION}/observations?page_size=1&state=approved`);
      const code = series.observations[0].indicator_code;
      await drawer.getByLabel(say.indicator, { exact: true }).selectOption(code);

      await drawer.getByLabel(say.format, { exact: true }).selectOption("csv");
      const csv = await fetched(page, link);
      assert.match(csv.name, new RegExp(`^observations-${MISSION}-\\d{4}-\\d\\d-\\d\\d\\.csv$`));
      const lines = csv.bytes.toString("utf8").trimEnd().split("\r\n");
      assert.ok(lines[0].includes(say.heading) && lines[1].startsWith("#indicator+code"), lines.slice(0, 2).join("\n"));
      assert.ok(lines.length > 10 && lines.slice(2).every((line) => line.startsWith(`${code},`)), `${lines.length} lines`);

      await drawer.getByLabel(say.format, { exact: true }).selectOption("jsonl");
      const rows = (await fetched(page, link)).bytes.toString("utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
      assert.equal(rows.length, lines.length - 2);

      await drawer.getByLabel(say.format, { exact: true }).selectOption("xlsx");
      const workbook = await fetched(page, link);
      assert.equal(workbook.bytes.subarray(0, 2).toString(), "PK");

      await drawer.getByLabel(say.what, { exact: true }).selectOption({ label: say.events });
      await drawer.getByLabel(say.format, { exact: true }).selectOption("geojson");
      const points = JSON.parse((await fetched(page, link)).bytes.toString("utf8"));
      assert.equal(points.type, "FeatureCollection");

      // The workbook as it is, dropped on the import page: nothing in it is new.
      await page.goto(`/m/${MISSION}/imports`);
      await page.locator('input[type="file"]').setInputFiles({ name: workbook.name, mimeType: "application/octet-stream", buffer: workbook.bytes });
      await page.waitForURL(/\/imports\/[0-9a-f-]{36}/);
      const facts = page.locator("dl").first();
      await facts.waitFor();
      const shown = Object.fromEntries(await facts.locator("div").evaluateAll((all) => all.map((one) => [one.querySelector("dt")?.textContent, one.querySelector("dd")?.textContent.replaceAll(/\D/g, "")])));
      assert.equal(shown[say.unchanged], String(rows.length), JSON.stringify(shown));
      assert.equal(shown[say.rejected], "0");
      assert.match(await facts.textContent(), /XLSX, Observations 1/);

      // The entry template of a section asks for both periods, has a row for each value that is due, and comes back in.
      await page.goto(`/m/${MISSION}/data`);
      await page.getByRole("button", { name: say.open }).click();
      await drawer.getByLabel(say.format, { exact: true }).selectOption("template");
      await drawer.getByText(say.needs).waitFor();
      assert.equal(await link.count(), 0, "nothing to download before it is said what for");
      await drawer.getByLabel(say.section, { exact: true }).selectOption("Human Rights");
      await drawer.getByLabel(say.from).fill("2024-01");
      await drawer.getByLabel(say.to, { exact: true }).fill("2024-01");
      await link.waitFor();
      assert.deepEqual((await new AxeBuilder({ page }).analyze()).violations.map((rule) => `${rule.id}: ${rule.nodes[0].target}`), []);
      const template = await fetched(page, link);
      assert.match(template.name, /^template-2024-01_2024-01-.*\.xlsx$/);
      await page.goto(`/m/${MISSION}/imports`);
      await page.locator('input[type="file"]').setInputFiles({ name: template.name, mimeType: "application/octet-stream", buffer: template.bytes });
      await page.waitForURL(/\/imports\/[0-9a-f-]{36}/);
      await facts.waitFor();
      const counted = Object.fromEntries(await facts.locator("div").evaluateAll((all) => all.map((one) => [one.querySelector("dt")?.textContent, one.querySelector("dd")?.textContent.replaceAll(/\D/g, "")])));
      assert.ok(Number(counted[say.unchanged]) > 0, JSON.stringify(counted));
      assert.equal(counted[say.rejected], "0");
      await page.getByText(say.empty).first().waitFor();
      assert.deepEqual(errors, []);
      await context.close();
    });
  }
});
