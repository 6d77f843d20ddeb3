// One context map: its factors with evidence, and its way from draft to published.
import { write } from "../api/client";
import { expire, put, useAll, useGet } from "../api/store";
import type { Area, ContextFactor, ContextMap, ListAreasResponse, ListEvidenceResponse } from "../api/types";
import { levelOf, levelsOf, onLevel, partly } from "../charts/levels";
import { AreaMap } from "../charts/map";
import { say, t, word } from "../i18n";
import { instant, period } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, Choices, TextField, TextPair } from "../parts/field";
import { Form, WriteButton } from "../parts/form";
import { Empty, Notice, Reading } from "../parts/notice";
import { PageHead, useParameter, useSetParameter } from "../parts/page";
import { Person } from "../parts/person";
import { Classification, State, Trend } from "../parts/status";
import { Table } from "../parts/table";
import { below, mayWrite } from "../session";
import { CONFIDENCES, EFFECTS, FACTOR_KINDS, FACTOR_TRENDS } from "../words";
import { Compared, CompareWith, NextMap } from "./context-compare";
import { EvidenceForm } from "./context-evidence";
import { FilterBar, LensNotes, passes, useFilter } from "./context-lenses";
import { LevelChoice } from "./context-level";
import { ReviseMap } from "./context-map-revise";

const ANALYSTS = ["contributor", "focal_point", "coordinator", "adviser"];

/** The page of a context map. */
export default function ContextMapPage({ id = "" }: { id?: string | undefined }) {
  const path = below(`context-maps/${id}`);
  const found = useGet<ContextMap>(path);
  const areas = useGet<ListAreasResponse>(below("areas"));
  const map = found.data;
  const other = useParameter("with");
  const took = (next: ContextMap) => {
    put(path, next);
    expire(below("context-maps"));
  };
  return (
    <Reading of={found}>
      {map && (
        <>
          <PageHead
            title={say(map.title)}
            sub={<><State of={map.state} /><span>{period(map.period)}</span><span>{map.themes.join(", ")}</span><Classification of={map.classification} />{map.published_at && <span>{instant(map.published_at)}</span>}<span><Person id={map.recorded_by} /></span></>}
          >
            <Moves map={map} took={took} />
            {isOpen(map) && mayWrite(...ANALYSTS) && <button type="button" class="button" onClick={() => openDrawer(t("context.revise"), () => <ReviseMap map={map} took={took} />)}>{t("context.revise")}</button>}
            {mayWrite(...ANALYSTS) && <button type="button" class="button" onClick={() => openDrawer(t("context.next_map"), () => <NextMap from={map} />)}>{t("context.next_map")}</button>}
          </PageHead>
          <div class="stack">
            <CompareWith map={map} other={other} />
            {other ? <Compared before={other} after={map.id} /> : <>
            {say(map.narrative) && <p class="card">{say(map.narrative)}</p>}
            <Factors map={map} areas={areas.data} took={took} />
            <section class="card half">
              <h2>{t("context.inhibiting_short")}</h2>
              {areas.data && <MapOf map={map} areas={areas.data.areas} />}
            </section>
            </>}
          </div>
        </>
      )}
    </Reading>
  );
}

/** The map of what inhibits, on the level of areas that most of it speaks of, or another one. */
function MapOf({ map, areas }: { map: ContextMap; areas: readonly Area[] }) {
  const levels = levelsOf(areas);
  const asked = useParameter("level");
  const set = useSetParameter();
  const level = asked !== "" && levels.includes(Number(asked)) ? Number(asked) : levelOf(map, areas);
  const shapes = useGet<ListAreasResponse>(below(`areas?with_geometry=true&level=${level}`));
  const drawn = onLevel(map, areas, level);
  return (
    <>
      <LevelChoice levels={levels} level={level} onChoose={(next) => set("level", next)} />
      <Reading of={shapes}>{shapes.data && <AreaMap areas={shapes.data.areas} label={t("context.inhibiting_short")} values={drawn.values} marked={partly(drawn)} />}</Reading>
      {drawn.elsewhere.length > 0 && <p class="soft small">{t("situation.elsewhere")}: {drawn.elsewhere.map(({ factor }) => say(factor.title)).join("; ")}</p>}
    </>
  );
}

/** True while it can be written in: what is reviewed becomes a draft again by that. */
const isOpen = (map: ContextMap) => ["draft", "reviewed"].includes(map.state);

function Moves({ map, took }: { map: ContextMap; took: (next: ContextMap) => void }) {
  const move = (verb: string) => async () => took(await write<ContextMap>("POST", below(`context-maps/${map.id}/${verb}`), {}, { version: map.version }));
  return (
    <>
      {map.state === "draft" && mayWrite("coordinator", "component_head", "adviser") && <WriteButton primary label={t("context.review")} work={move("review")} />}
      {map.state === "reviewed" && mayWrite("coordinator", "leadership") && <WriteButton primary label={t("action.publish")} work={move("publish")} />}
    </>
  );
}

