import { describe, expect, it } from "vitest";
import type { Analysis, GatheredItem, OutputContribution, Text } from "../src/api/types";
import { appended, compose } from "../src/screens/assessment-compose";

const text = (word: string): Text => ({ en: word, fr: `${word} (fr)` });
const analysis = { statement: text("Deaths fell."), cautions: [text("Areas change.")], gaps: [{ dimension: "sex", statement: text("More men.") }, { dimension: "area", statement: text("More in A.") }] } as unknown as Analysis;
const contribution = {
  statement: text("Consistent with a contribution."),
  reasons: [text("Chance would rarely give as much.")],
  staggered: { applies: true, statement: text("Lower since the start.") },
  synthetic: { applies: false, statement: text("Does not apply.") },
  checks: [{ check: "rivals", result: "careful", text: text("Half is left.") }, { check: "reverse", result: "untested", text: text("Not tested.") }, { check: "areas", result: "holds", text: text("Ten areas.") }],
} as unknown as OutputContribution;

describe("a draft of a narrative", () => {
  it("says to each question what speaks to it, in both languages", () => {
    const of = (question: string) => compose(question, [analysis], [contribution]).en;
    expect(of("change")).toBe("Deaths fell.");
    expect(of("link")).toBe("Consistent with a contribution.\nChance would rarely give as much.\nLower since the start.");
    expect(of("alternatives")).toBe("Half is left.\nAreas change.");
    expect(of("gender_and_youth")).toBe("More men.");
    expect(compose("link", [analysis], []).fr).toBe("Deaths fell. (fr)");
  });

  it("says of other records what speaks to the question, or what there is", () => {
    const factor = { questions: ["alternatives"], statement: text("Rains failed.") } as unknown as GatheredItem;
    expect(compose("alternatives", [analysis], [], [factor]).en).toBe("Areas change.\nRains failed.");
    expect(compose("change", [analysis], [], [factor]).en).toBe("Deaths fell.");
    expect(compose("delivery", [], [], [factor]).fr).toBe("Rains failed. (fr)");
  });

  it("says nothing twice, and stands behind what is written", () => {
    expect(compose("change", [analysis, analysis], []).en).toBe("Deaths fell.");
    expect(appended({ en: "First. ", fr: "" }, text("Then."))).toEqual({ en: "First.\n\nThen.", fr: "Then. (fr)" });
    expect(compose("change", [], [])).toEqual({ en: "", fr: "" });
  });
});
