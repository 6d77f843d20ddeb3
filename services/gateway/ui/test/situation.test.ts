// The map of the context in a period: levels of areas, the steps of the slider, the map in force, and events added up.
import { describe, expect, it } from "vitest";
import type { Area, ContextFactor, ContextMap, EventCounts } from "../src/api/types";
import { gathered, legendCounts, mostAnywhere, radius, rolledUp } from "../src/charts/gathered";
import { ancestorAt, levelOf, levelsOf, onLevel, partly } from "../src/charts/levels";
import { inForce, mapBefore, monthsIn, moved, spanOf, stepsOf } from "../src/charts/time";

const area = (code: string, level: number, parent_code = "") => ({ code, level, parent_code }) as Area;
const AREAS = [area("CF", 0), area("CF1", 1, "CF"), area("CF2", 1, "CF"), area("CF11", 2, "CF1"), area("CF12", 2, "CF1"), area("CF21", 2, "CF2")];
const factor = (id: string, severity: number, areas: string[], effect = "inhibits") => ({ id, severity, areas, effect }) as ContextFactor;
const map = (id: string, period: string, more: Partial<ContextMap> = {}) => ({ id, period, state: "published", published_at: "", areas: [], factors: [], ...more }) as unknown as ContextMap;

describe("areas of a level", () => {
  const byCode = new Map(AREAS.map((one) => [one.code, one]));
  it("are what another area lies in, never what lies in it", () => {
    expect(ancestorAt("CF11", 1, byCode)).toBe("CF1");
    expect(ancestorAt("CF1", 1, byCode)).toBe("CF1");
    expect(ancestorAt("CF", 1, byCode)).toBeNull();
    expect(ancestorAt("GONE", 1, byCode)).toBeNull();
  });
  it("a loop of parents ends", () => {
    const loop = new Map([["A", area("A", 2, "B")], ["B", area("B", 2, "A")]]);
    expect(ancestorAt("A", 1, loop)).toBeNull();
  });
  it("are those that most of a map speaks of, else the first below the country", () => {
    expect(levelOf(map("m", "2024", { factors: [factor("f", 1, ["CF11", "CF12", "CF1"])] }), AREAS)).toBe(2);
    expect(levelOf(map("m", "2024", { areas: ["CF"], factors: [factor("f", 1, [])] }), AREAS)).toBe(0);
    expect(levelOf(undefined, AREAS)).toBe(1);
    expect(levelOf(undefined, [area("X", 2), area("Y", 3)])).toBe(2);
    expect(levelsOf(AREAS)).toEqual([0, 1, 2]);
  });
  it("carry a factor about their part once, marked; one about a larger area is listed", () => {
    const found = onLevel(map("m", "2024", { factors: [factor("part", 3, ["CF11", "CF12"]), factor("whole", 2, ["CF1", "CF11"]), factor("good", 5, ["CF2"], "promotes"), factor("wide", 4, ["CF", "CF2"]), factor("gone", 1, ["GONE"])] }), AREAS, 1);
    expect(found.values.get("CF1")?.value).toBe(5);
    expect(found.values.get("CF2")?.value).toBe(4);
    expect(found.factors.get("CF1")?.map((one) => one.parts)).toEqual([["CF11", "CF12"], []]);
    expect([...partly(found)]).toEqual(["CF1"]);
    expect(found.elsewhere.map((one) => [one.factor.id, one.areas])).toEqual([["wide", ["CF"]], ["gone", ["GONE"]]]);
  });
  it("a factor of a map without areas is of the whole mission", () => {
    expect(onLevel(map("m", "2024", { factors: [factor("all", 3, [])] }), AREAS, 1).elsewhere.map((one) => one.areas)).toEqual([[""]]);
    expect(onLevel(map("m", "2024", { areas: ["CF1"], factors: [factor("all", 3, [])] }), AREAS, 1).values.get("CF1")?.value).toBe(3);
  });
});

const COUNTS = {
  places: [{ area: "CF11", longitude: 18, latitude: 4 }, { area: "CF11", longitude: null, latitude: null }, { area: "CF2", longitude: 20, latitude: 5 }],
  kinds: ["Battles", "Riots"],
  has_other_kinds: false,
  counts: [
    { place: 0, kind: 0, period: "2024-01", events: 4, deaths_best: 9, without_deaths: 1 },
    { place: 0, kind: 0, period: "2024-02", events: 5, deaths_best: 0, without_deaths: 0 },
    { place: 0, kind: 1, period: "2024-02", events: 1, deaths_best: 0, without_deaths: 0 },
    { place: 1, kind: 0, period: "2024-02", events: 3, deaths_best: 1, without_deaths: 0 },
    { place: 2, kind: 0, period: "2024", events: 7, deaths_best: 2, without_deaths: 0 },
    { place: 2, kind: 0, period: "2025-03", events: 2, deaths_best: 2, without_deaths: 0 },
  ],
  cell_degrees: 0.1,
  frequency: "month",
  first_date: "2024-01-01",
  last_date: "2025-03-31",
  events: 22,
  classification: "unclassified",
} as EventCounts;
const months = (from: string, to: string): [number, number] => {
  const steps = stepsOf(COUNTS, [], 7);
  return monthsIn(steps, spanOf(steps, from, to));
};

