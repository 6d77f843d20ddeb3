// The plan's tree, and the merging of three versions.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Indicator, Mandate, Plan, PlanItem } from "../src/api/types";
import { merge, resolve, same } from "../src/parts/merge";
import { choicesOf, type Filter, filtered } from "../src/plan/filter";
import { added, History, Outrun, removed, revised } from "../src/plan/history";
import { lineUp, measuredBelow, taskOf } from "../src/plan/trace";
import { childKind, dropSpot, indented, moveTargets, newItem, outdented, rowsOf, unfolded, withDescendants } from "../src/plan/tree";
import { editItem, moveItem, reviseItem } from "../src/plan/writes";
import { touchedItems } from "../src/screens/plan-touched";

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

describe("levels and places", () => {
  const kids = [item("o", "objective", "", 0), item("a", "outcome", "o", 0), item("b", "outcome", "o", 1), item("p", "output", "b", 0), item("q", "output", "b", 1), item("x", "activity", "q", 0)];
  const by = (id: string) => kids.find((one) => one.id === id)!;

  it("goes in below the sibling before it, as far as levels reach", () => {
    expect(indented(kids, by("b"))).toBeNull();
    expect(indented(kids.filter((one) => one.id !== "x"), by("b"))).toEqual({ parent: "a", position: 0 });
    expect(indented(kids, by("a"))).toBeNull();
    expect(indented(kids, by("q"))).toBeNull();
    expect(indented(kids.filter((one) => one.id !== "x"), by("q"))).toEqual({ parent: "p", position: 0 });
  });

  it("goes out right behind what it lay in", () => {
    expect(outdented(kids, by("p"))).toEqual({ parent: "o", position: 2 });
    expect(outdented(kids, by("a"))).toEqual({ parent: "", position: 1 });
    expect(outdented(kids, by("o"))).toBeNull();
  });

  it("drops before, behind or into what may hold it", () => {
    expect(dropSpot(kids, by("p"), by("q"), true)).toEqual({ parent: "b", position: 1 });
    expect(dropSpot(kids, by("q"), by("p"), false)).toEqual({ parent: "b", position: 0 });
    expect(dropSpot(kids, by("p"), by("a"), true)).toEqual({ parent: "a", position: 0 });
    expect(dropSpot(kids, by("p"), by("x"), true)).toBeNull();
    expect(dropSpot(kids, by("p"), by("p"), true)).toBeNull();
  });
});

describe("a filter", () => {
  const asked = (more: Partial<Filter>): Filter => ({ component: "", section: "", area: "", marker: "", stakeholder: "", ...more });
  const items = [
    item("o", "objective", "", 0), item("a", "outcome", "o", 0, { stakeholder_id: "s1", markers: ["poc"] }), item("p", "output", "a", 0, { component: "police", lead_section: "UNPOL", areas: ["CF1"] }),
    item("x", "activity", "p", 0, { lead_section: "Training" }), item("b", "outcome", "o", 1, { stakeholder_id: "s2" }), item("q", "output", "b", 0, { component: "military", contributing_sections: ["UNPOL"] }),
  ];
  const fitting = (more: Partial<Filter>) => [...filtered(items, asked(more)).fitting].sort();

  it("leaves what fits and what it lies in", () => {
    expect(filtered(items, asked({ area: "CF1" }))).toEqual({ fitting: new Set(["p"]), shown: new Set(["p", "a", "o"]) });
    expect(fitting({ section: "UNPOL" })).toEqual(["p", "q"]);
    expect(fitting({ marker: "poc" })).toEqual(["a"]);
  });

  it("takes what lies in an output or outcome with it, and asks for all at once", () => {
    expect(fitting({ component: "police" })).toEqual(["p", "x"]);
    expect(fitting({ stakeholder: "s1" })).toEqual(["a", "p", "x"]);
    expect(fitting({ stakeholder: "s2", component: "police" })).toEqual([]);
    expect(fitting({})).toHaveLength(items.length);
  });

  it("offers what there is, once", () => {
    expect(choicesOf(items)).toMatchObject({ component: ["military", "police"], section: ["Training", "UNPOL"], stakeholder: ["s1", "s2"] });
  });
});

