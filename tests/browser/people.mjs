// People of the mission as the tests play them: each in a browser of its own, through the page only.
import assert from "node:assert/strict";
import { MISSION, openContext, signIn } from "./browser.mjs";

const PATIENCE_MS = 20_000;
const AGAIN_MS = 500;

/** Waits for a state, never for a time: runs a check until it holds. */
export async function eventually(check, what = "a state") {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > until) throw new Error(`never came: ${what}: ${error.message}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

const escaped = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** Somebody with a role, signed in. */
export class Person {
  static async signsIn(browser, role, language = "en") {
    const context = await openContext(browser, { width: 1360, height: 900, language });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await signIn(page, role);
    return new Person(role, page, context);
  }

  constructor(role, page, context) {
    this.role = role;
    this.page = page;
    this.context = context;
    // Broken scripts and what the content security policy refused; a refused request is not among them.
    this.errors = [];
    page.on("pageerror", (error) => this.errors.push(String(error)));
    page.on("console", (message) => /Content Security Policy/.test(message.text()) && this.errors.push(message.text()));
  }

  /** Goes to a page of the mission and waits until it stands. */
  async goes(path) {
    await this.page.goto(`/m/${MISSION}/${path}`);
    await this.stands();
  }

  async stands() {
    await this.page.waitForFunction(() => document.querySelector("#main h1") && !document.querySelector("#main [aria-busy=true]"));
  }

  get drawer() {
    return this.page.locator("aside.drawer");
  }

  field(label, within = this.drawer) {
    return within.getByLabel(new RegExp(`^${escaped(label)}( \\(required\\))?$`)).first();
  }

  /** Fills fields of the drawer's form by their labels. */
  async fills(values, within = this.drawer) {
    for (const [label, value] of Object.entries(values)) {
      const field = this.field(label, within);
      await field.waitFor();
      if ((await field.evaluate((element) => element.tagName)) === "SELECT") await this.chooses(field, value);
      else await field.fill(value);
    }
  }

  /** Chooses an option by its value, or by a part of what it says; options may still be coming. */
  async chooses(select, wanted) {
    await eventually(async () => {
      const value = await select.evaluate((element, text) => {
        const options = [...element.options];
        return (options.find((option) => option.value === text) ?? options.find((option) => option.textContent.includes(text)))?.value;
      }, wanted);
      assert.ok(value !== undefined, `no choice "${wanted}"`);
      await select.selectOption(value);
    }, `the choice "${wanted}"`);
  }

  async presses(name, within = this.page) {
    await within.getByRole("button", { name, exact: typeof name === "string" }).first().click();
  }

  /** Sends the drawer's form; again while what it needs from another service is still on its way. */
  async sends(button, done = async () => assert.equal(await this.drawer.count(), 0)) {
    await this.presses(button, this.drawer);
    await eventually(async () => {
      try {
        await done();
      } catch (error) {
        const send = this.drawer.getByRole("button", { name: button, exact: true }).first();
        if ((await this.drawer.locator(".notice.wrong").count()) && (await send.isEnabled().catch(() => false))) await send.click();
        const shown = await this.page.evaluate(() => (document.querySelector("aside.drawer") ?? document.querySelector("#main"))?.innerText ?? "");
        throw new Error(`"${button}" was not done at ${this.page.url()}: ${shown}`.slice(0, 1_500), { cause: error });
      }
    }, `${this.role}: ${button}`);
  }

  /** Presses a button of the page's head and waits for the state that follows. */
  async moves(button, state) {
    await this.presses(button, this.page.locator(".page-head"));
    await this.sees(state);
  }

  /** Says of every outcome that is open why the question of women, girls and youth does not apply. */
  async saysNotApplicable(assessment, because) {
    await this.goes(`assessments/${assessment}?outcome=gender`);
    await this.presses("Say why it does not apply");
    await this.presses("Tick all that are open", this.drawer);
    await this.fills({ "It does not apply because (EN)": because });
    await this.sends("Save");
  }

  /** Signs the findings of an assessment. */
  async signs(assessment) {
    await this.goes(`assessments/${assessment}?outcome=course`);
    await this.presses("Sign");
    await this.sends("Sign");
  }

  async sees(state) {
    await eventually(async () => assert.equal((await this.page.locator(".page-head .sub .status").first().innerText()).trim(), state), `the state ${state}`);
  }

  /** Asks the API as the page would, for what a test needs to know beforehand. */
  async asks(path) {
    return this.page.evaluate(async (address) => (await fetch(address)).json(), `/api/v1/missions/${MISSION}/${path}`);
  }
}
