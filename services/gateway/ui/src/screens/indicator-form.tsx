// Drafting an indicator, or a new version of its definition.
import { useLocation } from "wouter-preact";
import { write } from "../api/client";
import { expire, put, useGet } from "../api/store";
import type { Indicator, LibraryIndicator, ListPlansResponse, Plan, PlanItem } from "../api/types";
import { say, t, word } from "../i18n";
import { type Draft, useDraft } from "../parts/draft";
import { closeDrawer } from "../parts/drawer";
import { Choice, NumberField, numberOf, TextArea, TextField, TextPair } from "../parts/field";
import { Form } from "../parts/form";
import { below, page } from "../session";
import { CLASSIFICATIONS, DIRECTIONS, FREQUENCIES, INDICATOR_KINDS, LEVELS, MEASURES, OVER_AREAS, OVER_TIME, THEMES } from "../words";

const NEW: Indicator = {
  id: "", code: "", name: { en: "", fr: "" }, level: "outcome", kind: "count", unit: "", direction: "higher", over_time: "sum", over_areas: "sum", frequency: "month", disaggregations: [], baseline_value: null, baseline_period: "", source: { en: "", fr: "" }, method: { en: "", fr: "" }, owner_section: "", verification: { en: "", fr: "" }, plan_item_lineage_id: "", state: "", definition_version: 0, version: 0, recorded_at: "", recorded_by: "", classification: "unclassified", formula: "", event_measure: null, library_code: "", library_version: 0,
};

type Typed = Omit<Indicator, "disaggregations" | "baseline_value" | "event_measure"> & { disaggregations: string; baseline_value: string; measure: string; kinds: string; sub_kinds: string };

function typed(of: Indicator): Typed {
  const { event_measure: events, ...own } = of;
  return { ...own, disaggregations: of.disaggregations.map((one) => `${one.dimension}: ${one.categories.join(", ")}`).join("\n"), baseline_value: of.baseline_value === null ? "" : String(of.baseline_value), measure: events?.measure ?? "", kinds: events?.kinds.join(", ") ?? "", sub_kinds: events?.sub_kinds.join(", ") ?? "" };
}

/** "Battles, Riots" as words. */
const listed = (text: string) => text.split(",").map((one) => one.trim()).filter(Boolean);

/** "sex: f, m" lines as disaggregations. */
export function disaggregationsOf(text: string): Indicator["disaggregations"] {
  return text.split("\n").flatMap((line) => {
    const [dimension = "", categories = ""] = line.split(":");
    return dimension.trim() ? [{ dimension: dimension.trim(), categories: categories.split(",").map((one) => one.trim()).filter(Boolean) }] : [];
  });
}

function sent(of: Typed): Indicator {
  const { measure, kinds, sub_kinds, ...own } = of;
  return { ...own, disaggregations: disaggregationsOf(of.disaggregations), baseline_value: numberOf(of.baseline_value), event_measure: measure ? { measure, kinds: listed(kinds), sub_kinds: listed(sub_kinds) } : null };
}

/** Plans that are on their way to be in force. */
const WRITTEN: readonly string[] = ["draft", "in_review", "endorsed", "approved"];

/** The form of an indicator's definition; a new one may be for an item of the plan. */
export function IndicatorForm({ indicator, measures }: { indicator?: Indicator; measures?: PlanItem }) {
  const base = typed(indicator ?? (measures ? { ...NEW, level: measures.kind, plan_item_lineage_id: measures.lineage_id, owner_section: measures.lead_section } : NEW));
  const draft = useDraft(`indicator.${indicator?.id ?? (measures ? `of.${measures.lineage_id}` : "new")}`, base, indicator?.version);
  const [, go] = useLocation();
  return (
    <Form
      draft={draft}
      theirs={(current) => (current ? typed(current as Indicator) : undefined)}
      submit={indicator ? t("action.save") : t("action.draft")}
      onDone={closeDrawer}
      send={async (value, version) => {
        // The version that was seen travels in the indicator.
        const body = { indicator: { ...sent(value), version: version ?? indicator?.version ?? 0 } };
        const made = await write<Indicator>(indicator ? "PUT" : "POST", below("indicators"), body);
        put(below(`indicators/${encodeURIComponent(made.code)}`), made);
        expire(below("indicators"));
        if (!indicator) go(page(`indicators/${encodeURIComponent(made.code)}`));
      }}
    >
      {(about) => <Definition draft={draft} about={about} />}
    </Form>
  );
}

