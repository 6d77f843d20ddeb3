// A finding: one of the six questions answered for an outcome, with the evidence that gathered beside it; a rating needs evidence.
import { useMemo, useState } from "preact/hooks";
import { write } from "../api/client";
import { expire, useAll } from "../api/store";
import type { Analysis, Assessment, Finding, GatheredItem, ListEvidenceResponse, OutputContribution, PlanItem, Text } from "../api/types";
import { say, t, word } from "../i18n";
import { useDraft } from "../parts/draft";
import { closeDrawer } from "../parts/drawer";
import { Choice, Choices, TextArea, TextPair } from "../parts/field";
import { Form } from "../parts/form";
import { Notice } from "../parts/notice";
import { below } from "../session";
import { CLASSIFICATIONS, CONFIDENCES, FINDING_DIRECTIONS, PERFORMANCES, QUESTIONS, STATUSES } from "../words";
import { appended, compose } from "./assessment-compose";
import { Gathered, useGathered } from "./assessment-gathered";
import { isNoted, noted, pickOf, picksOf, referencesOf } from "./assessment-picks";
import { useWriting, Writing } from "./assessment-presence";

interface Typed {
  question: string;
  progress_rating: string;
  performance_rating: string;
  direction: string;
  narrative: Finding["narrative"];
  narrative_state: string;
  picked: string[];
  note: string;
  alternative_explanations: string;
  confidence: string;
  dissent: string;
  classification: string;
}

/** The higher of two classifications; an empty one is not known. */
function higher(one: string, other: string): string {
  const rank = (of: string) => (CLASSIFICATIONS as readonly string[]).indexOf(of);
  return rank(other) > rank(one) ? other : one;
}

function typed(of: Finding | undefined): Typed {
  return {
    question: of?.question || "change",
    progress_rating: of?.progress_rating ?? "",
    performance_rating: of?.performance_rating ?? "",
    direction: of?.direction || "better",
    narrative: of?.narrative ?? { en: "", fr: "" },
    narrative_state: of?.narrative_state || "edited",
    picked: picksOf(of?.evidence ?? []),
    note: of?.evidence.filter((one) => one.kind === "note").map((one) => one.note).join("\n") ?? "",
    alternative_explanations: of?.alternative_explanations ?? "",
    confidence: of?.confidence || "medium",
    dissent: of?.dissent ?? "",
    classification: of?.classification ?? "",
  };
}

/** What was picked, also of a form that was left before there was one list of it. */
function pickedIn(of: Typed): string[] {
  const before = of as Partial<Record<"analyses" | "contributions" | "evidence", string[]>>;
  const under = (kind: string, ids: string[] = []) => ids.map((id) => pickOf({ kind, id }));
  return of.picked ?? [...under("analysis", before.analyses), ...under("contribution", before.contributions), ...under("evidence", before.evidence)];
}

interface Props {
  assessment: Assessment;
  outcome: PlanItem;
  finding: Finding | undefined;
  question?: string;
  analyses: readonly Analysis[];
  contributions: readonly OutputContribution[];
}

