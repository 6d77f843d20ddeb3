// Rules of dashboards on the screen: how tiles move, what is undone, what the address asks for, what a number says.
import type { Dashboard, DashboardFilters, DashboardQuery, DashboardTile, TilePoint, TileSeries } from "../api/types";
import type { Figure } from "../i18n/format";
import { frequencyOf } from "../i18n/periods";
import { TILE_KINDS } from "../words";

export const COLUMNS = 4;
export const TILES_MAX = 24;
export const INDICATORS_A_TILE_MAX = 12;
/** Steps that can be undone. */
const STEPS_MAX = 60;

export type TileKind = (typeof TILE_KINDS)[number];

/** What of a dashboard is written. */
export type Content = Pick<Dashboard, "title" | "tiles" | "filters" | "shared" | "classification">;

export const NO_FILTERS: DashboardFilters = { from: "", until: "", area: "", component: "", marker: "" };
export const FILTER_NAMES = ["from", "until", "area", "component", "marker"] as const;
/** Markers that are asked for; "gender" finds gender:0 to gender:3. */
export const MARKERS = ["gender", "poc", "youth", "a4p+", "sdg16"] as const;

export const NO_QUERY: DashboardQuery = { indicator_codes: [], area: "", level: null, dimensions: [], most: 0, outcome: "", events: false };

/** Whether a kind shows indicators, and how many of them it takes; 0: none has to be named. */
export function indicatorsOf(kind: string): number {
  if (kind === "number" || kind === "table" || kind === "target_actual") return INDICATORS_A_TILE_MAX;
  return ["text", "tasks", "recommendations", "outcome"].includes(kind) ? 0 : 1;
}

/** Whether a kind shows areas beside each other. */
export const spreads = (kind: string): boolean => ["ranking", "heat_map", "small_multiples", "map"].includes(kind);

/** Whether a tile has what it takes to be shown. */
export function isComplete(tile: DashboardTile): boolean {
  if (tile.kind === "text") return Boolean(tile.text?.en.trim() || tile.text?.fr.trim());
  if (tile.kind === "outcome") return Boolean(tile.query?.outcome);
  return indicatorsOf(tile.kind) === 0 || (tile.query?.indicator_codes.length ?? 0) > 0;
}

/** A new tile with an id that no other has. */
export function newTile(kind: TileKind, tiles: readonly DashboardTile[], code: string): DashboardTile {
  const taken = new Set(tiles.map((tile) => tile.id));
  let place = 1;
  while (taken.has(`t${place}`)) place += 1;
  const codes = indicatorsOf(kind) > 0 && code ? [code] : [];
  const width = kind === "number" ? 1 : kind === "text" || kind === "table" ? COLUMNS : 2;
  return { id: `t${place}`, kind, width, title: { en: "", fr: "" }, text: kind === "text" ? { en: "", fr: "" } : null, query: { ...NO_QUERY, indicator_codes: codes } };
}

/** The tiles with one at another place; places beyond the ends change nothing. */
export function moved(tiles: readonly DashboardTile[], from: number, to: number): DashboardTile[] {
  const next = [...tiles];
  if (from === to || from < 0 || to < 0 || from >= next.length || to >= next.length) return next;
  const [tile] = next.splice(from, 1);
  if (tile) next.splice(to, 0, tile);
  return next;
}

/** The tiles with one wider or narrower by some columns, within 1 and 4. */
export function resized(tiles: readonly DashboardTile[], place: number, by: number): DashboardTile[] {
  return tiles.map((tile, at) => (at === place ? { ...tile, width: Math.max(1, Math.min(COLUMNS, tile.width + by)) } : tile));
}

/** What was done to tiles, so that it can be undone and done again. */
export interface Steps {
  before: readonly (readonly DashboardTile[])[];
  after: readonly (readonly DashboardTile[])[];
  /** What the last step worked on: more of the same is the same step. */
  at: string;
}

export const NO_STEPS: Steps = { before: [], after: [], at: "" };

