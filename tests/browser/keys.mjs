// What somebody does who has no mouse: Tab, Enter, the space bar, arrows and letters, and nothing else.
import assert from "node:assert/strict";
import { eventually } from "./people.mjs";

const TABS_MAX = 400;

/** The keyboard of a person; `of` gives the person, who may sign in later. */
export function keyboardOf(of) {
  const page = () => of().page;
  const keys = () => page().keyboard;
  /** Presses Tab until it has the focus, and the focus is seen. */
  async function tabsTo(wanted) {
    await wanted.waitFor({ state: "attached" });
    for (let pressed = 0; pressed < TABS_MAX; pressed += 1) {
      const here = await wanted.evaluate((element) => element === document.activeElement && element.matches(":focus-visible"));
      if (here) return;
      await keys().press("Tab");
    }
    assert.fail(`no way by Tab to ${wanted}`);
  }
  const named = (role, name, within = page()) => within.getByRole(role, { name, exact: typeof name === "string" }).first();
  const inDrawer = (role, name) => named(role, name, of().drawer);
  async function presses(wanted, key = "Enter") {
    await tabsTo(wanted);
    await keys().press(key);
  }
  async function types(wanted, text) {
    await tabsTo(wanted);
    await keys().press("Control+a");
    await keys().type(text);
  }
  /** From the top of a list down to the choice that begins so. */
  async function chooses(wanted, text) {
    await tabsTo(wanted);
    const [count, said] = [await wanted.evaluate((list) => list.options.length), () => wanted.evaluate((list) => list.selectedOptions[0]?.textContent ?? "")];
    await keys().press("Home");
    for (let pressed = 0; !(await said()).startsWith(text); pressed += 1) {
      assert.ok(pressed < count, `no choice "${text}"`);
      await keys().press("ArrowDown");
    }
  }
  const closed = () => eventually(async () => assert.equal(await of().drawer.count(), 0), "the drawer is closed");
  const row = (text) => page().locator("#main tbody tr", { hasText: text });
  return { page, keys, tabsTo, named, inDrawer, presses, types, chooses, closed, row };
}
