// A change of one cell from the keystroke to the answer of the gateway. Every step is a function of what is kept to what is
// kept next, so that two tabs can take steps in turn on what the browser's database holds.
import type { EntryOutcome, Observation, RuleBreach } from "../api/types";
import { type Said, sameSaid } from "../entry/typed";

/** The place of a cell. */
export interface CellAt {
  indicator_code: string;
  period: string;
  area: string;
  slice: string;
}

/** What stood in a cell when the change was made. */
export interface Seen {
  id: string;
  version: number;
  said: Said;
  note: string;
  state: string;
  by: string;
}

/** What a person puts into a cell. */
export interface Content {
  said: Said;
  note: string;
  /** What was typed, where it is nothing that can be sent, and what would be right. */
  typed?: string | undefined;
  message?: string | undefined;
}

/** A change of one cell. */
export interface Change extends Content {
  /** Account and mission that it belongs to. */
  owner: string;
  cell: CellAt;
  /** Changes go out in this order. */
  order: number;
  /** Idempotency key of this content. */
  key: string;
  /** null: the cell was empty. */
  base: Seen | null;
  status: "waiting" | "error" | "conflict";
  /** It was sent and no answer came: it may be stored. */
  inDoubt?: boolean | undefined;
  /** What was typed after it was sent: goes out when it is known what became of it. */
  next?: Content | undefined;
  theirs?: Seen | null | undefined;
  breaches?: RuleBreach[] | undefined;
}

/** From what is kept of a cell to what is kept next; undefined: nothing. */
export type Step = (before: Change | undefined) => Change | undefined;

/** The name of a cell. */
export function nameOf(cell: CellAt): string {
  return [cell.indicator_code, cell.period, cell.area, cell.slice].join("|");
}

/** What an observation of the API is to a grid. */
export function seenOf(of: Omit<Said, "kind"> & { kind: string; id: string; version: number; note: string; state: string; recorded_by: string }): Seen {
  const { kind, value, numerator, denominator, level, text } = of;
  return { id: of.id, version: of.version, said: { kind, value, numerator, denominator, level, text }, note: of.note, state: of.state, by: of.recorded_by };
}

/** What a cell says once all that was typed is through. */
export function contentOf(change: Change): Content {
  return change.next ?? change;
}

/** A person types: in place of what waited there; behind what was sent already; beside what somebody else recorded. */
export function typedOver(now: Pick<Change, "owner" | "cell" | "order" | "key" | "base"> & Content): Step {
  const content: Content = { said: now.said, note: now.note, typed: now.typed, message: now.message };
  return (before) => {
    if (before?.inDoubt) return { ...before, next: content };
    const base = before ? before.base : now.base;
    if (before?.status === "conflict") return { ...now, base, status: "conflict", theirs: before.theirs };
    if (now.typed !== undefined) return { ...now, base, status: "error" };
    if (base && sameSaid(base.said, now.said) && base.note === now.note) return undefined;
    return { ...now, base, status: "waiting" };
  };
}

/** A person takes it back. What was sent may be stored: it is not forgotten. */
export const takenBack: Step = (before) => (before?.inDoubt ? before : undefined);

/** It goes out. */
export function sentOff(key: string): Step {
  return (before) => (before?.status === "waiting" && before.key === key ? { ...before, inDoubt: true } : before);
}

/** The gateway answers for what was sent under a key; what was typed meanwhile goes out next, under a `fresh` one. */
export function answered(key: string, outcome: EntryOutcome, fresh: string): Step {
  return ours(key, (now) => {
    if (outcome.outcome === "stored" || outcome.outcome === "unchanged") {
      const stored = seenOf(outcome.observation as Observation);
      const { next } = now;
      if (!next || (next.typed === undefined && sameSaid(next.said, stored.said) && next.note === stored.note)) return undefined;
      return onward(now, next, stored, fresh);
    }
    if (outcome.outcome === "conflict") {
      const theirs = outcome.observation ? seenOf(outcome.observation) : null;
      return { ...now, ...contentOf(now), next: undefined, inDoubt: undefined, status: "conflict", theirs, message: contentOf(now).message ?? outcome.message };
    }
    return now.next ? onward(now, now.next, now.base, fresh) : { ...now, inDoubt: undefined, status: "error", message: outcome.message, breaches: outcome.breaches };
  });
}

/** The gateway refuses the whole call. */
export function refused(key: string, message: string, fresh: string): Step {
  return ours(key, (now) => (now.next ? onward(now, now.next, now.base, fresh) : { ...now, inDoubt: undefined, status: "error", message, breaches: undefined }));
}

/** Only what was sent under that key: a tab may answer for another, and a person may have gone on. */
function ours(key: string, then: (now: Change) => Change | undefined): Step {
  return (now) => (now?.inDoubt && now.key === key ? then(now) : now);
}

function onward(now: Change, next: Content, base: Seen | null, key: string): Change {
  const status = next.typed === undefined ? "waiting" : "error";
  return { ...now, ...next, next: undefined, inDoubt: undefined, breaches: undefined, base, status, key };
}

/** A person chooses in a conflict: mine goes out over theirs, or theirs stays. */
export function settled(mine: boolean, key: string): Step {
  return (before) => {
    if (before?.status !== "conflict") return before;
    if (!mine) return undefined;
    const wrong = before.typed !== undefined;
    return { ...before, base: before.theirs ?? null, theirs: undefined, message: wrong ? before.message : undefined, status: wrong ? "error" : "waiting", key };
  };
}

/** What was refused is tried again; `onlyBroken`: what a rule kept out, which may keep to it now. */
export function triedAgain(key: string, onlyBroken: boolean): Step {
  return (before) => {
    if (before?.status !== "error" || before.typed !== undefined || (onlyBroken && !before.breaches?.length)) return before;
    return { ...before, status: "waiting", message: undefined, breaches: undefined, key };
  };
}
