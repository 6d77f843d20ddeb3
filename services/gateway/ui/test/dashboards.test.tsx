// Dashboards: tiles that move and are undone, filters in the address, what a number says, and tiles that have nothing to show.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { compiledMessagesOf } from "../scripts/catalogue.mjs";
import type { DashboardData, DashboardTile, TileData, TileEvents, TileOutcome, TilePlace, TilePoint, TileRating, TileSeries } from "../src/api/types";
import { fitted, scaled } from "../src/charts/bars";
import { activate } from "../src/i18n";
import { askedFilters, byFrequency, changeOf, dataQuery, isComplete, latestOf, moved, newTile, NO_FILTERS, NO_QUERY, NO_STEPS, redone, resized, sliceParts, undone, withFilters, withStep } from "../src/screens/dashboard-model";
import { Tile, titleOf } from "../src/screens/dashboard-tile";
import { byArea, circlesOf } from "../src/screens/dashboard-tile-map";
import { TileForm, toggled } from "../src/screens/dashboard-tile-form";
import { TileTools } from "../src/screens/dashboard-tile-tools";
import { TILE_KINDS } from "../src/words";

const point = (period: string, value: number | null, target: number | null = null): TilePoint => ({ period, value, kind: value === null ? "missing" : "", target, target_low: null, target_high: null });
const series = (points: TilePoint[], part: Partial<TileSeries> = {}): TileSeries => ({ indicator_code: "OC-1", area: "", slice: "", points, targets: [], status: "no_data", next_target: null, ...part });
const tile = (id: string, kind = "number", codes = ["OC-1"]): DashboardTile => ({ id, kind, width: 2, title: null, text: null, query: { ...NO_QUERY, indicator_codes: codes } });
const data = (part: Partial<TileData>): TileData => ({ tile_id: "t1", state: "shown", not_available: [], filtered_out: [], without_data: [], series: [], period: "", left_out: 0, tasks: [], recommendations: null, level: null, outcome: null, events: null, ...part });
const INDICATOR = { code: "OC-1", name: { en: "Civilians killed", fr: "Civils tués" }, unit: "persons", direction: "lower", frequency: "quarter", baseline_value: 90 };
const all = (of: TileData): DashboardData => ({ tiles: [of], indicators: [INDICATOR], areas: [{ code: "CA01", name: { en: "North", fr: "Nord" } }, { code: "CA02", name: { en: "South", fr: "Sud" } }], known_at: "2024-07-01T00:00:00Z", filters: NO_FILTERS });
const ids = (tiles: readonly DashboardTile[]) => tiles.map((one) => one.id);

let root: HTMLElement;
beforeEach(() => {
  activate("en", compiledMessagesOf("en") as Parameters<typeof activate>[1]);
  root = document.createElement("div");
  document.body.replaceChildren(root);
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ areas: [], indicators: [], next_cursor: "" }), { headers: { "Content-Type": "application/json" } }));
});
afterEach(() => {
  act(() => render(null, root));
  vi.unstubAllGlobals();
});

describe("tiles", () => {
  const three = [tile("t1"), tile("t2"), tile("t4")];

  it("get an id that no other has, and what their kind takes", () => {
    expect(newTile("trend", three, "OC-1")).toMatchObject({ id: "t3", width: 2, query: { indicator_codes: ["OC-1"] } });
    expect(newTile("tasks", [], "OC-1").query?.indicator_codes).toEqual([]);
    for (const kind of TILE_KINDS) expect(isComplete(newTile(kind, [], "OC-1")), kind).toBe(kind !== "text" && kind !== "outcome");
    expect(isComplete(newTile("trend", [], ""))).toBe(false);
  });

  it("move within the ends and stay between one column and four", () => {
    expect(ids(moved(three, 0, 2))).toEqual(["t2", "t4", "t1"]);
    expect(ids(moved(three, 2, 1))).toEqual(["t1", "t4", "t2"]);
    expect(ids(moved(three, 0, -1))).toEqual(ids(three));
    expect(ids(moved(three, 1, 3))).toEqual(ids(three));
    expect(resized(three, 1, 9).map((one) => one.width)).toEqual([2, 4, 2]);
    expect(resized(three, 0, -9)[0]?.width).toBe(1);
  });

  it("go back step by step and forward again; typing into one is one step", () => {
    const [one, two] = [moved(three, 0, 1), moved(three, 0, 2)];
    let steps = withStep(NO_STEPS, three);
    steps = withStep(steps, one, "edit t1");
    steps = withStep(steps, two, "edit t1");
    expect(steps.before).toHaveLength(2);
    const back = undone(steps, two);
    expect(ids(back?.tiles ?? [])).toEqual(ids(one));
    const further = undone(back!.steps, back!.tiles);
    expect(ids(further?.tiles ?? [])).toEqual(ids(three));
    expect(undone(further!.steps, further!.tiles)).toBeNull();
    const again = redone(further!.steps, further!.tiles);
    expect(ids(again?.tiles ?? [])).toEqual(ids(one));
    // Another step ends what could be done again.
    expect(redone(withStep(again!.steps, again!.tiles), two)).toBeNull();
  });

  it("show all dimensions as none that is named", () => {
    expect(toggled([], ["sex", "age"], "age", false)).toEqual(["sex"]);
    expect(toggled(["sex"], ["sex", "age"], "age", true)).toEqual([]);
    expect(toggled(["sex"], ["sex", "age"], "sex", false)).toEqual([]);
  });
});

