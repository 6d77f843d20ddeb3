// Keeps the grids of the sections that a person works for: those of the person's roles, or else those opened last, each with
// all its areas and its last periods, so that they are there when the line is not.
import { read } from "../api/client";
import { keepRead, keptRead, readerNow } from "../api/kept";
import { connected } from "../api/live";
import { reload, resource } from "../api/store";
import type { ListAreasResponse, ListIndicatorsResponse } from "../api/types";
import { viewOf } from "../entry/choices";
import { below, mission, missionCode, session } from "../session";
import { ownerOf } from "../shell/queued";

const OPENED_MAX = 4;
/** So long what was kept is new enough. */
const FRESH_MS = 20 * 60_000;
/** The page comes first. */
const AFTER_MS = 2_000;

const openedUnder = () => `cpas.sections.${ownerOf(session.peek()?.account.id ?? "", missionCode.peek() ?? "")}`;

function opened(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(openedUnder()) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

/** Remembers that a person opened the grid of a section. */
export function openedSection(section: string): void {
  try {
    localStorage.setItem(openedUnder(), JSON.stringify([section, ...opened().filter((one) => one !== section)].slice(0, OPENED_MAX)));
  } catch {
    // Then only the sections of the person's roles are kept.
  }
}

/** The reads that hold the grids of some sections: for each of their frequencies all areas and the last periods. */
export function readsOf(sections: readonly string[], indicators: ListIndicatorsResponse["indicators"], areas: ListAreasResponse["areas"], start: number, now: Date): string[] {
  const reads: string[] = [];
  for (const section of sections) {
    const first = viewOf(new URLSearchParams({ section }), indicators, areas, start, now);
    for (const every of first?.section === section ? first.frequencies : []) {
      const view = viewOf(new URLSearchParams({ section, every }), indicators, areas, start, now);
      const query = new URLSearchParams(view?.query);
      query.delete("area");
      query.set("every_area", "true");
      reads.push(`entry-cells?${query}`);
    }
  }
  return reads;
}

let planned = 0;

/** Reads and keeps them, one after the other, a moment later. */
export function keepSections(): void {
  clearTimeout(planned);
  planned = window.setTimeout(() => void keep().catch(() => undefined), AFTER_MS);
}

async function keep(): Promise<void> {
  const roles = mission.peek()?.sections ?? [];
  const own = roles.length > 0 ? roles : opened();
  if (own.length === 0 || !connected.peek()) return;
  const indicators = (await there<ListIndicatorsResponse>("indicators?page_size=500", true))?.indicators;
  const areas = (await there<ListAreasResponse>("areas"))?.areas;
  await there("period-locks");
  if (!indicators || !areas) return;
  const start = mission.peek()?.fiscal_year_start_month ?? 7;
  for (const one of readsOf(own, indicators, areas, start, new Date())) {
    const path = below(one);
    const before = await keptRead(path);
    if (!connected.peek()) return;
    if (before && Date.now() - before.at < FRESH_MS) continue;
    const who = readerNow();
    const found = await read(path);
    if (who !== readerNow()) return;
    keepRead(path, found);
  }
}

/** What a path below the mission says; it is read where the page has not done so. */
async function there<T>(path: string, whole = false): Promise<T | undefined> {
  const found = resource<T>(below(path));
  found.whole ||= whole;
  if (found.data.peek() === undefined) await reload(found);
  return found.data.peek();
}
