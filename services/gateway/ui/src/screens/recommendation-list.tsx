// Recommendations as a table, with what may be done to each; proposing one; deciding on one.
import { Link } from "wouter-preact";
import { write } from "../api/client";
import { expire } from "../api/store";
import type { Finding, Recommendation } from "../api/types";
import { say, t, word } from "../i18n";
import { date } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, Choices, TextArea, TextField, TextPair } from "../parts/field";
import { Form, WriteButton } from "../parts/form";
import { Empty } from "../parts/notice";
import { Person } from "../parts/person";
import { State } from "../parts/status";
import { Table } from "../parts/table";
import { below, mayWrite, page } from "../session";
import { DECISIONS, RECOMMENDATION_KINDS } from "../words";

const NEXT: Record<string, string> = { accepted: "in_progress", partly: "in_progress", in_progress: "implemented", implemented: "verified" };

function changed(): void {
  expire(below("recommendations"), below("decisions"), below("plan-changes"), below("home"));
}

/** Recommendations as a table, with what may be done to each. */
export function RecommendationList({ rows }: { rows: readonly Recommendation[] }) {
  if (rows.length === 0) return <Empty>{t("recommendation.none")}</Empty>;
  return (
    <Table
      caption={t("spine.recommendations")}
      rows={rows}
      keyOf={(one) => one.id}
      columns={[
        { head: t("recommendation.text"), names: true, wide: true, cell: (one) => <>{say(one.text)}{one.indicator_codes.length > 0 && <p class="soft small">{one.indicator_codes.join(", ")}</p>}</> },
        { head: t("field.kind"), cell: (one) => word(`recommendation_${one.kind}`) },
        { head: t("recommendation.owner"), cell: (one) => one.owner_section || "–" },
        { head: t("recommendation.due"), cell: (one) => date(one.due) || "–" },
        { head: t("field.state"), cell: (one) => <State of={one.state} /> },
        { head: t("recommendation.decision"), cell: (one) => (one.decided_by ? <><Person id={one.decided_by} />, {date(one.decided_at)}{one.decision_reason && <p class="soft small">{one.decision_reason}</p>}</> : "–") },
        { head: t("recommendation.plan_change"), cell: (one) => (one.plan_change_id ? <Link href={`${page("plan")}?view=changes`}>{t("action.show")}</Link> : "–") },
        { head: <span class="unseen">{t("field.actions")}</span>, cell: (one) => <Moves of={one} /> },
      ]}
    />
  );
}

function Moves({ of }: { of: Recommendation }) {
  const next = NEXT[of.state];
  if (of.state === "proposed" && mayWrite("leadership")) {
    return <button type="button" class="button primary" onClick={() => openDrawer(t("recommendation.decide"), () => <DecideForm of={of} />)}>{t("recommendation.decide")}</button>;
  }
  if (next && mayWrite("coordinator", "component_head", "focal_point", "leadership")) {
    return (
      <WriteButton
        label={word(`to_${next}`)}
        work={async () => {
          await write("POST", below(`recommendations/${of.id}/progress`), { to: next }, { version: of.version });
          changed();
        }}
      />
    );
  }
  return null;
}

function DecideForm({ of }: { of: Recommendation }) {
  const draft = useDraft(`decide.${of.id}`, { decision: "accepted", reason: "" }, of.version);
  const now = draft.value;
  return (
    <Form
      draft={draft}
      submit={t("recommendation.decide")}
      onDone={closeDrawer}
      send={async (value, version) => {
        await write("POST", below(`recommendations/${of.id}/decide`), value, { version: version ?? of.version });
        changed();
      }}
    >
      {(about) => (
        <>
          <p><b>{say(of.text)}</b></p>
          {of.kind === "plan" && now.decision !== "rejected" && <p class="soft">{t("recommendation.opens_change")}</p>}
          <Choice label={t("recommendation.decision")} value={now.decision} among={DECISIONS} onInput={(decision) => draft.set({ decision })} />
          <TextArea label={t("field.reason")} value={now.reason} wrong={about("reason")} required={now.decision !== "accepted"} onInput={(reason) => draft.set({ reason })} />
        </>
      )}
    </Form>
  );
}

/** Proposing a recommendation from an assessment. */
export function ProposeForm({ assessmentId, findings, codes }: { assessmentId: string; findings: readonly Finding[]; codes: readonly string[] }) {
  const draft = useDraft(`recommendation.${assessmentId}`, { text: { en: "", fr: "" }, kind: "plan", owner_section: "", due: "", indicator_codes: [] as string[], finding_ids: [] as string[] });
  const of = draft.value;
  return (
    <Form
      draft={draft}
      submit={t("recommendation.propose")}
      onDone={closeDrawer}
      send={async (value) => {
        await write("POST", below("recommendations"), { recommendation: { ...value, assessment_id: assessmentId } });
        changed();
      }}
    >
      {(about) => (
        <>
          <TextPair label={t("recommendation.text")} long value={of.text} wrong={about("text")} onInput={(text) => draft.set({ text })} required />
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
