// The work on files as it is told: what runs is shown, what ended stays until it is closed.
import { afterEach, describe, expect, it } from "vitest";
import { dismiss, hear, isRunning, shownWork, works } from "../src/api/import-work";
import type { ImportWork } from "../src/api/types";

const told = (id: string, stage: string, of: Partial<ImportWork> = {}): ImportWork => ({ id, file_name: `${id}.csv`, stage, rows_done: 0, rows: 0, batch_id: "", failure: "", began_at: "2026-01-01T00:00:00Z", ...of });

describe("work on files", () => {
  afterEach(() => (works.value = []));

  it("says how much of the rows is read, and nothing where nobody can tell", () => {
    expect(shownWork(told("a", "reading", { rows: 200, rows_done: 50 })).share).toBe(0.25);
    expect(shownWork(told("a", "reading")).share).toBeUndefined();
    expect(shownWork(told("a", "checking", { rows: 200, rows_done: 50 })).share).toBeUndefined();
  });

  it("shows what runs, and what of it ended; not what ended before", () => {
    hear([told("old", "done"), told("new", "reading")]);
    expect(works.value.map((one) => one.id)).toEqual(["new"]);
    hear([told("old", "done"), told("new", "done", { batch_id: "b" })]);
    expect(works.value.map((one) => [one.stage, one.batch])).toEqual([["done", "b"]]);
    expect(works.value.some(isRunning)).toBe(false);
  });

  it("keeps what was closed away", () => {
    hear([told("closed", "reading")]);
    dismiss("closed");
    hear([told("closed", "done")]);
    expect(works.value).toEqual([]);
  });
});
