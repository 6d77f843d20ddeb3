// Nothing typed is lost: what stands in a form is kept in the browser until it is sent.
import { useState } from "preact/hooks";
import { session } from "../session";

const PREFIX = "cpas.draft.";
const DRAFTS_MAX = 60;
const AGE_MAX_MS = 30 * 24 * 3_600_000;

interface Kept<T> {
  at: number;
  value: T;
}

/** A form's content, kept under a name. */
export interface Draft<T> {
  value: T;
  /** True when it was found from before. */
  restored: boolean;
  set(change: Partial<T>): void;
  /** Forgets it, after it was sent or thrown away. */
  clear(): void;
}

function keyOf(name: string): string {
  return `${PREFIX}${session.peek()?.account.id ?? "nobody"}.${name}`;
}

/** Reads a kept draft; null when there is none. */
export function readDraft<T>(name: string): T | null {
  try {
    const kept = localStorage.getItem(keyOf(name));
    return kept ? (JSON.parse(kept) as Kept<T>).value : null;
  } catch {
    return null;
  }
}

/** Keeps a draft; the oldest go when there are too many. */
export function keepDraft<T>(name: string, value: T): void {
  try {
    localStorage.setItem(keyOf(name), JSON.stringify({ at: Date.now(), value } satisfies Kept<T>));
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

/** A form's content, starting from what was kept or else from `initial`. */
export function useDraft<T extends object>(name: string, initial: T): Draft<T> {
  const [state, setState] = useState(() => {
    const kept = readDraft<T>(name);
    return { name, value: kept ? { ...initial, ...kept } : initial, restored: kept !== null };
  });
  let now = state;
  if (state.name !== name) {
    const kept = readDraft<T>(name);
    now = { name, value: kept ? { ...initial, ...kept } : initial, restored: kept !== null };
    setState(now);
  }
  return {
    value: now.value,
    restored: now.restored,
    set(change) {
      setState((before) => {
        const value = { ...before.value, ...change };
        keepDraft(name, value);
        return { ...before, value };
      });
    },
    clear() {
      dropDraft(name);
      setState({ name, value: initial, restored: false });
    },
  };
}
