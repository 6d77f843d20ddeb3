// The plan by keyboard and by mouse: assumptions and risks with their tripwires, the check with waivers and its score,
// the work plan, and comments in review that others see at once.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { openChromium } from "./browser.mjs";
import { eventually, Person } from "./people.mjs";

// A run may meet what an earlier run left: its own things carry its own mark.
const mark = Date.now().toString(36).toUpperCase();

describe("the plan", { concurrency: false }, () => {
  let browser;
  let planner;
  let draft;
  before(async () => {
    browser = await openChromium();
    planner = await Person.signsIn(browser, "coordinator");
    const find = async () => (await planner.asks("plans")).plans.find((plan) => plan.state === "draft");
    draft = await find();
    if (draft) return;
    // An earlier suite put it into force: the next one is drafted.
    await planner.goes("plan");
    await planner.presses("Draft the next version");
    draft = await eventually(async () => (await find()) ?? assert.fail("no draft yet"), "a draft");
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual(planner.errors, []);
  });
  const page = () => planner.page;
  const row = (text) => page().locator("#main tbody tr", { hasText: text });

  it("adds a risk whose tripwire is read at once, by keyboard alone", async () => {
    await planner.goes(`plan/${draft.id}?view=risks`);
    await page().getByRole("button", { name: "Add a risk" }).focus();
    await page().keyboard.press("Enter");
    await planner.drawer.getByLabel("What is assumed, or may go wrong (EN)").focus();
    await page().keyboard.type(`Ferries stop ${mark}`);
    await planner.field("Hangs on").focus();
    await page().keyboard.type("1.1 ");
    await planner.field("Owner section").focus();
    await page().keyboard.type("JMAC");
    await planner.fills({ Indicator: "OC-POSTS", "Trips when it is": "at_least", Threshold: "0" });
    await planner.drawer.getByRole("button", { name: "Add", exact: true }).focus();
    await page().keyboard.press("Enter");
    await eventually(async () => assert.equal(await planner.drawer.count(), 0), "the drawer is closed");
    await row(mark).getByText("Tripped", { exact: true }).waitFor();
    assert.match(await row(mark).innerText(), /OC-POSTS at least 0/);
    assert.match(await row(mark).innerText(), /3 × 3 = 9/);
  });

  it("moves the threshold, and the tripwire is clear", async () => {
    await row(mark).getByRole("button", { name: `Ferries stop ${mark}` }).click();
    await planner.fills({ Threshold: "1000000" });
    await planner.sends("Save");
    await row(mark).getByText("Clear", { exact: true }).waitFor();
  });

  it("says what came of it, with a word on what happened", async () => {
    await row(mark).getByRole("button", { name: `Ferries stop ${mark}` }).click();
    await planner.drawer.locator("summary", { hasText: "Say what came of it" }).click();
    const form = planner.drawer.locator("details[open] form");
    await form.getByLabel("Status").selectOption("occurred");
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByText("Say what happened").first().waitFor();
    await form.getByLabel("What happened").fill("The last ferry sank.");
    await form.getByRole("button", { name: "Save" }).click();
    await row(mark).getByText("The last ferry sank.").waitFor();
  });

  it("is removed from the draft; the plan in force keeps its own, which nobody edits", async () => {
    await page().keyboard.press("Escape");
    await row(mark).getByRole("button", { name: `Ferries stop ${mark}` }).click();
    await planner.presses("Remove", planner.drawer);
    await planner.presses("Confirm", planner.drawer);
    await eventually(async () => assert.equal(await row(mark).count(), 0));
    await planner.goes("plan?view=risks");
    await row("Rallies turn violent").getByRole("button").click();
    assert.equal(await planner.drawer.getByRole("button", { name: "Remove" }).count(), 0);
    await planner.drawer.getByText("Agree a code of conduct").waitFor();
    await page().keyboard.press("Escape");
  });

  it("waives a finding for a reason, and the score rises; takes it back, and it falls again", async () => {
    await planner.goes(`plan/${draft.id}?view=check`);
    const score = async () => Number((await page().locator(".score").innerText()).split(" ")[0]);
    const before = await score();
    const open = page().getByRole("group", { name: "Check", exact: true }).locator("tbody tr").filter({ hasText: "Warning" });
    const count = await open.count();
    const text = (await open.first().locator("th").innerText()).trim();
    await open.first().getByRole("button", { name: "Waive" }).focus();
    await page().keyboard.press("Enter");
    await open.first().getByLabel("Reason").fill(`Right for this plan ${mark}`);
    await page().keyboard.press("Enter");
    await eventually(async () => assert.equal(await open.count(), count - 1));
    assert.ok((await score()) >= before);
    await page().locator("summary", { hasText: /waived$/ }).click();
    const waived = page().getByRole("group", { name: "Waived", exact: true }).locator("tr", { hasText: mark });
    assert.ok((await waived.innerText()).includes(text));
    await waived.getByRole("button", { name: "Take back" }).click();
    await eventually(async () => assert.equal(await open.count(), count));
    assert.equal(await score(), before);
    await page().locator("summary", { hasText: "How it is counted" }).click();
    await page().getByRole("group", { name: "Score over time" }).locator("tbody tr").first().waitFor();
  });

  it("walks the work plan by arrow keys, opens an activity with Enter and reports its progress", async () => {
    await planner.goes("plan?view=work");
    const bars = page().locator(".gantt [data-number]");
    await bars.first().waitFor();
    assert.equal(await page().locator('.gantt [data-number][tabindex="0"]').count(), 1, "one stop for Tab");
    await page().locator('.gantt [data-number][tabindex="0"]').focus();
    const at = () => page().evaluate(() => document.activeElement?.getAttribute("data-number"));
    const first = await at();
    await page().keyboard.press("ArrowDown");
    const second = await at();
    assert.notEqual(first, second);
    await page().keyboard.press("End");
    await page().keyboard.press("Home");
    assert.equal(await at(), first);
    await page().keyboard.press("Enter");
    await planner.drawer.getByRole("heading", { name: `${first} Activity` }).waitFor();
    await planner.fills({ Status: "ongoing", "Progress, percent": "37" });
    await planner.sends("Report progress");
    await page().locator("summary", { hasText: "As a table" }).click();
    await page().getByRole("group", { name: "As a table" }).locator("tr", { hasText: `${first} ` }).getByText("37%").waitFor();
    assert.equal(await bars.count(), await page().getByRole("group", { name: "As a table" }).locator("tbody tr").count());
  });

  it("shows the late ones of a section, and the address keeps that; the calendar file is theirs", async () => {
    await page().getByRole("link", { name: /^Late/ }).click();
    const section = await page().getByLabel("Lead section").locator("option").nth(1).getAttribute("value");
    await page().getByLabel("Lead section").selectOption(section);
    await eventually(async () => assert.match(page().url(), /only=late/));
    assert.equal(new URL(page().url()).searchParams.get("section"), section);
    const file = await page().getByRole("link", { name: "Calendar file" }).getAttribute("href");
    const answer = await page().evaluate(async (address) => {
      const response = await fetch(address);
      return [response.status, response.headers.get("content-type"), response.headers.get("content-disposition"), await response.text()];
    }, file);
    assert.equal(answer[0], 200);
    assert.match(answer[1], /^text\/calendar/);
    assert.match(answer[2], /\.ics/);
    assert.match(answer[3], /^BEGIN:VCALENDAR[\s\S]*BEGIN:VEVENT[\s\S]*END:VCALENDAR/);
  });

  it("refuses activities that wait for each other, and names the way round", async () => {
    await planner.goes(`plan/${draft.id}`);
    const [one, other] = (await planner.asks(`plans/${draft.id}`)).items.filter((item) => item.depends_on.length === 1).flatMap((item, _, all) => [[all[0].depends_on[0], all[0].id]])[0];
    const numbers = Object.fromEntries((await planner.asks(`plans/${draft.id}`)).items.map((item) => [item.id, `${item.number} ${item.statement.en}`]));
    await page().locator(`#item-${one}`).getByRole("button", { name: "Open:" }).click();
    await planner.drawer.getByLabel(numbers[other], { exact: true }).check();
    await planner.presses("Save", planner.drawer);
    await planner.drawer.getByText(/cannot wait for each other in a circle: [\d.]+ → [\d.]+ → [\d.]+/).first().waitFor();
    await planner.drawer.getByLabel(numbers[other], { exact: true }).uncheck();
    await page().keyboard.press("Escape");
  });

  it("comments in review: others see it without loading, the planner resolves it, and the plan goes back", async () => {
    const [adviser, head] = [await Person.signsIn(browser, "adviser"), await Person.signsIn(browser, "component_head")];
    await planner.goes(`plan/${draft.id}`);
    await planner.moves("Submit", "In review");
    const outcome = (await planner.asks(`plans/${draft.id}`)).items.find((item) => item.kind === "outcome");
    await adviser.goes(`plan/${draft.id}`);
    await adviser.page.locator(`#item-${outcome.id}`).getByRole("button", { name: "Open:" }).click();
    await adviser.field("Comment").fill(`Who follows this up? ${mark}`);
    await adviser.presses("Comment", adviser.drawer);
    await adviser.drawer.getByText(mark).waitFor();
    await page().locator(`#item-${outcome.id}`).getByText("1 open comment").waitFor();
    await planner.goes(`plan/${draft.id}?view=comments`);
    await row(mark).getByRole("button", { name: "Resolve" }).focus();
    await page().keyboard.press("Enter");
    await eventually(async () => assert.equal(await row(mark).count(), 0));
    await page().getByRole("link", { name: "All comments" }).click();
    await row(mark).getByText("resolved by").waitFor();
    await head.goes(`plan/${draft.id}`);
    await head.presses("Return", head.page.locator(".page-head"));
    await head.page.locator(".page-head").getByLabel("Reason").fill("See the comments.");
    await head.presses("Confirm", head.page.locator(".page-head"));
    await head.sees("Draft");
    for (const person of [adviser, head]) assert.deepEqual(person.errors, []);
  });
});
