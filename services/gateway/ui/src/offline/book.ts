// The cells of grids as they were read on this browser, put together: without a line a grid is drawn from them, also one
// that was never opened in just this view.
import { keepUnder, keptRead, keptReads, type KeptRead, readerNow } from "../api/kept";
import type { EntryCell, ListEntryCellsResponse, ListIndicatorsResponse, RuleBreach } from "../api/types";
import { type CellAt, nameOf, type Seen } from "./change";

/** Stored cells that are remembered beside what was read; the oldest go. */
const TOOK_MAX = 2_000;

interface Took {
  at: number;
  cell: EntryCell;
}

const tookUnder = (mission: string) => `/missions/${mission}/entry-took`;

/** Cells with the moment at which they were known to say so: of each the newest. */
export function newest(known: readonly Took[]): Map<string, EntryCell> {
  const found = new Map<string, EntryCell>();
  for (const { cell } of [...known].sort((one, other) => one.at - other.at)) found.set(nameOf(cell), cell);
  return found;
}

/** True when a read of `kept` holds every cell that `asked` asks for; both are the parameters of a list of cells. */
export function holds(kept: URLSearchParams, asked: URLSearchParams, sectionOf: (indicator: string) => string | undefined): boolean {
  const [first, last] = [kept.get("first_period") ?? "", kept.get("last_period") ?? ""];
  const [from, to] = [asked.get("first_period") ?? "", asked.get("last_period") ?? ""];
  // Periods of one length are written so that they sort.
  if (first.length !== from.length || from < first || to > last) return false;
  const section = asked.get("section") ?? sectionOf(asked.get("indicator") ?? "");
  const what = kept.has("section") ? kept.get("section") === section : kept.get("indicator") === asked.get("indicator");
  if (!what) return false;
  return kept.get("every_area") === "true" || (asked.get("every_area") !== "true" && (kept.get("area") ?? "") === (asked.get("area") ?? ""));
}

/**
 * The answer to a list of cells from what was kept, and since when it stands. 0: a part of it was never read here, and an empty
 * cell may hold a value. undefined: nothing of the mission was read here.
 */
export async function cellsKept(path: string): Promise<{ at: number; data: ListEntryCellsResponse } | undefined> {
  const [below = "", query = ""] = path.split("?");
  const mission = below.split("/")[2] ?? "";
  const asked = new URLSearchParams(query);
  const reads = await keptReads<ListEntryCellsResponse>(`${below}?`);
  const indicators = (await keptRead<ListIndicatorsResponse>(`/missions/${mission}/indicators?page_size=500`))?.data.indicators ?? [];
  const sections = new Map(indicators.map((one) => [one.code, one.owner_section]));
  const holding = reads.filter((one) => holds(new URLSearchParams(one.key.split("?").at(-1)), asked, (code) => sections.get(code)));
  if (indicators.length === 0) return undefined;
  const took = (await keptRead<Took[]>(tookUnder(mission)))?.data ?? [];
  const known = [...reads.flatMap((one) => one.data.cells.map((cell) => ({ at: one.at, cell }))), ...took];
  const wanted = [...newest(known).values()].filter((cell) => (asked.has("section") ? sections.get(cell.indicator_code) === asked.get("section") : cell.indicator_code === asked.get("indicator")));
  // What was said about cells is not put together: the newest read that holds them all has it.
  const last = [...holding].sort((one, other) => other.at - one.at)[0];
  const signs = (last?.data.signs ?? []).filter((sign) => (asked.has("section") ? sections.get(sign.indicator_code) === asked.get("section") : sign.indicator_code === asked.get("indicator")));
  return { at: Math.max(0, ...holding.map((one: KeptRead) => one.at)), data: { cells: wanted, signs } };
}

/** A cell as it stands after a change of it was stored. */
export function cellOf(cell: CellAt, seen: Seen, breaches: RuleBreach[]): EntryCell {
  return { ...cell, ...seen.said, id: seen.id, version: seen.version, note: seen.note, state: seen.state, recorded_by: seen.by, reason: "", breaches };
}

let adding: Promise<void> = Promise.resolve();

/** Remembers what was stored, in place of what was read before. */
export function tookCells(mission: string, stored: readonly [CellAt, Seen, RuleBreach[]][]): void {
  const reader = readerNow();
  if (stored.length === 0) return;
  const at = Date.now();
  adding = adding.then(async () => {
    const before = (await keptRead<Took[]>(tookUnder(mission)))?.data ?? [];
    const names = new Set(stored.map(([cell]) => nameOf(cell)));
    const rest = before.filter((one) => !names.has(nameOf(one.cell)));
    if (readerNow() === reader) keepUnder(tookUnder(mission), [...rest, ...stored.map((one) => ({ at, cell: cellOf(...one) }))].slice(-TOOK_MAX));
  });
}
