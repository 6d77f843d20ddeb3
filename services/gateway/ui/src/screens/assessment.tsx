// The assessment workspace: outcomes on the left, the analyses, findings and recommendations of each beside them.
import { Link } from "wouter-preact";
import { write } from "../api/client";
import { expire, put, useAll, useGet } from "../api/store";
import type { Analysis, AnalysisPoint, Assessment, Finding, Indicator, ListAnalysesResponse, ListContributionsResponse, ListFindingsResponse, ListIndicatorsResponse, ListRecommendationsResponse, OutputContribution, Plan, PlanItem, Point } from "../api/types";
import { SeriesChart } from "../charts/series";
import { Spark } from "../charts/spark";
import { say, t, word } from "../i18n";
import { instant, number, percent, period } from "../i18n/format";
import { openDrawer } from "../parts/drawer";
import { WriteButton } from "../parts/form";
import { Empty, Notice, Reading } from "../parts/notice";
import { FigureCell, PageHead, useParameter } from "../parts/page";
import { Person } from "../parts/person";
import { OpenNumber } from "../parts/provenance";
import { State, Status, Trend } from "../parts/status";
import { Table } from "../parts/table";
import { below, mayWrite, mission, page } from "../session";
import { Contributions } from "./assessment-contribution";
import { FindingForm } from "./assessment-finding";
import { ProposeForm, RecommendationList } from "./recommendation-list";

const ASSESSING = ["coordinator", "adviser", "focal_point", "component_head"];
const OPEN = ["frozen", "analysis", "workshop", "leadership_review"];
/** Smallest p that four decimals show. */
const P_SHOWN_MIN = 0.0001;
const ADVANCING = ["frozen", "analysis", "workshop"];

/** The workspace of an assessment. */
export function Workspace({ id }: { id: string }) {
  const path = below(`assessments/${id}`);
  const found = useGet<Assessment>(path);
  const of = found.data;
  const took = (next: Assessment) => {
    put(path, next);
    expire(below("assessments"));
  };
  return (
    <Reading of={found}>
      {of && (
        <>
          <PageHead
            title={say(of.title)}
            sub={<><State of={of.state} /><span>{word(of.kind)}</span><span>{period(of.period)}</span>{of.plan_number > 0 && <span>{t("plan.version", { number: of.plan_number })}</span>}{of.cut_off && <span>{t("assess.known_at", { at: instant(of.cut_off) })}</span>}</>}
          >
            <Moves of={of} took={took} />
          </PageHead>
          {of.state === "scheduled" ? <Empty>{t("assess.freeze_explain")}</Empty> : <Work of={of} />}
        </>
      )}
    </Reading>
  );
}

function Moves({ of, took }: { of: Assessment; took: (next: Assessment) => void }) {
  const move = (verb: string) => async () => took(await write<Assessment>("POST", below(`assessments/${of.id}/${verb}`), {}, { version: of.version }));
  return (
    <>
      {of.state === "scheduled" && mayWrite("coordinator") && <WriteButton primary label={t("assess.freeze")} work={move("freeze")} />}
      {ADVANCING.includes(of.state) && mayWrite("coordinator") && <WriteButton label={t("assess.advance")} work={move("advance")} />}
      {of.state === "leadership_review" && mayWrite("leadership") && <WriteButton primary label={t("assess.finalize")} work={move("finalize")} />}
      {of.state !== "scheduled" && mayWrite("coordinator", "adviser") && <Link class="button" href={`${page("fact-sheets")}?from=${of.id}`}>{t("assess.to_fact_sheet")}</Link>}
    </>
  );
}

const CONTEXT = "context";