describe("filters", () => {
  it("are the dashboard's own where the address says nothing, and none where it says so", () => {
    expect(askedFilters("build=1")).toBeNull();
    expect(dataQuery("build=1")).toBe("");
    expect(askedFilters("all=1")).toEqual(NO_FILTERS);
    expect(dataQuery("all=1")).toBe("?unfiltered=true");
    expect(dataQuery("area=CA01&from=2024-Q1&view=x")).toBe("?from=2024-Q1&area=CA01");
  });

  it("stand in the address beside what else is there", () => {
    const search = withFilters("build=1&all=1", { ...NO_FILTERS, component: "police" });
    expect(Object.fromEntries(new URLSearchParams(search))).toEqual({ build: "1", component: "police" });
    expect(askedFilters(withFilters(search, NO_FILTERS))).toEqual(NO_FILTERS);
  });
});

describe("a number", () => {
  it("is the newest value, against the period before and no earlier one", () => {
    expect(latestOf([point("2024-Q1", 3), point("2024-Q2", null)])?.now.period).toBe("2024-Q1");
    expect(latestOf([point("2024-Q1", null)])).toBeNull();
    expect(changeOf(series([point("2024-Q1", 3), point("2024-Q2", 5)]), "lower")).toEqual({ by: 2, against: "2024-Q1", better: false });
    expect(changeOf(series([point("2024-Q1", 3), point("2024-Q2", 0)]), "lower")).toMatchObject({ by: -3, better: true });
    expect(changeOf(series([point("2024-Q1", 3), point("2024-Q2", null), point("2024-Q3", 5)]), "lower")).toBeNull();
    expect(changeOf(series([point("2024-Q1", 3), point("2024-Q2", 3)]), "higher")).toMatchObject({ by: 0, better: null });
    expect(changeOf(series([point("2024-Q1", 3), point("2024-Q2", 4)]), "in_range")).toMatchObject({ better: null });
  });

  it("of another rhythm stands under periods of its own", () => {
    const groups = byFrequency([series([point("2024-Q1", 1)]), series([point("2024-01", 1), point("2024-02", 2)]), series([point("2023-Q4", 1)])]);
    expect(groups.map((group) => group.periods)).toEqual([["2023-Q4", "2024-Q1"], ["2024-01", "2024-02"]]);
    expect(sliceParts("sex=f")).toEqual(["sex", "f"]);
  });
});

describe("bars", () => {
  it("begin at zero, also where a value is below it", () => {
    expect([0, 5, 10].map(scaled([5, 10], 100, 200))).toEqual([100, 150, 200]);
    expect([-5, 0, 5].map(scaled([-5, 5], 0, 100))).toEqual([0, 50, 100]);
    expect(scaled([], 0, 100)(0)).toBe(0);
  });

  it("have names that fit", () => {
    expect(fitted("Petit-Fleuve", 200)).toBe("Petit-Fleuve");
    expect(fitted("Petit-Fleuve", 40)).toMatch(/^Petit…$/);
  });
});

