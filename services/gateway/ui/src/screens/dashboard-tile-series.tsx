// Tiles of indicators over time: numbers, a trend, targets against what was reached, a table.
import { Link } from "wouter-preact";
import type { DashboardIndicator, Point, Target, TilePoint, TileSeries, TileTarget } from "../api/types";
import { SeriesChart } from "../charts/series";
import { Spark } from "../charts/spark";
import { aimed, Versus } from "../charts/versus";
import { say, t } from "../i18n";
import { figure, period, signed } from "../i18n/format";
import { FigureCell } from "../parts/page";
import { OpenNumber, openProvenance } from "../parts/provenance";
import { Status } from "../parts/status";
import { Table } from "../parts/table";
import { mission, page } from "../session";
import { byFrequency, changeOf, latestOf } from "./dashboard-model";
import type { Shown } from "./dashboard-tile-areas";

/** A value that opens how it came about; what is none says why. */
export function Value({ series, point }: { series: TileSeries; point: TilePoint | undefined }) {
  if (!point || point.value === null) return <FigureCell of={point} />;
  return <OpenNumber at={{ indicator: series.indicator_code, area: series.area, slice: series.slice, period: point.period }} shown={figure(point)} />;
}

/** The tile's figures as a table below it. */
export function AsTable({ title, rows, value }: { title: string; rows: readonly { name: string; series: TileSeries }[]; value?: string }) {
  const periods = [...new Set(rows.flatMap((row) => row.series.points.map((point) => point.period)))].sort();
  const over = periods.length > 1 && rows.length > 1;
  const [first] = rows;
  return (
    <details class="noprint">
      <summary>{t("dashboard.as_table")}</summary>
      {rows.length === 1 && first ? (
        <Table
          caption={title}
          rows={[...first.series.points].reverse()}
          keyOf={(point) => point.period}
          columns={[
            { head: t("field.period"), names: true, cell: (point) => period(point.period) },
            { head: value || t("field.value"), numeric: true, cell: (point) => <Value series={first.series} point={point} /> },
            ...(first.series.points.some((point) => aimAt(point) !== "") ? [{ head: t("dashboard.target"), numeric: true, cell: (point: TilePoint) => aimAt(point) || t("figure.missing") }] : []),
          ]}
        />
      ) : (
        <Table
          caption={title}
          rows={rows}
          keyOf={(row) => `${row.series.indicator_code} ${row.series.area} ${row.series.slice}`}
          columns={[
            { head: t("field.name"), names: true, cell: (row) => row.name },
            ...(over ? [...periods].reverse() : periods).map((one) => ({ head: period(one), numeric: true, cell: (row: (typeof rows)[number]) => <Value series={row.series} point={row.series.points.find((point) => point.period === one)} /> })),
          ]}
        />
      )}
    </details>
  );
}

export function Name({ code, of }: { code: string; of: DashboardIndicator | undefined }) {
  return <Link href={page(`indicators/${encodeURIComponent(code)}`)}>{say(of?.name) || code}</Link>;
}

export const inWords = (target: TileTarget): string => aimed(target.value, target.low, target.high) || t("figure.missing");

const aimAt = (point: TilePoint): string => aimed(point.target, point.target_low, point.target_high);

/** The latest value of each indicator, with its change, target and status. */
export function TileNumbers({ data, names }: Shown) {
  const several = data.series.length > 1;
  return (
    <div class={several ? "figures" : undefined}>
      {data.series.map((series) => {
        const indicator = names.indicator(series.indicator_code);
        const latest = latestOf(series.points);
        const change = changeOf(series, indicator?.direction ?? "");
        const [target] = series.targets;
        return (
          <div key={series.indicator_code} class="figure">
            {several && <p><Name code={series.indicator_code} of={indicator} /></p>}
            <p class="row">
              <b class="big"><Value series={series} point={latest?.now} /></b>
              <span class="soft">{several && indicator?.unit} {period(latest?.now.period)}</span>
              <Spark points={series.points} label={t("home.spark", { count: series.points.length })} />
            </p>
            <p class="row small">
              <Status of={series.status} />
              {change ? (
                <span class={change.better === null ? "soft" : change.better ? "better" : "worse"}>
                  <span aria-hidden="true">{change.by > 0 ? "▲" : change.by < 0 ? "▼" : "="}</span> {signed(change.by)} {t("dashboard.against", { period: period(change.against) })}{change.better !== null && <> ({t(change.better ? "dashboard.better" : "dashboard.worse")})</>}
                </span>
              ) : (
                <span class="soft">{t("dashboard.no_before")}</span>
              )}
              {target && <span class="soft">{t("chart.target", { value: inWords(target) })} ({period(target.period)})</span>}
            </p>
          </div>
        );
      })}
    </div>
  );
}

