// What a person did to a draft in this tab, so that it can be undone and done again. Writes go one after the other.
import { signal } from "@preact/signals";
import { Problem } from "../api/problem";
import { resource } from "../api/store";
import type { Plan, PlanItem } from "../api/types";
import { same } from "../parts/merge";
import { below } from "../session";
import { heightOf, type Spot, spotOf, withDescendants } from "./tree";
import { addItem, moveItem, removeItem, restoreItem, reviseItem, took } from "./writes";

/** One thing that was done; each way finds the plan as it is then. */
export interface Step {
  /** What a person reads: "1.2 moved". */
  label: string;
  undo: (plan: Plan) => Promise<Plan>;
  redo: (plan: Plan) => Promise<Plan>;
}

/** Someone changed the same thing since: undoing would take that away. */
export class Outrun extends Error {}

const STEPS_MAX = 100;

/** What was done to one plan. */
export class History {
  readonly done = signal<readonly Step[]>([]);
  readonly undone = signal<readonly Step[]>([]);
  private line: Promise<unknown> = Promise.resolve();

  constructor(private readonly planNow: () => Plan) {}

  /**
   * Runs a write after those before it; when another person was faster, once more on top of theirs. A write that
   * settles that itself, or leaves it to the person, says so with `once`.
   */
  run(work: (plan: Plan) => Promise<Plan>, once = false): Promise<Plan> {
    return this.inLine(() => (once ? work(this.planNow()) : onTop(this.planNow(), work)));
  }

  /** Does something that can be undone. */
  async does(work: (plan: Plan) => Promise<Plan>, step: (before: Plan, after: Plan) => Step, once = false): Promise<Plan> {
    let before = this.planNow();
    const after = await this.run((plan) => work((before = plan)), once);
    this.note(step(before, after));
    return after;
  }

  private inLine<T>(work: () => Promise<T>): Promise<T> {
    const next = this.line.then(work);
    this.line = next.catch(() => undefined);
    return next;
  }

  /** Notes something that was done elsewhere, as the last. */
  note(step: Step): void {
    this.done.value = [...this.done.value, step].slice(-STEPS_MAX);
    this.undone.value = [];
  }

  /** Undoes the last step; what was done. */
  undo(): Promise<Step | null> {
    return this.turn(this.done, this.undone, "undo");
  }

  /** Does again what was undone last. */
  redo(): Promise<Step | null> {
    return this.turn(this.undone, this.done, "redo");
  }

  /** What was done last is known only when all before it is through. */
  private turn(from: History["done"], to: History["done"], way: "undo" | "redo"): Promise<Step | null> {
    return this.inLine(async () => {
      const step = from.value.at(-1);
      if (!step) return null;
      from.value = from.value.slice(0, -1);
      try {
        await onTop(this.planNow(), step[way]);
      } catch (problem) {
        // Only what may work another time stays.
        if (!(problem instanceof Outrun) && !(problem instanceof Problem && problem.status >= 400 && problem.status < 500)) from.value = [...from.value, step];
        throw problem;
      }
      to.value = [...to.value, step];
      return step;
    });
  }
}

const histories = new Map<string, History>();

/** What was done to a plan in this tab. */
export function historyOf(plan: Plan): History {
  let history = histories.get(plan.id);
  if (!history) {
    history = new History(() => resource<Plan>(below(`plans/${plan.id}`)).data.peek() ?? plan);
    histories.set(plan.id, history);
  }
  return history;
}

async function onTop(plan: Plan, work: (plan: Plan) => Promise<Plan>): Promise<Plan> {
  try {
    return await work(plan);
  } catch (problem) {
    if (!(problem instanceof Problem) || !problem.stale || !problem.current) throw problem;
    return work(took(problem.current as Plan));
  }
}

function found(plan: Plan, id: string): PlanItem {
  const item = plan.items.find((one) => one.id === id);
  if (!item) throw new Outrun();
  return item;
}

