// Counts of a theme over several missions: sums of counts, and nothing else.
import type { RecommendationCount, StatusCount, ThemeCount } from "../api/types";
import { STATUSES } from "../words";

export interface Together extends ThemeCount {
  /** How many missions have something under the theme. */
  missions: number;
}

/** Counts of one theme as one row. */
export function together(theme: string, counts: readonly ThemeCount[]): Together {
  const sum = (pick: (one: ThemeCount) => number) => counts.reduce((total, one) => total + pick(one), 0);
  return {
    theme,
    mission: "",
    region: "",
    missions: counts.filter((one) => one.outcomes + one.outputs > 0).length,
    outcomes: sum((one) => one.outcomes),
    outputs: sum((one) => one.outputs),
    indicators: sum((one) => one.indicators),
    statuses: statuses(counts.flatMap((one) => one.statuses)),
    ratings: statuses(counts.flatMap((one) => one.ratings)),
    performance: statuses(counts.flatMap((one) => one.performance), ["strong", "adequate", "weak"]),
    unrated: sum((one) => one.unrated),
    better: sum((one) => one.better),
    same: sum((one) => one.same),
    worse: sum((one) => one.worse),
    unknown: sum((one) => one.unknown),
    recommendations: recommendations(counts.flatMap((one) => one.recommendations)),
  };
}

function statuses(counts: readonly StatusCount[], order: readonly string[] = STATUSES): StatusCount[] {
  return order.flatMap((status) => {
    const count = counts.filter((one) => one.status === status).reduce((sum, one) => sum + one.count, 0);
    return count > 0 ? [{ status, count }] : [];
  });
}

function recommendations(counts: readonly RecommendationCount[]): RecommendationCount[] {
  const by = new Map<string, RecommendationCount>();
  for (const one of counts) {
    const key = `${one.kind} ${one.state}`;
    const known = by.get(key);
    by.set(key, { ...one, count: one.count + (known?.count ?? 0), late: one.late + (known?.late ?? 0) });
  }
  return [...by.values()];
}
