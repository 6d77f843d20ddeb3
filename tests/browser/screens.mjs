// Pictures of every screen: node screens.mjs FOLDER [wide|narrow] [en|fr] [light|dark] [part of a name].
// CPAS_ROLE is who looks: coordinator unless said otherwise, or another of the staff.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { MISSION, openChromium, openContext, signIn } from "./browser.mjs";
import { addresses } from "./addresses.mjs";

const [folder = "screens", size = "wide", language = "en", scheme = "light", only = ""] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const browser = await openChromium();
const context = await openContext(browser, { width: size === "wide" ? 1280 : 390, height: size === "wide" ? 860 : 844, language, scheme });
const page = await context.newPage();
page.on("console", (message) => message.type() === "error" && console.log(`${page.url()}: ${message.text()}`));
page.on("pageerror", (error) => console.log(`${page.url()}: ${error}`));
await signIn(page, process.env.CPAS_ROLE ?? "coordinator");
for (const [name, address] of Object.entries(await addresses(page, MISSION))) {
  if (only && !name.includes(only)) continue;
  await page.goto(address);
  await page.waitForFunction(() => document.querySelector("h1") && !document.querySelector("[aria-busy=true]"));
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(folder, `${name}-${size}-${language}-${scheme}.png`), fullPage: true });
}
await browser.close();
