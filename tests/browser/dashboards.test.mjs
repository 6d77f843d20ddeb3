// Dashboards: the ready one read and copied, one built by mouse in English and one by keyboard alone in French; whose they
// are, filters in the address, full screen, print, removed and brought back.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { MISSION, openChromium } from "./browser.mjs";
import { keyboardOf } from "./keys.mjs";
import { eventually, Person } from "./people.mjs";

const titleOf = (tile) => tile.locator("h2").first().innerText();
/** Names that no other run gave. */
const [RAIDS, WOMEN] = [`Raids and what we do ${Date.now()}`, `Femmes et paix ${Date.now()}`];
/** Every tile shows something, or says why it does not. */
const KINDS = ["number", "trend", "target_actual", "slices", "ranking", "heat_map", "small_multiples", "map", "table", "text", "tasks", "recommendations", "outcome"];

describe("dashboards by mouse", { concurrency: false }, () => {
  let browser;
  let planner;
  let contributor;
  before(async () => {
    browser = await openChromium();
    [planner, contributor] = [await Person.signsIn(browser, "coordinator"), await Person.signsIn(browser, "contributor")];
  });
  after(async () => {
    await browser?.close();
    for (const person of [planner, contributor]) assert.deepEqual(person?.errors ?? [], []);
  });
  const page = () => planner.page;
  const tiles = () => page().locator(".tiles > .tile");
  const told = (text) => eventually(async () => assert.match(await page().locator("#main [role=status]", { hasText: text }).first().innerText(), text), String(text));
  /** How many tiles the copy had. */
  let original = 0;
  const titled = (title) => page().getByRole("link", { name: title, exact: true });

  it("the one that comes with the plan shows where the mission stands, and each number opens", async () => {
    await planner.goes("dashboards");
    await titled("Where the mission stands").click();
    await planner.stands();
    await eventually(async () => assert.ok((await tiles().count()) > 8));
    assert.equal(await page().locator(".tile .nothing").count(), 0, "all of it has something to show");
    assert.ok((await page().locator(".tile.number .big").count()) > 3);
    await page().locator(".tile.number .big button").first().click();
    await planner.drawer.getByText("Computed as").first().waitFor();
    await page().keyboard.press("Escape");
  });

  it("a copy is built on: tiles are added, moved, widened, removed, and every step is undone", async () => {
    await page().getByRole("button", { name: /^Copy/ }).click();
    await page().waitForURL(/\/dashboards\/[0-9a-f-]{36}\?build=1/);
    await planner.stands();
    original = await tiles().count();
    await page().getByRole("button", { name: "+ Ranking" }).click();
    await planner.fills({ Indicator: "OC-RAIDS", Width: "3" });
    await planner.presses("Done", planner.drawer);
    await eventually(async () => assert.match(await titleOf(tiles().last()), /herders and farmers/), "the tile is called by what it shows");
    await tiles().last().locator("svg.bars .bar").first().waitFor();
    assert.match(await tiles().last().getAttribute("class"), /\bw3\b/);
    await tiles().last().getByRole("button", { name: /^Move earlier/ }).click();
    await told(new RegExp(`place ${original} of ${original + 1}`));
    await tiles().nth(original - 1).getByRole("button", { name: /^Narrower/ }).click();
    await told(/2 columns wide/);
    await tiles().nth(original - 1).getByRole("button", { name: /^Remove/ }).click();
    assert.equal(await tiles().count(), original);
    for (let steps = 0; steps < 3; steps += 1) await page().getByRole("button", { name: "Undo", exact: true }).click();
    assert.match(await titleOf(tiles().last()), /herders and farmers/, "back where it was");
    assert.match(await tiles().last().getAttribute("class"), /\bw3\b/);
    await page().getByRole("button", { name: "Redo", exact: true }).click();
    assert.match(await titleOf(tiles().nth(original - 1)), /herders and farmers/);
    // It is dragged, too. By its events: a page that scrolls under the mouse would have another tile taken hold of.
    const carried = await page().evaluateHandle(() => new DataTransfer());
    await tiles().nth(original - 1).locator(".handle").dispatchEvent("dragstart", { dataTransfer: carried });
    for (const event of ["dragover", "drop"]) await tiles().nth(original - 2).locator(".tools").dispatchEvent(event, { dataTransfer: carried });
    await told(new RegExp(`place ${original - 1} of ${original + 1}`));
  });

  it("what is built and not saved is kept over a reload, and saved for the mission", async () => {
    await page().getByLabel("Title (EN)").first().fill(RAIDS);
    await page().reload();
    await planner.stands();
    assert.equal(await page().getByLabel("Title (EN)").first().inputValue(), RAIDS);
    await eventually(async () => assert.match(await titleOf(tiles().nth(original - 2)), /herders and farmers/), "where it was dragged to");
    await page().getByRole("checkbox", { name: "Share with the mission" }).check();
    await planner.presses("Save");
    await page().waitForURL((url) => /\/dashboards\/[0-9a-f-]{36}$/.test(url.pathname) && !url.search);
    await planner.stands();
    assert.equal(await page().locator("#main h1").innerText(), RAIDS);
    await page().getByText("Shared with the mission").first().waitFor();
  });

  it("staff see it, may not change it, and copy it; of a private one they see nothing", async () => {
    const id = new URL(page().url()).pathname.split("/").at(-1);
    await contributor.goes("dashboards");
    await contributor.page.getByRole("link", { name: RAIDS, exact: true }).waitFor();
    assert.equal(await contributor.page.getByText("My Monday").count(), 0, "the coordinator's own");
    await contributor.goes(`dashboards/${id}?build=1`);
    await contributor.page.locator(".tiles > .tile").first().waitFor();
    assert.equal(await contributor.page.locator(".tools").count(), 0);
    assert.equal(await contributor.page.locator(".page-head").getByRole("button", { name: "Remove" }).count(), 0);
    await planner.goes("dashboards");
    await titled("My Monday").click();
    await planner.stands();
    const own = new URL(page().url()).pathname.split("/").at(-1);
    await contributor.page.goto(`/m/${MISSION}/dashboards/${own}`);
    await contributor.page.getByText("There is no such thing, or it is not yours to see.").first().waitFor();
    await planner.goes(`dashboards/${id}`);
  });

  it("filters narrow all tiles and stand in the address; what they leave empty says so", async () => {
    await planner.goes("dashboards");
    await titled("Protection of civilians").click();
    await planner.stands();
    const shown = await page().locator(".tile").evaluateAll((all) => all.map((tile) => [...tile.classList].at(-1)));
    for (const kind of KINDS) assert.ok(shown.includes(kind), `${kind} in ${shown}`);
    await page().locator(".tile.map path.r5").first().waitFor();
    await page().getByRole("combobox", { name: "Component" }).selectOption("police");
    await page().waitForURL(/component=police/);
    await eventually(async () => assert.ok((await page().getByText("The filters leave nothing of this tile.").count()) > 0));
    await page().getByRole("button", { name: "No filter" }).click();
    await page().waitForURL(/all=1/);
    await page().getByRole("combobox", { name: "Area", exact: true }).selectOption("CAR01");
    await page().waitForURL(/area=CAR01/);
    await planner.stands();
    await eventually(async () => assert.equal(await page().locator(".tile.ranking .bar").count(), 1));
    const sent = page().url();
    await page().goto(sent);
    await planner.stands();
    assert.equal(await page().getByRole("combobox", { name: "Area", exact: true }).inputValue(), "CAR01", "an address that is sent shows the same");
    await page().getByRole("textbox", { name: "From", exact: true }).fill("soon");
    await page().keyboard.press("Enter");
    assert.doesNotMatch(page().url(), /from=/);
    await page().getByRole("textbox", { name: "From", exact: true }).fill("2026-Q1");
    await page().keyboard.press("Enter");
    await page().waitForURL(/from=2026-Q1/);
  });

  it("every chart has its table, and full screen and paper show tiles and no frame", async () => {
    await page().getByRole("button", { name: "No filter" }).click();
    await page().waitForURL(/all=1/);
    await planner.stands();
    for (const kind of ["trend", "slices", "ranking", "heat_map", "small_multiples", "map", "target_actual"]) {
      const tile = page().locator(`.tile.${kind}`).first();
      await tile.locator("details summary").first().click();
      assert.ok((await tile.locator("details table tbody tr").count()) > 0, kind);
    }
    await page().getByRole("button", { name: "Full screen" }).click();
    await page().waitForURL(/full=1/);
    assert.equal(await page().locator("nav.spine").isVisible(), false);
    await page().getByRole("button", { name: "Leave full screen" }).click();
    await eventually(async () => assert.equal(await page().locator("nav.spine").isVisible(), true));
    await page().emulateMedia({ media: "print" });
    for (const hidden of ["nav.spine", ".filters", ".page-head .actions"]) assert.equal(await page().locator(hidden).first().isVisible(), false, hidden);
    assert.equal(await page().locator(".tile.trend svg").first().isVisible(), true);
    await page().emulateMedia({ media: null });
  });

  it("an outcome tells its ratings and opens their evidence; events stand on the map and in its table", async () => {
    await planner.goes("dashboards");
    await titled("Protection of civilians").click();
    await planner.stands();
    const board = page().url();
    const outcome = page().locator(".tile.outcome").first();
    assert.match(await outcome.locator("h2").innerText(), /^1\.1 /);
    await outcome.getByText("Adequate").first().waitFor();
    assert.ok((await outcome.locator("table", { hasText: "Status" }).locator("tbody tr").count()) > 1, "its indicators");
    await outcome.locator("td button.number-link").first().click();
    await planner.drawer.getByText("Computed as").first().waitFor();
    await page().keyboard.press("Escape");
    await outcome.getByRole("link", { name: /^The finding and its/ }).click();
    await page().waitForURL(/\/assessments\/.+outcome=/);
    await page().goto(board);
    await planner.stands();
    const map = page().locator(".tile.map").first();
    await map.locator("circle.event").first().waitFor();
    await map.locator("summary", { hasText: "Events as a table" }).click();
    const events = map.locator("table", { hasText: "Without an estimate" });
    assert.ok((await events.locator("tbody tr").count()) > 1);
    await events.locator("tbody a").first().click();
    await page().waitForURL(/\/context\?area=/);
  });

  it("for Excel and Power BI it has an address, at which the tiles are tables", async () => {
    await planner.goes("dashboards");
    await titled("Protection of civilians").click();
    await planner.stands();
    await page().getByRole("button", { name: "Download" }).click();
    await page().getByRole("button", { name: "For Excel and Power BI" }).click();
    const address = await planner.drawer.locator("code").innerText();
    const read = (below) => page().evaluate(async (from) => (await fetch(from)).json(), `${address}${below}`);
    const { value } = await read("");
    const shown = await page().locator(".tile:not(.text)").evaluateAll((all) => all.map((tile) => `tile_${tile.dataset.tile}`));
    for (const name of shown) assert.ok(value.some((set) => set.name === name), `${name} among the tables`);
    const bars = await page().locator(".tile.ranking .bar").count();
    const id = await page().locator(".tile.ranking").first().getAttribute("data-tile");
    assert.equal((await read(`tile_${id}?$filter=value ne null&$count=true`))["@odata.count"], bars, "as many as the tile shows");
    await page().keyboard.press("Escape");
  });

  it("what is removed is brought back", async () => {
    await planner.goes("dashboards");
    await titled(RAIDS).click();
    await planner.stands();
    await planner.presses("Remove");
    await planner.presses("Confirm");
    await page().waitForURL(/removed=1/);
    await page().getByRole("button", { name: `Bring back ${RAIDS}` }).click();
    await titled(RAIDS).waitFor();
  });
});

