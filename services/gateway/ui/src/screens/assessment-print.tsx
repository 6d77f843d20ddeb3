// The whole of an assessment on paper: outcome by outcome the questions, ratings, findings and dissent; what was recommended and
// decided; who signed; each step.
import { Link } from "wouter-preact";
import { useGet } from "../api/store";
import type { Assessment, AssessmentCourse, Decision, Finding, GenderOverview, ListDecisionsResponse, ListFindingsResponse, ListRecommendationsResponse, PlanItem, Recommendation } from "../api/types";
import { say, t, word } from "../i18n";
import { date, instant } from "../i18n/format";
import { Reading } from "../parts/notice";
import { Person } from "../parts/person";
import { Classification, State, Status } from "../parts/status";
import { Table } from "../parts/table";
import { below, mission, missionName, page } from "../session";
import { QUESTIONS } from "../words";
import { InvitationTable, StepTable } from "./assessment-course";
import { Outcomes } from "./assessment-gender";
import { Signs } from "./assessment-signs";

/** Everything, in the order in which it is read. */
export function Whole({ of, outcomes }: { of: Assessment; outcomes: readonly PlanItem[] }) {
  const findings = useGet<ListFindingsResponse>(below(`assessments/${of.id}/findings`));
  const recommendations = useGet<ListRecommendationsResponse>(below(`recommendations?assessment_id=${of.id}`));
  const decisions = useGet<ListDecisionsResponse>(below("decisions"));
  const course = useGet<AssessmentCourse>(below(`assessments/${of.id}/course`));
  const gender = useGet<GenderOverview>(below(`assessments/${of.id}/gender`));
  return (
    <article class="paper stack">
      <div class="row noprint">
        <Link class="button" href={page(`assessments/${of.id}`)}>{t("course.back")}</Link>
        <button type="button" class="button primary" onClick={() => print()}>{t("course.print")}</button>
      </div>
      <p class="soft">{missionName(mission.value)}</p>
      <Reading of={findings}>
        {outcomes.map((outcome) => <OutcomeOnPaper key={outcome.lineage_id} outcome={outcome} findings={(findings.data?.findings ?? []).filter((one) => one.outcome_lineage_id === outcome.lineage_id)} gender={gender.data} />)}
      </Reading>
      <Reading of={recommendations}><Recommended rows={recommendations.data?.recommendations ?? []} decisions={decisions.data?.decisions ?? []} /></Reading>
      <section class="stack tight"><h2>{t("gender.title")}</h2><Reading of={gender}>{gender.data && <Outcomes of={of} overview={gender.data} />}</Reading></section>
      <Reading of={course}>
        {course.data && (
          <>
            <section class="stack tight"><h2>{t("course.sign_off")}</h2><Signs of={of} course={course.data} printed /></section>
            {course.data.invitations.length > 0 && <section class="stack tight"><h2>{t("course.people")}</h2><InvitationTable of={of} rows={course.data.invitations} /></section>}
            <section class="stack tight"><h2>{t("course.steps")}</h2><StepTable course={course.data} /></section>
          </>
        )}
      </Reading>
    </article>
  );
}

function OutcomeOnPaper({ outcome, findings, gender }: { outcome: PlanItem; findings: readonly Finding[]; gender: GenderOverview | undefined }) {
  const why = gender?.outcomes.find((one) => one.outcome_lineage_id === outcome.lineage_id)?.not_applicable;
  const answers = (question: string) => findings.some((one) => one.question === question) || (question === "gender_and_youth" && why);
  const open = QUESTIONS.filter((question) => !answers(question));
  return (
    <section class="stack tight">
      <h2>{outcome.number} {say(outcome.statement)}</h2>
      {QUESTIONS.filter(answers).map((question) => (
        <div key={question} class="stack tight">
          <h3>{word(`question_${question}`)}</h3>
          {findings.filter((one) => one.question === question).map((one) => <FindingOnPaper key={one.id} of={one} />)}
          {question === "gender_and_youth" && why && <p>{word("gender_not_applicable")}: {say(why.because)} <span class="soft">{why.recorded_by_name}, {instant(why.recorded_at)}</span></p>}
        </div>
      ))}
      {open.length > 0 && <p class="soft"><b>{t("course.not_answered")}</b> {open.map((question) => word(`question_${question}`)).join(" ")}</p>}
    </section>
  );
}

function FindingOnPaper({ of }: { of: Finding }) {
  return (
    <div class="stack tight">
      <p class="row">
        {of.progress_rating && <Status of={of.progress_rating} />}
        {of.performance_rating && <span>{t("assess.performance")}: {word(of.performance_rating)}</span>}
        {of.direction && <span>{t("assess.direction")}: {word(of.direction)}</span>}
        {of.confidence && <span>{t("field.confidence")}: {word(of.confidence)}</span>}
        <Classification of={of.classification} />
      </p>
      <p class="lines">{say(of.narrative)}</p>
      {of.alternative_explanations && <p><b>{t("assess.alternatives")}</b> {of.alternative_explanations}</p>}
      {of.dissent && <p class="lines"><b>{t("assess.dissent")}</b> {of.dissent}</p>}
      {of.evidence.length > 0 && <p class="small soft">{of.evidence.map((one) => `${word(`reference_${one.kind}`)}: ${one.note || one.id.slice(0, 8)}`).join(" · ")}</p>}
    </div>
  );
}

function Recommended({ rows, decisions }: { rows: readonly Recommendation[]; decisions: readonly Decision[] }) {
  const decided = (one: Recommendation) => decisions.find((decision) => decision.recommendation_id === one.id);
  return (
    <section class="stack tight">
      <h2>{t("spine.recommendations")}</h2>
      {rows.length === 0 ? <p class="soft">{t("recommendation.none")}</p> : (
        <Table
          caption={t("spine.recommendations")}
          rows={rows}
          keyOf={(one) => one.id}
          columns={[
            { head: t("recommendation.text"), names: true, wide: true, cell: (one) => say(one.text) },
            { head: t("recommendation.owner"), cell: (one) => one.owner_section },
            { head: t("recommendation.due"), cell: (one) => date(one.due) || "–" },
            { head: t("field.state"), cell: (one) => <State of={one.state} /> },
            { head: t("recommendation.decision"), wide: true, cell: (one) => { const taken = decided(one); return taken ? <>{word(taken.decision)}, <Person id={taken.decided_by} />, {instant(taken.decided_at)}{taken.reason && <>: {taken.reason}</>}</> : "–"; } },
          ]}
        />
      )}
    </section>
  );
}
