// The minutes: put together by rules from what was kept; remarks while the workshop is open, corrections after it.
import { fileAddress, write } from "../api/client";
import { expire } from "../api/store";
import type { Assessment, Workshop, WorkshopAgendaItem, WorkshopRemark } from "../api/types";
import { say, t, word } from "../i18n";
import { instant } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { Choice, TextPair } from "../parts/field";
import { Form } from "../parts/form";
import { Notice } from "../parts/notice";
import { Classification } from "../parts/status";
import { mayWrite } from "../session";
import { CLASSIFICATIONS } from "../words";
import { VoteResult } from "./workshop-vote";
import { Decisions } from "./workshop-wall";

/** The minutes of a workshop. */
export function Minutes({ of, path, assessment }: { of: Workshop; path: string; assessment: Assessment | undefined }) {
  const open = of.state === "open";
  const mayCorrect = !open && assessment?.state !== "finalized" && mayWrite("coordinator");
  return (
    <div class="stack">
      <Notice action={<span class="row"><a class="button" href={fileAddress(`${path}/minutes.html?language=en`)}>{t("workshop.document_en")}</a><a class="button" href={fileAddress(`${path}/minutes.html?language=fr`)}>{t("workshop.document_fr")}</a></span>}>
        {open ? t("workshop.minutes_draft") : t("workshop.minutes_closed")}
      </Notice>
      <ul class="list">
        {of.steps.map((one) => <li key={one.recorded_at}>{t(one.step === "opened" ? "workshop.step_opened" : one.step === "closed" ? "workshop.step_closed" : "workshop.step_reopened", { at: instant(one.recorded_at), name: one.recorded_by_name })}{one.reason && `: ${one.reason}`}</li>)}
      </ul>
      {of.agenda.map((item) => <Discussed key={item.outcome_lineage_id} of={of} path={path} item={item} open={open && mayWrite("coordinator")} />)}
      {(of.corrections.length > 0 || mayCorrect) && (
        <section class="stack tight">
          <h2>{t("workshop.corrections")}</h2>
          <ul class="list">{of.corrections.map((one) => <li key={one.id}>{say(one.text)} <Classification of={one.classification} /> <span class="small soft">{one.recorded_by_name}, {instant(one.recorded_at)}</span></li>)}</ul>
          {mayCorrect && <CorrectionForm path={path} />}
        </section>
      )}
    </div>
  );
}

function Discussed({ of, path, item, open }: { of: Workshop; path: string; item: WorkshopAgendaItem; open: boolean }) {
  const lineage = item.outcome_lineage_id;
  const remarks = of.remarks.filter((one) => one.outcome_lineage_id === lineage);
  const own = remarks.find((one) => one.classification === of.classification);
  return (
    <section class="stack tight">
      <h2>{item.number} {say(item.statement)}</h2>
      {of.votes.filter((vote) => vote.outcome_lineage_id === lineage).map((vote) => <div class="card" key={vote.id}><VoteResult of={vote} /></div>)}
      <Decisions of={of} lineage={lineage} />
      {of.dissents.filter((one) => one.outcome_lineage_id === lineage).map((one) => <p key={one.id}><b>{t("workshop.dissent")}</b> {one.text} <span class="small soft">{one.recorded_by_name}{one.component && ` (${word(one.component)})`}, {instant(one.recorded_at)}</span></p>)}
      {remarks.filter((one) => !open || one !== own).map((one) => say(one.text) && <p key={one.classification}><b>{t("workshop.remark")}</b> {say(one.text)} <Classification of={one.classification} /></p>)}
      {open && <details><summary>{own ? t("workshop.remark_change") : t("workshop.remark_add")}</summary><RemarkForm of={of} path={path} lineage={lineage} remark={own} /></details>}
    </section>
  );
}

function RemarkForm({ of, path, lineage, remark }: { of: Workshop; path: string; lineage: string; remark: WorkshopRemark | undefined }) {
  const initial = { text: remark?.text ?? { en: "", fr: "" } };
  const draft = useDraft(`remark.${of.assessment_id}.${lineage}`, initial, remark?.version ?? 0);
  return (
    <Form
      draft={draft}
      submit={t("action.save")}
      send={async ({ text }, version) => {
        await write("PUT", `${path}/remarks`, { outcome_lineage_id: lineage, text, classification: of.classification }, { version: version ?? 0 });
        expire(path);
      }}
      theirs={(current) => ({ text: (current as WorkshopRemark).text ?? { en: "", fr: "" } })}
    >
      {(about) => <TextPair label={t("workshop.remark")} value={draft.value.text} wrong={about("text")} onInput={(text) => draft.set({ text })} long />}
    </Form>
  );
}

function CorrectionForm({ path }: { path: string }) {
  const draft = useDraft("workshop-correction", { text: { en: "", fr: "" }, classification: "unclassified" });
  return (
    <Form
      draft={draft}
      submit={t("workshop.correct")}
      send={async (value) => {
        await write("POST", `${path}/corrections`, value);
        expire(path);
      }}
    >
      {(about) => (
        <>
          <TextPair label={t("workshop.correction")} value={draft.value.text} wrong={about("text")} onInput={(text) => draft.set({ text })} long required />
          <Choice label={t("classification.label")} value={draft.value.classification} among={CLASSIFICATIONS} wrong={about("classification")} onInput={(classification) => draft.set({ classification })} />
        </>
      )}
    </Form>
  );
}
