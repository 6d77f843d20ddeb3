// The period of a map in time: the steps of its slider, what lies in it, and the context map that speaks of it.
import type { ContextMap, EventCounts } from "../api/types";
import { containing, dayAfter, firstDay, frequencyOf, sequence } from "../i18n/periods";

export type Unit = "month" | "quarter" | "year";
const MONTHS: Record<Unit, number> = { month: 1, quarter: 3, year: 12 };
/** A slider of more steps cannot be set by hand. */
const STEPS_MAX = 144;
/** The period that is shown at first, in months. */
const FIRST_MONTHS = 12;

/** From one step to another, both with them. */
export interface Span {
  from: number;
  to: number;
}

export interface Steps {
  unit: Unit;
  /** Periods, one beside the other. */
  periods: string[];
  /** Last step that something is known of. */
  last: number;
}

const monthOf = (day: Date) => day.getUTCFullYear() * 12 + day.getUTCMonth();
/** Months from a period's first to the one after its last; a day is taken for its month. */
export function monthsOf(period: string, fiscalStart: number): [number, number] {
  const from = monthOf(firstDay(period, fiscalStart));
  return [from, Math.max(from + 1, monthOf(dayAfter(period, fiscalStart)))];
}

/** The steps over all that events and maps speak of; none where there is neither. */
export function stepsOf(counts: EventCounts | undefined, maps: readonly ContextMap[], fiscalStart: number): Steps {
  const spans = maps.filter((map) => frequencyOf(map.period)).map((map) => monthsOf(map.period, fiscalStart));
  const days = counts?.first_date ? [monthsOf(counts.first_date, 1)[0], monthsOf(counts.last_date, 1)[1]] : [];
  const all = [...spans.flat(), ...days];
  if (all.length === 0) return { unit: "month", periods: [], last: 0 };
  const [first, after] = [Math.min(...all), Math.max(...all)];
  // Where all is known to the year only, a month would show nothing.
  const finest = (counts?.counts ?? []).reduce((least, count) => Math.min(least, MONTHS[frequencyOf(count.period) as Unit] ?? 12), counts?.counts.length ? 12 : 1);
  const least = Math.max(finest, MONTHS[counts?.frequency as Unit] ?? 1);
  const unit = (["month", "quarter", "year"] as const).find((one) => MONTHS[one] >= least && (after - first) / MONTHS[one] <= STEPS_MAX) ?? "year";
  const at = (month: number) => containing(new Date(Date.UTC(Math.floor(month / 12), month % 12, 1)), unit);
  const periods = sequence(at(first), at(after - 1));
  const last = days[1] === undefined ? periods.length - 1 : periods.indexOf(at(days[1] - 1));
  return { unit, periods, last };
}

/** The span that the address says, or the latest year of what is known. */
export function spanOf(steps: Steps, from: string, to: string): Span {
  const place = (text: string, of: (period: string) => Date): number => {
    if (!frequencyOf(text)) return -1;
    const day = of(text);
    return steps.periods.findIndex((period) => firstDay(period) <= day && day < dayAfter(period));
  };
  const end = place(to, (period) => new Date(dayAfter(period).getTime() - 1));
  const last = end < 0 ? steps.last : end;
  const begin = place(from, (period) => firstDay(period));
  const first = begin < 0 ? last - FIRST_MONTHS / MONTHS[steps.unit] + 1 : begin;
  return { from: Math.max(0, Math.min(first, last)), to: last };
}

/** The span so long, with its end at another step. */
export function moved(span: Span, to: number): Span {
  return { from: to - (span.to - span.from), to };
}

/** The months of a span, the one after the last not with it. */
export function monthsIn(steps: Steps, span: Span): [number, number] {
  const [first, last] = [steps.periods[span.from] ?? "2000", steps.periods[span.to] ?? "2000"];
  return [monthsOf(first, 1)[0], monthsOf(last, 1)[1]];
}

export interface InForce {
  map: ContextMap;
  /** It speaks of the time; of an earlier one; or it is a draft, where nothing is published. */
  as: "of_it" | "before" | "draft";
}

/** The context map that speaks of the last month of a span: the one of that time, else the last before it. */
export function inForce(maps: readonly ContextMap[], lastMonth: number, fiscalStart: number): InForce | null {
  const known = maps.filter((map) => frequencyOf(map.period));
  const published = known.filter((map) => ["published", "superseded"].includes(map.state));
  if (published.length === 0) return known[0] ? { map: known[0], as: "draft" } : null;
  const begun = published.map((map) => ({ map, months: monthsOf(map.period, fiscalStart) })).filter(({ months }) => months[0] <= lastMonth);
  // Of two that begin together the one that was published last; the later begins later otherwise.
  const [latest] = begun.sort((one, other) => other.months[0] - one.months[0] || other.map.published_at.localeCompare(one.map.published_at));
  const [covering] = begun.filter(({ months }) => lastMonth < months[1]);
  if (covering) return { map: covering.map, as: "of_it" };
  return latest ? { map: latest.map, as: "before" } : null;
}

/** The published map before another one; null for the first. */
export function mapBefore(maps: readonly ContextMap[], of: ContextMap, fiscalStart: number): ContextMap | null {
  const order = (map: ContextMap) => `${String(monthsOf(map.period, fiscalStart)[0]).padStart(6, "0")} ${map.published_at}`;
  const earlier = maps.filter((map) => map.id !== of.id && ["published", "superseded"].includes(map.state) && order(map) < order(of));
  return earlier.sort((one, other) => order(other).localeCompare(order(one)))[0] ?? null;
}
