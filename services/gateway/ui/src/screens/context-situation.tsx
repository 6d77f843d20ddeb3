// The map of the context in a period: the factors of the map that speaks of it, and the events that were in it; as one level
// of areas, as a legend, and as a table.
import { useMemo } from "preact/hooks";
import { Link } from "wouter-preact";
import { useGet } from "../api/store";
import type { Area, ContextMap, EventCounts, ListAreasResponse } from "../api/types";
import { Circles, CircleSizes } from "../charts/circles";
import { type Gathered, gathered, mostAnywhere, rolledUp, type Sum } from "../charts/gathered";
import { ancestorAt, levelOf, levelsOf, type OnLevel, onLevel, partly } from "../charts/levels";
import { AreaMap, KM_PER_DEGREE } from "../charts/map";
import { inForce, type InForce, mapBefore, monthsIn, stepsOf } from "../charts/time";
import { say, t, word } from "../i18n";
import { number, period } from "../i18n/format";
import { Empty, Notice, Reading } from "../parts/notice";
import { useParameter, useSetParameter } from "../parts/page";
import { Classification } from "../parts/status";
import { Table } from "../parts/table";
import { below, isStaff, mission, page } from "../session";
import { openEvents } from "./context-events";
import { LevelChoice } from "./context-level";
import { SpanControls, spanText, useSpan } from "./context-span";

interface Props {
  areas: readonly Area[];
  /** Absent: they are on their way. */
  maps: readonly ContextMap[] | undefined;
  children: preact.ComponentChildren;
}

/** The map, what is beside it, and the table below both. */
export function Situation({ areas, maps, children }: Props) {
  const counts = useGet<EventCounts>(isStaff() ? below("event-counts") : null);
  const fiscalStart = mission.value?.fiscal_year_start_month ?? 7;
  const steps = useMemo(() => stepsOf(counts.data, maps ?? [], fiscalStart), [counts.data, maps, fiscalStart]);
  const { span, still, move } = useSpan(steps);
  const chosen = useParameter("area");
  const set = useSetParameter();
  const months = monthsIn(steps, span);
  const force = useMemo(() => inForce(maps ?? [], months[1] - 1, fiscalStart), [maps, months[1], fiscalStart]);
  const levels = levelsOf(areas);
  const asked = useParameter("level");
  const level = asked !== "" && levels.includes(Number(asked)) ? Number(asked) : maps ? levelOf(force?.map ?? maps[0], areas) : 1;
  const shapes = useGet<ListAreasResponse>(below(`areas?with_geometry=true&level=${level}`));
  const kinds = kindsOf(counts.data);
  const wanted = useParameter("kind");
  const kind = kinds.findIndex(([value]) => value === wanted);
  const found = useMemo(() => counts.data && gathered(counts.data, months, kind < 0 ? null : kind), [counts.data, months[0], months[1], kind]);
  const settled = still === span ? found : counts.data && gathered(counts.data, monthsIn(steps, still), kind < 0 ? null : kind);
  const most = useMemo(() => (counts.data ? mostAnywhere(counts.data, months[1] - months[0], kind < 0 ? null : kind) : 0), [counts.data, months[1] - months[0], kind]);
  const drawn = useMemo(() => force && onLevel(force.map, areas, level), [force, areas, level]);
  const marked = useMemo(() => (drawn ? partly(drawn) : undefined), [drawn]);
  if (areas.length === 0) return <Empty>{t("areas.none")}</Empty>;
  return (
    <>
      <section class="card row controls noprint">
        {steps.periods.length > 1 && <SpanControls steps={steps} span={span} onMove={move} />}
        <div class="row">
          <LevelChoice levels={levels} level={level} onChoose={(next) => set("level", next)} />
          {kinds.length > 1 && (
            <label class="row">
              {t("situation.kind")}
              <select class="control" value={kinds[kind]?.[0] ?? ""} onChange={(event) => set("kind", event.currentTarget.value)}>
                <option value="">{t("situation.all_kinds")}</option>
                {kinds.map(([value, shown]) => <option key={value} value={value}>{shown}</option>)}
              </select>
            </label>
          )}
        </div>
      </section>
      <div class="columns">
        <section class="card stack tight">
          <h2>{force ? t("context.inhibiting", { title: say(force.map.title) }) : t("spine.areas")}</h2>
          {maps && maps.length > 0 && <Speaks force={force} maps={maps} fiscalStart={fiscalStart} />}
          {settled && (
            <div class="row">
              <p role="status">{t("situation.sum", { span: spanText(steps, still), events: settled.events })}</p>
              <button type="button" class="button quiet" onClick={() => openEvents(chosen)}>{t("event.list")}</button>
            </div>
          )}
          <Reading of={shapes}>
            {shapes.data && (
              <AreaMap
                areas={shapes.data.areas}
                label={t("context.map")}
                values={drawn?.values}
                marked={marked}
                chosen={chosen}
                onChoose={(code) => set("area", code)}
                over={found && ((at) => <Circles of={found.clusters} most={most} at={at} said={(one) => t("situation.circle", { area: one.area, events: one.events, deaths: one.deaths })} onChoose={(code) => set("area", code)} />)}
                legend={found && most > 0 ? <Legend most={most} counts={counts.data as EventCounts} /> : undefined}
              />
            )}
          </Reading>
          {counts.problem && !counts.data && <Notice tone="careful">{t("situation.not_read")}</Notice>}
          {counts.data && <Precision of={found as Gathered} counts={counts.data} />}
        </section>
        <div class="stack">
          {chosen && <OneArea area={areas.find((one) => one.code === chosen)} drawn={drawn} sum={found && rolledUp(found.byArea, rise(areas, level)).get(chosen)} span={spanText(steps, span)} />}
          {drawn && drawn.elsewhere.length > 0 && <Elsewhere of={drawn} areas={areas} />}
          {children}
        </div>
      </div>
      <AreaCounts areas={areas} level={level} found={found} drawn={drawn} span={spanText(steps, span)} />
    </>
  );
}