function Factors({ map, areas, took }: { map: ContextMap; areas: ListAreasResponse | undefined; took: (next: ContextMap) => void }) {
  const editable = isOpen(map) && mayWrite(...ANALYSTS);
  const open = (factor?: ContextFactor) => openDrawer(factor ? say(factor.title) : t("context.add_factor"), () => <FactorForm map={map} areas={areas} factor={factor} took={took} />);
  const bare = map.factors.filter((factor) => factor.evidence_ids.length === 0).length;
  const unseen = map.factors.filter((factor) => factor.gender === null || factor.poc === null).length;
  const filter = useFilter();
  const shown = map.factors.filter((factor) => passes(factor, filter));
  return (
    <section class="stack tight">
      <div class="row between">
        <h2>{t("context.factors")}</h2>
        {editable && <button type="button" class="button" onClick={() => open()}>{t("context.add_factor")}</button>}
      </div>
      {bare > 0 && map.state !== "published" && <Notice tone="careful">{t("context.without_evidence", { count: bare })}</Notice>}
      {editable && map.state === "reviewed" && <Notice>{t("context.reviewed_again")}</Notice>}
      {unseen > 0 && map.state === "draft" && <Notice>{t("lens.unseen", { count: unseen })}</Notice>}
      {map.factors.length > 0 && <FilterBar factors={map.factors} filter={filter} />}
      {map.factors.length === 0 ? (
        <Empty>{t("context.no_factors")}</Empty>
      ) : shown.length === 0 ? (
        <Empty>{t("lens.none")}</Empty>
      ) : (
        <Table
          caption={t("context.factors")}
          rows={shown}
          keyOf={(factor) => factor.id}
          columns={[
            { head: t("context.factor"), names: true, wide: true, cell: (factor) => <><b>{say(factor.title)}</b>{say(factor.narrative) && <p class="soft">{say(factor.narrative)}</p>}<LensNotes of={factor} /></> },
            { head: t("field.kind"), cell: (factor) => word(factor.kind) },
            { head: t("context.effect"), cell: (factor) => word(factor.effect) },
            { head: t("context.severity"), numeric: true, cell: (factor) => factor.severity },
            { head: t("field.trend"), cell: (factor) => <Trend of={factor.trend} /> },
            { head: t("field.confidence"), cell: (factor) => word(factor.confidence) },
            { head: t("spine.areas"), cell: (factor) => factor.areas.join(", ") || t("area.all") },
            { head: t("evidence.title"), cell: (factor) => <EvidenceCount factor={factor} /> },
            ...(editable
              ? [{
                  head: <span class="unseen">{t("field.actions")}</span>,
                  cell: (factor: ContextFactor) => (
                    <span class="row">
                      <button type="button" class="button open" onClick={() => open(factor)}>{t("action.edit")}</button>
                      <WriteButton label={t("action.remove")} work={async () => took(await write<ContextMap>("DELETE", below(`context-maps/${map.id}/factors/${factor.id}`), undefined, { version: map.version }))} />
                    </span>
                  ),
                }]
              : []),
          ]}
        />
      )}
    </section>
  );
}

function EvidenceCount({ factor }: { factor: ContextFactor }) {
  if (factor.evidence_ids.length === 0) return <span class="figure-suppressed">{t("evidence.missing")}</span>;
  return (
    <button type="button" class="number-link" onClick={() => openDrawer(say(factor.title), () => <EvidenceOf ids={factor.evidence_ids} />)}>
      {t("evidence.count", { count: factor.evidence_ids.length })}
    </button>
  );
}

function EvidenceOf({ ids }: { ids: readonly string[] }) {
  const list = useAll<ListEvidenceResponse>(below("evidence?page_size=200"));
  return (
    <Reading of={list}>
      <ul class="list">
        {list.data?.evidence.filter((one) => ids.includes(one.id)).map((one) => (
          <li key={one.id}><span><b>{one.title}</b><br />{one.source}</span><span>{one.reliability}{one.credibility || ""}</span></li>
        ))}
      </ul>
    </Reading>
  );
}

const NEW_FACTOR: ContextFactor = { id: "", kind: "security", title: { en: "", fr: "" }, narrative: { en: "", fr: "" }, effect: "inhibits", severity: 3, trend: "stable", confidence: "medium", areas: [], evidence_ids: [], themes: [], gender: null, gender_note: { en: "", fr: "" }, poc: null, poc_note: { en: "", fr: "" } };

