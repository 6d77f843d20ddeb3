// Sends changes in order, each under a key of its own, from one tab at a time. A lost line, an ended session or a closed
// browser keeps them; they go out when it is back, and only in the name of the person who typed them.
import { effect, signal } from "@preact/signals";
import { newKey, write } from "../api/client";
import { connected } from "../api/live";
import { Problem } from "../api/problem";
import type { EnterObservationsResponse, EntryOutcome, Observation, RuleBreach } from "../api/types";
import type { Said } from "../entry/typed";
import { confirm, confirmed, session } from "../session";
import { ownerOf, queuedOf, tellQueued } from "../shell/queued";
import { tookCells } from "./book";
import { answered, type CellAt, type Change, nameOf, refused, type Seen, seenOf, sentOff, settled, takenBack, triedAgain, typedOver } from "./change";
import { Journal, type Safe } from "./journal";

/** Rows of one call; the door takes 1000. */
const ROWS_AT_A_TIME = 250;
/** A pause before sending, so that a block goes as one. */
const PAUSE_MS = 250;
const RETRY_MS = 3_000;
const RETRY_MAX_MS = 60_000;
/** A call that takes longer is taken for lost; its key says so when it goes out again. */
const ANSWER_WITHIN_MS = 60_000;
/** Answers that are not about what was sent. */
const NOT_NOW: ReadonlySet<number> = new Set([401, 408, 425, 429]);

/** What was stored, as the grid shows it. */
export type Stored = (cell: CellAt, now: Seen, breaches: RuleBreach[]) => void;
/** What a tab tells the others: that it wrote, and what was stored. */
interface Told {
  owner: string;
  stored?: Parameters<Stored>[];
}

const tabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("cpas-entry");
const all = new Map<string, Outbox>();
if (tabs) tabs.onmessage = ({ data }: MessageEvent<Told>) => all.get(data.owner)?.hear(data);

/** The changes of an account in a mission: the same one for as long as the page lives. */
export function outboxOf(account: string, mission: string): Outbox {
  const owner = ownerOf(account, mission);
  let found = all.get(owner);
  if (!found) all.set(owner, (found = new Outbox(account, mission)));
  return found;
}

/** Runs work when no other tab does the same. */
async function alone(name: string, work: () => Promise<void>): Promise<void> {
  await (navigator.locks ? navigator.locks.request(name, work) : work());
}

/** The changes of one account in one mission. */
export class Outbox {
  readonly owner: string;
  readonly changes = signal<ReadonlyMap<string, Change>>(new Map());
  readonly lastSent = signal<Date | null>(null);
  /** Why nothing goes out; null: it goes. */
  readonly trouble = signal<Problem | null>(null);
  /** Whether what waits outlives the page. */
  readonly safe = signal<Safe>("kept");
  readonly #journal: Journal;
  #running = false;
  #telling = false;
  #sending = false;
  #again = false;
  #timer = 0;
  #due = 0;
  #wait = RETRY_MS;
  #rows = ROWS_AT_A_TIME;
  #order = 0;
  /** The token of the session that ended. */
  #endedWith: string | undefined;
  #stored: Stored = () => {};

