// What another person changed in the plan that is on the screen.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Plan, PlanItem } from "../api/types";
import { same } from "../parts/merge";
import { session } from "../session";

const SHOWN_MS = 8_000;

export interface Touched {
  /** Who; "" when nobody did just now. */
  by: string;
  ids: ReadonlySet<string>;
  numbers: readonly string[];
}

const NOTHING: Touched = { by: "", ids: new Set(), numbers: [] };
/** Where an item stands changes when another one is moved; that is not a change to it. */
const PLACE = { number: "", position: 0 };

/** Items that are new or say something else than before. */
export function touchedItems(before: readonly PlanItem[], after: readonly PlanItem[]): PlanItem[] {
  const known = new Map(before.map((item) => [item.id, item]));
  return after.filter((item) => {
    const was = known.get(item.id);
    return was !== item && !(was && same({ ...was, ...PLACE }, { ...item, ...PLACE }));
  });
}

/** What was changed by another person, for a few seconds. */
export function useTouched(plan: Plan): Touched {
  const [touched, setTouched] = useState<Touched>(NOTHING);
  const seen = useRef(plan);
  useEffect(() => {
    const before = seen.current;
    seen.current = plan;
    if (before.id !== plan.id || before.version >= plan.version || plan.recorded_by === session.peek()?.account.name) return undefined;
    const items = touchedItems(before.items, plan.items);
    setTouched({ by: plan.recorded_by, ids: new Set(items.map((item) => item.id)), numbers: items.map((item) => item.number) });
    return undefined;
  }, [plan]);
  useEffect(() => {
    if (!touched.by) return undefined;
    const timer = window.setTimeout(() => setTouched(NOTHING), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [touched]);
  return touched;
}
