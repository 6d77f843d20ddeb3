// Rows and columns of the grid, what stands in each cell, and the undo of what was done to them.
import type { CellSign, EntryCell, RuleBreach } from "../api/types";
import { type CellAt, type Change, contentOf, nameOf, type Seen, seenOf } from "../offline/change";
import type { Outbox } from "../offline/outbox";
import { editable, meaning, type Said, saidBy, shown } from "./typed";

/** A row or a column: its heading, and what it adds to the place of its cells. */
export interface Line {
  key: string;
  head: string;
  sub?: string;
  place: Partial<CellAt>;
  /** Kind of the indicator, where the line names one. */
  kind?: string;
  locked?: boolean;
  /** Why it is locked, and by whom. */
  why?: string;
}

/** How a cell stands, by word. */
export type Standing = "empty" | "waiting" | "error" | "conflict" | "warned" | "draft" | "submitted" | "verified" | "approved" | "returned";

/** A cell as it is drawn. */
export interface CellView {
  text: string;
  meaning: string;
  standing: Standing;
  /** For follow-up. */
  marked?: boolean;
  comments?: number;
}

interface Step {
  cell: CellAt;
  before: { said: Said; note: string } | null;
  after: { said: Said; note: string } | null;
}

const UNDO_MAX = 200;
const MISSING: Said = { kind: "missing", value: null, numerator: null, denominator: null, level: "", text: "" };

/** What stands in the cells of one grid. */
export class Sheet {
  readonly #stored = new Map<string, { seen: Seen; breaches: RuleBreach[] }>();
  readonly #signs = new Map<string, CellSign>();
  #undo: Step[][] = [];
  #redo: Step[][] = [];

  constructor(
    readonly rows: readonly Line[],
    readonly columns: readonly Line[],
    readonly common: Partial<CellAt>,
    readonly kind: string,
    readonly outbox: Outbox,
  ) {}

  /** Takes what was read. */
  read(cells: readonly EntryCell[], signs: readonly CellSign[] = []): void {
    this.#signs.clear();
    for (const one of signs) this.#signs.set(nameOf(one), one);
    this.#stored.clear();
    for (const one of cells) this.#stored.set(nameOf(one), { seen: seenOf(one), breaches: one.breaches });
  }

  /** Takes what was stored just now. */
  took(cell: CellAt, seen: Seen, breaches: RuleBreach[]): void {
    this.#stored.set(nameOf(cell), { seen, breaches });
  }

  at(row: number, column: number): CellAt {
    return { indicator_code: "", period: "", area: "", slice: "", ...this.common, ...this.columns[column]?.place, ...this.rows[row]?.place };
  }

  kindAt(row: number): string {
    return this.rows[row]?.kind ?? this.kind;
  }

  locked(row: number, column: number): boolean {
    return Boolean(this.rows[row]?.locked || this.columns[column]?.locked);
  }

  /** Why a cell is locked; empty where it is not. */
  why(row: number, column: number): string {
    return this.locked(row, column) ? (this.rows[row]?.why ?? this.columns[column]?.why ?? "") : "";
  }

  /** Its mark for follow-up, and how much was said about it. */
  sign(cell: CellAt): CellSign | undefined {
    return this.#signs.get(nameOf(cell));
  }

  /** Where a cell stands in the grid; null: the grid does not show it. */
  placeOf(cell: CellAt): readonly [number, number] | null {
    const name = nameOf(cell);
    for (let row = 0; row < this.rows.length; row += 1) {
      for (let column = 0; column < this.columns.length; column += 1) if (nameOf(this.at(row, column)) === name) return [row, column];
    }
    return null;
  }

  stored(cell: CellAt): { seen: Seen; breaches: RuleBreach[] } | undefined {
    return this.#stored.get(nameOf(cell));
  }

  /** What a cell says now: what waits, or else what is stored. */
  content(cell: CellAt): { said: Said; note: string } | null {
    const change = this.outbox.of(cell);
    if (change) return contentOf(change);
    const stored = this.stored(cell)?.seen;
    return stored ? { said: stored.said, note: stored.note } : null;
  }