  constructor(
    readonly account: string,
    readonly mission: string,
  ) {
    this.owner = ownerOf(account, mission);
    const { at } = queuedOf(this.owner);
    if (at) this.lastSent.value = new Date(at);
    this.#journal = new Journal(this.owner, () => this.#tell(), (safe) => {
      this.safe.value = safe;
      tabs?.postMessage({ owner: this.owner } satisfies Told);
    });
  }

  /** Reads what was kept and sends it, now and whenever the line or the session is back. */
  run(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#journal.refresh().then(() => this.flush());
    window.addEventListener("online", () => this.flush());
    window.addEventListener("beforeunload", (event) => {
      // Also in the moment before it is kept.
      if (this.#journal.writing || (this.safe.peek() !== "kept" && this.changes.peek().size > 0)) event.preventDefault();
    });
    effect(() => {
      if (connected.value && session.value?.account.id === this.account && session.value.csrf_token) this.flush();
    });
  }

  /** Runs, and tells a grid what was stored until the returned function is called. */
  start(stored: Stored): () => void {
    this.#stored = stored;
    this.run();
    return () => {
      if (this.#stored === stored) this.#stored = () => {};
    };
  }

  /** The change of a cell as it is now. */
  of(cell: CellAt): Change | undefined {
    return this.#journal.all.get(nameOf(cell));
  }

  /** Takes a change of a cell, in place of one that still waits there. */
  put(cell: CellAt, said: Said, note: string, base: Seen | null, typed?: { text: string; message: string }): void {
    this.#order = Math.max(Date.now(), this.#order + 1);
    const content = { said, note, typed: typed?.text, message: typed?.message };
    this.#journal.take(nameOf(cell), typedOver({ owner: this.owner, cell, order: this.#order, key: newKey(), base, ...content }));
    if (!connected.peek()) void navigator.storage?.persist?.();
    if (typed) return;
    this.again(true);
    this.flush(PAUSE_MS);
  }

  /** Takes the change of a cell back. */
  drop(cell: CellAt): void {
    this.#journal.take(nameOf(cell), takenBack);
  }

  /** Settles a conflict: mine goes out over theirs, or theirs stays. */
  settle(change: Change, mine: boolean): void {
    this.#journal.take(nameOf(change.cell), settled(mine, newKey()));
    this.flush();
  }

  /** Tries again what was refused; `onlyBroken`: what a rule kept out, now that a value beside it is another one. */
  again(onlyBroken = false): void {
    for (const change of this.#journal.all.values()) {
      if (change.status === "error" && change.typed === undefined && (!onlyBroken || change.breaches?.length)) this.#journal.take(nameOf(change.cell), triedAgain(newKey(), onlyBroken));
    }
    if (!onlyBroken) this.flush();
  }

  /** Sends what waits, after a moment, or sooner if that was planned. */
  flush(after = 0): void {
    const due = Date.now() + after;
    if (this.#timer && this.#due <= due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      void this.#send();
    }, after);
  }

  /** Another tab wrote, and maybe closes before it sends. */
  hear({ stored = [] }: Told): void {
    for (const one of stored) this.#stored(...one);
    void this.#journal.refresh();
    if (this.#running && !this.#sending) this.flush(RETRY_MS);
  }

  async #send(): Promise<void> {
    if (this.#sending) {
      this.#again = true;
      return;
    }
    this.#sending = true;
    try {
      await alone(`cpas-send.${this.owner}`, async () => {
        while (await this.#sendSome()) this.#again = false;
      });
    } finally {
      this.#sending = false;
    }
    if (!this.#again) return;
    this.#again = false;
    this.flush();
  }

  /** One call; true when there may be more to send at once. */
  async #sendSome(): Promise<boolean> {
    await this.#journal.settled();
    await this.#journal.refresh();
    const waiting = [...this.#journal.all.values()].filter((one) => one.status === "waiting").sort((one, other) => one.order - other.order).slice(0, this.#rows);
    if (waiting.length === 0 || !(await this.#reaches())) return false;
    for (const one of waiting) this.#journal.take(nameOf(one.cell), sentOff(one.key));
    await this.#journal.settled();
    const rows = waiting.filter((one) => this.of(one.cell)?.inDoubt && this.of(one.cell)?.key === one.key);
    // While it was marked as sent another person may have signed in.
    if (rows.length === 0 || !this.#isTheirs()) return false;
    try {
      const body = { rows: rows.map((one) => ({ key: one.key, observation: { ...one.cell, ...one.said, note: one.note }, base_id: one.base?.id ?? "", base_version: one.base?.version ?? 0 })) };
      const answer = await write<EnterObservationsResponse>("POST", `/missions/${this.mission}/observations/rows`, body, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
      this.#took(rows, answer.outcomes);
      return true;
    } catch (failure) {
      return this.#failed(rows, failure instanceof Problem ? failure : new Problem(0, "offline", ""));
    }
  }

  /**
   * True when the gateway answers, and knows the person as the one who typed. Without a line it is asked first: what was
   * never sent is not in doubt, and what is typed over it takes its place.
   */
  async #reaches(): Promise<boolean> {
    try {
      if ((!connected.peek() || !confirmed.peek()) && !(await confirm())) return false;
    } catch (problem) {
      return this.#failed([], problem instanceof Problem ? problem : new Problem(0, "offline", ""));
    }
    return this.#isTheirs();
  }

  /** Whether the page is in the name of the person who typed. */
  #isTheirs(): boolean {
    const now = session.peek();
    return now?.account.id === this.account && now.csrf_token !== this.#endedWith;
  }

  #took(rows: readonly Change[], outcomes: readonly EntryOutcome[]): void {
    this.trouble.value = null;
    this.lastSent.value = new Date();
    this.#wait = RETRY_MS;
    this.#rows = ROWS_AT_A_TIME;
    const stored: Parameters<Stored>[] = [];
    for (const [place, outcome] of outcomes.entries()) {
      const sent = rows[place];
      if (!sent) continue;
      if (outcome.outcome === "stored" || outcome.outcome === "unchanged") stored.push([sent.cell, seenOf(outcome.observation as Observation), outcome.breaches]);
      this.#journal.take(nameOf(sent.cell), answered(sent.key, outcome, newKey()));
    }
    for (const one of stored) this.#stored(...one);
    tookCells(this.mission, stored);
    tabs?.postMessage({ owner: this.owner, stored } satisfies Told);
  }

  /** True when it goes on at once, with fewer rows. */
  #failed(rows: readonly Change[], problem: Problem): boolean {
    this.trouble.value = problem;
    if (problem.unanswered) connected.value = false;
    const refusal = rows.length > 0 && problem.status >= 400 && problem.status < 500 && !NOT_NOW.has(problem.status);
    if (refusal && rows.length > 1 && problem.status !== 403 && problem.status !== 404) {
      // One of them may be what is wrong with all: it is found by halves. The keys stay.
      this.#rows = Math.ceil(rows.length / 2);
      return true;
    }
    if (refusal) {
      for (const one of rows) this.#journal.take(nameOf(one.cell), refused(one.key, problem.detail, newKey()));
      this.#rows = ROWS_AT_A_TIME;
      return true;
    }
    // Who has to sign in first starts it again by doing so; until then nobody is asked at every keystroke.
    if (problem.status === 401) {
      this.#endedWith = session.peek()?.csrf_token;
      return false;
    }
    this.flush(this.#wait);
    this.#wait = Math.min(this.#wait * 2, RETRY_MAX_MS);
    return false;
  }

  /** Shows what there is, once for all that happens now. */
  #tell(): void {
    if (this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      this.changes.value = new Map(this.#journal.all);
      const counts = { waiting: 0, error: 0, conflict: 0 };
      for (const change of this.#journal.all.values()) counts[change.status] += 1;
      tellQueued(this.owner, { ...counts, at: this.lastSent.peek()?.getTime() ?? 0 });
    });
  }
}
