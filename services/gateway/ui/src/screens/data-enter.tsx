// Entering one observation; what kind of value it takes follows from the indicator.
import { useState } from "preact/hooks";
import { write } from "../api/client";
import { expire, useAll, useGet } from "../api/store";
import type { ListAreasResponse, ListIndicatorsResponse, Observation } from "../api/types";
import { say, t, word } from "../i18n";
import { containing, type Frequency } from "../i18n/periods";
import { useDraft } from "../parts/draft";
import { Choice, NumberField, numberOf, TextArea, TextField } from "../parts/field";
import { Form } from "../parts/form";
import { Notice } from "../parts/notice";
import { below, mayWrite, mission } from "../session";
import { isComputed } from "./indicator-sheet";
import { CREDIBILITIES, RELIABILITIES } from "../words";

const EMPTY = { indicator_code: "", period: "", area: "", slice: "", kind: "", value: "", numerator: "", denominator: "", text: "", note: "", source: "", reliability: "", credibility: "", reason: "" };
const WITHOUT = ["missing", "not_applicable", "suppressed"] as const;

/** The kind of an observation that an indicator's kind asks for. */
export function valueKind(indicatorKind: string | undefined): "value" | "ratio" | "level" | "text" {
  if (indicatorKind === "ratio") return "ratio";
  if (indicatorKind === "scale" || indicatorKind === "milestone") return "level";
  return indicatorKind === "qualitative" ? "text" : "value";
}

/** The form. */
export function EnterObservation() {
  const draft = useDraft("observation", EMPTY);
  const [entered, setEntered] = useState<Observation | null>(null);
  const indicators = useAll<ListIndicatorsResponse>(below("indicators?page_size=500"));
  const areas = useGet<ListAreasResponse>(below("areas"));
  const of = draft.value;
  const active = (indicators.data?.indicators ?? []).filter((one) => one.state === "active" && !isComputed(one));
  const indicator = active.find((one) => one.code === of.indicator_code);
  const kind = of.kind || valueKind(indicator?.kind);
  const slices = indicator?.disaggregations.flatMap((one) => one.categories.map((category) => `${one.dimension}=${category}`)) ?? [];
  const choose = (code: string) => {
    const next = active.find((one) => one.code === code);
    const previous = next ? containing(new Date(), next.frequency as Frequency, mission.value?.fiscal_year_start_month) : "";
    draft.set({ indicator_code: code, period: of.period || previous, kind: "", slice: "" });
  };
  return (
    <div class="stack">
      {entered && <Notice tone="good">{t("data.entered", { indicator: entered.indicator_code, state: word(entered.state) })}</Notice>}
      <Form
        draft={draft}
        submit={t("data.enter")}
        send={async (value) => {
          const observation = {
            indicator_code: value.indicator_code, period: value.period, area: value.area, slice: value.slice, kind,
            value: kind === "value" ? numberOf(value.value) : null,
            numerator: kind === "ratio" ? numberOf(value.numerator) : null,
            denominator: kind === "ratio" ? numberOf(value.denominator) : null,
            level: kind === "level" ? value.text : "",
            text: kind === "text" ? value.text : "",
            note: value.note, source: value.source, reliability: value.reliability, credibility: Number(value.credibility) || 0, reason: value.reason,
          };
          setEntered(await write<Observation>("POST", below("observations"), { observation }));
          expire(below("observations"), below("entry-cells"), below("home"));
        }}
      >
        {(about) => (
          <>
            <Choice label={t("field.indicator")} none="–" required value={of.indicator_code} wrong={about("indicator_code")} among={active.map((one) => [one.code, `${one.code} · ${say(one.name)}`] as const)} onInput={choose} />
            <div class="pair">
              <TextField label={t("field.period")} hint={indicator ? word(indicator.frequency) : t("field.period_hint")} value={of.period} wrong={about("period")} onInput={(next) => draft.set({ period: next })} required />
              <Choice label={t("field.area")} none={t("area.whole")} value={of.area} wrong={about("area")} among={(areas.data?.areas ?? []).map((one) => [one.code, say(one.name)] as const)} onInput={(area) => draft.set({ area })} />
              {slices.length > 0 && <Choice label={t("field.slice")} none={t("slice.total")} value={of.slice} wrong={about("slice")} among={slices.map((one) => [one, one.replace("=", " = ")] as const)} onInput={(next) => draft.set({ slice: next })} />}
              <Choice label={t("data.what")} value={of.kind} none={t("data.a_value")} among={WITHOUT} onInput={(next) => draft.set({ kind: next })} />
            </div>
            {kind === "value" && <NumberField label={indicator?.unit ? `${t("field.value")} (${indicator.unit})` : t("field.value")} value={of.value} wrong={about("value")} onInput={(value) => draft.set({ value })} required />}
            {kind === "ratio" && (
              <div class="pair">
                <NumberField label={t("data.numerator")} value={of.numerator} wrong={about("numerator")} onInput={(numerator) => draft.set({ numerator })} required />
                <NumberField label={t("data.denominator")} value={of.denominator} wrong={about("denominator")} onInput={(denominator) => draft.set({ denominator })} required />
              </div>
            )}
            {(kind === "level" || kind === "text") && <TextField label={word(kind)} value={of.text} wrong={about(kind)} onInput={(text) => draft.set({ text })} required />}
            <TextArea label={t("field.note")} value={of.note} wrong={about("note")} onInput={(note) => draft.set({ note })} />
            {mayWrite("coordinator") && <TextField label={t("field.reason")} hint={t("data.reason_hint")} value={of.reason} wrong={about("reason")} onInput={(reason) => draft.set({ reason })} />}
            <TextField label={t("field.source")} value={of.source} wrong={about("source")} onInput={(source) => draft.set({ source })} />
            <div class="pair">
              <Choice label={t("evidence.reliability")} none="–" value={of.reliability} among={RELIABILITIES} onInput={(reliability) => draft.set({ reliability })} />
              <Choice label={t("evidence.credibility")} none="–" value={of.credibility} among={CREDIBILITIES} onInput={(credibility) => draft.set({ credibility })} />
            </div>
          </>
        )}
      </Form>
    </div>
  );
}
