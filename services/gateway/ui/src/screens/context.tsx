// Context: the map of areas, the context maps, the evidence.
import { useMemo } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { write } from "../api/client";
import { expire, useAll, useGet } from "../api/store";
import type { Area, ContextMap, ListAreasResponse, ListContextMapsResponse } from "../api/types";
import { AreaMap } from "../charts/map";
import { inhibiting } from "../charts/inhibiting";
import { say, t, word } from "../i18n";
import { period } from "../i18n/format";
import { containing, today } from "../i18n/periods";
import { useDraft } from "../parts/draft";
import { openDrawer } from "../parts/drawer";
import { Choice, Choices, TextField, TextPair } from "../parts/field";
import { Form } from "../parts/form";
import { Empty, Reading } from "../parts/notice";
import { PageHead, Tabs, useParameter } from "../parts/page";
import { Classification, State } from "../parts/status";
import { below, isStaff, mayWrite, page } from "../session";
import { CLASSIFICATIONS } from "../words";
import { AreaTable } from "./context-areas";
import { ANALYSTS, EvidenceList } from "./context-evidence";
import { ImportAreas } from "./context-import";
import { Mapping } from "./context-mapping";

/** The context page. */
export default function Context() {
  const view = useParameter("view") || "map";
  const areas = useGet<ListAreasResponse>(below("areas?with_geometry=true"));
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
  const chosen = useParameter("area");
  const [, go] = useLocation();
  const latest = maps.data?.context_maps.find((map) => map.state === "published") ?? maps.data?.context_maps[0];
  const weight = useMemo(() => (latest ? inhibiting(latest) : undefined), [latest]);
  if (areas.length === 0) return <Empty>{t("areas.none")}</Empty>;
  const area = areas.find((one) => one.code === chosen);
  return (
    <div class="columns">
      <section class="card">
        <h2>{latest ? t("context.inhibiting", { title: say(latest.title) }) : t("spine.areas")}</h2>
        <AreaMap areas={areas} label={t("context.map")} values={weight} chosen={chosen} onChoose={(code) => go(`${page("context")}?area=${encodeURIComponent(code)}`)} />
      </section>
      <div class="stack">
        {area && <OneArea area={area} latest={latest} />}
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
      </div>
    </div>
  );
}

function OneArea({ area, latest }: { area: Area; latest: ContextMap | undefined }) {
  const factors = latest?.factors.filter((factor) => (factor.areas.length ? factor.areas : latest.areas).includes(area.code)) ?? [];
  return (
    <section class="card stack tight">
      <h2>{say(area.name)} <span class="soft">{area.code}</span></h2>
      <p class="soft">{t("areas.level", { level: area.level })}{area.parent_code && ` · ${t("areas.in", { parent: area.parent_code })}`}</p>
      <ul class="list">
        {factors.map((factor) => (
          <li key={factor.id}>
            <span>{say(factor.title)}</span>
            <span class="soft">{word(factor.effect)} · {factor.severity}/5 · {word(factor.trend)}</span>
          </li>
        ))}
      </ul>
      {factors.length === 0 && <p class="soft">{t("areas.no_factors")}</p>}
    </section>
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
