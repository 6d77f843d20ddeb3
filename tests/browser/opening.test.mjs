// A mission from nothing to a first plan, and to its end: opened by an operator, set up step by step, closed with a
// reason. By mouse in English, by keyboard alone in French; no violation by axe on the way.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { openChromium, openContext } from "./browser.mjs";
import { keyboardOf } from "./keys.mjs";
import { eventually, Person } from "./people.mjs";

const OPERATOR = { email: "operator@hq.example", password: "carana-demo-operator" };
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const square = (code, name, west) => ({ type: "Feature", properties: { code, name, level: 1 }, geometry: { type: "Polygon", coordinates: [[[west, 0], [west + 1, 0], [west + 1, 1], [west, 1], [west, 0]]] } });
const BOUNDARIES = { name: "boundaries.geojson", mimeType: "application/geo+json", buffer: Buffer.from(JSON.stringify({ type: "FeatureCollection", features: [square("N1", "North", 0), square("S1", "South", 1)] })) };

/** The operator at a page of their own; the account has no mission, so that there is no home to wait for. */
async function operator(browser, language) {
  const context = await openContext(browser, { width: 1360, height: 900, language });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const who = new Person("operator", page, context);
  await page.goto("/");
  await page.locator('input[type="email"]').fill(OPERATOR.email);
  await page.locator('input[type="password"]').fill(OPERATOR.password);
  await page.locator('button[type="submit"]').click();
  await page.locator('a[href="/installation"]').waitFor();
  return who;
}

async function axe(page, where) {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  assert.deepEqual(violations.map((rule) => `${where}: ${rule.id}: ${rule.nodes[0].target.join(" ")}`), []);
}

