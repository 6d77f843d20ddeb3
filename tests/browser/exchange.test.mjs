// Another system is connected: a token made on the page, tables for spreadsheets, the examples of docs/exchange.md and docs/data.md, a client
// of OData that is not ours, and a subscription of another system; in English and French.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { MISSION, URL_BASE, openChromium, openContext, signIn } from "./browser.mjs";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));

const words = {
  en: { make: "Make a token", name: "Name", coordinator: "Coordinator", once: "Copy it now", only: "It may only read", add: "Subscribe a system", url: "Address", plans: "Plans", told: "Messages to", try: "Send a test message", refresh: "Look again", remove: "Remove", confirm: "Confirm", inside: "https", secret: "whsec_", webhooks: "Webhooks", private: "private network" },
  fr: { make: "Créer un jeton", name: "Nom", coordinator: "Coordinateur", once: "Copiez-le maintenant", only: "Il ne peut que lire", add: "Abonner un système", url: "Adresse", plans: "Plans", told: "Messages à", try: "Envoyer un message d’essai", refresh: "Regarder à nouveau", remove: "Retirer", confirm: "Confirmer", inside: "https", secret: "whsec_", webhooks: "Webhooks", private: "réseau privé" },
};

async function clean(page, what) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(violations.map((rule) => `${rule.id}: ${rule.nodes[0].target}`), [], what);
}

/** A token made on the page, as it is shown once. */
async function token(page, say, name, onlyReads) {
  await page.goto(`/m/${MISSION}/members?view=tokens`);
  await page.getByRole("button", { name: say.make }).first().click();
  const drawer = page.locator("aside.drawer");
  await drawer.getByLabel(new RegExp(`^${say.name}`)).fill(name);
  await drawer.getByRole("checkbox", { name: new RegExp(`^${say.coordinator}`) }).check();
  const only = drawer.getByRole("checkbox", { name: new RegExp(`^${say.only}`) });
  assert.equal(await only.isChecked(), true, "reads only, unless one asks for more");
  if (!onlyReads) await only.uncheck();
  await clean(page, "the form");
  await drawer.getByRole("button", { name: say.make }).click();
  await page.getByText(say.once).waitFor();
  return page.locator("code", { hasText: /^cpas_/ }).textContent();
}

