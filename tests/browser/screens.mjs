// Pictures of every screen: node screens.mjs FOLDER [wide|narrow] [en|fr] [light|dark] [part of a name].
// CPAS_ROLE is who looks: coordinator unless said otherwise, or another of the staff.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { MISSION, openChromium, openContext, signIn } from "./browser.mjs";
import { addresses, HQ_ADDRESSES } from "./addresses.mjs";
import { withCell } from "./archive.mjs";

const [folder = "screens", size = "wide", language = "en", scheme = "light", only = ""] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const browser = await openChromium();
const context = await openContext(browser, { width: size === "wide" ? 1280 : 390, height: size === "wide" ? 860 : 844, language, scheme });
const page = await context.newPage();
page.on("console", (message) => message.type() === "error" && console.log(`${page.url()}: ${message.text()}`));
page.on("pageerror", (error) => console.log(`${page.url()}: ${error}`));
const role = process.env.CPAS_ROLE ?? "coordinator";
await signIn(page, role);
for (const [name, address] of Object.entries(role === "hq_analyst" ? HQ_ADDRESSES : await addresses(page, MISSION))) {
  if (only && !name.includes(only)) continue;
  await page.goto(address);
  await page.waitForFunction(() => document.querySelector("h1") && !document.querySelector("[aria-busy=true]"));
  if (name === "plan-workbook") await dropsAnEditedOne();
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(folder, `${name}-${size}-${language}-${scheme}.png`), fullPage: true });
}
await browser.close();

/** What an edited workbook would change: a statement, a section, and a level that is none. */
async function dropsAnEditedOne() {
  const address = await page.locator("#main a[download]").getAttribute("href");
  const given = Buffer.from(await page.evaluate(async (of) => [...new Uint8Array(await (await fetch(of)).arrayBuffer())], address));
  const edits = [["D3", "Armed groups stop attacking villages, markets and convoys"], ["F4", "Force, Sector North"], ["L2", "2"]];
  const buffer = edits.reduce((bytes, [cell, text]) => withCell(bytes, 2, cell, text), given);
  await page.locator('input[type="file"]').setInputFiles({ name: "framework.xlsx", mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", buffer });
  await page.getByRole("button", { name: /3 (changes|changements)/ }).waitFor();
}
