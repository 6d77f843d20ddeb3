// Small rules of the screens: drafts that are kept, numbers as typed, classes of a map, spans of a target.
import { beforeEach, describe, expect, it } from "vitest";
import type { Indicator, Point, Target } from "../src/api/types";
import { classesOf, projected } from "../src/charts/map";
import { filled, targetSpan } from "../src/charts/series";
import { sparkPath } from "../src/charts/spark";
import { language } from "../src/i18n";
import { dropDraft, keepDraft, readDraft } from "../src/parts/draft";
import { numberOf } from "../src/parts/field";
import { changeTicks } from "../src/charts/series";
import { gridOf, placed } from "../src/screens/assessment-contribution";
import type { GatheredItem } from "../src/api/types";
import { isNoted, noted, picksOf, referencesOf, speaking } from "../src/screens/assessment-picks";
import { valueKind } from "../src/screens/data-enter";
import { pieces } from "../src/screens/fact-sheet-preview";
import { headingsOf } from "../src/screens/imports";
import { disaggregationsOf } from "../src/screens/indicator-form";
import { shifted } from "../src/screens/stakeholders";
import { plain } from "../src/shell/search";

const point = (period: string, value: number | null): Point => ({ period, value, numerator: null, denominator: null, kind: value === null ? "missing" : "value", observations: 1, coverage: 1, share_verified: 1, mismatch: false, note: null });

describe("a draft", () => {
  beforeEach(() => localStorage.clear());

  it("is there again after a reload, and gone after it was sent", () => {
    keepDraft("plan", { title: "typed" });
    expect(readDraft("plan")).toEqual({ title: "typed" });
    dropDraft("plan");
    expect(readDraft("plan")).toBeNull();
  });

  it("that is broken is no draft", () => {
    localStorage.setItem("cpas.draft.nobody.plan", "{");
    expect(readDraft("plan")).toBeNull();
  });
});

describe("what was typed", () => {
  it("is a number with a point or a comma, nothing, or no number", () => {
    expect(["12.5", "12,5", "1 234", "", "twelve"].map(numberOf)).toEqual([12.5, 12.5, 1234, null, Number.NaN]);
    // A thousand, or a bit more than one: in English nobody can tell; a French comma is a decimal one.
    expect(["1,234", "12,345,678", "1,23", "0,1234"].map(numberOf)).toEqual([Number.NaN, Number.NaN, 1.23, 0.1234]);
    language.value = "fr";
    expect(numberOf("1,234")).toBe(1.234);
    language.value = "en";
  });

  it("finds words without their accents", () => {
    expect(plain("Sécurité")).toBe("securite");
  });

  it("names disaggregations line by line", () => {
    expect(disaggregationsOf("sex: f, m\n\nage: 0-14")).toEqual([{ dimension: "sex", categories: ["f", "m"] }, { dimension: "age", categories: ["0-14"] }] satisfies Indicator["disaggregations"]);
  });
});

describe("a series", () => {
  it("has a gap where a period is missing", () => {
    expect(filled([point("2024-01", 1), point("2024-03", 3)]).map((one) => one.value)).toEqual([1, null, 3]);
    expect(sparkPath([1, null, 3, 4]).match(/M/g)).toHaveLength(2);
    expect(sparkPath([null, null])).toBe("");
  });

  it("draws a yearly target over the months of its year", () => {
    const target = { period: "2024", value: 5 } as Target;
    const points = filled([point("2023-11", 1), point("2024-02", 1)]);
    expect(targetSpan(target, points)).toEqual([2, 3]);
    expect(targetSpan({ ...target, period: "2030" }, points)).toBeNull();
  });
});

