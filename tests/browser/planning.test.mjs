// The plan by keyboard and by mouse: assumptions and risks with their tripwires.
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
    draft = (await planner.asks("plans")).plans.find((plan) => plan.state === "draft");
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
});
