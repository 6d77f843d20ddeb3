// What a person does in the framework's grid: where they are, what they type, move, remove and undo.
import type { RefObject } from "preact";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Plan, PlanItem } from "../api/types";
import { t } from "../i18n";
import { dropDraft } from "../parts/draft";
import { filtered, isFiltered } from "../plan/filter";
import { adds, historyOf, moved, removed, revised } from "../plan/history";
import { childKind, dropSpot, indented, type Kind, newItem, outdented, rowsOf, type Spot, unfolded, withDescendants } from "../plan/tree";
import { editItem, moveItem, removeItem } from "../plan/writes";
import { mayWrite } from "../session";
import { COMPONENTS } from "../words";
import { type Ending, type TextColumn, withText } from "./plan-cell";
import { useFilter } from "./plan-filter";
import { openItem } from "./plan-item";
import type { Does } from "./plan-row";

/** Rows that are drawn at once; the others follow when the first stand. */
const FIRST_ROWS = 24;
const PAGE_ROWS = 10;
const TEXT_COLUMNS: readonly string[] = ["statement", "lead", "markers", "end"] satisfies TextColumn[];

/** Where a person is in the grid. */
interface Here {
  id: string;
  column: string;
}

/** A row that is being typed: below which parent, behind which row. */
export interface Adding {
  kind: Kind;
  parent: string;
  position: number;
  after: string;
}

/** Where the text of a row that is not stored yet is kept. */
export function newRowKey(plan: Plan): string {
  return `new-row.${plan.id}`;
}

/** What stands in the grid: rows, lanes, columns, and what the filter leaves. */
function useRows(plan: Plan, editable: boolean, folded: ReadonlySet<string>) {
  const filter = useFilter();
  const support = editable || plan.items.some((item) => item.component === "support");
  const lanes = useMemo(() => COMPONENTS.filter((component) => component !== "support" || support), [support]);
  const columns = useMemo(() => ["number", "statement", ...lanes.map((lane) => `lane.${lane}`), "lead", "about", "markers", "end", "actions"], [lanes]);
  const all = useMemo(() => rowsOf(plan.items), [plan.items]);
  const kept = useMemo(() => (isFiltered(filter) ? filtered(plan.items, filter) : null), [plan.items, ...Object.values(filter)]);
  const rows = useMemo(() => (kept ? all.filter(({ item }) => kept.shown.has(item.id)) : unfolded(all, folded)), [all, kept, folded]);
  const siblings = useMemo(() => {
    const counts = new Map<string, number>();
    for (const item of plan.items) counts.set(item.parent_id, (counts.get(item.parent_id) ?? 0) + 1);
    return counts;
  }, [plan.items]);
  return { lanes, columns, rows, kept, siblings };
}

/** All but the first rows are drawn a moment later. */
function useMany(): number {
  const [many, setMany] = useState(FIRST_ROWS);
  useEffect(() => {
    const timer = window.setTimeout(() => setMany(Number.POSITIVE_INFINITY), 0);
    return () => clearTimeout(timer);
  }, []);
  return many;
}

