// Targets of one indicator as a grid: periods across, areas or slices down. Cells are sent one after the other; what
// is not stored yet is kept in the browser.
import { signal } from "@preact/signals";
import { newKey, underKey, write } from "../api/client";
import { Problem } from "../api/problem";
import { expire } from "../api/store";
import type { Indicator, Target } from "../api/types";
import { language, t } from "../i18n";
import { number } from "../i18n/format";
import { dayAfter, firstDay, today } from "../i18n/periods";
import { dropDraft, keepDraft, readDraft } from "../parts/draft";
import { problemTexts } from "../parts/notice";
import { below } from "../session";
import type { GridSheet } from "./grid";
import type { CellView, Line } from "./model";
import { numberFrom } from "./typed";

/** The value or range of a target. */
export interface Aim {
  value: number | null;
  low: number | null;
  high: number | null;
}

interface Cell {
  period: string;
  area: string;
  slice: string;
}

interface Change {
  cell: Cell;
  text: string;
  /** What the text says, as it was read when it was typed. */
  aim: Aim | null;
  /** Why it is not stored; "" while it waits. */
  wrong: string;
  /** Version of the target that the person saw; 0: there was none. */
  base: number;
  /** Another person set it since: it is typed again by who has seen that. */
  outrun: boolean;
  key: string;
}

/** What is kept in the browser of a change. */
type Kept = Pick<Change, "cell" | "text" | "aim" | "base">;

const UNDO_MAX = 200;

/** What was typed as a target; a sentence where it is none. A range is "3–5". */
export function aimBy(text: string, range: boolean, decimalComma: boolean): Aim | string {
  if (!range) {
    const value = numberFrom(text, decimalComma);
    return value === null ? t("entry.type_number") : { value, low: null, high: null };
  }
  const [low, high] = text.trim().split(/\s*(?:–|—|\.\.|;)\s*|\s+-\s*|(?<=\d)-(?=\d)/).map((part) => numberFrom(part, decimalComma));
  return low === null || low === undefined || high === null || high === undefined ? t("target.type_range") : { value: null, low, high };
}

/** A target as it is shown, and typed. */
export function aimText(of: Aim): string {
  return of.value !== null ? number(of.value, 6) : `${number(of.low ?? 0, 6)}–${number(of.high ?? 0, 6)}`;
}

const nameOf = (cell: Cell) => `${cell.period}|${cell.area}|${cell.slice}`;

/** The grid's cells. */
export class TargetSheet implements GridSheet {
  /** Changes whenever a cell does. */
  readonly revision = signal(0);
  /** Why targets of periods that have begun are changed, or set once they are over. */
  reason = "";
  readonly #stored = new Map<string, Target>();
  readonly #changes = new Map<string, Change>();
  #undo: { cell: Cell; before: string; after: string }[][] = [];
  #redo: { cell: Cell; before: string; after: string }[][] = [];
  #sending = false;

