// Assessments: the list; one of them has a workspace.
import { Link, useLocation } from "wouter-preact";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { Assessment, ListAssessmentsResponse, ListMyInvitationsResponse, Text } from "../api/types";
import { say, t, word } from "../i18n";
import { instant, period } from "../i18n/format";
import { containing } from "../i18n/periods";
import { useDraft } from "../parts/draft";
import { openDrawer } from "../parts/drawer";
import { Choice, TextField, TextPair } from "../parts/field";
import { Form } from "../parts/form";
import { Empty, Reading } from "../parts/notice";
import { PageHead, Tabs, useParameter } from "../parts/page";
import { State } from "../parts/status";
import { Table } from "../parts/table";
import { below, mayWrite, mission, page } from "../session";
import { ASSESSMENT_KINDS } from "../words";
import { Workspace } from "./assessment";
import { Calendar } from "./assessment-calendar";
import { Answer } from "./assessment-course";

/** The list, or one workspace. */
export default function Assessments({ id }: { id?: string | undefined }) {
  return id ? <Workspace key={id} id={id} /> : <List />;
}

function List() {
  const list = useGet<ListAssessmentsResponse>(below("assessments"));
  const invited = useGet<ListMyInvitationsResponse>(below("assessment-invitations"));
  const view = useParameter("view");
  const all = list.data?.assessments ?? [];
  const open = (from?: Begun) => openDrawer(t("assess.schedule"), () => <Schedule from={from} all={all} />);
  const schedule = mayWrite("coordinator") && <button type="button" class="button primary" onClick={() => open()}>{t("assess.schedule")}</button>;
  const waiting = invited.data?.invitations.filter((one) => one.state === "invited") ?? [];
  return (
    <>
      <PageHead title={t("spine.assessments")}>{schedule}</PageHead>
      <Tabs label={t("spine.assessments")} views={[["list", t("cycle.list")], ["calendar", t("cycle.calendar")]]} />
      {waiting.map((one) => <Answer key={one.assessment_id} one={one} titled />)}
      <Reading of={list}>
        {view === "calendar" ? (
          <Calendar assessments={all} schedule={(slot, kind) => open({ kind, period: slot.period })} />
        ) : list.data?.assessments.length === 0 ? (
          <Empty>{t("assess.none")}</Empty>
        ) : (
          <Table
            caption={t("spine.assessments")}
            rows={all}
            keyOf={(one) => one.id}
            columns={[
              { head: t("field.title"), names: true, cell: (one) => <Link href={page(`assessments/${one.id}`)}>{say(one.title)}</Link> },
              { head: t("field.kind"), cell: (one) => word(one.kind) },
              { head: t("field.period"), cell: (one) => period(one.period) },
              { head: t("assess.plan"), cell: (one) => (one.plan_number ? t("plan.version", { number: one.plan_number }) : "–") },
              { head: t("assess.cut_off"), cell: (one) => instant(one.cut_off) || "–" },
              { head: t("field.state"), cell: (one) => <State of={one.state} /> },
            ]}
          />
        )}
      </Reading>
    </>
  );
}

/** What the cycle gives the next assessment to begin with. */
interface Begun {
  kind: string;
  period: string;
}

/** The title of the last one with the new period in place of its own; without one, kind and period. */
export function nextTitle(last: Assessment | undefined, begun: Begun): Text {
  const next = period(begun.period);
  const year = /\d{4}/.exec(begun.period)?.[0] ?? begun.period;
  const lastYear = last && /\d{4}/.exec(last.period)?.[0];
  const renamed = (text: string) => (last && text.includes(period(last.period)) ? text.replace(period(last.period), next) : lastYear && text.includes(lastYear) ? text.replace(lastYear, begun.period.length > 4 ? next : year) : "");
  const own = `${word(begun.kind)}, ${next}`;
  return { en: renamed(last?.title?.en ?? "") || own, fr: renamed(last?.title?.fr ?? "") || own };
}

function Schedule({ from, all }: { from: Begun | undefined; all: readonly Assessment[] }) {
  const [, go] = useLocation();
  const last = from && all.find((one) => one.kind === from.kind);
  const begun = { kind: from?.kind ?? "impact", period: from?.period ?? containing(new Date(), "half_year", mission.value?.fiscal_year_start_month) };
  const initial = { ...begun, title: from ? nextTitle(last, from) : { en: "", fr: "" }, follows_id: last?.id ?? "" };
  const draft = useDraft(from ? `assessment.${from.kind}.${from.period}` : "assessment", initial);
  const of = draft.value;
  return (
    <Form
      draft={draft}
      submit={t("assess.schedule")}
      send={async (value) => {
        const made = await write<Assessment>("POST", below("assessments"), value);
        expire(below("assessments"));
        go(page(`assessments/${made.id}`));
      }}
    >
      {(about) => (
        <>
          <TextPair label={t("field.title")} value={of.title} wrong={about("title")} onInput={(title) => draft.set({ title })} required />
          <div class="pair">
            <Choice label={t("field.kind")} value={of.kind} among={ASSESSMENT_KINDS} onInput={(kind) => draft.set({ kind })} />
            <TextField label={t("field.period")} hint={t("field.period_hint")} value={of.period} wrong={about("period")} onInput={(next) => draft.set({ period: next })} required />
          </div>
          {all.length > 0 && <Choice label={t("cycle.follows")} hint={t("cycle.follows_hint")} value={of.follows_id} none={t("cycle.follows_none")} among={all.map((one) => [one.id, `${say(one.title)} (${period(one.period)})`] as const)} onInput={(follows_id) => draft.set({ follows_id })} />}
        </>
      )}
    </Form>
  );
}
