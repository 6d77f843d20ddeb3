// Which part of the framework is shown. Pure.
import type { PlanItem } from "../api/types";

export const FILTERS = ["component", "section", "area", "marker", "stakeholder"] as const;
export type FilterName = (typeof FILTERS)[number];
/** What is asked for; "" does not matter. */
export type Filter = Record<FilterName, string>;

/** True when anything is asked for. */
export function isFiltered(filter: Filter): boolean {
  return FILTERS.some((name) => filter[name] !== "");
}

/**
 * The items that fit, and those that they lie in, which stay for the context. What lies in an output is of its
 * component, and what lies in an outcome about its stakeholder; section, area and marker are an item's own.
 */
export function filtered(items: readonly PlanItem[], filter: Filter): { fitting: Set<string>; shown: Set<string> } {
  const byId = new Map(items.map((item) => [item.id, item]));
  const lineOf = (item: PlanItem): PlanItem[] => {
    const line: PlanItem[] = [];
    for (let at: PlanItem | undefined = item; at && !line.includes(at); at = byId.get(at.parent_id)) line.push(at);
    return line;
  };
  const fits = (item: PlanItem, line: PlanItem[]) =>
    (!filter.component || line.some((one) => one.component === filter.component)) &&
    (!filter.stakeholder || line.some((one) => one.stakeholder_id === filter.stakeholder)) &&
    (!filter.section || item.lead_section === filter.section || item.contributing_sections.includes(filter.section)) &&
    (!filter.area || item.areas.includes(filter.area)) &&
    (!filter.marker || item.markers.includes(filter.marker));
  const fitting = new Set<string>();
  const shown = new Set<string>();
  for (const item of items) {
    const line = lineOf(item);
    if (!fits(item, line)) continue;
    fitting.add(item.id);
    for (const one of line) shown.add(one.id);
  }
  return { fitting, shown };
}

/** What the items of a plan can be asked for, each once, in alphabetical order. */
export function choicesOf(items: readonly PlanItem[]): Record<FilterName, string[]> {
  const all = (values: (item: PlanItem) => string[]) => [...new Set(items.flatMap(values))].filter(Boolean).sort((one, other) => one.localeCompare(other));
  return {
    component: all((item) => [item.component]),
    section: all((item) => [item.lead_section, ...item.contributing_sections]),
    area: all((item) => item.areas),
    marker: all((item) => item.markers),
    stakeholder: all((item) => [item.stakeholder_id]),
  };
}
