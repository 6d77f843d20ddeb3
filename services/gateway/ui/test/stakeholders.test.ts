// Stakeholders that fit a filter, and what a map's areas become after a split.
import { describe, expect, it } from "vitest";
import type { Area, AreaChange, Stakeholder, StakeholderGrid } from "../src/api/types";
import { succeeded } from "../src/screens/context-map-revise";
import { fitting } from "../src/screens/stakeholder-filter";

const position = (id: string, name: string, kind: string, stance: number, as_of: string) => ({ stakeholder_id: id, name, kind, stance, influence: 3, as_of, previous_influence: null, previous_stance: null });
const record = (id: string, areas: string[], aliases: string[] = []) => ({ id, name: "", kind: "community", areas, aliases, also_known: [] }) as unknown as Stakeholder;
const area = (code: string, parent_code: string) => ({ code, parent_code }) as Area;

describe("stakeholders that fit", () => {
  const grid = {
    as_of: "2026-11-20",
    positions: [position("1", "Front de libération", "armed_group", -2, "2026-10-01"), position("2", "Conseil des sages", "community", 1, "2025-12-31"), position("3", "Ministère", "state_institution", 0, "2026-05-20")],
    unassessed: [{ id: "4", name: "Éleveurs", kind: "community" } as Stakeholder],
  } as StakeholderGrid;
  const known = [record("1", ["C2"], ["FLC", "Libération"]), record("2", ["C1"]), record("3", [])];
  const areas = [area("C", ""), area("C1", "C"), area("C2", "C"), area("C21", "C2")];
  const all = { q: "", kind: "", area: "", stance: "", older: "" };
  const found = (wanted: Partial<typeof all>) => {
    const shown = fitting(grid, { ...all, ...wanted }, known, areas, "2026-11-20");
    return [...shown.positions.map((one) => one.stakeholder_id), ...shown.unassessed.map((one) => one.id)].join("");
  };

  it("are all without a filter", () => expect(found({})).toBe("1234"));
  it("are found by a part of a name or an alias, without accents", () => {
    expect(found({ q: "liberation" })).toBe("1");
    expect(found({ q: "flc" })).toBe("1");
    expect(found({ q: "eleveurs" })).toBe("4");
  });
  it("are found by kind and by stance; who was never assessed has none", () => {
    expect(found({ kind: "community" })).toBe("24");
    expect(found({ stance: "prevents" })).toBe("1");
    expect(found({ stance: "neutral" })).toBe("3");
    expect(found({ stance: "promotes" })).toBe("2");
  });
  it("are found by an area, what lies in it and what it lies in; one of the whole mission is everywhere", () => {
    expect(found({ area: "C21" })).toBe("134");
    expect(found({ area: "C1" })).toBe("234");
    expect(found({ area: "C" })).toBe("1234");
  });
  it("are found by how old the last assessment is; the day itself counts, and who was never assessed is oldest", () => {
    expect(found({ older: "6" })).toBe("234");
    expect(found({ older: "12" })).toBe("4");
  });
});

describe("an area that was split", () => {
  const change = { predecessors: ["C2"], successors: [{ code: "C3", share: null }, { code: "C1", share: null }] } as unknown as AreaChange;
  it("gives its place to its parts, each once", () => {
    expect(succeeded(["C2", "C1"], change)).toEqual(["C1", "C3"]);
    expect(succeeded(["C9"], change)).toEqual(["C9", "C3", "C1"]);
  });
});