describe("colours of maps and heat maps", () => {
  /** Relative luminance, as WCAG 2 defines it. */
  const luminance = (hex: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };

  it("are one step after the other in grey, too, so that hue is not needed", () => {
    const css = readFileSync(join(__dirname, "../src/styles/tokens.css"), "utf8");
    const ramp = [1, 2, 3, 4, 5].map((step) => new RegExp(`--ramp-${step}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(css)?.slice(1) ?? []);
    for (const [scheme, way] of [[0, 1], [1, -1]] as const) {
      const light = ramp.map((pair) => luminance(pair[scheme] ?? "") + 0.05);
      for (let step = 1; step < light.length; step += 1) expect(((light[step - 1] ?? 0) / (light[step] ?? 1)) ** way, `step ${step + 1}, scheme ${scheme}`).toBeGreaterThan(1.25);
    }
  });
});

describe("a tile", () => {
  const draw = (of: DashboardTile, shown: TileData) => act(() => render(<Tile tile={of} data={shown} all={all(shown)} />, root));

  it("says what it cannot show, and draws no empty chart", () => {
    for (const state of ["not_available", "filtered_out", "no_data", "no_areas", "no_slices"]) {
      draw(tile("t1", "trend"), data({ state }));
      expect(root.querySelector(".nothing")?.textContent, state).toBeTruthy();
      expect(root.querySelector("svg"), state).toBeNull();
    }
  });

  it("names those of its indicators that it lacks", () => {
    draw(tile("t1", "table", ["OC-1", "OC-2"]), data({ series: [series([point("2024-Q1", 0), point("2024-Q2", null)])], not_available: ["OC-2"] }));
    expect(root.textContent).toContain("Not available: OC-2");
    // Zero is a number that opens; what is missing is none.
    expect([...root.querySelectorAll("td.n")].map((cell) => cell.textContent)).toEqual(["0", "– (Missing)"]);
    expect(root.querySelectorAll("td button")).toHaveLength(1);
  });

  it("of a number says how it changed in a shape and a word, and against what", () => {
    draw(tile("t1"), data({ series: [series([point("2024-Q1", 63), point("2024-Q2", 42)], { status: "on_track", targets: [{ period: "2024-Q4", value: 20, low: null, high: null }] })] }));
    expect(root.querySelector("h2 a")?.textContent).toBe("Civilians killed");
    expect(root.querySelector(".big")?.textContent).toBe("42");
    expect(root.querySelector(".better")?.textContent).toMatch(/▼ .21 against Q1.2024 \(better\)/);
    expect(root.textContent).toMatch(/20.*Q4.2024/);
  });

  it("with a chart has its table, in which every number opens", () => {
    const areas = ["CA01", "CA02"].map((area, place) => series([point("2024-Q1", place), point("2024-Q2", place === 0 ? 7 : null)], { area }));
    for (const kind of ["ranking", "heat_map", "small_multiples"]) {
      draw(tile("t1", kind), data({ series: areas, period: "2024-Q2" }));
      expect(root.querySelectorAll("svg.chart").length, kind).toBeGreaterThan(0);
      expect(root.querySelectorAll("details table button").length, kind).toBe(3);
      expect(root.querySelector("details table")?.textContent, kind).toContain("North");
    }
    draw(tile("t1", "target_actual"), data({ series: [series([point("2024-Q1", 1, 3)])] }));
    expect(root.querySelectorAll("svg.versus .target")).toHaveLength(1);
    expect(root.querySelector("details table")?.textContent).toContain("Target");
    draw(tile("t1", "slices"), data({ series: [series([point("2024-Q1", 4)], { slice: "sex=f" }), series([point("2024-Q1", 6)], { slice: "age=0-17" })] }));
    expect([...root.querySelectorAll(".bars .group")].map((one) => one.textContent)).toEqual(["sex", "age"]);
  });

  it("draws a target that is a range, and tells the next one", () => {
    const next_target = { period: "2025", value: null, low: 10, high: null };
    const ranged = { ...point("2024-Q1", 42), target_low: 10, target_high: 50 };
    draw(tile("t1", "target_actual"), data({ series: [series([ranged, point("2024-Q2", 7)], { next_target })] }));
    expect(root.querySelectorAll("svg.versus .aimed")).toHaveLength(1);
    expect(root.querySelectorAll("svg.versus .target")).toHaveLength(0);
    expect(root.textContent).not.toContain("No target is set");
    expect(root.textContent).toContain("Next target: ≥ 10 (2025)");
    expect(root.querySelector("details table")?.textContent).toContain("10 – 50");
  });

  it("of an outcome says how it was rated, what was found last and where its indicators stand", () => {
    const found = (id: string, progress_rating: string): TileRating => ({ finding_id: id, assessment_id: "a", assessment: { en: `Half ${id}`, fr: "" }, progress_rating, performance_rating: progress_rating && "weak", direction: "mixed", confidence: "low", narrative: { en: `Told by ${id}`, fr: "" }, evidence: 2, recorded_at: "2024-07-01T00:00:00Z", evidence_path: "assessments/a?outcome=o" });
    const outcome: TileOutcome = { lineage_id: "o", number: "1.1", statement: { en: "Groups stop attacks", fr: "" }, status: "at_risk", ratings: [found("2", "at_risk"), found("1", "off_track")], latest: found("3", "") };
    const measured = series([point("2024-Q1", 63), point("2024-Q2", 42)], { status: "on_track", targets: [{ period: "2024-Q4", value: 20, low: null, high: null }] });
    draw({ ...tile("t1", "outcome", []), title: null }, data({ outcome, series: [measured] }));
    expect(root.querySelector("h2")?.textContent).toBe("1.1 Groups stop attacks");
    expect(root.textContent).toContain("Told by 3");
    expect([...root.querySelectorAll<HTMLAnchorElement>("a[href*='assessments/a?outcome=o']")]).toHaveLength(3);
    expect(root.querySelectorAll("table")).toHaveLength(2);
    expect(root.querySelectorAll("td button")).toHaveLength(1);
    draw(tile("t1", "outcome", []), data({ outcome: { ...outcome, ratings: [], latest: null } }));
    expect(root.textContent).toContain("No assessment has found anything");
    expect(root.textContent).toContain("Nothing measures this outcome");
  });

  it("of a map keeps events without a point in its table only", () => {
    const place = (area: string, longitude: number | null, events: number): TilePlace => ({ area, longitude, latitude: longitude, events, deaths_best: events, without_deaths: 1 });
    const places = [place("CA01", 20.5, 3), place("CA02", null, 4), place("CA01", 20.9, 2)];
    expect(circlesOf(places).map((one) => one.events)).toEqual([3, 2]);
    expect(byArea(places)).toEqual([{ area: "CA01", events: 5, deaths: 5, unknown: 2 }, { area: "CA02", events: 4, deaths: 4, unknown: 1 }]);
    const events: TileEvents = { known: true, places, events: 9, first_date: "", last_date: "", cell_degrees: 0.1, classification: "confidential" };
    draw(tile("t1", "map"), data({ period: "2024-Q1", series: [series([point("2024-Q1", 1)], { area: "CA01" })], events }));
    const links = [...root.querySelectorAll<HTMLAnchorElement>("details a[href*='context?area=']")];
    expect(links.map((one) => one.textContent)).toEqual(["5", "4"]);
    draw(tile("t1", "map"), data({ series: [series([point("2024-Q1", 1)], { area: "CA01" })], events: { ...events, known: false, places: [] } }));
    expect(root.querySelectorAll("details")).toHaveLength(1);
  });

  it("has its own title before that of what it shows", () => {
    expect(titleOf({ ...tile("t1"), title: { en: "Deaths", fr: "" } }, [INDICATOR])).toBe("Deaths");
    expect(titleOf(tile("t1"), [INDICATOR])).toBe("Civilians killed");
    expect(titleOf(tile("t1", "table", ["OC-1", "OC-2"]), [INDICATOR])).toBe("Indicators");
    expect(titleOf(tile("t1", "target_actual", ["OC-1", "OC-2"]), [INDICATOR])).toBe("Target and actual");
    expect(titleOf(tile("t1", "trend", ["OC-9"]), [INDICATOR])).toBe("OC-9");
  });
});

describe("building", () => {
  it("moves and widens a tile by keys on its grip, and by buttons", () => {
    const [move, resize, remove, edit] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()];
    act(() => render(<TileTools name="Deaths" place={1} count={3} width={4} move={move} resize={resize} remove={remove} edit={edit} />, root));
    const grip = root.querySelector<HTMLButtonElement>(".handle");
    const press = (key: string, shiftKey = false) => act(() => void grip?.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey, bubbles: true })));
    press("ArrowLeft");
    press("ArrowDown");
    press("ArrowRight", true);
    press("a");
    expect(move.mock.calls).toEqual([[1, 0], [1, 2]]);
    expect(resize.mock.calls).toEqual([[1, 1]]);
    const named = (label: string) => root.querySelector<HTMLButtonElement>(`button[aria-label="${label}: Deaths"]`);
    expect(named("Wider")?.disabled).toBe(true);
    act(() => named("Narrower")?.click());
    act(() => named("Remove")?.click());
    act(() => named("Edit")?.click());
    expect(resize).toHaveBeenLastCalledWith(1, -1);
    expect([remove.mock.calls.length, edit.mock.calls.length]).toEqual([1, 1]);
  });

  it("says each change of a tile at once", () => {
    const change = vi.fn();
    act(() => render(<TileForm tile={newTile("text", [], "")} onChange={change} />, root));
    const area = root.querySelector("textarea");
    act(() => {
      if (area) area.value = "Are people safer?";
      area?.dispatchEvent(new Event("input", { bubbles: true }));
    });
    expect(change).toHaveBeenLastCalledWith(expect.objectContaining({ text: { en: "Are people safer?", fr: "" } }));
  });
});
