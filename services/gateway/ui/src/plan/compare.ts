// Two versions of a plan as one tree: what stands in the newer one in its place, and what is gone where it was. Pure.
import type { FieldChange, Plan, PlanDiff, PlanItem } from "../api/types";
import { rowsOf } from "./tree";

/** An item in the tree of both versions. */
export interface ComparedRow {
  item: PlanItem;
  /** 0 for an objective. */
  depth: number;
  change: "same" | "added" | "gone" | "changed";
  fields: readonly FieldChange[];
}

/**
 * The items of both versions, depth first. What is gone hangs below the item that it hung below, before the one that
 * has its place now.
 */
export function compared(older: Pick<Plan, "items">, newer: Pick<Plan, "items">, diff: Pick<PlanDiff, "items">): ComparedRow[] {
  const lineageOf = new Map(older.items.map((item) => [item.id, item.lineage_id]));
  const nowOf = new Map(newer.items.map((item) => [item.lineage_id, item.id]));
  const changes = new Map(diff.items.flatMap((one) => (one.item ? [[one.item.lineage_id, one] as const] : [])));
  const gone = diff.items.flatMap((one) => (one.change === "gone" && one.item ? [one.item] : []));
  for (const item of gone) nowOf.set(item.lineage_id, item.id);
  const before = gone.map((item) => ({ ...item, parent_id: nowOf.get(lineageOf.get(item.parent_id) ?? "") ?? "", position: item.position - 0.5 }));
  return rowsOf([...newer.items, ...before]).map(({ item, depth }) => {
    const found = changes.get(item.lineage_id);
    return { item, depth, change: (found?.change as ComparedRow["change"]) ?? "same", fields: found?.fields ?? [] };
  });
}

/** The rows that changed, and those above them. */
export function onlyChanged(rows: readonly ComparedRow[]): ComparedRow[] {
  const kept = new Set<ComparedRow>();
  const above: ComparedRow[] = [];
  for (const row of rows) {
    above.length = row.depth;
    above[row.depth] = row;
    if (row.change !== "same") for (const one of above) if (one) kept.add(one);
  }
  return rows.filter((row) => kept.has(row));
}
