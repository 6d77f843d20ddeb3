// Changes of cells without a screen: what may happen to one, and a random walk in which nothing typed is lost and nothing
// is stored twice, with two tabs, a line that is cut before and after the gateway has it, and other people at the same cells.
import { describe, expect, it } from "vitest";
import type { EntryOutcome, Observation } from "../src/api/types";
import type { Said } from "../src/entry/typed";
import { answered, type CellAt, type Change, contentOf, nameOf, refused, type Seen, seenOf, sentOff, settled, type Step, takenBack, triedAgain, typedOver } from "../src/offline/change";

const said = (value: number): Said => ({ kind: "value", value, numerator: null, denominator: null, level: "", text: "" });
const at = (indicator_code: string): CellAt => ({ indicator_code, period: "2026-01", area: "", slice: "" });
const cell = at("A");
let order = 0;
const types = (value: number, key: string, base: Seen | null = null, where = cell): Step => typedOver({ owner: "me.UNMIC", cell: where, order: (order += 1), key, base, said: said(value), note: "" });
const mistypes = (key: string): Step => typedOver({ owner: "me.UNMIC", cell, order: (order += 1), key, base: null, said: said(0), note: "", typed: "twelve", message: "not a number" });
const observation = (value: number, id: string, by = "me") => ({ ...said(value), id, version: 1, note: "", state: "draft", recorded_by: by, ...cell }) as unknown as Observation;
const outcome = (word: string, of: Observation | null, message = "") => ({ key: "", outcome: word, observation: of, field: "", message, breaches: [] }) as EntryOutcome;
const after = (...steps: Step[]): Change | undefined => steps.reduce<Change | undefined>((before, step) => step(before), undefined);

describe("a change", () => {
  it("takes the place of one that waits, under a key of its own, against what the first one saw", () => {
    const seen = seenOf(observation(1, "o1"));
    const change = after(types(2, "k1", seen), types(3, "k2", seenOf(observation(9, "o9"))));
    expect([change?.said.value, change?.key, change?.base?.id, change?.status]).toEqual([3, "k2", "o1", "waiting"]);
  });

  it("back to what is stored is none", () => {
    expect(after(types(2, "k1", seenOf(observation(1, "o1"))), types(1, "k2"))).toBeUndefined();
  });

  it("that was sent keeps its key and content until the answer; what is typed meanwhile follows it", () => {
    const change = after(types(1, "k1"), sentOff("k1"), types(2, "k2"));
    expect([change?.key, change?.said.value, change && contentOf(change).said.value]).toEqual(["k1", 1, 2]);
    const next = answered("k1", outcome("stored", observation(1, "o1")), "k3")(change);
    expect([next?.key, next?.said.value, next?.base?.id, next?.status]).toEqual(["k3", 2, "o1", "waiting"]);
  });

  it("that was sent is not taken back, and what is no number is not lost behind it", () => {
    expect(after(types(1, "k1"), sentOff("k1"), takenBack)?.inDoubt).toBe(true);
    const change = after(types(1, "k1"), sentOff("k1"), mistypes("k2"), answered("k1", outcome("stored", observation(1, "o1")), "k3"));
    expect([change?.status, change?.typed, change?.message, change?.base?.id]).toEqual(["error", "twelve", "not a number", "o1"]);
  });

  it("is not answered twice, nor by an answer to what another tab has replaced", () => {
    const stored = answered("k1", outcome("stored", observation(1, "o1")), "k9");
    expect(after(types(1, "k1"), sentOff("k1"), stored, stored)).toBeUndefined();
    expect(stored(after(types(2, "k2")))?.key).toBe("k2");
    expect(after(types(1, "k1"), sentOff("another"))?.inDoubt).toBeUndefined();
  });

  it("keeps mine, theirs and the base in a conflict, also when it is typed again", () => {
    const change = after(types(2, "k1", seenOf(observation(1, "o1"))), sentOff("k1"), answered("k1", outcome("conflict", observation(7, "o7", "them")), "k2"), types(3, "k3"));
    expect([change?.status, change?.said.value, change?.theirs?.said.value, change?.base?.said.value]).toEqual(["conflict", 3, 7, 1]);
    const mine = settled(true, "k4")(change);
    expect([mine?.status, mine?.base?.id, mine?.key, mine?.theirs]).toEqual(["waiting", "o7", "k4", undefined]);
    expect(settled(false, "k4")(change)).toBeUndefined();
  });

  it("that is refused stays with the reason, and goes again under another key", () => {
    for (const refusal of [answered("k1", outcome("refused", null, "too much"), "k2"), refused("k1", "too much", "k2")]) {
      const change = after(types(2, "k1"), sentOff("k1"), refusal);
      expect([change?.status, change?.message, change?.inDoubt]).toEqual(["error", "too much", undefined]);
      expect(triedAgain("k3", false)(change)).toMatchObject({ status: "waiting", key: "k3" });
      expect(triedAgain("k3", true)(change)).toBe(change);
    }
    expect(triedAgain("k3", false)(after(mistypes("k1")))?.status).toBe("error");
  });
});

