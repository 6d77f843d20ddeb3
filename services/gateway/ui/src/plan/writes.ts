// Writes to the plan: the whole plan comes back and takes the place of what was on the screen.
import { write } from "../api/client";
import { Problem } from "../api/problem";
import { expire, put, resource } from "../api/store";
import type { Plan, PlanItem, ResultLink } from "../api/types";
import { merge, same } from "../parts/merge";
import { below } from "../session";

/** Takes a plan as it is now; items that did not change stay the same objects, so that their rows stay as drawn. */
export function took(next: Plan): Plan {
  const known = new Map(resource<Plan>(below(`plans/${next.id}`)).data.peek()?.items.map((item) => [item.id, item]));
  const items = next.items.map((item) => {
    const before = known.get(item.id);
    return before && same(before, item) ? before : item;
  });
  const plan = { ...next, items };
  put(below(`plans/${plan.id}`), plan);
  if (plan.state === "active") put(below("plans/active"), plan);
  return plan;
}

function itemsPath(plan: Plan): string {
  return below(`plans/${plan.id}/items`);
}

/** Adds an item. */
export async function addItem(plan: Plan, item: PlanItem, version = plan.version): Promise<Plan> {
  return took(await write<Plan>("POST", itemsPath(plan), { item }, { version }));
}

/** Writes an item as it should be. */
export async function reviseItem(plan: Plan, item: PlanItem, version = plan.version): Promise<Plan> {
  return took(await write<Plan>("PUT", itemsPath(plan), { item }, { version }));
}

/** The same item in the plan that a stale write met. */
export function itemIn(current: unknown, id: string): PlanItem | undefined {
  return (current as Plan | undefined)?.items?.find((item) => item.id === id);
}

/**
 * Writes one changed item at once on the screen, then to the gateway. When another person changed the plan
 * meanwhile and the changes do not meet, it is written again on top of theirs; when they do, the problem comes out
 * and the plan on the screen is theirs.
 */
export async function editItem(plan: Plan, base: PlanItem, mine: PlanItem): Promise<Plan> {
  took({ ...plan, items: plan.items.map((item) => (item.id === mine.id ? mine : item)) });
  try {
    return await reviseItem(plan, mine);
  } catch (problem) {
    const theirs = problem instanceof Problem && problem.stale ? itemIn(problem.current, mine.id) : undefined;
    if (!theirs || !(problem instanceof Problem) || problem.currentVersion === undefined) {
      took(plan);
      throw problem;
    }
    const current = took(problem.current as Plan);
    const { merged, clashes } = merge(base, mine, theirs, ["version", "number", "position"]);
    if (clashes.length > 0) throw problem;
    return reviseItem(current, merged, problem.currentVersion);
  }
}

/** Moves an item to a place below a parent ("" for the top); to another level only where that is meant. */
export async function moveItem(plan: Plan, item: PlanItem, parent: string, position: number, change_level = false): Promise<Plan> {
  return took(await write<Plan>("POST", `${itemsPath(plan)}/${item.id}/move`, { parent_id: parent, position, change_level }, { version: plan.version }));
}

/** Removes an item and all below it. */
export async function removeItem(plan: Plan, item: PlanItem): Promise<Plan> {
  const next = took(await write<Plan>("DELETE", `${itemsPath(plan)}/${item.id}`, undefined, { version: plan.version }));
  expire(below(`plans/${plan.id}/removed-items`));
  return next;
}

/** Puts a removed item back with all that lay in it. */
export async function restoreItem(plan: Plan, id: string): Promise<Plan> {
  const next = took(await write<Plan>("POST", below(`plans/${plan.id}/removed-items/${id}/restore`), {}, { version: plan.version }));
  expire(below(`plans/${plan.id}/removed-items`));
  return next;
}

/** Sets a link from an output to an outcome. */
export async function setLink(plan: Plan, link: ResultLink): Promise<Plan> {
  return took(await write<Plan>("PUT", below(`plans/${plan.id}/links`), { link }, { version: plan.version }));
}

/** Removes a link. */
export async function removeLink(plan: Plan, link: ResultLink): Promise<Plan> {
  return took(await write<Plan>("DELETE", below(`plans/${plan.id}/links/${link.output_id}/${link.outcome_id}`), undefined, { version: plan.version }));
}

/** Moves the plan to another state: submit, return, endorse, approve, activate. */
export async function movePlan(plan: Plan, verb: string, reason = ""): Promise<Plan> {
  const next = took(await write<Plan>("POST", below(`plans/${plan.id}/${verb}`), reason ? { reason } : {}, { version: plan.version }));
  expire(below("plans"));
  return next;
}
