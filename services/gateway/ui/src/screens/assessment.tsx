// The assessment workspace: outcomes on the left, the analyses, findings and recommendations of each beside them.
import { Link } from "wouter-preact";
import { write } from "../api/client";
import { expire, put, useAll, useGet } from "../api/store";
import type { Analysis, Assessment, Finding, Indicator, ListAnalysesResponse, ListContributionsResponse, ListFindingsResponse, ListIndicatorsResponse, ListRecommendationsResponse, Plan, PlanItem } from "../api/types";
import { say, t, word } from "../i18n";
import { instant, period } from "../i18n/format";
import { openDrawer } from "../parts/drawer";
import { WriteButton } from "../parts/form";
import { Later } from "../parts/later";
import { Empty, Reading } from "../parts/notice";
import { PageHead, useParameter } from "../parts/page";
import { State } from "../parts/status";
import { below, mayWrite, page } from "../session";
import { Analyses } from "./assessment-analysis";
import { Contributions } from "./assessment-contribution";
import { Course } from "./assessment-course";
import { ASSESSING, Findings, OPEN } from "./assessment-findings";
import { AtOutcome, usePresence } from "./assessment-presence";
import { ProposeForm, RecommendationList } from "./recommendation-list";

/** From here on there may be a workshop. */
const AT_WORKSHOP = ["workshop", "leadership_review", "finalized"];
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
            sub={<><State of={of.state} /><span>{word(of.kind)}</span><span>{period(of.period)}</span>{of.plan_number > 0 && <Link href={page(`plan/${of.plan_id}`)}>{t("plan.version", { number: of.plan_number })}</Link>}{of.cut_off && <span>{t("assess.known_at", { at: instant(of.cut_off) })}</span>}</>}
          >
            <Moves of={of} took={took} />
          </PageHead>
          {of.state === "scheduled" ? <><Empty>{t("assess.freeze_explain")}</Empty><h2>{t("course.title")}</h2><Course of={of} /></> : <Work of={of} />}
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
      {AT_WORKSHOP.includes(of.state) && <Link class="button" href={page(`workshop/${of.id}`)}>{t("assess.workshop")}</Link>}
      {ADVANCING.includes(of.state) && mayWrite("coordinator") && <WriteButton label={t("assess.advance")} work={move("advance")} />}
      {of.state === "leadership_review" && mayWrite("leadership") && <WriteButton primary label={t("assess.finalize")} work={move("finalize")} />}
      {of.state !== "scheduled" && mayWrite("coordinator", "adviser") && <Link class="button" href={`${page("fact-sheets")}?from=${of.id}`}>{t("assess.to_fact_sheet")}</Link>}
    </>
  );
}

const CONTEXT = "context";
const SINCE = "since";
const EVENTS = "events";
const PERFORMANCE = "performance";
const COURSE = "course";
const GENDER = "gender";
const PRINT = "print";
/** What is told of the whole assessment, not of an outcome. */
const WHOLE = [CONTEXT, SINCE, EVENTS, COURSE, GENDER, PRINT, PERFORMANCE];

