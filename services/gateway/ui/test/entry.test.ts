// The entry grid without a screen: what is typed, blocks, undo, and changes that are sent once and in order.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { compiledMessagesOf } from "../scripts/catalogue.mjs";
import type { EntryCell, EntryOutcome, EntryRow, Observation } from "../src/api/types";
import { Outbox } from "../src/offline/outbox";
import { blocking, Sheet } from "../src/entry/model";
import { blockOf, editable, numberFrom, saidBy, shown } from "../src/entry/typed";
import { activate } from "../src/i18n";
import type { Change } from "../src/offline/change";
import { offered } from "../src/screens/locks";
import { confirmed, session } from "../src/session";
import { noTimerOutlives } from "./timers";

noTimerOutlives();
beforeEach(() => activate("en", compiledMessagesOf("en") as never));

describe("a number", () => {
  it("is read as English writes it", () => {
    const read = (text: string) => numberFrom(text, false);
    expect(["12", "-3.5", "1,234", "1,234,567.8", "12,5", "0,125", "1 234", "1.234,5", "", "12x", "1,23,4", "1.2.3"].map(read)).toEqual([12, -3.5, 1234, 1234567.8, 12.5, 0.125, 1234, 1234.5, null, null, null, null]);
  });

  it("is read as French writes it", () => {
    const read = (text: string) => numberFrom(text, true);
    expect(["12,5", "1,234", "1 234,5", "1\u202f234,5", "1.234,5", "3.5", "1,234,567"].map(read)).toEqual([12.5, 1.234, 1234.5, 1234.5, 1234.5, 3.5, 1234567]);
  });
});

describe("what is typed", () => {
  it("zero, missing, not applicable and suppressed are four things", () => {
    expect(["0", "–", "n/a", "*"].map((text) => (saidBy(text, "count") as { kind: string }).kind)).toEqual(["value", "missing", "not_applicable", "suppressed"]);
    expect(["0", "–", "n/a", "*"].map((text) => shown(saidBy(text, "count") as never))).toEqual(["0", "–", "n/a", "•••"]);
  });

  it("goes back into the cell as it was", () => {
    for (const [text, kind] of [["12.5", "count"], ["3/7", "ratio"], ["–", "count"], ["n/a", "ratio"], ["•••", "count"], ["high", "scale"], ["They agreed.", "qualitative"]] as const) {
      const said = saidBy(text, kind);
      expect(typeof said === "string" ? said : editable(said)).toBe(text);
    }
  });

  it("that is nothing says what would be right", () => {
    expect(saidBy("twelve", "count")).toMatch(/not a number/);
    expect(saidBy("0.4", "ratio")).toMatch(/both parts/);
    expect(saidBy("1/2/3", "ratio")).toMatch(/both parts/);
  });

  it("is split as a spreadsheet copies it", () => {
    expect(blockOf('1\t2\r\n3\t"a ""b""\tc\nd"\r\n')).toEqual([["1", "2"], ["3", 'a "b"\tc\nd']]);
    expect(blockOf("5")).toEqual([["5"]]);
  });
});

/** A gateway that stores; `line` cuts the answer or the question. */
class Gateway {
  stored = new Map<string, Observation>();
  keys = new Map<string, string>();
  calls: string[][] = [];
  line: "stands" | "cut before" | "cut after" = "stands";

  answer = async (url: string, init: RequestInit): Promise<Response> => {
    if (this.line === "cut before") throw new TypeError("no line");
    if (url.endsWith("/session")) return new Response(JSON.stringify(session.value), { status: 200 });
    const rows = (JSON.parse(String(init.body)) as { rows: EntryRow[] }).rows;
    this.calls.push(rows.map((row) => row.key));
    const outcomes = rows.map((row) => this.#store(row));
    if (this.line === "cut after") throw new TypeError("no line");
    return new Response(JSON.stringify({ outcomes }), { status: 200, headers: { "Content-Type": "application/json" } });
  };

  #store(row: EntryRow): EntryOutcome {
    const said = row.observation as Observation;
    const place = `${said.indicator_code}|${said.period}`;
    const outcome = (word: string, observation: Observation | null, message = "") => ({ key: row.key, outcome: word, observation, field: "", message, breaches: [] }) as EntryOutcome;
    const before = this.stored.get(place);
    if (this.keys.has(row.key)) return outcome("stored", before ?? null);
    if (said.value !== null && said.value < 0) return outcome("refused", null, "less than zero");
    if ((before?.id ?? "") !== row.base_id) return outcome("conflict", before ?? null, "another value");
    const now = { ...said, id: `o${this.keys.size + 1}`, version: 1, state: "draft", recorded_by: "me" };
    this.stored.set(place, now);
    this.keys.set(row.key, now.id);
    return outcome("stored", now);
  }
}