/** The form of an indicator of the library, which headquarters keeps; what is a mission's own is not asked. */
export function LibraryIndicatorForm({ of }: { of?: LibraryIndicator }) {
  const said = (one?: LibraryIndicator) => ({ ...typed(one?.indicator ?? NEW), theme: one?.theme ?? "political_process" });
  const draft = useDraft(`library.${of?.indicator?.code ?? "new"}`, said(of), of?.version);
  return (
    <Form
      draft={draft}
      theirs={(current) => (current ? said(current as LibraryIndicator) : undefined)}
      submit={t("action.save")}
      onDone={closeDrawer}
      send={async ({ theme, ...value }, version) => {
        await write<LibraryIndicator>("PUT", below("library/indicators"), { theme, indicator: sent(value), seen_version: version ?? of?.version ?? 0 });
        expire(below("library"));
      }}
    >
      {(about) => (
        <>
          <Choice label={t("library.theme")} value={draft.value.theme} wrong={about("theme")} among={THEMES.map((one) => [one, word(`theme_${one}`)] as const)} onInput={(theme) => draft.set({ theme })} />
          <Definition draft={draft} about={about} shared />
        </>
      )}
    </Form>
  );
}

/** What an indicator may measure: the items of the plan that is being written, then those of the plan in force that it has not. */
function useMeasurable(none: boolean): readonly PlanItem[] {
  const plans = useGet<ListPlansResponse>(none ? null : below("plans"));
  const newest = [...(plans.data?.plans ?? [])].filter((one) => WRITTEN.includes(one.state)).sort((one, other) => other.number - one.number)[0];
  const written = useGet<Plan>(newest ? below(`plans/${newest.id}`) : null);
  const active = useGet<Plan>(plans.data?.plans.some((one) => one.state === "active") ? below("plans/active") : null);
  const items = written.data?.items ?? [];
  return [...items, ...(active.data?.items ?? []).filter((item) => !items.some((one) => one.lineage_id === item.lineage_id))];
}

function Definition({ draft, about, shared = false }: { draft: Pick<Draft<Typed>, "value" | "set">; about: (field: string) => string | undefined; shared?: boolean }) {
  const of = draft.value;
  const measured = useMeasurable(shared).filter((item) => item.kind === of.level);
  return (
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
        {!shared && <Choice label={t("classification.label")} value={of.classification} among={CLASSIFICATIONS} onInput={(classification) => draft.set({ classification })} />}
        {!shared && <NumberField label={t("indicator.baseline")} value={of.baseline_value} wrong={about("baseline_value")} onInput={(baseline_value) => draft.set({ baseline_value })} />}
        {!shared && <TextField label={t("indicator.baseline_period")} value={of.baseline_period} wrong={about("baseline_period")} onInput={(baseline_period) => draft.set({ baseline_period })} />}
      </div>
      {!shared && <TextArea label={t("indicator.formula")} hint={t("indicator.formula_hint")} value={of.formula} wrong={about("formula")} onInput={(formula) => draft.set({ formula })} />}
      <Choice label={t("indicator.events")} none={t("indicator.no_events")} value={of.measure} wrong={about("event_measure")} among={MEASURES.map((one) => [one, word(`measure_${one}`)] as const)} onInput={(measure) => draft.set({ measure })} />
      {of.measure && (
        <div class="pair">
          <TextField label={t("indicator.event_kinds")} hint={t("indicator.event_kinds_hint")} value={of.kinds} wrong={about("kinds")} onInput={(kinds) => draft.set({ kinds })} />
          <TextField label={t("indicator.event_sub_kinds")} value={of.sub_kinds} wrong={about("sub_kinds")} onInput={(sub_kinds) => draft.set({ sub_kinds })} />
        </div>
      )}
      {!shared && of.level !== "context" && (
        <Choice label={t("indicator.measures")} none="–" value={of.plan_item_lineage_id} wrong={about("plan_item_lineage_id")} among={measured.map((item) => [item.lineage_id, `${item.number} ${say(item.statement)}`] as const)} onInput={(plan_item_lineage_id) => draft.set({ plan_item_lineage_id })} />
      )}
      <TextArea label={t("indicator.disaggregations")} hint={t("indicator.disaggregations_hint")} value={of.disaggregations} wrong={about("disaggregations")} onInput={(disaggregations) => draft.set({ disaggregations })} />
      {!shared && <TextField label={t("indicator.owner")} value={of.owner_section} wrong={about("owner_section")} onInput={(owner_section) => draft.set({ owner_section })} />}
      <TextPair label={t("field.source")} value={of.source} onInput={(source) => draft.set({ source })} />
      <TextPair label={t("indicator.method")} long value={of.method} onInput={(method) => draft.set({ method })} />
      <TextPair label={t("indicator.verification")} value={of.verification} onInput={(verification) => draft.set({ verification })} />
    </>
  );
}