const rise = (areas: readonly Area[], level: number) => {
  const byCode = new Map(areas.map((area) => [area.code, area]));
  return (code: string) => ancestorAt(code, level, byCode);
};

/** Types as choices: what the address says, and what is shown. */
function kindsOf(counts: EventCounts | undefined): (readonly [string, string])[] {
  return (counts?.kinds ?? []).map((kind, place, all) => {
    if (counts?.has_other_kinds && place === all.length - 1) return ["*", t("situation.other_kinds")];
    return kind === "" ? ["-", t("situation.no_kind")] : [kind, kind];
  });
}

/** Which context map speaks of the period, and what changed since the one before it. */
function Speaks({ force, maps, fiscalStart }: { force: InForce | null; maps: readonly ContextMap[]; fiscalStart: number }) {
  if (!force) return <p class="soft">{t("situation.no_map")}</p>;
  const { map, as } = force;
  const before = mapBefore(maps, map, fiscalStart);
  return (
    <p class="row">
      <span>{t(as === "of_it" ? "situation.map_of" : as === "before" ? "situation.map_before" : "situation.map_draft", { period: period(map.period) })}</span>
      <Classification of={map.classification} />
      <Link href={page(`context-maps/${map.id}`)}>{t("situation.open_map")}</Link>
      {before && <Link href={page(`context-maps/${before.id}?with=${map.id}`)}>{t("situation.since")}</Link>}
    </p>
  );
}

function Legend({ most, counts }: { most: number; counts: EventCounts }) {
  return (
    <>
      <CircleSizes most={most} said={(count) => t("situation.count", { count })} />
      <p class="soft small">{t("situation.circles", { km: number(counts.cell_degrees * KM_PER_DEGREE, 0) })}</p>
    </>
  );
}

/** What is counted and not drawn, and what is not counted. */
function Precision({ of, counts }: { of: Gathered; counts: EventCounts }) {
  return (
    <div class="soft small">
      {counts.events === 0 && <p>{t("situation.no_events")}</p>}
      {of.atNoPoint > 0 && <p>{t("situation.at_no_point", { count: of.atNoPoint })}</p>}
      {of.beyond > 0 && <p>{t("situation.beyond", { count: of.beyond })}</p>}
      {of.withoutDeaths > 0 && <p>{t("situation.without_deaths", { count: of.withoutDeaths })}</p>}
      {counts.classification !== "unclassified" && counts.events > 0 && <p class="row">{t("situation.secret")} <Classification of={counts.classification} /></p>}
    </div>
  );
}

function named(code: string, areas: readonly Area[]): string {
  const area = areas.find((one) => one.code === code);
  return area ? `${say(area.name)} (${code})` : code ? t("situation.not_there", { code }) : t("area.all");
}

