// Correcting what is known of an event, or how classified it is; what was known before stays readable as known then.
import { write } from "../api/client";
import { expire } from "../api/store";
import type { Event } from "../api/types";
import { t, word } from "../i18n";
import { useDraft } from "../parts/draft";
import { Choice, NumberField, numberOf, TextArea, TextField } from "../parts/field";
import { Form } from "../parts/form";
import { below } from "../session";
import { CLASSIFICATIONS } from "../words";

const PRECISIONS = ["exact", "near", "area"] as const;

/** What can be corrected, as it is typed. */
function typed(of: Event) {
  const count = (value: number | null | undefined) => (value == null ? "" : String(value));
  return {
    kind: of.kind, sub_kind: of.sub_kind, date: of.date, place: of.place, latitude: String(of.latitude), longitude: String(of.longitude),
    point_precision: of.point_precision, deaths_low: count(of.deaths_low), deaths_best: count(of.deaths_best), deaths_high: count(of.deaths_high),
    deaths_civilians: count(of.deaths_civilians), actor_one: of.actor_one, actor_two: of.actor_two, notes: of.notes, classification: of.classification,
    reason: "",
  };
}

/** The form. */
export function CorrectEvent({ of, onDone }: { of: Event; onDone: () => void }) {
  const draft = useDraft(`event.${of.id}`, typed(of), of.version);
  const now = draft.value;
  const set = (field: keyof typeof now) => (value: string) => draft.set({ [field]: value });
  return (
    <Form
      draft={draft}
      submit={t("event.correct")}
      theirs={(current) => typed(current as Event)}
      send={async ({ reason, ...value }, version) => {
        const event = {
          ...value,
          latitude: numberOf(value.latitude), longitude: numberOf(value.longitude), deaths_low: numberOf(value.deaths_low), deaths_best: numberOf(value.deaths_best),
          deaths_high: numberOf(value.deaths_high), deaths_civilians: numberOf(value.deaths_civilians),
        };
        await write<Event>("PUT", below(`events/${of.id}`), { event, reason }, { version: version ?? of.version });
        expire(below("events"), below("event-counts"), below("series"), below("indicator-pages"), below("home"));
      }}
      onDone={onDone}
    >
      {(about) => {
        const field = (name: keyof typeof now) => ({ value: now[name], wrong: about(name), onInput: set(name) });
        return (
          <>
            <p class="soft small">{t("event.correct_explain")}</p>
            <TextField label={t("event.kind")} {...field("kind")} />
            <TextField label={t("event.sub_kind")} {...field("sub_kind")} />
            <TextField label={t("field.date")} hint={t("event.date_hint")} {...field("date")} required />
            <TextField label={t("event.place")} {...field("place")} />
            <div class="pair">
              <NumberField label={t("event.latitude")} {...field("latitude")} required />
              <NumberField label={t("event.longitude")} {...field("longitude")} required />
            </div>
            <Choice label={t("event.precision")} none={t("event.not_said")} among={PRECISIONS.map((one) => [one, word(`point_${one}`)] as const)} {...field("point_precision")} />
            <div class="pair">
              <NumberField label={t("event.deaths_low")} {...field("deaths_low")} />
              <NumberField label={t("event.deaths_best")} {...field("deaths_best")} />
            </div>
            <div class="pair">
              <NumberField label={t("event.deaths_high")} {...field("deaths_high")} />
              <NumberField label={t("event.deaths_civilians")} {...field("deaths_civilians")} />
            </div>
            <TextField label={t("event.actor_one")} {...field("actor_one")} />
            <TextField label={t("event.actor_two")} {...field("actor_two")} />
            <TextArea label={t("event.notes")} {...field("notes")} />
            <Choice label={t("classification.label")} among={CLASSIFICATIONS} {...field("classification")} />
            <TextField label={t("event.why")} {...field("reason")} required />
          </>
        );
      }}
    </Form>
  );
}