  view(row: number, column: number): CellView {
    const sign = this.sign(this.at(row, column));
    return sign ? { ...this.#said(row, column), marked: sign.marked, comments: sign.comments } : this.#said(row, column);
  }

  #said(row: number, column: number): CellView {
    const cell = this.at(row, column);
    const change = this.outbox.of(cell);
    const content = this.content(cell);
    const typed = change && contentOf(change).typed;
    if (typed !== undefined) return { text: typed, meaning: "", standing: "error" };
    if (!content) return { text: "", meaning: "", standing: "empty" };
    return { text: shown(content.said), meaning: meaning(content.said), standing: change ? change.status : this.#standing(cell, content.note) };
  }

  #standing(cell: CellAt, note: string): Standing {
    const stored = this.stored(cell);
    const warned = stored?.breaches.some((breach) => breach.severity === "error") || (stored?.breaches.length && !note.trim());
    return warned ? "warned" : ((stored?.seen.state ?? "draft") as Standing);
  }

  /** What stands in the editor. */
  editable(row: number, column: number): string {
    const cell = this.at(row, column);
    const change = this.outbox.of(cell);
    const typed = change && contentOf(change).typed;
    const content = this.content(cell);
    return typed ?? (content ? editable(content.said) : "");
  }

  /** Types a text into a cell. */
  type(row: number, column: number, text: string): void {
    this.write([[row, column, text]]);
  }

  /** Types many at once; one undo takes all of it back. An empty text empties the cell. */
  write(texts: readonly (readonly [number, number, string])[]): void {
    const steps: Step[] = [];
    for (const [row, column, text] of texts) {
      if (row >= this.rows.length || column >= this.columns.length || this.locked(row, column)) continue;
      const cell = this.at(row, column);
      const before = this.content(cell);
      if (text.trim() === "") {
        if (before) steps.push({ cell, before, after: null });
        continue;
      }
      const said = saidBy(text, this.kindAt(row));
      if (typeof said === "string") {
        this.outbox.put(cell, MISSING, before?.note ?? "", this.stored(cell)?.seen ?? null, { text, message: said });
        continue;
      }
      steps.push({ cell, before, after: { said, note: before?.note ?? "" } });
    }
    this.#do(steps);
  }

  /** Sets the note of a cell. */
  note(cell: CellAt, note: string): void {
    const before = this.content(cell);
    if (before && before.note !== note) this.#do([{ cell, before, after: { said: before.said, note } }]);
  }

  undo(): void {
    const steps = this.#undo.pop();
    if (!steps) return;
    for (const step of steps) this.#set(step.cell, step.before);
    this.#redo.push(steps);
  }

  redo(): void {
    const steps = this.#redo.pop();
    if (!steps) return;
    for (const step of steps) this.#set(step.cell, step.after);
    this.#undo.push(steps);
  }

  #do(steps: Step[]): void {
    if (steps.length === 0) return;
    for (const step of steps) this.#set(step.cell, step.after);
    this.#undo = [...this.#undo.slice(-UNDO_MAX), steps];
    this.#redo = [];
  }

  #set(cell: CellAt, content: { said: Said; note: string } | null): void {
    const stored = this.stored(cell)?.seen ?? null;
    if (content) return this.outbox.put(cell, content.said, content.note, stored);
    const change = this.outbox.of(cell);
    // What is stored, or may be, is never taken away: from now on it is known to be missing.
    if (stored || change?.inDoubt) this.outbox.put(cell, MISSING, stored?.note ?? "", stored);
    else this.outbox.drop(cell);
  }
}

/** How many changes stand how. */
export function counted(changes: ReadonlyMap<string, Change>): Record<Change["status"], number> {
  const counts = { waiting: 0, error: 0, conflict: 0 };
  for (const change of changes.values()) counts[change.status] += 1;
  return counts;
}

/** What keeps a section from being submitted. */
export interface Blocking {
  error: number;
  conflict: number;
  /** Stored drafts that a rule does not let through. */
  broken: number;
  /** One of these cells. */
  first: CellAt | null;
}

/**
 * What keeps a section from being submitted: changes of its indicators in error or in conflict, and stored drafts that a
 * rule keeps out. A warning keeps nothing: without its note the service leaves that one value where it is.
 */
export function blocking(changes: ReadonlyMap<string, Change>, cells: readonly EntryCell[], codes: ReadonlySet<string>): Blocking {
  const found: Blocking = { error: 0, conflict: 0, broken: 0, first: null };
  const add = (kind: "error" | "conflict" | "broken", cell: CellAt) => {
    found[kind] += 1;
    found.first ??= cell;
  };
  for (const change of changes.values()) if (change.status !== "waiting" && codes.has(change.cell.indicator_code)) add(change.status, change.cell);
  for (const cell of cells) {
    const broken = (cell.state === "draft" || cell.state === "returned") && cell.breaches.some((breach) => breach.severity === "error");
    if (broken && codes.has(cell.indicator_code) && !changes.has(nameOf(cell))) add("broken", cell);
  }
  return found;
}
