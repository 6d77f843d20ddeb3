// A phone is connected by the code on the page: read from its picture, it leads to the forms; what is sent with one is
// seen with its picture, and a number leads back to it; in English and French.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { inflateSync } from "node:zlib";
import { AxeBuilder } from "@axe-core/playwright";
import jsQR from "jsqr";
import { MISSION, URL_BASE, openChromium, openContext, signIn } from "./browser.mjs";

const words = {
  en: { connect: "Connect a phone", name: "Name", scan: "Scan this with the phone", forms: "Forms", sent: "What phones sent", submission: "Sent on", picture: "Picture", recorded: "Recorded", left: "Not taken", from: "Sent from a phone", look: "To look at", token: "fill forms on a phone" },
  fr: { connect: "Connecter un téléphone", name: "Nom", scan: "Scannez ceci avec le téléphone", forms: "Formulaires", sent: "Ce que les téléphones ont envoyé", submission: "Envoyé le", picture: "Photo", recorded: "Enregistrée", left: "Non prise", from: "Envoyé d’un téléphone", look: "À regarder", token: "remplir des formulaires sur un téléphone" },
};

async function clean(page, what) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(violations.map((rule) => `${rule.id}: ${rule.nodes[0].target}`), [], what);
}

/** The picture as pixels, as a camera would see it. */
async function pixels(page, selector) {
  return page.locator(selector).evaluate(async (image) => {
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: 480, height: 480 });
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, 480, 480);
    pen.drawImage(image, 20, 20, 440, 440);
    return [...pen.getImageData(0, 0, 480, 480).data];
  });
}

/** A small photo as a camera makes it. */
async function photo(page) {
  return Buffer.from(await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#496";
    pen.fillRect(0, 0, 64, 48);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg"));
    return [...new Uint8Array(await blob.arrayBuffer())];
  }));
}

const between = (text, before, after) => text.split(before).slice(1).map((rest) => rest.split(after)[0]);

describe("phones", { concurrency: false }, () => {
  let browser;
  before(async () => (browser = await openChromium()));
  after(() => browser?.close());

  for (const language of ["en", "fr"]) {
    it(`connects a phone, and sees what it sends (${language})`, { timeout: 120_000 }, async () => {
      const say = words[language];
      const context = await openContext(browser, { width: 1280, height: 900, language });
      const page = await context.newPage();
      const errors = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      page.on("console", (message) => /Content Security Policy/.test(message.text()) && errors.push(message.text()));
      await signIn(page, "coordinator");
      await page.goto(`/m/${MISSION}/phones`);
      await page.getByRole("heading", { name: say.forms }).waitFor();
      await page.getByRole("button", { name: say.connect }).click();
      const drawer = page.locator("aside.drawer");
      await drawer.getByLabel(new RegExp(`^${say.name}`)).fill(`Tablet ${language} ${Date.now()}`);
      await clean(page, "the form");
      await drawer.getByRole("button", { name: say.connect }).click();
      await page.getByRole("heading", { name: say.scan }).waitFor();
      await clean(page, "the code");

      // As ODK Collect reads it: base64, zlib, JSON.
      const seen = jsQR(Uint8ClampedArray.from(await pixels(page, ".phone-code img")), 480, 480);
      assert.ok(seen, "the code can be read");
      const { general, project, admin } = JSON.parse(inflateSync(Buffer.from(seen.data, "base64")).toString());
      assert.equal(general.server_url, `${URL_BASE}/openrosa/${MISSION}`);
      assert.equal(project.name, `CPAS ${MISSION}`);
      assert.deepEqual(admin, {});
      const headers = { authorization: `Basic ${Buffer.from(`${general.username}:${general.password}`).toString("base64")}`, "x-openrosa-version": "1.0" };
      const list = await (await fetch(`${general.server_url}/formList`, { headers })).text();
      const [form] = between(list, "<xform>", "</xform>");
      assert.ok(form, list);
      const xform = await (await fetch(between(form, "<downloadUrl>", "<")[0], { headers })).text();
      const group = /<(i_[0-9a-f]{32})>/.exec(xform)[1];
      const [area] = between(xform.slice(xform.indexOf('<instance id="areas">')), "<name>", "<").filter((name) => name !== "-");
      // The frequency of the first indicator decides on the period; years of its own for each language, long past.
      const frequency = new RegExp(`nodeset="/data/values/${group}" relevant="[^"]*= .(\\w+)`).exec(xform)?.[1] ?? /<frequency>(\w+)</.exec(xform)[1];
      const year = language === "en" ? 1951 : 1952;
      const period = { month: `${year}-03`, quarter: `${year}-Q1`, half_year: `${year}-H1`, year: `${year}`, fiscal_year: `FY${year}`, day: `${year}-03-01` }[frequency];
      const instance = `<data id="${between(form, "<formID>", "<")[0]}" version="old"><time><period>${period}</period></time><place><a1>${area}</a1></place><values><${group}><kind>missing</kind></${group}></values><mood>tense</mood><photo>look.jpg</photo><meta><instanceID>uuid:${randomUUID()}</instanceID></meta></data>`;
      const body = new FormData();
      body.append("xml_submission_file", new Blob([instance], { type: "text/xml" }), "form.xml");
      body.append("look.jpg", new Blob([await photo(page)], { type: "image/jpeg" }), "look.jpg");
      const sent = await fetch(`${general.server_url}/submission`, { method: "POST", headers, body });
      assert.equal(sent.status, 201, await sent.text());

      // The page hears of it.
      const row = page.locator("section", { has: page.getByRole("heading", { name: say.sent }) }).locator("tbody tr").first();
      await row.waitFor();
      await clean(page, "the list");
      await row.getByRole("button").first().click();
      await drawer.getByText(say.left).waitFor();
      const picture = drawer.getByRole("img", { name: new RegExp(`^${say.picture}`) });
      await picture.waitFor();
      await page.waitForFunction((image) => image.complete && image.naturalWidth === 64, await picture.elementHandle());
      await clean(page, "what was sent");
      await drawer.locator("tbody").getByRole("button").first().click();
      await drawer.getByText(say.from).click();
      await drawer.getByRole("img", { name: new RegExp(`^${say.picture}`) }).waitFor();
      await clean(page, "where a number comes from");

      await page.goto(`/m/${MISSION}/phones?sent=left`);
      await page.getByRole("heading", { name: say.sent }).waitFor();
      await page.locator("tbody tr").first().waitFor();
      await page.goto(`/m/${MISSION}/members?view=tokens`);
      await page.getByText(say.token).first().waitFor();
      const elsewhere = await fetch(`${URL_BASE}/api/v1/missions/${MISSION}/areas`, { headers: { authorization: `Bearer ${general.password}` } });
      assert.equal(elsewhere.status, 403, "it fills forms, and opens nothing else");
      assert.deepEqual(errors, []);
      await context.close();
    });
  }
});