function Work({ of }: { of: Assessment }) {
  const chosen = useParameter("outcome");
  const plan = useGet<Plan>(of.plan_id ? below(`plans/${of.plan_id}`) : below("plans/active"));
  const analyses = useGet<ListAnalysesResponse>(below(`assessments/${of.id}/analyses`));
  const contributions = useGet<ListContributionsResponse>(below(`assessments/${of.id}/contributions`));
  const findings = useGet<ListFindingsResponse>(below(`assessments/${of.id}/findings`));
  const indicators = useAll<ListIndicatorsResponse>(below("indicators?page_size=500"));
  const recommendations = useGet<ListRecommendationsResponse>(below(`recommendations?assessment_id=${of.id}`));
  const outcomes = (plan.data?.items ?? []).filter((item) => item.kind === "outcome").sort((one, other) => one.number.localeCompare(other.number, undefined, { numeric: true }));
  const current = WHOLE.includes(chosen) || (!chosen && of.kind === PERFORMANCE) ? undefined : (outcomes.find((item) => item.lineage_id === chosen) ?? outcomes[0]);
  // One of performance begins with what was delivered.
  const shown = chosen || (of.kind === PERFORMANCE ? PERFORMANCE : "");
  usePresence(of.id, current?.lineage_id ?? "", OPEN.includes(of.state));
  const answered = new Set(findings.data?.findings.map((one) => one.outcome_lineage_id));
  const here = analysesOf(current, plan.data, analyses.data?.analyses ?? [], indicators.data?.indicators ?? []);
  if (chosen === PRINT) return <Reading of={plan}><Later name="assessment-views" view="print" of={of} outcomes={outcomes} /></Reading>;
  return (
    <div class="workspace">
      <nav class="card" aria-label={t("assess.outcomes")}>
        <p class="soft small">{t("assess.progress", { done: outcomes.filter((one) => answered.has(one.lineage_id)).length, count: outcomes.length })}</p>
        <ul>
          <li><Link href={`${page(`assessments/${of.id}`)}?outcome=${SINCE}`} aria-current={chosen === SINCE ? "page" : undefined}>{t("since.title")}</Link></li>
          <li><Link href={`${page(`assessments/${of.id}`)}?outcome=${EVENTS}`} aria-current={chosen === EVENTS ? "page" : undefined}>{t("gathered.title")}</Link></li>
          <li><Link href={`${page(`assessments/${of.id}`)}?outcome=${PERFORMANCE}`} aria-current={shown === PERFORMANCE ? "page" : undefined}>{t("performance.title")}</Link></li>
          <li><Link href={`${page(`assessments/${of.id}`)}?outcome=${GENDER}`} aria-current={chosen === GENDER ? "page" : undefined}>{t("gender.title")}</Link></li>
          <li><Link href={`${page(`assessments/${of.id}`)}?outcome=${COURSE}`} aria-current={chosen === COURSE ? "page" : undefined}>{t("course.title")}</Link></li>
          <li><Link href={`${page(`assessments/${of.id}`)}?outcome=${PRINT}`}>{t("course.whole")}</Link></li>
          {outcomes.map((outcome) => (
            <li key={outcome.lineage_id}>
              <Link href={`${page(`assessments/${of.id}`)}?outcome=${outcome.lineage_id}`} aria-current={outcome === current ? "page" : undefined}>
                {answered.has(outcome.lineage_id) ? "✓ " : "○ "}
                <span class="unseen">{answered.has(outcome.lineage_id) ? t("assess.answered") : t("assess.open")} </span>
                {outcome.number} {say(outcome.statement)}
                <AtOutcome outcome={outcome.lineage_id} />
              </Link>
            </li>
          ))}
          <li><Link href={`${page(`assessments/${of.id}`)}?outcome=${CONTEXT}`} aria-current={chosen === CONTEXT ? "page" : undefined}>{t("assess.other")}</Link></li>
        </ul>
      </nav>
      {shown === PERFORMANCE ? <div class="stack"><h2>{t("performance.title")}</h2><Later name="assessment-performance" of={of} /></div> : chosen === SINCE ? <div class="stack"><h2>{t("since.title")}</h2><Later name="assessment-views" view="since" of={of} outcomes={outcomes} /></div> : chosen === EVENTS ? <div class="stack"><h2>{t("gathered.title")}</h2><Later name="assessment-views" view="events" of={of} outcomes={outcomes} /></div> : chosen === COURSE ? <div class="stack"><h2>{t("course.title")}</h2><Course of={of} /></div> : chosen === GENDER ? <div class="stack"><h2>{t("gender.title")}</h2><Later name="assessment-views" view="gender" of={of} outcomes={outcomes} /></div> : (
      <div class="stack">
        <h2>{current ? `${current.number} ${say(current.statement)}` : t("assess.other")}</h2>
        {current && <Contributions of={of} outcome={current.lineage_id} list={contributions} />}
        <Reading of={analyses}><Analyses rows={here} cutOff={of.cut_off} /></Reading>
        {current && <Reading of={findings}><Findings of={of} outcome={current} findings={findings.data?.findings ?? []} analyses={here} contributions={(contributions.data?.contributions ?? []).filter((one) => one.outcome_lineage_id === current.lineage_id)} /></Reading>}
        <Recommendations of={of} list={recommendations} findings={findings.data?.findings ?? []} codes={[...new Set(here.map((one) => one.indicator_code))]} />
      </div>
      )}
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

function Recommendations({ of, list, findings, codes }: { of: Assessment; list: ReturnType<typeof useGet<ListRecommendationsResponse>>; findings: readonly Finding[]; codes: readonly string[] }) {
  // Duplicates may be of those of earlier assessments.
  const all = useGet<ListRecommendationsResponse>(below("recommendations"));
  return (
    <section class="stack tight">
      <div class="row between">
        <h3>{t("spine.recommendations")}</h3>
        {OPEN.includes(of.state) && mayWrite(...ASSESSING) && (
          <button type="button" class="button" onClick={() => openDrawer(t("recommendation.propose"), () => <ProposeForm assessmentId={of.id} findings={findings} codes={codes} />)}>{t("recommendation.propose")}</button>
        )}
      </div>
      <Reading of={list}><RecommendationList rows={list.data?.recommendations ?? []} among={all.data?.recommendations} /></Reading>
    </section>
  );
}
