// WCAG 2.2 AA by axe: every screen, English and French, light and dark, wide and narrow, no violation.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { addresses, HQ_ADDRESSES } from "./addresses.mjs";
import { MISSION, openChromium, openContext, signIn } from "./browser.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const WIDE_PX = 1280;
const NARROW_PX = 390;
const HEIGHT_PX = 860;
/** What a scheme of colours decides; everything else about a page is the same in light and in dark. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

/** A screen, and what opens a drawer on it, one after the other where it takes several: the forms of context, planning and data. */
const DRAWERS = [
  ["context-areas", ".page-head button >> nth=0"], ["context-areas", ".page-head button >> nth=1"],
  ["context-evidence", "button.button >> nth=-1"], ["context-evidence", ".page-head button"],
  ["context-map", ".page-head button >> nth=-1"],
  ["stakeholders-table", "tbody button.number-link"], ["stakeholders-table", ".page-head button"],
  ["plan-draft", "tbody tr.objective button[title=Open], tbody tr.objective button[title=Ouvrir]"], ["plan-draft", "tbody tr.outcome button[title=Open], tbody tr.outcome button[title=Ouvrir]"], ["plan-draft", "tbody tr.output button[title=Open], tbody tr.output button[title=Ouvrir]"],
  ["plan-draft", ".page-head button"],
  ["plan-risks-draft", "tbody button.number-link"], ["plan-budget-draft", "tbody button.number-link"],
  ["plan-mandates", "button.button >> nth=0"], ["plan-mandates", "section button.button"],
  ["indicator", ".page-head button.button >> nth=-1"], ["indicators", ".page-head button"], ["indicator-targets", "button.button >> nth=-1"],
  ["recommendations", "tbody button.number-link"], ["assessment-performance", "tbody button.number-link"],
  ["dashboard", ".big button"], ["dashboard-build", ".tools button >> nth=5"],
  ["rules", ".page-head button"], ["rules", "tbody button.button"],
  ["tasks-section", "tbody input[type=checkbox]", ".row b[role=status] + button"],
  ["quality-section", "tbody button[aria-label]"], ["data-approved", "tbody button.number-link", "aside.drawer summary"], ["data", ".page-head button"],
  ["library", "tbody button.number-link"], ["library-frameworks", "section.card button.button >> nth=0"], ["library-frameworks", "section.card button.button >> nth=1"],
];

/** Violations as lines that say where; of all rules, or of those named. */
async function violations(page, rules) {
  const builder = new AxeBuilder({ page });
  const { violations: found } = await (rules ? builder.withRules(rules) : builder.withTags(TAGS)).analyze();
  return found.map((rule) => `${rule.id} (${rule.nodes.length}): ${rule.nodes[0].target.join(" ")}: ${rule.nodes[0].failureSummary?.split("\n")[1]?.trim() ?? rule.help}`);
}

async function settled(page) {
  await page.waitForFunction(() => document.querySelector("h1") && !document.querySelector("[aria-busy=true]"), null, { timeout: 20_000 });
}

describe("axe", () => {
  let browser;
  before(async () => (browser = await openChromium()));
  after(() => browser?.close());

  for (const language of ["en", "fr"]) {
    // In one language on a telephone: what is wide elsewhere folds up there. The colours are seen wide.
    const width = language === "fr" ? NARROW_PX : WIDE_PX;
    it(`finds nothing on any screen (${language}, light and dark, ${width} px)`, { timeout: 1_200_000 }, async (test) => {
      const found = [];
      const looks = async (at) => {
        await at.setViewportSize({ width, height: HEIGHT_PX });
        await at.emulateMedia({ colorScheme: "light" });
        await settled(at);
        const ground = () => at.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
        const light = await ground();
        const here = await violations(at);
        await at.setViewportSize({ width: WIDE_PX, height: HEIGHT_PX });
        await at.emulateMedia({ colorScheme: "dark" });
        await settled(at);
        assert.notEqual(await ground(), light, "the page is dark");
        here.push(...(await violations(at, COLOUR_RULES)).map((one) => `dark: ${one}`));
        found.push(...here);
        assert.deepEqual(here, []);
      };
      const visits = async (page, of) => {
        for (const [name, address] of Object.entries(of)) {
          await test.test(name, async () => {
            await page.goto(address);
            await looks(page);
          });
        }
      };
      const context = await openContext(browser, { language, width });
      const page = await context.newPage();
      await page.goto("/");
      await page.locator('input[type="password"]').waitFor();
      await looks(page);
      await signIn(page, "coordinator");
      assert.equal(await page.locator("html").getAttribute("lang"), language);
      await visits(page, await addresses(page, MISSION));
      await context.close();
      const headquarters = await openContext(browser, { language, width });
      const across = await headquarters.newPage();
      await signIn(across, "hq_analyst");
      await visits(across, HQ_ADDRESSES);
      await headquarters.close();
      assert.equal(found.length, 0);
    });
  }

  for (const language of ["en", "fr"]) {
    it(`finds nothing in the drawers of context, planning and data (${language})`, { timeout: 420_000 }, async (test) => {
      const context = await openContext(browser, { language, scheme: language === "fr" ? "dark" : "light" });
      const page = await context.newPage();
      await signIn(page, "coordinator");
      const places = { ...(await addresses(page, MISSION)), "data-approved": `/m/${MISSION}/data?state=approved` };
      const found = [];
      for (const [name, ...opens] of DRAWERS) {
        await test.test(`${name}: ${opens.join(", then ")}`, async () => {
          await page.goto(places[name]);
          await settled(page);
          for (const open of opens) await page.locator(open.startsWith("aside") ? open : `#main ${open}`).first().click();
          await page.locator("aside.drawer").waitFor();
          await page.waitForFunction(() => !document.querySelector("aside.drawer [aria-busy=true]"));
          // What is folded is looked at as well.
          await page.locator("aside.drawer").evaluate((drawer) => drawer.querySelectorAll("details").forEach((one) => { one.open = true; }));
          const here = await violations(page);
          found.push(...here);
          assert.deepEqual(here, []);
        });
      }
      await context.close();
      assert.equal(found.length, 0);
    });
  }

  it("finds nothing in a drawer, the search and the list of shortcuts", { timeout: 120_000 }, async () => {
    const context = await openContext(browser);
    const page = await context.newPage();
    await signIn(page, "coordinator");
    await page.goto(`/m/${MISSION}/data`);
    await settled(page);
    await page.getByRole("button", { name: "Enter an observation" }).click();
    await page.locator(".drawer form").waitFor();
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press("Escape");
    await page.locator("#main h1").click();
    await page.keyboard.press("?");
    await page.locator("dialog[open]").waitFor();
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.locator("dialog[open] input").fill("a");
    assert.deepEqual(await violations(page), []);
    await context.close();
  });
});
