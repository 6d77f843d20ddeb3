// What is asked beside a workbook, and which items stand in the crosswalk.
import { describe, expect, it } from "vitest";
import { columnsOf } from "../src/screens/plan-crosswalk";
import { queryOf } from "../src/screens/plan-workbook";
import type { PlanItem } from "../src/api/types";

const nothing = { removeMissing: false, takeMine: false, layout: null, section: "", component: "", dimension: "" };
const item = (id: string, kind: string, number: string) => ({ id, kind, number }) as PlanItem;

describe("the wish beside a workbook", () => {
  it("names the language only where nothing is asked", () => {
    expect(queryOf(nothing)).toBe("language=en");
  });

  it("names the layout with the columns that hold something", () => {
    const layout = { sheet: "Feuil 1", heading_row: 2, shape: "columns", language: "fr", columns: { objective: "A", output: "C", areas: "" } };
    const query = new URLSearchParams(queryOf({ ...nothing, takeMine: true, component: "police", layout }));
    expect(Object.fromEntries(query)).toEqual({ language: "en", take_mine: "true", default_component: "police", "layout.sheet": "Feuil 1", "layout.heading_row": "2", "layout.shape": "columns", "layout.language": "fr", "column.objective": "A", "column.output": "C" });
  });
});

describe("the columns of the crosswalk", () => {
  const items = [item("o", "objective", "1"), item("a", "outcome", "1.1"), item("p", "output", "1.1.1"), item("x", "activity", "1.1.1.1"), item("q", "objective", "10"), item("b", "outcome", "10.1")];

  it("are outcomes and outputs, and what else serves a line", () => {
    const ids = (links: string[], objective = "") => columnsOf({ items }, { links: links.map((item_id) => ({ item_id, line_id: "l", linked: true })) }, objective).map((one) => one.id);
    expect(ids([])).toEqual(["a", "p", "b"]);
    expect(ids(["x", "q"])).toEqual(["a", "p", "x", "q", "b"]);
    expect(ids(["x"], "o")).toEqual(["a", "p", "x"]);
  });
});
