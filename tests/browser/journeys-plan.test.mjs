// A plan as planners work on it, made four times: by keyboard alone and by mouse, in English and in French. Nothing is
// focused or pressed by the test itself.
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

  describe(`planning ${way.by}`, { concurrency: false }, () => {
    let browser;
    let planner;
    let draft;
    before(async () => {
      browser = await openChromium();
      planner = await Person.signsIn(browser, "coordinator", language);
      await planner.page.goto(`/m/${MISSION}`);
      draft = (await planner.asks("plans")).plans.find((plan) => plan.state === "draft") ?? assert.fail("no draft of a plan");
    });
    after(async () => {
      await browser?.close();
      assert.deepEqual(planner.errors, []);
    });
    const hand = handOf(way, () => planner);
    const { page, keys, named, inDrawer, presses, types, chooses, day, leaves, closed, row } = hand;
    const plan = () => planner.asks(`plans/${draft.id}`);
    const saves = () => presses(inDrawer("button", says("Save", "Enregistrer")));

    /** Opens the first item of a kind in the tree: by mouse from its row; by keys the grid is one stop of Tab, then arrows, and Enter in the last column opens. */
    async function opens(by, kind) {
      const one = by.page().locator(`#main table.tree tr.${kind}`).first();
      if (way.hand === "mouse") return one.getByRole("button", { name: says(/^Open/, /^Ouvrir/) }).click();
      await by.walks(by.page().locator("#main table.tree td[tabindex='0']").first(), one, "ArrowDown");
      await by.keys().press("End");
      await by.keys().press("Enter");
    }

    it("writes an objective into the tree, takes it out, and undoes that", async () => {
      await planner.goes(`plan/${draft.id}`);
      const mine = async () => (await plan()).items.filter((item) => item.statement[language].includes(mark));
      const text = `Marchés ouverts ${mark}`;
      if (way.hand === "mouse") {
        await presses(named("button", says("Add an objective", "Ajouter un objectif")));
        await types(inDrawer("textbox", own("Statement", "Énoncé")), text);
        await presses(planner.drawer.locator("button[type=submit]"));
        await closed();
      } else {
        // In the grid a list is typed: Enter begins the next row, Escape ends it.
        await hand.tabsTo(page().locator("#main table.tree td[tabindex='0']").first());
        await keys().press("Control+Home");
        await keys().press("Control+Enter");
        await eventually(async () => assert.ok(await page().evaluate(() => document.activeElement?.matches("table.tree textarea, table.tree input"))), "a row to type in");
        await keys().type(text);
        await keys().press("Enter");
      }
      const written = page().locator("#main tr[id^=item-]", { hasText: text });
      await written.waitFor();
      if (way.hand === "mouse") {
        await presses(written.getByRole("button", { name: says(/^Open/, /^Ouvrir/) }));
        await presses(inDrawer("button", says("Remove", "Retirer")));
        await presses(inDrawer("button", says("Remove it and all below it", "Retirer l’élément et tout ce qui en dépend")));
      } else {
        await keys().press("Escape");
        await hand.walks(page().locator("#main table.tree td[tabindex='0']").first(), written, "ArrowDown");
        await keys().press("Delete");
      }
      await eventually(async () => assert.equal((await mine()).length, 0), "it is out");
      if (way.hand === "mouse") {
        await presses(named("button", says("Removed items", "Éléments retirés")));
        const listed = planner.drawer.locator("li", { hasText: text });
        await presses(named("button", says("Put back", "Remettre"), listed));
        await listed.waitFor({ state: "detached" });
        await leaves();
      } else await presses(named("button", says("Undo", "Annuler")));
      await eventually(async () => assert.equal((await mine()).length, 1), "it is back");
      await presses(named("button", way.hand === "mouse" ? says("Undo", "Annuler") : says("Redo", "Rétablir")));
      await eventually(async () => assert.equal((await mine()).length, 0), "it is out again");
    });

    it("records a mandate from lines of a resolution, and revises it: nothing that was there goes", async () => {
      const resolution = `S/RES/9${mark.slice(-4)}`;
      await planner.goes(`plan/${draft.id}?view=mandates`);
      await presses(named("button", says("Record a mandate", "Consigner un mandat")));
      await types(inDrawer("textbox", label("Resolution", "Résolution")), resolution);
      await day(planner.drawer.getByLabel(label("Expires", "Expire")), "2031-06-06");
      await presses(planner.drawer.locator("summary", { hasText: says("Many tasks at once", "Plusieurs tâches à la fois") }));
      await types(inDrawer("textbox", says("Tasks", "Tâches")), "1 (a) | Protect civilians | Protéger les civils | 1");
      await keys().press("Enter");
      await keys().type("1 (b) | Support talks | Appuyer les pourparlers");
      await presses(inDrawer("button", says("Add 2 tasks", "Ajouter 2 tâches")));
      await presses(inDrawer("button", says("Record a mandate", "Consigner un mandat")));
      await closed();
      const section = page().locator("#main section", { hasText: resolution });
      await section.getByText(says("Support talks", "Appuyer les pourparlers")).waitFor();
      await presses(named("button", `${says("Revise", "Réviser")} ${resolution}`));
      await presses(inDrawer("button", says("Add a task", "Ajouter une tâche")));
      const third = planner.drawer.getByRole("group", { name: `${says("Task", "Tâche")} 3` });
      await types(named("textbox", says("Paragraph", "Paragraphe"), third), "2");
      await chooses(named("combobox", says("Priority", "Priorité"), third), "2");
      await types(named("textbox", own("Task", "Tâche"), third), `Rendre compte ${mark}`);
      await saves();
      await closed();
      await section.getByText(`Rendre compte ${mark}`).waitFor();
      assert.equal(await section.locator("tbody tr").count(), 3);
      assert.match(await section.locator("tbody tr").nth(2).innerText(), says(/^2\s+Rendre compte[\s\S]*2[\s\S]*No objective/, /^2\s+Rendre compte[\s\S]*2[\s\S]*Aucun objectif/));
      assert.match(await section.locator("tbody tr").nth(0).innerText(), says(/Protect civilians[\s\S]*1/, /Protéger les civils[\s\S]*1/));
    });

    it("writes down a risk with a tripwire", async () => {
      await planner.goes(`plan/${draft.id}?view=risks`);
      await presses(named("button", says("Add a risk", "Ajouter un risque")));
      await types(inDrawer("textbox", own("What is assumed, or may go wrong", "Ce qui est supposé, ou peut mal tourner")), `Les pistes sont coupées ${mark}`);
      await hand.choosesAt(inDrawer("combobox", label("Hangs on", "Porte sur")), 1);
      await chooses(inDrawer("combobox", label("Likelihood", "Probabilité")), "4");
      await types(inDrawer("textbox", label("Owner section", "Section propriétaire")), "JMAC");
      await hand.choosesAt(inDrawer("combobox", label("Indicator", "Indicateur")), 1);
      await types(inDrawer("textbox", label("Threshold", "Seuil")), says("12.5", "12,5"));
      await presses(inDrawer("button", says("Add", "Ajouter")));
      await closed();
      await row(mark).waitFor();
      assert.match(await row(mark).innerText(), says(/12\.5/, /12,5/));
    });

    it("gives the draft another title, and a priority and sections to an item of it", async () => {
      await planner.goes(`plan/${draft.id}`);
      await presses(named("button", says("Title and dates", "Titre et dates")));
      await types(inDrawer("textbox", own("Title", "Titre")), `Plan prolongé ${mark}`);
      await saves();
      await closed();
      await page().getByRole("heading", { level: 1, name: `Plan prolongé ${mark}` }).waitFor();
      await opens(hand, "output");
      await types(inDrawer("textbox", label("Contributing sections", "Sections contributrices")), `UNPOL; Force, Sector North ${mark}`);
      await chooses(inDrawer("combobox", label("Priority", "Priorité")), "1");
      await saves();
      await closed();
      const { items } = await plan();
      assert.ok(items.some((item) => item.priority === 1 && item.contributing_sections.join("|") === `UNPOL|Force, Sector North ${mark}`));
      assert.ok(items.some((item) => item.plan_change_id), "what the recommendation asked for is marked");
      await page().locator("#main .tag", { hasText: says("recommendation", "recommandation") }).first().waitFor();
    });

    it("drafts an indicator for an outcome of the draft", async () => {
      await planner.goes(`plan/${draft.id}`);
      await opens(hand, "outcome");
      await presses(inDrawer("button", says("Draft an indicator for this", "Rédiger un indicateur pour cet élément")));
      await types(inDrawer("textbox", label("Code", "Code")), `OC-${mark}`);
      await types(inDrawer("textbox", own("Name", "Nom")), `Mesure ${mark}`);
      await types(inDrawer("textbox", label("Unit", "Unité")), "postes");
      assert.match(await inDrawer("combobox", says("Measures", "Mesure")).evaluate((list) => list.selectedOptions[0].textContent), /^\d+\.\d+ /);
      await presses(planner.drawer.locator("button[type=submit]"));
      await page().waitForURL(new RegExp(`indicators/OC-${mark}`));
      const made = await planner.asks(`indicators/OC-${mark}`);
      assert.ok((await plan()).items.some((item) => item.kind === "outcome" && item.lineage_id === made.plan_item_lineage_id));
    });

    it("links an output to an outcome, changes the link, and takes it away", async () => {
      await planner.goes(`plan/${draft.id}?view=links&as=table`);
      const before = await page().locator("#main tbody tr").count();
      const { items, links } = await plan();
      const output = items.find((item) => item.kind === "output");
      const outcome = items.find((item) => item.kind === "outcome" && !links.some((link) => link.output_id === output.id && link.outcome_id === item.id));
      await presses(named("button", says("Link an output to an outcome", "Relier un produit à un effet")));
      await chooses(inDrawer("combobox", label("Output", "Produit")), output.number);
      await chooses(inDrawer("combobox", label("Outcome", "Effet")), outcome.number);
      await types(inDrawer("textbox", own("Hypothesis", "Hypothèse")), `Parce que ${mark}`);
      await types(inDrawer("textbox", own("Assumptions", "Présupposés")), `Les pistes restent ouvertes ${mark}`);
      await presses(planner.drawer.locator("button[type=submit]"));
      await closed();
      await row(mark).getByText(`Les pistes restent ouvertes ${mark}`).waitFor();
      await presses(named("button", says("Edit", "Modifier"), row(mark)));
      await types(inDrawer("textbox", label("Expected lag, months", "Délai attendu, en mois")), "11");
      await saves();
      await closed();
      await eventually(async () => assert.match(await row(mark).innerText(), /\b11\b/), "another lag");
      await presses(named("button", says("Remove", "Retirer"), row(mark)));
      await eventually(async () => assert.equal(await page().locator("#main tbody tr").count(), before), "the link is gone");
    });

    it("opens a result in the picture of the theory of change", async () => {
      await planner.goes("plan?view=links");
      const { nodes, links } = await planner.asks("plans/active/theory-of-change");
      const first = page().locator("svg.theory .node[tabindex='0']");
      await first.waitFor();
      const shown = nodes.find((node) => links.some((link) => [link.output_id, link.outcome_id].includes(node.item_id)));
      const wanted = way.hand === "mouse" ? page().locator(`svg.theory [data-node="${shown.item_id}"]`) : first;
      await presses(wanted);
      await planner.drawer.locator("h2", { hasText: /\d/ }).waitFor();
      await leaves();
      assert.ok(await wanted.evaluate((element) => element === document.activeElement), "the focus is back where it was");
    });

    it("reports the progress of an activity on the work plan", async () => {
      await planner.goes("plan?view=work");
      const bar = page().locator('.gantt [data-number][tabindex="0"]');
      await bar.waitFor();
      const number = await bar.getAttribute("data-number");
      await presses(bar);
      await planner.drawer.getByRole("heading", { name: `${number} ${says("Activity", "Activité")}` }).waitFor();
      await chooses(inDrawer("combobox", label("Status", "Situation")), says("Ongoing", "En cours"));
      await types(inDrawer("textbox", label("Progress, percent", "Avancement, en pour cent")).or(inDrawer("spinbutton", label("Progress, percent", "Avancement, en pour cent"))).first(), String(41 + nth));
      await presses(inDrawer("button", says("Report progress", "Signaler l’avancement")));
      await closed();
      await presses(page().locator("#main summary", { hasText: says("As a table", "En tableau") }));
      await page().getByRole("group", { name: says("As a table", "En tableau") }).locator("tr", { hasText: `${number} ` }).getByText(new RegExp(`${41 + nth}\\s?%`)).waitFor();
    });

    it("waives what the check asks, with a reason", async () => {
      await planner.goes(`plan/${draft.id}?view=check`);
      const waive = says(/^Waive/, /^Dispenser/);
      const open = page().locator("#main tbody tr").filter({ has: page().getByRole("button", { name: waive }) }).first();
      const sentence = (await open.getByRole("rowheader").innerText()).trim();
      await presses(named("button", waive, open));
      await types(named("textbox", says("Reason", "Motif"), open), `Convenu avec la section ${mark}`);
      await presses(named("button", says("Confirm", "Confirmer"), open));
      const waived = row(`Convenu avec la section ${mark}`);
      await waived.waitFor({ state: "attached" });
      const list = page().locator("#main summary", { hasText: says(/waived/, /dispensé/) });
      if (!(await waived.isVisible())) await presses(list);
      await waived.waitFor();
      assert.ok((await waived.innerText()).includes(sentence));
    });

    it("compares two versions on the tree", async () => {
      await planner.goes(`plan/${draft.id}?view=compare`);
      await page().getByText(says(/From version \d+ to version \d+/, /De la version \d+ à la version \d+/)).waitFor();
      await row(`Les pistes sont coupées ${mark}`).getByText(says("Added", "Ajouté")).waitFor();
      const some = await page().locator("#main table").first().locator("tbody tr").count();
      await presses(named("link", says("The whole tree", "Tout l’arbre")));
      await page().waitForURL(/rows=all/);
      const { items } = await plan();
      await eventually(async () => assert.ok((await page().locator("#main table").first().locator("tbody tr").count()) >= items.length, "the whole tree"), "the whole tree");
      assert.ok(some < items.length);
      assert.equal(await page().locator("#main code").count(), 0, "no field is told by its name in the program");
    });

    it("puts a line into the budget and links it to the plan in the matrix", async () => {
      await planner.goes(`plan/${draft.id}?view=budget`);
      await presses(named("button", says("Add a budget line", "Ajouter une ligne du budget")));
      await chooses(inDrawer("combobox", label("What it is", "Nature")), says("Expected", "Réalisation"));
      await types(inDrawer("textbox", label("Code in the budget", "Code dans le budget")), `9.${nth}.${mark}`);
      await types(inDrawer("textbox", label("Year of the budget", "Exercice budgétaire")), "FY2027");
      await types(inDrawer("textbox", own("Text", "Texte")), `Réalisation ${mark}`);
      await presses(inDrawer("button", says("Add", "Ajouter")));
      await closed();
      const line = row(`Réalisation ${mark}`);
      await line.waitFor();
      if (way.hand === "mouse") await presses(line.locator("[data-at]").first());
      else {
        // The matrix is one stop of Tab: from its first cell the arrows lead.
        await hand.walks(page().locator("#main table [tabindex='0']").last(), line, "ArrowDown");
        await keys().press("Space");
      }
      await eventually(async () => {
        const { lines, links } = await planner.asks(`plans/${draft.id}/rbb-crosswalk`);
        const ours = lines.find((one) => one.text[language].includes(mark));
        assert.equal(links.filter((link) => link.line_id === ours.id).length, 1);
      }, "the link is stored");
      assert.equal(await line.locator('[aria-selected="true"]').count(), 1);
    });

    it("clones an indicator of the library, revises it and sets a target", async () => {
      await planner.goes("library");
      const choice = page().locator("#main tbody input[type=checkbox]:not(:disabled):not(:checked)").first();
      const code = (await choice.getAttribute("aria-label")).replace(`${says("Choose", "Choisir")} `, "");
      await presses(choice, "Space");
      await presses(named("button", says("Clone 1 indicator", "Cloner 1 indicateur")));
      await page().getByText(says(/1 indicator was drafted/, /1 indicateur rédigé/)).waitFor();
      await planner.goes(`indicators/${code}`);
      await presses(named("button", says("Revise", "Réviser")));
      await types(inDrawer("textbox", label("Unit", "Unité")), `unités ${mark}`);
      await presses(planner.drawer.locator("button[type=submit]"));
      await closed();
      await planner.goes(`indicators/${code}?view=sheet`);
      await page().locator("#main").getByText(`unités ${mark}`).first().waitFor();
      await planner.goes(`indicators/${code}?view=targets`);
      await presses(named("button", says("Set a target", "Fixer une cible")));
      await types(inDrawer("textbox", label("Period", "Période")), "2031");
      await types(inDrawer("textbox", new RegExp(`^${says("Target", "Cible")} \\(unités ${mark}`)), says("75.5", "75,5"));
      await presses(planner.drawer.locator("button[type=submit]"));
      await closed();
      await row("2031").getByText(says("75.5", "75,5")).waitFor();
    });

    it("refuses a formula that is none, says where, and keeps what was typed", async () => {
      await planner.goes("indicators");
      await presses(named("button", says("Draft an indicator", "Rédiger un indicateur")));
      await types(inDrawer("textbox", label("Code", "Code")), `FX-${mark}`);
      await types(inDrawer("textbox", own("Name", "Nom")), `Rapport ${mark}`);
      await types(inDrawer("textbox", label("Unit", "Unité")), "persons");
      const formula = inDrawer("textbox", label("Formula", "Formule"));
      await types(formula, "OC-CIVDEATHS + (OC-ATTACKS");
      await presses(planner.drawer.locator("button[type=submit]"));
      await planner.drawer.getByText(says(/^At character 27/, /^Au caractère 27/)).first().waitFor();
      assert.equal(await formula.inputValue(), "OC-CIVDEATHS + (OC-ATTACKS");
      await leaves();
    });

    it("asks and answers about an item while the plan is in review", async () => {
      const adviser = await Person.signsIn(browser, "adviser", language);
      const other = handOf(way, () => adviser);
      await planner.goes(`plan/${draft.id}`);
      await presses(named("button", says("Submit", "Soumettre")));
      await planner.sees(says("In review", "En revue"));
      await adviser.goes(`plan/${draft.id}`);
      await opens(other, "outcome");
      await other.types(other.inDrawer("textbox", label("Comment", "Commentaire")), `Qui suit cela ? ${mark}`);
      await other.presses(other.inDrawer("button", says("Comment", "Commenter")));
      await adviser.drawer.getByText(mark).first().waitFor();
      await planner.goes(`plan/${draft.id}?view=comments`);
      await presses(named("button", says("Resolve", "Clore"), row(mark)));
      await eventually(async () => assert.equal(await row(mark).count(), 0), "it is resolved");
      await presses(named("link", says("All comments", "Tous les commentaires")));
      await row(mark).getByText(says("resolved by", "clos par")).waitFor();
      const head = await Person.signsIn(browser, "component_head", language);
      const third = handOf(way, () => head);
      await head.goes(`plan/${draft.id}`);
      await third.presses(third.named("button", says("Return", "Renvoyer")));
      await third.types(third.named("textbox", label("Reason", "Motif")), "Voir les commentaires");
      await third.presses(third.named("button", says("Confirm", "Confirmer")));
      await head.sees(says("Draft", "Brouillon"));
      for (const person of [adviser, head]) assert.deepEqual(person.errors, []);
    });
  });
}