describe("a mission from nothing to its end", { concurrency: false }, () => {
  let browser;
  let olga;
  const code = `A${Date.now()}`;
  before(async () => {
    browser = await openChromium();
    olga = await operator(browser, "en");
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual(olga.errors, []);
  });
  const page = () => olga.page;
  const main = () => page().locator("#main");
  const step = (title) => page().locator("#main ol > li", { has: page().getByRole("heading", { name: title }) });
  const isDone = (title) => step(title).locator(".status.on_track").waitFor();

  it("is opened by an operator, who coordinates it at first", async () => {
    // Another suite may have left the account in French.
    await page().goto("/installation");
    await olga.stands();
    if ((await page().locator("html").getAttribute("lang")) !== "en") await page().locator("main button[lang=en]").click();
    await page().goto("/");
    await page().getByRole("link", { name: "Open and close missions" }).click();
    await olga.stands();
    await axe(page(), "installation");
    await page().getByRole("link", { name: "Open a mission", exact: true }).click();
    await olga.fills({ Code: code, Countries: "Carana, Sudana", "Name in English": "Mission of trial", "Name in French": "Mission d’essai" }, main());
    await axe(page(), "opening");
    await olga.presses("Open a mission", main());
    await page().waitForURL(new RegExp(`/m/${code}/setup$`));
    await main().getByText("1 of 7 steps are done").waitFor();
    await axe(page(), "setup");
  });

  it("gets its areas from a file, its people, and its cycle", async () => {
    await olga.presses("Import areas", step("Areas"));
    await olga.drawer.locator('input[type="file"]').setInputFiles(BOUNDARIES);
    await olga.drawer.getByText("2 read").waitFor();
    await olga.presses("Import areas", olga.drawer);
    await isDone("Areas");
    await page().keyboard.press("Escape");
    await olga.presses("Add a member", step("Sections and members"));
    await olga.fills({ Email: `jmac@${code.toLowerCase()}.example`, Name: "Jonas Lind", Role: "focal_point", Component: "civilian", Section: "JMAC", "First password": "a long enough password" });
    await olga.sends("Add a member");
    await isDone("Sections and members");
    await step("Sections and members").getByText("sections: JMAC").waitFor();
    await step("Sections and members").getByText("Nobody yet from: Military, Police").waitFor();
    await olga.presses("Set the interval", step("The cycle"));
    await olga.fills({ "Months between two maps (1–36)": "4" });
    await olga.sends("Save");
    await olga.presses("Schedule an assessment", step("The cycle"));
    await olga.fills({ "Title (EN)": "First assessment" });
    await olga.sends("Schedule an assessment");
    await isDone("The cycle");
    await step("The cycle").getByText("every 4 months").waitFor();
  });

  it("is left and come back to: what is done is read from what it has", async () => {
    await page().goto(`/m/${code}`);
    await page().getByRole("link", { name: "Set up the mission" }).click();
    await main().getByText("4 of 7 steps are done").waitFor();
  });

  it("gets its mandate, its first plan, and an indicator of the library", async () => {
    await olga.presses("Record the mandate", step("The mandate"));
    await olga.fills({ Resolution: `S/RES/9${code.slice(-3)} (2026)`, "Expires": "2027-12-31" });
    await olga.presses("Add a task", olga.drawer);
    await olga.drawer.getByLabel("Paragraph").fill("1 (a)");
    await olga.drawer.getByLabel(/^Task \(EN\)/).fill("Protect civilians");
    await olga.sends("Record a mandate");
    await isDone("The mandate");
    await olga.presses("Draft the plan", step("The first plan"));
    await olga.fills({ "Title (EN)": "First plan" });
    await olga.sends("Draft the plan");
    await isDone("The first plan");
    await step("The library").getByRole("link", { name: "Choose from the library" }).click();
    await page().getByLabel("Owner section").waitFor();
    await page().locator("#main tbody input[type=checkbox]").first().check();
    await page().getByLabel("Owner section").fill("JMAC");
    await page().getByRole("button", { name: "Clone 1 indicator", exact: true }).click();
    await page().getByText("1 indicator was drafted:").waitFor();
    await page().goto(`/m/${code}/setup`);
    await main().getByText("7 of 7 steps are done").waitFor();
    await step("The first plan").getByRole("link", { name: "Open the plan" }).click();
    await page().locator("#main h1", { hasText: "First plan" }).waitFor();
  });

  it("is closed step by step, with a reason, over what may stay as it is", async () => {
    await page().goto(`/installation?mission=${code}`);
    await olga.stands();
    const row = (text) => page().locator("section.card tbody tr", { hasText: text });
    await eventually(async () => assert.match(await row("Plans in draft").innerText(), /1\s+may stay as it is/), "what is not done");
    await row("Indicators in draft").waitFor();
    await axe(page(), "closing");
    await olga.fills({ Why: "The trial has ended." }, main());
    await olga.presses(`Begin to close ${code}`, main());
    await row("The trial has ended.").waitFor();
    await page().goto(`/m/${code}`);
    await page().getByText(`${code} is being closed.`).waitFor();
    await page().goto(`/installation?mission=${code}`);
    await page().getByText("this is not taken back").waitFor();
    await olga.fills({ Why: "All is kept." }, main());
    await olga.presses(`Close ${code}`, main());
    await row("All is kept.").waitFor();
    await page().getByText("The mission is closed. It can be read").waitFor();
  });

  it("is read after that, and not changed", async () => {
    await page().goto(`/m/${code}/plan`);
    await page().getByText(`${code} is closed: everything can be read, nothing can be changed.`).waitFor();
    await page().locator("#main h1", { hasText: "First plan" }).waitFor();
    const refused = await page().evaluate(async (mission) => {
      const session = await (await fetch("/api/v1/session")).json();
      const answer = await fetch(`/api/v1/missions/${mission}/stakeholders`, { method: "POST", headers: { "content-type": "application/json", "x-csrf-token": session.csrf_token }, body: JSON.stringify({ name: "Elders", kind: "community" }) });
      return { status: answer.status, said: (await answer.json()).detail };
    }, code);
    assert.equal(refused.status, 403);
    assert.match(refused.said, /The mission is closed: it can be read, but not changed/);
  });
});

