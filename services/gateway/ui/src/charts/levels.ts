// What a context map says, on a map of one administrative level: what is about a part of an area counts in that area and is
// marked; what is about a larger area, or one that is not there, is listed and not drawn.
import type { Area, ContextFactor, ContextMap } from "../api/types";
import type { Figure } from "../i18n/format";

type Placed = Pick<Area, "code" | "level" | "parent_code">;

/** The levels that areas have, the highest first. */
export function levelsOf(areas: readonly Placed[]): number[] {
  return [...new Set(areas.map((area) => area.level))].sort((one, other) => one - other);
}

/** The area at a level that another one lies in, or is; null for a larger one and for one that is not there. */
export function ancestorAt(code: string, level: number, byCode: ReadonlyMap<string, Placed>): string | null {
  let area = byCode.get(code);
  // A parent is of a higher level, so the way up ends.
  while (area && area.level > level) {
    const above = byCode.get(area.parent_code);
    if (above && above.level >= area.level) return null;
    area = above;
  }
  return area?.level === level ? area.code : null;
}

/** Areas that a factor speaks of: its own, or all of its map. */
export const areasOf = (factor: ContextFactor, map: ContextMap): readonly string[] => (factor.areas.length ? factor.areas : map.areas);

/** The level that most of what a map speaks of has; 1 without any, or the nearest to it that the mission has. */
export function levelOf(map: ContextMap | undefined, areas: readonly Placed[]): number {
  const byCode = new Map(areas.map((area) => [area.code, area]));
  const often = new Map<number, number>();
  for (const code of map ? [...map.factors.flatMap((factor) => areasOf(factor, map)), ...map.areas] : []) {
    const level = byCode.get(code)?.level;
    if (level !== undefined) often.set(level, (often.get(level) ?? 0) + 1);
  }
  const [most] = [...often].sort(([one, oneCount], [other, otherCount]) => otherCount - oneCount || one - other);
  if (most) return most[0];
  return [...levelsOf(areas)].sort((one, other) => Math.abs(one - 1) - Math.abs(other - 1) || other - one)[0] ?? 1;
}

export interface Spoken {
  factor: ContextFactor;
  /** Codes of the parts of the area that it is about; empty: of the whole. */
  parts: string[];
}

export interface OnLevel {
  /** Per area, the severity of what inhibits peace there, added up; each factor once. */
  values: Map<string, Figure>;
  factors: Map<string, Spoken[]>;
  /** Factors that are about more or other places than the areas of the level, with the codes of those. */
  elsewhere: { factor: ContextFactor; areas: string[] }[];
}

/** The factors of a map on the areas of one level. */
export function onLevel(map: ContextMap, areas: readonly Placed[], level: number): OnLevel {
  const byCode = new Map(areas.map((area) => [area.code, area]));
  const found: OnLevel = { values: new Map(), factors: new Map(), elsewhere: [] };
  for (const factor of map.factors) {
    const here = new Map<string, string[] | null>();
    const elsewhere: string[] = [];
    for (const code of areasOf(factor, map)) {
      const at = ancestorAt(code, level, byCode);
      if (at === null) elsewhere.push(code);
      else if (at === code) here.set(at, null);
      else if (here.get(at) !== null) here.set(at, [...(here.get(at) ?? []), code]);
    }
    // Of the whole mission.
    if (here.size === 0 && elsewhere.length === 0) elsewhere.push("");
    if (elsewhere.length) found.elsewhere.push({ factor, areas: elsewhere });
    for (const [at, parts] of here) {
      const before = found.values.get(at)?.value ?? 0;
      found.values.set(at, { value: before + (factor.effect === "inhibits" ? factor.severity : 0), kind: "value" });
      found.factors.set(at, [...(found.factors.get(at) ?? []), { factor, parts: parts ?? [] }]);
    }
  }
  return found;
}

/** Areas of which a factor speaks of a part only. */
export function partly(of: OnLevel): Set<string> {
  return new Set([...of.factors].filter(([, spoken]) => spoken.some((one) => one.parts.length > 0)).map(([code]) => code));
}
