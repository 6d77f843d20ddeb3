// A table over several indicators in a paper: from the snapshot with its targets, from the live series without them.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { compiledMessagesOf } from "../scripts/catalogue.mjs";
import { forgetAll } from "../src/api/store";
import type { Block, FactSheet, FactSheetNumber, NumberQuery } from "../src/api/types";
import { activate, beside } from "../src/i18n";
import { codesOf, SheetPreview } from "../src/screens/fact-sheet-preview";
import { missionCode, session } from "../src/session";

const query: NumberQuery = { indicator_code: "OC-1", area: "", period: "", slice: "", first_period: "", more_indicator_codes: ["OC-2"] };
const block: Block = { id: "b1", kind: "indicators", text: { en: "Safety", fr: "Sécurité" }, query };
const number = (code: string, value: number | null, target: number | null): FactSheetNumber => ({ id: `b1:${code}`, block_id: "b1", query: { ...query, indicator_code: code, more_indicator_codes: [] }, value, period: "2024-Q2", unit: "persons", kind: value === null ? "suppressed" : "value", source: null, as_known_at: "", target, baseline: 100, baseline_period: "2023-Q4" });
const sheet = (numbers: FactSheetNumber[]) => ({ title: { en: "Annex", fr: "Annexe" }, blocks: [block], numbers }) as unknown as FactSheet;
const indicator = (code: string, en: string, fr: string) => ({ code, name: { en, fr }, unit: "persons", baseline_value: 7, baseline_period: "2023", source: null });
const answers: Record<string, unknown> = {
  "indicators?page_size=500": { indicators: [indicator("OC-1", "Deaths", "Décès"), indicator("OC-2", "Returns", "Retours")], next_cursor: "" },
  "series/OC-1": { parts: [{ area: "", points: [{ period: "2024-Q1", value: 40, kind: "" }, { period: "2024-Q2", value: null, kind: "missing" }] }] },
  "series/OC-2": { parts: [] },
};

let root: HTMLElement;
beforeEach(() => {
  activate("en", compiledMessagesOf("en") as never);
  forgetAll();
  session.value = { account: { id: "me", name: "me", email: "", language: "en", hq: false, operator: false }, csrf_token: "", missions: [{ code: "UNMIC", roles: [{ role: "coordinator" }] }] } as never;
  missionCode.value = "UNMIC";
  root = document.createElement("div");
  document.body.replaceChildren(root);
  vi.stubGlobal("fetch", async (url: string) => {
    const found = Object.entries(answers).find(([path]) => url.endsWith(`/missions/UNMIC/${path}`));
    return new Response(JSON.stringify(found?.[1] ?? { areas: [] }), { status: 200, headers: { "Content-Type": "application/json" } });
  });
});
afterEach(() => {
  act(() => render(null, root));
  session.value = null;
  vi.unstubAllGlobals();
});
const cells = () => [...root.querySelectorAll("tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent?.replaceAll("\u00a0", " ").trim()));

describe("a table of indicators", () => {
  it("has baseline, target, value and period of each, and what is hidden says so", async () => {
    act(() => render(<SheetPreview sheet={sheet([number("OC-1", 42, 50), number("OC-2", null, null)])} shown="fr" onNumber={() => undefined} />, root));
    await vi.waitFor(() => expect(cells()[0]?.[0]).toBe("Décès"));
    expect(cells()).toEqual([
      ["Décès", "100 persons (T4 2023)", "50 persons", "42 persons", "T2 2024"],
      ["Retours", "100 persons (T4 2023)", "–", "masqué", "T2 2024"],
    ]);
    expect([...root.querySelectorAll("thead th")].map((head) => head.textContent)).toEqual(["Indicateur", "Référence", "Cible", "Valeur", "Période"]);
  });

  it("of a draft shows the newest values, and that targets come later", async () => {
    act(() => render(<SheetPreview sheet={sheet([])} shown="en" />, root));
    await vi.waitFor(() => expect(cells()[0]?.[2]).toBe("40 persons"));
    expect(cells()).toEqual([["Deaths", "7 persons (2023)", "40 persons", "Q1 2024"], ["Returns", "–", "–", "–"]]);
    expect(root.textContent).toContain("Targets are put in when the sheet is cleared.");
  });

  it("knows its indicators in their order", () => {
    expect(codesOf(query)).toEqual(["OC-1", "OC-2"]);
    expect(codesOf({ ...query, indicator_code: "", more_indicator_codes: [] })).toEqual([]);
  });
});

it("a text whose French has a field of its own is said in the language of the screen, or in the one that there is", () => {
  const of = { note: "Near", note_fr: "Près" };
  expect([beside(of, "note"), beside({ note: "", note_fr: "Près" }, "note")]).toEqual(["Near", "Près"]);
  activate("fr", compiledMessagesOf("fr") as never);
  expect([beside(of, "note"), beside({ note: "Near", note_fr: "" }, "note")]).toEqual(["Près", "Near"]);
});
