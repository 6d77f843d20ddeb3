// What is written in a workshop: a dissent, a vote to be opened, a decision, a guest. What is typed is kept until it is stored.
import { useState } from "preact/hooks";
import { write } from "../api/client";
import { expire } from "../api/store";
import type { Finding, Text, Workshop, WorkshopVote } from "../api/types";
import { say, t, word } from "../i18n";
import { useDraft } from "../parts/draft";
import { Choice, TextArea, TextField, TextPair } from "../parts/field";
import { Form } from "../parts/form";
import { below } from "../session";
import { CLASSIFICATIONS, PERFORMANCES, RECOMMENDATION_KINDS, STATUSES } from "../words";
import { asked } from "./workshop-vote";

const EMPTY: Text = { en: "", fr: "" };

interface Within {
  of: Workshop;
  path: string;
  lineage: string;
  findings: readonly Finding[];
}

/** Raises a hand against a finding. */
export function DissentForm({ path, finding }: { path: string; finding: Finding }) {
  const [open, setOpen] = useState(false);
  const draft = useDraft(`dissent.${finding.id}`, { text: "" });
  if (!open) return <div><button type="button" class="button" onClick={() => setOpen(true)}>{t("workshop.raise")}</button></div>;
  return (
    <Form
      draft={draft}
      submit={t("workshop.raise_send")}
      send={async ({ text }) => {
        await write("POST", `${path}/dissents`, { finding_id: finding.id, text });
        expire(path, below("workshop-outcomes"));
      }}
      onDone={() => setOpen(false)}
      extra={<button type="button" class="button quiet" onClick={() => setOpen(false)}>{t("action.cancel")}</button>}
    >
      {(about) => <TextArea label={t("workshop.raise_text")} hint={t("workshop.raise_hint")} value={draft.value.text} wrong={about("text")} onInput={(text) => draft.set({ text })} required />}
    </Form>
  );
}

function onWhat(findings: readonly Finding[]): [string, string][] {
  return findings.map((one) => [one.id, `${word(`question_${one.question}`)} ${say(one.narrative).slice(0, 60)}`]);
}

/** Opens a vote on the outcome or on one of its findings. */
export function VoteForm({ path, lineage, findings }: Within) {
  const draft = useDraft(`vote.${lineage}`, { question: "progress", finding_id: "", text: EMPTY, how: "by_name", classification: "unclassified" });
  const of = draft.value;
  return (
    <Form
      draft={draft}
      submit={t("workshop.vote_open")}
      send={async ({ how, ...value }) => {
        await write<WorkshopVote>("POST", `${path}/votes`, { ...value, outcome_lineage_id: lineage, secret: how === "secret" });
        expire(path);
      }}
    >
      {(about) => (
        <>
          <div class="pair">
            <Choice label={t("workshop.question")} value={of.question} among={[["progress", t("workshop.asks_progress")], ["performance", t("workshop.asks_performance")], ["proposal", t("workshop.asks_proposal")]]} onInput={(question) => draft.set({ question })} />
            <Choice label={t("workshop.on")} value={of.finding_id} none={t("workshop.the_outcome")} among={onWhat(findings)} onInput={(finding_id) => draft.set({ finding_id })} />
          </div>
          <TextPair label={t("workshop.proposal")} value={of.text} wrong={about("text")} onInput={(text) => draft.set({ text })} required={of.question === "proposal"} />
          <div class="pair">
            <Choice label={t("workshop.how")} value={of.how} among={[["by_name", t("workshop.by_name")], ["secret", t("workshop.secret")]]} hint={t("workshop.how_hint")} wrong={about("secret")} onInput={(how) => draft.set({ how })} />
            <Choice label={t("classification.label")} value={of.classification} among={CLASSIFICATIONS} wrong={about("classification")} onInput={(classification) => draft.set({ classification })} />
          </div>
        </>
      )}
    </Form>
  );
}

interface Decided {
  text: Text;
  proposed_by: string;
  vote_id: string;
  finding_id: string;
  progress_rating: string;
  performance_rating: string;
  kind: string;
  owner_section: string;
  due: string;
  classification: string;
}

