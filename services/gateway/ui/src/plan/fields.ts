// Fields of the plan as people call them, and their values as people read them.
import type { FieldChange, PlanItem } from "../api/types";
import { say, t, word } from "../i18n";
import { date } from "../i18n/format";

/** Fields whose values are words of a vocabulary. */
const WORDS: readonly string[] = ["kind", "dimension", "component", "activity_status", "level", "direction", "over_time", "over_areas", "frequency", "strength", "classification"];
const DAYS: readonly string[] = ["start", "end"];

/** A field as the workbook's heading calls it: "statement.fr" is "Statement (French)". */
export function fieldName(field: string): string {
  const [name = "", of] = field.split(".");
  const shown = t(`workbook.field_${name as "statement"}`);
  return of === "en" ? t("workbook.in_english", { field: shown }) : of === "fr" ? t("workbook.in_french", { field: shown }) : shown;
}

/** Fields of an indicator that its reference sheet calls by another word than the workbook's heading. */
const SHEET: Record<string, () => string> = {
  kind: () => t("field.kind"), direction: () => t("indicator.direction"), event_measure: () => t("indicator.events"), disaggregations: () => t("indicator.disaggregations"), baseline_value: () => t("indicator.baseline"), verification: () => t("indicator.verification"), library_version: () => t("spine.library"),
};

/** A field as the reference sheet of an indicator calls it. */
export function sheetField(field: string): string {
  return SHEET[field]?.() ?? fieldName(field);
}

/** A value as it is read; `names` knows the names behind ids. */
export function fieldValue(change: Pick<FieldChange, "field">, value: string, names: ReadonlyMap<string, string> = new Map()): string {
  if (value === "") return "–";
  if (WORDS.includes(change.field)) return word(value);
  if (DAYS.includes(change.field)) return date(value);
  return names.get(value) ?? value;
}

/** Number and statement of an item; "–" of one that is not among them. */
export function nameIn(items: readonly PlanItem[], id: string | undefined): string {
  const item = items.find((one) => one.id === id);
  return item ? `${item.number} ${say(item.statement)}` : "–";
}
