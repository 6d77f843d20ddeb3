// What was read, kept by path: screens share it, live changes mark it stale, a lost line leaves it on the screen.
import { signal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { read, takeFirstData } from "./client";
import { insteadOf, keepRead, readerNow } from "./kept";
import { Problem } from "./problem";

/** One answer of the API and what is known about it. */
export interface Resource<T> {
  path: string;
  data: Signal<T | undefined>;
  problem: Signal<Problem | undefined>;
  loading: Signal<boolean>;
  /** Without a line: when that which is shown was read, milliseconds since the epoch; 0: a part of it never was. */
  asOf: Signal<number | null>;
  /** When it was read last, milliseconds since the epoch; 0: never. */
  readAt: number;
  stale: boolean;
  /** It changed while it was being read: that answer may be the old one. */
  outrun: boolean;
  /** A list that is wanted with all its pages. */
  whole: boolean;
  users: number;
}

/** Pages of one list that are followed at most; what lies behind them is reached by searching. */
const PAGES_MAX = 25;

const RESOURCES_MAX = 200;
const FRESH_MS = 30_000;
const resources = new Map<string, Resource<unknown>>();

/** The resource of a path, made when it is not known yet. */
export function resource<T>(path: string): Resource<T> {
  let found = resources.get(path);
  if (!found) {
    found = { path, data: signal(undefined), problem: signal(undefined), loading: signal(false), asOf: signal(null), readAt: 0, stale: true, outrun: false, whole: false, users: 0 };
    resources.set(path, found);
    forgetOldest();
  }
  return found as Resource<T>;
}

function forgetOldest(): void {
  if (resources.size <= RESOURCES_MAX) return;
  for (const [path, old] of resources) {
    if (old.users === 0) {
      resources.delete(path);
      return;
    }
  }
}

/** Reads a list page by page: its rows one behind the other, and the cursor of what was not read. */
async function readWhole<T>(path: string): Promise<T> {
  const whole = (await read<T>(path)) as Record<string, unknown>;
  const rows = Object.keys(whole).find((key) => Array.isArray(whole[key]));
  for (let page = 1; rows && whole.next_cursor && page < PAGES_MAX; page += 1) {
    const next = await read<Record<string, unknown>>(`${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(String(whole.next_cursor))}`);
    whole[rows] = [...(whole[rows] as unknown[]), ...(next[rows] as unknown[])];
    whole.next_cursor = next.next_cursor;
  }
  return whole as T;
}

/** Reads it again, once at a time. */
export async function reload<T>(of: Resource<T>): Promise<void> {
  if (of.loading.peek()) return;
  of.loading.value = true;
  const who = readerNow();
  try {
    of.data.value = of.whole ? await readWhole<T>(of.path) : await read<T>(of.path);
    of.problem.value = undefined;
    of.asOf.value = null;
    of.stale = false;
    of.readAt = Date.now();
    // Another person may have signed in meanwhile: it is not that one's.
    if (who === readerNow()) keepRead(of.path, of.data.peek());
  } catch (problem) {
    if (!(problem instanceof Problem && problem.unanswered && (await takeKept(of)))) of.problem.value = problem as Problem;
  } finally {
    of.loading.value = false;
  }
  if (of.outrun) {
    of.outrun = false;
    await reload(of);
  }
}

/** Without a line: shows what was kept in the browser, where nothing newer is on the page. False where nothing was. */
async function takeKept<T>(of: Resource<T>): Promise<boolean> {
  const old = await insteadOf<T>(of.path);
  if (!old) return false;
  if (of.data.peek() === undefined) of.data.value = old.data;
  of.asOf.value = of.readAt || old.at;
  of.problem.value = undefined;
  return true;
}

/** Puts an answer of a write in place of what was read. */
export function put<T>(path: string, value: T): void {
  const kept = resource<T>(path);
  kept.data.value = value;
  kept.problem.value = undefined;
  kept.stale = false;
  kept.readAt = Date.now();
  // An answer that is under way was asked for before, and may be the old one.
  if (kept.loading.peek()) kept.outrun = true;
}

/** Marks all that begins with one of the paths as stale, and reads again what is on the screen. */
export function expire(...prefixes: string[]): void {
  for (const kept of resources.values()) {
    if (!prefixes.some((prefix) => kept.path === prefix || kept.path.startsWith(`${prefix}/`) || kept.path.startsWith(`${prefix}?`))) continue;
    kept.stale = true;
    if (kept.loading.peek()) kept.outrun = true;
    else if (kept.users > 0) void reload(kept);
  }
}

/** Reads again what is on the screen below a path and was not answered, or stands there as it was kept. */
export function reread(prefix: string): void {
  for (const kept of resources.values()) {
    if (kept.users > 0 && kept.path.startsWith(`${prefix}/`) && (kept.problem.peek() || kept.asOf.peek() !== null)) void reload(kept);
  }
}

/** Forgets everything, at sign out. */
export function forgetAll(): void {
  resources.clear();
}

interface Got<T> {
  data: T | undefined;
  problem: Problem | undefined;
  loading: boolean;
  asOf: number | null;
  again: () => void;
}

/** Uses a list with all its pages, for choices and searches. */
export function useAll<T extends { next_cursor: string }>(path: string | null): Got<T> {
  if (path !== null) resource<T>(path).whole = true;
  return useGet<T>(path);
}

/** Takes what the gateway put into the page before anything is drawn, not a moment later. */
function takeFirst<T>(of: Resource<T>): void {
  const first = takeFirstData(of.path);
  if (!first.found || first.value === null) return;
  put(of.path, first.value as T);
  keepRead(of.path, first.value);
}

/** Uses a path in a component; null: nothing to read yet. */
export function useGet<T>(path: string | null): Got<T> {
  const kept = path === null ? null : resource<T>(path);
  if (kept && kept.readAt === 0 && !kept.whole) takeFirst(kept);
  useEffect(() => {
    if (!kept) return undefined;
    kept.users += 1;
    if (kept.stale || Date.now() - kept.readAt > FRESH_MS) void reload(kept);
    return () => {
      kept.users -= 1;
    };
  }, [path]);
  return {
    data: kept?.data.value,
    problem: kept?.problem.value,
    loading: kept?.loading.value ?? false,
    asOf: kept?.asOf.value ?? null,
    again: () => kept && void reload(kept),
  };
}