describe("a dashboard by keyboard alone, in French", { concurrency: false }, () => {
  let browser;
  let adviser;
  const { page, keys, tabsTo, named, inDrawer, presses, types, chooses, closed } = keyboardOf(() => adviser);
  before(async () => {
    browser = await openChromium();
    adviser = await Person.signsIn(browser, "adviser", "fr");
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual(adviser?.errors ?? [], []);
  });
  const tiles = () => page().locator(".tiles > .tile");

  it("is built tile by tile, moved and widened by arrows, undone and saved", async () => {
    await adviser.goes("dashboards");
    await presses(named("link", "Composer un tableau de bord"));
    await adviser.stands();
    await types(page().getByLabel(/^Titre \(FR\)/).first(), WOMEN);
    await presses(named("button", "+ Chiffre"));
    await chooses(inDrawer("combobox", "Ajouter un indicateur"), "OC-WOMENSEATS");
    await presses(inDrawer("button", "Ajouter"));
    await presses(inDrawer("button", "Terminé"));
    await closed();
    await presses(named("button", "+ Tendance"));
    await chooses(inDrawer("combobox", "Indicateur"), "OC-WOMENSEATS");
    await presses(inDrawer("button", "Terminé"));
    await closed();
    await tiles().nth(1).locator("svg.chart .line").waitFor();
    await tabsTo(tiles().nth(1).locator(".handle"));
    await keys().press("ArrowLeft");
    await eventually(async () => assert.match(await tiles().first().getAttribute("class"), /\btrend\b/), "it moved");
    await tabsTo(tiles().first().locator(".handle"));
    await keys().press("Shift+ArrowRight");
    await eventually(async () => assert.match(await tiles().first().getAttribute("class"), /\bw3\b/), "it is wider");
    await presses(named("button", "Annuler"));
    await eventually(async () => assert.match(await tiles().first().getAttribute("class"), /\bw2\b/), "undone");
    await tabsTo(page().getByRole("checkbox", { name: "Partager avec la mission" }));
    await keys().press("Space");
    await presses(named("button", "Enregistrer"));
    await page().waitForURL((url) => /\/dashboards\/[0-9a-f-]{36}$/.test(url.pathname) && !url.search);
    await adviser.stands();
    assert.equal(await page().locator("#main h1").innerText(), WOMEN);
  });

  it("is read: a number opens its source, and the filter is chosen", async () => {
    await presses(page().locator(".tile.number .big button").first());
    await adviser.drawer.getByText("Calculé comme").first().waitFor();
    await keys().press("Escape");
    await closed();
    await chooses(page().getByRole("combobox", { name: "Composante" }), "Militaire");
    await page().waitForURL(/component=military/);
    await page().getByText("Les filtres ne laissent rien de cette tuile.").first().waitFor();
  });

  it("gets an outcome, whose finding opens with its evidence, and tells where its tables are", async () => {
    const board = new URL(page().url()).pathname;
    await page().goto(board);
    await adviser.stands();
    await presses(named("link", "Modifier"));
    await adviser.stands();
    await presses(named("button", "+ Effet"));
    const outcomes = inDrawer("combobox", "Effet");
    await outcomes.locator("option", { hasText: /^1\.1 / }).waitFor({ state: "attached" });
    await chooses(outcomes, await outcomes.locator("option", { hasText: /^1\.1 / }).innerText());
    await presses(inDrawer("button", "Terminé"));
    await closed();
    await tiles().last().getByText("Suffisante").first().waitFor();
    await presses(named("button", "Enregistrer"));
    await page().waitForURL((url) => url.pathname === board && !url.search);
    await adviser.stands();
    await presses(named("button", "Télécharger"));
    await presses(named("button", "Pour Excel et Power BI"));
    assert.match(await adviser.drawer.locator("code").innerText(), new RegExp(`/odata/v4/${MISSION}/dashboards/`));
    await keys().press("Escape");
    await closed();
    await presses(page().locator(".tile.outcome").getByRole("link", { name: /^Le constat et/ }));
    await page().waitForURL(/\/assessments\/.+outcome=/);
    await page().goto(board);
    await adviser.stands();
  });

  it("is removed by keyboard, and brought back", async () => {
    await presses(named("button", "Retirer", page().locator(".page-head")));
    await presses(named("button", "Confirmer"));
    await page().waitForURL(/removed=1/);
    await presses(named("button", `Rétablir ${WOMEN}`));
    await page().getByRole("link", { name: WOMEN, exact: true }).waitFor();
  });
});
