// The context as a mission works on it, made four times: by keyboard alone and by mouse, in English and in French.
// Nothing is focused or pressed by the test itself.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { MISSION, openChromium } from "./browser.mjs";
import { handOf, speaking, WAYS } from "./hands.mjs";
import { eventually, Person } from "./people.mjs";

const started = Date.now();

for (const [nth, way] of WAYS.entries()) {
  const { language } = way;
  const { says, label, own } = speaking(language);
  const mark = (started + nth).toString(36).toUpperCase();

  describe(`the context ${way.by}`, { concurrency: false }, () => {
    let browser;
    let planner;
    before(async () => {
      browser = await openChromium();
      planner = await Person.signsIn(browser, "coordinator", language);
      await planner.page.goto(`/m/${MISSION}`);
    });
    after(async () => {
      await browser?.close();
      assert.deepEqual(planner.errors, []);
    });
    const hand = handOf(way, () => planner);
    const { page, named, inDrawer, presses, types, chooses, day, leaves, closed, row } = hand;
    const summary = (text) => planner.drawer.locator("summary", { hasText: text }).first();
    const submits = () => presses(planner.drawer.locator("button[type=submit]"));

    it("fixes how often a map is due", async () => {
      await planner.goes("context");
      const every = (months) => says(`A new map every ${months} months`, `Une nouvelle carte tous les ${months} mois`);
      await page().getByText(says("A new map every", "Une nouvelle carte")).first().waitFor();
      const months = (await page().getByText(every(5)).count()) ? "6" : "5";
      await presses(named("button", says("Set the interval", "Fixer l’intervalle")));
      await types(inDrawer("textbox", label("Months between two maps (1–36)", "Mois entre deux cartes (1–36)")), months);
      await submits();
      await closed();
      await page().getByText(every(months)).waitFor();
    });

    it("moves the map in time, and reads it as a table", async () => {
      await planner.goes("context");
      await page().locator("svg.chart.map circle.event").first().waitFor();
      const status = page().locator("#main p[role=status]", { hasText: says("event", "événement") });
      const slider = named("slider", says("Move the period", "Déplacer la période"));
      const [said, spoken] = [await status.innerText(), await slider.getAttribute("aria-valuetext")];
      await hand.slides(slider, "back");
      await page().waitForURL(/from=/);
      await eventually(async () => assert.notEqual(await status.innerText(), said), "what is shown is said");
      assert.notEqual(await slider.getAttribute("aria-valuetext"), spoken);
      await hand.slides(slider, "start");
      await page().getByText(says("No context map speaks of this time or of an earlier one.", "Aucune carte du contexte ne parle de ce moment ni d’un moment antérieur.")).waitFor();
      await presses(named("button", says("Later", "Plus tard")));
      const from = named("combobox", says("From", "De"));
      await chooses(from, await from.locator("option").first().innerText());
      await chooses(named("combobox", says("Type of event", "Type d’événement")), "Riots");
      await page().waitForURL(/kind=Riots/);
      // The last circle lies on top of the others; by keyboard an area is reached whether something lies on it or not.
      await presses(way.hand === "mouse" ? page().locator("svg.chart.map circle.event").last() : page().locator("svg.map a").first());
      await page().waitForURL(/area=CAR/);
      const table = page().getByRole("group", { name: new RegExp(`^${says("Areas", "Zones")}, `) });
      await hand.tabsTo(table);
      assert.ok((await table.locator("tbody tr").count()) >= 15);
      assert.equal(await table.getByRole("columnheader", { name: says("Events", "Événements"), exact: true }).count(), 1);
    });

    it("begins the next map, revises what it says, filters by a lens, and another person reviews it", async () => {
      const last = (await planner.asks("context-maps")).context_maps.find((map) => map.state === "published");
      await planner.goes(`context-maps/${last.id}`);
      await presses(named("button", says("Begin the next map from this one", "Commencer la carte suivante à partir de celle-ci")));
      await types(inDrawer("textbox", label("Period", "Période")), `20${27 + nth}-Q4`);
      await types(inDrawer("textbox", own("Title", "Titre")), `Carte ${mark}`);
      await submits();
      await page().getByRole("heading", { level: 1, name: `Carte ${mark}` }).waitFor();
      await presses(named("button", says("Revise the map", "Réviser la carte")));
      await types(inDrawer("textbox", label("Themes", "Thèmes")), `pistes, ${mark.toLowerCase()}`);
      await types(inDrawer("textbox", own("Narrative", "Récit")), "Les pistes se ferment.");
      await submits();
      await closed();
      await page().getByText("Les pistes se ferment.").waitFor();
      await page().locator(".page-head").getByText(`pistes, ${mark.toLowerCase()}`).waitFor();
      const rows = page().locator("#main tbody tr");
      const all = await rows.count();
      await chooses(named("combobox", says("Gender", "Genre")), says("Differs much", "Diffère beaucoup"));
      await eventually(async () => assert.ok((await rows.count()) < all), "fewer factors");
      await chooses(named("combobox", says("Gender", "Genre")), says("All", "Tous"));
      await eventually(async () => assert.equal(await rows.count(), all), "all factors");
      const adviser = await Person.signsIn(browser, "adviser", language);
      const theirs = handOf(way, () => adviser);
      const path = new URL(page().url()).pathname.split("/").slice(3).join("/");
      await adviser.goes(path);
      await theirs.presses(theirs.named("button", says("Mark as reviewed", "Marquer comme revue")));
      await adviser.sees(says("Reviewed", "Revue"));
      // Reviewed, it is still written in: then it is a draft again.
      await planner.goes(path);
      await page().getByText(says("This map is reviewed", "Cette carte a été revue")).first().waitFor();
      await presses(named("button", says("Revise the map", "Réviser la carte")));
      await types(inDrawer("textbox", label("Themes", "Thèmes")), "pistes");
      await submits();
      await closed();
      await planner.sees(says("Draft", "Brouillon"));
      assert.deepEqual(adviser.errors, []);
    });

    it("records evidence, sees where it is used, and is back where it was", async () => {
      await planner.goes("context?view=evidence");
      await presses(named("button", says("Record evidence", "Consigner un élément de preuve")));
      await types(inDrawer("textbox", label("Title", "Titre")), `Relevé ${mark}`);
      await types(inDrawer("textbox", label("Source", "Source")), "Comité des marchés");
      await chooses(inDrawer("combobox", label("Reliability of the source", "Fiabilité de la source")), "C");
      await presses(inDrawer("button", says("Record evidence", "Consigner un élément de preuve")));
      await closed();
      await row(mark).waitFor();
      assert.match(await row(mark).innerText(), /C2/);
      const uses = named("button", says(`Where “Relevé ${mark}” is used`, `Où « Relevé ${mark} » est utilisé`));
      await presses(uses);
      await planner.drawer.getByText(says("No factor that you may see rests on it.", "Aucun facteur que vous pouvez voir ne s’appuie dessus.")).waitFor();
      await planner.drawer.getByText(says("No finding that you may see rests on it.", "Aucun constat que vous pouvez voir ne s’appuie dessus.")).waitFor();
      await leaves();
      assert.ok(await uses.evaluate((element) => element === document.activeElement), "the focus is back");
    });

    it("puts a factor on a map with its area and evidence, and takes it away", async () => {
      const maps = (await planner.asks("context-maps")).context_maps;
      // The demo's own, which speaks of Sando; another suite may have begun one.
      const draft = maps.findLast((map) => map.state === "draft") ?? assert.fail("no draft of a map");
      await planner.goes(`context-maps/${draft.id}`);
      await presses(named("button", says("Add a factor", "Ajouter un facteur")));
      await types(inDrawer("textbox", own("Title", "Titre")), `Bacs ${mark}`);
      await chooses(inDrawer("combobox", label("Kind", "Type")), says("Eco", "Éco"));
      await chooses(inDrawer("combobox", label("Severity (1–5)", "Gravité (1–5)")), "4");
      await presses(inDrawer("checkbox", "Sando"), "Space");
      await presses(inDrawer("checkbox", new RegExp(`Relevé ${mark}`)), "Space");
      await presses(inDrawer("button", says("Save", "Enregistrer")));
      await closed();
      await row(`Bacs ${mark}`).waitFor();
      assert.match(await row(`Bacs ${mark}`).innerText(), says(/Economic[\s\S]*4[\s\S]*1 piece/, /Économique[\s\S]*4[\s\S]*1 élément/));
      await presses(named("button", new RegExp(`^${says("Remove", "Retirer")}`), row(`Bacs ${mark}`)));
      await eventually(async () => assert.equal(await row(`Bacs ${mark}`).count(), 0), "the factor is gone");
    });

    it("compares two maps by a list", async () => {
      const maps = (await planner.asks("context-maps")).context_maps;
      const last = maps.find((map) => map.state === "published") ?? assert.fail("no published map");
      const before = maps.findLast((map) => map.id !== last.id) ?? assert.fail("no other map");
      await planner.goes(`context-maps/${last.id}`);
      await chooses(named("combobox", says("Compare with", "Comparer avec")), says(before.title.en || before.title.fr, before.title.fr || before.title.en));
      await page().waitForURL(/with=/);
      await planner.stands();
      await page().locator("#main h2", { hasText: says("What changed", "Ce qui a changé") }).waitFor();
    });

    it("merges two areas, splits what came of it, and takes both back", async () => {
      const areas = (await planner.asks("areas")).areas.filter((area) => area.level === 1).slice(-2);
      const [merged, one, other] = ["K", "T1", "T2"].map((kind) => `${kind}${mark}`);
      await planner.goes("context?view=areas");
      await presses(named("button", says("Merge areas", "Fusionner des zones")));
      for (const area of areas) await presses(inDrawer("checkbox", `${says(area.name.en, area.name.fr || area.name.en)} (${area.code})`), "Space");
      await day(planner.drawer.getByLabel(label("From", "À partir du")), "2026-01-01");
      await types(inDrawer("textbox", label("Code of the new area", "Code de la nouvelle zone")), merged);
      await types(inDrawer("textbox", own("Name", "Nom")), `Les deux ${mark}`);
      await submits();
      await closed();
      await row(merged).first().waitFor();
      await presses(named("button", says("Split an area", "Diviser une zone")));
      await chooses(inDrawer("combobox", label("Which area", "Quelle zone")), `Les deux ${mark}`);
      await day(planner.drawer.getByLabel(label("From", "À partir du")), "2026-03-01");
      for (const [place, code] of [[1, one], [2, other]]) {
        const part = planner.drawer.getByRole("group", { name: `${says("Part", "Partie")} ${place}` });
        await types(named("textbox", label("Code", "Code"), part), code);
        await types(named("textbox", own("Name", "Nom"), part), `Partie ${code}`);
      }
      await submits();
      await closed();
      await row(one).first().waitFor();
      const line = (text) => page().locator("section.card li", { hasText: text });
      for (const text of [says(`${merged} became`, `${merged} est devenue`), says(`were merged into ${merged}`, `ont fusionné en ${merged}`)]) {
        await presses(named("button", says("Take back", "Annuler"), line(text)));
        await presses(named("button", says("Confirm", "Confirmer"), line(text)));
        await line(text).getByText(says("taken back", "annulé")).waitFor();
      }
      for (const area of areas) await page().getByRole("rowheader", { name: area.code, exact: true }).waitFor();
    });

    it("finds an area by a near miss, and looks at a file of boundaries before it is taken", async () => {
      const area = (await planner.asks("areas")).areas.find((one) => one.name.en.length > 5);
      await planner.goes("context?view=areas");
      await types(named("searchbox", says("Search by code, name or alias", "Chercher par code, nom ou alias")), area.name.en.slice(0, 2) + area.name.en.slice(3));
      await row(area.code).waitFor();
      await presses(named("button", says("Import areas", "Importer des zones")));
      const feature = (code, coordinates) => ({ type: "Feature", properties: { code, name: `Named ${code}`, level: 1 }, geometry: { type: "Polygon", coordinates: [coordinates] } });
      const file = (...features) => ({ name: "x.geojson", mimeType: "application/geo+json", buffer: Buffer.from(JSON.stringify({ type: "FeatureCollection", features })) });
      const square = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]];
      const input = planner.drawer.locator("input[type=file]");
      await input.setInputFiles(file(feature(`A${mark}`, square), feature(`B${mark}`, [[0, 0], [1, 1]])));
      await planner.drawer.getByText(says(/2 read: .*1 rejected\. Nothing is stored yet\./, /2 lues : .*1 rejetées?\. Rien n’est encore enregistré\./)).waitFor();
      await planner.drawer.locator("tbody tr", { hasText: `B${mark}` }).waitFor();
      assert.ok(await inDrawer("button", says("Import areas", "Importer des zones")).isDisabled(), "with an error in it nothing is taken");
      await leaves();
    });

    it("registers a stakeholder, assesses it, and moves it on the grid", async () => {
      const name = `Bateliers ${mark}`;
      await planner.goes("stakeholders?view=table");
      await presses(named("button", says("Register a stakeholder", "Inscrire un acteur")));
      await types(inDrawer("textbox", label("Name", "Nom")), name);
      await chooses(inDrawer("combobox", label("Kind", "Type")), says("Community", "Communauté"));
      await presses(inDrawer("button", says("Register a stakeholder", "Inscrire un acteur")));
      await planner.drawer.getByRole("heading", { name }).waitFor();
      await presses(summary(says("Assess", "Évaluer")));
      const form = planner.drawer.locator("details[open] form").first();
      await day(form.getByLabel(label("On the date", "À la date")), "2025-03-01");
      await chooses(named("combobox", label("Interest", "Intérêt"), form), "4");
      for (const [english, french, text] of [["Capability", "Capacité", "Deux camions"], ["Attitude", "Attitude", "Méfiante"], ["Behaviour", "Comportement", "Évite les patrouilles"]]) await types(named("textbox", own(english, french), form), `${text} ${mark}`);
      await presses(form.locator("button[type=submit]"));
      const history = planner.drawer.locator("li", { hasText: `Deux camions ${mark}` });
      await history.waitFor();
      assert.match(await history.innerText(), says(/Interest 4[\s\S]*Capability[\s\S]*Attitude[\s\S]*Méfiante[\s\S]*Behaviour/, /Intérêt 4[\s\S]*Capacité[\s\S]*Attitude[\s\S]*Méfiante[\s\S]*Comportement/));
      await leaves();
      await planner.goes("stakeholders");
      const chip = page().locator(".stance button.chip", { hasText: name });
      await chip.waitFor();
      assert.equal(await chip.getAttribute("data-cell"), "3:0");
      const note = page().locator("#main form.card").getByLabel("Note");
      if (way.hand === "mouse") {
        await chip.dragTo(page().locator(".stance [role=row]").nth(2).locator(".cell").nth(3));
        await note.click();
      } else {
        await hand.walks(page().locator(".stance [data-cell][tabindex='0']"), chip, "ArrowRight");
        for (const key of ["Shift+ArrowUp", "Shift+ArrowRight", "Enter"]) await hand.keys().press(key);
      }
      await hand.keys().type(`Marché rouvert ${mark}`);
      await (way.hand === "mouse" ? presses(page().locator("#main form.card button[type=submit]")) : hand.keys().press("Enter"));
      await eventually(async () => assert.equal(await page().locator(".stance .moving").count(), 0), "it is stored");
      assert.equal(await chip.getAttribute("data-cell"), "4:1");
    });

    it("finds a stakeholder by filters", async () => {
      await planner.goes("stakeholders?view=table");
      const rows = page().locator("#main tbody tr");
      const all = await rows.count();
      await chooses(named("combobox", says("Kind", "Type")), says("Armed group", "Groupe armé"));
      await eventually(async () => assert.ok((await rows.count()) > 0 && (await rows.count()) < all), "fewer");
      await page().waitForURL(/kind=armed_group/);
      await chooses(named("combobox", says("Stance", "Position")), says("Prevents", "Empêche"));
      const name = await rows.first().getByRole("button").innerText();
      await types(named("searchbox", says("Name or alias", "Nom ou alias")), name.slice(0, 6).toLowerCase());
      await eventually(async () => assert.ok((await rows.count()) >= 1), "found by its name");
      await presses(rows.first().getByRole("button"));
      await planner.drawer.getByRole("heading", { name }).waitFor();
      await leaves();
    });

    it("merges two records of one stakeholder, and takes the merge back", async () => {
      const [gone, kept] = [`Ancien ${mark}`, `Nouveau ${mark}`];
      for (const name of [gone, kept]) {
        await planner.goes("stakeholders");
        await presses(named("button", says("Register a stakeholder", "Inscrire un acteur")));
        await types(inDrawer("textbox", label("Name", "Nom")), name);
        await presses(inDrawer("button", says("Register a stakeholder", "Inscrire un acteur")));
        await planner.drawer.getByRole("heading", { name }).waitFor();
      }
      await presses(summary(says("Merge with another record", "Fusionner avec un autre enregistrement")));
      await chooses(inDrawer("combobox", new RegExp(`^${says("The same stakeholder is also recorded as", "Le même acteur est aussi enregistré comme")}`)), gone);
      await presses(inDrawer("button", says("Merge", "Fusionner")));
      await presses(inDrawer("button", says("Confirm", "Confirmer")));
      const also = planner.drawer.getByText(`${says("Also recorded as", "Aussi enregistré comme")}: ${gone}`);
      await also.waitFor();
      await presses(inDrawer("button", says("Undo the merge", "Annuler la fusion")));
      await eventually(async () => assert.equal(await also.count(), 0), "two again");
      await leaves();
    });

    it("gives a stakeholder a strategy and a relation", async () => {
      await planner.goes("stakeholders?view=table");
      await presses(page().locator("#main tbody").getByRole("button").first());
      await planner.drawer.waitFor();
      await presses(summary(says("Record a strategy", "Enregistrer une stratégie")));
      const strategy = planner.drawer.locator("details[open] form").first();
      await types(named("textbox", own("What should be different", "Ce qui devrait être différent"), strategy), `Il accepte la médiation ${mark}`);
      await types(named("textbox", label("Owner section", "Section propriétaire"), strategy), "Political Affairs");
      await presses(strategy.locator("button[type=submit]"));
      await planner.drawer.getByText(`Il accepte la médiation ${mark}`).first().waitFor();
      await presses(summary(says("Add a relation", "Ajouter une relation")));
      const relation = planner.drawer.locator("details[open] form").last();
      await chooses(named("combobox", label("The other stakeholder", "L’autre acteur"), relation), `Bateliers ${mark}`);
      await types(named("textbox", own("Note", "Note"), relation), `Par la route ${mark}`);
      await presses(relation.locator("button[type=submit]"));
      await eventually(async () => assert.ok((await planner.drawer.innerText()).includes(`Par la route ${mark}`)), "the relation is there");
      await leaves();
    });

    it("goes back in time along the network", async () => {
      await planner.goes("stakeholders?view=network");
      const slider = named("slider", /.*/);
      const now = await slider.inputValue();
      await hand.slides(slider, "back");
      await eventually(async () => assert.notEqual(await slider.inputValue(), now), "another date");
      await page().waitForURL(/as_of=/);
    });
  });
}
