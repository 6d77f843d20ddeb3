// The two ways to work a page: by keyboard alone, and with a mouse. Both have the same names, so that one journey is
// made by each, in each language.
import assert from "node:assert/strict";
import { keyboardOf } from "./keys.mjs";
import { eventually } from "./people.mjs";

/** Every way in which a journey is made. */
export const WAYS = ["keyboard", "mouse"].flatMap((hand) => ["en", "fr"].map((language) => ({ hand, language, by: `${hand === "mouse" ? "by mouse" : "by keyboard alone"}, in ${language === "fr" ? "French" : "English"}` })));

/** The words of a language: of the English and the French ones, those that are spoken. */
export function speaking(language) {
  const says = (english, french) => (language === "fr" ? french : english);
  /** The label of a field, which may have to be filled. */
  const label = (english, french) => new RegExp(`^${says(english, french).replaceAll(/[()]/g, String.raw`\$&`)}( \\(${says("required", "obligatoire")}\\))?$`);
  /** The label of the field for this language, where a text is in both. */
  const own = (english, french) => label(`${english} (EN)`, `${french} (FR)`);
  return { says, label, own };
}

/** The hand of a person, as a way wants it. */
export const handOf = ({ hand }, of) => (hand === "mouse" ? mouseOf(of) : { ...keyboardOf(of), ...besides(of) });

/** What is typed and left by keys and not by Tab alone. */
function besides(of) {
  const { page, keys, tabsTo, closed } = keyboardOf(of);
  return {
    /** A day in its field; the browser of the tests asks for month, day, year. */
    async day(field, text) {
      const [year, month, date] = text.split("-");
      await tabsTo(field);
      await keys().type(`${month}${date}${year}`);
      assert.equal(await field.inputValue(), text);
    },
    async choosesAt(wanted, place) {
      await tabsTo(wanted);
      await keys().press("Home");
      for (let at = 0; at < place; at += 1) await keys().press("ArrowDown");
    },
    /** Moves a slider: some steps back, or to its start. */
    async slides(slider, to) {
      await tabsTo(slider);
      for (const key of to === "start" ? ["Home"] : ["ArrowLeft", "ArrowLeft"]) await keys().press(key);
      assert.equal(await slider.evaluate((element) => element === document.activeElement), true, "the focus stays");
    },
    /** Goes to one of several things that are one stop of Tab together, by arrows. */
    async walks(stop, wanted, arrow) {
      await tabsTo(stop);
      await keys().press("Control+Home");
      const there = () => wanted.evaluate((element) => element === document.activeElement || element.contains(document.activeElement));
      for (let pressed = 0; !(await there()); pressed += 1) {
        assert.ok(pressed < 200, `no way by ${arrow} to ${wanted}`);
        await keys().press(arrow);
      }
    },
    async leaves() {
      await page().keyboard.press("Escape");
      await closed();
    },
  };
}

/** The mouse of a person; what is written is typed. */
function mouseOf(of) {
  const { page, keys, named, inDrawer, closed, row } = keyboardOf(of);
  const presses = (wanted) => wanted.click();
  async function types(wanted, text) {
    await wanted.click();
    await keys().press("Control+a");
    await keys().type(text);
  }
  /** The first choice that begins so; options may still be coming. */
  async function chooses(wanted, text) {
    const place = await eventually(async () => {
      const at = (await wanted.locator("option").allTextContents()).findIndex((option) => option.startsWith(text));
      assert.ok(at >= 0, `no choice "${text}"`);
      return at;
    }, `the choice "${text}"`);
    await wanted.selectOption({ index: place });
  }
  return {
    page, keys, named, inDrawer, presses, types, chooses, closed, row,
    tabsTo: presses,
    day: (field, text) => field.fill(text),
    choosesAt: (wanted, place) => wanted.selectOption({ index: place }),
    async slides(slider, to) {
      const box = await slider.boundingBox();
      const height = box.y + box.height / 2;
      await page().mouse.move(box.x + box.width - 4, height);
      await page().mouse.down();
      for (const share of to === "start" ? [0.8, 0.4, 0.01] : [0.9, 0.7]) await page().mouse.move(box.x + box.width * share, height);
      await page().mouse.up();
    },
    walks: (_stop, wanted) => wanted.click(),
    async leaves() {
      await of().drawer.locator("header button").click();
      await closed();
    },
  };
}
