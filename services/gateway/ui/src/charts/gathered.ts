// Events in a period: where they gather, and how many each area has.
import type { EventCount, EventCounts } from "../api/types";
import { monthsOf } from "./time";

export interface Sum {
  events: number;
  deaths: number;
  /** Events of which no number of deaths is known. */
  withoutDeaths: number;
  /** Events of which only the area is known: they stand at no point. */
  atNoPoint: number;
}

export interface Cluster {
  area: string;
  longitude: number;
  latitude: number;
  events: number;
  deaths: number;
}

export interface Gathered extends Sum {
  /** The largest first. */
  clusters: Cluster[];
  byArea: Map<string, Sum>;
  /** Events known to a period only that goes beyond this one: counted nowhere here. */
  beyond: number;
}

const nothing = (): Sum => ({ events: 0, deaths: 0, withoutDeaths: 0, atNoPoint: 0 });

function add(to: Sum, count: EventCount, atNoPoint: boolean): void {
  to.events += count.events;
  to.deaths += count.deaths_best;
  to.withoutDeaths += count.without_deaths;
  if (atNoPoint) to.atNoPoint += count.events;
}

/** Adds up what lies in the months; of one type, or of all. */
export function gathered(counts: EventCounts, [first, after]: readonly [number, number], kind: number | null): Gathered {
  const found: Gathered = { ...nothing(), clusters: [], byArea: new Map(), beyond: 0 };
  const places = new Map<number, Cluster>();
  for (const count of counts.counts) {
    const place = counts.places[count.place];
    if (!place || (kind !== null && count.kind !== kind)) continue;
    const [from, until] = monthsOf(count.period, 1);
    if (until <= first || from >= after) continue;
    if (from < first || until > after) {
      found.beyond += count.events;
      continue;
    }
    const { longitude, latitude } = place;
    const atNoPoint = longitude === null || latitude === null;
    let area = found.byArea.get(place.area);
    if (!area) found.byArea.set(place.area, (area = nothing()));
    add(found, count, atNoPoint);
    add(area, count, atNoPoint);
    if (longitude === null || latitude === null) continue;
    const cluster = places.get(count.place);
    if (cluster) {
      cluster.events += count.events;
      cluster.deaths += count.deaths_best;
    } else places.set(count.place, { area: place.area, longitude, latitude, events: count.events, deaths: count.deaths_best });
  }
  found.clusters = [...places.values()].sort((one, other) => other.events - one.events);
  return found;
}

/** The most events that a place has in any period of so many months: circles keep their scale while the period moves. */
export function mostAnywhere(counts: EventCounts, months: number, kind: number | null): number {
  const byPlace = new Map<number, [number, number, number][]>();
  for (const count of counts.counts) {
    if (counts.places[count.place]?.longitude === null || (kind !== null && count.kind !== kind)) continue;
    const [from, until] = monthsOf(count.period, 1);
    if (until - from > months) continue;
    const known = byPlace.get(count.place);
    if (known) known.push([from, until, count.events]);
    else byPlace.set(count.place, [[from, until, count.events]]);
  }
  let most = 0;
  for (const all of byPlace.values()) {
    for (const [from] of all) {
      most = Math.max(most, all.reduce((sum, [begin, until, events]) => (begin >= from && until <= from + months ? sum + events : sum), 0));
    }
  }
  return most;
}

/** Radius of one event where there is room for it. */
const RADIUS_OF_ONE = 5;

/** Radius of a circle whose surface stands for a count; few events are no large circles. */
export function radius(events: number, most: number, largest: number): number {
  const scale = Math.min(RADIUS_OF_ONE, largest / Math.sqrt(Math.max(1, most)));
  return Math.max(2, scale * Math.sqrt(events));
}

/** Counts for a legend of circles: the most, about a quarter of it, and one. */
export function legendCounts(most: number): number[] {
  return [...new Set([most, Math.round(most / 4), 1])].filter((count) => count >= 1);
}

/** Adds areas up to those that they lie in; what lies in none keeps its own code. */
export function rolledUp(byArea: ReadonlyMap<string, Sum>, to: (code: string) => string | null): Map<string, Sum> {
  const found = new Map<string, Sum>();
  for (const [code, sum] of byArea) {
    const at = to(code) ?? code;
    const before = found.get(at) ?? nothing();
    found.set(at, { events: before.events + sum.events, deaths: before.deaths + sum.deaths, withoutDeaths: before.withoutDeaths + sum.withoutDeaths, atNoPoint: before.atNoPoint + sum.atNoPoint });
  }
  return found;
}
