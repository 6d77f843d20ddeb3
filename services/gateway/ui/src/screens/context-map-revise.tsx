// What a context map says of itself: title, period, areas, themes, narrative, classification; until it is published.
import { write } from "../api/client";
import { useGet } from "../api/store";
import type { AreaChange, ContextMap, ListAreaChangesResponse, ListAreasResponse } from "../api/types";
import { t } from "../i18n";
import { date } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { closeDrawer } from "../parts/drawer";
import { Choice, Choices, TextField, TextPair } from "../parts/field";
import { Form } from "../parts/form";
import { Notice } from "../parts/notice";
import { below } from "../session";
import { CLASSIFICATIONS } from "../words";
import { areaChoices, listed } from "./context-maps";

type Said = Pick<ContextMap, "title" | "period" | "areas" | "narrative"> & { themes: string; classification: string };

function saidOf(map: ContextMap): Said {
  const { title, period, areas, narrative } = map;
  return { title, period, areas, narrative, themes: map.themes.join(", "), classification: "" };
}

/** The codes with the parts, or the whole, that an area became in its place. */
export function succeeded(codes: readonly string[], change: AreaChange): string[] {
  const kept = codes.filter((code) => !change.predecessors.includes(code));
  return [...kept, ...change.successors.map((part) => part.code).filter((code) => !kept.includes(code))];
}

/** The form. */
export function ReviseMap({ map, took }: { map: ContextMap; took: (next: ContextMap) => void }) {
  const draft = useDraft(`map.${map.id}`, saidOf(map), map.version);
  const areas = useGet<ListAreasResponse>(below("areas"));
  const changes = useGet<ListAreaChangesResponse>(below("area-changes"));
  const of = draft.value;
  const known = areas.data?.areas;
  const ended = known ? of.areas.filter((code) => !known.some((area) => area.code === code)) : [];
  const became = (changes.data?.changes ?? []).filter((change) => !change.undone && change.predecessors.some((code) => ended.includes(code)));
  return (
    <Form
      draft={draft}
      theirs={(current) => saidOf(current as ContextMap)}
      submit={t("action.save")}
      onDone={closeDrawer}
      send={async (value, version) => took(await write<ContextMap>("PUT", below(`context-maps/${map.id}`), { ...value, themes: listed(value.themes) }, { version: version ?? map.version }))}
    >
      {(about) => (
        <>
          {map.state === "reviewed" && <p class="soft">{t("context.reviewed_again")}</p>}
          <TextPair label={t("field.title")} value={of.title} wrong={about("title")} onInput={(title) => draft.set({ title })} required />
          <TextField label={t("field.period")} hint={t("field.period_hint")} value={of.period} wrong={about("period")} onInput={(period) => draft.set({ period })} required />
          {became.map((change) => (
            <Notice key={change.id} tone="careful" action={<button type="button" class="button" onClick={() => draft.set({ areas: succeeded(of.areas, change) })}>{t("context.take_parts")}</button>}>
              {t("context.area_became", { before: change.predecessors.join(", "), day: date(change.date), after: change.successors.map((part) => part.code).join(", ") })}
            </Notice>
          ))}
          <Choices label={t("spine.areas")} value={of.areas} onInput={(next) => draft.set({ areas: next })} among={areaChoices(known ?? [], of.areas)} />
          <TextField label={t("context.themes")} hint={t("field.comma_hint")} value={of.themes} wrong={about("themes")} onInput={(themes) => draft.set({ themes })} />
          <TextPair label={t("field.narrative")} long value={of.narrative} wrong={about("narrative")} onInput={(narrative) => draft.set({ narrative })} />
          <Choice label={t("classification.label")} hint={t("context.classification_hint")} none={t("context.classification_kept")} value={of.classification} wrong={about("classification")} among={CLASSIFICATIONS} onInput={(classification) => draft.set({ classification })} />
        </>
      )}
    </Form>
  );
}