/** Numbers that look random and are the same in every run. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A gateway as the service behaves: each key once, and only over what the writer saw. */
class Gateway {
  readonly cells = new Map<string, Observation>();
  readonly keys = new Map<string, Observation>();
  readonly stored: string[] = [];
  #ids = 0;

  take(change: Change): EntryOutcome {
    const name = nameOf(change.cell);
    const now = this.cells.get(name) ?? null;
    const before = this.keys.get(change.key);
    if (before) return outcome("stored", before);
    if ((now?.id ?? "") !== (change.base?.id ?? "")) return outcome("conflict", now);
    const stored = this.put(name, change.said.value ?? 0, "me");
    this.keys.set(change.key, stored);
    this.stored.push(change.key);
    return outcome("stored", stored);
  }

  put(name: string, value: number, by: string): Observation {
    const next = observation(value, `o${(this.#ids += 1)}`, by);
    this.cells.set(name, next);
    return next;
  }
}

describe("a random walk", () => {
  it.each(Array.from({ length: 200 }, (_, seed) => seed))("loses nothing and stores nothing twice (%i)", (seed) => {
    const roll = chance(seed);
    const gateway = new Gateway();
    const database = new Map<string, Change>();
    const names = ["A", "B", "C"].map(at);
    /** The last thing that I typed, where nobody else's has been chosen since. */
    const mine = new Map<string, number>();
    const sent: { change: Change; answer: EntryOutcome | null }[] = [];
    let keys = 0;
    const key = () => `k${(keys += 1)}`;
    const take = (name: string, step: Step) => {
      const next = step(database.get(name));
      if (next) database.set(name, next);
      else database.delete(name);
    };
    const seen = (name: string) => { const now = gateway.cells.get(name); return now ? seenOf(now) : null; };
    const send = (line: "whole" | "before" | "after") => {
      const waiting = [...database.values()].filter((one) => one.status === "waiting").sort((one, other) => one.order - other.order);
      for (const one of waiting) {
        take(nameOf(one.cell), sentOff(one.key));
        sent.push({ change: one, answer: line === "before" ? null : gateway.take(one) });
      }
      if (line === "whole") hear();
    };
    // Answers come in any order, some never, some to a tab that is not the one that sent.
    const hear = () => {
      while (sent.length > 0) {
        const { change, answer } = sent.splice(roll(sent.length), 1)[0]!;
        if (answer && roll(4) > 0) take(nameOf(change.cell), answered(change.key, answer, key()));
      }
    };
    for (let step = 0; step < 60; step += 1) {
      const where = names[roll(names.length)]!;
      const name = nameOf(where);
      const what = roll(10);
      if (what < 4) {
        // A tab that has not read lately shows an older value, or none.
        const value = roll(1_000);
        take(name, types(value, key(), roll(3) === 0 ? null : seen(name), where));
        mine.set(name, value);
      } else if (what < 5) send("before");
      else if (what < 6) send("after");
      else if (what < 8) send("whole");
      else if (what < 9) hear();
      else if (database.get(name)?.status === "conflict") {
        const keep = roll(2) === 0;
        take(name, settled(keep, key()));
        if (!keep) mine.delete(name);
      } else {
        gateway.put(name, 10_000 + roll(1_000), "them");
        // What was stored already was written over, knowing it; what still waits meets it.
        const change = database.get(name);
        if (!change || (gateway.keys.has(change.key) && !change.next)) mine.delete(name);
      }
      for (const [one, value] of mine) {
        const change = database.get(one);
        const held = change ? contentOf(change).said.value : gateway.cells.get(one)?.value;
        expect(held, `what was typed into ${one} is there`).toBe(value);
      }
    }
    // The line is back: all is sent and heard; in every conflict I keep mine.
    for (let round = 0; round < 200 && database.size > 0; round += 1) {
      send("whole");
      for (const change of database.values()) if (change.status === "conflict") take(nameOf(change.cell), settled(true, key()));
    }
    expect(database.size).toBe(0);
    for (const [name, value] of mine) expect(gateway.cells.get(name)?.value).toBe(value);
    expect(new Set(gateway.stored).size).toBe(gateway.stored.length);
  });
});
