// A paper goes out of the house and is taken back; what is sent to members is chosen: by mouse in English, by keyboard alone in
// French. Outside there is nobody: a browser without a session, cookies or scripts.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { openChromium, openContext, URL_BASE } from "./browser.mjs";
import { keyboardOf } from "./keys.mjs";
import { eventually, Person } from "./people.mjs";

const mark = Date.now().toString(36);

describe("outside the house", { concurrency: false }, () => {
  let browser;
  let author;
  let chief;
  before(async () => {
    browser = await openChromium();
    [author, chief] = await Promise.all([Person.signsIn(browser, "coordinator"), Person.signsIn(browser, "leadership")]);
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual([...author.errors, ...chief.errors], []);
  });

  const axe = async (page, what) => {
    const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
    assert.deepEqual(violations.map((one) => `${one.id}: ${one.nodes[0].target}`), [], what);
  };
  /** Somebody who has no account, on a narrow screen. */
  const stranger = async (language) => (await openContext(browser, { width: 390, height: 844, language })).newPage();

  it("a public paper is opened, read by strangers in both languages, withdrawn and taken back", { timeout: 240_000 }, async () => {
    await author.goes("fact-sheets");
    await author.presses("Draft a fact sheet");
    await author.fills({ "Title (EN)": `Outside ${mark}`, "Title (FR)": `Dehors ${mark}`, Audience: "public", "What it starts from": "report_annex" });
    await author.sends("Draft a fact sheet", async () => assert.match(author.page.url(), /fact-sheets\/[0-9a-f-]{36}/));
    const id = author.page.url().split("/").at(-1).split("?")[0];
    await chief.goes(`fact-sheets/${id}`);
    await chief.moves("Clear", "Cleared");
    await chief.moves("Publish", "Published");

    const part = chief.page.locator("section", { has: chief.page.getByRole("heading", { name: "Read outside, without an account" }) });
    await part.getByText("Nobody outside can read this fact sheet.").waitFor();
    await part.getByRole("button", { name: "Let people outside read it" }).click();
    await part.getByRole("button", { name: "Confirm" }).click();
    const link = part.getByRole("link");
    await link.waitFor();
    const address = await link.getAttribute("href");
    assert.match(address, /\/public\/UNMIC\/[0-9a-z]{26}$/);
    await axe(chief.page, "the sheet with its address");

    for (const [language, title, method] of [["en", `Outside ${mark}`, "How these numbers came about"], ["fr", `Dehors ${mark}`, "Comment ces chiffres ont été établis"]]) {
      const page = await stranger(language);
      const answer = await page.goto(address);
      assert.equal(answer.status(), 200);
      assert.equal(await page.locator("h1").innerText(), title);
      await page.getByRole("heading", { name: method }).waitFor();
      assert.deepEqual(await page.context().cookies(), []);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1), true, "nothing is wider than the screen");
      await axe(page, `the page outside, ${language}`);
      const file = await page.request.get(await page.getByRole("link", { name: "PDF", exact: true }).getAttribute("href"));
      assert.equal((await file.body()).subarray(0, 5).toString(), "%PDF-");
      await page.context().close();
    }
    await chief.goes(`fact-sheets/${id}`);
    await part.getByText(/^Read [0-9]+ times?$/).click();
    await part.getByRole("row", { name: /Page, English/ }).waitFor();

    await chief.presses("Withdraw", chief.page.locator(".page-head"));
    await chief.page.getByLabel("Reason").fill(`Wrong ${mark}`);
    await chief.presses("Confirm");
    await chief.sees("Withdrawn");
    const page = await stranger("en");
    const gone = await page.goto(address);
    assert.equal(gone.status(), 410);
    const said = await page.locator("main").innerText();
    assert.ok(said.includes(`Wrong ${mark}`) && !said.includes("Outside"), said);
    await axe(page, "a withdrawn paper");

    await part.getByRole("button", { name: "Take the address back" }).click();
    await part.getByRole("button", { name: "Confirm" }).click();
    await part.waitFor({ state: "detached" });
    const nothing = await page.goto(address);
    const guess = await (await page.request.get(`${URL_BASE}/public/UNMIC/${"0".repeat(26)}`)).text();
    assert.deepEqual([nothing.status(), await nothing.text()], [404, guess]);
    await axe(page, "no paper");
  });

  it("the mission in brief and a dashboard are subscribed to by mouse", { timeout: 120_000 }, async () => {
    await author.goes("subscriptions");
    await axe(author.page, "subscriptions");
    await author.presses("Have something sent");
    await author.fills({ What: "dashboard" });
    await author.fills({ Dashboard: "ready", When: "weekly" });
    await author.fills({ Day: "5", "Hour, mission time": "6", As: "xlsx" });
    await axe(author.page, "the form");
    await author.sends("Have something sent");
    const row = author.page.locator("tbody tr", { hasText: "Each Friday at 06:00" }).first();
    await row.waitFor();
    assert.match(await row.innerText(), /next /);
    await row.getByRole("button", { name: "Remove" }).click();
    await row.getByRole("button", { name: "Confirm" }).click();
    await row.waitFor({ state: "detached" });
    await author.page.getByLabel(/^Time zone of the mission/).fill("Nowhere/Land");
    await author.page.getByLabel(/^Time zone of the mission/).press("Enter");
    await author.page.getByText("This is no time zone").first().waitFor();
  });

  describe("by keyboard alone, in French", () => {
    let person;
    const { page, named, inDrawer, presses, chooses, closed, row } = keyboardOf(() => person);
    before(async () => (person = await Person.signsIn(browser, "contributor", "fr")));
    after(() => assert.deepEqual(person.errors, []));

    it("the mission in brief is subscribed to, stopped and ended", { timeout: 120_000 }, async () => {
      await person.goes("subscriptions");
      await presses(named("button", "Faire envoyer quelque chose"));
      await chooses(inDrawer("combobox", /^Quand/), "Chaque mois");
      await chooses(inDrawer("combobox", /^Jour/), "28");
      await presses(inDrawer("button", "Faire envoyer quelque chose"));
      await closed();
      await row("Le 28 de chaque mois à 07:00").waitFor();
      await presses(row("Le 28 de chaque mois à 07:00").getByRole("button", { name: /^Modifier/ }));
      await presses(inDrawer("checkbox", /^Arrêté/), "Space");
      await presses(inDrawer("button", "Enregistrer"));
      await closed();
      await row("arrêté").waitFor();
      await presses(row("arrêté").getByRole("button", { name: "Retirer" }));
      await presses(row("arrêté").getByRole("button", { name: "Confirmer" }));
      await eventually(async () => assert.equal(await row("Le 28 de chaque mois").count(), 0), "it is gone");
      await axe(page(), "subscriptions in French");
    });
  });
});
