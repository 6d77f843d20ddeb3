// Sends changes in order, each under a key of its own; a lost line keeps them, and they go out when it is back.
import { signal } from "@preact/signals";
import { write } from "../api/client";
import { Problem } from "../api/problem";
import type { EnterObservationsResponse, EntryOutcome, Observation, RuleBreach } from "../api/types";
import { type Said, sameSaid } from "./typed";
import { type CellAt, type Change, forget, keep, kept, nameOf, type Seen } from "./waiting";

/** Rows of one call; the door takes 1000. */
const ROWS_AT_A_TIME = 250;
/** A pause before sending, so that a block goes as one. */
const PAUSE_MS = 250;
const RETRY_MS = 3_000;
const RETRY_MAX_MS = 60_000;

/** What was stored, as the grid shows it. */
export type Stored = (cell: CellAt, now: Seen, breaches: RuleBreach[]) => void;

const newKey = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;

/** What an observation of the API is to a grid. */
export function seenOf(of: Omit<Said, "kind"> & { kind: string; id: string; version: number; note: string; state: string; recorded_by: string }): Seen {
  const { kind, value, numerator, denominator, level, text } = of;
  return { id: of.id, version: of.version, said: { kind, value, numerator, denominator, level, text }, note: of.note, state: of.state, by: of.recorded_by };
}

/** The changes of one account in one mission. */
export class Outbox {
  readonly changes = signal<ReadonlyMap<string, Change>>(new Map());
  readonly lastSent = signal<Date | null>(null);
  /** Why nothing goes out; null: it goes. */
  readonly trouble = signal<Problem | null>(null);
  /** False where the browser keeps nothing: what waits lives as long as the page. */
  readonly safe = signal(true);
  readonly #all = new Map<string, Change>();
  #telling = false;
  #sending = false;
  #timer = 0;
  #wait = RETRY_MS;
  #order = Date.now();
  #stored: Stored = () => {};

  constructor(
    readonly owner: string,
    readonly path: string,
  ) {}

  /** Reads what was kept, and listens for the line. Returns what ends it. */
  start(stored: Stored): () => void {
    this.#stored = stored;
    void kept(this.owner).then((found) => {
      for (const one of found) if (!this.#all.has(nameOf(one.cell))) this.#all.set(nameOf(one.cell), one);
      this.#tell();
      this.flush();
    });
    const back = () => this.flush();
    window.addEventListener("online", back);
    return () => {
      window.removeEventListener("online", back);
      clearTimeout(this.#timer);
      this.#timer = 0;
    };
  }

  /** Takes a change of a cell, in place of one that still waits there. */
  put(cell: CellAt, said: Said, note: string, base: Seen | null, typed?: { text: string; message: string }): void {
    const before = this.#all.get(nameOf(cell));
    if (before?.inDoubt && !typed) return this.#keep({ ...before, next: { said, note } });
    const own = before && before.status !== "conflict" ? before.base : base;
    const theirs = before?.status === "conflict" ? { theirs: before.theirs, base: before.base } : {};
    if (!typed && own && before?.status !== "conflict" && sameSaid(own.said, said) && own.note === note) return this.drop(cell);
    const status = typed ? "error" : before?.status === "conflict" ? "conflict" : "waiting";
    this.#keep({ owner: this.owner, cell, order: (this.#order += 1), said, note, key: newKey(), base: own, status, typed: typed?.text, message: typed?.message, ...theirs });
    if (status === "waiting") {
      this.#tryBrokenAgain();
      this.flush(PAUSE_MS);
    }
  }

  /** Forgets the change of a cell. */
  drop(cell: CellAt): void {
    this.#all.delete(nameOf(cell));
    this.#tell();
    void forget(this.owner, cell);
  }

  /** Settles a conflict: mine goes out over theirs, or theirs stays. */
  settle(change: Change, mine: boolean): void {
    if (!mine) {
      this.drop(change.cell);
      return;
    }
    this.#keep({ ...change, base: change.theirs ?? null, theirs: undefined, message: undefined, status: "waiting", key: newKey() });
    this.flush();
  }

  /** Sends what waits, after a moment. */
  flush(after = 0): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#send(), after);
  }

  /** What a rule kept out may keep to it now that a value beside it is another one. */
  #tryBrokenAgain(): void {
    for (const change of this.#all.values()) {
      if (change.status === "error" && change.breaches?.length) this.#keep({ ...change, status: "waiting", message: undefined, key: newKey() });
    }
  }

  async #send(): Promise<void> {
    if (this.#sending) return;
    const waiting = [...this.#all.values()].filter((one) => one.status === "waiting");
    const rows = waiting.sort((one, other) => one.order - other.order).slice(0, ROWS_AT_A_TIME);
    if (rows.length === 0) return;
    this.#sending = true;
    for (const one of rows) this.#keep({ ...one, inDoubt: true });
    try {
      const body = { rows: rows.map((one) => ({ key: one.key, observation: { ...one.cell, ...one.said, note: one.note }, base_id: one.base?.id ?? "", base_version: one.base?.version ?? 0 })) };
      const answer = await write<EnterObservationsResponse>("POST", this.path, body);
      this.trouble.value = null;
      this.lastSent.value = new Date();
      this.#wait = RETRY_MS;
      answer.outcomes.forEach((outcome, place) => rows[place] && this.#took(rows[place], outcome));
      this.#sending = false;
      this.flush();
    } catch (failure) {
      this.#sending = false;
      const problem = failure instanceof Problem ? failure : new Problem(0, "offline", "");
      this.trouble.value = problem;
      if (problem.status >= 400 && problem.status < 500 && ![401, 408, 429].includes(problem.status)) {
        for (const one of rows) this.#keep({ ...(this.#now(one) ?? one), status: "error", inDoubt: undefined, message: problem.detail });
        return;
      }
      this.flush(this.#wait);
      this.#wait = Math.min(this.#wait * 2, RETRY_MAX_MS);
    }
  }

  #now(change: Change): Change | undefined {
    return this.#all.get(nameOf(change.cell));
  }

  #took(sent: Change, outcome: EntryOutcome): void {
    const now = this.#now(sent);
    const next = now?.next;
    if (outcome.outcome === "stored" || outcome.outcome === "unchanged") {
      const stored = seenOf(outcome.observation as Observation);
      this.#stored(sent.cell, stored, outcome.breaches);
      if (!next || (sameSaid(next.said, stored.said) && next.note === stored.note)) return this.drop(sent.cell);
      return this.#keep({ ...sent, ...next, next: undefined, inDoubt: undefined, base: stored, status: "waiting", key: newKey() });
    }
    if (outcome.outcome === "conflict") {
      const theirs = outcome.observation ? seenOf(outcome.observation) : null;
      return this.#keep({ ...sent, ...next, next: undefined, inDoubt: undefined, status: "conflict", theirs, message: outcome.message });
    }
    if (next) return this.#keep({ ...sent, ...next, next: undefined, inDoubt: undefined, status: "waiting", key: newKey() });
    this.#keep({ ...sent, inDoubt: undefined, status: "error", message: outcome.message, breaches: outcome.breaches });
  }

  /** Shows what there is, once for all that happens now. */
  #tell(): void {
    if (this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      this.changes.value = new Map(this.#all);
    });
  }

  /** The change of a cell as it is now. */
  of(cell: CellAt): Change | undefined {
    return this.#all.get(nameOf(cell));
  }

  #keep(change: Change): void {
    this.#all.set(nameOf(change.cell), change);
    this.#tell();
    void keep(change).then((safe) => (this.safe.value = safe));
  }
}
