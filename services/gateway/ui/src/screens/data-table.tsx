// Every indicator in one period, by area: the table that is looked at when a quarter is over. Each number opens its provenance.
import { Link, useSearch } from "wouter-preact";
import { useAll, useGet } from "../api/store";
import type { ListAreasResponse, ListIndicatorsResponse, PeriodTable, Series } from "../api/types";
import { say, t, word } from "../i18n";
import { percent, period as shown } from "../i18n/format";
import { type Frequency, containing, dayAfter, firstDay, frequencyOf } from "../i18n/periods";
import { Choice } from "../parts/field";
import { Empty, Reading } from "../parts/notice";
import { FigureCell, useParameter, useSetParameter } from "../parts/page";
import { openProvenance } from "../parts/provenance";
import { type Column, Table } from "../parts/table";
import { below, mission, page } from "../session";

/** Lengths of a period that the table is made for. */
const LENGTHS = ["month", "quarter", "half_year", "year", "fiscal_year"] as const satisfies readonly Frequency[];
const DAY_MS = 86_400_000;

/** The table, and what it is about. */
export function TableOfPeriod() {
  const set = useSetParameter();
  const start = mission.value?.fiscal_year_start_month ?? 7;
  const asked = useParameter("period");
  const period = frequencyOf(asked) ? asked : before(containing(new Date(), "quarter", start), start);
  const section = useParameter("section");
  const table = useGet<PeriodTable>(below(`period-tables/${encodeURIComponent(period)}?section=${encodeURIComponent(section)}`));
  const indicators = useAll<ListIndicatorsResponse>(below("indicators?page_size=500"));
  const areas = useGet<ListAreasResponse>(below("areas"));
  const sections = [...new Set((indicators.data?.indicators ?? []).map((one) => one.owner_section).filter(Boolean))].sort();
  const length = frequencyOf(period) ?? "quarter";
  return (
    <div class="stack">
      <div class="entry-choices">
        <Choice label={t("indicator.frequency")} value={length} among={LENGTHS.map((one) => [one, word(one)] as const)} onInput={(value) => set("period", containing(new Date(dayAfter(period, start).getTime() - DAY_MS), value as Frequency, start))} />
        <Step to={before(period, start)} label={t("data.period_before")}>‹</Step>
        <b class="span" role="status">{shown(period)}</b>
        <Step to={containing(dayAfter(period, start), length, start)} label={t("data.period_after")}>›</Step>
        <Choice label={t("entry.section")} value={section} among={sections.map((one) => [one, one] as const)} none={t("quality.all_sections")} onInput={(value) => set("section", value)} />
      </div>
      <Reading of={table}>
        <Reading of={areas}>
          {table.data && areas.data && <Rows of={table.data} areas={areas.data} names={new Map((indicators.data?.indicators ?? []).map((one) => [one.code, `${say(one.name)}${one.unit ? ` (${one.unit})` : ""}`]))} />}
        </Reading>
      </Reading>
    </div>
  );
}

function before(period: string, start: number): string {
  return containing(new Date(firstDay(period, start).getTime() - DAY_MS), frequencyOf(period) ?? "quarter", start);
}

/** To the table of another period, with all else as it is. */
function Step({ to, label, children }: { to: string; label: string; children: string }) {
  const next = new URLSearchParams(useSearch());
  next.set("period", to);
  return <Link class="button quiet" href={`${location.pathname}?${next}`} aria-label={`${label}: ${shown(to)}`}>{children}</Link>;
}

function Rows({ of, areas, names }: { of: PeriodTable; areas: ListAreasResponse; names: ReadonlyMap<string, string> }) {
  const codes = [...new Set(of.series.flatMap((one) => one.parts.map((part) => part.area)))].filter(Boolean);
  const nameOf = new Map(areas.areas.map((one) => [one.code, say(one.name) || one.code]));
  codes.sort((one, other) => (nameOf.get(one) ?? one).localeCompare(nameOf.get(other) ?? other));
  const columns: Column<Series>[] = [
    { head: t("field.indicator"), names: true, wide: true, cell: (one) => <><Link href={page(`indicators/${encodeURIComponent(one.indicator_code)}`)}><code>{one.indicator_code}</code></Link> {names.get(one.indicator_code)}</> },
    ...["", ...codes].map((area) => ({ head: area ? (nameOf.get(area) ?? area) : t("area.whole"), numeric: true, cell: (one: Series) => <Cell of={one} area={area} period={of.period} /> })),
  ];
  const caption = t("data.table_of", { period: shown(of.period) });
  const cautioned = of.series.filter((one) => one.cautions.length > 0);
  return (
    <>
      {of.series.length === 0 ? <Empty>{t("data.table_none", { period: shown(of.period) })}</Empty> : <Table caption={caption} className="period-table" columns={columns} rows={of.series} keyOf={(one) => one.indicator_code} />}
      {cautioned.length > 0 && (
        <details class="small">
          <summary>{t("data.table_cautions", { count: cautioned.length })}</summary>
          <ul>{cautioned.map((one) => <li key={one.indicator_code}><code>{one.indicator_code}</code> {one.cautions.map((caution) => say(caution)).join(" ")}</li>)}</ul>
        </details>
      )}
      <Left title={t("data.table_without", { count: of.without_data.length })} codes={of.without_data} names={names} />
      <Left title={t("data.table_longer", { count: of.longer.length })} codes={of.longer} names={names} />
    </>
  );
}

/** A number with what it stands on where that is not all of it; an area of which nothing is known has none. */
function Cell({ of, area, period }: { of: Series; area: string; period: string }) {
  const point = of.parts.find((part) => part.area === area)?.points[0];
  if (!point || point.kind === "missing") return <FigureCell of={point} />;
  const partly = typeof point.value === "number" && point.coverage < 1;
  return (
    <button type="button" class="number-link" onClick={() => openProvenance({ indicator: of.indicator_code, area, period })}>
      <FigureCell of={point} />
      {partly && <span class="small soft"> {t("data.table_partly", { share: percent(point.coverage) })}</span>}
      {point.mismatch && <span title={t("provenance.mismatch")}> !<span class="unseen">{t("provenance.mismatch")}</span></span>}
    </button>
  );
}

/** Indicators that the table says nothing of. */
function Left({ title, codes, names }: { title: string; codes: readonly string[]; names: ReadonlyMap<string, string> }) {
  if (codes.length === 0) return null;
  return (
    <details class="small">
      <summary>{title}</summary>
      <ul>{codes.map((code) => <li key={code}><Link href={page(`indicators/${encodeURIComponent(code)}`)}><code>{code}</code></Link> {names.get(code)}</li>)}</ul>
    </details>
  );
}