describe("a map", () => {
  it("has at most five classes, fewer for few values", () => {
    expect(classesOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toHaveLength(5);
    expect(classesOf([3, 3, 3])).toEqual([3]);
    expect(classesOf([])).toEqual([]);
  });

  it("projects points, whichever way round a ring goes", () => {
    const square = { type: "Polygon" as const, coordinates: [[[0, 0], [90, 0], [90, 45], [0, 0]]] };
    const made = projected(square);
    expect(made.type === "Polygon" && made.coordinates[0]?.[1]?.[0]).toBeCloseTo(Math.PI / 2);
  });
});

describe("rules of the screens", () => {
  it("mark a stance that moved by two or more", () => {
    expect(shifted({ stance: 1, previous_stance: -1 })).toBe(true);
    expect(shifted({ stance: 1, previous_stance: 0 })).toBe(false);
    expect(shifted({ stance: 1, previous_stance: null })).toBe(false);
  });

  it("ask for the value that an indicator takes", () => {
    expect(["count", "ratio", "scale", "qualitative"].map(valueKind)).toEqual(["value", "ratio", "level", "text"]);
  });

  it("keep the evidence of a finding that the form does not show, with its note", () => {
    const kept = [{ kind: "event", id: "e", note: "The market" }, { kind: "note", id: "", note: "old" }];
    expect(referencesOf([...picksOf(kept), "analysis x"], " new ", new Map([["analysis x", "OC-1"]]), kept)).toEqual([
      { kind: "event", id: "e", note: "The market" },
      { kind: "analysis", id: "x", note: "OC-1" },
      { kind: "note", id: "", note: "new" },
    ]);
    expect(referencesOf([], " ")).toEqual([]);
  });

  it("put the words of a note in and take them out again", () => {
    expect(noted("", "Elders say so")).toBe("Elders say so");
    expect(noted("First.", "Elders say so")).toBe("First.\nElders say so");
    expect(isNoted("First.\n Elders say so", "Elders say so")).toBe(true);
    expect(noted("First.\nElders say so", "Elders say so")).toBe("First.");
    expect(isNoted("Elders say so, and more", "Elders say so")).toBe(false);
  });

  it("show what speaks to a question where only that is asked for, in the order of the rule", () => {
    const items = [{ questions: ["link"] }, { questions: ["change", "link"] }, { questions: ["next"] }] as GatheredItem[];
    expect(speaking(items, "link", false)).toEqual(items);
    expect(speaking(items, "link", true)).toEqual(items.slice(0, 2));
  });

  it("put numbers into sentences", () => {
    expect(pieces("In June {number:a-1} died.")).toEqual(["In June ", { number: "a-1" }, " died."]);
  });

  it("read the headings of a file with either delimiter and a mark before them", () => {
    expect(headingsOf('\ufeff"code";pcode;n\r\n1;2;3')).toEqual(["code", "pcode", "n"]);
    expect(headingsOf("code,pcode,n")).toEqual(["code", "pcode", "n"]);
  });
});

describe("a contribution", () => {
  it("places its interval, and runs an open end to the edge", () => {
    expect(placed({ coefficient: -2, low: -4, high: 0 }, 120, 10)).toEqual({ zero: 110, at: 60, low: 10, high: 110 });
    expect(placed({ coefficient: 1, low: null, high: 3 }, 120, 10)).toMatchObject({ zero: 10, low: 0, high: 110 });
    expect(placed({ coefficient: null, low: null, high: null })).toBeNull();
  });

  it("shows areas under periods in order, and what is unknown as unknown", () => {
    const cell = (area: string, period: string, dose: number | null) => ({ area, period, dose, outcome: 1 });
    const { periods, rows } = gridOf([cell("A", "2024-02", 3), cell("A", "2024-01", null), cell("B", "2024-02", 0)]);
    expect(periods).toEqual(["2024-01", "2024-02"]);
    expect(rows.map((row) => row.area)).toEqual(["A", "B"]);
    expect(rows[0]?.cells.get("2024-01")?.dose).toBeNull();
    expect(rows[1]?.cells.get("2024-01")).toBeUndefined();
    expect(rows[1]?.cells.get("2024-02")?.dose).toBe(0);
  });
});

describe("changes on a chart", () => {
  it("have words that do not meet, and stay inside", () => {
    const points = ["2020", "2021", "2022", "2023"].map((period) => ({ period }));
    const change = (period: string) => ({ period, change: "rise", before: 1, after: 2 });
    const ticks = changeTicks([change("2021"), change("2022"), change("1999"), change("2023")], points, (place) => place * 20, 1000, (text) => text);
    expect(ticks.map((tick) => [tick.period, tick.at, tick.anchor])).toEqual([["2021", 20, "start"], ["2022", 40, "start"], ["2023", 60, "start"]]);
    expect(new Set(ticks.map((tick) => tick.row)).size).toBeGreaterThan(1);
    expect(changeTicks([change("2023")], points, (place) => place * 20, 61, (text) => text)[0]?.anchor).toBe("end");
  });
});
