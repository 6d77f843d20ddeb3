// Planning, and what surrounds a stakeholder, by keyboard alone and in French: Tab, Enter, the space bar, arrows, letters.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { openChromium } from "./browser.mjs";
import { keyboardOf } from "./keys.mjs";
import { eventually, Person } from "./people.mjs";

const mark = Date.now().toString(36).toUpperCase();

describe("planning by keyboard alone, in French", { concurrency: false }, () => {
  let browser;
  let planner;
  let draft;
  before(async () => {
    browser = await openChromium();
    planner = await Person.signsIn(browser, "coordinator", "fr");
    await planner.page.goto("/m/UNMIC");
    draft = (await planner.asks("plans")).plans.find((plan) => plan.state === "draft") ?? assert.fail("no draft of a plan");
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual(planner.errors, []);
  });
  const { page, keys, tabsTo, named, inDrawer, presses, types, chooses, closed, row } = keyboardOf(() => planner);

  /** Opens the first item of a kind in the tree: one stop of Tab, then arrows; Enter in the last column opens. */
  async function opens(keyboard, kind) {
    const at = () => keyboard.page().evaluate(() => document.activeElement?.closest("tr")?.className ?? "");
    await keyboard.tabsTo(keyboard.page().locator("#main table.tree td[tabindex='0']").first());
    await keyboard.keys().press("Control+Home");
    for (let pressed = 0; !(await at()).split(" ").includes(kind); pressed += 1) {
      assert.ok(pressed < 200, `no ${kind}`);
      await keyboard.keys().press("ArrowDown");
    }
    await keyboard.keys().press("End");
    await keyboard.keys().press("Enter");
  }
  const own = { page, keys, tabsTo };

  it("records a mandate from lines of a resolution, and revises it: nothing that was there goes", async () => {
    await planner.goes(`plan/${draft.id}?view=mandates`);
    await presses(named("button", "Consigner un mandat"));
    await types(inDrawer("textbox", "Résolution (obligatoire)"), `S/RES/9${mark.slice(-3)}`);
    await tabsTo(planner.drawer.getByLabel("Expire (obligatoire)"));
    await keys().type("06062031");
    await presses(planner.drawer.locator("summary", { hasText: "Plusieurs tâches à la fois" }));
    await types(inDrawer("textbox", "Tâches"), "1 (a) | Protect civilians | Protéger les civils | 1");
    await keys().press("Enter");
    await keys().type("1 (b) | Support talks | Appuyer les pourparlers");
    await presses(inDrawer("button", "Ajouter 2 tâches"));
    await presses(inDrawer("button", "Consigner un mandat"));
    await closed();
    const section = page().locator("#main section", { hasText: `S/RES/9${mark.slice(-3)}` });
    await section.getByText("Appuyer les pourparlers").waitFor();
    await presses(named("button", `Réviser S/RES/9${mark.slice(-3)}`));
    await presses(inDrawer("button", "Ajouter une tâche"));
    const third = planner.drawer.getByRole("group", { name: "Tâche 3" });
    await types(named("textbox", "Paragraphe", third), "2");
    await chooses(named("combobox", "Priorité", third), "2");
    await types(named("textbox", /^Tâche \(FR\)/, third), `Rendre compte ${mark}`);
    await presses(inDrawer("button", "Enregistrer"));
    await closed();
    await section.getByText(`Rendre compte ${mark}`).waitFor();
    assert.equal(await section.locator("tbody tr").count(), 3);
    assert.match(await section.locator("tbody tr").nth(2).innerText(), /^2\s+Rendre compte[\s\S]*2[\s\S]*Aucun objectif/);
    assert.match(await section.locator("tbody tr").nth(0).innerText(), /Protéger les civils[\s\S]*1/);
  });

  it("writes down a risk with a tripwire, and says what came of it", async () => {
    await planner.goes(`plan/${draft.id}?view=risks`);
    await presses(named("button", "Ajouter un risque"));
    await types(inDrawer("textbox", /^Ce qui est supposé, ou peut mal tourner \(FR\)/), `Les pistes sont coupées ${mark}`);
    await tabsTo(inDrawer("combobox", "Porte sur (obligatoire)"));
    await keys().press("ArrowDown");
    await chooses(inDrawer("combobox", "Probabilité"), "4");
    await types(inDrawer("textbox", "Section propriétaire (obligatoire)"), "JMAC");
    await tabsTo(inDrawer("combobox", "Indicateur"));
    await keys().press("ArrowDown");
    await types(inDrawer("textbox", "Seuil (obligatoire)"), "12,5");
    await presses(inDrawer("button", /^(Ajouter|Enregistrer)/));
    await closed();
    await row(mark).waitFor();
    assert.match(await row(mark).innerText(), /12,5/);
  });

  it("gives the draft another end, and a priority and sections to an item of it", async () => {
    await planner.goes(`plan/${draft.id}`);
    await presses(named("button", "Titre et dates"));
    await types(inDrawer("textbox", /^Titre \(FR\)/), `Plan prolongé ${mark}`);
    await presses(inDrawer("button", "Enregistrer"));
    await closed();
    await page().getByRole("heading", { level: 1, name: `Plan prolongé ${mark}` }).waitFor();
    await opens(own, "output");
    await types(inDrawer("textbox", "Sections contributrices"), `UNPOL; Force, Sector North ${mark}`);
    await chooses(inDrawer("combobox", "Priorité"), "1");
    await presses(inDrawer("button", "Enregistrer"));
    await closed();
    const plan = await planner.asks(`plans/${draft.id}`);
    assert.ok(plan.items.some((item) => item.priority === 1 && item.contributing_sections.join("|") === `UNPOL|Force, Sector North ${mark}`));
    assert.ok(plan.items.some((item) => item.plan_change_id), "what the recommendation asked for is marked");
    await page().locator("#main .tag", { hasText: "recommandation" }).first().waitFor();
  });

  it("drafts an indicator for an outcome of the draft", async () => {
    await planner.goes(`plan/${draft.id}`);
    await opens(own, "outcome");
    await presses(inDrawer("button", "Rédiger un indicateur pour cet élément"));
    await types(inDrawer("textbox", "Code (obligatoire)"), `OC-${mark}`);
    await types(inDrawer("textbox", /^Nom \(FR\)/), `Mesure ${mark}`);
    await types(inDrawer("textbox", "Unité (obligatoire)"), "postes");
    const measures = inDrawer("combobox", "Mesure");
    assert.match(await measures.evaluate((list) => list.selectedOptions[0].textContent), /^\d+\.\d+ /);
    await presses(planner.drawer.locator("button[type=submit]"));
    await page().waitForURL(new RegExp(`indicators/OC-${mark}`));
    const made = await planner.asks(`indicators/OC-${mark}`);
    const plan = await planner.asks(`plans/${draft.id}`);
    assert.ok(plan.items.some((item) => item.kind === "outcome" && item.lineage_id === made.plan_item_lineage_id));
  });

  it("links an output to an outcome, changes the link, and takes it away", async () => {
    await planner.goes(`plan/${draft.id}?view=links&as=table`);
    const before = await page().locator("#main tbody tr").count();
    const plan = await planner.asks(`plans/${draft.id}`);
    const output = plan.items.find((item) => item.kind === "output");
    const outcome = plan.items.find((item) => item.kind === "outcome" && !plan.links.some((link) => link.output_id === output.id && link.outcome_id === item.id));
    await presses(named("button", "Relier un produit à un effet"));
    await chooses(inDrawer("combobox", "Produit (obligatoire)"), output.number);
    await chooses(inDrawer("combobox", "Effet (obligatoire)"), outcome.number);
    await types(inDrawer("textbox", /^Hypothèse \(FR\)/), `Parce que ${mark}`);
    await presses(inDrawer("button", /^(Relier|Enregistrer|Ajouter)/));
    await closed();
    await row(mark).waitFor();
    await presses(named("button", "Modifier", row(mark)));
    await types(inDrawer("textbox", "Délai attendu, en mois"), "11");
    await presses(inDrawer("button", "Enregistrer"));
    await closed();
    await eventually(async () => assert.match(await row(mark).innerText(), /\b11\b/), "another lag");
    await presses(named("button", "Retirer", row(mark)));
    await eventually(async () => assert.equal(await page().locator("#main tbody tr").count(), before), "the link is gone");
  });

  it("compares two versions on the tree", async () => {
    await planner.goes(`plan/${draft.id}?view=compare`);
    await page().getByText(/De la version \d+ à la version \d+/).waitFor();
    await row(`Les pistes sont coupées ${mark}`).getByText("Ajouté").waitFor();
    const some = await page().locator("#main table").first().locator("tbody tr").count();
    await presses(named("link", "Tout l’arbre"));
    await page().waitForURL(/rows=all/);
    const plan = await planner.asks(`plans/${draft.id}`);
    await eventually(async () => assert.ok((await page().locator("#main table").first().locator("tbody tr").count()) >= plan.items.length, "the whole tree"), "the whole tree");
    assert.ok(some < plan.items.length);
    assert.equal(await page().locator("#main code").count(), 0, "no field is told by its name in the program");
  });

  it("puts a line into the budget and links it to the plan in the matrix", async () => {
    await planner.goes(`plan/${draft.id}?view=budget`);
    await presses(named("button", "Ajouter une ligne du budget"));
    await chooses(inDrawer("combobox", "Nature"), "Réalisation");
    await types(inDrawer("textbox", "Code dans le budget"), "9.9");
    await types(inDrawer("textbox", "Exercice budgétaire (obligatoire)"), "FY2027");
    await types(inDrawer("textbox", /^Texte \(FR\)/), `Réalisation ${mark}`);
    await presses(inDrawer("button", /^(Ajouter|Enregistrer)/));
    await closed();
    await row(`Réalisation ${mark}`).waitFor();
    // The matrix is one stop of Tab: from its first cell the arrows lead.
    const at = () => page().evaluate(() => document.activeElement?.closest("tr")?.innerText ?? "");
    await tabsTo(page().locator("#main table [tabindex='0']").last());
    for (let pressed = 0; !(await at()).includes(mark) && pressed < 200; pressed += 1) await keys().press("ArrowDown");
    assert.ok((await at()).includes(mark), "the arrows lead to the new line");
    await keys().press("Space");
    await eventually(async () => {
      const { lines, links } = await planner.asks(`plans/${draft.id}/rbb-crosswalk`);
      const ours = lines.find((line) => line.text.fr.includes(mark));
      assert.equal(links.filter((link) => link.line_id === ours.id).length, 1);
    }, "the link is stored");
    assert.equal(await row(`Réalisation ${mark}`).locator('[aria-selected="true"]').count(), 1);
  });

  it("clones an indicator of the library, revises it and sets a target", async () => {
    await planner.goes("library");
    const choice = page().locator("#main tbody input[type=checkbox]:not(:disabled):not(:checked)").first();
    const code = (await choice.getAttribute("aria-label")).replace("Choisir ", "");
    await presses(choice, "Space");
    await presses(named("button", "Cloner 1 indicateur"));
    await page().getByText(/1 indicateur rédigé/).waitFor();
    await planner.goes(`indicators/${code}`);
    await presses(named("button", "Réviser"));
    await types(inDrawer("textbox", "Unité (obligatoire)").or(inDrawer("textbox", "Unité")).first(), `unités ${mark}`);
    await presses(inDrawer("button", /^Enregistrer|^Réviser/));
    await closed();
    await planner.goes(`indicators/${code}?view=sheet`);
    await page().locator("#main").getByText(`unités ${mark}`).first().waitFor();
    await planner.goes(`indicators/${code}?view=targets`);
    await presses(named("button", "Fixer une cible"));
    await types(inDrawer("textbox", "Période (obligatoire)").or(inDrawer("textbox", "Période")).first(), "2031");
    await types(inDrawer("textbox", new RegExp(`^Cible \\(unités ${mark}`)), "75,5");
    await presses(inDrawer("button", /^(Fixer|Enregistrer)/));
    await closed();
    await row("2031").getByText("75,5").waitFor();
  });

  it("gives a stakeholder a strategy and a relation", async () => {
    await planner.goes("stakeholders?view=table");
    await presses(page().locator("#main tbody").getByRole("button").first());
    await planner.drawer.waitFor();
    await presses(planner.drawer.locator("summary", { hasText: "Enregistrer une stratégie" }));
    const strategy = planner.drawer.locator("details[open] form").first();
    await types(named("textbox", /\(FR\)/, strategy), `Il accepte la médiation ${mark}`);
    await types(named("textbox", /^Section propriétaire|^Section responsable/, strategy), "Political Affairs");
    await presses(strategy.locator("button[type=submit]"));
    await planner.drawer.getByText(`Il accepte la médiation ${mark}`).first().waitFor();
    await presses(planner.drawer.locator("summary", { hasText: "Ajouter une relation" }));
    const relation = planner.drawer.locator("details[open] form").last();
    await tabsTo(named("combobox", "L’autre acteur (obligatoire)", relation).or(named("combobox", "L’autre acteur", relation)).first());
    await keys().press("End");
    await types(named("textbox", "Note (FR)", relation), `Par keyboard ${mark}`);
    await presses(relation.locator("button[type=submit]"));
    await eventually(async () => assert.ok((await planner.drawer.innerText()).includes(`Par keyboard ${mark}`)), "the relation is there");
    await keys().press("Escape");
    await closed();
  });

  it("asks and answers about an item while the plan is in review", async () => {
    const adviser = await Person.signsIn(browser, "adviser", "fr");
    const other = keyboardOf(() => adviser);
    await planner.goes(`plan/${draft.id}`);
    await presses(named("button", "Soumettre"));
    await planner.sees("En revue");
    await adviser.goes(`plan/${draft.id}`);
    await opens(other, "outcome");
    await other.types(other.inDrawer("textbox", "Commentaire (obligatoire)"), `Qui suit cela ? ${mark}`);
    await other.presses(other.inDrawer("button", "Commenter"));
    await adviser.drawer.getByText(mark).first().waitFor();
    await planner.goes(`plan/${draft.id}?view=comments`);
    await presses(named("button", "Clore", row(mark)));
    await eventually(async () => assert.equal(await row(mark).count(), 0), "it is resolved");
    await presses(named("link", "Tous les commentaires"));
    await row(mark).getByText("clos par").waitFor();
    const head = await Person.signsIn(browser, "component_head", "fr");
    const third = keyboardOf(() => head);
    await head.goes(`plan/${draft.id}`);
    await third.presses(third.named("button", "Retourner").or(third.named("button", "Renvoyer")).first());
    await third.types(third.named("textbox", "Motif").or(third.named("textbox", "Motif (obligatoire)")).first(), "Voir les commentaires");
    await third.presses(third.named("button", "Confirmer"));
    await head.sees("Brouillon");
    for (const person of [adviser, head]) assert.deepEqual(person.errors, []);
  });
});
