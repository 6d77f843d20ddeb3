// The framework's grid by keyboard alone and by mouse: typing a list and finding its levels, dragging, filters, undo,
// and two planners at once.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { MISSION, account, openChromium } from "./browser.mjs";
import { eventually, Person } from "./people.mjs";

const mark = Date.now().toString(36).toUpperCase();

describe("the framework's grid", { concurrency: false }, () => {
  let browser;
  let planner;
  let draft;
  before(async () => {
    browser = await openChromium();
    planner = await Person.signsIn(browser, "coordinator");
    const find = async () => (await planner.asks("plans")).plans.find((plan) => plan.state === "draft");
    draft = await find();
    if (draft) return;
    await planner.goes("plan");
    await planner.presses("Draft the next version");
    draft = await eventually(async () => (await find()) ?? assert.fail("no draft yet"), "a draft");
  });
  after(async () => {
    await leaveAsItWas();
    await browser?.close();
    assert.deepEqual(planner.errors, []);
  });
  const page = () => planner.page;
  const keys = async (...all) => { for (const key of all) await page().keyboard.press(key); };
  const row = (text, on = planner) => on.page.locator("#main tr[id^=item-]", { hasText: text });
  const plan = () => planner.asks(`plans/${draft.id}`);
  const items = async () => (await plan()).items;
  const mine = async () => (await items()).filter((item) => item.statement.en.includes(mark));
  const outline = async () => (await mine()).map((item) => `${item.kind} ${item.statement.en.replace(` ${mark}`, "")}`);
  const saysOf = (what, expected) => eventually(async () => assert.deepEqual(await what(), expected), JSON.stringify(expected));
  /** Takes what this suite added away again: later suites put the draft into force. */
  async function leaveAsItWas() {
    for (;;) {
      const found = (await mine())[0];
      if (!found) return;
      const { version } = await plan();
      await page().evaluate(async ({ path, version }) => {
        const { csrf_token } = await (await fetch("/api/v1/session")).json();
        await fetch(path, { method: "DELETE", headers: { "x-csrf-token": csrf_token, "if-match": `"${version}"`, "idempotency-key": crypto.randomUUID() } });
      }, { path: `/api/v1/missions/${MISSION}/plans/${draft.id}/items/${found.id}`, version });
    }
  }
  /** Puts the focus into the grid as a person does: by Tab from what stands before it, then to a row. */
  async function entersGridAt(text) {
    await page().getByRole("button", { name: "Removed items" }).focus();
    await keys("Tab");
    await eventually(async () => assert.ok(await page().evaluate(() => document.activeElement?.closest("table.tree") !== null)), "the focus is in the grid");
    await keys("Control+Home");
    const wanted = await row(text).first().getAttribute("aria-rowindex");
    for (let at = 2; at < Number(wanted); at += 1) await keys("ArrowDown");
    await eventually(async () => assert.ok((await focused()).row.includes(text), JSON.stringify(await focused())), `the focus is on ${text}`);
  }
  const focused = () => page().evaluate(() => {
    const cell = document.activeElement?.closest("td");
    return { row: cell?.closest("tr")?.innerText ?? "", column: cell?.dataset.column ?? "", typing: document.activeElement?.matches("textarea, input") ?? false };
  });

  it("types a list and finds its levels, by keyboard alone", async () => {
    await planner.goes(`plan/${draft.id}`);
    const first = (await items())[0].statement.en;
    await entersGridAt(first);
    await keys("Control+Enter");
    for (const line of ["Markets open", "Traders are let through", "Roads are patrolled", "Convoys are planned"]) {
      await eventually(async () => assert.ok((await focused()).typing), "a row to type in");
      await page().keyboard.type(`${line} ${mark}`);
      await keys("Enter");
      await row(`${line} ${mark}`).waitFor();
    }
    await eventually(async () => assert.ok((await focused()).typing), "one more row");
    await keys("Escape");
    await saysOf(outline, ["objective Markets open", "objective Traders are let through", "objective Roads are patrolled", "objective Convoys are planned"]);

    const indents = async (line, times, expected) => {
      await entersGridAt(`${line} ${mark}`);
      for (let time = 1; time <= times; time += 1) {
        await keys("Alt+Shift+ArrowRight");
        await eventually(async () => assert.equal((await mine()).find((item) => item.statement.en.startsWith(line)).kind, expected[time - 1]), expected[time - 1]);
        await eventually(async () => assert.ok((await focused()).row.includes(line)), "the focus stays on the row");
      }
    };
    await indents("Traders are let through", 1, ["outcome"]);
    await indents("Roads are patrolled", 1, ["outcome"]);
    await page().getByRole("treegrid").waitFor();
    // An output needs its lead: said, and nothing changed; then the lead is typed and it goes.
    await keys("Alt+Shift+ArrowRight");
    await page().getByRole("alert").getByText(/one section that leads it/).first().waitFor();
    await keys("End", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft");
    assert.equal((await focused()).column, "lead");
    await keys("Enter");
    await page().keyboard.type("JMAC");
    await keys("Enter");
    await eventually(async () => assert.equal((await mine())[2].lead_section, "JMAC"));
    await keys("Alt+Shift+ArrowRight");
    await saysOf(outline, ["objective Markets open", "outcome Traders are let through", "output Roads are patrolled", "objective Convoys are planned"]);
  });

  it("edits from cell to cell by Tab, and leaves what was there by Escape", async () => {
    await entersGridAt(`Roads are patrolled ${mark}`);
    await keys("Home", "ArrowRight", "F2");
    await page().keyboard.type(" daily");
    await keys("Tab");
    await eventually(async () => assert.deepEqual([(await focused()).column, (await focused()).typing], ["lead", true]));
    await keys("Tab");
    await page().keyboard.type("poc");
    await keys("Enter");
    await eventually(async () => {
      const item = (await mine()).find((one) => one.statement.en.startsWith("Roads"));
      assert.deepEqual([item.statement.en, item.markers], [`Roads are patrolled ${mark} daily`, ["poc"]]);
    });
    await eventually(async () => assert.deepEqual([(await focused()).column, (await focused()).typing], ["markers", false]));
    await keys("Enter");
    await page().keyboard.type(", nonsense");
    await keys("Escape");
    assert.deepEqual((await focused()).typing, false);
    assert.deepEqual((await mine()).find((one) => one.statement.en.startsWith("Roads")).markers, ["poc"]);
  });

  it("chooses a component in its lane, moves, removes, undoes and does again, by keyboard alone", async () => {
    await entersGridAt(`Roads are patrolled ${mark}`);
    const component = async () => (await mine()).find((one) => one.statement.en.startsWith("Roads")).component;
    await keys("Home", "ArrowRight", "ArrowRight", "ArrowRight", " ");
    await saysOf(component, "military");
    await keys("Control+z");
    await saysOf(component, "civilian");
    await page().getByRole("status").getByText(/^Undone:/).waitFor();
    await keys("Control+y");
    await saysOf(component, "military");

    await entersGridAt(`Convoys are planned ${mark}`);
    const places = async () => (await mine()).filter((item) => item.kind === "objective").map((item) => item.statement.en.split(" ")[0]);
    await keys("Alt+ArrowUp");
    await saysOf(places, ["Convoys", "Markets"]);
    await keys("Alt+ArrowDown");
    await saysOf(places, ["Markets", "Convoys"]);

    await entersGridAt(`Markets open ${mark}`);
    await keys("Delete");
    await saysOf(outline, ["objective Convoys are planned"]);
    await keys("Control+z");
    await saysOf(outline, ["objective Markets open", "outcome Traders are let through", "output Roads are patrolled daily", "objective Convoys are planned"]);
    assert.equal(await component(), "military");
    // Folding by the arrow keys hides what lies below, and shows it again.
    await entersGridAt(`Markets open ${mark}`);
    await keys("Home", "ArrowLeft");
    await eventually(async () => assert.equal(await row(`Roads are patrolled ${mark}`).count(), 0));
    await keys("ArrowRight");
    await row(`Roads are patrolled ${mark}`).waitFor();
  });

  it("is dragged to another place, and what was removed is put back from the list", async () => {
    await planner.goes(`plan/${draft.id}`);
    await row(`Convoys are planned ${mark}`).locator(".grip").dragTo(row(`Markets open ${mark}`), { targetPosition: { x: 60, y: 2 } });
    await eventually(async () => assert.deepEqual((await mine()).filter((item) => item.kind === "objective").map((item) => item.statement.en.split(" ")[0]), ["Convoys", "Markets"]));
    await row(`Traders are let through ${mark}`).getByRole("button", { name: /^Open/ }).click();
    await planner.presses("Remove", planner.drawer);
    await planner.presses("Remove it and all below it", planner.drawer);
    await planner.presses("Confirm", planner.drawer).catch(() => undefined);
    await eventually(async () => assert.equal(await row(`Roads are patrolled ${mark}`).count(), 0));
    await planner.presses("Removed items");
    const listed = planner.drawer.locator("li", { hasText: `Traders are let through ${mark}` });
    await listed.getByText(/1 item below/).waitFor();
    await planner.presses("Put back", listed);
    await row(`Roads are patrolled ${mark}`).waitFor();
    await page().keyboard.press("Escape");
  });

  it("shows what the check asks at its place, and the way from the mandate to the numbers", async () => {
    await planner.goes(`plan/${draft.id}`);
    // Nobody's change, and no indicator: the outcome that was typed is asked about in its row and in its drawer.
    const outcome = row(`Traders are let through ${mark}`);
    await outcome.locator(".mark").waitFor();
    await outcome.getByRole("button", { name: /^Open/ }).click();
    await planner.drawer.getByText("No mandate task is cited yet.").waitFor();
    await planner.drawer.getByRole("list", { name: "Check" }).locator("li").first().waitFor();
    await planner.drawer.getByText("No indicator measures it, or anything below it.").waitFor();
    await page().keyboard.press("Escape");
    const cited = (await items()).find((item) => item.kind === "outcome" && !item.statement.en.includes(mark));
    await page().locator(`#item-${cited.id}`).getByRole("button", { name: /^Open/ }).click();
    await planner.drawer.getByRole("list", { name: "From the mandate down to this item" }).getByText(/§/).waitFor();
    await planner.drawer.getByRole("link", { name: /^[A-Z]{2}-/ }).first().waitFor();
    await page().keyboard.press("Escape");
  });

  it("shows what fits a filter with what it lies in, and the address holds it", async () => {
    await page().locator("summary", { hasText: "Filter" }).click();
    await planner.chooses(page().getByRole("combobox", { name: /^Markers/ }), "poc");
    await eventually(async () => assert.match(page().url(), /marker=poc/));
    await row(`Roads are patrolled ${mark}`).waitFor();
    await row(`Markets open ${mark}`).waitFor();
    assert.equal(await row(`Convoys are planned ${mark}`).count(), 0);
    await page().reload();
    await planner.stands();
    await row(`Roads are patrolled ${mark}`).waitFor();
    assert.equal(await row(`Convoys are planned ${mark}`).count(), 0);
    await planner.presses("Show all");
    await row(`Convoys are planned ${mark}`).waitFor();
  });

  it("two planners see each other's changes, and lose nothing", async () => {
    const { id } = await page().evaluate(async ({ path, email }) => {
      const { csrf_token } = await (await fetch("/api/v1/session")).json();
      const headers = { "x-csrf-token": csrf_token, "content-type": "application/json", "idempotency-key": crypto.randomUUID() };
      return (await fetch(path, { method: "POST", headers, body: JSON.stringify({ email, role: "coordinator", clearance: "strictly_confidential" }) })).json();
    }, { path: `/api/v1/missions/${MISSION}/members`, email: account("adviser").email });
    assert.ok(id, "the adviser plans too");
    const other = await Person.signsIn(browser, "adviser");
    try {
      // Each page is told of changes since it was made, also of those before its line stands.
      for (const one of [other, planner]) await one.goes(`plan/${draft.id}`);
      // One is typing while the other writes another cell of the same item.
      await row(`Roads are patrolled ${mark}`).locator(".edit").first().click();
      await page().keyboard.type(" and nightly");
      const lead = row(`Roads are patrolled ${mark}`, other).locator("td[data-column=lead] .edit");
      await lead.click();
      await other.page.keyboard.press("Control+a");
      await other.page.keyboard.type("UNPOL");
      await other.page.keyboard.press("Enter");
      await page().getByRole("status").getByText(/just changed/).waitFor();
      await row(`Roads are patrolled ${mark}`).locator("td[data-column=lead]", { hasText: "UNPOL" }).waitFor();
      assert.deepEqual(await focused().then((now) => now.typing), true, "typing goes on");
      await page().keyboard.press("Enter");
      await eventually(async () => {
        const item = (await mine()).find((one) => one.statement.en.startsWith("Roads"));
        assert.deepEqual([item.statement.en, item.lead_section], [`Roads are patrolled ${mark} daily and nightly`, "UNPOL"]);
      });
      await row("and nightly", other).waitFor();
      // What the other wrote over it since is not undone.
      await row("and nightly", other).locator(".edit").first().click();
      await other.page.keyboard.type(", by two teams");
      await other.page.keyboard.press("Enter");
      await row("by two teams").waitFor();
      await planner.presses("Undo");
      await page().getByText(/Someone changed the same since/).waitFor();
      assert.match((await mine()).find((one) => one.statement.en.startsWith("Roads")).statement.en, /by two teams/);
      // Both write the same cell: neither is overwritten, and who came second chooses.
      await row("by two teams").locator(".edit").first().click();
      await page().keyboard.type(" of five");
      await row("by two teams", other).locator(".edit").first().click();
      await other.page.keyboard.type(" at dawn");
      await other.page.keyboard.press("Enter");
      await row("at dawn", other).waitFor();
      await page().getByRole("status").getByText(/just changed/).waitFor();
      await page().keyboard.press("Enter");
      await page().getByText("Somebody else changed this while you were writing.").waitFor();
      assert.match((await mine()).find((one) => one.statement.en.startsWith("Roads")).statement.en, /at dawn$/);
      await page().getByRole("button", { name: "Save these choices" }).click();
      await eventually(async () => assert.match((await mine()).find((one) => one.statement.en.startsWith("Roads")).statement.en, /of five$/));
      assert.deepEqual(other.errors, []);
    } finally {
      await other.context.close();
      await page().evaluate(async (path) => {
        const { csrf_token } = await (await fetch("/api/v1/session")).json();
        await fetch(path, { method: "DELETE", headers: { "x-csrf-token": csrf_token, "idempotency-key": crypto.randomUUID() } });
      }, `/api/v1/missions/${MISSION}/members/${id}`);
    }
  });
});
