// The plan's tree, and the merging of three versions.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Plan, PlanItem } from "../src/api/types";
import { merge, resolve, same } from "../src/parts/merge";
import { childKind, moveTargets, newItem, rowsOf, unfolded, withDescendants } from "../src/plan/tree";
import { editItem } from "../src/plan/writes";

const item = (id: string, kind: PlanItem["kind"], parent: string, position: number, more: Partial<PlanItem> = {}): PlanItem => ({
  ...newItem("objective", undefined, { start: "2026-01-01", end: "2026-12-31", items: [] }), id, kind, parent_id: parent, position, statement: { en: id, fr: "" }, ...more,
});
const ITEMS = [item("o2", "objective", "", 1), item("a", "outcome", "o1", 0), item("p2", "output", "a", 1), item("o1", "objective", "", 0), item("p1", "output", "a", 0), item("b", "outcome", "o2", 0)];

describe("the tree", () => {
  it("lists items depth first, siblings by position", () => {
    expect(rowsOf(ITEMS).map((row) => `${row.depth}${row.item.id}`)).toEqual(["0o1", "1a", "2p1", "2p2", "0o2", "1b"]);
    expect(rowsOf(ITEMS).find((row) => row.item.id === "p2")).toMatchObject({ first: false, last: true });
  });

  it("shows an item whose parent is gone, and survives a circle", () => {
    expect(rowsOf([item("x", "output", "nowhere", 0)])).toHaveLength(1);
    expect(rowsOf([item("x", "output", "y", 0), item("y", "output", "x", 0)])).toEqual([]);
  });

  it("folds what is below", () => {
    expect(unfolded(rowsOf(ITEMS), new Set(["o1"])).map((row) => row.item.id)).toEqual(["o1", "o2", "b"]);
    expect(withDescendants(ITEMS, "o1")).toEqual(new Set(["o1", "a", "p1", "p2"]));
  });

  it("moves an item only below the kind above its own", () => {
    expect(moveTargets(ITEMS, ITEMS[4]!).map((one) => one.id)).toEqual(["b"]);
    expect([childKind("objective"), childKind("activity")]).toEqual(["outcome", null]);
  });

  it("gives a new item what follows from its place", () => {
    const made = newItem("output", ITEMS[1], { start: "2026-01-01", end: "2026-12-31", items: ITEMS });
    expect(made).toMatchObject({ kind: "output", parent_id: "a", position: 2, component: "civilian", dimension: "" });
  });
});

describe("a merge", () => {
  const base = { title: "one", areas: ["A"], version: 1 };

  it("puts changes to different fields together", () => {
    const { merged, clashes } = merge(base, { ...base, title: "mine" }, { ...base, areas: ["A", "B"], version: 2 });
    expect(merged).toEqual({ title: "mine", areas: ["A", "B"], version: 2 });
    expect(clashes).toEqual([]);
  });

  it("asks where both changed the same, and not where both wrote the same", () => {
    const both = merge(base, { ...base, title: "mine", areas: ["C"] }, { ...base, title: "theirs", areas: ["C"], version: 2 });
    expect(both.clashes).toEqual([{ field: "title", base: "one", mine: "mine", theirs: "theirs" }]);
    expect(resolve(both, new Set(["title"]))).toMatchObject({ title: "mine", version: 2 });
    expect(resolve(both, new Set())).toMatchObject({ title: "theirs" });
  });

  it("compares by value", () => {
    expect(same({ en: "a", fr: "" }, { en: "a", fr: "" })).toBe(true);
    expect(same(["a"], { 0: "a" })).toBe(false);
    expect(same(null, {})).toBe(false);
  });
});

describe("editing an item that another person changed meanwhile", () => {
  const plan = { id: "plan", version: 4, state: "draft", items: ITEMS } as unknown as Plan;
  const fetched = vi.fn<(url: string, init: RequestInit) => Promise<Response>>();
  const [base] = ITEMS as [PlanItem];
  const stale = (theirs: Partial<PlanItem>) => new Response(JSON.stringify({ status: 412, code: "stale", detail: "", current_version: 5, current: { ...plan, version: 5, items: [{ ...base, ...theirs }] } }), { status: 412 });
  beforeEach(() => vi.stubGlobal("fetch", fetched));
  afterEach(() => {
    vi.unstubAllGlobals();
    fetched.mockReset();
  });

  it("goes on top of theirs where the changes do not meet", async () => {
    fetched.mockResolvedValueOnce(stale({ lead_section: "JMAC" })).mockResolvedValueOnce(new Response(JSON.stringify(plan)));
    await editItem(plan, base, { ...base, statement: { en: "new", fr: "" } });
    const sent = JSON.parse(String(fetched.mock.calls[1]?.[1].body));
    expect(sent.item).toMatchObject({ statement: { en: "new" }, lead_section: "JMAC" });
    expect((fetched.mock.calls[1]?.[1].headers as Record<string, string>)["If-Match"]).toBe('"5"');
  });

  it("is refused where they do, and overwrites nothing", async () => {
    fetched.mockResolvedValueOnce(stale({ statement: { en: "theirs", fr: "" } }));
    await expect(editItem(plan, base, { ...base, statement: { en: "mine", fr: "" } })).rejects.toMatchObject({ stale: true });
    expect(fetched).toHaveBeenCalledOnce();
  });
});