describe("events in a period", () => {
  it("are those that lie in it for certain; what is known to the year only waits for the year", () => {
    const february = gathered(COUNTS, months("2024-02", "2024-02"), null);
    expect([february.events, february.deaths, february.atNoPoint, february.beyond]).toEqual([9, 1, 3, 7]);
    expect(february.clusters).toEqual([{ area: "CF11", longitude: 18, latitude: 4, events: 6, deaths: 0 }]);
    const year = gathered(COUNTS, months("2024-01", "2024-12"), null);
    expect([year.events, year.beyond, year.withoutDeaths]).toEqual([20, 0, 1]);
    expect(year.clusters.map((one) => one.events)).toEqual([10, 7]);
  });
  it("can be of one type", () => expect(gathered(COUNTS, months("2024-01", "2024-12"), 1).events).toBe(1));
  it("add up to the areas that theirs lie in; what lies in none keeps its code", () => {
    const byCode = new Map(AREAS.map((one) => [one.code, one]));
    const sums = rolledUp(gathered(COUNTS, months("2024-01", "2024-12"), null).byArea, (code) => ancestorAt(code, 1, byCode));
    expect([...sums].map(([code, sum]) => [code, sum.events])).toEqual([["CF1", 13], ["CF2", 7]]);
    expect([...rolledUp(new Map([["OLD", { events: 1, deaths: 0, withoutDeaths: 0, atNoPoint: 0 }]]), () => null).keys()]).toEqual(["OLD"]);
  });
  it("keep the scale of their circles while the period moves", () => {
    expect(mostAnywhere(COUNTS, 1, null)).toBe(6);
    expect(mostAnywhere(COUNTS, 2, null)).toBe(10);
    expect(mostAnywhere(COUNTS, 2, 1)).toBe(1);
    expect(mostAnywhere(COUNTS, 12, null)).toBe(10);
    expect(radius(100, 100, 20)).toBe(20);
    expect(radius(25, 100, 20)).toBe(10);
    expect(radius(1, 10_000, 20)).toBe(2);
    expect(radius(4, 4, 20)).toBe(10);
    expect(legendCounts(100)).toEqual([100, 25, 1]);
    expect(legendCounts(1)).toEqual([1]);
  });
});

describe("the slider", () => {
  it("goes over all that events and maps speak of, and shows the last year first", () => {
    const steps = stepsOf(COUNTS, [map("m", "2025-H1")], 7);
    expect([steps.unit, steps.periods[0], steps.periods.at(-1), steps.periods[steps.last]]).toEqual(["month", "2024-01", "2025-06", "2025-03"]);
    const span = spanOf(steps, "", "");
    expect([steps.periods[span.from], steps.periods[span.to]]).toEqual(["2024-04", "2025-03"]);
  });
  it("reads the address, also one of another step, and what is no period as nothing", () => {
    const steps = stepsOf(COUNTS, [], 7);
    expect(spanOf(steps, "2024-Q1", "2024-Q2")).toEqual({ from: 0, to: 5 });
    expect(spanOf(steps, "2024-05", "2024-02")).toEqual({ from: 1, to: 1 });
    expect(spanOf(steps, "never", "1999")).toEqual({ from: 3, to: 14 });
  });
  it("moves a span as it is", () => expect(moved({ from: 2, to: 5 }, 9)).toEqual({ from: 6, to: 9 }));
  it("has longer steps where years are all that is known, and where there would be too many", () => {
    const yearly = { ...COUNTS, counts: COUNTS.counts.map((one) => ({ ...one, period: one.period.slice(0, 4) })), last_date: "2025-12-31" };
    expect(stepsOf(yearly, [], 7)).toEqual({ unit: "year", periods: ["2024", "2025"], last: 1 });
    expect(stepsOf({ ...COUNTS, first_date: "1995-01-01" }, [], 7).unit).toBe("quarter");
    expect(stepsOf({ ...COUNTS, frequency: "quarter" }, [], 7).unit).toBe("quarter");
  });
  it("is not there where nothing is known, and goes over maps alone", () => {
    expect(stepsOf(undefined, [], 7).periods).toEqual([]);
    expect(stepsOf(undefined, [map("a", "FY2024"), map("b", "2024-Q4")], 7).periods.map((one) => one).filter((_, place, all) => place === 0 || place === all.length - 1)).toEqual(["2023-07", "2024-12"]);
  });
});

describe("the context map in force", () => {
  const maps = [map("draft", "2025-Q2", { state: "draft" }), map("b", "2025-Q1", { published_at: "2025-05" }), map("a", "2024-Q3", { state: "superseded", published_at: "2024-11" }), map("a0", "2024-Q3", { state: "superseded", published_at: "2024-10" })];
  const at = (year: number, month: number) => inForce(maps, year * 12 + month - 1, 7);
  it("is the one of that time, of two the one that was published last", () => {
    expect([at(2024, 8)?.map.id, at(2024, 8)?.as]).toEqual(["a", "of_it"]);
    expect([at(2025, 3)?.map.id, at(2025, 3)?.as]).toEqual(["b", "of_it"]);
  });
  it("is the last one before a time of which none speaks, and none before the first", () => {
    expect([at(2024, 12)?.map.id, at(2024, 12)?.as]).toEqual(["a", "before"]);
    expect(at(2024, 5)).toBeNull();
  });
  it("is a draft only where nothing is published", () => {
    expect(inForce([maps[0] as ContextMap], 0, 7)?.as).toBe("draft");
    expect(inForce([], 0, 7)).toBeNull();
  });
  it("follows another one", () => {
    expect(mapBefore(maps, maps[1] as ContextMap, 7)?.id).toBe("a");
    expect(mapBefore(maps, maps[2] as ContextMap, 7)?.id).toBe("a0");
    expect(mapBefore(maps, maps[3] as ContextMap, 7)).toBeNull();
  });
});