const asPoint = (of: TilePoint): Point => ({ period: of.period, value: of.value, numerator: null, denominator: null, kind: of.kind || "value", observations: 1, coverage: 1, share_verified: 1, mismatch: false, note: null });
const asTarget = (of: TileSeries["targets"][number], place: number): Target => ({ id: `${of.period} ${place}`, indicator_id: "", area: "", slice: "", reason: "", version: 0, recorded_at: "", recorded_by: "", ...of });

/** One indicator over time, with targets and baseline. */
export function TileTrend({ data, names, title }: Shown) {
  const [series] = data.series;
  if (!series) return null;
  const indicator = names.indicator(series.indicator_code);
  return (
    <>
      <SeriesChart points={series.points.map(asPoint)} unit={indicator?.unit ?? ""} label={t("chart.label", { name: title, unit: indicator?.unit ?? "" })} baseline={series.area ? null : (indicator?.baseline_value ?? null)} targets={series.targets.map(asTarget)} fiscalStart={mission.value?.fiscal_year_start_month ?? 7} onOpen={(one) => openOf(series, one)} />
      <AsTable title={title} rows={[{ name: title, series }]} value={indicator?.unit ?? ""} />
    </>
  );
}

/** Opens how the value of a period came about, where it has one. */
export function openOf(series: TileSeries, at: string): void {
  if (series.points.some((point) => point.period === at && point.value !== null)) openProvenance({ indicator: series.indicator_code, area: series.area, slice: series.slice, period: at });
}

/** Bars of what was reached, and the target over each; a chart for each indicator, for units differ. */
export function TileTargets({ data, names, title }: Shown) {
  return (
    <>
      <div class="figures">
        {data.series.map((series) => {
          const indicator = names.indicator(series.indicator_code);
          const name = say(indicator?.name) || series.indicator_code;
          return (
            <div key={series.indicator_code}>
              {data.series.length > 1 && <p><Name code={series.indicator_code} of={indicator} /> <span class="soft">{indicator?.unit}</span></p>}
              <Versus points={series.points} label={t("dashboard.versus_label", { name })} onOpen={(one) => openOf(series, one)} />
              {series.points.every((point) => aimAt(point) === "") && <p class="soft small">{t("dashboard.no_target")}</p>}
              {series.next_target && <p class="small">{t("dashboard.next_target", { value: inWords(series.next_target), period: period(series.next_target.period) })}</p>}
              <AsTable title={data.series.length > 1 ? `${title}: ${name}` : name} rows={[{ name, series }]} value={indicator?.unit ?? ""} />
            </div>
          );
        })}
      </div>
      <ul class="legend">
        <li><svg class="chart" viewBox="0 0 10 10" aria-hidden="true"><rect class="bar" x="2" y="1" width="6" height="9" /></svg>{t("dashboard.actual")}</li>
        <li><svg class="chart line" viewBox="0 0 32 12" aria-hidden="true"><line class="target" x1="0" x2="32" y1="6" y2="6" /></svg>{t("dashboard.target")}</li>
        {data.series.some((series) => series.points.some((point) => point.target_low !== null || point.target_high !== null)) && <li><svg class="chart line" viewBox="0 0 32 12" aria-hidden="true"><rect class="aimed" x="0" y="1" width="32" height="10" /></svg>{t("dashboard.target_range")}</li>}
      </ul>
    </>
  );
}

/** Several indicators under their periods; those of another rhythm in a table of their own. */
export function TileTable({ data, names, title }: Shown) {
  return (
    <div class="stack tight">
      {byFrequency(data.series).map(({ periods, rows }) => (
        <Table
          key={periods.join()}
          caption={title}
          rows={rows}
          keyOf={(row) => row.indicator_code}
          columns={[
            { head: t("field.indicator"), names: true, cell: (row) => <Name code={row.indicator_code} of={names.indicator(row.indicator_code)} /> },
            { head: t("dashboard.unit"), cell: (row) => names.indicator(row.indicator_code)?.unit },
            ...periods.map((one) => ({ head: period(one), numeric: true, cell: (row: TileSeries) => <Value series={row} point={row.points.find((point) => point.period === one)} /> })),
          ]}
        />
      ))}
    </div>
  );
}