/** The grid's state and what can be done in it. */
export function useTree(plan: Plan, table: RefObject<HTMLTableElement>) {
  const editable = plan.state === "draft" && mayWrite("coordinator");
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [problem, setProblem] = useState<unknown>(null);
  const [told, setTold] = useState("");
  const [here, setHere] = useState<Here | null>(null);
  const [typing, setEditing] = useState<Here | null>(null);
  const [adding, setAdding] = useState<Adding | null>(null);
  const [target, setTarget] = useState<{ id: string; place: string } | null>(null);
  const { lanes, columns, rows, kept, siblings } = useRows(plan, editable, folded);
  const many = useMany();
  const history = historyOf(plan);
  // The rows ask for the plan when they act on it, so that a saved cell redraws its own row only.
  const latest = useRef(plan);
  latest.current = plan;
  const planNow = useCallback(() => latest.current, []);
  const at = here && rows.some(({ item }) => item.id === here.id) ? here : rows[0] ? { id: rows[0].item.id, column: "statement" } : null;

  // A row may go while it is typed in, by a filter or by another person; what was typed is kept with its cell.
  const editing = typing && rows.some(({ item }) => item.id === typing.id) ? typing : null;
  const anchor = adding && ([adding.after, adding.parent].find((id) => rows.some(({ item }) => item.id === id)) ?? rows.at(-1)?.item.id ?? null);

  /** The focus goes to where the person is, once it is drawn; while something is written, whenever a row is drawn elsewhere. */
  const follow = useRef(false);
  const writing = useRef(0);
  useLayoutEffect(() => {
    const focused = document.activeElement;
    if (!follow.current || editing || anchor || !at || (focused !== document.body && !table.current?.contains(focused))) return;
    const cell = table.current?.querySelector<HTMLElement>(`td[data-item="${at.id}"][data-column="${at.column}"]`);
    if (!cell) return;
    follow.current = writing.current > 0;
    if (cell === focused) return;
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  const goTo = (id: string | undefined, column: string | undefined) => {
    if (!id || !column) return;
    follow.current = true;
    setHere({ id, column });
  };
  const unfold = (id: string) => setFolded((before) => (before.has(id) ? new Set([...before].filter((one) => one !== id)) : before));
  const fold = (id: string) => setFolded((before) => (before.has(id) ? new Set([...before].filter((one) => one !== id)) : new Set([...before, id])));

  /** Does something and says so, or says why it was not done. */
  const doing = async (work: () => Promise<unknown>, said: string | (() => string), nowhere = "") => {
    setProblem(null);
    setTold("");
    writing.current += 1;
    try {
      await work();
      setTold(typeof said === "string" ? said : said());
    } catch (failure) {
      if (failure instanceof NoPlace) setTold(nowhere);
      else setProblem(failure);
    } finally {
      writing.current -= 1;
    }
  };
  /** Moves an item to a place that is found when its turn comes. */
  const place = (item: PlanItem, where: (now: Plan, item: PlanItem) => Spot | null, said: string) => {
    follow.current = table.current?.contains(document.activeElement) ?? false;
    const work = (now: Plan) => {
      const found = now.items.find((one) => one.id === item.id);
      const spot = found && where(now, found);
      if (!spot) throw new NoPlace();
      unfold(spot.parent);
      return moveItem(now, found, spot.parent, spot.position, true);
    };
    void doing(() => history.does(work, (before, after) => moved(said, before, after, item.id)), said, t("plan.no_shift", { item: item.number }));
  };
  const move = (item: PlanItem, by: number) => place(item, (now, found) => beside(now, found, by), t("plan.did_move", { item: item.number }));
  const shift = (item: PlanItem, where: (items: readonly PlanItem[], item: PlanItem) => Spot | null) => place(item, (now, found) => where(now.items, found), t("plan.did_shift", { item: item.number }));
  const remove = (item: PlanItem) => {
    const gone = withDescendants(planNow().items, item.id);
    const left = rows.filter((row) => !gone.has(row.item.id));
    const index = rows.findIndex((row) => row.item.id === item.id);
    goTo((left[index] ?? left.at(-1))?.item.id, at?.column);
    const said = t("plan.did_remove", { item: item.number, count: gone.size - 1 });
    void doing(() => history.does((now) => removeItem(now, item), (before) => removed(said, before, item.id)), said);
  };
  const setComponent = (item: PlanItem, component: string) => {
    if (!editable || item.kind !== "output" || item.component === component) return;
    const said = t("plan.did_edit", { item: item.number });
    const mine = (now: Plan) => ({ ...(now.items.find((one) => one.id === item.id) ?? item), component });
    void doing(() => history.does((now) => editItem(now, now.items.find((one) => one.id === item.id) ?? item, mine(now)), (before) => revised(said, before.items.find((one) => one.id === item.id) ?? item, mine(before)), true), said);
  };
  const turn = (way: "undo" | "redo") => {
    let label = "";
    void doing(async () => { label = (await history[way]())?.label ?? ""; }, () => label && t(way === "undo" ? "plan.undone" : "plan.redone", { step: label }));
  };

  const startAdding = (item: PlanItem, inside: boolean) => {
    const kind = inside ? childKind(item.kind) : (item.kind as Kind);
    if (!kind || !editable) return;
    const within = withDescendants(plan.items, item.id);
    const last = rows.filter((row) => within.has(row.item.id)).at(-1)?.item.id ?? item.id;
    if (inside) unfold(item.id);
    setAdding({ kind, parent: inside ? item.id : item.parent_id, position: inside ? (siblings.get(item.id) ?? 0) : item.position + 1, after: last });
  };
  const finishAdding = (typed: string, how: Ending) => {
    const text = typed.trim();
    const now = adding;
    setAdding(null);
    follow.current = how !== "left";
    if (!now || text === "") return dropDraft(newRowKey(plan));
    const item = withText(newItem(now.kind, plan.items.find((one) => one.id === now.parent), plan), "statement", text);
    return void doing(async () => {
      const made = await adds(history, { ...item, position: now.position }, (one) => t("plan.did_add", { item: one.number }));
      dropDraft(newRowKey(plan));
      if (!made) return;
      follow.current = how !== "left";
      setHere({ id: made.id, column: "statement" });
      // Enter goes on: the next one right behind it.
      if (how === "enter") setAdding({ ...now, position: made.position + 1, after: made.id });
    }, "");
  };

  const dragged = useRef<PlanItem | null>(null);
  const dropAt = (item: PlanItem, lowerHalf: boolean) => dragged.current && dropSpot(planNow().items, dragged.current, item, lowerHalf);
  const now = {
    planNow,
    history,
    open: (item: PlanItem) => openItem(planNow(), item),
    fold,
    add: (kind: Kind, parent?: PlanItem) => openItem(planNow(), newItem(kind, parent, planNow())),
    move,
    component: setComponent,
    begin: (id: string, column: string) => {
      setHere({ id, column });
      setEditing({ id, column });
    },
    end: (how: Ending) => {
      const next = how === "next" || how === "previous" ? TEXT_COLUMNS[TEXT_COLUMNS.indexOf(editing?.column ?? "") + (how === "next" ? 1 : -1)] : undefined;
      follow.current = how !== "left";
      const on = next && editing ? { id: editing.id, column: next } : null;
      setEditing(on);
      if (on) setHere(on);
    },
    drag: (item: PlanItem | null) => {
      dragged.current = item;
      setTarget(null);
    },
    over: (item: PlanItem, lowerHalf: boolean) => {
      const spot = dropAt(item, lowerHalf);
      const place = spot ? (spot.parent === item.id ? "into" : lowerHalf ? "below" : "above") : "";
      setTarget((before) => (place === "" ? null : before?.id === item.id && before.place === place ? before : { id: item.id, place }));
      return place !== "";
    },
    drop: (item: PlanItem, lowerHalf: boolean) => {
      const [what, spot] = [dragged.current, dropAt(item, lowerHalf)];
      dragged.current = null;
      setTarget(null);
      if (what && spot) place(what, (now, found) => { const onto = now.items.find((one) => one.id === item.id); return onto ? dropSpot(now.items, found, onto, lowerHalf) : null; }, t("plan.did_move", { item: what.number }));
    },
  };
  // What the rows are given never changes; what it does is of now.
  const newest = useRef(now);
  newest.current = now;
  const does = useMemo<Does>(() => new Proxy(now, { get: (_, name: keyof typeof now) => newest.current[name] }), []);

  const enter = (item: PlanItem, column: string) => {
    if (column.startsWith("lane.")) return setComponent(item, column.slice("lane.".length));
    if (editable && TEXT_COLUMNS.includes(column)) return now.begin(item.id, column);
    return now.open(item);
  };
  const press = (event: KeyboardEvent) => {
    const cell = (event.target as HTMLElement).closest<HTMLElement>("td[data-item]");
    const row = rows.findIndex(({ item }) => item.id === cell?.dataset.item);
    const found = rows[row];
    const name = cell?.dataset.column ?? "";
    if (!cell || !found || editing) return;
    const { item } = found;
    const column = columns.indexOf(name);
    const toRow = (to: number) => goTo(rows[Math.min(Math.max(to, 0), rows.length - 1)]?.item.id, name);
    const isFolded = folded.has(item.id);
    const isParent = siblings.has(item.id);
    const keys: Record<string, () => unknown> = {
      ArrowDown: () => toRow(row + 1),
      ArrowUp: () => toRow(row - 1),
      ArrowRight: () => (column === 0 && isFolded ? fold(item.id) : goTo(item.id, columns[column + 1])),
      ArrowLeft: () => (column > 0 ? goTo(item.id, columns[column - 1]) : isParent && !isFolded ? fold(item.id) : goTo(item.parent_id, name)),
      Home: () => goTo(item.id, columns[0]),
      End: () => goTo(item.id, columns.at(-1)),
      "Ctrl+Home": () => toRow(0),
      "Ctrl+End": () => toRow(rows.length - 1),
      PageDown: () => toRow(row + PAGE_ROWS),
      PageUp: () => toRow(row - PAGE_ROWS),
      Enter: () => enter(item, name),
      F2: () => enter(item, name),
      " ": () => (column === 0 && isParent ? fold(item.id) : enter(item, name)),
    };
    const changes: Record<string, () => unknown> = {
      "Ctrl+z": () => turn("undo"),
      "Ctrl+y": () => turn("redo"),
      "Ctrl+Shift+z": () => turn("redo"),
      "Alt+ArrowUp": () => !found.first && move(item, -1),
      "Alt+ArrowDown": () => !found.last && move(item, 1),
      "Alt+Shift+ArrowRight": () => shift(item, indented),
      "Alt+Shift+ArrowLeft": () => shift(item, outdented),
      Insert: () => startAdding(item, false),
      "Ctrl+Enter": () => startAdding(item, false),
      "Ctrl+Shift+Enter": () => startAdding(item, true),
      Delete: () => remove(item),
    };
    const key = keyOf(event);
    const act = keys[key] ?? (editable ? changes[key] : undefined);
    // A button in a cell has its own Enter and Space.
    if (!act || (event.target !== cell && ["Enter", " "].includes(key))) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const focused = (event: FocusEvent) => {
    const { item: id, column } = (event.target as HTMLElement).closest<HTMLElement>("td[data-item]")?.dataset ?? {};
    if (id && column && (id !== at?.id || column !== at.column)) setHere({ id, column });
  };
  const foldTo = (kind: Kind | null) => setFolded(new Set(plan.items.filter((item) => item.kind === kind).map((item) => item.id)));
  return { editable, lanes, columns, rows: rows.slice(0, many), count: rows.length, kept, siblings, folded, at, editing, adding, anchor, target, problem, told, history, does, turn, press, focused, foldTo, finishAdding };
}

/** There is no such place for it. */
class NoPlace extends Error {}

/** One place up or down among its siblings. */
function beside(plan: Plan, item: PlanItem, by: number): Spot | null {
  const position = item.position + by;
  const siblings = plan.items.filter((one) => one.parent_id === item.parent_id).length;
  return position < 0 || position >= siblings ? null : { parent: item.parent_id, position };
}

/** A key with what was held: "Ctrl+Shift+z"; Ctrl is Command on a Mac. */
function keyOf(event: KeyboardEvent): string {
  const held = [event.ctrlKey || event.metaKey ? "Ctrl+" : "", event.altKey ? "Alt+" : "", event.shiftKey ? "Shift+" : ""].join("");
  return held + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
}
