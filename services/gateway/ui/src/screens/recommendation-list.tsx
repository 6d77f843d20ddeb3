// Recommendations as a table, with what may be done to each; proposing one.
import { write } from "../api/client";
import type { Finding, Recommendation } from "../api/types";
import { say, t, word } from "../i18n";
import { useDraft } from "../parts/draft";
import { closeDrawer } from "../parts/drawer";
import { Choice, Choices, TextField, TextPair } from "../parts/field";
import { Form } from "../parts/form";
import { Empty } from "../parts/notice";
import { State } from "../parts/status";
import { Table } from "../parts/table";
import { below } from "../session";
import { RECOMMENDATION_KINDS } from "../words";
import { changed } from "./recommendation-forms";
import { DecisionTold, DueMark, EffectTold, Moves, openRecommendation, PlanChangeTold } from "./recommendation-parts";
import { link, Similar } from "./recommendation-similar";

/** Recommendations as a table, with what may be done to each. */
export function RecommendationList({ rows, among = rows, empty = t("recommendation.none"), caption = t("spine.recommendations") }: { rows: readonly Recommendation[]; among?: readonly Recommendation[]; empty?: string; caption?: string }) {
  if (rows.length === 0) return <Empty>{empty}</Empty>;
  return (
    <Table
      caption={caption}
      rows={rows}
      keyOf={(one) => one.id}
      columns={[
        { head: t("recommendation.text"), names: true, wide: true, cell: (one) => <><button type="button" class="number-link" onClick={() => openRecommendation(one, among)}>{say(one.text)}</button>{one.duplicate_of && <p class="soft small">{t("similar.is_duplicate")}</p>}</> },
        { head: t("field.kind"), cell: (one) => word(`recommendation_${one.kind}`) },
        { head: t("recommendation.owner"), cell: (one) => one.owner_section || "–" },
        { head: t("recommendation.due"), cell: (one) => <DueMark of={one} /> },
        { head: t("field.state"), cell: (one) => <State of={one.state} /> },
        { head: t("recommendation.decision"), wide: true, cell: (one) => <DecisionTold of={one} /> },
        { head: t("recommendation.plan_change"), cell: (one) => <PlanChangeTold of={one} /> },
        { head: t("effect.title"), cell: (one) => <EffectTold of={one} wanted={rows.length <= EFFECTS_READ} /> },
        { head: <span class="unseen">{t("field.actions")}</span>, cell: (one) => <Moves of={one} among={among} /> },
      ]}
    />
  );
}

/** Of more rows than this the drawer reads the effect, so that a long list costs one request. */
export const EFFECTS_READ = 25;

/** Proposing a recommendation from an assessment. */
export function ProposeForm({ assessmentId, findings, codes }: { assessmentId: string; findings: readonly Finding[]; codes: readonly string[] }) {
  const draft = useDraft(`recommendation.${assessmentId}`, { text: { en: "", fr: "" }, kind: "plan", owner_section: "", due: "", indicator_codes: [] as string[], finding_ids: [] as string[], duplicate_of: "" });
  const of = draft.value;
  return (
    <Form
      draft={draft}
      submit={t("recommendation.propose")}
      onDone={closeDrawer}
      send={async ({ duplicate_of, ...value }) => {
        const made = await write<Recommendation>("POST", below("recommendations"), { recommendation: { ...value, assessment_id: assessmentId } });
        if (duplicate_of) await link(made, duplicate_of);
        changed();
      }}
    >
      {(about) => (
        <>
          <TextPair label={t("recommendation.text")} long value={of.text} wrong={about("text")} onInput={(text) => draft.set({ text })} required />
          <Similar text={of.text} codes={of.indicator_codes} findings={of.finding_ids} chosen={of.duplicate_of ?? ""} onChoose={(duplicate_of) => draft.set({ duplicate_of })} />
          <div class="pair">
            <Choice label={t("field.kind")} value={of.kind} among={RECOMMENDATION_KINDS.map((one) => [one, word(`recommendation_${one}`)] as const)} onInput={(kind) => draft.set({ kind })} />
            <TextField label={t("recommendation.owner")} value={of.owner_section} wrong={about("owner_section")} onInput={(owner_section) => draft.set({ owner_section })} required />
            <TextField label={t("recommendation.due")} type="date" value={of.due} wrong={about("due")} onInput={(due) => draft.set({ due })} required />
          </div>
          {codes.length > 0 && <Choices label={t("recommendation.effect_on")} value={of.indicator_codes} onInput={(indicator_codes) => draft.set({ indicator_codes })} among={codes.map((code) => [code, code] as const)} />}
          {findings.length > 0 && <Choices label={t("assess.findings")} value={of.finding_ids} onInput={(finding_ids) => draft.set({ finding_ids })} among={findings.map((one) => [one.id, say(one.narrative).slice(0, 80)] as const)} />}
        </>
      )}
    </Form>
  );
}
