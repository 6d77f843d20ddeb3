// Nothing typed is lost: what stands in a form is kept in the browser until it is sent.
import { useState } from "preact/hooks";
import { session } from "../session";

const PREFIX = "cpas.draft.";
const DRAFTS_MAX = 60;
const AGE_MAX_MS = 30 * 24 * 3_600_000;

interface Kept<T> {
  at: number;
  value: T;
  /** The record that the writer began from, and its version; older drafts have neither. */
  base?: T;
  version?: number;
}

/** A form's content, kept under a name. */
export interface Draft<T> {
  value: T;
  /** The record as it was at the first keystroke; until then as it is now. */
  base: T;
  /** The version of `base`, for a record that has one. */
  version: number | undefined;
  /** True when it was found from before. */
  restored: boolean;
  set(change: Partial<T>): void;
  /** Forgets it, after it was sent or thrown away: the form shows the record as it is then. */
  clear(): void;
}

function keyOf(name: string): string {
  return `${PREFIX}${session.peek()?.account.id ?? "nobody"}.${name}`;
}

function readKept<T>(name: string): Kept<T> | null {
  try {
    const kept = localStorage.getItem(keyOf(name));
    return kept ? (JSON.parse(kept) as Kept<T>) : null;
  } catch {
    return null;
  }
}

/** Reads a kept draft; null when there is none. */
export function readDraft<T>(name: string): T | null {
  return readKept<T>(name)?.value ?? null;
}

/** Keeps a draft, with the record that it began from; the oldest go when there are too many. */
export function keepDraft<T>(name: string, value: T, begun: { base?: T; version?: number | undefined } = {}): void {
  try {
    localStorage.setItem(keyOf(name), JSON.stringify({ at: Date.now(), value, ...begun }));
    dropOldest();
  } catch {
    // A full or closed store: the form still holds what was typed.
  }
}

/** Forgets a draft. */
export function dropDraft(name: string): void {
  try {
    localStorage.removeItem(keyOf(name));
  } catch {
    // Nothing was kept.
  }
}

function dropOldest(): void {
  const found: [string, number][] = [];
  for (let place = 0; place < localStorage.length; place += 1) {
    const key = localStorage.key(place);
    if (!key?.startsWith(PREFIX)) continue;
    found.push([key, (JSON.parse(localStorage.getItem(key) ?? "{}") as Kept<unknown>).at ?? 0]);
  }
  found.sort((one, other) => other[1] - one[1]);
  for (const [place, [key, at]] of found.entries()) {
    if (place >= DRAFTS_MAX || Date.now() - at > AGE_MAX_MS) localStorage.removeItem(key);
  }
}

interface Typed<T> {
  name: string;
  /** null: nothing was typed. */
  kept: Omit<Kept<T>, "at"> | null;
  restored: boolean;
}

function found<T>(name: string): Typed<T> {
  const kept = readKept<T>(name);
  return { name, kept, restored: kept !== null };
}

/**
 * A form's content: what was typed and kept, else `initial` as it is now. From the first keystroke on it remembers
 * the record and the version that the writer saw, however the record changes meanwhile: what is sent then says
 * what it was written against, and a colleague's change in between is met, not overwritten.
 */
export function useDraft<T extends object>(name: string, initial: T, version?: number): Draft<T> {
  const [state, setState] = useState(() => found<T>(name));
  let now = state;
  if (state.name !== name) {
    now = found<T>(name);
    setState(now);
  }
  const base = now.kept?.base ?? initial;
  return {
    value: now.kept ? { ...base, ...now.kept.value } : initial,
    base,
    version: now.kept?.base ? now.kept.version : version,
    restored: now.restored,
    set(change) {
      setState((before) => {
        const begun = before.kept?.base ? { base: before.kept.base, version: before.kept.version } : { base: initial, version };
        const value = { ...begun.base, ...before.kept?.value, ...change };
        keepDraft(name, value, begun);
        return { ...before, kept: { value, ...begun } };
      });
    },
    clear() {
      dropDraft(name);
      setState({ name, kept: null, restored: false });
    },
  };
}
