// One tile, in the drawer: what it shows, of what, and what it is called. Each change is seen in the dashboard at once.
import { useState } from "preact/hooks";
import { useAll, useGet } from "../api/store";
import type { DashboardQuery, DashboardTile, ListAreasResponse, ListIndicatorsResponse, MissionHome } from "../api/types";
import { levelsOf } from "../charts/levels";
import { say, t, word } from "../i18n";
import { closeDrawer } from "../parts/drawer";
import { Choice, TextArea, TextPair } from "../parts/field";
import { below } from "../session";
import { COLUMNS, indicatorsOf, INDICATORS_A_TILE_MAX, NO_QUERY, spreads } from "./dashboard-model";

const WIDTHS = Array.from({ length: COLUMNS }, (_, place) => String(place + 1));
/** Rows and periods that can be asked for. */
const MOSTS = ["4", "6", "8", "12", "16", "24", "36", "60"];

/** The form. */
export function TileForm({ tile: first, onChange }: { tile: DashboardTile; onChange: (next: DashboardTile) => void }) {
  const [tile, setTile] = useState(first);
  const set = (part: Partial<DashboardTile>) => {
    const next = { ...tile, ...part };
    setTile(next);
    onChange(next);
  };
  const query = tile.query ?? NO_QUERY;
  const ask = (part: Partial<DashboardQuery>) => set({ query: { ...query, ...part } });
  const text = tile.text ?? { en: "", fr: "" };
  return (
    <form class="form" onSubmit={(event) => { event.preventDefault(); closeDrawer(); }}>
      <p class="soft">{word(`tile_${tile.kind}`)}: {t(`dashboard.about_${tile.kind}` as "dashboard.about_number")}</p>
      {tile.kind === "text" && (
        <>
          <TextArea label={`${t("dashboard.text")} (EN)`} value={text.en} onInput={(en) => set({ text: { ...text, en } })} />
          <TextArea label={`${t("dashboard.text")} (FR)`} value={text.fr} onInput={(fr) => set({ text: { ...text, fr } })} />
        </>
      )}
      {tile.kind !== "text" && tile.kind !== "tasks" && <Query kind={tile.kind} query={query} ask={ask} />}
      <Choice label={t("dashboard.width")} value={String(tile.width)} among={WIDTHS.map((one) => [one, t("dashboard.columns", { count: Number(one) })] as const)} onInput={(width) => set({ width: Number(width) })} />
      <TextPair label={t("field.title")} hint={t("dashboard.title_hint")} value={tile.title} onInput={(title) => set({ title })} />
      <div class="actions"><button type="submit" class="button primary">{t("dashboard.done")}</button></div>
    </form>
  );
}

