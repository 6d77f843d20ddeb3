// What the next assessment begins with.
import { beforeAll, describe, expect, it } from "vitest";
import type { Assessment } from "../src/api/types";
import { useLanguage, useMessages } from "../src/i18n";
import { nextTitle } from "../src/screens/assessments";

const last = (period: string, en: string, fr = "") => ({ period, title: { en, fr } }) as Assessment;

describe("the title of the next assessment", () => {
  beforeAll(async () => {
    await useLanguage("en");
    await useMessages("assessments");
  });

  it("is the last one with the new period in place of its own", () => {
    expect(nextTitle(last("2025", "Impact in 2025", "Impact en 2025"), { kind: "impact", period: "2026" })).toEqual({ en: "Impact in 2026", fr: "Impact en 2026" });
    expect(nextTitle(last("2025-H2", "Impact, H2\u00a02025"), { kind: "impact", period: "2026-H1" }).en).toBe("Impact, H1\u00a02026");
  });

  it("says kind and period where there is none, or where it does not name its period", () => {
    expect(nextTitle(undefined, { kind: "performance", period: "2026-H1" }).en).toBe("Performance, H1\u00a02026");
    expect(nextTitle(last("2025", "The patrols"), { kind: "impact", period: "2026" })).toEqual({ en: "Impact, 2026", fr: "Impact, 2026" });
  });
});
