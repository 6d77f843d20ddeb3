// The plan's items as a tree: order, children, and what may stand where. Pure.
import type { PlanItem, ResultLink } from "../api/types";

export type Kind = "objective" | "outcome" | "output" | "activity";
const ORDER: readonly Kind[] = ["objective", "outcome", "output", "activity"];

/** An item in its place in the tree. */
export interface Row {
  item: PlanItem;
  /** 0 for an objective. */
  depth: number;
  /** True for the first and the last among its siblings. */
  first: boolean;
  last: boolean;
}

/** Items depth first, siblings by position; an item whose parent is not there comes last, at the top level. */
export function rowsOf(items: readonly PlanItem[]): Row[] {
  const ids = new Set(items.map((item) => item.id));
  const byParent = new Map<string, PlanItem[]>();
  for (const item of items) {
    const parent = ids.has(item.parent_id) ? item.parent_id : "";
    byParent.set(parent, [...(byParent.get(parent) ?? []), item]);
  }
  const rows: Row[] = [];
  const seen = new Set<string>();
  const visit = (parent: string, depth: number) => {
    const siblings = [...(byParent.get(parent) ?? [])].sort((one, other) => one.position - other.position);
    siblings.forEach((item, place) => {
      if (seen.has(item.id)) return;
      seen.add(item.id);
      rows.push({ item, depth, first: place === 0, last: place === siblings.length - 1 });
      visit(item.id, depth + 1);
    });
  };
  visit("", 0);
  return rows;
}

/** The kind that stands below a kind; null below an activity. */
export function childKind(kind: string): Kind | null {
  return ORDER[ORDER.indexOf(kind as Kind) + 1] ?? null;
}

/** The kind that an item of a kind stands below; null for an objective. */
export function parentKind(kind: string): Kind | null {
  return ORDER[ORDER.indexOf(kind as Kind) - 1] ?? null;
}

/** An item and all below it. */
export function withDescendants(items: readonly PlanItem[], id: string): Set<string> {
  const found = new Set([id]);
  let grew = true;
  while (grew) {
    grew = false;
    for (const item of items) {
      if (found.has(item.parent_id) && !found.has(item.id)) {
        found.add(item.id);
        grew = true;
      }
    }
  }
  return found;
}

/** Where an item may be moved to: items of the kind above its own, other than its parent. */
export function moveTargets(items: readonly PlanItem[], item: PlanItem): PlanItem[] {
  const above = parentKind(item.kind);
  return items.filter((one) => one.kind === above && one.id !== item.parent_id);
}

/** Rows that stay when some items are folded. */
export function unfolded(rows: readonly Row[], folded: ReadonlySet<string>): Row[] {
  const hidden = new Set<string>();
  return rows.filter(({ item }) => {
    const hide = folded.has(item.parent_id) || hidden.has(item.parent_id);
    if (hide) hidden.add(item.id);
    return !hide;
  });
}

/** True when a new link from an output to an outcome is there already. */
export function isLinked(links: readonly ResultLink[], output: string, outcome: string): boolean {
  return links.some((link) => link.output_id === output && link.outcome_id === outcome);
}

/** A new item below a parent, with what it takes over from it. */
export function newItem(kind: Kind, parent: PlanItem | undefined, plan: { start: string; end: string; items: readonly PlanItem[] }): PlanItem {
  return {
    id: "",
    lineage_id: "",
    kind,
    parent_id: parent?.id ?? "",
    position: plan.items.filter((item) => item.parent_id === (parent?.id ?? "") && item.kind === kind).length,
    number: "",
    statement: { en: "", fr: "" },
    lead_section: parent?.lead_section ?? "",
    contributing_sections: [],
    areas: parent?.areas ?? [],
    markers: [],
    start: parent?.start || plan.start,
    end: parent?.end || plan.end,
    priority: 0,
    mandate_task_id: "",
    stakeholder_id: "",
    dimension: kind === "outcome" ? "behaviour" : "",
    component: kind === "output" ? "civilian" : "",
    activity_status: kind === "activity" ? "planned" : "",
    progress_percent: 0,
    depends_on: [],
    plan_change_id: "",
    library_code: "",
    library_version: 0,
    library_part_id: "",
  };
}

/** A place in the tree: below a parent ("" for the top), among its children. */
export interface Spot {
  parent: string;
  position: number;
}

/** Where an item stands. */
export function spotOf(item: PlanItem): Spot {
  return { parent: item.parent_id, position: item.position };
}

/** How many levels an item spans with what lies in it; 1 for one without children. */
export function heightOf(items: readonly PlanItem[], item: PlanItem): number {
  const below = items.filter((one) => one.parent_id === item.id).map((one) => heightOf(items, one));
  return 1 + Math.max(0, ...below);
}

/** One level further in: the last below the sibling before it. Null: there is none, or nothing lies that deep. */
export function indented(items: readonly PlanItem[], item: PlanItem): Spot | null {
  const before = items.find((one) => one.parent_id === item.parent_id && one.position === item.position - 1);
  const levels = ORDER.length - ORDER.indexOf(item.kind as Kind);
  if (!before || heightOf(items, item) >= levels) return null;
  return { parent: before.id, position: items.filter((one) => one.parent_id === before.id).length };
}

/** One level further out: right behind what it lies in. Null for an objective. */
export function outdented(items: readonly PlanItem[], item: PlanItem): Spot | null {
  const parent = items.find((one) => one.id === item.parent_id);
  return parent ? { parent: parent.parent_id, position: parent.position + 1 } : null;
}

/** Where an item that is dropped on another one goes, at its own level: into it, before it or behind it. */
export function dropSpot(items: readonly PlanItem[], moved: PlanItem, onto: PlanItem, lowerHalf: boolean): Spot | null {
  if (moved.id === onto.id) return null;
  if (onto.kind === parentKind(moved.kind)) {
    const others = items.filter((one) => one.parent_id === onto.id && one.id !== moved.id);
    return { parent: onto.id, position: others.length };
  }
  if (onto.kind !== moved.kind) return null;
  // The place is counted without the moved item, which leaves a gap when it stood before.
  const gap = moved.parent_id === onto.parent_id && moved.position < onto.position ? 1 : 0;
  return { parent: onto.parent_id, position: onto.position + (lowerHalf ? 1 : 0) - gap };
}
