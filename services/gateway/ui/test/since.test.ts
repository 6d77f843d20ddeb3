import { describe, expect, it } from "vitest";
import type { ContextMap, StakeholderGrid, StakeholderPosition } from "../src/api/types";
import { daysBefore } from "../src/screens/indicator-changes";
import { publishedBy, shifts } from "../src/screens/assessment-since";

const map = (id: string, published_at: string) => ({ id, published_at }) as ContextMap;
const at = (stakeholder_id: string, stance: number) => ({ stakeholder_id, name: `Holder ${stakeholder_id}`, stance, influence: 3 }) as StakeholderPosition;
const grid = (...positions: StakeholderPosition[]) => ({ as_of: "", positions, unassessed: [] }) as StakeholderGrid;

describe("what changed around an assessment", () => {
  it("takes the newest map that was published by the cut-off, whatever came later or never", () => {
    const maps = [map("later", "2026-03-01T00:00:00Z"), map("draft", ""), map("first", "2025-01-01T00:00:00Z"), map("second", "2026-01-31T23:59:59Z")];
    expect(publishedBy(maps, "2026-02-01T00:00:00+00:00")?.id).toBe("second");
    expect(publishedBy(maps, "2024-12-31T00:00:00Z")).toBeUndefined();
  });

  it("counts days back over the end of a month and a leap year", () => {
    expect(daysBefore("2024-03-30", 30)).toBe("2024-02-29");
    expect(daysBefore("2026-01-01", 1)).toBe("2025-12-31");
  });

  it("tells who moved, the farthest first; who is new moved nowhere", () => {
    const moved = shifts(grid(at("a", 1), at("b", -2), at("c", 0)), grid(at("a", 0), at("b", 1), at("c", 0), at("d", 2)));
    expect(moved.map((one) => [one.now.stakeholder_id, one.was, one.now.stance])).toEqual([["b", -2, 1], ["a", 1, 0]]);
  });
});