  constructor(
    readonly indicator: Indicator,
    readonly viewKey: string,
    public rows: readonly Line[],
    public columns: readonly Line[],
    readonly fiscalStart: number,
  ) {
    for (const kept of readDraft<Kept[]>(this.#draft) ?? []) this.#changes.set(nameOf(kept.cell), { ...kept, wrong: t("target.not_sent"), outrun: false, key: newKey() });
  }

  get #draft(): string {
    return `targets.${this.indicator.id}.${this.viewKey}`;
  }

  /** How many are not stored. */
  get open(): number {
    return this.#changes.size;
  }

  /** What is wrong with them, each once. */
  get wrongs(): string[] {
    return [...new Set([...this.#changes.values()].map((one) => one.wrong).filter(Boolean))];
  }

  /** Takes what was read. */
  read(targets: readonly Target[]): void {
    this.#stored.clear();
    for (const one of targets) this.#stored.set(nameOf(one), one);
  }

  at(row: number, column: number): Cell {
    return { period: "", area: "", slice: "", ...this.columns[column]?.place, ...this.rows[row]?.place } as Cell;
  }

  locked(): boolean {
    return false;
  }

  view(row: number, column: number): CellView {
    const cell = this.at(row, column);
    const change = this.#changes.get(nameOf(cell));
    if (change) return { text: change.text, meaning: change.wrong, standing: change.wrong ? "error" : "waiting" };
    const stored = this.#stored.get(nameOf(cell));
    return stored ? { text: aimText(stored), meaning: "", standing: "approved" } : { text: "", meaning: "", standing: "empty" };
  }

  editable(row: number, column: number): string {
    return this.#text(this.at(row, column));
  }

  #text(cell: Cell): string {
    const stored = this.#stored.get(nameOf(cell));
    return this.#changes.get(nameOf(cell))?.text ?? (stored ? aimText(stored) : "");
  }

  type(row: number, column: number, text: string): void {
    this.write([[row, column, text]]);
  }

  /** Types many at once; one undo takes all of it back. A target that is stored is changed, never taken away. */
  write(texts: readonly (readonly [number, number, string])[]): void {
    const steps = texts
      .filter(([row, column]) => row < this.rows.length && column < this.columns.length)
      .map(([row, column, text]) => ({ cell: this.at(row, column), before: this.#text(this.at(row, column)), after: text.trim() }))
      .filter((step) => step.before !== step.after);
    if (steps.length === 0) return;
    for (const step of steps) this.#set(step.cell, step.after);
    this.#undo = [...this.#undo.slice(-UNDO_MAX), steps];
    this.#redo = [];
    this.#changed();
  }

  undo(): void {
    const steps = this.#undo.pop();
    if (!steps) return;
    for (const step of steps) this.#set(step.cell, step.before);
    this.#redo.push(steps);
    this.#changed();
  }

  redo(): void {
    const steps = this.#redo.pop();
    if (!steps) return;
    for (const step of steps) this.#set(step.cell, step.after);
    this.#undo.push(steps);
    this.#changed();
  }

  /** Sends again what is not stored. */
  again(): void {
    for (const change of this.#changes.values()) if (change.aim && !change.outrun) change.wrong = "";
    this.#changed();
  }

  #set(cell: Cell, text: string): void {
    const name = nameOf(cell);
    const stored = this.#stored.get(name);
    if (stored ? text === aimText(stored) : text === "") {
      this.#changes.delete(name);
      return;
    }
    const aim = text === "" ? t("target.stays") : aimBy(text, this.indicator.direction === "in_range", language.peek() === "fr");
    const read = typeof aim !== "string";
    this.#changes.set(name, { cell, text, aim: read ? aim : null, wrong: read ? "" : aim, base: stored?.version ?? 0, outrun: false, key: newKey() });
  }

  #changed(): void {
    this.#keep();
    void this.#send();
  }

  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    for (let next = this.#next(); next; next = this.#next()) await this.#sendOne(next);
    this.#sending = false;
    expire(below("targets"), below("indicator-pages"));
  }

  #next(): Change | undefined {
    return [...this.#changes.values()].find((one) => one.wrong === "");
  }

  async #sendOne(change: Change): Promise<void> {
    const name = nameOf(change.cell);
    const stored = this.#stored.get(name);
    const now = new Date(`${today()}T00:00:00Z`);
    const begun = firstDay(change.cell.period, this.fiscalStart) <= now;
    const over = dayAfter(change.cell.period, this.fiscalStart) <= now;
    if ((over || (stored && begun)) && this.reason.trim() === "") change.wrong = t("target.reason_first");
    else {
      try {
        const target = { id: stored?.id ?? "", indicator_id: this.indicator.id, ...change.cell, ...change.aim, reason: begun ? this.reason.trim() : "", version: change.base };
        const next = await underKey(change.key, () => write<Target>("PUT", below("targets"), { target }));
        this.#stored.set(name, next);
        const newer = this.#changes.get(name);
        if (newer === change) this.#changes.delete(name);
        // What was typed meanwhile goes out next, on top of what was just stored.
        else if (newer) newer.base = next.version;
      } catch (problem) {
        const theirs = problem instanceof Problem && problem.stale ? (problem.current as Target | undefined) : undefined;
        if (theirs) {
          this.#stored.set(name, theirs);
          change.outrun = true;
          change.wrong = t("target.outrun", { value: aimText(theirs) });
        } else change.wrong = (problem instanceof Problem ? problem.violations[0]?.message : undefined) ?? problemTexts(problem).text;
      }
    }
    this.#keep();
  }

  #keep(): void {
    const kept = [...this.#changes.values()].map(({ cell, text, aim, base }): Kept => ({ cell, text, aim, base }));
    if (kept.length > 0) keepDraft(this.#draft, kept);
    else dropDraft(this.#draft);
    this.revision.value += 1;
  }
}

const sheets = new Map<string, TargetSheet>();

/** The sheet of an indicator in one view: the same one for as long as the page lives, also while it is not shown. */
export function targetSheet(indicator: Indicator, viewKey: string, rows: readonly Line[], columns: readonly Line[], fiscalStart: number): TargetSheet {
  const key = `${indicator.id} ${viewKey}`;
  const found = sheets.get(key);
  if (found) {
    found.rows = rows;
    found.columns = columns;
    return found;
  }
  const made = new TargetSheet(indicator, viewKey, rows, columns, fiscalStart);
  sheets.set(key, made);
  return made;
}
