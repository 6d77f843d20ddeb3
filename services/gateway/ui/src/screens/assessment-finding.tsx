// A finding: one of the six questions answered for an outcome; a rating needs evidence.
import { useState } from "preact/hooks";
import { write } from "../api/client";
import { expire, useAll } from "../api/store";
import type { Analysis, Assessment, EvidenceReference, Finding, ListEvidenceResponse, OutputContribution, PlanItem, Text } from "../api/types";
import { say, t, word } from "../i18n";
import { useDraft } from "../parts/draft";
import { closeDrawer } from "../parts/drawer";
import { Choice, Choices, TextArea, TextPair } from "../parts/field";
import { Form } from "../parts/form";
import { Notice } from "../parts/notice";
import { below } from "../session";
import { appended, compose } from "./assessment-compose";
import { CONFIDENCES, FINDING_DIRECTIONS, PERFORMANCES, QUESTIONS, STATUSES } from "../words";

interface Typed {
  question: string;
  progress_rating: string;
  performance_rating: string;
  direction: string;
  narrative: Finding["narrative"];
  analyses: string[];
  contributions: string[];
  evidence: string[];
  note: string;
  alternative_explanations: string;
  confidence: string;
  dissent: string;
}

function typed(of: Finding | undefined): Typed {
  const ids = (kind: string) => of?.evidence.filter((one) => one.kind === kind).map((one) => one.id) ?? [];
  return {
    question: of?.question || "change",
    progress_rating: of?.progress_rating ?? "",
    performance_rating: of?.performance_rating ?? "",
    direction: of?.direction || "better",
    narrative: of?.narrative ?? { en: "", fr: "" },
    analyses: ids("analysis"),
    contributions: ids("contribution"),
    evidence: ids("evidence"),
    note: of?.evidence.find((one) => one.kind === "note")?.note ?? "",
    alternative_explanations: of?.alternative_explanations ?? "",
    confidence: of?.confidence || "medium",
    dissent: of?.dissent ?? "",
  };
}

/** What a finding rests on, from what was ticked and written. */
export function referencesOf(of: Pick<Typed, "analyses" | "evidence" | "note"> & Partial<Pick<Typed, "contributions">>, analyses: readonly Analysis[], kept: readonly EvidenceReference[] = [], contributions: readonly OutputContribution[] = []): EvidenceReference[] {
  const other = kept.filter((one) => one.kind === "observation" || one.kind === "event");
  return [
    ...of.analyses.map((id) => ({ kind: "analysis", id, note: analyses.find((one) => one.id === id)?.indicator_code ?? "" })),
    ...(of.contributions ?? []).map((id) => ({ kind: "contribution", id, note: contributionCodes(contributions.find((one) => one.id === id)) })),
    ...of.evidence.map((id) => ({ kind: "evidence", id, note: "" })),
    ...other,
    ...(of.note.trim() ? [{ kind: "note", id: "", note: of.note.trim() }] : []),
  ];
}

function contributionCodes(of: OutputContribution | undefined): string {
  return of ? `${of.output_indicator_code} → ${of.outcome_indicator_code}` : "";
}

/** A narrative from what is ticked: nothing is stored until somebody has read it and saves. */
function Compose({ of, analyses, contributions, onDraft }: { of: Typed; analyses: readonly Analysis[]; contributions: readonly OutputContribution[]; onDraft: (drafted: Text) => void }) {
  const [drafted, setDrafted] = useState(false);
  const ticked = [analyses.filter((one) => of.analyses.includes(one.id)), contributions.filter((one) => of.contributions.includes(one.id))] as const;
  if (analyses.length + contributions.length === 0) return null;
  return (
    <>
      <div><button type="button" class="button" disabled={ticked[0].length + ticked[1].length === 0} onClick={() => { onDraft(compose(of.question, ...ticked)); setDrafted(true); }}>{t("assess.compose")}</button></div>
      {drafted && <Notice tone="careful">{t("assess.composed")}</Notice>}
    </>
  );
}