/** Fields that one revision changed. */
function changedFields(before: PlanItem, after: PlanItem): (keyof PlanItem)[] {
  return (Object.keys(after) as (keyof PlanItem)[]).filter((field) => field !== "number" && field !== "position" && field !== "parent_id" && !same(before[field], after[field]));
}

/** A revision: undone where the fields still say what was written. */
export function revised(label: string, before: PlanItem, after: PlanItem): Step {
  const fields = changedFields(before, after);
  const back = (from: PlanItem, to: PlanItem) => (plan: Plan) => {
    const now = found(plan, after.id);
    if (fields.some((field) => !same(now[field], from[field]))) throw new Outrun();
    return reviseItem(plan, { ...now, ...Object.fromEntries(fields.map((field) => [field, to[field]])) });
  };
  return { label, undo: back(after, before), redo: back(before, after) };
}

/** A move, to another level too. */
export function moved(label: string, before: Plan, after: Plan, id: string): Step {
  const [from, to] = [spotOf(found(before, id)), spotOf(found(after, id))];
  const go = (at: Spot, there: Spot) => (plan: Plan) => {
    if (found(plan, id).parent_id !== at.parent) throw new Outrun();
    return moveItem(plan, found(plan, id), there.parent, there.position, true);
  };
  return {
    label,
    undo: async (plan) => {
      let next = await go(to, from)(plan);
      // Another level took away what only the old one says: said again, where the level changed at all.
      const within = withDescendants(before.items, id);
      const left = new Map(after.items.map((item) => [item.id, item.kind]));
      for (const was of before.items.filter((item) => within.has(item.id) && left.get(item.id) !== item.kind)) {
        const now = next.items.find((item) => item.id === was.id);
        const fields = (["component", "dimension"] as const).filter((field) => now && now.kind === was.kind && now[field] !== was[field]);
        if (now && fields.length > 0) next = await reviseItem(next, { ...now, ...Object.fromEntries(fields.map((field) => [field, was[field]])) });
      }
      return next;
    },
    redo: go(from, to),
  };
}

/** An item that was added: taken away again as long as nothing lies in it. */
export function added(label: string, id: string): Step {
  return {
    label,
    undo: (plan) => {
      if (heightOf(plan.items, found(plan, id)) > 1) throw new Outrun();
      return removeItem(plan, found(plan, id));
    },
    redo: (plan) => restoreItem(plan, id),
  };
}

/** Removes an item as long as nothing lies in it but what did. */
function removesOnly(within: ReadonlySet<string>, id: string): (plan: Plan) => Promise<Plan> {
  return (plan) => {
    const item = found(plan, id);
    if ([...withDescendants(plan.items, id)].some((one) => !within.has(one))) throw new Outrun();
    return removeItem(plan, item);
  };
}

/** An item that was removed with all below it. */
export function removed(label: string, before: Plan, id: string): Step {
  return { label, undo: (plan) => restoreItem(plan, id), redo: removesOnly(withDescendants(before.items, id), id) };
}

/** An item that was put back with all below it. */
export function restored(label: string, after: Plan, id: string): Step {
  return { label, undo: removesOnly(withDescendants(after.items, id), id), redo: (plan) => restoreItem(plan, id) };
}

/** Adds an item and notes it; the plan and the item as it is stored. */
export async function adds(history: History, item: PlanItem, label: (item: PlanItem) => string): Promise<PlanItem | undefined> {
  let made: PlanItem | undefined;
  await history.does((plan) => addItem(plan, item), (before, after) => {
    const known = new Set(before.items.map((one) => one.id));
    made = after.items.find((one) => !known.has(one.id) && one.parent_id === item.parent_id && same(one.statement, item.statement)) ?? after.items.find((one) => !known.has(one.id));
    return added(label(made ?? item), made?.id ?? "");
  });
  return made;
}