/** Areas as choices; those that were chosen and are no more stay, and say so. */
export function areaChoices(areas: readonly Area[], chosen: readonly string[]): (readonly [string, string])[] {
  const ended = chosen.filter((code) => !areas.some((area) => area.code === code));
  return [...areas.map((area) => [area.code, say(area.name)] as const), ...ended.map((code) => [code, t("context.area_ended", { code })] as const)];
}

type Edited = Omit<ContextFactor, "themes"> & { themes: string };

function edited(factor: ContextFactor): Edited {
  return { ...factor, themes: factor.themes.join(", ") };
}

/** The themes of a text with commas between them, each once. */
export function listed(themes: string): string[] {
  return [...new Set(themes.split(",").map((theme) => theme.trim()).filter(Boolean))];
}

function FactorForm({ map, areas, factor, took }: { map: ContextMap; areas: ListAreasResponse | undefined; factor: ContextFactor | undefined; took: (next: ContextMap) => void }) {
  const base = edited(factor ?? NEW_FACTOR);
  const draft = useDraft(`factor.${map.id}.${base.id}`, base, map.version);
  const evidence = useAll<ListEvidenceResponse>(below("evidence?page_size=200"));
  const of = draft.value;
  return (
    <div class="stack">
      <Form
        draft={draft}
        theirs={(current) => {
          const stored = (current as ContextMap | undefined)?.factors.find((one) => one.id === base.id) ?? (base.id ? undefined : NEW_FACTOR);
          return stored && edited(stored);
        }}
        submit={t("action.save")}
        onDone={closeDrawer}
        send={async (value, version) => took(await write<ContextMap>("PUT", below(`context-maps/${map.id}/factors`), { factor: { ...value, themes: listed(value.themes) } }, { version: version ?? map.version }))}
      >
        {(about) => (
          <>
            <TextPair label={t("field.title")} value={of.title} wrong={about("title")} onInput={(title) => draft.set({ title })} required />
            <TextPair label={t("field.narrative")} long value={of.narrative} onInput={(narrative) => draft.set({ narrative })} />
            <div class="pair">
              <Choice label={t("field.kind")} value={of.kind} among={FACTOR_KINDS} onInput={(kind) => draft.set({ kind })} />
              <Choice label={t("context.effect")} value={of.effect} among={EFFECTS} onInput={(effect) => draft.set({ effect })} />
              <Choice label={t("context.severity")} value={String(of.severity)} wrong={about("severity")} among={["1", "2", "3", "4", "5"]} onInput={(severity) => draft.set({ severity: Number(severity) })} />
              <Choice label={t("field.trend")} value={of.trend} among={FACTOR_TRENDS} onInput={(trend) => draft.set({ trend })} />
              <Choice label={t("field.confidence")} value={of.confidence} among={CONFIDENCES} onInput={(confidence) => draft.set({ confidence })} />
            </div>
            <Choices label={t("spine.areas")} value={of.areas} onInput={(next) => draft.set({ areas: next })} among={areaChoices((areas?.areas ?? []).filter((area) => map.areas.length === 0 || map.areas.includes(area.code)), of.areas)} />
            <TextField label={t("context.themes")} hint={t("field.comma_hint")} value={of.themes} wrong={about("themes")} onInput={(themes) => draft.set({ themes })} />
            <Choice label={t("lens.gender")} hint={t("lens.gender_hint")} value={of.gender === null ? "" : String(of.gender)} wrong={about("gender")} none={t("lens.not_seen")} among={(["0", "1", "2", "3"] as const).map((one) => [one, `${one} · ${t(`lens.gender_scale_${one}`)}`] as const)} onInput={(gender) => draft.set({ gender: gender === "" ? null : Number(gender) })} />
            <TextPair label={t("lens.gender_note")} long value={of.gender_note} wrong={about("gender_note")} onInput={(gender_note) => draft.set({ gender_note })} />
            <Choice label={t("lens.poc")} value={of.poc === null ? "" : String(of.poc)} wrong={about("poc")} none={t("lens.not_seen")} among={[["true", t("lens.poc_yes")], ["false", t("lens.poc_no")]]} onInput={(poc) => draft.set({ poc: poc === "" ? null : poc === "true" })} />
            <TextPair label={t("lens.poc_note")} long value={of.poc_note} wrong={about("poc_note")} onInput={(poc_note) => draft.set({ poc_note })} />
            <Choices label={t("evidence.title")} value={of.evidence_ids} onInput={(evidence_ids) => draft.set({ evidence_ids })} among={(evidence.data?.evidence ?? []).map((one) => [one.id, one.title] as const)} />
          </>
        )}
      </Form>
      <details>
        <summary>{t("evidence.record")}</summary>
        <EvidenceForm onDone={(made) => draft.set({ evidence_ids: [...of.evidence_ids, made.id] })} />
      </details>
    </div>
  );
}
