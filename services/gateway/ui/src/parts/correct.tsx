// Correcting an observation: a new one in its place, the old one stays readable.
import { write } from "../api/client";
import { expire } from "../api/store";
import type { Observation } from "../api/types";
import { t, word } from "../i18n";
import { below } from "../session";
import { useDraft } from "./draft";
import { NumberField, numberOf, TextArea, TextField } from "./field";
import { Form } from "./form";

/** The form of a correction. */
export function CorrectForm({ of, onDone }: { of: Observation; onDone: (made: Observation) => void }) {
  const shown = (value: number | null) => (value === null ? "" : String(value));
  const draft = useDraft(`correct.${of.id}`, { value: shown(of.value), numerator: shown(of.numerator), denominator: shown(of.denominator), text: of.level || of.text, note: of.note, reason: "" }, of.version);
  const now = draft.value;
  const kind = of.kind === "ratio" || of.kind === "level" || of.kind === "text" ? of.kind : "value";
  return (
    <Form
      draft={draft}
      submit={t("data.correct")}
      send={async (value, version) => {
        const observation = {
          indicator_code: of.indicator_code, period: of.period, area: of.area, slice: of.slice, source: of.source, reliability: of.reliability, credibility: of.credibility, note: value.note,
          kind,
          value: kind === "value" ? numberOf(value.value) : null,
          numerator: kind === "ratio" ? numberOf(value.numerator) : null,
          denominator: kind === "ratio" ? numberOf(value.denominator) : null,
          level: kind === "level" ? value.text : "",
          text: kind === "text" ? value.text : "",
        };
        const made = await write<Observation>("POST", below(`observations/${of.id}/correct`), { observation, reason: value.reason }, { version: version ?? of.version });
        expire(below("observations"), below("entry-cells"), below("series"), below("indicator-pages"), below("home"));
        onDone(made);
      }}
    >
      {(about) => (
        <>
          {kind === "value" && <NumberField label={t("field.value")} value={now.value} wrong={about("value")} onInput={(value) => draft.set({ value })} required />}
          {kind === "ratio" && (
            <div class="pair">
              <NumberField label={t("data.numerator")} value={now.numerator} wrong={about("numerator")} onInput={(numerator) => draft.set({ numerator })} required />
              <NumberField label={t("data.denominator")} value={now.denominator} wrong={about("denominator")} onInput={(denominator) => draft.set({ denominator })} required />
            </div>
          )}
          {(kind === "level" || kind === "text") && <TextField label={word(kind)} value={now.text} wrong={about(kind)} onInput={(text) => draft.set({ text })} required />}
          <TextArea label={t("field.note")} value={now.note} wrong={about("note")} onInput={(note) => draft.set({ note })} />
          <TextField label={t("field.reason")} hint={t("data.reason_hint")} value={now.reason} wrong={about("reason")} onInput={(reason) => draft.set({ reason })} />
        </>
      )}
    </Form>
  );
}
