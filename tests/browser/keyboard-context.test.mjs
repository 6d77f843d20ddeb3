// The context by keyboard alone, in French: Tab, Enter, the space bar, arrows and letters.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { openChromium } from "./browser.mjs";
import { keyboardOf } from "./keys.mjs";
import { eventually, Person } from "./people.mjs";

const mark = Date.now().toString(36).toUpperCase();

describe("the context by keyboard alone, in French", { concurrency: false }, () => {
  let browser;
  let planner;
  before(async () => {
    browser = await openChromium();
    planner = await Person.signsIn(browser, "coordinator", "fr");
    await planner.page.goto("/m/UNMIC");
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual(planner.errors, []);
  });
  const { page, keys, tabsTo, named, inDrawer, presses, types, chooses, closed, row } = keyboardOf(() => planner);
  const summary = (text) => planner.drawer.locator("summary", { hasText: text }).first();
  /** A day typed into its field; the browser of the tests asks for month, day, year. */
  async function day(field, text) {
    const [year, month, date] = text.split("-");
    await tabsTo(field);
    await keys().type(`${month}${date}${year}`);
    assert.equal(await field.inputValue(), text);
  }

  it("fixes how often a map is due", async () => {
    await planner.goes("context");
    const before = await page().getByText(/Une nouvelle carte (chaque mois|tous les)/).innerText();
    const months = /tous les 5 mois/.test(before) ? "6" : "5";
    await presses(named("button", "Fixer l’intervalle"));
    await types(inDrawer("textbox", /^Mois entre deux cartes/), months);
    await presses(planner.drawer.locator("button[type=submit]"));
    await closed();
    await page().getByText(`Une nouvelle carte tous les ${months} mois`).waitFor();
  });

  it("moves the map in time, and reads it as a table", async () => {
    await planner.goes("context");
    await page().locator("svg.chart.map circle.event").first().waitFor();
    const status = page().locator("#main p[role=status]", { hasText: "événement" });
    const slider = named("slider", "Déplacer la période");
    await tabsTo(slider);
    const [said, spoken] = [await status.innerText(), await slider.getAttribute("aria-valuetext")];
    await keys().press("ArrowLeft");
    await keys().press("ArrowLeft");
    await page().waitForURL(/from=/);
    await eventually(async () => assert.notEqual(await status.innerText(), said), "what is shown is said");
    assert.notEqual(await slider.getAttribute("aria-valuetext"), spoken);
    await keys().press("Home");
    await page().getByText("Aucune carte du contexte ne parle de ce moment ni d’un moment antérieur.").waitFor();
    assert.equal(await slider.evaluate((element) => element === document.activeElement), true, "the focus stays");
    await presses(named("button", "Plus tard"));
    await chooses(named("combobox", "De"), await named("combobox", "De").locator("option").first().innerText());
    await chooses(named("combobox", "Type d’événement"), "Riots");
    await page().waitForURL(/kind=Riots/);
    const area = page().locator("svg.map a").first();
    await presses(area);
    await page().waitForURL(/area=CAR/);
    const table = page().getByRole("group", { name: /^Zones, / });
    await tabsTo(table);
    assert.equal(await table.locator("tbody tr").count() >= 15, true);
    assert.equal(await table.getByRole("columnheader", { name: "Événements", exact: true }).count(), 1);
  });

  it("begins the next map, revises what it says, writes a factor, filters by a lens, and another person reviews it", async () => {
    const last = (await planner.asks("context-maps")).context_maps.find((map) => map.state === "published");
    await planner.goes(`context-maps/${last.id}`);
    await presses(named("button", "Commencer la carte suivante à partir de celle-ci"));
    await types(inDrawer("textbox", "Période (obligatoire)"), "2026-Q4");
    await types(inDrawer("textbox", /^Titre \(FR\)/), `Carte ${mark}`);
    await presses(planner.drawer.locator("button[type=submit]"));
    await page().getByRole("heading", { level: 1, name: `Carte ${mark}` }).waitFor();
    await presses(named("button", "Réviser la carte"));
    await types(inDrawer("textbox", "Thèmes"), `pistes, ${mark.toLowerCase()}`);
    await types(inDrawer("textbox", /^Récit \(FR\)/), "Les pistes se ferment.");
    await presses(planner.drawer.locator("button[type=submit]"));
    await closed();
    await page().getByText("Les pistes se ferment.").waitFor();
    await page().locator(".page-head").getByText(`pistes, ${mark.toLowerCase()}`).waitFor();
    const rows = page().locator("#main tbody tr");
    const all = await rows.count();
    await chooses(named("combobox", "Genre"), "Diffère beaucoup");
    await eventually(async () => assert.ok((await rows.count()) < all), "fewer factors");
    await chooses(named("combobox", "Genre"), "Tous");
    await eventually(async () => assert.equal(await rows.count(), all), "all factors");
    const adviser = await Person.signsIn(browser, "adviser", "fr");
    const theirs = keyboardOf(() => adviser);
    const path = new URL(page().url()).pathname.split("/").slice(3).join("/");
    await adviser.goes(path);
    await theirs.presses(theirs.named("button", "Marquer comme revue"));
    await adviser.sees("Revue");
    // Reviewed, it is still written in: then it is a draft again.
    await planner.goes(path);
    await page().getByText(/Cette carte a été revue/).first().waitFor();
    await presses(named("button", "Réviser la carte"));
    await types(inDrawer("textbox", "Thèmes"), "pistes");
    await presses(planner.drawer.locator("button[type=submit]"));
    await closed();
    await planner.sees("Brouillon");
    assert.deepEqual(adviser.errors, []);
  });

  it("merges two areas, splits what came of it, and takes both back", async () => {
    const areas = (await planner.asks("areas")).areas.filter((area) => area.level === 1).slice(-2);
    const [merged, one, other] = ["K", "T1", "T2"].map((kind) => `${kind}${mark}`);
    await planner.goes("context?view=areas");
    await presses(named("button", "Fusionner des zones"));
    for (const area of areas) await presses(inDrawer("checkbox", `${area.name.fr || area.name.en} (${area.code})`), "Space");
    await day(planner.drawer.getByLabel("À partir du (obligatoire)"), "2026-01-01");
    await types(inDrawer("textbox", "Code de la nouvelle zone (obligatoire)"), merged);
    await types(inDrawer("textbox", /^Nom \(FR\)/), `Les deux ${mark}`);
    await presses(planner.drawer.locator("button[type=submit]"));
    await closed();
    await row(merged).first().waitFor();
    await presses(named("button", "Diviser une zone"));
    await chooses(inDrawer("combobox", "Quelle zone (obligatoire)"), `Les deux ${mark}`);
    await day(planner.drawer.getByLabel("À partir du (obligatoire)"), "2026-03-01");
    for (const [place, code] of [[1, one], [2, other]]) {
      const part = planner.drawer.getByRole("group", { name: `Partie ${place}` });
      await types(named("textbox", "Code (obligatoire)", part), code);
      await types(named("textbox", /^Nom \(FR\)/, part), `Partie ${code}`);
    }
    await presses(planner.drawer.locator("button[type=submit]"));
    await closed();
    await row(one).first().waitFor();
    const line = (text) => page().locator("section.card li", { hasText: text });
    for (const text of [`${merged} est devenue`, `ont fusionné en ${merged}`]) {
      await presses(named("button", "Annuler", line(text)));
      await presses(named("button", "Confirmer", line(text)));
      await line(text).getByText("annulé").waitFor();
    }
    for (const area of areas) await page().getByRole("rowheader", { name: area.code, exact: true }).waitFor();
  });

  it("finds a stakeholder by a filter, assesses it, and reads what was said of it", async () => {
    await planner.goes("stakeholders?view=table");
    const rows = page().locator("#main tbody tr");
    const all = await rows.count();
    await chooses(named("combobox", "Type"), "Groupe armé");
    await eventually(async () => assert.ok((await rows.count()) > 0 && (await rows.count()) < all), "fewer");
    await page().waitForURL(/kind=armed_group/);
    await chooses(named("combobox", "Position"), "Empêche");
    const name = await rows.first().getByRole("button").innerText();
    await types(named("searchbox", "Nom ou alias"), name.slice(0, 6).toLowerCase());
    await eventually(async () => assert.ok((await rows.count()) >= 1), "found by its name");
    await presses(rows.first().getByRole("button"));
    await planner.drawer.waitFor();
    await presses(summary("Évaluer"));
    const form = planner.drawer.locator("details[open] form").first();
    await day(form.getByLabel("À la date (obligatoire)"), `20${10 + (Date.now() % 9)}-0${1 + (Date.now() % 8)}-1${Date.now() % 9}`);
    await chooses(named("combobox", "Intérêt", form), "4");
    await types(named("textbox", "Capacité (FR)", form), `Deux camions ${mark}`);
    await types(named("textbox", "Attitude (FR)", form), `Méfiante ${mark}`);
    await types(named("textbox", "Comportement (FR)", form), `Évite les patrouilles ${mark}`);
    await presses(form.locator("button[type=submit]"));
    const history = planner.drawer.locator("li", { hasText: `Deux camions ${mark}` });
    await history.waitFor();
    assert.match(await history.innerText(), /Intérêt 4[\s\S]*Capacité[\s\S]*Attitude[\s\S]*Méfiante[\s\S]*Comportement/);
    await keys().press("Escape");
    await closed();
  });

  it("merges two records of one stakeholder, and takes the merge back", async () => {
    const [gone, kept] = [`Ancien ${mark}`, `Nouveau ${mark}`];
    for (const name of [gone, kept]) {
      await planner.goes("stakeholders");
      await presses(named("button", "Inscrire un acteur"));
      await types(inDrawer("textbox", "Nom (obligatoire)"), name);
      await presses(inDrawer("button", "Inscrire un acteur"));
      await planner.drawer.getByRole("heading", { name }).waitFor();
    }
    await presses(summary("Fusionner avec un autre enregistrement"));
    await chooses(inDrawer("combobox", /^Le même acteur est aussi enregistré comme/), gone);
    await presses(inDrawer("button", "Fusionner"));
    await presses(inDrawer("button", "Confirmer"));
    await planner.drawer.getByText(`Aussi enregistré comme: ${gone}`).waitFor();
    await presses(inDrawer("button", "Annuler la fusion"));
    await eventually(async () => assert.equal(await planner.drawer.getByText(`Aussi enregistré comme: ${gone}`).count(), 0), "two again");
    await keys().press("Escape");
    await closed();
  });

  it("goes back in time along the network", async () => {
    await planner.goes("stakeholders?view=network");
    const slider = named("slider", /.*/);
    await tabsTo(slider);
    const now = await slider.inputValue();
    await keys().press("ArrowLeft");
    await eventually(async () => assert.notEqual(await slider.inputValue(), now), "another date");
    await page().waitForURL(/as_of=/);
  });
});
