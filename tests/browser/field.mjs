// Somebody in the field, behind a line that is cut: a browser whose profile outlives it, at the entry grid of a section.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { account, MISSION, openProfile, signIn } from "./browser.mjs";
import { Line } from "./line.mjs";
import { eventually } from "./people.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
export const SECTION = "JMAC";
export const WORDS = {
  en: { waiting: /(\d+) changes? waiting/, header: /(\d+) waiting/, sent: /last sent \d\d:\d\d/, again: "Your session has ended", signIn: "Sign in", mine: "Keep mine", theirs: "Take theirs", stay: "Stay signed in", anyway: "Sign out, keep them here", load: "Load it now", read: /was read on/, elsewhere: /not saved/, full: /no room left/ },
  fr: { waiting: /(\d+) modifications? en attente/, header: /(\d+) en attente/, sent: /dernier envoi à \d\d:\d\d/, again: "Votre session est terminée", signIn: "Se connecter", mine: "Garder la mienne", theirs: "Prendre la leur", stay: "Rester connecté", anyway: "Se déconnecter, les garder ici", load: "La charger maintenant", read: /a été lu le/, elsewhere: /non enregistrée/, full: /plus de place/ },
};

/** Somebody in the field: a browser whose profile outlives it, behind a line that is cut. */
export class Field {
  /** Who has not gone home yet: a test that failed leaves somebody out there. */
  static out = new Set();

  /** Signs in, and waits until the browser holds the app. */
  static async goes(language, role = "focal_point") {
    const one = new Field();
    Field.out.add(one);
    Object.assign(one, { language, role, say: WORDS[language], line: await Line.lay(), folder: await mkdtemp(join(tmpdir(), "cpas-field-")), errors: [] });
    await one.opensTheBrowser();
    await signIn(one.page, role);
    await one.keepsTheApp();
    return one;
  }

  async opensTheBrowser() {
    this.context = await openProfile(this.folder, { width: 1360, height: 900, language: this.language, base: this.line.url });
    await this.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    this.page = this.context.pages()[0] ?? (await this.context.newPage());
    this.#watch(this.page);
  }

  #watch(page) {
    page.setDefaultTimeout(20_000);
    page.on("pageerror", (error) => this.errors.push(String(error)));
    page.on("console", (message) => /Content Security Policy/.test(message.text()) && this.errors.push(message.text()));
  }

  async opensATab(path) {
    const page = await this.context.newPage();
    this.#watch(page);
    await page.goto(path);
    return page;
  }

  async closesTheBrowser() {
    await this.context.close();
  }

  async goesHome() {
    Field.out.delete(this);
    await this.context.close();
    await this.line.close();
    await rm(this.folder, { recursive: true, force: true });
    assert.deepEqual(this.errors, [], "broken scripts, or what the content security policy refused");
  }

  /** Waits until the browser holds the whole app, as it does some seconds after the first visit. */
  async keepsTheApp(page = this.page) {
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  }

  /** The addresses of all that the worker keeps. */
  keptByTheWorker() {
    return this.page.evaluate(async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)))).flat());
  }

  grid(year, more = "") {
    return `/m/${MISSION}/entry?section=${encodeURIComponent(SECTION)}&every=month&to=${year}-12${more}`;
  }

  async opensTheGrid(year, more, page = this.page) {
    await page.goto(this.grid(year, more));
    await page.locator("td[data-row='0'][data-column='0']").waitFor();
  }

  cell(row, column, page = this.page) {
    return page.locator(`td[data-row='${row}'][data-column='${column}']`);
  }

  async types(row, column, text, page = this.page) {
    await this.cell(row, column, page).click();
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
  }

  async pastes(row, column, block) {
    await this.cell(row, column).click();
    await this.page.evaluate((text) => navigator.clipboard.writeText(text), block);
    await this.page.keyboard.press("Control+v");
  }

  async stands(row, column, text, standing, page = this.page) {
    await eventually(async () => {
      assert.equal(await this.cell(row, column, page).locator("span:not(.unseen)").first().innerText(), text);
      assert.match(await this.cell(row, column, page).getAttribute("class"), new RegExp(`\\b${standing}\\b`));
    }, `cell ${row}, ${column}: ${text} ${standing}`);
  }

  /** How many wait, as the header of every page says. */
  async waits(count, page = this.page) {
    const chip = page.locator(".head .unsent");
    // In one look: what is sent meanwhile takes the chip away.
    await eventually(async () => {
      const [shown] = await chip.allInnerTexts();
      assert.equal(shown ? Number(this.say.header.exec(shown)?.[1]) : 0, count);
    }, `${count} waiting`);
    // In the browser's database too: a page that is left before asks about it, and nobody here answers.
    await eventually(async () => assert.equal(await page.evaluate(() => dispatchEvent(new Event("beforeunload", { cancelable: true }))), true), "it is kept");
  }

  async signsInAgain(role = this.role, page = this.page) {
    await page.locator('input[type="password"]').waitFor();
    await page.locator('input[type="email"]').fill(account(role).email);
    await page.locator('input[type="password"]').fill(account(role).password);
    await page.locator('form button[type="submit"]').click();
    await page.locator(".head").waitFor();
  }

  async signsOut() {
    await this.page.locator('[popovertarget="person-menu"]').click();
    // The last of the menu; whose language the page speaks depends on the account.
    await this.page.locator("#person-menu button").last().click();
  }

  async finds() {
    const { violations } = await new AxeBuilder({ page: this.page }).withTags(TAGS).analyze();
    return violations.map((rule) => `${rule.id}: ${rule.nodes[0].target.join(" ")}: ${rule.nodes[0].failureSummary?.split("\n")[1]?.trim()}`);
  }
}
