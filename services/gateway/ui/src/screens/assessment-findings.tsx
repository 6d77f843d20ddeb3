// The findings on an outcome: the six questions, and a card for each answer.
import { write } from "../api/client";
import { expire } from "../api/store";
import type { Analysis, Assessment, Finding, OutputContribution, PlanItem } from "../api/types";
import { say, t, word } from "../i18n";
import { instant } from "../i18n/format";
import { openDrawer } from "../parts/drawer";
import { WriteButton } from "../parts/form";
import { Empty } from "../parts/notice";
import { Person } from "../parts/person";
import { Status } from "../parts/status";
import { below, isStaff, mayWrite } from "../session";
import { QUESTIONS } from "../words";
import { FindingForm } from "./assessment-finding";
import { Writing } from "./assessment-presence";
import { Dissents, Said, useSaid } from "./assessment-said";

export const ASSESSING = ["coordinator", "adviser", "focal_point", "component_head"];
export const OPEN = ["frozen", "analysis", "workshop", "leadership_review"];

interface Props {
  of: Assessment;
  outcome: PlanItem;
  findings: readonly Finding[];
  analyses: readonly Analysis[];
  contributions: readonly OutputContribution[];
}

/** The findings on an outcome. */
export function Findings({ of, outcome, findings, analyses, contributions }: Props) {
  const editable = OPEN.includes(of.state) && mayWrite(...ASSESSING);
  const rows = findings.filter((one) => one.outcome_lineage_id === outcome.lineage_id);
  const open = (finding?: Finding, question = "") => openDrawer(t("assess.finding"), () => <FindingForm assessment={of} outcome={outcome} finding={finding} question={question} analyses={analyses} contributions={contributions} />, true);
  return (
    <section class="stack tight">
      <div class="row between">
        <h3>{t("assess.findings")}</h3>
        {editable && <button type="button" class="button primary" onClick={() => open()}>{t("assess.add_finding")}</button>}
      </div>
      <ul class="questions" aria-label={t("assess.six_questions")}>
        {QUESTIONS.map((question) => {
          const answers = rows.filter((one) => one.question === question).length;
          const said = <><span aria-hidden="true">{answers ? "✓" : "○"} </span>{word(`question_${question}`)}<span class="unseen"> {answers ? t("assess.answered") : t("assess.open")}</span></>;
          return <li key={question}>{editable && answers === 0 ? <button type="button" class="button quiet" onClick={() => open(undefined, question)}>{said}</button> : <span class={answers ? "" : "soft"}>{said}</span>}</li>;
        })}
      </ul>
      <Writing outcome={outcome.lineage_id} />
      {rows.length === 0 && <Empty>{t("assess.no_findings")}</Empty>}
      {rows.map((one) => <Card key={one.id} assessment={of} of={one} analyses={analyses} editable={editable} onEdit={() => open(one)} />)}
    </section>
  );
}

function Card({ assessment, of, analyses, editable, onEdit }: { assessment: Assessment; of: Finding; analyses: readonly Analysis[]; editable: boolean; onEdit: () => void }) {
  const said = useSaid(assessment.id);
  const comments = (said.comments.data?.comments ?? []).filter((one) => one.finding_id === of.id);
  const dissents = (said.dissents.data?.dissents ?? []).filter((one) => one.finding_id === of.id);
  const waiting = comments.filter((one) => !one.resolved_at).length;
  const listen = () => openDrawer(t("said.title"), () => <Said assessment={assessment} finding={of} open={OPEN.includes(assessment.state)} assesses={editable} />);
  return (
    <article class="card stack tight">
      <div class="row between">
        <h4>{word(`question_${of.question}`)}</h4>
        <span class="row">
          {of.narrative_state === "draft" && <span class="status at_risk"><span aria-hidden="true">◇ </span>{t("draft_narrative.draft")}</span>}
          {of.progress_rating && <Status of={of.progress_rating} />}
          {of.performance_rating && <span class="tag">{t("assess.performance")}: {word(of.performance_rating)}</span>}
          {of.direction && <span class="tag">{word(of.direction)}</span>}
          <span class="tag">{t("field.confidence")}: {word(of.confidence)}</span>
        </span>
      </div>
      <p class="lines">{say(of.narrative)}</p>
      {of.narrative_state === "draft" && editable && (
        <div class="row">
          <span class="small soft">{t("draft_narrative.explain")}</span>
          <WriteButton
            label={t("draft_narrative.accept")}
            work={async () => {
              await write("PUT", below("findings"), { finding: { ...of, narrative_state: "accepted" } });
              expire(below(`assessments/${assessment.id}/findings`));
            }}
          />
        </div>
      )}
      <ul class="small soft">
        {of.evidence.map((reference, place) => <li key={place}>{word(`reference_${reference.kind}`)}: {reference.note || analyses.find((each) => each.id === reference.id)?.indicator_code || reference.id.slice(0, 8)}</li>)}
      </ul>
      {of.alternative_explanations && <p><b>{t("assess.alternatives")}</b> {of.alternative_explanations}</p>}
      {of.dissent && <p><b>{t("assess.dissent")}</b> {of.dissent}</p>}
      {dissents.length > 0 && <p><b>{t("assess.dissents")}</b></p>}
      <Dissents of={dissents} />
      <div class="row between">
        <span class="small soft"><Person id={of.recorded_by} />, {instant(of.recorded_at)}{of.narrative_state === "accepted" && <> · {t("draft_narrative.accepted")}</>}</span>
        <span class="row">
          {isStaff() && <button type="button" class="button open" onClick={listen}>{t("said.count", { open: waiting, count: comments.length })}</button>}
          {editable && <button type="button" class="button open" onClick={onEdit}>{t("action.edit")}</button>}
        </span>
      </div>
    </article>
  );
}
