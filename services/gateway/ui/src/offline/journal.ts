// The changes of one person in one mission: on the page at once, in the browser's database a moment later. The database is
// the truth: each step is taken there, in a transaction, on what stands there, so that tabs do not undo one another.
import { CHANGES, database } from "../api/kept";
import { type Change, nameOf, type Step } from "./change";

/** Whether changes outlive the page; else why not. */
export type Safe = "kept" | "denied" | "full";

/** The changes of an owner. */
export class Journal {
  readonly #page = new Map<string, Change>();
  #steps: { name: string; step: Step }[] = [];
  #under = new Set<string>();
  /** What could not be kept in the database; tried again with the next step. */
  readonly #unkept = new Set<string>();
  #writing: Promise<void> | null = null;

  constructor(
    readonly owner: string,
    /** Something changed on the page. */
    readonly changed: () => void,
    /** Something was written, or could not be. */
    readonly written: (safe: Safe) => void,
  ) {}

  /** The changes by the names of their cells. */
  get all(): ReadonlyMap<string, Change> {
    return this.#page;
  }

  /** Takes a step: on the page now, in the database soon. */
  take(name: string, step: Step): void {
    this.#show(name, step(this.#page.get(name)));
    this.#steps.push({ name, step });
    this.#writing ??= Promise.resolve().then(() => this.#write());
  }

  /** Whether something that was taken is still on its way to the database. */
  get writing(): boolean {
    return this.#writing !== null;
  }

  /** Waits until all that was taken is in the database, or known not to be. */
  async settled(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  /** Reads what the database holds; other tabs write there too. */
  async refresh(): Promise<void> {
    const found = await this.#read();
    if (!found) return;
    const own = new Set([...this.#steps.map((one) => one.name), ...this.#under, ...this.#unkept]);
    const names = new Set([...this.#page.keys(), ...found.keys()]);
    for (const name of names) if (!own.has(name)) this.#show(name, found.get(name));
  }

  #show(name: string, change: Change | undefined): void {
    if (change) this.#page.set(name, change);
    else this.#page.delete(name);
    this.changed();
  }

  async #write(): Promise<void> {
    while (this.#steps.length > 0) {
      const steps = this.#together();
      this.#steps = [];
      this.#under = new Set(steps.keys());
      const outcome = await this.#commit(steps);
      this.#under = new Set();
      if (typeof outcome === "string") for (const name of steps.keys()) this.#unkept.add(name);
      else {
        this.#unkept.clear();
        const newer = new Set(this.#steps.map((one) => one.name));
        for (const [name, change] of outcome) if (!newer.has(name)) this.#show(name, change);
      }
      this.written(typeof outcome === "string" ? outcome : "kept");
    }
    this.#writing = null;
  }

  /** The steps of each cell as one; of a cell that could not be kept before, all that the page knows of it. */
  #together(): Map<string, Step> {
    const steps = new Map<string, Step>();
    for (const { name, step } of this.#steps) {
      const earlier = steps.get(name);
      steps.set(name, earlier ? (before) => step(earlier(before)) : step);
    }
    for (const name of this.#unkept) {
      const now = this.#page.get(name);
      steps.set(name, () => now);
    }
    return steps;
  }

  #keyOf(name: string): string {
    return `${this.owner}|${name}`;
  }

  async #commit(steps: ReadonlyMap<string, Step>): Promise<Map<string, Change | undefined> | Safe> {
    const found = await database();
    if (!found) return "denied";
    return new Promise((resolve) => {
      const outcome = new Map<string, Change | undefined>();
      try {
        const transaction = found.transaction(CHANGES, "readwrite");
        const store = transaction.objectStore(CHANGES);
        for (const [name, step] of steps) {
          const request = store.get(this.#keyOf(name));
          request.onsuccess = () => {
            try {
              const before = request.result as Change | undefined;
              const next = step(before);
              outcome.set(name, next);
              if (next === before) return;
              if (next) store.put(next, this.#keyOf(name));
              else store.delete(this.#keyOf(name));
            } catch {
              transaction.abort();
            }
          };
        }
        transaction.oncomplete = () => resolve(outcome);
        transaction.onabort = () => resolve("full");
        transaction.onerror = () => resolve("full");
      } catch {
        resolve("denied");
      }
    });
  }

  async #read(): Promise<Map<string, Change> | null> {
    const found = await database();
    if (!found) return null;
    return new Promise((resolve) => {
      try {
        const request = found.transaction(CHANGES).objectStore(CHANGES).getAll(IDBKeyRange.bound(this.#keyOf(""), this.#keyOf("\uffff")));
        request.onsuccess = () => resolve(new Map((request.result as Change[]).map((one) => [nameOf(one.cell), one])));
        request.onerror = () => resolve(null);
      } catch {
        resolve(null);
      }
    });
  }
}
