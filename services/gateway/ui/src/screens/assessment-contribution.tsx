// What outputs may have contributed to an outcome: the grade with its reasons, the coefficient with its
// interval, the checks, and the areas and periods behind it. Which one is open stands in the address.
import { Link } from "wouter-preact";
import { useGet } from "../api/store";
import type { Assessment, ContributionCell, ListContributionsResponse, OutputContribution } from "../api/types";
import { say, t, word } from "../i18n";
import { number, percent, period } from "../i18n/format";
import { probability } from "../i18n/probability";
import { Empty, Notice, Reading } from "../parts/notice";
import { FigureCell, useParameter } from "../parts/page";
import { Table } from "../parts/table";
import { below, page } from "../session";
import { compared } from "./assessment-compose";
import { Comparisons } from "./assessment-compared";

const WIDTH = 240;
const HEIGHT = 28;
const PAD = 8;

/** The contributions to one outcome. */
export function Contributions({ of, outcome, list }: { of: Assessment; outcome: string; list: ReturnType<typeof useGet<ListContributionsResponse>> }) {
  const open = useParameter("contribution");
  const rows = (list.data?.contributions ?? []).filter((one) => one.outcome_lineage_id === outcome);
  return (
    <section class="stack tight">
      <h3>{t("contribution.title")}</h3>
      <Reading of={list}>
        {rows.length === 0 ? <Empty>{t("contribution.none")}</Empty> : <p class="soft small">{t("contribution.explain")}</p>}
        {rows.map((one) => (
          <article class="card stack tight" key={one.id}>
            <div class="row between">
              <h4>{say(one.output_indicator_name)} → {say(one.outcome_indicator_name)}</h4>
              <Grade of={one.grade} />
            </div>
            <p>{say(one.statement)}</p>
            {one.reasons.length > 0 && (
              <ul class="small">
                {one.reasons.map((reason) => <li key={say(reason)}>{say(reason)}</li>)}
              </ul>
            )}
            {compared(one).map((text) => <p class="small" key={say(text)}>{say(text)}</p>)}
            <Interval of={one} />
            <div class="row between">
              <span class="soft small">{t("contribution.by_plan", { lag: one.expected_lag_months, strength: one.strength ? word(one.strength) : "–" })}</span>
              <Link href={addressOf(of.id, outcome, open === one.id ? "" : one.id)} aria-expanded={open === one.id}>{open === one.id ? t("contribution.close") : t("contribution.open")}</Link>
            </div>
            {open === one.id && <Behind of={one} />}
          </article>
        ))}
      </Reading>
    </section>
  );
}

function addressOf(assessment: string, outcome: string, contribution: string): string {
  return `${page(`assessments/${assessment}`)}?outcome=${outcome}${contribution && `&contribution=${contribution}`}`;
}

/** How many of four bars are filled for each grade; cannot tell has none, contrary is a cross. */
const BARS: Record<string, number> = { strong: 3, moderate: 2, weak: 1, cannot_tell: 0 };
const TONES: Record<string, string> = { strong: "on_track", moderate: "achieved", weak: "at_risk", contrary: "off_track", cannot_tell: "no_data" };

/** The grade: a shape and a word. */
export function Grade({ of }: { of: string }) {
  const bars = BARS[of];
  return (
    <span class={`status ${TONES[of] ?? "no_data"}`}>
      <svg width="14" height="12" viewBox="0 0 14 12" aria-hidden="true">
        {bars === undefined ? (
          <path d="M2 1 12 11M12 1 2 11" fill="none" stroke="currentColor" stroke-width="2" />
        ) : (
          [0, 1, 2].map((bar) => <rect key={bar} x={0.5 + bar * 5} y={8.5 - bar * 4} width="3" height={3 + bar * 4} fill={bar < bars ? "currentColor" : "none"} stroke="currentColor" />)
        )}
      </svg>
      {word(`grade_${of}`)}
    </span>
  );
}

/** Where the ends of the interval, zero and the coefficient lie on a line of a width; an open end runs to its edge. */
export function placed(of: Pick<OutputContribution, "coefficient" | "low" | "high">, width = WIDTH, pad = PAD): { zero: number; at: number; low: number; high: number } | null {
  if (of.coefficient === null) return null;
  const known = [0, of.coefficient, of.low, of.high].filter((value): value is number => value !== null);
  const [from, to] = [Math.min(...known), Math.max(...known)];
  const x = (value: number) => pad + ((value - from) / (to - from || 1)) * (width - 2 * pad);
  return { zero: x(0), at: x(of.coefficient), low: of.low === null ? 0 : x(of.low), high: of.high === null ? width : x(of.high) };
}

