// Where a recommendation may go from where it is, and who may take it there: the rules of the server, so that nothing
// is offered that it would refuse.
import type { Recommendation } from "../api/types";
import { mayWrite, mission } from "../session";

/** A column of the board, and the states that stand in it. */
export const COLUMNS = [
  ["proposed", ["proposed"]],
  ["taken", ["accepted", "partly"]],
  ["in_progress", ["in_progress"]],
  ["implemented", ["implemented"]],
  ["verified", ["verified"]],
  ["closed", ["rejected", "lapsed"]],
] as const;

export type ColumnName = (typeof COLUMNS)[number][0];

/** A step that is possible now. */
export interface Move {
  to: string;
  /** decide: leadership's decision; verify: the effect is to be looked at; reason: why is asked; plain: nothing. */
  asks: "decide" | "verify" | "reason" | "plain";
}

const FOLLOWING_UP = ["coordinator", "component_head", "focal_point", "leadership"];
const JUDGING = ["coordinator", "leadership"];
const STEPS: Record<string, readonly Move[]> = {
  accepted: [{ to: "in_progress", asks: "plain" }, { to: "lapsed", asks: "reason" }],
  partly: [{ to: "in_progress", asks: "plain" }, { to: "lapsed", asks: "reason" }],
  in_progress: [{ to: "implemented", asks: "plain" }, { to: "lapsed", asks: "reason" }],
  implemented: [{ to: "verified", asks: "verify" }, { to: "in_progress", asks: "plain" }],
};

/** Whether somebody whose role is confined to sections reaches this one; who coordinates or leads reaches all. */
function reachesHere(section: string): boolean {
  const here = mission.value;
  return !here || here.sections.length === 0 || here.sections.includes(section) || here.roles.some((role) => JUDGING.includes(role));
}

/** The steps that a person with these roles may take, in the sections that they reach; a duplicate is decided with its original. */
export function movesOf(of: Recommendation, among: readonly Recommendation[], may: (...roles: string[]) => boolean = mayWrite, reaches: (section: string) => boolean = reachesHere): readonly Move[] {
  if (of.state === "proposed") {
    const original = of.duplicate_of && among.find((one) => one.id === of.duplicate_of);
    if (!may("leadership") || (original && original.state === "proposed")) return [];
    return ["accepted", "partly", "rejected"].map((to) => ({ to, asks: "decide" }));
  }
  if (!reaches(of.owner_section)) return [];
  return (STEPS[of.state] ?? []).filter((move) => may(...(move.to === "verified" || move.to === "lapsed" ? JUDGING : FOLLOWING_UP)));
}

/** The column that a state stands in. */
export function columnOf(state: string): ColumnName {
  return COLUMNS.find(([, states]) => (states as readonly string[]).includes(state))?.[0] ?? "proposed";
}

/** The step that dropping a card on a column stands for: the first of those that lead there. */
export function moveTo(column: ColumnName, moves: readonly Move[]): Move | undefined {
  return moves.find((move) => columnOf(move.to) === column);
}

/** How near its day an open one is. */
export type Due = { kind: "overdue" | "soon"; days: number } | { kind: "later" | "none" };

const OPEN = ["proposed", "accepted", "partly", "in_progress"];
const SOON_DAYS = 30;
const DAY_MS = 86_400_000;

/** Due and overdue are those that are still to be decided or carried out. */
export function dueOf(of: Pick<Recommendation, "due" | "state">, today: string): Due {
  if (!of.due || !OPEN.includes(of.state)) return { kind: of.due ? "later" : "none" };
  const days = Math.round((Date.parse(of.due) - Date.parse(today)) / DAY_MS);
  if (days < 0) return { kind: "overdue", days: -days };
  return days <= SOON_DAYS ? { kind: "soon", days } : { kind: "later" };
}

/** The calendar's day, as the day that something is due is written. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** What the address asks for. */
export interface Filter {
  owner: string;
  kind: string;
  state: string;
  due: string;
  theme: string;
}

/** Those that a filter leaves. */
export function filtered(all: readonly Recommendation[], by: Filter, day: string): Recommendation[] {
  return all.filter((one) => {
    const due = dueOf(one, day).kind;
    return (!by.owner || one.owner_section === by.owner) && (!by.kind || one.kind === by.kind) && (!by.state || one.state === by.state)
      && (!by.theme || one.themes.includes(by.theme)) && (!by.due || due === by.due);
  });
}
