// Three versions of one record: what the writer started from, what the writer wants, what is stored now.

/** One field that both changed, differently. */
export interface Clash {
  field: string;
  base: unknown;
  mine: unknown;
  theirs: unknown;
}

/** Their record with my changes in it, and what cannot be decided without a person. */
export interface Merge<T> {
  merged: T;
  clashes: Clash[];
}

/** True when two JSON values are the same. */
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => same((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]));
}

/**
 * Puts my changes (against the base) into theirs, field by field. Where both changed the same field to
 * different values, theirs stays in `merged` and the clash is named. Fields in `ignore` are always theirs.
 */
export function merge<T extends object>(base: T, mine: T, theirs: T, ignore: readonly string[] = ["version"]): Merge<T> {
  const merged = { ...theirs } as Record<string, unknown>;
  const clashes: Clash[] = [];
  for (const field of Object.keys(mine)) {
    if (ignore.includes(field)) continue;
    const [was, want, is] = [base, mine, theirs].map((record) => (record as Record<string, unknown>)[field]);
    if (same(was, want) || same(want, is)) continue;
    if (same(was, is)) merged[field] = want;
    else clashes.push({ field, base: was, mine: want, theirs: is });
  }
  return { merged: merged as T, clashes };
}

/** The merge with a person's choices: the fields in `keepMine` take my value. */
export function resolve<T extends object>(of: Merge<T>, keepMine: ReadonlySet<string>): T {
  const result = { ...of.merged } as Record<string, unknown>;
  for (const clash of of.clashes) if (keepMine.has(clash.field)) result[clash.field] = clash.mine;
  return result as T;
}
