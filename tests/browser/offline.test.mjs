// Without a line: the app opens, a day's work waits and goes out once and in order; a closed browser, a line cut in the middle of
// a save, a system that is started again, a session that ended, two tabs, another person, a conflict, a new version.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { account, MISSION, openChromium, openContext, signIn } from "./browser.mjs";
import { Field, SECTION, WORDS } from "./field.mjs";
import { eventually } from "./people.mjs";

const DAY = 200;
// Years to come, each run in others: what an earlier run left is not met.
const YEAR = 2040 + 8 * (Math.floor(Date.now() / 1000) % 19);

describe("without a line", { concurrency: false }, () => {
  let browser;
  let office;
  before(async () => {
    browser = await openChromium();
    office = await (await openContext(browser)).newPage();
    await signIn(office, "coordinator");
  });
  after(async () => {
    for (const one of Field.out) await one.goesHome().catch(() => undefined);
    await browser?.close();
  });

  /** Asks the system as somebody at the office, whose line is never cut. */
  const asks = (path) => office.evaluate(async (address) => (await fetch(address)).json(), `/api/v1/missions/${MISSION}/${path}`);
  const stored = async (year, where = `section=${encodeURIComponent(SECTION)}`) => (await asks(`entry-cells?${where}&first_period=${year}-01&last_period=${year}-12`)).cells;
  const byPeriod = (cells) => Object.fromEntries(cells.map((cell) => [cell.period, cell.value]).sort());

  it("the app can be installed, and its worker keeps no answer of the API", { timeout: 120_000 }, async () => {
    const one = await Field.goes("en");
    const session = await one.context.newCDPSession(one.page);
    const { data, errors } = await session.send("Page.getAppManifest");
    assert.deepEqual(errors, []);
    assert.equal(JSON.parse(data).start_url, "/");
    const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
    // A profile of a test run counts as one that is not kept.
    assert.deepEqual(installabilityErrors.filter((error) => error.errorId !== "in-incognito"), []);
    for (const icon of JSON.parse(data).icons) assert.equal((await one.page.request.get(icon.src)).status(), 200, icon.src);
    const worker = await one.page.request.get("/sw.js");
    assert.match(worker.headers()["cache-control"], /no-cache/);
    assert.equal(worker.headers()["service-worker-allowed"], "/");
    const shell = await (await one.page.request.get("/shell")).text();
    assert.ok(!shell.includes("first-data") && !shell.includes(account("focal_point").email), "the shell is nobody's");
    await one.opensTheGrid(YEAR);
    const kept = await one.keptByTheWorker();
    assert.ok(kept.includes("/shell") && kept.some((path) => path.startsWith("/assets/entry-")), kept.join());
    assert.deepEqual(kept.filter((path) => !/^\/(assets\/.+|shell|icon.*|manifest\.webmanifest)$/.test(path)), []);
    await one.goesHome();
  });

  for (const [place, language] of ["en", "fr"].entries()) {
    const year = YEAR + place * 4;
    const say = WORDS[language];

    it(`a day of ${DAY} changes goes out once and in order, after the browser was closed (${language})`, { timeout: 240_000 }, async () => {
      const one = await Field.goes(language);
      const indicator = (await asks("indicators?page_size=500")).indicators.find((each) => each.state === "active" && each.frequency === "month" && each.kind === "count" && !each.event_measure && each.owner_section === SECTION);
      const byArea = `&by=area&indicator=${indicator.code}`;
      await one.opensTheGrid(year, byArea);
      one.line.cut();
      // The app opens from what the browser kept, in the language of the person; also at another page.
      await one.page.goto(`/m/${MISSION}`);
      await one.page.locator("#main .notice").first().waitFor();
      assert.equal(await one.page.locator("html").getAttribute("lang"), language);
      await one.opensTheGrid(year, byArea);
      await eventually(async () => assert.match(await one.page.locator("#main").innerText(), say.read), "what the grid stands on");
      const places = Math.min(await one.page.locator("tbody tr").count(), Math.floor(DAY / 12));
      const value = (row, column) => row * 12 + column + 1;
      await one.pastes(0, 0, Array.from({ length: places }, (_, row) => Array.from({ length: 12 }, (__, column) => value(row, column)).join("\t")).join("\n"));
      await one.waits(places * 12);
      // The rest in a grid that was not opened before the line was cut, cell by cell.
      await one.opensTheGrid(year);
      const rest = DAY - places * 12;
      for (let column = 0; column < rest; column += 1) await one.types(1, column, String(value(places, column)));
      await one.waits(DAY);
      await one.opensTheGrid(year, byArea);
      // Some are typed again; each place waits once.
      for (const column of [0, 1, 2]) await one.types(0, column, String(900 + column));
      await one.waits(DAY);
      assert.match(await one.page.locator(".page-head").innerText(), say.waiting);
      assert.deepEqual(await one.finds(), []);
      await one.closesTheBrowser();
      await one.opensTheBrowser();
      await one.page.goto("/");
      await one.page.locator("#main").waitFor();
      await one.waits(DAY);
      assert.deepEqual(await one.finds(), [], "the home page without a line");
      await one.opensTheGrid(year, byArea);
      await one.stands(0, 0, "900", "waiting");
      assert.equal(one.line.rows, 0);
      one.line.mend();
      await one.waits(0);
      await eventually(async () => assert.match(await one.page.locator(".page-head").innerText(), say.sent), "when it was sent");
      const cells = [...(await stored(year, `indicator=${indicator.code}&every_area=true`)), ...(await stored(year)).filter((cell) => cell.indicator_code !== indicator.code)];
      assert.equal(cells.length, DAY);
      assert.deepEqual(cells.map((cell) => cell.value).sort((a, b) => a - b), Array.from({ length: DAY }, (_, at) => (at < 3 ? 900 + at : at + 1)).sort((a, b) => a - b));
      assert.equal(one.line.rows, 1, "in the grid's own batch");
      await one.goesHome();
    });

    it(`a line cut in the middle of a save, and a system that is started again, store each value once (${language})`, { timeout: 180_000 }, async () => {
      const one = await Field.goes(language);
      await one.opensTheGrid(year + 1);
      // The system has it, and the answer never comes; then nobody answers; then a proxy says that the system is away.
      one.line.cut("after");
      await one.types(0, 0, "21");
      await eventually(async () => assert.deepEqual(byPeriod(await stored(year + 1)), { [`${year + 1}-01`]: 21 }), "the value at the system");
      one.line.cut("down");
      await one.types(0, 1, "22");
      await one.types(0, 0, "23");
      one.line.cut("away");
      await one.page.reload();
      await one.stands(0, 0, "23", "waiting");
      await one.stands(0, 1, "22", "waiting");
      one.line.mend();
      await one.stands(0, 0, "23", "draft");
      await one.stands(0, 1, "22", "draft");
      const cells = await stored(year + 1);
      assert.deepEqual(byPeriod(cells), { [`${year + 1}-01`]: 23, [`${year + 1}-02`]: 22 });
      const { history } = await asks(`observations/${cells.find((cell) => cell.value === 23).id}`);
      assert.deepEqual(history.map((edition) => edition.value), [21, 23], "each value once");
      // The network card goes, and comes back.
      await one.context.setOffline(true);
      await one.types(0, 2, "24");
      await one.waits(1);
      await one.context.setOffline(false);
      await one.stands(0, 2, "24", "draft");
      await one.goesHome();
    });

    it(`a session that ended, and a conflict that somebody chooses in (${language})`, { timeout: 180_000 }, async () => {
      const one = await Field.goes(language);
      await one.opensTheGrid(year + 2);
      await one.types(0, 0, "30");
      await one.stands(0, 0, "30", "draft");
      one.line.cut();
      for (const column of [0, 1, 2]) await one.types(0, column, String(31 + column));
      await one.waits(3);
      // Meanwhile the office records other values in two of the places, and the session ends.
      const write = (period, value, base) => office.evaluate(async ({ path, body }) => {
        const session = await (await fetch("/api/v1/session")).json();
        return (await (await fetch(path, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": session.csrf_token, "Idempotency-Key": crypto.randomUUID() }, body: JSON.stringify(body) })).json()).outcomes[0].outcome;
      }, { path: `/api/v1/missions/${MISSION}/observations/rows`, body: { rows: [{ key: crypto.randomUUID(), observation: { ...base.at, period, kind: "value", value, note: "" }, base_id: base.id }] } });
      const [first] = await stored(year + 2);
      const at = { indicator_code: first.indicator_code, area: "", slice: "" };
      assert.equal(await write(`${year + 2}-01`, 41, { at, id: first.id }), "stored");
      assert.equal(await write(`${year + 2}-02`, 42, { at, id: "" }), "stored");
      await one.context.clearCookies();
      one.line.mend();
      await one.page.getByText(say.again).waitFor();
      assert.deepEqual(byPeriod(await stored(year + 2)), { [`${year + 2}-01`]: 41, [`${year + 2}-02`]: 42 }, "nothing goes out for nobody");
      // In English above the page, in French on a page that is opened anew.
      if (language === "fr") {
        await one.page.reload();
        await one.page.locator(".gate").waitFor();
      }
      await one.signsInAgain();
      await one.stands(0, 2, "33", "draft");
      await one.stands(0, 0, "31", "conflict");
      await one.stands(0, 1, "32", "conflict");
      await one.page.locator(".head .unsent").waitFor();
      for (const [column, mine, theirs, was] of [[0, "31", "41", "30"], [1, "32", "42", ""]]) {
        await one.cell(0, column).click();
        const bar = await one.page.locator(".entry-bar").innerText();
        for (const value of [mine, theirs, was]) assert.ok(bar.includes(value), bar);
        assert.deepEqual(await one.finds(), []);
      }
      // Both are kept over a reload, until someone chooses.
      await one.page.reload();
      await one.stands(0, 1, "32", "conflict");
      await one.cell(0, 0).click();
      await one.page.getByRole("button", { name: say.mine }).click();
      await one.stands(0, 0, "31", "draft");
      await one.cell(0, 1).click();
      await one.page.getByRole("button", { name: say.theirs }).click();
      await one.stands(0, 1, "42", "draft");
      assert.deepEqual(byPeriod(await stored(year + 2)), { [`${year + 2}-01`]: 31, [`${year + 2}-02`]: 42, [`${year + 2}-03`]: 33 });
      await one.waits(0);
      await one.goesHome();
    });

    it(`signing out asks first, and another person neither sees nor sends what waits (${language})`, { timeout: 180_000 }, async () => {
      const one = await Field.goes(language);
      await one.opensTheGrid(year + 3);
      one.line.cut();
      await one.types(0, 0, "51");
      await one.types(0, 1, "52");
      await one.waits(2);
      await one.signsOut();
      await one.page.locator("dialog[open]").waitFor();
      assert.deepEqual(await one.finds(), []);
      await one.page.getByRole("button", { name: say.stay, exact: true }).click();
      await one.waits(2);
      await one.signsOut();
      await one.page.getByRole("button", { name: say.anyway, exact: true }).click();
      await one.page.locator('input[type="password"]').waitFor();
      await one.page.goto(one.grid(year + 3));
      await one.page.locator('input[type="password"]').waitFor();
      assert.ok(!(await one.page.locator("body").innerText()).includes("51"), "nothing of the person is shown");
      one.line.mend();
      // The person left without a line: the system is told as soon as it can be.
      await one.page.goto(one.grid(year + 3));
      await one.page.locator('input[type="password"]').waitFor();
      assert.equal(await one.page.evaluate(async () => (await fetch("/api/v1/session")).status), 401);
      await one.signsInAgain("coordinator");
      await one.opensTheGrid(year + 3);
      await one.waits(0);
      assert.doesNotMatch(await one.page.locator("#main").innerText(), say.elsewhere);
      await one.types(1, 0, "61");
      await one.stands(1, 0, "61", "draft");
      assert.deepEqual(byPeriod(await stored(year + 3)), { [`${year + 3}-01`]: 61 }, "only the other person's own");
      await one.signsOut();
      await one.signsInAgain();
      await one.opensTheGrid(year + 3);
      await one.stands(0, 0, "51", "draft");
      await one.stands(0, 1, "52", "draft");
      await one.goesHome();
    });
  }

  it("the grid of a section is there with all its areas, also those that were never opened", { timeout: 120_000 }, async () => {
    const one = await Field.goes("en");
    await one.page.goto(`/m/${MISSION}/entry?section=${SECTION}`);
    await one.cell(0, 0).waitFor();
    const books = () => one.page.evaluate(() => new Promise((resolve, reject) => {
      const opened = indexedDB.open("cpas-entry");
      opened.onerror = reject;
      opened.onsuccess = () => {
        const keys = opened.result.transaction("reads").objectStore("reads").getAllKeys();
        keys.onsuccess = () => { opened.result.close(); resolve(keys.result.filter((key) => key.includes("every_area=true"))); };
      };
    }));
    await eventually(async () => assert.notEqual((await books()).length, 0), "the section is kept");
    one.line.cut();
    const { areas } = await asks("areas");
    const { indicators } = await asks("indicators?page_size=500");
    const monthly = new Set(indicators.filter((each) => each.owner_section === SECTION && each.frequency === "month").map((each) => each.code));
    let values = 0;
    for (const area of areas.slice(0, 3)) {
      await one.page.goto(`/m/${MISSION}/entry?section=${SECTION}&every=month&area=${area.code}`);
      await one.cell(0, 0).waitFor();
      await eventually(async () => assert.match(await one.page.locator("#main").innerText(), one.say.read), "what the grid stands on");
      const now = new Date();
      const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 11)).toISOString().slice(0, 7);
      const cells = (await asks(`entry-cells?section=${SECTION}&area=${area.code}&first_period=${first}&last_period=${now.toISOString().slice(0, 7)}`)).cells;
      const wanted = cells.filter((cell) => cell.slice === "" && monthly.has(cell.indicator_code)).length;
      assert.equal(await one.page.locator("td[data-row]:not(.is-empty)").count(), wanted, area.code);
      values += wanted;
    }
    assert.notEqual(values, 0, "there is something to show");
    await one.goesHome();
  });

  it("two tabs are one sender, and one shows what the other typed", { timeout: 180_000 }, async () => {
    const one = await Field.goes("en");
    const year = YEAR + 3;
    await one.opensTheGrid(year);
    const second = await one.opensATab(one.grid(year));
    await one.cell(0, 0, second).waitFor();
    one.line.cut();
    await one.types(2, 0, "71");
    await one.types(2, 1, "72", second);
    await one.stands(2, 0, "71", "waiting", second);
    await one.types(2, 0, "73", second);
    await one.stands(2, 0, "73", "waiting");
    await one.waits(2);
    await one.waits(2, second);
    one.line.mend();
    for (const page of [one.page, second]) {
      await one.stands(2, 0, "73", "draft", page);
      await one.stands(2, 1, "72", "draft", page);
    }
    const cell = (await stored(year)).find((each) => each.value === 73);
    const editions = (await asks(`observations/${cell.id}`)).history.map((edition) => edition.value);
    assert.deepEqual(editions, [...new Set(editions)], "each value once");
    await one.goesHome();
  });

  it("a browser that has no room says so, and what was typed goes out all the same", { timeout: 120_000 }, async () => {
    const one = await Field.goes("en");
    await one.opensTheGrid(YEAR + 3);
    await one.page.evaluate(() => { IDBObjectStore.prototype.put = () => { throw new DOMException("no room", "QuotaExceededError"); }; });
    one.line.cut();
    await one.types(3, 0, "81");
    await one.page.getByText(one.say.full).waitFor();
    one.line.mend();
    await one.stands(3, 0, "81", "draft");
    await one.goesHome();
  });

  it("a new version is told, taken on the next load, and there without a line; the old one never comes back", { timeout: 180_000 }, async () => {
    const one = await Field.goes("en");
    const style = () => one.page.locator('link[rel="stylesheet"]').getAttribute("href");
    assert.doesNotMatch(await style(), /next/);
    one.line.deploy();
    await one.page.evaluate(() => window.dispatchEvent(new Event("online")));
    await one.page.getByRole("button", { name: one.say.load }).waitFor();
    assert.deepEqual(await one.finds(), []);
    await one.page.getByRole("button", { name: one.say.load }).click();
    await eventually(async () => assert.match(await style(), /style-next-/), "the new version");
    await one.keepsTheApp();
    one.line.cut();
    await one.page.reload();
    await one.page.locator("#main").waitFor();
    assert.match(await style(), /style-next-/, "also without a line");
    assert.equal(await one.page.getByRole("button", { name: one.say.load }).count(), 0);
    await one.goesHome();
  });
});
