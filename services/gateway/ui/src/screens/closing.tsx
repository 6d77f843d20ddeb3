// Closing a mission: what is not done, the next state with its reason, and how it came to the one it has.
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { KeptMission, MissionStep, OpenWorkLine } from "../api/types";
import { t, word } from "../i18n";
import { instant, number } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { TextArea } from "../parts/field";
import { Form } from "../parts/form";
import { Empty, Notice, Reading } from "../parts/notice";
import { State } from "../parts/status";
import { Table } from "../parts/table";
import { confirm } from "../session";

type Said = Parameters<typeof t>[0];

/** Kind and state, or the kind where its states read the same here. */
const WORK: Record<string, Said> = {
  "import under_way": "work.import_under_way", "import previewed": "work.import_previewed",
  "observation draft": "work.observation_draft", "observation returned": "work.observation_returned", "observation submitted": "work.observation_submitted", "observation verified": "work.observation_verified",
  "task open": "work.task_open", "task late": "work.task_late",
  "plan draft": "work.plan_draft", "plan in_review": "work.plan_in_review", "plan endorsed": "work.plan_endorsed", "plan approved": "work.plan_approved", "plan_change open": "work.plan_change_open",
  "indicator draft": "work.indicator_draft", "indicator approved": "work.indicator_approved",
  "context_map draft": "work.context_map_draft", "context_map reviewed": "work.context_map_reviewed",
  assessment: "work.assessment", "recommendation proposed": "work.recommendation_proposed", recommendation: "work.recommendation", fact_sheet: "work.fact_sheet",
};
const TOLD: Record<string, Said> = { active: "closing.told_active", closing: "closing.told_closing", closed: "closing.told_closed" };
const NEXT: Record<string, string> = { active: "closing", closing: "closed" };

/** All of it, of one mission; only an operator takes a step. */
export function Closing({ of, steps: mayStep }: { of: Pick<KeptMission, "code" | "state"> & { version?: number }; steps: boolean }) {
  const base = `/missions/${of.code}`;
  const work = useGet<{ work: OpenWorkLine[] }>(`${base}/open-work`);
  const steps = useGet<{ steps: MissionStep[] }>(`${base}/steps`);
  return (
    <section class="card stack" aria-labelledby="closing-title">
      <div class="row between">
        <h2 id="closing-title">{t("closing.title")}</h2>
        <State of={of.state} />
      </div>
      <Notice tone={of.state === "closing" ? "careful" : "info"}>{t(TOLD[of.state] ?? "closing.told_active")}</Notice>
      {of.state !== "closed" && (
        <>
          <h3>{t("closing.work")}</h3>
          <Reading of={work}>{work.data && <Work of={work.data.work} />}</Reading>
        </>
      )}
      {mayStep && NEXT[of.state] && of.version !== undefined && <Step key={of.state} code={of.code} to={NEXT[of.state] ?? ""} version={of.version} />}
      <h3>{t("closing.steps")}</h3>
      <Reading of={steps}>{steps.data && <Steps of={steps.data.steps} />}</Reading>
    </section>
  );
}

function Work({ of }: { of: readonly OpenWorkLine[] }) {
  if (of.length === 0) return <Empty>{t("closing.work_none")}</Empty>;
  return (
    <Table
      caption={t("closing.work")}
      rows={of}
      keyOf={(one) => `${one.kind} ${one.state}`}
      wrong={(one) => one.first}
      columns={[
        { head: t("closing.what"), names: true, wide: true, cell: (one) => named(one) },
        { head: t("closing.how_many"), numeric: true, cell: (one) => (one.count === undefined ? t("closing.many") : number(one.count)) },
        { head: t("closing.before"), cell: (one) => (one.first ? <b>{t("closing.first")}</b> : <span class="soft">{t("closing.stays")}</span>) },
      ]}
    />
  );
}

function named(one: OpenWorkLine): string {
  const said = WORK[`${one.kind} ${one.state}`];
  if (said) return t(said);
  const kind = WORK[one.kind];
  return t("closing.in_state", { what: kind ? t(kind) : one.kind, state: word(one.state) });
}

function Step({ code, to, version }: { code: string; to: string; version: number }) {
  const draft = useDraft(`closing.${code}.${to}`, { reason: "" });
  return (
    <Form
      draft={draft}
      submit={t(to === "closed" ? "closing.close" : "closing.begin", { code })}
      send={async ({ reason }) => {
        await write("PATCH", `/missions/${code}`, { state: to, reason }, { version });
        expire("/missions", `/missions/${code}`);
        await confirm();
      }}
    >
      {(about) => (
        <>
          {to === "closed" && <p><b>{t("closing.sure", { code })}</b></p>}
          <TextArea label={t("closing.reason")} hint={t("closing.reason_hint")} value={draft.value.reason} wrong={about("reason")} onInput={(reason) => draft.set({ reason })} required />
        </>
      )}
    </Form>
  );
}

function Steps({ of }: { of: readonly MissionStep[] }) {
  if (of.length === 0) return <p class="soft">{t("closing.no_steps")}</p>;
  return (
    <Table
      caption={t("closing.steps")}
      rows={of}
      keyOf={(one) => one.at}
      columns={[
        { head: t("closing.when"), names: true, cell: (one) => instant(one.at) },
        { head: t("closing.change"), cell: (one) => t("closing.from_to", { from: word(one.from), to: word(one.to) }) },
        { head: t("closing.who"), cell: (one) => one.by_name },
        { head: t("closing.reason"), wide: true, cell: (one) => one.reason },
      ]}
    />
  );
}
