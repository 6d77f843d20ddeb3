// Events: brought in from a file by keyboard; found from the map, opened, and corrected by hand, with the mouse in English and by keyboard alone in French; who may not is not asked.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { AxeBuilder } from "@axe-core/playwright";
import { openChromium } from "./browser.mjs";
import { keyboardOf } from "./keys.mjs";
import { eventually, Person } from "./people.mjs";

const words = {
  en: { list: "List the events", title: "Import events", added: "New", known: "Known already", rejected: "Rejected", why: "is not a date", least: /^At least as classified as/, confidential: "Confidential", download: "Download rejected rows", take: "Take 2 events in", taken: "2 events were taken in.", not_you: "Coordinators and HQ analysts bring events in." },
  fr: { list: "Lister les événements", title: "Importer des événements", added: "Nouvelles", known: "Déjà connues", rejected: "Rejetées", why: "n’est pas une date", least: /^Au moins aussi protégés que/, confidential: "Confidentiel", download: "Télécharger les lignes rejetées", take: "Importer 2 événements", taken: "2 événements ont été importés.", not_you: "Ce sont les coordinateurs et les analystes du siège" },
};
const violations = async (page) => (await new AxeBuilder({ page }).analyze()).violations.map((rule) => `${rule.id}: ${rule.nodes[0].target}`);
const mark = Date.now().toString(36).toUpperCase();

