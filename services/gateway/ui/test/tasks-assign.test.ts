// Who can be asked to enter what, and what is asked: each account and each place once.
import { beforeAll, expect, it } from "vitest";
import type { CollectionTask, Member } from "../src/api/types";
import { useLanguage, useMessages } from "../src/i18n";
import { candidates, placesOf } from "../src/screens/tasks-assign";

const member = (account: string, name: string, role: string, section = "", areas: string[] = []): Member => ({ id: `${account}-${role}`, account_id: account, email: "", name, role, component: "", section, areas, clearance: "unclassified", signs_in: true });
const task = (indicator_code: string, period: string, area: string) => ({ indicator_code, period, area }) as CollectionTask;

beforeAll(async () => {
  await useLanguage("en");
  await useMessages("tasks");
});

it("members who enter data are offered once, with where they do", () => {
  const found = candidates([
    member("a", "Ada", "contributor", "Human Rights", ["A1"]),
    member("a", "Ada", "focal_point", "JMAC"),
    member("b", "Bob", "verifier", "JMAC"),
    member("c", "Cora", "coordinator"),
  ]);
  expect(found.map(([id]) => id)).toEqual(["a", "c"]);
  expect(found[0]?.[1]).toBe("Ada (Human Rights, A1; JMAC)");
});

it("a place is asked for once, whatever the period", () => {
  const tasks = [task("OC-A", "2026-01", "A1"), task("OC-A", "2026-02", "A1"), task("OC-A", "2026-02", "B"), task("OC-B", "2026-02", "")];
  expect(placesOf(tasks, false)).toEqual([{ indicator: "OC-A", area: "A1" }, { indicator: "OC-A", area: "B" }, { indicator: "OC-B", area: "" }]);
  expect(placesOf(tasks, true)).toEqual([{ indicator: "OC-A", area: "" }, { indicator: "OC-B", area: "" }]);
});