/** Factors that no area of the level stands for. */
function Elsewhere({ of, areas }: { of: OnLevel; areas: readonly Area[] }) {
  return (
    <section class="card stack tight">
      <h2>{t("situation.elsewhere")}</h2>
      <ul class="list">
        {of.elsewhere.map(({ factor, areas: codes }) => (
          <li key={factor.id}>
            <span>{say(factor.title)}<br /><span class="soft small">{codes.map((code) => named(code, areas)).join(", ")}</span></span>
            <span class="soft">{word(factor.effect)} · {factor.severity}/5</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function OneArea({ area, drawn, sum, span }: { area: Area | undefined; drawn: OnLevel | null; sum: Sum | undefined; span: string }) {
  if (!area) return null;
  const spoken = drawn?.factors.get(area.code) ?? [];
  return (
    <section class="card stack tight">
      <h2>{say(area.name)} <span class="soft">{area.code}</span></h2>
      <p class="soft">{t("areas.level", { level: area.level })}{area.parent_code && ` · ${t("areas.in", { parent: area.parent_code })}`}</p>
      {sum && <p>{t("situation.area_sum", { span, events: sum.events, deaths: sum.deaths })}</p>}
      <ul class="list">
        {spoken.map(({ factor, parts }) => (
          <li key={factor.id}>
            <span>{say(factor.title)}{parts.length > 0 && <><br /><span class="soft small">{t("situation.parts", { areas: parts.join(", ") })}</span></>}</span>
            <span class="soft">{word(factor.effect)} · {factor.severity}/5 · {word(factor.trend)}</span>
          </li>
        ))}
      </ul>
      {spoken.length === 0 && <p class="soft">{t("areas.no_factors")}</p>}
    </section>
  );
}

/** Of each factor that is about parts of an area, which parts. */
function partsOf(code: string, drawn: OnLevel | null): string[] {
  const spoken = drawn?.factors.get(code) ?? [];
  return spoken.filter(({ parts }) => parts.length > 0).map(({ factor, parts }) => `${say(factor.title)}: ${t("situation.parts", { areas: parts.join(", ") })}`);
}

interface Row {
  code: string;
  name: string;
  sum: Sum | undefined;
}

/** The map as a table: each area of the level, and below them what lies in none of them. */
function AreaCounts({ areas, level, found, drawn, span }: { areas: readonly Area[]; level: number; found: Gathered | undefined; drawn: OnLevel | null; span: string }) {
  const sums = found ? rolledUp(found.byArea, rise(areas, level)) : new Map<string, Sum>();
  const onIt = areas.filter((area) => area.level === level);
  const others = [...sums.keys()].filter((code) => !onIt.some((area) => area.code === code));
  const row = (code: string): Row => ({ code, name: named(code, areas), sum: sums.get(code) });
  const rows = [...onIt.map((area) => row(area.code)), ...others.map(row)].sort((one, other) => (other.sum?.events ?? 0) - (one.sum?.events ?? 0) || one.name.localeCompare(other.name));
  const figure = (of: (sum: Sum) => number) => ({ numeric: true, cell: ({ sum }: Row) => number(sum ? of(sum) : 0) });
  return (
    <section class="stack tight">
      <h2>{t("situation.table", { span })}</h2>
      <Table
        caption={t("situation.table", { span })}
        rows={rows}
        keyOf={(one) => one.code}
        columns={[
          { head: t("field.area"), names: true, wide: true, cell: (one) => <>{one.name}{partsOf(one.code, drawn).map((text) => <span key={text} class="soft small block-line">{text}</span>)}</> },
          ...(found ? [
            { head: t("situation.events"), ...figure((sum) => sum.events) },
            { head: t("situation.no_point"), ...figure((sum) => sum.atNoPoint) },
            { head: t("situation.deaths"), ...figure((sum) => sum.deaths) },
            { head: t("situation.unknown_deaths"), ...figure((sum) => sum.withoutDeaths) },
          ] : []),
          { head: t("situation.factors"), numeric: true, cell: (one: Row) => number(drawn?.factors.get(one.code)?.length ?? 0) },
          { head: t("situation.severity"), numeric: true, cell: (one: Row) => { const value = drawn?.values.get(one.code)?.value; return typeof value === "number" ? number(value) : "–"; } },
        ]}
      />
      <p class="soft small">{t("situation.table_explain")}</p>
    </section>
  );
}
