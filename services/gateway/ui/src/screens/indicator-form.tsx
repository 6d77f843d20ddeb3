// Drafting an indicator, or a new version of its definition.
import { useLocation } from "wouter-preact";
import { write } from "../api/client";
import { expire, put, useGet } from "../api/store";
import type { Indicator, Plan } from "../api/types";
import { say, t } from "../i18n";
import { useDraft } from "../parts/draft";
import { closeDrawer } from "../parts/drawer";
import { Choice, NumberField, numberOf, TextArea, TextField, TextPair } from "../parts/field";
import { Form } from "../parts/form";
import { below, page } from "../session";
import { CLASSIFICATIONS, DIRECTIONS, FREQUENCIES, INDICATOR_KINDS, LEVELS, OVER_AREAS, OVER_TIME } from "../words";

const NEW: Indicator = {
  id: "", code: "", name: { en: "", fr: "" }, level: "outcome", kind: "count", unit: "", direction: "higher", over_time: "sum", over_areas: "sum", frequency: "month", disaggregations: [], baseline_value: null, baseline_period: "", source: { en: "", fr: "" }, method: { en: "", fr: "" }, owner_section: "", verification: { en: "", fr: "" }, plan_item_lineage_id: "", state: "", definition_version: 0, version: 0, recorded_at: "", recorded_by: "", classification: "unclassified",
};

type Typed = Omit<Indicator, "disaggregations" | "baseline_value"> & { disaggregations: string; baseline_value: string };

function typed(of: Indicator): Typed {
  return { ...of, disaggregations: of.disaggregations.map((one) => `${one.dimension}: ${one.categories.join(", ")}`).join("\n"), baseline_value: of.baseline_value === null ? "" : String(of.baseline_value) };
}

/** "sex: f, m" lines as disaggregations. */
export function disaggregationsOf(text: string): Indicator["disaggregations"] {
  return text.split("\n").flatMap((line) => {
    const [dimension = "", categories = ""] = line.split(":");
    return dimension.trim() ? [{ dimension: dimension.trim(), categories: categories.split(",").map((one) => one.trim()).filter(Boolean) }] : [];
  });
}

function sent(of: Typed): Indicator {
  return { ...of, disaggregations: disaggregationsOf(of.disaggregations), baseline_value: numberOf(of.baseline_value) };
}

/** The form of an indicator's definition. */
export function IndicatorForm({ indicator }: { indicator?: Indicator }) {
  const base = typed(indicator ?? NEW);
  const draft = useDraft(`indicator.${indicator?.id ?? "new"}`, base, indicator?.version);
  const plan = useGet<Plan>(below("plans/active"));
  const [, go] = useLocation();
  const of = draft.value;
  const measured = (plan.data?.items ?? []).filter((item) => item.kind === of.level);
  return (
    <Form
      draft={draft}
      theirs={(current) => (current ? typed(current as Indicator) : undefined)}
      submit={indicator ? t("action.save") : t("action.draft")}
      onDone={closeDrawer}
      send={async (value, version) => {
        const body = { indicator: { ...sent(value), ...(version === undefined ? {} : { version }) } };
        const made = indicator ? await write<Indicator>("PUT", below("indicators"), body, { version: version ?? indicator.version }) : await write<Indicator>("POST", below("indicators"), body);
        put(below(`indicators/${encodeURIComponent(made.code)}`), made);
        expire(below("indicators"));
        if (!indicator) go(page(`indicators/${encodeURIComponent(made.code)}`));
      }}
    >
      {(about) => (
        <>
          <TextField label={t("areas.code")} value={of.code} wrong={about("code")} onInput={(code) => draft.set({ code })} required />
          <TextPair label={t("field.name")} value={of.name} wrong={about("name")} onInput={(name) => draft.set({ name })} required />
          <div class="pair">
            <Choice label={t("indicator.level")} value={of.level} among={LEVELS} onInput={(level) => draft.set({ level })} />
            <Choice label={t("field.kind")} value={of.kind} among={INDICATOR_KINDS} wrong={about("kind")} onInput={(kind) => draft.set({ kind, ...(kind === "ratio" ? { over_time: "ratio", over_areas: "ratio" } : {}) })} />
            <TextField label={t("indicator.unit")} value={of.unit} wrong={about("unit")} onInput={(unit) => draft.set({ unit })} required />
            <Choice label={t("indicator.direction")} value={of.direction} among={DIRECTIONS} onInput={(direction) => draft.set({ direction })} />
            <Choice label={t("indicator.over_time")} value={of.over_time} among={OVER_TIME} wrong={about("over_time")} onInput={(over_time) => draft.set({ over_time })} />
            <Choice label={t("indicator.over_areas")} value={of.over_areas} among={OVER_AREAS} wrong={about("over_areas")} onInput={(over_areas) => draft.set({ over_areas })} />
            <Choice label={t("indicator.frequency")} value={of.frequency} among={FREQUENCIES} onInput={(frequency) => draft.set({ frequency })} />
            <Choice label={t("classification.label")} value={of.classification} among={CLASSIFICATIONS} onInput={(classification) => draft.set({ classification })} />
            <NumberField label={t("indicator.baseline")} value={of.baseline_value} wrong={about("baseline_value")} onInput={(baseline_value) => draft.set({ baseline_value })} />
            <TextField label={t("indicator.baseline_period")} value={of.baseline_period} wrong={about("baseline_period")} onInput={(baseline_period) => draft.set({ baseline_period })} />
          </div>
          {of.level !== "context" && (
            <Choice label={t("indicator.measures")} none="–" value={of.plan_item_lineage_id} wrong={about("plan_item_lineage_id")} among={measured.map((item) => [item.lineage_id, `${item.number} ${say(item.statement)}`] as const)} onInput={(plan_item_lineage_id) => draft.set({ plan_item_lineage_id })} />
          )}
          <TextArea label={t("indicator.disaggregations")} hint={t("indicator.disaggregations_hint")} value={of.disaggregations} wrong={about("disaggregations")} onInput={(disaggregations) => draft.set({ disaggregations })} />
          <TextField label={t("indicator.owner")} value={of.owner_section} wrong={about("owner_section")} onInput={(owner_section) => draft.set({ owner_section })} />
          <TextPair label={t("field.source")} value={of.source} onInput={(source) => draft.set({ source })} />
          <TextPair label={t("indicator.method")} long value={of.method} onInput={(method) => draft.set({ method })} />
          <TextPair label={t("indicator.verification")} value={of.verification} onInput={(verification) => draft.set({ verification })} />
        </>
      )}
    </Form>
  );
}
