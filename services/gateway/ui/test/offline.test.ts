// What waits for the line, in a real database of a browser: two tabs, a browser that was closed, a session that ended, another
// person, a full disk; and grids put together from what was read before.
import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { compiledMessagesOf } from "../scripts/catalogue.mjs";
import { setCsrfToken } from "../src/api/client";
import { forgetReads, keepRead, keptRead, setReader } from "../src/api/kept";
import { connected } from "../src/api/live";
import { forgetAll, reload, resource } from "../src/api/store";
import type { EntryRow, ListEntryCellsResponse } from "../src/api/types";
import type { Said } from "../src/entry/typed";
import { cellsKept, holds, newest, tookCells } from "../src/offline/book";
import type { CellAt } from "../src/offline/change";
import { Outbox } from "../src/offline/outbox";
import { readsOf } from "../src/offline/sections";

import { activate } from "../src/i18n";
import { confirmed, ended, session } from "../src/session";
import { queued } from "../src/shell/queued";
import { noTimerOutlives } from "./timers";

const cell = (indicator_code: string): CellAt => ({ indicator_code, period: "2026-01", area: "", slice: "" });
const said = (value: number): Said => ({ kind: "value", value, numerator: null, denominator: null, level: "", text: "" });
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
const signedIn = (id: string, csrf_token = "token") => {
  ended.value = false;
  session.value = { account: { id, name: id, email: "", language: "en", hq: false, operator: false }, csrf_token, missions: [] };
};

/** What the gateway has: by cell; each key once. */
let stored: Map<string, { id: string; value: number }>;
let keys: Map<string, string>;
let calls: EntryRow[][];
let line: "stands" | "cut before" | "cut after" | number;
/** What happens while the gateway has the question and the answer is not there. */
let meanwhile: (() => void) | null;

async function gateway(url: string, init: RequestInit): Promise<Response> {
  if (line === "cut before") throw new TypeError("no line");
  if (url.endsWith("/session")) return session.value && line !== 401 ? json(session.value) : json({}, 401);
  if (!url.endsWith("/observations/rows")) return json({ detail: "nothing here" }, 404);
  const { rows } = JSON.parse(String(init.body)) as { rows: EntryRow[] };
  calls.push(rows);
  if (typeof line === "number" && (line !== 422 || rows.some((row) => row.observation?.value === 13))) return json({ detail: "One row is wrong.", code: "x" }, line);
  const outcomes = rows.map((row) => {
    const name = row.observation?.indicator_code ?? "";
    const before = stored.get(name);
    const observation = (id: string, value: number) => ({ ...row.observation, id, value, version: 1, state: "draft", recorded_by: "me" });
    if (keys.has(row.key)) return { key: row.key, outcome: "stored", observation: observation(keys.get(row.key)!, row.observation?.value ?? 0), breaches: [] };
    if ((before?.id ?? "") !== row.base_id) return { key: row.key, outcome: "conflict", observation: before ? observation(before.id, before.value) : null, message: "another", breaches: [] };
    const id = `o${keys.size + 1}`;
    keys.set(row.key, id);
    stored.set(name, { id, value: row.observation?.value ?? 0 });
    return { key: row.key, outcome: "stored", observation: observation(id, row.observation?.value ?? 0), breaches: [] };
  });
  meanwhile?.();
  meanwhile = null;
  await new Promise((resolve) => setTimeout(resolve, 5));
  if (line === "cut after") throw new TypeError("no line");
  return json({ outcomes });
}

/** One holder at a time, in the order in which they asked. */
function locks() {
  let last: Promise<unknown> = Promise.resolve();
  return { request: (_name: string, work: () => Promise<void>) => (last = last.then(work, work)) };
}

