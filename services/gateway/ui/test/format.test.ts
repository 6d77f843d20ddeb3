import { beforeEach, describe, expect, it } from "vitest";
import { compiledMessagesOf } from "../scripts/catalogue.mjs";
import { activate, say, t, word } from "../src/i18n";
import { date, exact, figure, figureTitle, instant, number, percent, period, slice } from "../src/i18n/format";
import { containing, covers, dayAfter, firstDay, frequencyOf, sequence } from "../src/i18n/periods";

type Messages = Parameters<typeof activate>[1];
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");
const speak = (language: "en" | "fr") => activate(language, compiledMessagesOf(language) as Messages);

describe("numbers, dates and periods", () => {
  beforeEach(() => speak("en"));

  it("are written as the language writes them", () => {
    expect(number(12345.678)).toBe("12,346");
    expect([0, 0.004, -0.0312, 0.5, 1.234, 12.34, 756.6].map((one) => number(one))).toEqual(["0", "0.004", "-0.031", "0.5", "1.23", "12.3", "756.6"]);
    expect(exact(12345.678)).toBe("12,345.678");
    expect(percent(0.934)).toBe("93%");
    expect(date("2026-03-12")).toBe("12\u00a0Mar\u00a02026");
    expect(plain(instant("2026-03-12T14:05:00Z"))).toBe("12 Mar 2026, 14:05 UTC");
    speak("fr");
    expect(plain(number(12345.678))).toBe("12 346");
    expect(plain(percent(0.934))).toBe("93 %");
    expect(plain(date("2026-03-12"))).toBe("12 mars 2026");
  });

  it("name periods without doubt", () => {
    expect([..."2024-03 2024-Q1 2024-H2 2024 FY2024 2024-03-17".split(" ")].map((one) => plain(period(one)))).toEqual(["Mar 2024", "Q1 2024", "H2 2024", "2024", "FY2024", "17 Mar 2024"]);
    speak("fr");
    expect(plain(period("2024-Q1"))).toBe("T1 2024");
    expect(plain(period("2024-H2"))).toBe("S2 2024");
    expect(plain(period("FY2024"))).toBe("Ex. 2024");
  });

  it("leave what is no date as it was written", () => {
    expect(date("yesterday")).toBe("yesterday");
    expect(date("")).toBe("");
  });
});

describe("figures", () => {
  beforeEach(() => speak("en"));

  it("look different for zero, missing, not applicable and suppressed", () => {
    const shown = [{ value: 0 }, { value: null, kind: "missing" }, { value: null, kind: "not_applicable" }, { value: null, kind: "suppressed" }].map((of) => figure(of));
    expect(new Set(shown).size).toBe(4);
    expect(shown[0]).toBe("0");
  });

  it("say what a sign stands for", () => {
    expect(figureTitle({ value: 5 })).toBe("");
    expect(figureTitle(null)).toBe("Missing");
    expect(figureTitle({ value: null, kind: "suppressed" })).toBe("Suppressed");
  });

  it("name the total and the slices", () => {
    expect(slice("")).toBe("Total");
    expect(slice("age=15-24,sex=f")).toBe("age = 15-24, sex = f");
  });
});

describe("texts of the mission", () => {
  it("fall back to the other language rather than to nothing", () => {
    speak("fr");
    expect(say({ en: "Patrols", fr: "" })).toBe("Patrols");
    expect(say(null)).toBe("");
    expect(word("in_review")).toBe("En revue");
    expect(word("something_new")).toBe("something new");
    expect(t("home.areas", { count: 1 })).toBe("1 zone");
  });
});

describe("periods", () => {
  it("have the lengths of the calendar", () => {
    expect("2024-03-17 2024-03 2024-Q1 2024-H1 2024 FY2024 24 2024-13".split(" ").map(frequencyOf)).toEqual(["day", "month", "quarter", "half_year", "year", "fiscal_year", null, null]);
    expect(firstDay("FY2024", 7).toISOString().slice(0, 10)).toBe("2023-07-01");
    expect(dayAfter("2024-02").toISOString().slice(0, 10)).toBe("2024-03-01");
    expect(containing(new Date("2024-07-01T00:00:00Z"), "fiscal_year", 7)).toBe("FY2025");
  });

  it("follow one another without a hole", () => {
    expect(sequence("2023-11", "2024-02")).toEqual(["2023-11", "2023-12", "2024-01", "2024-02"]);
    expect(sequence("2023-Q4", "2024-Q1")).toEqual(["2023-Q4", "2024-Q1"]);
  });

  it("cover one another", () => {
    expect(covers("FY2024", "2023-Q3")).toBe(true);
    expect(covers("FY2024", "2024-Q3")).toBe(false);
  });
});
