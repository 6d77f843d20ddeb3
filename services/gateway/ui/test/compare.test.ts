// Two versions of a plan on one tree, and tasks of a mandate typed as lines.
import { beforeAll, describe, expect, it } from "vitest";
import type { PlanDiff, PlanItem } from "../src/api/types";
import { useLanguage, useMessages } from "../src/i18n";
import { compared, onlyChanged } from "../src/plan/compare";
import { fieldName, fieldValue } from "../src/plan/fields";
import { tasksOf } from "../src/screens/plan-mandate-form";

const KINDS = ["objective", "outcome", "output", "activity"];
/** An item of a version: its id is its lineage and the version. */
function item(version: string, lineage: string, parent: string, position: number): PlanItem {
  const depth = lineage.split(".").length - 1;
  return { id: `${lineage}@${version}`, lineage_id: lineage, parent_id: parent && `${parent}@${version}`, position, kind: KINDS[depth] } as PlanItem;
}
const change = (kind: string, of: PlanItem, fields: { field: string; before: string; after: string }[] = []) => ({ change: kind, item: of, fields });

describe("two versions on one tree", () => {
  const older = { items: [item("1", "a", "", 0), item("1", "a.b", "a", 0), item("1", "a.c", "a", 1), item("1", "a.c.d", "a.c", 0), item("1", "e", "", 1), item("1", "e.f", "e", 0)] };
  const newer = { items: [item("2", "a", "", 0), item("2", "a.b", "a", 0), item("2", "a.g", "a", 1), item("2", "e", "", 1), item("2", "e.f", "e", 0)] };
  const gone = older.items.filter((one) => one.lineage_id.startsWith("a.c"));
  const renamed = [{ field: "statement.en", before: "Old", after: "New" }];
  const diff = { items: [change("added", newer.items[2] as PlanItem), change("changed", newer.items[4] as PlanItem, renamed), ...gone.map((one) => change("gone", one))] } as Pick<PlanDiff, "items">;
  const line = (row: ReturnType<typeof compared>[number]) => `${"  ".repeat(row.depth)}${row.item.lineage_id} ${row.change}`;

  it("shows what is gone where it was, with all below it", () => {
    expect(compared(older, newer, diff).map(line)).toEqual(["a same", "  a.b same", "  a.c gone", "    a.c.d gone", "  a.g added", "e same", "  e.f changed"]);
    expect(compared(older, newer, diff).at(-1)?.fields).toEqual(renamed);
  });

  it("leaves out what did not change, but not what stands above a change", () => {
    expect(onlyChanged(compared(older, newer, diff)).map(line)).toEqual(["a same", "  a.c gone", "    a.c.d gone", "  a.g added", "e same", "  e.f changed"]);
    expect(onlyChanged(compared(older, older, { items: [] }))).toEqual([]);
  });

  it("shows at the top what lost even its parent's place", () => {
    const alone = change("gone", item("1", "x.y", "unknown", 0));
    expect(compared({ items: [] }, newer, { items: [alone] } as Pick<PlanDiff, "items">).map(line)[0]).toBe("x.y gone");
  });
});

describe("a changed field", () => {
  beforeAll(async () => {
    await useLanguage("fr");
    await useMessages("plan-views");
  });

  it("is told in the reader's words", () => {
    expect(fieldName("lead_section")).toBe("Section responsable");
    expect(fieldName("statement.en")).toContain("anglais");
    expect(fieldValue({ field: "dimension" }, "behaviour")).toBe("Comportement");
    expect(fieldValue({ field: "start" }, "2024-07-01")).toMatch(/1.*juil.*2024/);
    expect(fieldValue({ field: "stakeholder_id" }, "id", new Map([["id", "FACA"]]))).toBe("FACA");
    expect(fieldValue({ field: "stakeholder_id" }, "unseen")).toBe("unseen");
    expect(fieldValue({ field: "markers" }, "")).toBe("–");
  });

  it("has a name for every field that the service tells", () => {
    const told = ["parent_id", "statement.en", "statement.fr", "lead_section", "contributing_sections", "areas", "markers", "start", "end", "priority", "plan_change_id", "mandate_task_id", "stakeholder_id", "dimension", "component", "activity_status", "progress_percent", "depends_on", "position", "hypothesis.en", "hypothesis.fr", "assumptions", "assumptions_fr", "expected_lag_months", "strength", "item_id", "likelihood", "impact", "owner_section", "response.en", "response.fr", "tripwire"];
    expect(told.filter((field) => fieldName(field).includes("workbook.field"))).toEqual([]);
  });
});

describe("tasks as lines", () => {
  it("are read with bars or as a sheet's columns; a line without a text or a paragraph is none", () => {
    expect(tasksOf("34 (a) | Protect civilians | Protéger les civils | 1\n34 (b)\tSupport talks\t\t9\n\nnothing\n | no paragraph | x")).toEqual([
      { id: "", paragraph: "34 (a)", text: { en: "Protect civilians", fr: "Protéger les civils" }, priority: "1" },
      { id: "", paragraph: "34 (b)", text: { en: "Support talks", fr: "" }, priority: "" },
    ]);
  });
});