let person = 0;
let me: string;
const opened: Outbox[] = [];
/** The outbox as a tab has it. */
function tab(account = me): Outbox {
  const box = new Outbox(account, "UNMIC");
  box.run();
  opened.push(box);
  return box;
}
const values = () => Object.fromEntries([...stored].map(([name, one]) => [name, one.value]));
/** Waits until the gateway has these values and nothing waits any more in the tabs, which hear of one another. */
const comesTo = (wanted: Record<string, number>, ...boxes: Outbox[]) =>
  vi.waitFor(() => {
    for (const box of boxes) box.hear({ owner: box.owner });
    expect(values()).toEqual(wanted);
    for (const box of boxes) expect(box.changes.value.size).toBe(0);
  }, { timeout: 12_000, interval: 50 });

beforeEach(() => {
  activate("en", compiledMessagesOf("en") as never);
  vi.stubGlobal("fetch", gateway);
  Object.defineProperty(navigator, "locks", { value: locks(), configurable: true });
  [stored, keys, calls, line, meanwhile] = [new Map(), new Map(), [], "stands", null];
  me = `me-${(person += 1)}`;
  signedIn(me);
  setReader(me);
  setCsrfToken("token");
  connected.value = true;
  confirmed.value = true;
  ended.value = false;
  forgetAll();
});
afterEach(() => {
  session.value = null;
  vi.unstubAllGlobals();
});

noTimerOutlives();