describe("a mission from nothing to a first plan by keyboard alone, in French", { concurrency: false }, () => {
  let browser;
  let olga;
  const code = `B${Date.now()}`;
  before(async () => {
    browser = await openChromium();
    olga = await operator(browser, "fr");
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual(olga.errors, []);
  });
  const { page, tabsTo, named, inDrawer, presses, types, chooses, closed } = keyboardOf(() => olga);
  const labelled = (label, within) => within.getByLabel(new RegExp(`^${label.replaceAll(/[()]/g, String.raw`\$&`)}( \\(obligatoire\\))?$`)).first();
  const field = (label) => labelled(label, olga.drawer);
  const inMain = (label) => labelled(label, page().locator("#main"));
  const step = (title) => page().locator("#main ol > li", { has: page().getByRole("heading", { name: title }) });

  it("opens it", async () => {
    await page().goto("/installation");
    await olga.stands();
    if ((await page().locator("html").getAttribute("lang")) !== "fr") await presses(page().locator("main button[lang=fr]"));
    await presses(named("link", "Ouvrir une mission"));
    await types(inMain("Code"), code);
    await types(inMain("Nom en anglais"), "Mission by keyboard");
    await types(inMain("Nom en français"), "Mission au clavier");
    await chooses(inMain("Langues"), "Français");
    await presses(named("button", "Ouvrir une mission"));
    await page().waitForURL(new RegExp(`/m/${code}/setup$`));
    await page().getByText("1 étapes sur 7 sont faites").waitFor();
    await page().locator("header.head", { hasText: "Mission au clavier" }).waitFor();
    await axe(page(), "setup, in French");
  });

  it("goes through the steps to a first plan", async () => {
    await presses(named("button", "Importer des zones", step("Zones")));
    const [chooser] = await Promise.all([page().waitForEvent("filechooser"), presses(inDrawer("button", "Choisir un fichier"))]);
    await chooser.setFiles(BOUNDARIES);
    await olga.drawer.getByText("2 lu").waitFor();
    await presses(inDrawer("button", "Importer des zones"));
    await step("Zones").getByText("2 zones").waitFor();
    await page().keyboard.press("Escape");
    await closed();
    await presses(named("button", "Ajouter un membre", step("Sections et membres")));
    await types(field("Adresse électronique"), `adviser@${code.toLowerCase()}.example`);
    await types(field("Nom"), "Nadège Mbemba");
    await chooses(field("Rôle"), "Conseiller genre");
    await types(field("Premier mot de passe"), "a long enough password");
    await presses(inDrawer("button", "Ajouter un membre"));
    await closed();
    await presses(named("button", "Fixer l’intervalle", step("Le cycle")));
    await types(field("Mois entre deux cartes (1–36)"), "6");
    await presses(inDrawer("button", "Enregistrer"));
    await closed();
    await presses(named("button", "Consigner le mandat", step("Le mandat")));
    await types(field("Résolution"), `S/RES/8${code.slice(-3)} (2026)`);
    // The browser of the tests asks for month, day, year.
    await tabsTo(field("Expire"));
    await page().keyboard.type("12312027");
    await presses(inDrawer("button", "Consigner un mandat"));
    await closed();
    await presses(named("button", "Rédiger le plan", step("Le premier plan")));
    await types(field("Titre (FR)"), "Premier plan");
    await presses(inDrawer("button", "Rédiger le plan"));
    await closed();
    await page().getByText("5 étapes sur 7 sont faites").waitFor();
    await presses(named("link", "Ouvrir le plan", step("Le premier plan")));
    await page().locator("#main h1", { hasText: "Premier plan" }).waitFor();
  });

  it("leaves the account as it was", async () => {
    await page().goto("/installation");
    await olga.stands();
    await presses(page().locator("main button[lang=en]"));
    await page().getByRole("heading", { name: "Missions of this installation" }).waitFor();
  });
});