function Work({ of }: { of: Assessment }) {
  const chosen = useParameter("outcome");
  const plan = useGet<Plan>(of.plan_id ? below(`plans/${of.plan_id}`) : below("plans/active"));
  const analyses = useGet<ListAnalysesResponse>(below(`assessments/${of.id}/analyses`));
  const contributions = useGet<ListContributionsResponse>(below(`assessments/${of.id}/contributions`));
  const findings = useGet<ListFindingsResponse>(below(`assessments/${of.id}/findings`));
  const indicators = useAll<ListIndicatorsResponse>(below("indicators?page_size=500"));
  const recommendations = useGet<ListRecommendationsResponse>(below(`recommendations?assessment_id=${of.id}`));
  const outcomes = (plan.data?.items ?? []).filter((item) => item.kind === "outcome").sort((one, other) => one.number.localeCompare(other.number, undefined, { numeric: true }));
  const current = chosen === CONTEXT ? undefined : (outcomes.find((item) => item.lineage_id === chosen) ?? outcomes[0]);
  const answered = new Set(findings.data?.findings.map((one) => one.outcome_lineage_id));
  const here = analysesOf(current, plan.data, analyses.data?.analyses ?? [], indicators.data?.indicators ?? []);
  return (
    <div class="workspace">
      <nav class="card" aria-label={t("assess.outcomes")}>
        <p class="soft small">{t("assess.progress", { done: outcomes.filter((one) => answered.has(one.lineage_id)).length, count: outcomes.length })}</p>
        <ul>
          {outcomes.map((outcome) => (
            <li key={outcome.lineage_id}>
              <Link href={`${page(`assessments/${of.id}`)}?outcome=${outcome.lineage_id}`} aria-current={outcome === current ? "page" : undefined}>
                {answered.has(outcome.lineage_id) ? "✓ " : "○ "}
                <span class="unseen">{answered.has(outcome.lineage_id) ? t("assess.answered") : t("assess.open")} </span>
                {outcome.number} {say(outcome.statement)}
              </Link>
            </li>
          ))}
          <li><Link href={`${page(`assessments/${of.id}`)}?outcome=${CONTEXT}`} aria-current={current ? undefined : "page"}>{t("assess.other")}</Link></li>
        </ul>
      </nav>
      <div class="stack">
        {current && <h2>{current.number} {say(current.statement)}</h2>}
        {current && <Contributions of={of} outcome={current.lineage_id} list={contributions} />}
        <Reading of={analyses}><Analyses rows={here} cutOff={of.cut_off} /></Reading>
        {current && <Reading of={findings}><Findings of={of} outcome={current} findings={findings.data?.findings ?? []} analyses={here} contributions={(contributions.data?.contributions ?? []).filter((one) => one.outcome_lineage_id === current.lineage_id)} /></Reading>}
        <Recommendations of={of} list={recommendations} findings={findings.data?.findings ?? []} codes={here.map((one) => one.indicator_code)} />
      </div>
    </div>
  );
}

/** The analyses of an outcome: of its own indicators and of its outputs'; of nothing in the plan for no outcome. */
export function analysesOf(outcome: PlanItem | undefined, plan: Plan | undefined, all: readonly Analysis[], indicators: readonly Indicator[]): Analysis[] {
  const lineageOf = new Map(indicators.map((one) => [one.id, one.plan_item_lineage_id]));
  const items = new Map((plan?.items ?? []).map((item) => [item.lineage_id, item]));
  const linked = new Set(plan?.links.filter((link) => link.outcome_id === outcome?.id).map((link) => link.output_id));
  return all.filter((one) => {
    const item = items.get(lineageOf.get(one.indicator_id) ?? "");
    if (!outcome) return !item;
    return item !== undefined && (item.id === outcome.id || item.parent_id === outcome.id || linked.has(item.id));
  });
}

function Analyses({ rows, cutOff }: { rows: readonly Analysis[]; cutOff: string }) {
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
      {of.points.length > 1 && <SeriesChart points={of.points.map(pointOf)} label={t("chart.label", { name: say(of.indicator_name), unit: of.unit })} unit={of.unit} baseline={of.baseline} changes={of.change_points} fiscalStart={mission.value?.fiscal_year_start_month} />}
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
        {of.latest_low !== null && fact(t("assess.share_interval"), `${number(of.latest_low, 3)} – ${number(of.latest_high ?? 0, 3)}`)}
        {of.outlier_periods.length > 0 && fact(t("assess.outliers"), of.outlier_periods.map(period).join(", "))}
        {fact(t("assess.method"), of.method)}
      </dl>
      {of.cautions.map((caution) => <Notice key={say(caution)} tone="careful">{say(caution)}</Notice>)}
    </>
  );
}