function stage() {
  const gateway = new Gateway();
  vi.stubGlobal("fetch", gateway.answer);
  session.value = { account: { id: "me", name: "Me", email: "", language: "en", hq: false, operator: false }, csrf_token: "token", missions: [] };
  confirmed.value = true;
  const box = new Outbox("me", "UNMIC");
  const months = ["2026-01", "2026-02", "2026-03"];
  const sheet = new Sheet([{ key: "A", head: "A", place: { indicator_code: "A" }, kind: "count" }, { key: "B", head: "B", place: { indicator_code: "B" }, kind: "count" }], months.map((period) => ({ key: period, head: period, place: { period } })), { area: "", slice: "" }, "count", box);
  const stop = box.start((cell, seen, breaches) => sheet.took(cell, seen, breaches));
  const settled = async () => {
    // What is typed is told a moment later.
    await Promise.resolve();
    await vi.waitFor(() => expect(box.changes.value.size).toBe(0), { timeout: 8_000 });
  };
  return { gateway, box, sheet, stop, settled, values: () => [...gateway.stored.entries()].map(([place, one]) => `${place}=${one.value ?? one.kind}`).sort() };
}

describe("changes", () => {
  it("of a block go out as one call, in order, and stand as drafts", async () => {
    const { gateway, sheet, settled, stop, values } = stage();
    sheet.write([[0, 0, "1"], [0, 1, "2"], [1, 0, "3"]]);
    expect(sheet.view(0, 0).standing).toBe("waiting");
    await settled();
    expect(gateway.calls).toHaveLength(1);
    expect(values()).toEqual(["A|2026-01=1", "A|2026-02=2", "B|2026-01=3"]);
    expect(sheet.view(1, 0)).toEqual({ text: "3", meaning: "", standing: "draft" });
    stop();
  });

  it("whose answer is lost are stored once, and what was typed meanwhile goes over them", async () => {
    const { gateway, box, sheet, settled, stop, values } = stage();
    gateway.line = "cut after";
    sheet.type(0, 0, "1");
    await vi.waitFor(() => expect(box.trouble.value?.offline).toBe(true));
    expect(values()).toEqual(["A|2026-01=1"]);
    sheet.type(0, 0, "2");
    sheet.type(0, 1, "5");
    expect(sheet.view(0, 0)).toEqual({ text: "2", meaning: "", standing: "waiting" });
    gateway.line = "stands";
    box.flush();
    await settled();
    expect(values()).toEqual(["A|2026-01=2", "A|2026-02=5"]);
    expect(gateway.calls[0]?.[0]).toBe(gateway.calls[1]?.[0]);
    stop();
  });

  it("that meet another value keep both until someone chooses", async () => {
    const { gateway, box, sheet, settled, stop } = stage();
    sheet.type(0, 0, "1");
    await settled();
    const theirs = { ...(gateway.stored.get("A|2026-01") as Observation), id: "theirs", value: 7, recorded_by: "them" };
    gateway.stored.set("A|2026-01", theirs);
    sheet.type(0, 0, "2");
    await vi.waitFor(() => expect(sheet.view(0, 0).standing).toBe("conflict"));
    const change = box.of(sheet.at(0, 0));
    expect([change?.said.value, change?.theirs?.said.value, change?.base?.said.value]).toEqual([2, 7, 1]);
    expect(gateway.stored.get("A|2026-01")?.value).toBe(7);
    if (change) box.settle(change, true);
    await settled();
    expect(gateway.stored.get("A|2026-01")?.value).toBe(2);
    stop();
  });

  it("that are refused stay with the reason, and what is no number is not sent", async () => {
    const { gateway, box, sheet, stop } = stage();
    sheet.type(0, 0, "-1");
    sheet.type(0, 1, "twelve");
    await vi.waitFor(() => expect(sheet.view(0, 0).standing).toBe("error"));
    expect(box.of(sheet.at(0, 0))?.message).toBe("less than zero");
    expect(sheet.view(0, 1)).toEqual({ text: "twelve", meaning: "", standing: "error" });
    expect(gateway.calls).toHaveLength(1);
    stop();
  });

  it("are undone as one and done again; what is stored is never taken away", async () => {
    const { sheet, settled, stop, values } = stage();
    sheet.write([[0, 0, "1"], [0, 1, "2"]]);
    sheet.undo();
    expect([sheet.view(0, 0).text, sheet.view(0, 1).text]).toEqual(["", ""]);
    sheet.redo();
    await settled();
    sheet.type(0, 0, "9");
    await settled();
    sheet.undo();
    await settled();
    expect(values()).toEqual(["A|2026-01=1", "A|2026-02=2"]);
    sheet.write([[0, 0, ""]]);
    await settled();
    expect(values()).toEqual(["A|2026-01=missing", "A|2026-02=2"]);
    stop();
  });
});

