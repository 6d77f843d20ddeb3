// Counts over missions, and marks on a line of time.
import { beforeAll, describe, expect, it } from "vitest";
import { compiledMessagesOf } from "../scripts/catalogue.mjs";
import type { ThemeCount, TimeLineMark } from "../src/api/types";
import { MARK_KINDS, grouped, markSaid } from "../src/charts/time-line";
import { activate, t } from "../src/i18n";
import { together } from "../src/screens/hq-theme-counts";

const plain = (text: string) => text.replaceAll("\u00a0", " ");
const mark = (at: string, of: Partial<TimeLineMark> = {}): TimeLineMark => ({ kind: "target_achieved", at, text: { en: "Civilians killed", fr: "Civils tués" }, rating: "", path: "", detail: null, period: "", value: null, unit: "", ...of });
const count = (of: Partial<ThemeCount>): ThemeCount => ({ ...together("poc", []), ...of });

describe("themes over missions", () => {
  it("adds up counts only, and keeps kinds and states of recommendations apart", () => {
    const all = together("poc", [
      count({ outcomes: 2, outputs: 1, statuses: [{ status: "at_risk", count: 2 }, { status: "achieved", count: 1 }], worse: 1, recommendations: [{ mission: "", theme: "", kind: "plan", state: "accepted", count: 1, late: 1 }] }),
      count({ outcomes: 1, statuses: [{ status: "achieved", count: 1 }], unrated: 1, recommendations: [{ mission: "", theme: "", kind: "plan", state: "accepted", count: 2, late: 0 }, { mission: "", theme: "", kind: "data", state: "accepted", count: 1, late: 0 }] }),
      count({}),
    ]);
    expect([all.outcomes, all.outputs, all.worse, all.unrated]).toEqual([3, 1, 1, 1]);
    expect(all.missions).toBe(2);
    expect(all.statuses).toEqual([{ status: "achieved", count: 2 }, { status: "at_risk", count: 2 }]);
    expect(all.recommendations.map((one) => [one.kind, one.state, one.count, one.late])).toEqual([["plan", "accepted", 3, 1], ["data", "accepted", 1, 0]]);
  });

  it("has nothing of no mission", () => {
    expect(together("poc", [])).toMatchObject({ missions: 0, outcomes: 0, statuses: [], recommendations: [] });
  });
});

describe("marks on a line of time", () => {
  beforeAll(() => activate("en", compiledMessagesOf("en") as never));

  it("are one where they would meet, and lose none", () => {
    const x = (day: number) => day - 19_700;
    const groups = grouped([mark("2024-01-01"), mark("2024-01-03"), mark("2024-03-01")], x);
    expect(groups.map((group) => group.marks.length)).toEqual([2, 1]);
  });

  it("say in words what they are, with the value and its period", () => {
    expect(plain(markSaid(mark("2024-03-31", { value: 5, unit: "persons", period: "2024-Q1" })))).toBe("31 Mar 2024, Target achieved, Civilians killed, 5 persons (Q1 2024)");
    expect(markSaid(mark("2024-03-31", { kind: "outcome_rated", rating: "at_risk" }))).toContain("At risk");
  });

  it("have a name each, in words that claim no cause", () => {
    const said = MARK_KINDS.map((kind) => t(`timeline.kind_${kind}`));
    expect(new Set(said).size).toBe(MARK_KINDS.length);
    for (const language of ["en", "fr"] as const) {
      const messages = JSON.stringify(compiledMessagesOf(language, "timeline") ?? compiledMessagesOf(language));
      expect(messages).toMatch(language === "en" ? /at the same time/ : /en même temps/);
    }
  });
});