describe("exchange", { concurrency: false }, () => {
  let browser;
  before(async () => (browser = await openChromium()));
  after(() => browser?.close());

  for (const language of ["en", "fr"]) {
    it(`makes a token for a spreadsheet, and subscribes another system (${language})`, { timeout: 120_000 }, async () => {
      const say = words[language];
      const context = await openContext(browser, { width: 1280, height: 900, language });
      const page = await context.newPage();
      const errors = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      await signIn(page, "coordinator");
      const secret = await token(page, say, `Sheet ${language} ${Date.now()}`, true);
      await clean(page, "tokens");
      const address = await page.locator("code", { hasText: "/odata/v4/" }).textContent();
      assert.equal(address, `${URL_BASE}/odata/v4/${MISSION}/`);
      const basic = { authorization: `Basic ${Buffer.from(`me:${secret}`).toString("base64")}` };
      const sets = await (await fetch(address, { headers: basic })).json();
      assert.ok(sets.value.some((set) => set.name === "Observations"), JSON.stringify(sets));
      const write = await fetch(`${URL_BASE}/api/v1/missions/${MISSION}/observations/rows`, { method: "POST", body: "{}", headers: { authorization: `Bearer ${secret}` } });
      assert.equal(write.status, 403, "it reads, and changes nothing");

      await page.goto(`/m/${MISSION}/members?view=webhooks`);
      await page.getByRole("button", { name: say.add }).first().click();
      const drawer = page.locator("aside.drawer");
      const name = `Warehouse ${language} ${Date.now()}`;
      await drawer.getByLabel(new RegExp(`^${say.name}`)).fill(name);
      await drawer.getByLabel(new RegExp(`^${say.url}`)).fill("https://127.0.0.1/in");
      await drawer.getByRole("checkbox", { name: say.plans, exact: true }).check();
      await drawer.getByRole("button", { name: say.add }).click();
      await drawer.locator(".wrong", { hasText: say.private }).first().waitFor();
      await clean(page, "a refused address");
      // A name that nobody has, now or ever (RFC 2606): every attempt fails, and says why.
      await drawer.getByLabel(new RegExp(`^${say.url}`)).fill("https://nobody.invalid/in");
      await drawer.getByRole("button", { name: say.add }).click();
      await page.locator("code", { hasText: say.secret }).waitFor();
      await page.getByRole("button", { name: `${say.told} ${name}` }).click();
      await page.getByRole("button", { name: say.try }).click();
      const row = page.locator("tr", { hasText: "webhook.tested" });
      await row.waitFor();
      for (let tries = 0; !/No connection|Pas de connexion/.test(await row.first().textContent()); tries++) {
        assert.ok(tries < 60, "the attempt was never noted");
        await page.waitForTimeout(250);
        await page.getByRole("button", { name: say.refresh }).click();
      }
      await clean(page, "messages");
      await page.locator("#main").getByRole("button", { name: say.remove }).click();
      await page.locator("#main").getByRole("button", { name: say.confirm }).click();
      await page.getByRole("button", { name: `${say.told} ${name}` }).waitFor({ state: "detached" });
      assert.deepEqual(errors, []);
      await context.close();
    });
  }

  it("is what docs/exchange.md and docs/data.md say, and what a client that is not ours reads", { timeout: 300_000 }, async () => {
    const context = await openContext(browser, { width: 1280, height: 900, language: "en" });
    const page = await context.newPage();
    await signIn(page, "coordinator");
    const secret = await token(page, words.en, `Examples ${Date.now()}`, false);
    await context.close();
    const env = { ...process.env, CPAS_URL: URL_BASE, CPAS_MISSION: MISSION, CPAS_TOKEN: secret };

    const cwd = await mkdtemp(join(tmpdir(), "cpas-examples-"));
    for (const [guide, least] of [["exchange", 13], ["data", 2]]) {
      const text = await readFile(`${root}docs/${guide}.md`, "utf8");
      const examples = [...text.matchAll(/^```sh\n(.*?)^```\n(?:\n^```text\n(.*?)^```)?/gms)];
      assert.ok(examples.length >= least, `${examples.length} examples in ${guide}.md`);
      for (const [, script, expected] of examples) {
        const said = await run("bash", ["-euo", "pipefail", "-c", script], { env, cwd, maxBuffer: 64 << 20 }).catch((error) => assert.fail(`${script}\n${error.stdout}${error.stderr}`));
        for (const line of (expected ?? "").split("\n").filter(Boolean)) assert.ok(said.stdout.includes(line), `${script}\ndid not say ${line}:\n${said.stdout.slice(0, 2_000)}`);
      }
    }
    await rm(cwd, { recursive: true });

    const read = await run("python3", [`${root}tests/exchange/read.py`], { env }).catch((error) => assert.fail(`${error.stdout}${error.stderr}`));
    assert.match(read.stdout, /read \d+ observations of OP-PATROLS with python-odata/);
    assert.match(read.stdout, /read \d+ results, [1-9]\d* of them rated, with python-odata/);
    assert.match(read.stdout, /read [1-9]\d+ numbers behind the tiles of [1-9]\d* dashboards with python-odata/);

    const forms = await run("python3", [`${root}tests/exchange/forms.py`], { env }).catch((error) => assert.fail(`${error.stdout}${error.stderr}`));
    assert.match(forms.stdout, /a broken form is refused/);
    assert.match(forms.stdout, /[1-9]\d* forms with \d{2,} questions are valid by ODK Validate/);
  });
});
