// Activities in time: days, months, and what is said of a bar.
import { beforeAll, describe, expect, it } from "vitest";
import { compiledMessagesOf } from "../scripts/catalogue.mjs";
import type { WorkActivity } from "../src/api/types";
import { activityLabel, dayOf, monthsBetween } from "../src/charts/gantt";
import { activate } from "../src/i18n";

const bar: WorkActivity = { item_id: "a", number: "1.1.1.1", statement: { en: "Open a base", fr: "Ouvrir une base" }, start: "2026-01-05", end: "2026-02-10", expected_start: "2026-01-05", expected_end: "2026-02-10", slack_days: 0, critical: true, activity_status: "ongoing", progress_percent: 40, late: "behind", depends_on: [] };

describe("activities in time", () => {
  beforeAll(() => activate("en", compiledMessagesOf("en") as never));

  it("counts whole days, also over a change of the clocks", () => {
    expect(dayOf("2026-03-30") - dayOf("2026-03-28")).toBe(2);
    expect(dayOf("1970-01-02")).toBe(1);
  });

  it("names the first days of months that lie between, every so manyth", () => {
    expect(monthsBetween(dayOf("2026-01-15"), dayOf("2026-04-01"), 1)).toEqual(["2026-02-01", "2026-03-01", "2026-04-01"]);
    expect(monthsBetween(dayOf("2026-11-01"), dayOf("2027-06-30"), 3)).toEqual(["2026-12-01", "2027-03-01", "2027-06-01"]);
    expect(monthsBetween(dayOf("2026-01-02"), dayOf("2026-01-20"), 1)).toEqual([]);
  });

  it("says in words what the bar shows", () => {
    const said = activityLabel(bar);
    for (const part of ["1.1.1.1 Open a base", "Ongoing", "40", "Critical", "Behind"]) expect(said).toContain(part);
    expect(activityLabel({ ...bar, critical: false, late: "" })).not.toContain("Critical");
  });
});