function Query({ kind, query, ask }: { kind: string; query: DashboardQuery; ask: (part: Partial<DashboardQuery>) => void }) {
  const indicators = useAll<ListIndicatorsResponse>(below("indicators?page_size=500"));
  const areas = useGet<ListAreasResponse>(below("areas"));
  const all = indicators.data?.indicators ?? [];
  const codes = all.map((one) => [one.code, `${one.code} · ${say(one.name)}`] as const);
  const several = indicatorsOf(kind) > 1 || kind === "recommendations";
  const [code = ""] = query.indicator_codes;
  const levels = levelsOf(areas.data?.areas ?? []);
  const dimensions = all.find((one) => one.code === code)?.disaggregations ?? [];
  return (
    <>
      {kind === "outcome" ? <OutcomeChoice query={query} ask={ask} /> : several ? <Several codes={codes} query={query} ask={ask} needed={kind !== "recommendations"} /> : <Choice label={t("field.indicator")} value={code} among={codes} none={code ? undefined : t("dashboard.choose")} onInput={(one) => ask({ indicator_codes: one ? [one] : [], dimensions: [] })} />}
      {kind === "slices" && dimensions.length > 1 && (
        <fieldset class="field">
          <legend>{t("dashboard.dimensions")}</legend>
          <div class="checks">
            {dimensions.map(({ dimension }) => (
              <label key={dimension}>
                <input type="checkbox" checked={query.dimensions.length === 0 || query.dimensions.includes(dimension)} onChange={(event) => ask({ dimensions: toggled(query.dimensions, dimensions.map((one) => one.dimension), dimension, event.currentTarget.checked) })} />
                {dimension}
              </label>
            ))}
          </div>
        </fieldset>
      )}
      {kind !== "recommendations" && (
        <Choice label={t(spreads(kind) ? "dashboard.within" : "field.area")} value={query.area} none={t("dashboard.area_of_filter")} among={(areas.data?.areas ?? []).map((one) => [one.code, say(one.name)] as const)} onInput={(area) => ask({ area })} />
      )}
      {spreads(kind) && levels.length > 1 && (
        <Choice label={t("dashboard.level")} value={query.level === null ? "" : String(query.level)} none={t("dashboard.level_of_data")} among={levels.map((one) => [String(one), t("dashboard.level_n", { level: one })] as const)} onInput={(level) => ask({ level: level === "" ? null : Number(level) })} />
      )}
      {kind === "map" && <label class="row"><input type="checkbox" checked={query.events} onChange={(event) => ask({ events: event.currentTarget.checked })} />{t("dashboard.with_events")}</label>}
      {kind !== "map" && kind !== "number" && kind !== "outcome" && (
        <Choice label={t(kind === "ranking" || kind === "recommendations" ? "dashboard.most_rows" : "dashboard.most_periods")} value={query.most ? String(query.most) : ""} none={t("dashboard.as_many")} among={MOSTS.map((one) => [one, one] as const)} onInput={(most) => ask({ most: Number(most) })} />
      )}
    </>
  );
}

/** The outcomes of the plan in force. */
function OutcomeChoice({ query, ask }: { query: DashboardQuery; ask: (part: Partial<DashboardQuery>) => void }) {
  const home = useGet<MissionHome>(below("home"));
  const outcomes = home.data?.objectives.flatMap((objective) => objective.outcomes) ?? [];
  return <Choice label={t("dashboard.outcome")} value={query.outcome} none={query.outcome ? undefined : t("dashboard.choose")} among={outcomes.map((one) => [one.lineage_id, `${one.number} ${say(one.statement)}`] as const)} onInput={(outcome) => ask({ outcome })} />;
}

/** The dimensions that are shown when one is switched; all of them are written as none. */
export function toggled(chosen: readonly string[], all: readonly string[], one: string, on: boolean): string[] {
  const before = chosen.length === 0 ? all : chosen;
  const next = all.filter((dimension) => (dimension === one ? on : before.includes(dimension)));
  return next.length === all.length || next.length === 0 ? [] : [...next];
}

/** Several indicators in their order; each further one is chosen below the others. */
function Several({ codes, query, ask, needed }: { codes: readonly (readonly [string, string])[]; query: DashboardQuery; ask: (part: Partial<DashboardQuery>) => void; needed: boolean }) {
  const chosen = query.indicator_codes;
  const free = codes.filter(([code]) => !chosen.includes(code));
  const [next, setNext] = useState("");
  const add = () => {
    ask({ indicator_codes: [...chosen, next] });
    setNext("");
  };
  return (
    <fieldset class="field">
      <legend>{t("spine.indicators")}</legend>
      {chosen.length > 0 && (
        <ul class="list">
          {chosen.map((code) => (
            <li key={code}>
              <span>{codes.find(([one]) => one === code)?.[1] ?? code}</span>
              <button type="button" class="button quiet" disabled={needed && chosen.length === 1} aria-label={`${t("action.remove")} ${code}`} onClick={() => ask({ indicator_codes: chosen.filter((one) => one !== code) })}>{t("action.remove")}</button>
            </li>
          ))}
        </ul>
      )}
      {/* A button beside the choice: arrow keys go through a closed list one by one, and would add all on the way. */}
      {chosen.length < INDICATORS_A_TILE_MAX && (
        <>
          <Choice label={t("dashboard.add_indicator")} value={next} none={t("dashboard.choose")} among={free} onInput={setNext} />
          <div><button type="button" class="button" disabled={!next} onClick={add}>{t("action.add")}</button></div>
        </>
      )}
    </fieldset>
  );
}