describe("undoing", () => {
  const plan = (items: PlanItem[], version = 1) => ({ id: "p1", version, state: "draft", items, links: [] }) as unknown as Plan;
  const fetched = vi.fn<(url: string, init: RequestInit) => Promise<Response>>();
  const answer = (of: Plan) => new Response(JSON.stringify(of));
  const before = item("a", "output", "b", 0, { lead_section: "JMAC" });
  beforeEach(() => vi.stubGlobal("fetch", fetched));
  afterEach(() => {
    vi.unstubAllGlobals();
    fetched.mockReset();
  });

  it("writes what was there before, on top of what others changed elsewhere in the item", async () => {
    const mine = { ...before, lead_section: "UNPOL" };
    let now = plan([mine]);
    const history = new History(() => now);
    history.note(revised("1 changed", before, mine));
    now = plan([{ ...mine, markers: ["poc"] }], 7);
    fetched.mockResolvedValueOnce(answer(now));
    await history.undo();
    expect(JSON.parse(String(fetched.mock.calls[0]?.[1].body)).item).toMatchObject({ lead_section: "JMAC", markers: ["poc"] });
    expect(history.undone.value).toHaveLength(1);
    expect(history.done.value).toEqual([]);
  });

  it("leaves alone what someone wrote over it since", async () => {
    const mine = { ...before, lead_section: "UNPOL" };
    const history = new History(() => plan([{ ...mine, lead_section: "Sector East" }]));
    history.note(revised("1 changed", before, mine));
    await expect(history.undo()).rejects.toBeInstanceOf(Outrun);
    expect(fetched).not.toHaveBeenCalled();
    expect(history.done.value).toEqual([]);
  });

  it("keeps the step when the line was lost, and takes it away when it was refused", async () => {
    const history = new History(() => plan([before]));
    history.note(removed("1 removed", plan([before]), "gone"));
    fetched.mockRejectedValueOnce(new TypeError("no line"));
    await expect(history.undo()).rejects.toMatchObject({ offline: true });
    expect(history.done.value).toHaveLength(1);
    fetched.mockResolvedValueOnce(new Response(JSON.stringify({ status: 404, code: "not_found", detail: "" }), { status: 404 }));
    await expect(history.undo()).rejects.toMatchObject({ status: 404 });
    expect(history.done.value).toHaveLength(0);
  });

  it("does not take away an item in which another person put something", async () => {
    const history = new History(() => plan([before, item("x", "activity", "a", 0)]));
    history.note(added("1 added", "a"));
    await expect(history.undo()).rejects.toBeInstanceOf(Outrun);
  });

  it("does not take what another person put in again with it, when a removal is done again", async () => {
    const gone = plan([before, item("x", "activity", "a", 0)]);
    let now = plan([], 2);
    const history = new History(() => now);
    history.note(removed("1 removed", gone, "a"));
    fetched.mockResolvedValueOnce(answer(gone));
    await history.undo();
    now = plan([...gone.items, item("y", "activity", "a", 1)], 4);
    await expect(history.redo()).rejects.toBeInstanceOf(Outrun);
    expect(fetched).toHaveBeenCalledOnce();
  });

  it("undoes what was done last, also while that is still on its way", async () => {
    let now = plan([before], 1);
    const history = new History(() => now);
    const first = { ...before, lead_section: "UNPOL" };
    history.note(revised("first", before, first));
    now = plan([first], 2);
    const second = { ...first, markers: ["poc"] };
    let arrives: (value: Response) => void = () => undefined;
    fetched.mockReturnValueOnce(new Promise((resolve) => (arrives = resolve)));
    const doing = history.does(async (of) => (now = await reviseItem(of, second)), () => revised("second", first, second));
    const undoing = history.undo();
    fetched.mockResolvedValueOnce(answer(plan([first], 4)));
    arrives(answer(plan([second], 3)));
    await doing;
    expect((await undoing)?.label).toBe("second");
  });

  it("leaves a clash to the person where the write settles it itself", async () => {
    const history = new History(() => plan([before]));
    fetched.mockResolvedValueOnce(new Response(JSON.stringify({ status: 412, code: "stale", detail: "", current_version: 2, current: plan([{ ...before, statement: { en: "theirs", fr: "" } }], 2) }), { status: 412 }));
    const mine = { ...before, statement: { en: "mine", fr: "" } };
    await expect(history.does((of) => editItem(of, before, mine), () => revised("x", before, mine), true)).rejects.toMatchObject({ stale: true });
    expect(fetched).toHaveBeenCalledOnce();
    expect(history.done.value).toEqual([]);
  });

  it("sends writes one after the other, and once more on top of a faster one", async () => {
    let now = plan([before], 1);
    const history = new History(() => now);
    fetched.mockResolvedValueOnce(new Response(JSON.stringify({ status: 412, code: "stale", detail: "", current_version: 2, current: plan([before], 2) }), { status: 412 })).mockImplementation(() => Promise.resolve(answer(plan([before], 3))));
    const seen: number[] = [];
    const work = (of: Plan) => {
      seen.push(of.version);
      return moveItem(of, before, "c", 0);
    };
    const first = history.run(work).then((after) => (now = after));
    await Promise.all([first, history.run(work)]);
    expect(seen).toEqual([1, 2, 3]);
  });
});

describe("the way from the mandate to the numbers", () => {
  const items = [item("o", "objective", "", 0, { mandate_task_id: "t2" }), item("a", "outcome", "o", 0, { lineage_id: "la" }), item("p", "output", "a", 0, { lineage_id: "lp" }), item("b", "outcome", "o", 1, { lineage_id: "lb" })];
  const of = (code: string, lineage: string, state = "active") => ({ id: code, code, plan_item_lineage_id: lineage, state }) as unknown as Indicator;

  it("goes up to the task that the objective cites", () => {
    const mandates = [{ id: "m", tasks: [{ id: "t1" }, { id: "t2", paragraph: "34 (a)" }] }] as unknown as Mandate[];
    expect(lineUp(items, items[2]!).map((one) => one.id)).toEqual(["o", "a"]);
    expect(taskOf(mandates, items, items[2]!)?.task.paragraph).toBe("34 (a)");
    expect(taskOf([], items, items[2]!)).toBeNull();
  });

  it("goes down to every indicator in use below", () => {
    const indicators = [of("B", "lb"), of("P", "lp"), of("A", "la"), of("OLD", "la", "retired")];
    const codes = (top: number) => measuredBelow(indicators, items, items[top]!).map((one) => one.indicator.code);
    expect([codes(0), codes(1), codes(3)]).toEqual([["A", "P", "B"], ["A", "P"], ["B"]]);
  });
});

describe("what another person changed", () => {
  it("is what is new or says something else, not what only stands elsewhere", () => {
    const moved = { ...ITEMS[0]!, position: 9, number: "9" };
    const said = { ...ITEMS[1]!, lead_section: "JMAC" };
    expect(touchedItems(ITEMS, [moved, said, ITEMS[2]!, item("new", "output", "a", 5)]).map((one) => one.id)).toEqual(["a", "new"]);
  });
});
