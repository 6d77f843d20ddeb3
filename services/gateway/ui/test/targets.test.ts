// Targets as a grid: what is typed, and what becomes of it.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { compiledMessagesOf } from "../scripts/catalogue.mjs";
import type { Indicator, Target } from "../src/api/types";
import { aimBy, TargetSheet } from "../src/entry/targets";
import { activate } from "../src/i18n";
import { targetPeriods } from "../src/screens/indicator-target-grid";

const indicator = { id: "i", code: "OC-X", direction: "higher", disaggregations: [] } as unknown as Indicator;
const rows = [{ key: "whole", head: "Mission", place: { area: "", slice: "" } }, { key: "A1", head: "A1", place: { area: "A1", slice: "" } }];
const columns = ["FY2020", "FY2090"].map((period) => ({ key: period, head: period, place: { period } }));
const stored = (period: string, value: number): Target => ({ id: "t", indicator_id: "i", period, area: "", slice: "", value, low: null, high: null, reason: "", version: 3, recorded_at: "", recorded_by: "" });

beforeEach(() => activate("en", compiledMessagesOf("en") as never));

describe("what is typed as a target", () => {
  it("is a number, or a range where one is wanted", () => {
    expect(aimBy("1,5", false, true)).toMatchObject({ value: 1.5 });
    for (const text of ["3–5", "3 - 5", "3-5", "3..5", "3; 5"]) expect(aimBy(text, true, false)).toEqual({ value: null, low: 3, high: 5 });
    expect(aimBy("-3 – -1", true, false)).toEqual({ value: null, low: -3, high: -1 });
    expect(aimBy("many", false, false)).toEqual(expect.any(String));
    expect(aimBy("5", true, false)).toEqual(expect.any(String));
  });

  it("stands under the periods from the one before now on, and under those that have a target", () => {
    const periods = targetPeriods("fiscal_year", [stored("FY2020", 1), stored("2024-03", 1)], new Date("2026-11-26T00:00:00Z"), 7);
    expect(periods).toEqual(["FY2020", "FY2026", "FY2027", "FY2028", "FY2029", "FY2030", "FY2031", "FY2032", "FY2033"]);
  });
});

describe("the grid of targets", () => {
  const fetched = vi.fn<(url: string, init: RequestInit) => Promise<Response>>();
  const sent = (call: number) => JSON.parse(String(fetched.mock.calls[call]?.[1].body)).target as Target;
  const answered = (target: Partial<Target>) => new Response(JSON.stringify({ ...stored("FY2090", 0), ...target }));
  beforeEach(() => {
    vi.stubGlobal("fetch", fetched);
    const kept = new Map<string, string>();
    vi.stubGlobal("localStorage", { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value), removeItem: (key: string) => kept.delete(key), key: (at: number) => [...kept.keys()][at] ?? null, get length() { return kept.size; } });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    fetched.mockReset();
  });
  const settled = async (sheet: TargetSheet) => vi.waitFor(() => expect([sheet.open === 0 || sheet.wrongs.length > 0]).toEqual([true]));

  it("sends a pasted block cell by cell, and one undo takes it back as far as it can", async () => {
    fetched.mockImplementation(async (_, init) => answered(JSON.parse(String(init.body)).target));
    const sheet = new TargetSheet(indicator, "view", rows, columns, 7);
    sheet.write([[0, 1, "10"], [1, 1, "4"], [5, 1, "outside"]]);
    await settled(sheet);
    expect([sent(0), sent(1)]).toMatchObject([{ period: "FY2090", area: "", value: 10, version: 0 }, { period: "FY2090", area: "A1", value: 4 }]);
    expect(sheet.view(0, 1)).toMatchObject({ text: "10", standing: "approved" });
    sheet.undo();
    expect(sheet.wrongs).toHaveLength(1);
    sheet.redo();
    expect(sheet.open).toBe(0);
  });

  it("asks why before a target of a period that has begun is changed, and keeps what was typed", async () => {
    fetched.mockImplementation(async (_, init) => answered(JSON.parse(String(init.body)).target));
    const sheet = new TargetSheet(indicator, "view", rows, columns, 7);
    sheet.read([stored("FY2020", 8)]);
    sheet.type(0, 0, "9");
    await settled(sheet);
    expect(fetched).not.toHaveBeenCalled();
    expect(sheet.view(0, 0)).toMatchObject({ text: "9", standing: "error" });
    const again = new TargetSheet(indicator, "view", rows, columns, 7);
    again.read([stored("FY2020", 8)]);
    expect(again.view(0, 0).text).toBe("9");
    again.reason = "The mandate was cut.";
    again.again();
    await settled(again);
    expect(sent(0)).toMatchObject({ value: 9, version: 3, reason: "The mandate was cut." });
  });

  it("says what is refused in its cell, and leaves a lost line to be tried again under the same key", async () => {
    fetched.mockRejectedValueOnce(new TypeError("no line"));
    const sheet = new TargetSheet(indicator, "view", rows, columns, 7);
    sheet.type(0, 1, "7");
    await settled(sheet);
    expect(sheet.view(0, 1)).toMatchObject({ text: "7", standing: "error" });
    fetched.mockImplementation(async (_, init) => answered(JSON.parse(String(init.body)).target));
    sheet.again();
    await vi.waitFor(() => expect(sheet.open).toBe(0));
    const keys = fetched.mock.calls.map(([, init]) => (init.headers as Record<string, string>)["Idempotency-Key"]);
    expect(keys[0]).toBe(keys[1]);
    sheet.type(0, 1, "seven");
    await settled(sheet);
    expect(sheet.view(0, 1).standing).toBe("error");
  });

  it("does not overwrite what another person set meanwhile, until it is typed by who has seen it", async () => {
    const theirs = { ...stored("FY2090", 77), version: 9 };
    fetched.mockResolvedValueOnce(new Response(JSON.stringify({ status: 412, code: "stale", detail: "", current_version: 9, current: theirs }), { status: 412 }));
    const sheet = new TargetSheet(indicator, "view", rows, columns, 7);
    sheet.type(0, 1, "7");
    await settled(sheet);
    expect(sheet.wrongs[0]).toMatch(/77/);
    sheet.again();
    expect(fetched).toHaveBeenCalledOnce();
    fetched.mockImplementation(async (_, init) => answered(JSON.parse(String(init.body)).target));
    sheet.type(0, 1, "8");
    await vi.waitFor(() => expect(sheet.open).toBe(0));
    expect(sent(1)).toMatchObject({ value: 8, version: 9 });
  });

  it("keeps what a number meant when it was typed, whatever language it is sent in", async () => {
    activate("fr", compiledMessagesOf("fr") as never);
    fetched.mockRejectedValueOnce(new TypeError("no line"));
    const sheet = new TargetSheet(indicator, "view", rows, columns, 7);
    sheet.type(0, 1, "1,234");
    await settled(sheet);
    activate("en", compiledMessagesOf("en") as never);
    const again = new TargetSheet(indicator, "view", rows, columns, 7);
    fetched.mockImplementation(async (_, init) => answered(JSON.parse(String(init.body)).target));
    again.again();
    await vi.waitFor(() => expect(again.open).toBe(0));
    expect(sent(1)).toMatchObject({ value: 1.234 });
  });
});