/** With a step from `now`; a step that goes on with the same (typing into one tile) is one. */
export function withStep(steps: Steps, now: readonly DashboardTile[], at = ""): Steps {
  if (at && at === steps.at) return { ...steps, after: [] };
  return { before: [...steps.before, now].slice(-STEPS_MAX), after: [], at };
}

/** One step back: the tiles as they were, or null. */
export function undone(steps: Steps, now: readonly DashboardTile[]): { steps: Steps; tiles: readonly DashboardTile[] } | null {
  const tiles = steps.before.at(-1);
  return tiles ? { tiles, steps: { before: steps.before.slice(0, -1), after: [...steps.after, now], at: "" } } : null;
}

/** One step forward again. */
export function redone(steps: Steps, now: readonly DashboardTile[]): { steps: Steps; tiles: readonly DashboardTile[] } | null {
  const tiles = steps.after.at(-1);
  return tiles ? { tiles, steps: { before: [...steps.before, now], after: steps.after.slice(0, -1), at: "" } } : null;
}

/** The filters that the address asks for; null: it says nothing, and the dashboard opens with its own. */
export function askedFilters(search: string): DashboardFilters | null {
  const asked = new URLSearchParams(search);
  if (!asked.has("all") && !FILTER_NAMES.some((name) => asked.get(name))) return null;
  return { from: asked.get("from") ?? "", until: asked.get("until") ?? "", area: asked.get("area") ?? "", component: asked.get("component") ?? "", marker: asked.get("marker") ?? "" };
}

/** The address with these filters; without any it says so, for those of the dashboard would come back. */
export function withFilters(search: string, filters: DashboardFilters): string {
  const next = new URLSearchParams(search);
  for (const name of FILTER_NAMES) {
    if (filters[name]) next.set(name, filters[name]);
    else next.delete(name);
  }
  if (FILTER_NAMES.some((name) => filters[name])) next.delete("all");
  else next.set("all", "1");
  return next.toString();
}

/** The query of the data for what the address asks. */
export function dataQuery(search: string): string {
  const asked = askedFilters(search);
  if (!asked) return "";
  const query = new URLSearchParams();
  for (const name of FILTER_NAMES) if (asked[name]) query.set(name, asked[name]);
  if (query.size === 0) query.set("unfiltered", "true");
  return `?${query}`;
}

/** The newest value of a series, and the point of the period before it. */
export function latestOf(points: readonly TilePoint[]): { now: TilePoint; before: TilePoint | null } | null {
  const place = points.findLastIndex((point) => point.value !== null);
  const now = points[place];
  return now ? { now, before: points[place - 1] ?? null } : null;
}

export interface Change {
  by: number;
  against: string;
  /** null: neither, or nobody can say. */
  better: boolean | null;
}

/** The change against the period before; null without a value there. */
export function changeOf(series: TileSeries, direction: string): Change | null {
  const latest = latestOf(series.points);
  const [now, before] = [latest?.now.value ?? null, latest?.before?.value ?? null];
  if (now === null || before === null || !latest?.before) return null;
  const by = now - before;
  const better = by === 0 || direction === "in_range" ? null : by > 0 === (direction === "higher");
  return { by, against: latest.before.period, better };
}

/** Series under the same periods: one table for each length of period, its columns in order. */
export function byFrequency(series: readonly TileSeries[]): { periods: string[]; rows: TileSeries[] }[] {
  const groups = new Map<string, TileSeries[]>();
  for (const one of series) {
    const frequency = frequencyOf(one.points[0]?.period ?? "") ?? "";
    groups.set(frequency, [...(groups.get(frequency) ?? []), one]);
  }
  return [...groups.values()].map((rows) => ({ rows, periods: [...new Set(rows.flatMap((row) => row.points.map((point) => point.period)))].sort() }));
}

/** What a series says of a period. */
export const pointAt = (series: TileSeries, at: string): Figure => series.points.find((point) => point.period === at) ?? { value: null, kind: "missing" };

/** The dimension and the category of a slice of one category. */
export function sliceParts(slice: string): [dimension: string, category: string] {
  const [dimension = "", category = ""] = slice.split("=");
  return [dimension, category];
}