/** A probability is never nothing at all. */
function probability(p: number): string {
  return p < P_SHOWN_MIN ? `< ${number(P_SHOWN_MIN, 4)}` : number(p, 4);
}

/** A point of an analysis as the chart draws it. */
function pointOf(point: AnalysisPoint): Point {
  return { period: point.period, value: point.value, kind: point.value === null ? "missing" : "value", numerator: null, denominator: null, observations: 0, coverage: 0, share_verified: 0, mismatch: false, note: null };
}

interface FindingsProps {
  of: Assessment;
  outcome: PlanItem;
  findings: readonly Finding[];
  analyses: readonly Analysis[];
  contributions: readonly OutputContribution[];
}

function Findings({ of, outcome, findings, analyses, contributions }: FindingsProps) {
  const editable = OPEN.includes(of.state) && mayWrite(...ASSESSING);
  const rows = findings.filter((one) => one.outcome_lineage_id === outcome.lineage_id);
  const open = (finding?: Finding) => openDrawer(t("assess.finding"), () => <FindingForm assessment={of} outcome={outcome} finding={finding} analyses={analyses} contributions={contributions} />);
  return (
    <section class="stack tight">
      <div class="row between">
        <h3>{t("assess.findings")}</h3>
        {editable && <button type="button" class="button primary" onClick={() => open()}>{t("assess.add_finding")}</button>}
      </div>
      {rows.length === 0 && <Empty>{t("assess.no_findings")}</Empty>}
      {rows.map((one) => (
        <article class="card stack tight" key={one.id}>
          <div class="row between">
            <h4>{word(`question_${one.question}`)}</h4>
            <span class="row">
              {one.progress_rating && <Status of={one.progress_rating} />}
              {one.performance_rating && <span class="tag">{t("assess.performance")}: {word(one.performance_rating)}</span>}
              {one.direction && <span class="tag">{word(one.direction)}</span>}
              <span class="tag">{t("field.confidence")}: {word(one.confidence)}</span>
            </span>
          </div>
          <p>{say(one.narrative)}</p>
          <ul class="small soft">
            {one.evidence.map((reference, place) => <li key={place}>{word(`reference_${reference.kind}`)}: {reference.note || analyses.find((each) => each.id === reference.id)?.indicator_code || reference.id.slice(0, 8)}</li>)}
          </ul>
          {one.alternative_explanations && <p><b>{t("assess.alternatives")}</b> {one.alternative_explanations}</p>}
          {one.dissent && <p><b>{t("assess.dissent")}</b> {one.dissent}</p>}
          <div class="row between">
            <span class="small soft"><Person id={one.recorded_by} />, {instant(one.recorded_at)}</span>
            {editable && <button type="button" class="button open" onClick={() => open(one)}>{t("action.edit")}</button>}
          </div>
        </article>
      ))}
    </section>
  );
}

function Recommendations({ of, list, findings, codes }: { of: Assessment; list: ReturnType<typeof useGet<ListRecommendationsResponse>>; findings: readonly Finding[]; codes: readonly string[] }) {
  return (
    <section class="stack tight">
      <div class="row between">
        <h3>{t("spine.recommendations")}</h3>
        {OPEN.includes(of.state) && mayWrite(...ASSESSING) && (
          <button type="button" class="button" onClick={() => openDrawer(t("recommendation.propose"), () => <ProposeForm assessmentId={of.id} findings={findings} codes={codes} />)}>{t("recommendation.propose")}</button>
        )}
      </div>
      <Reading of={list}><RecommendationList rows={list.data?.recommendations ?? []} /></Reading>
    </section>
  );
}
