// Context: the map of areas, the context maps, the evidence.
import { Link, useLocation } from "wouter-preact";
import { write } from "../api/client";
import { expire, useAll, useGet } from "../api/store";
import type { Area, ContextMap, ListAreasResponse, ListContextMapsResponse } from "../api/types";
import { say, t } from "../i18n";
import { period } from "../i18n/format";
import { containing, today } from "../i18n/periods";
import { useDraft } from "../parts/draft";
import { openDrawer } from "../parts/drawer";
import { Choice, Choices, TextField, TextPair } from "../parts/field";
import { Form } from "../parts/form";
import { Reading } from "../parts/notice";
import { PageHead, Tabs, useParameter } from "../parts/page";
import { Classification, State } from "../parts/status";
import { below, isStaff, mayWrite, page } from "../session";
import { CLASSIFICATIONS } from "../words";
import { AreaTable } from "./context-areas";
import { ANALYSTS, EvidenceList } from "./context-evidence";
import { ImportAreas } from "./context-import";
import { Mapping } from "./context-mapping";
import { Situation } from "./context-situation";

/** The context page. */
export default function Context() {
  const view = useParameter("view") || "map";
  const areas = useGet<ListAreasResponse>(below("areas"));
  const maps = useAll<ListContextMapsResponse>(below("context-maps?page_size=200"));
  return (
    <>
      <PageHead title={t("context.title")}>
        {mayWrite(...ANALYSTS) && (
          <button type="button" class="button primary" onClick={() => openDrawer(t("context.draft_map"), () => <DraftMap areas={areas.data?.areas ?? []} />)}>
            {t("context.draft_map")}
          </button>
        )}
        {mayWrite("coordinator", "hq_analyst") && (
          <button type="button" class="button" onClick={() => openDrawer(t("areas.import"), () => <ImportAreas />)}>{t("areas.import")}</button>
        )}
      </PageHead>
      <div class="stack">
        <Tabs label={t("context.title")} views={[["map", t("context.map")], ["areas", t("context.areas_table")], ...(isStaff() ? [["evidence", t("evidence.title")] as const] : [])]} />
        {view === "evidence" ? <EvidenceList /> : (
          <Reading of={areas}>
            {areas.data && (view === "areas" ? <AreaTable areas={areas.data.areas} /> : <MapAndMaps areas={areas.data.areas} maps={maps} />)}
          </Reading>
        )}
      </div>
    </>
  );
}

type Read<T> = ReturnType<typeof useGet<T>>;

function MapAndMaps({ areas, maps }: { areas: readonly Area[]; maps: Read<ListContextMapsResponse> }) {
  return (
    <Situation areas={areas} maps={maps.data?.context_maps}>
      {isStaff() && <Mapping maps={maps.data?.context_maps ?? []} />}
      <section class="card">
        <h2>{t("context.maps")}</h2>
        <Reading of={maps}>
          {maps.data?.context_maps.length === 0 && <p class="soft">{t("context.no_maps")}</p>}
          <ul class="list">
            {maps.data?.context_maps.map((map) => (
              <li key={map.id}>
                <Link href={page(`context-maps/${map.id}`)}>{say(map.title)}</Link>
                <span class="row"><Classification of={map.classification} /><span class="soft">{period(map.period)}</span><State of={map.state} /></span>
              </li>
            ))}
          </ul>
        </Reading>
      </section>
    </Situation>
  );
}

function DraftMap({ areas }: { areas: readonly Area[] }) {
  const draft = useDraft("context-map", {
    title: { en: "", fr: "" },
    period: containing(new Date(`${today()}T00:00:00Z`), "half_year"),
    areas: [] as string[],
    themes: "",
    narrative: { en: "", fr: "" },
    classification: "unclassified",
  });
  const [, go] = useLocation();
  const of = draft.value;
  return (
    <Form
      draft={draft}
      submit={t("action.draft")}
      send={async (value) => {
        const made = await write<ContextMap>("POST", below("context-maps"), { ...value, themes: value.themes.split(",").map((theme) => theme.trim()).filter(Boolean) });
        expire(below("context-maps"));
        go(page(`context-maps/${made.id}`));
      }}
    >
      {(about) => (
        <>
          <TextPair label={t("field.title")} value={of.title} wrong={about("title")} onInput={(title) => draft.set({ title })} required />
          <TextField label={t("field.period")} hint={t("field.period_hint")} value={of.period} wrong={about("period")} onInput={(next) => draft.set({ period: next })} required />
          <Choices label={t("spine.areas")} value={of.areas} onInput={(next) => draft.set({ areas: next })} among={areas.map((area) => [area.code, say(area.name)] as const)} />
          <TextField label={t("context.themes")} hint={t("field.comma_hint")} value={of.themes} onInput={(themes) => draft.set({ themes })} />
          <TextPair label={t("field.narrative")} long value={of.narrative} onInput={(narrative) => draft.set({ narrative })} />
          <Choice label={t("classification.label")} value={of.classification} among={CLASSIFICATIONS} onInput={(classification) => draft.set({ classification })} />
        </>
      )}
    </Form>
  );
}
