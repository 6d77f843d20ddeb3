// What was computed of each indicator: a row of the table, and behind it the sentence, the chart and every number.
import { Link } from "wouter-preact";
import type { Analysis, AnalysisPoint, Point } from "../api/types";
import { SeriesChart } from "../charts/series";
import { Spark } from "../charts/spark";
import { say, t, word } from "../i18n";
import { number, percent, period } from "../i18n/format";
import { probability } from "../i18n/probability";
import { openDrawer } from "../parts/drawer";
import { Notice } from "../parts/notice";
import { FigureCell } from "../parts/page";
import { OpenNumber } from "../parts/provenance";
import { Status, Trend } from "../parts/status";
import { Table } from "../parts/table";
import { mission, page } from "../session";
import { GAP_DIMENSIONS } from "../words";

/** Chances nearer to nothing or all are not told apart from it. */
const CHANCE_MIN = 0.01;

/** The analyses of an outcome's indicators. */
export function Analyses({ rows, cutOff }: { rows: readonly Analysis[]; cutOff: string }) {
  if (rows.length === 0) return <Notice>{t("assess.no_analyses")}</Notice>;
  return (
    <section class="stack tight">
      <h3>{t("assess.analyses")}</h3>
      <Table
        caption={t("assess.analyses")}
        rows={rows}
        keyOf={(one) => one.id}
        columns={[
          { head: t("field.indicator"), names: true, cell: (one) => <Link href={page(`indicators/${encodeURIComponent(one.indicator_code)}`)}>{say(one.indicator_name)}{one.area && ` (${one.area})`}</Link> },
          { head: t("assess.series"), cell: (one) => <Spark points={one.points} label={t("home.spark", { count: one.points.length })} /> },
          { head: t("indicator.latest"), numeric: true, cell: (one) => (one.latest_value === null ? <FigureCell of={null} /> : <><OpenNumber at={{ indicator: one.indicator_code, area: one.area, period: one.latest_period, asKnownAt: cutOff }} shown={number(one.latest_value)} /> {one.unit} <span class="soft">{period(one.latest_period)}</span></>) },
          { head: t("indicator.baseline"), numeric: true, cell: (one) => <FigureCell of={{ value: one.baseline }} /> },
          { head: t("assess.target"), numeric: true, cell: (one) => (one.target === null && one.target_low !== null ? `${number(one.target_low)} – ${number(one.target_high ?? 0)}` : <FigureCell of={{ value: one.target }} />) },
          { head: t("assess.achievement"), numeric: true, cell: (one) => (one.achievement === null ? "–" : percent(one.achievement)) },
          { head: t("field.status"), cell: (one) => <Status of={one.status} /> },
          { head: t("field.trend"), cell: (one) => <Trend of={one.trend} /> },
          { head: <span class="unseen">{t("field.actions")}</span>, cell: (one) => <button type="button" class="button open" onClick={() => openDrawer(say(one.indicator_name), () => <OneAnalysis of={one} />)}>{t("assess.method")}</button> },
        ]}
      />
    </section>
  );
}