function Interval({ of }: { of: OutputContribution }) {
  const at = placed(of);
  if (!at) return null;
  const label = t("contribution.interval", { value: number(of.coefficient ?? 0, 4), low: of.low === null ? "−∞" : number(of.low, 4), high: of.high === null ? "∞" : number(of.high, 4) });
  return (
    <div class="row">
      <svg class="chart" style={{ inlineSize: `${WIDTH}px` }} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        <line class="axis" x1={at.zero} x2={at.zero} y1={2} y2={HEIGHT - 8} />
        <text class="soft" x={at.zero} y={HEIGHT} text-anchor="middle">0</text>
        <line class="line" x1={at.low} x2={at.high} y1={10} y2={10} />
        {of.low !== null && <line class="line" x1={at.low} x2={at.low} y1={6} y2={14} />}
        {of.high !== null && <line class="line" x1={at.high} x2={at.high} y1={6} y2={14} />}
        <circle class="dot" cx={at.at} cy={10} r={4} />
      </svg>
      <span class="small" aria-hidden="true">{label}</span>
    </div>
  );
}

const MARKS: Record<string, string> = { holds: "✓", careful: "!", stops: "✕", untested: "–" };
const CHECK_TONES: Record<string, string> = { holds: "on_track", careful: "at_risk", stops: "off_track", untested: "no_data" };

function Behind({ of }: { of: OutputContribution }) {
  const whole = useGet<OutputContribution>(below(`contributions/${of.id}`));
  const fact = (label: string, value: string) => <div><dt>{label}</dt><dd>{value}</dd></div>;
  return (
    <div class="stack tight">
      {say(of.hypothesis) && <p><b>{t("contribution.hypothesis")}</b> {say(of.hypothesis)}</p>}
      <Table
        caption={t("contribution.checks")}
        rows={of.checks}
        keyOf={(one) => one.check}
        columns={[
          { head: t("contribution.check"), names: true, cell: (one) => word(`check_${one.check}`) },
          { head: t("contribution.result"), cell: (one) => <span class={`status ${CHECK_TONES[one.result] ?? "no_data"}`}><span aria-hidden="true">{MARKS[one.result]}</span> {word(`check_${one.result}`)}</span> },
          { head: t("contribution.says"), wide: true, cell: (one) => say(one.text) },
        ]}
      />
      <dl class="facts">
        {of.coefficient !== null && fact(t("contribution.coefficient"), number(of.coefficient, 4))}
        {of.p !== null && fact(t("contribution.p"), probability(of.p))}
        {of.cr3 !== null && fact(t("contribution.cr3"), number(of.cr3, 4))}
        {of.cr1 !== null && fact(t("contribution.cr1"), number(of.cr1, 4))}
        {fact("n", t("contribution.n", { n: of.n, areas: of.areas, periods: of.periods }))}
        {of.draws > 0 && fact(t("contribution.draws"), `${number(of.draws)} · ${of.seed}`)}
        {fact(t("assess.method"), of.method)}
      </dl>
      <Comparisons of={of} />
      <Reading of={whole}>{whole.data && <Areas of={whole.data} />}</Reading>
    </div>
  );
}

function Areas({ of }: { of: OutputContribution }) {
  if (of.cells.length === 0) return <Notice>{t("contribution.no_cells")}</Notice>;
  const { periods, rows } = gridOf(of.cells);
  return (
    <>
      <h5>{t("contribution.weights")}</h5>
      <Table
        caption={t("contribution.weights")}
        rows={of.by_area}
        keyOf={(one) => one.area}
        columns={[
          { head: t("field.area"), names: true, cell: (one) => one.area },
          { head: t("contribution.dose_share"), numeric: true, cell: (one) => percent(one.dose_share) },
          { head: t("contribution.outcome_share"), numeric: true, cell: (one) => percent(one.outcome_share) },
          { head: t("contribution.without"), numeric: true, cell: (one) => (one.coefficient_without === null ? "–" : number(one.coefficient_without, 4)) },
        ]}
      />
      <h5>{t("contribution.cells")}</h5>
      <p class="soft small">{t("contribution.cells_explain", { output: say(of.output_indicator_name), outcome: say(of.outcome_indicator_name), lag: of.lag_periods })}</p>
      <Table
        caption={t("contribution.cells")}
        rows={rows}
        keyOf={(row) => row.area}
        columns={[
          { head: t("field.area"), names: true, cell: (row) => row.area },
          ...periods.map((at) => ({ head: period(at), numeric: true, cell: (row: Row) => <Pair of={row.cells.get(at)} /> })),
        ]}
      />
    </>
  );
}

interface Row {
  area: string;
  cells: Map<string, ContributionCell>;
}

/** Cells as rows of areas under columns of periods. */
export function gridOf(cells: readonly ContributionCell[]): { periods: string[]; rows: Row[] } {
  const rows = new Map<string, Row>();
  for (const cell of cells) {
    const row = rows.get(cell.area) ?? { area: cell.area, cells: new Map<string, ContributionCell>() };
    row.cells.set(cell.period, cell);
    rows.set(cell.area, row);
  }
  // Periods of one length sort as their texts do.
  return { periods: [...new Set(cells.map((cell) => cell.period))].sort(), rows: [...rows.values()] };
}

function Pair({ of }: { of: ContributionCell | undefined }) {
  return (
    <>
      <FigureCell of={{ value: of?.dose ?? null }} />
      <span class="soft" aria-hidden="true"> → </span>
      <FigureCell of={{ value: of?.outcome ?? null }} />
    </>
  );
}