describe("events", { concurrency: false }, () => {
  let browser;
  let person;
  before(async () => (browser = await openChromium()));
  after(() => browser?.close());
  const { keys, inDrawer, presses, types, chooses, named } = keyboardOf(() => person);
  const clean = async (what) => {
    const { violations } = await new AxeBuilder({ page: person.page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
    assert.deepEqual(violations.map((rule) => `${rule.id}: ${rule.nodes[0].target}`), [], what);
  };
  const one = async (text) => (await person.asks("events?page_size=2000")).events.find((event) => event.notes.includes(text));

  it("are corrected with the mouse, in English", async () => {
    person = await Person.signsIn(browser, "coordinator");
    await person.goes("context");
    await person.presses("List the events");
    await person.field("From").fill("2000-01-01");
    await person.drawer.getByRole("button", { name: /^Open / }).first().waitFor();
    await clean("the list of events");
    await person.drawer.getByRole("button", { name: /^Open / }).first().click();
    await person.drawer.getByText("Point").first().waitFor();
    await clean("an event");
    await person.presses("Correct", person.drawer);
    await person.fills({ "Deaths, low estimate": "3", "Deaths, best estimate": "2", "Deaths, high estimate": "9", "Notes of the source": `Counted again ${mark}` });
    // What is wrong stands at its field, and nothing that was typed is lost.
    await person.field("Why it is corrected").fill("The hospital counted again");
    await person.presses("Correct", person.drawer);
    await person.drawer.getByText("are not in this order").first().waitFor();
    await clean("a correction that is refused");
    await person.fills({ "Deaths, best estimate": "4" });
    await person.sends("Correct", () => person.drawer.getByText("Corrected by").waitFor({ timeout: 2_000 }));
    await person.drawer.getByText("The hospital counted again").waitFor();
    await person.drawer.getByText("4 deaths by the best estimate").waitFor();
    const stored = await one(`Counted again ${mark}`);
    assert.deepEqual([stored.deaths_low, stored.deaths_best, stored.deaths_high], [3, 4, 9]);
    assert.deepEqual(person.errors, []);
    await person.context.close();
  });

  it("are raised by keyboard alone, in French, and gone for who is not cleared", async () => {
    person = await Person.signsIn(browser, "coordinator", "fr");
    await person.goes("context");
    const before = (await person.asks("events?page_size=2000")).events.find((event) => event.classification === "unclassified");
    await presses(named("button", "Lister les événements"));
    await chooses(inDrawer("combobox", "Zone"), await areaName(before.area));
    await person.drawer.getByLabel("Du", { exact: true }).fill("2000-01-01");
    await person.drawer.getByRole("button", { name: /^Ouvrir / }).first().waitFor();
    await clean("the list of events, in French");
    await presses(inDrawer("button", /^Ouvrir /));
    await presses(inDrawer("button", "Corriger"));
    await clean("a correction, in French");
    await types(inDrawer("textbox", "Notes de la source"), `Confié ${mark}`);
    await chooses(inDrawer("combobox", "Classification"), "Confidentiel");
    await types(inDrawer("textbox", /^Pourquoi la correction/), "Un témoin est en danger");
    await keys().press("Enter");
    await person.drawer.getByText("Corrigé par").waitFor();
    const stored = await one(`Confié ${mark}`);
    assert.equal(stored.classification, "confidential");
    assert.deepEqual(person.errors, []);
    await person.context.close();

    person = await Person.signsIn(browser, "verifier");
    await person.goes("context");
    await person.presses("List the events");
    await person.field("From").fill("2000-01-01");
    await person.drawer.getByRole("button", { name: /^Open / }).first().click();
    await person.drawer.getByText("Point").first().waitFor();
    await eventually(async () => assert.equal(await person.drawer.getByRole("button", { name: "Correct", exact: true }).count(), 0), "only a coordinator corrects");
    assert.deepEqual(person.errors, []);
    await person.context.close();
  });

  for (const language of ["en", "fr"]) {
    it(`come in from a file: tried, with their bad rows back, then taken (${language})`, { timeout: 120_000 }, async () => {
      const say = words[language];
      person = await Person.signsIn(browser, "coordinator", language);
      const page = person.page;
      const known = (await person.asks("events?page_size=1")).events[0];
      const at = `${known.latitude},${known.longitude}`;
      const file = ["event_id_cnty,event_date,latitude,longitude,fatalities,notes", `${mark}${language}1,15 March 2024,${at},3,${mark}`, `${mark}${language}2,16 March 2024,${at},1,${mark}`, `${mark}${language}3,soon,${at},1,${mark}`].join("\n");
      await person.goes("context");
      await presses(named("button", say.list));
      await presses(inDrawer("link", say.title));
      await page.waitForURL(/\/imports\/events$/);
      await person.stands();
      assert.deepEqual(await violations(page), []);
      await page.locator('input[type="file"]').setInputFiles({ name: "acled.csv", mimeType: "text/csv", buffer: Buffer.from(file) });
      await page.waitForURL(/\/imports\/events\?upload=[0-9a-f-]{36}$/);
      const fact = (name) => page.locator("dl.facts div", { hasText: name }).locator("dd").first();
      await eventually(async () => assert.equal(await fact(say.added).textContent(), "2"), "what it would do");
      assert.equal(await fact(say.rejected).textContent(), "1");
      await page.getByText(say.why).waitFor();
      assert.deepEqual(await violations(page), []);
      const stored = async () => (await person.asks("events?page_size=2000&first_date=2024-03-15&last_date=2024-03-16")).events.filter((event) => event.external_id.startsWith(`${mark}${language}`));
      assert.deepEqual(await stored(), [], "a dry run stores nothing");

      // What is said of all of them is part of the address, and is tried again.
      await chooses(named("combobox", say.least), say.confidential);
      await page.waitForURL(/classification=confidential/);
      await eventually(async () => assert.equal(await fact(say.added).textContent(), "2"), "tried again");
      const [download] = await Promise.all([page.waitForEvent("download"), named("link", say.download).click()]);
      const rows = (await readFile(await download.path(), "utf8")).trim().split("\r\n");
      assert.equal(rows.length, 2, rows.join("\n"));
      assert.ok(rows[1].includes(`${mark}${language}3`) && rows[1].includes(say.why), rows[1]);
      await presses(named("button", say.take));
      await page.getByText(say.taken).waitFor();
      assert.deepEqual((await stored()).map((event) => [event.classification, event.date]), [["confidential", "2024-03-15"], ["confidential", "2024-03-16"]]);

      // Sent again it is known.
      await page.reload();
      await eventually(async () => assert.equal(await fact(say.known).textContent(), "2"), "the same file twice adds nothing");
      assert.deepEqual(await violations(page), []);
      assert.deepEqual(person.errors, []);
      await person.context.close();

      person = await Person.signsIn(browser, "verifier", language);
      await person.goes("imports/events");
      await person.page.getByText(say.not_you).waitFor();
      assert.equal(await person.page.locator('input[type="file"]').count(), 0, "only who may is asked for a file");
      await person.context.close();
    });
  }

  /** What the list of areas says of one. */
  async function areaName(code) {
    const area = (await person.asks("areas")).areas.find((own) => own.code === code);
    return area.name.fr || area.name.en;
  }
});