const UNDECIDED: Decided = { text: EMPTY, proposed_by: "", vote_id: "", finding_id: "", progress_rating: "", performance_rating: "", kind: "", owner_section: "", due: "", classification: "unclassified" };

/** Keeps what the room decided; the finding takes a rating over, and a recommendation is proposed, by the same act. */
export function DecisionForm({ of, path, lineage, findings }: Within) {
  const draft = useDraft<Decided>(`decision.${lineage}`, UNDECIDED);
  const typed = draft.value;
  const votes = of.votes.filter((vote) => vote.outcome_lineage_id === lineage && vote.state === "closed");
  const send = async ({ kind, owner_section, due, ...value }: Decided) => {
    const finding = findings.find((one) => one.id === value.finding_id);
    const recommendation = kind ? { text: value.text, kind, owner_section, due, finding_ids: finding ? [finding.id] : [], classification: value.classification } : null;
    await write("POST", `${path}/decisions`, { ...value, outcome_lineage_id: lineage, finding_version: finding?.version ?? 0, recommendation });
    expire(path, below("workshop-outcomes"), below("recommendations"), below(`assessments/${of.assessment_id}`));
  };
  return (
    <Form draft={draft} submit={t("workshop.decide")} send={send}>
      {(about) => (
        <>
          <TextPair label={t("workshop.decision")} value={typed.text} wrong={about("text")} onInput={(text) => draft.set({ text })} long required />
          <div class="pair">
            <TextField label={t("workshop.proposer")} value={typed.proposed_by} wrong={about("proposed_by")} onInput={(proposed_by) => draft.set({ proposed_by })} />
            <Choice label={t("workshop.after_vote")} value={typed.vote_id} none={t("workshop.no_vote")} among={votes.map((vote) => [vote.id, `${asked(vote)} ${say(vote.text)}`.trim()] as const)} onInput={(vote_id) => draft.set({ vote_id })} />
          </div>
          <Choice label={t("workshop.into")} hint={t("workshop.into_hint")} value={typed.finding_id} none={t("workshop.no_finding")} among={onWhat(findings)} wrong={about("evidence")} onInput={(finding_id) => draft.set({ finding_id })} />
          {typed.finding_id && (
            <div class="pair">
              <Choice label={t("workshop.asks_progress")} value={typed.progress_rating} none={t("workshop.as_it_is")} among={STATUSES} wrong={about("progress_rating")} onInput={(progress_rating) => draft.set({ progress_rating })} />
              <Choice label={t("workshop.asks_performance")} value={typed.performance_rating} none={t("workshop.as_it_is")} among={PERFORMANCES} onInput={(performance_rating) => draft.set({ performance_rating })} />
            </div>
          )}
          <div class="pair">
            <Choice label={t("workshop.recommend")} value={typed.kind} none={t("workshop.no_recommendation")} among={RECOMMENDATION_KINDS} onInput={(kind) => draft.set({ kind })} />
            <Choice label={t("classification.label")} value={typed.classification} among={CLASSIFICATIONS} wrong={about("classification")} onInput={(classification) => draft.set({ classification })} />
          </div>
          {typed.kind && (
            <div class="pair">
              <TextField label={t("workshop.owner")} value={typed.owner_section} wrong={about("owner_section")} onInput={(owner_section) => draft.set({ owner_section })} required />
              <TextField label={t("workshop.due")} type="date" value={typed.due} wrong={about("due")} onInput={(due) => draft.set({ due })} />
            </div>
          )}
        </>
      )}
    </Form>
  );
}

/** Writes a guest down. */
export function GuestForm({ path }: { path: string }) {
  const draft = useDraft("workshop-guest", { name: "", section: "" });
  return (
    <Form
      draft={draft}
      submit={t("workshop.guest_add")}
      send={async (value) => {
        await write("POST", `${path}/guests`, value);
        expire(path);
      }}
    >
      {(about) => (
        <div class="pair">
          <TextField label={t("workshop.guest")} value={draft.value.name} wrong={about("name")} onInput={(name) => draft.set({ name })} required />
          <TextField label={t("workshop.section")} value={draft.value.section} wrong={about("section")} onInput={(section) => draft.set({ section })} />
        </div>
      )}
    </Form>
  );
}
