// What is said on the first pages comes first; what the later screens say comes when one of them is wanted, and with each
// language from then on.
import { describe, expect, it } from "vitest";
import { t, useLanguage, useMessages, word } from "../src/i18n";

describe("messages", () => {
  it("come in parts, and a switch brings along each that was wanted", async () => {
    await useLanguage("en");
    expect(t("action.undo")).toBe("Undo");
    expect(word("armed_group")).toBe("Armed group");
    expect(t("plan.statement")).not.toBe("plan.statement");
    expect(t("rules.none")).toBe("rules.none");
    await useMessages("rules");
    const english = t("rules.none");
    expect(english).not.toBe("rules.none");
    await useLanguage("fr");
    expect(t("action.undo")).toBe("Annuler");
    expect(t("rules.none")).not.toBe(english);
    expect(t("rules.none")).not.toBe("rules.none");
    expect(t("theory.picture"), "of a screen that nobody opened").toBe("theory.picture");
  });

  it("have no word for what is no word: it is shown as it is", async () => {
    await useLanguage("en");
    expect(word("not_a_word")).toBe("not a word");
    expect(word(null)).toBe("");
  });
});