/** A stored cell; what it breaks by severity. */
function cell(indicator_code: string, state: string, ...severities: string[]): EntryCell {
  return { id: `${indicator_code}-id`, indicator_code, period: "2026-01", area: "", slice: "", kind: "value", value: 1, numerator: null, denominator: null, level: "", text: "", note: "", state, version: 1, recorded_by: "me", reason: "", breaches: severities.map((severity) => ({ rule_id: severity, severity, message: null })) };
}

describe("a section", () => {
  const codes = new Set(["A", "B"]);
  const change = (indicator_code: string, status: Change["status"]): [string, Change] => [`${indicator_code}|2026-01||`, { owner: "me", cell: { indicator_code, period: "2026-01", area: "", slice: "" }, order: 1, key: "k", base: null, status, said: { kind: "value", value: 1, numerator: null, denominator: null, level: "", text: "" }, note: "" }];

  it("is not submitted around its errors and conflicts", () => {
    const stops = blocking(new Map([change("A", "error"), change("B", "conflict")]), [], codes);
    expect(stops).toEqual({ error: 1, conflict: 1, broken: 0, first: { indicator_code: "A", period: "2026-01", area: "", slice: "" } });
  });

  it("is not stopped by what waits, by another section, by warnings, or by what was submitted", () => {
    const cells = [cell("A", "draft", "warning"), cell("B", "submitted", "error"), cell("Z", "draft", "error")];
    expect(blocking(new Map([change("A", "waiting"), change("Z", "error")]), cells, codes)).toEqual({ error: 0, conflict: 0, broken: 0, first: null });
  });

  it("is stopped by a stored draft that a rule keeps out, until it is mended", () => {
    const cells = [cell("A", "draft", "warning", "error"), cell("B", "returned", "error")];
    expect(blocking(new Map(), cells, codes)).toMatchObject({ broken: 2, first: { indicator_code: "A" } });
    expect(blocking(new Map([change("A", "waiting")]), cells, codes)).toMatchObject({ error: 0, broken: 1, first: { indicator_code: "B" } });
  });
});

describe("what is said about cells", () => {
  it("is drawn with them, also with empty ones, and is found where it stands", () => {
    const { sheet, stop } = stage();
    sheet.read([cell("A", "draft")], [{ indicator_code: "A", period: "2026-01", area: "", slice: "", marked: true, comments: 0 }, { indicator_code: "B", period: "2026-03", area: "", slice: "", marked: false, comments: 2 }]);
    expect(sheet.view(0, 0)).toEqual({ text: "1", meaning: "", standing: "draft", marked: true, comments: 0 });
    expect(sheet.view(1, 2)).toEqual({ text: "", meaning: "", standing: "empty", marked: false, comments: 2 });
    expect(sheet.view(0, 1)).toEqual({ text: "", meaning: "", standing: "empty" });
    expect(sheet.placeOf({ indicator_code: "B", period: "2026-03", area: "", slice: "" })).toEqual([1, 2]);
    expect(sheet.placeOf({ indicator_code: "B", period: "2026-03", area: "A1", slice: "" })).toBeNull();
    sheet.read([cell("A", "draft")]);
    expect(sheet.view(0, 0)).toEqual({ text: "1", meaning: "", standing: "draft" });
    stop();
  });
});

describe("periods to lock", () => {
  it("have ended, the last ones of each length first", () => {
    expect(offered(new Date("2026-07-15T12:00:00Z"), 7)).toEqual(["2026-06", "2026-05", "2026-04", "2026-03", "2026-02", "2026-01", "2026-Q2", "2026-Q1", "2025-Q4", "2025-Q3", "2025", "2024", "FY2026", "FY2025"]);
  });
});