/** The form of a finding, and what it may rest on beside it; of a new one the question may be chosen before. */
export function FindingForm({ assessment, outcome, finding, question, analyses, contributions }: Props) {
  const base = { ...typed(finding), ...(question ? { question } : {}) };
  const draft = useDraft(`finding.${assessment.id}.${outcome.lineage_id}.${finding?.id ?? `new${question ? `.${question}` : ""}`}`, base, finding?.version);
  const gathered = useGathered(assessment, outcome.lineage_id);
  const papers = useAll<ListEvidenceResponse>(below("evidence?page_size=200"));
  const [composed, setComposed] = useState(false);
  const of = draft.value;
  useWriting(outcome.lineage_id, finding?.id ?? "", of.question);
  const items = gathered.data?.items ?? [];
  const picked = pickedIn(of);
  const here = new Set(items.map(pickOf));
  // What did not gather can be picked as well.
  const rest: [string, string, string][] = [
    ...analyses.map((one): [string, string, string] => [pickOf({ kind: "analysis", id: one.id }), `${say(one.indicator_name)}${one.area ? ` (${one.area})` : ""}`, one.indicator_code]),
    ...contributions.map((one): [string, string, string] => [pickOf({ kind: "contribution", id: one.id }), `${say(one.output_indicator_name)} → ${say(one.outcome_indicator_name)}`, `${one.output_indicator_code} → ${one.outcome_indicator_code}`]),
    ...(papers.data?.evidence ?? []).map((one): [string, string, string] => [pickOf({ kind: "evidence", id: one.id }), one.title, one.title]),
  ].filter(([pick]) => !here.has(pick!)) as [string, string, string][];
  const labels = useMemo(() => new Map([...rest.map(([pick, , label]) => [pick, label] as const), ...items.map((one) => [pickOf(one), one.label] as const)]), [rest.length, items]);
  const references = (value: Typed) => referencesOf(pickedIn(value), value.note, labels, finding?.evidence);
  const isPicked = (item: GatheredItem) => (item.id ? picked.includes(pickOf(item)) : isNoted(of.note, item.label));
  const pick = (item: GatheredItem) => {
    // Words that are taken over stay as restricted as they were, whatever else becomes of them.
    if (!item.id) draft.set({ note: noted(of.note, item.label), classification: higher(of.classification ?? "", item.classification) });
    else draft.set({ picked: isPicked(item) ? picked.filter((one) => one !== pickOf(item)) : [...picked, pickOf(item)] });
  };
  const put = (drafted: Text) => {
    const classification = items.filter(isPicked).reduce((known, item) => higher(known, item.classification), of.classification ?? "");
    draft.set({ narrative: appended(of.narrative, drafted), narrative_state: "draft", classification });
    setComposed(true);
  };
  const ticked = [
    analyses.filter((one) => picked.includes(pickOf({ kind: "analysis", id: one.id }))),
    contributions.filter((one) => picked.includes(pickOf({ kind: "contribution", id: one.id }))),
    items.filter((one) => isPicked(one) && !["analysis", "contribution"].includes(one.kind)),
  ] as const;
  const isRated = of.progress_rating || of.performance_rating;
  return (
    <div class="desk">
      <Form
        draft={draft}
        theirs={(current) => (current ? typed(current as Finding) : undefined)}
        submit={t("action.save")}
        onDone={closeDrawer}
        send={async (value, version) => {
          const { picked: _, note: __, ...said } = value;
          const own = finding ? { id: finding.id, version: version ?? finding.version } : {};
          const body = { finding: { ...own, assessment_id: assessment.id, outcome_lineage_id: outcome.lineage_id, ...said, classification: value.classification ?? finding?.classification ?? "", evidence: references(value) } };
          if (finding) await write("PUT", below("findings"), body);
          else await write("POST", below("findings"), body);
          expire(below(`assessments/${assessment.id}/findings`));
        }}
      >
        {(about) => (
          <>
            <p class="soft">{outcome.number} {say(outcome.statement)}</p>
            <Choice label={t("assess.question")} value={of.question} among={QUESTIONS.map((one) => [one, word(`question_${one}`)] as const)} onInput={(question) => draft.set({ question })} />
            <Writing outcome={outcome.lineage_id} question={of.question} />
            <TextPair label={t("field.narrative")} long value={of.narrative} wrong={about("narrative")} onInput={(narrative) => draft.set({ narrative, narrative_state: "edited" })} required />
            <div><button type="button" class="button" disabled={ticked.every((one) => one.length === 0)} onClick={() => put(compose(of.question, ...ticked))}>{t("assess.compose")}</button></div>
            {(composed || of.narrative_state === "draft") && <Notice tone="careful">{of.narrative_state === "draft" ? t("assess.composed") : t("draft_narrative.edited")}</Notice>}
            <div class="pair">
              <Choice label={t("assess.progress_rating")} none={t("assess.unrated")} value={of.progress_rating} wrong={about("progress_rating")} among={STATUSES} onInput={(progress_rating) => draft.set({ progress_rating })} />
              <Choice label={t("assess.performance")} none={t("assess.unrated")} value={of.performance_rating} wrong={about("performance_rating")} among={PERFORMANCES} onInput={(performance_rating) => draft.set({ performance_rating })} />
              <Choice label={t("assess.direction")} value={of.direction} among={FINDING_DIRECTIONS} onInput={(direction) => draft.set({ direction })} />
              <Choice label={t("field.confidence")} value={of.confidence} among={CONFIDENCES} onInput={(confidence) => draft.set({ confidence })} />
            </div>
            <TextArea label={t("assess.note")} value={of.note} wrong={about("evidence")} onInput={(note) => draft.set({ note })} />
            {isRated && references(of).length === 0 && <Notice tone="careful">{t("assess.needs_evidence")}</Notice>}
            <TextArea label={t("assess.alternatives")} value={of.alternative_explanations} onInput={(alternative_explanations) => draft.set({ alternative_explanations })} />
            <TextArea label={t("assess.dissent")} value={of.dissent} onInput={(dissent) => draft.set({ dissent })} />
          </>
        )}
      </Form>
      <div class="stack">
        <Gathered of={gathered} question={of.question} isPicked={isPicked} onPick={pick} />
        {gathered.data && rest.length > 0 && (
          <details>
            <summary>{t("evidence.rest", { count: rest.length })}</summary>
            <Choices label={t("evidence.rest_legend")} value={picked} onInput={(next) => draft.set({ picked: next })} among={rest.map(([pick, shown]) => [pick, shown] as const)} />
          </details>
        )}
      </div>
    </div>
  );
}
