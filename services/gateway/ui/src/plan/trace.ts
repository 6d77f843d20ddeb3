// From a node of the framework up to the mandate and down to what measures it. Pure.
import type { Indicator, Mandate, MandateTask, PlanItem } from "../api/types";
import { rowsOf, withDescendants } from "./tree";

/** What an item lies in, the objective first; the item itself is not among them. */
export function lineUp(items: readonly PlanItem[], item: PlanItem): PlanItem[] {
  const line: PlanItem[] = [];
  for (let at = items.find((one) => one.id === item.parent_id); at && !line.includes(at); at = items.find((one) => one.id === at?.parent_id)) line.unshift(at);
  return line;
}

/** The task that an item goes back to, through its objective, and its mandate. */
export function taskOf(mandates: readonly Mandate[], items: readonly PlanItem[], item: PlanItem): { mandate: Mandate; task: MandateTask } | null {
  const top = lineUp(items, item)[0] ?? item;
  for (const mandate of mandates) {
    const task = mandate.tasks.find((one) => one.id === top.mandate_task_id);
    if (task) return { mandate, task };
  }
  return null;
}

/** Indicators that measure an item or what lies in it, each with the item, in the order of the tree. */
export function measuredBelow(indicators: readonly Indicator[], items: readonly PlanItem[], item: PlanItem): { indicator: Indicator; of: PlanItem }[] {
  const within = withDescendants(items, item.id);
  return rowsOf(items)
    .filter((row) => within.has(row.item.id))
    .flatMap(({ item: of }) => indicators.filter((one) => one.plan_item_lineage_id === of.lineage_id && one.state !== "retired").map((indicator) => ({ indicator, of })));
}
