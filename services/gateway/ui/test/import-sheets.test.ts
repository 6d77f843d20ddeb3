// The sheets of an import: which are alike, and how a mapping of theirs is sent.
import { describe, expect, it } from "vitest";
import { layoutsOf, readSheets, saidOf } from "../src/screens/import-sheets";
import type { ImportSheet } from "../src/api/types";

const sheet = (name: string, headings: string[], left_out = ""): ImportSheet => ({ name, left_out, left_out_fr: "", mapping: { value: headings[1] ?? "" }, headings, rows_read: 1, rows_added: 1, rows_changed: 0, rows_unchanged: 0, rows_rejected: 0 });

describe("sheets of an import", () => {
  const batch = { headings: ["Zone", "Total"], mapping: {}, sheets: [sheet("Cover", [], "It holds no table."), sheet("North", ["Zone", "Total"]), sheet("South", ["zone", "TOTAL"]), sheet("Wide", ["Zone", "2024-01"])] };

  it("groups those with the same headings", () => {
    expect(layoutsOf(batch).map((one) => one.sheets)).toEqual([["North", "South"], ["Wide"]]);
    expect(readSheets(batch)).toEqual(["North", "South", "Wide"]);
    expect(layoutsOf({ ...batch, sheets: [] })).toEqual([{ sheets: [], headings: ["Zone", "Total"], mapping: {} }]);
  });

  it("says a mapping of the sheets that it is about, and which are read", () => {
    expect(saidOf({ value: "Total" }, [], [])).toEqual({ value: "Total" });
    expect(saidOf({ value: "Total" }, [], ["North", "South"])).toEqual({ value: "Total", sheet: "North/South" });
    expect(saidOf({ value: "Total" }, ["North", "South"], ["North", "South", "Wide"])).toEqual({ "value@North": "Total", "value@South": "Total", sheet: "North/South/Wide" });
  });
});