function OneAnalysis({ of }: { of: Analysis }) {
  const fact = (label: string, value: string) => <div><dt>{label}</dt><dd>{value}</dd></div>;
  return (
    <>
      <p>{say(of.statement)}</p>
      <div class="row"><Status of={of.status} /><Trend of={of.trend} /></div>
      {of.points.length > 1 && <SeriesChart points={of.points.map(pointOf)} label={t("chart.label", { name: say(of.indicator_name), unit: of.unit })} unit={of.unit} baseline={of.baseline} changes={of.change_points} levels={of.points} forecast={of.forecast?.steps} fiscalStart={mission.value?.fiscal_year_start_month} />}
      {of.change_points.length > 0 && (
        <Table
          caption={t("assess.changes")}
          rows={of.change_points}
          keyOf={(one) => one.period}
          columns={[
            { head: t("field.period"), names: true, cell: (one) => period(one.period) },
            { head: t("assess.change"), cell: (one) => word(`change_${one.change}`) },
            { head: t("assess.level_before"), numeric: true, cell: (one) => number(one.before) },
            { head: t("assess.level_after"), numeric: true, cell: (one) => number(one.after) },
          ]}
        />
      )}
      <Gaps of={of} />
      {of.points.length > 1 && (
        <details>
          <summary>{t("assess.series")}</summary>
          <Table
            caption={t("assess.series")}
            rows={of.points}
            keyOf={(one) => one.period}
            columns={[
              { head: t("field.period"), names: true, cell: (one) => period(one.period) },
              { head: of.unit || t("field.value"), numeric: true, cell: (one) => <FigureCell of={one} /> },
              ...(of.seasons ? PARTS.map((part) => ({ head: t(part.head), numeric: true, cell: (one: AnalysisPoint) => <FigureCell of={{ value: part.of(one) }} /> })) : []),
            ]}
          />
        </details>
      )}
      <dl class="facts">
        {fact("n", number(of.n))}
        {of.slope !== null && fact(t("assess.slope"), `${number(of.slope, 3)} [${number(of.slope_low ?? 0, 3)}; ${number(of.slope_high ?? 0, 3)}]`)}
        {of.mann_kendall_s !== null && fact("Mann–Kendall S", number(of.mann_kendall_s))}
        {of.mann_kendall_tau !== null && fact("τ", number(of.mann_kendall_tau, 3))}
        {of.mann_kendall_p !== null && fact("p", probability(of.mann_kendall_p))}
        {of.hamed_rao_p !== null && fact(t("assess.hamed_rao"), probability(of.hamed_rao_p))}
        {of.trend_q !== null && fact(t("assess.q", { count: of.trends_tested }), probability(of.trend_q))}
        {of.difference && fact(t("assess.difference", { since: period(of.difference.since) }), `${number(of.difference.difference, 3)} [${number(of.difference.low, 3)}; ${number(of.difference.high, 3)}]`)}
        {of.seasons && fact(t("assess.season_high"), `${period(of.seasons.highest_period)} (${signed(of.seasons.highest)})`)}
        {of.seasons && fact(t("assess.season_low"), `${period(of.seasons.lowest_period)} (${signed(of.seasons.lowest)})`)}
        {of.seasons && fact(t("assess.season_strength"), `${percent(of.seasons.strength)}${of.seasons.p === null ? "" : `, p ${probability(of.seasons.p)}`}`)}
        {of.seasons && fact(t("assess.season_level"), `${number(of.seasons.level_before)} → ${number(of.seasons.level)}`)}
        {of.forecast?.target && fact(t("assess.forecast", { period: period(of.forecast.target.period) }), `${number(of.forecast.target.value)} [${number(of.forecast.target.low)}; ${number(of.forecast.target.high)}]`)}
        {of.forecast && fact(t("assess.chance"), chance(of.forecast.chance))}
        {of.forecast && fact(t("assess.model"), `${word(`shape_${of.forecast.shape}`)}${of.forecast.seasonal ? `, ${t("assess.season").toLowerCase()}` : ""} (α ${number(of.forecast.alpha, 2)}${of.forecast.shape === "level" ? "" : `, β ${number(of.forecast.beta, 2)}`}${of.forecast.shape === "damped" ? `, φ ${number(of.forecast.phi, 2)}` : ""})`)}
        {of.forecast && of.forecast.values_tried > 0 && fact(t("assess.tried"), t("assess.tried_held", { held: of.forecast.values_held, count: of.forecast.values_tried, share: percent(of.forecast.values_held / of.forecast.values_tried) }))}
        {of.latest_low !== null && fact(t("assess.share_interval"), `${number(of.latest_low, 3)} – ${number(of.latest_high ?? 0, 3)}`)}
        {of.outlier_periods.length > 0 && fact(t("assess.outliers"), of.outlier_periods.map(period).join(", "))}
        {fact(t("assess.method"), of.method)}
      </dl>
      {of.cautions.map((caution) => <Notice key={say(caution)} tone="careful">{say(caution)}</Notice>)}
    </>
  );
}

/** Gaps between women and men, ages, areas: a sentence and the numbers of each. */
function Gaps({ of }: { of: Analysis }) {
  if (of.gaps.length === 0) return null;
  return (
    <section class="stack tight">
      <h3>{t("assess.gaps")}</h3>
      {of.gaps.map((one) => <p key={one.dimension}>{say(one.statement)}</p>)}
      <Table
        caption={t("assess.gaps")}
        rows={of.gaps}
        keyOf={(one) => one.dimension}
        columns={[
          { head: t("assess.gap_by"), names: true, cell: (one) => (DIMENSIONS_NAMED.includes(one.dimension) ? word(`gap_${one.dimension}`) : one.dimension) },
          { head: t("assess.gap_highest"), cell: (one) => `${one.highest}: ${number(one.highest_value)}` },
          { head: t("assess.gap_lowest"), cell: (one) => `${one.lowest}: ${number(one.lowest_value)}` },
          { head: t("assess.gap_size"), numeric: true, cell: (one) => `${number(one.difference)}${one.low === null ? "" : ` [${number(one.low)}; ${number(one.high ?? 0)}]`}` },
        ]}
      />
    </section>
  );
}

const DIMENSIONS_NAMED: readonly string[] = GAP_DIMENSIONS;

/** A chance is never nothing at all, nor certainty. */
function chance(share: number): string {
  if (share < CHANCE_MIN) return `< ${percent(CHANCE_MIN)}`;
  return share > 1 - CHANCE_MIN ? `> ${percent(1 - CHANCE_MIN)}` : percent(share);
}

/** What STL splits a value into, as columns of the series. */
const PARTS = [
  { head: "assess.level", of: (one: AnalysisPoint) => one.level },
  { head: "assess.season", of: (one: AnalysisPoint) => one.season },
  { head: "assess.rest", of: (one: AnalysisPoint) => (one.value === null || one.level === null ? null : one.value - one.level - (one.season ?? 0)) },
] as const;

/** A number with its sign. */
function signed(value: number): string {
  return value > 0 ? `+${number(value)}` : number(value);
}

/** A point of an analysis as the chart draws it. */
function pointOf(point: AnalysisPoint): Point {
  return { period: point.period, value: point.value, kind: point.value === null ? "missing" : "value", numerator: null, denominator: null, observations: 0, coverage: 0, share_verified: 0, mismatch: false, note: null };
}
