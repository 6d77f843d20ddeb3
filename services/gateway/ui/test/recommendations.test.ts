import { describe, expect, it } from "vitest";
import type { Recommendation } from "../src/api/types";
import { COLUMNS, columnOf, dueOf, filtered, movesOf, moveTo } from "../src/screens/recommendation-moves";
import { RECOMMENDATION_STATES } from "../src/words";

const one = (change: Partial<Recommendation>): Recommendation => ({ id: "r1", state: "proposed", due: "", duplicate_of: "", owner_section: "UNPOL", kind: "plan", themes: [], ...change }) as Recommendation;
const as = (...roles: string[]) => (...asked: string[]) => asked.some((role) => roles.includes(role));
const steps = (state: string, ...roles: string[]) => movesOf(one({ state }), [], as(...roles)).map((move) => move.to);

describe("the steps of a recommendation", () => {
  it("are those of the server's rules, for whoever may take them", () => {
    expect(steps("proposed", "leadership")).toEqual(["accepted", "partly", "rejected"]);
    expect(steps("proposed", "coordinator")).toEqual([]);
    expect(steps("accepted", "focal_point")).toEqual(["in_progress"]);
    expect(steps("in_progress", "coordinator")).toEqual(["implemented", "lapsed"]);
    expect(steps("implemented", "focal_point")).toEqual(["in_progress"]);
    expect(steps("implemented", "leadership")).toEqual(["verified", "in_progress"]);
    for (const state of ["rejected", "verified", "lapsed"]) expect(steps(state, "leadership", "coordinator")).toEqual([]);
    expect(steps("in_progress", "reader")).toEqual([]);
  });

  it("are offered in the sections that somebody reaches", () => {
    const of = one({ state: "accepted", owner_section: "JMAC" });
    const moves = (own: string) => movesOf(of, [], as("focal_point"), (section) => section === own).map((move) => move.to);
    expect(moves("JMAC")).toEqual(["in_progress"]);
    expect(moves("UNPOL")).toEqual([]);
  });

  it("leave a duplicate to its original until that one is decided", () => {
    const duplicate = one({ id: "r2", duplicate_of: "r1" });
    expect(movesOf(duplicate, [one({})], as("leadership"))).toEqual([]);
    expect(movesOf(duplicate, [one({ state: "rejected" })], as("leadership"))).toHaveLength(3);
  });

  it("have a column for each state, and a card goes only where a step leads", () => {
    for (const state of RECOMMENDATION_STATES) expect(COLUMNS.find(([name]) => name === columnOf(state))?.[1]).toContain(state);
    const moves = movesOf(one({ state: "in_progress" }), [], as("coordinator"));
    expect(moveTo("implemented", moves)).toEqual({ to: "implemented", asks: "plain" });
    expect(moveTo("closed", moves)?.asks).toBe("reason");
    expect(moveTo("verified", moves)).toBeUndefined();
    expect(moveTo("taken", movesOf(one({}), [], as("leadership")))?.to).toBe("accepted");
  });
});

describe("the day that one is due", () => {
  const day = "2026-03-01";
  it("is past, near or far, for those that are still to be done", () => {
    expect(dueOf({ state: "accepted", due: "2026-02-28" }, day)).toEqual({ kind: "overdue", days: 1 });
    expect(dueOf({ state: "proposed", due: "2026-03-01" }, day)).toEqual({ kind: "soon", days: 0 });
    expect(dueOf({ state: "in_progress", due: "2026-03-31" }, day)).toEqual({ kind: "soon", days: 30 });
    expect(dueOf({ state: "in_progress", due: "2026-04-01" }, day)).toEqual({ kind: "later" });
    expect(dueOf({ state: "verified", due: "2026-01-01" }, day)).toEqual({ kind: "later" });
    expect(dueOf({ state: "accepted", due: "" }, day)).toEqual({ kind: "none" });
  });

  it("filters with owner, kind, state and theme", () => {
    const all = [one({ due: "2026-02-01", state: "accepted", themes: ["poc"] }), one({ id: "r2", due: "2026-02-01", state: "rejected" }), one({ id: "r3", owner_section: "JMAC", kind: "data" })];
    const ids = (by: Partial<Record<"owner" | "kind" | "state" | "due" | "theme", string>>) => filtered(all, { owner: "", kind: "", state: "", due: "", theme: "", ...by }, day).map((of) => of.id);
    expect(ids({})).toEqual(["r1", "r2", "r3"]);
    expect(ids({ due: "overdue" })).toEqual(["r1"]);
    expect(ids({ theme: "poc" })).toEqual(["r1"]);
    expect(ids({ owner: "JMAC", kind: "data" })).toEqual(["r3"]);
    expect(ids({ state: "rejected" })).toEqual(["r2"]);
  });
});