/** The form of a finding; of a new one the question may be chosen before. */
export function FindingForm({ assessment, outcome, finding, question, analyses, contributions }: { assessment: Assessment; outcome: PlanItem; finding: Finding | undefined; question?: string; analyses: readonly Analysis[]; contributions: readonly OutputContribution[] }) {
  const base = { ...typed(finding), ...(question ? { question } : {}) };
  const draft = useDraft(`finding.${assessment.id}.${outcome.lineage_id}.${finding?.id ?? `new${question ? `.${question}` : ""}`}`, base, finding?.version);
  const evidence = useAll<ListEvidenceResponse>(below("evidence?page_size=200"));
  const of = draft.value;
  const bare = referencesOf(of, analyses, finding?.evidence, contributions).length === 0;
  return (
    <Form
      draft={draft}
      theirs={(current) => (current ? typed(current as Finding) : undefined)}
      submit={t("action.save")}
      onDone={closeDrawer}
      send={async (value, version) => {
        const body = {
          finding: {
            ...(finding ? { id: finding.id, version: version ?? finding.version } : {}),
            assessment_id: assessment.id, outcome_lineage_id: outcome.lineage_id, question: value.question, progress_rating: value.progress_rating, performance_rating: value.performance_rating, direction: value.direction, narrative: value.narrative, evidence: referencesOf(value, analyses, finding?.evidence, contributions), alternative_explanations: value.alternative_explanations, confidence: value.confidence, dissent: value.dissent,
          },
        };
        if (finding) await write("PUT", below("findings"), body, { version: version ?? finding.version });
        else await write("POST", below("findings"), body);
        expire(below(`assessments/${assessment.id}/findings`));
      }}
    >
      {(about) => (
        <>
          <p class="soft">{outcome.number} {say(outcome.statement)}</p>
          <Choice label={t("assess.question")} value={of.question} among={QUESTIONS.map((one) => [one, word(`question_${one}`)] as const)} onInput={(question) => draft.set({ question })} />
          <TextPair label={t("field.narrative")} long value={of.narrative} wrong={about("narrative")} onInput={(narrative) => draft.set({ narrative })} required />
          <div class="pair">
            <Choice label={t("assess.progress_rating")} none={t("assess.unrated")} value={of.progress_rating} wrong={about("progress_rating")} among={STATUSES} onInput={(progress_rating) => draft.set({ progress_rating })} />
            <Choice label={t("assess.performance")} none={t("assess.unrated")} value={of.performance_rating} wrong={about("performance_rating")} among={PERFORMANCES} onInput={(performance_rating) => draft.set({ performance_rating })} />
            <Choice label={t("assess.direction")} value={of.direction} among={FINDING_DIRECTIONS} onInput={(direction) => draft.set({ direction })} />
            <Choice label={t("field.confidence")} value={of.confidence} among={CONFIDENCES} onInput={(confidence) => draft.set({ confidence })} />
          </div>
          {analyses.length > 0 && <Choices label={t("assess.analyses")} value={of.analyses} onInput={(next) => draft.set({ analyses: next })} among={analyses.map((one) => [one.id, `${say(one.indicator_name)}${one.area ? ` (${one.area})` : ""}`] as const)} />}
          {contributions.length > 0 && <Choices label={t("contribution.title")} value={of.contributions} onInput={(next) => draft.set({ contributions: next })} among={contributions.map((one) => [one.id, `${say(one.output_indicator_name)} → ${say(one.outcome_indicator_name)} (${word(`grade_${one.grade}`)})`] as const)} />}
          {(evidence.data?.evidence.length ?? 0) > 0 && <Choices label={t("evidence.title")} value={of.evidence} onInput={(next) => draft.set({ evidence: next })} among={(evidence.data?.evidence ?? []).map((one) => [one.id, one.title] as const)} />}
          <TextArea label={t("assess.note")} value={of.note} wrong={about("evidence")} onInput={(note) => draft.set({ note })} />
          <Compose of={of} analyses={analyses} contributions={contributions} onDraft={(drafted) => draft.set({ narrative: appended(of.narrative, drafted) })} />
          {bare && (of.progress_rating || of.performance_rating) && <Notice tone="careful">{t("assess.needs_evidence")}</Notice>}
          <TextArea label={t("assess.alternatives")} value={of.alternative_explanations} onInput={(alternative_explanations) => draft.set({ alternative_explanations })} />
          <TextArea label={t("assess.dissent")} value={of.dissent} onInput={(dissent) => draft.set({ dissent })} />
        </>
      )}
    </Form>
  );
}
