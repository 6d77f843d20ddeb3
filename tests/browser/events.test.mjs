// Events: found from the map, opened, and corrected by hand, with the mouse in English and by keyboard alone in French; who may not is not asked.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { openChromium } from "./browser.mjs";
import { keyboardOf } from "./keys.mjs";
import { eventually, Person } from "./people.mjs";

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

  /** What the list of areas says of one. */
  async function areaName(code) {
    const area = (await person.asks("areas")).areas.find((own) => own.code === code);
    return area.name.fr || area.name.en;
  }
});