describe("what waits", () => {
  it("of another person is neither seen nor sent", async () => {
    line = "cut before";
    const mine = tab();
    mine.put(cell("A"), said(1), "", null);
    await vi.waitFor(() => expect(queued.value.waiting).toBe(1));
    line = "stands";
    signedIn("somebody-else");
    const theirs = tab("somebody-else");
    mine.flush();
    theirs.flush();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([theirs.changes.value.size, queued.value.waiting, calls.length]).toEqual([0, 0, 0]);
    signedIn(me);
    await comesTo({ A: 1 }, mine);
  });

  it("is asked about where the page goes in the moment before it is kept", async () => {
    line = "cut before";
    const mine = tab();
    const leaves = () => {
      const event = new Event("beforeunload", { cancelable: true });
      window.dispatchEvent(event);
      return !event.defaultPrevented;
    };
    await vi.waitFor(() => expect(leaves()).toBe(true), { timeout: 5_000 });
    mine.put(cell("A"), said(1), "", null);
    expect(leaves(), "typed, not kept").toBe(false);
    await vi.waitFor(() => expect(leaves(), "kept").toBe(true), { timeout: 5_000 });
    expect(mine.changes.value.size).toBe(1);
    line = "stands";
    await comesTo({ A: 1 }, mine);
  });

  it("is not sent when another person signs in while it is being marked as sent", async () => {
    const mine = tab();
    let switched = false;
    const stop = mine.changes.subscribe((now) => {
      if (switched || ![...now.values()].some((one) => one.inDoubt)) return;
      switched = true;
      signedIn("somebody-else");
    });
    mine.put(cell("A"), said(1), "", null);
    await vi.waitFor(() => expect(switched).toBe(true), { timeout: 5_000 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    stop();
    expect(calls).toEqual([]);
    signedIn(me);
    await comesTo({ A: 1 }, mine);
    expect(keys.size, "once").toBe(1);
  });

  it("is sent by one of two tabs, and what one types while the other sends comes after", async () => {
    const [one, other] = [tab(), tab()];
    meanwhile = () => other.put(cell("A"), said(5), "", null);
    one.put(cell("A"), said(4), "", null);
    other.put(cell("B"), said(6), "", null);
    await comesTo({ A: 5, B: 6 }, one, other);
    expect(keys.size, "each value once").toBe(3);
  });

  it("waits for the person to sign in again, and then goes out by itself", async () => {
    const box = tab();
    line = 401;
    box.put(cell("A"), said(1), "", null);
    await vi.waitFor(() => expect(box.trouble.value?.status).toBe(401));
    const asked = calls.length;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(calls.length, "it does not knock again and again").toBe(asked);
    line = "stands";
    signedIn(me, "new token");
    await vi.waitFor(() => expect(values()).toEqual({ A: 1 }));
  });

  it("is told to be kept no longer than the page when the disk is full, and goes out all the same", async () => {
    const put = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => { throw new DOMException("full", "QuotaExceededError"); });
    const box = tab();
    line = "cut before";
    box.put(cell("A"), said(1), "", null);
    await vi.waitFor(() => expect(box.safe.value).toBe("full"));
    expect(box.of(cell("A"))?.said.value).toBe(1);
    line = "stands";
    box.flush();
    await vi.waitFor(() => expect(values()).toEqual({ A: 1 }), { timeout: 5_000 });
    put.mockRestore();
    box.put(cell("B"), said(2), "", null);
    await vi.waitFor(() => expect(box.safe.value).toBe("kept"));
    await comesTo({ A: 1, B: 2 }, box);
  });

  it("of a call that is refused as a whole is halved until the one that is wrong stands alone with the reason", async () => {
    const box = tab();
    line = 422;
    for (const [place, name] of ["A", "B", "C", "D"].entries()) box.put(cell(name), said(place === 2 ? 13 : place), "", null);
    await vi.waitFor(() => expect(box.of(cell("C"))?.status).toBe("error"), { timeout: 15_000, interval: 30 });
    expect(box.of(cell("C"))?.message).toBe("One row is wrong.");
    await vi.waitFor(() => expect(values()).toEqual({ A: 0, B: 1, D: 3 }), { timeout: 5_000 });
  });
});

describe("a read without a line", () => {
  it("is the one that was kept for the person, and for nobody else", async () => {
    keepRead("/missions/UNMIC/areas", { areas: [1] });
    keepRead("/missions/UNMIC/stakeholders", { stakeholders: ["secret"] });
    await vi.waitFor(async () => expect(await keptRead("/missions/UNMIC/areas")).toBeDefined());
    line = "cut before";
    const areas = resource<{ areas: number[] }>("/missions/UNMIC/areas");
    await reload(areas);
    expect(areas.data.value).toEqual({ areas: [1] });
    expect(areas.asOf.value).toBeGreaterThan(0);
    expect(await keptRead("/missions/UNMIC/stakeholders"), "only what is needed is kept").toBeUndefined();
    setReader("somebody-else");
    expect(await keptRead("/missions/UNMIC/areas")).toBeUndefined();
    await forgetReads("somebody-else");
    setReader(me);
    expect(await keptRead("/missions/UNMIC/areas"), "another person signed in").toBeUndefined();
  });

  it("of a grid is put together from all that was read, the newest of each cell, with what was stored since", async () => {
    const entry = (indicator_code: string, period: string, area: string, value: number) => ({ ...cell(indicator_code), period, area, ...said(value), id: `${value}`, version: 1, note: "", state: "draft", recorded_by: "me", reason: "", breaches: [] });
    keepRead("/missions/UNMIC/indicators?page_size=500", { indicators: [{ code: "A", owner_section: "JMAC" }, { code: "Z", owner_section: "Other" }] });
    keepRead("/missions/UNMIC/entry-cells?section=JMAC&first_period=2025-01&last_period=2026-12&every_area=true", { cells: [entry("A", "2026-01", "", 1), entry("A", "2026-02", "N", 2)] });
    keepRead("/missions/UNMIC/entry-cells?section=Other&first_period=2025-01&last_period=2026-12&every_area=true", { cells: [entry("Z", "2026-01", "", 9)] });
    await vi.waitFor(async () => expect(await keptRead("/missions/UNMIC/entry-cells?section=Other&first_period=2025-01&last_period=2026-12&every_area=true")).toBeDefined());
    await new Promise((resolve) => setTimeout(resolve, 5));
    tookCells("UNMIC", [[cell("A"), { id: "7", version: 1, said: said(7), note: "", state: "draft", by: "me" }, []]]);
    const asked = "/missions/UNMIC/entry-cells?section=JMAC&area=N&first_period=2025-06&last_period=2026-05";
    await vi.waitFor(async () => expect((await cellsKept(asked))?.data.cells.map((one) => one.value).sort()).toEqual([2, 7]));
    expect((await cellsKept(asked))?.at).toBeGreaterThan(0);
    const beyond = await cellsKept("/missions/UNMIC/entry-cells?section=JMAC&first_period=2026-02&last_period=2027-01");
    expect([beyond?.at, beyond?.data.cells.length], "a part of it was never read").toEqual([0, 2]);
    line = "cut before";
    const grid = resource<ListEntryCellsResponse>(asked);
    await reload(grid);
    expect(grid.data.value?.cells.length).toBe(2);
  });

  it("holds a view only with its section, its area and all its periods", () => {
    const query = (text: string) => new URLSearchParams(text);
    const book = query("section=S&every_area=true&first_period=2025-01&last_period=2025-12");
    const section = (code: string) => ({ A: "S" })[code];
    expect(holds(book, query("section=S&area=N&first_period=2025-03&last_period=2025-12"), section)).toBe(true);
    expect(holds(book, query("indicator=A&every_area=true&first_period=2025-01&last_period=2025-02"), section)).toBe(true);
    expect(holds(book, query("section=S&first_period=2025-03&last_period=2026-02"), section)).toBe(false);
    expect(holds(book, query("section=S&first_period=2025-Q1&last_period=2025-Q4"), section)).toBe(false);
    expect(holds(book, query("indicator=B&first_period=2025-03&last_period=2025-03"), section)).toBe(false);
    expect(holds(query("section=S&area=N&first_period=2025-01&last_period=2025-12"), query("section=S&first_period=2025-01&last_period=2025-12"), section)).toBe(false);
    expect([...newest([{ at: 2, cell: { ...cell("A"), value: 2 } as never }, { at: 1, cell: { ...cell("A"), value: 1 } as never }]).values()].map((one) => one.value)).toEqual([2]);
  });

  it("of the sections that one works for asks for all areas, at each frequency that the section has", () => {
    const indicator = (code: string, owner_section: string, frequency: string) => ({ code, owner_section, frequency, state: "active", kind: "count", name: { en: code, fr: code }, disaggregations: [], formula: "", event_measure: null }) as never;
    const all = [indicator("A", "JMAC", "month"), indicator("B", "JMAC", "quarter"), indicator("C", "UNPOL", "month")];
    const reads = readsOf(["JMAC", "gone"], all, [], 7, new Date("2026-05-10T00:00:00Z"));
    expect(reads).toEqual(["entry-cells?section=JMAC&first_period=2025-06&last_period=2026-05&every_area=true", "entry-cells?section=JMAC&first_period=2023-Q3&last_period=2026-Q2&every_area=true"]);
  });
});

// Last: from here on the modules are loaded anew, as a browser does that is opened again.
describe("what waits in a browser that was closed", () => {
  it("goes out in order under the key that it had, and is stored once", async () => {
    const before = tab();
    line = "cut after";
    before.put(cell("A"), said(1), "", null);
    await vi.waitFor(() => expect(before.trouble.value?.offline).toBe(true));
    line = "cut before";
    before.put(cell("B"), said(2), "", null);
    before.put(cell("A"), said(3), "", null);
    await vi.waitFor(() => expect(queued.value.waiting).toBe(2));
    await new Promise((resolve) => setTimeout(resolve, 50));
    // The browser is closed: nothing of the page is left but what it kept.
    session.value = null;
    const sentBefore = calls[0]?.[0]?.key;
    line = "stands";
    vi.resetModules();
    const [later, fresh] = [await import("../src/session"), await import("../src/offline/outbox")];
    later.confirmed.value = true;
    later.session.value = { account: { id: me, name: me, email: "", language: "en", hq: false, operator: false }, csrf_token: "another token", missions: [] };
    const again = new fresh.Outbox(me, "UNMIC");
    again.run();
    await vi.waitFor(() => expect(values()).toEqual({ A: 3, B: 2 }), { timeout: 8_000 });
    await vi.waitFor(() => expect(again.changes.value.size).toBe(0));
    later.confirmed.value = true;
    later.session.value = null;
    expect(calls.filter((rows) => rows.some((row) => row.key === sentBefore)).length, "the same key again").toBeGreaterThan(1);
    expect(keys.size).toBe(3);
    expect(again.lastSent.value).not.toBeNull();
  });
});
