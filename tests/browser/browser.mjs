// One Chromium for the suites: Debian's, with a profile of its own that goes away with it.
import { chromium } from "playwright-core";

export const URL_BASE = process.env.CPAS_URL ?? "http://127.0.0.1:8080";
export const MISSION = process.env.CPAS_MISSION ?? "UNMIC";
const EXECUTABLE = process.env.CPAS_CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** The demo account of a role, as `cpas up --demo` prints it. */
export function account(role) {
  const domain = role === "hq_analyst" ? "hq.example" : "unmic.example";
  return { email: `${role}@${domain}`, password: `carana-demo-${role}` };
}

/** Starts Chromium; Playwright gives it a fresh profile and removes it. */
export async function openChromium() {
  return chromium.launch({ executablePath: EXECUTABLE, args: FLAGS, headless: true });
}

const options = ({ width = 1280, height = 860, language = "en", scheme = "light", base = URL_BASE }) => ({ baseURL: base, viewport: { width, height }, locale: language === "fr" ? "fr-FR" : "en-GB", colorScheme: scheme, reducedMotion: "reduce" });

/** A fresh context (cookies, storage) at a size, in a language and a colour scheme. */
export async function openContext(browser, of = {}) {
  return browser.newContext(options(of));
}

/** A browser of its own whose profile is in a folder, and is there again when it is opened the next time. */
export async function openProfile(folder, of = {}) {
  return chromium.launchPersistentContext(folder, { executablePath: EXECUTABLE, args: FLAGS, headless: true, ...options(of) });
}

/** Signs a role in through the page, and waits for the mission's home, in the language of the context. */
export async function signIn(page, role) {
  const { email, password } = account(role);
  await page.goto("/");
  await page.locator('input[type="email"], .head, .gate table').first().waitFor();
  // Signed in already (a stand-in without accounts): nothing to fill in.
  if (await page.locator('input[type="email"]').count()) await fillIn(page, email, password);
  if (!page.url().includes("/m/")) await page.goto(`/m/${MISSION}`);
  await page.locator("#main h1").waitFor();
  await speakTheContextsLanguage(page);
}

/** An account has a language of its own, which another suite may have left: the context's is chosen as a person would. */
async function speakTheContextsLanguage(page) {
  const wanted = await page.evaluate(() => navigator.language.slice(0, 2));
  if ((await page.locator("html").getAttribute("lang")) === wanted) return;
  const kept = page.waitForResponse((response) => response.request().method() === "PATCH" && response.url().endsWith("/api/v1/session"));
  await page.locator(".head button[lang]").click();
  await Promise.all([kept, page.waitForFunction((language) => document.documentElement.lang === language, wanted)]);
}

async function fillIn(page, email, password) {
  await page.locator('input[type="email"]').fill(email);
  await page.locator('input[type="password"]').fill(password);
  await page.locator('button[type="submit"]').click();
  await page.locator(".head, .gate table, .gate .empty").first().waitFor();
}
