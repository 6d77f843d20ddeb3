// How an assessment goes: who was invited, what the one before left open, who signs, each step, and the way back.
import { Link } from "wouter-preact";
import { write } from "../api/client";
import { expire, put, useGet } from "../api/store";
import type { Assessment, AssessmentCourse, AssessmentInvitation, CarriedQuestion, Member } from "../api/types";
import { say, t, word } from "../i18n";
import { instant, period } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, TextArea, TextField } from "../parts/field";
import { Form, WriteButton } from "../parts/form";
import { Empty, Reading } from "../parts/notice";
import { Person } from "../parts/person";
import { State } from "../parts/status";
import { Table } from "../parts/table";
import { below, mayWrite, page, session } from "../session";
import { Signs } from "./assessment-signs";

export const PARTS = ["lead", "analyst", "adviser", "participant"] as const;
/** Where an assessment can be taken back to. */
const BACK: Record<string, readonly string[]> = { leadership_review: ["workshop", "analysis"], finalized: ["leadership_review"] };
const WHO_TAKES_BACK: Record<string, readonly string[]> = { leadership_review: ["coordinator", "leadership"], finalized: ["leadership"] };

/** The course of an assessment. */
export function Course({ of }: { of: Assessment }) {
  const found = useGet<AssessmentCourse>(below(`assessments/${of.id}/course`));
  const course = found.data;
  return (
    <Reading of={found}>
      {course && (
        <div class="stack">
          {of.state !== "scheduled" && (
            <section class="stack tight">
              <h3>{t("course.sign_off")}</h3>
              {of.state !== "leadership_review" && of.state !== "finalized" && course.sign_off.length > 0 && <p class="soft small">{t("course.signed_later")}</p>}
              <Signs of={of} course={course} />
            </section>
          )}
          <Invitations of={of} course={course} />
          {course.follows && <Carried of={of} course={course} />}
          <Steps of={of} course={course} />
        </div>
      )}
    </Reading>
  );
}

function Invitations({ of, course }: { of: Assessment; course: AssessmentCourse }) {
  const runs = of.state !== "finalized" && mayWrite("coordinator");
  const mine = course.invitations.find((one) => one.account_id === session.value?.account.id && one.state !== "withdrawn");
  return (
    <section class="stack tight">
      <div class="row between">
        <h3>{t("course.people")}</h3>
        {runs && <button type="button" class="button" onClick={() => openDrawer(t("course.invite"), () => <InviteForm of={of} />)}>{t("course.invite")}</button>}
      </div>
      {mine && of.state !== "finalized" && <Answer one={mine} />}
      {course.invitations.length === 0 ? <Empty>{t("course.nobody_invited")}</Empty> : <InvitationTable of={of} rows={course.invitations} runs={runs} />}
    </section>
  );
}

/** Who was invited, as what, and what they answered. */
export function InvitationTable({ of, rows, runs }: { of: Assessment; rows: readonly AssessmentInvitation[]; runs?: boolean }) {
  const withdraw = async (one: AssessmentInvitation) => {
    await write("PUT", below(`assessments/${of.id}/invitations`), { account_id: one.account_id, role: "" });
    expire(below(`assessments/${of.id}/course`));
  };
  return (
    <Table
      caption={t("course.people")}
      rows={rows}
      keyOf={(one) => one.account_id}
      columns={[
        { head: t("course.person"), names: true, cell: (one) => <Person id={one.account_id} /> },
        { head: t("course.part"), cell: (one) => word(`part_${one.role}`) },
        { head: t("field.state"), cell: (one) => <State of={one.state} /> },
        { head: t("course.word"), wide: true, cell: (one) => one.word || "–" },
        ...(runs ? [{ head: <span class="unseen">{t("course.withdraw")}</span>, cell: (one: AssessmentInvitation) => one.state !== "withdrawn" && <WriteButton label={t("course.withdraw")} work={() => withdraw(one)} /> }] : []),
      ]}
    />
  );
}

/** The invitation of who looks, and a way to answer. */
export function Answer({ one, titled }: { one: AssessmentInvitation; titled?: boolean }) {
  const answer = (accept: boolean) => openDrawer(t(accept ? "course.accept" : "course.decline"), () => <AnswerForm one={one} accept={accept} />);
  return (
    <div class="card row between">
      <span>
        {titled && <><Link href={`${page(`assessments/${one.assessment_id}`)}?outcome=course`}>{say(one.assessment_title)}</Link>: </>}
        {t("course.invited_as", { part: word(`part_${one.role}`) })} <State of={one.state} />
      </span>
      <span class="row">
        {one.state !== "accepted" && <button type="button" class="button primary" onClick={() => answer(true)}>{t("course.accept")}</button>}
        {one.state !== "declined" && <button type="button" class="button" onClick={() => answer(false)}>{t("course.decline")}</button>}
      </span>
    </div>
  );
}

function AnswerForm({ one, accept }: { one: AssessmentInvitation; accept: boolean }) {
  const draft = useDraft(`invitation.${one.assessment_id}.${accept}`, { word: "" });
  return (
    <Form
      draft={draft}
      submit={t(accept ? "course.accept" : "course.decline")}
      send={async (value) => {
        await write("POST", below(`assessments/${one.assessment_id}/invitations/answer`), { ...value, accept });
        expire(below(`assessments/${one.assessment_id}/course`));
        expire(below("assessment-invitations"));
        closeDrawer();
      }}
    >
      {(about) => <TextField label={t("course.word")} hint={t("course.word_hint")} value={draft.value.word} wrong={about("word")} onInput={(said) => draft.set({ word: said })} />}
    </Form>
  );
}

/** Each account of the mission once, by name. */
export function accounts(members: readonly Member[]): [string, string][] {
  const found = new Map(members.map((one) => [one.account_id, one.name] as const));
  return [...found].sort(([, one], [, other]) => one.localeCompare(other));
}

function InviteForm({ of }: { of: Assessment }) {
  const list = useGet<{ members: Member[] }>(below("members"));
  const draft = useDraft(`invite.${of.id}`, { account_id: "", role: "participant" });
  return (
    <Reading of={list}>
      <Form
        draft={draft}
        submit={t("course.invite")}
        send={async (value) => {
          await write("PUT", below(`assessments/${of.id}/invitations`), value);
          expire(below(`assessments/${of.id}/course`));
          closeDrawer();
        }}
      >
        {(about) => (
          <>
            <Choice label={t("course.person")} value={draft.value.account_id} wrong={about("account_id")} none={t("course.choose_person")} required among={accounts(list.data?.members ?? [])} onInput={(account_id) => draft.set({ account_id })} />
            <Choice label={t("course.part")} value={draft.value.role} among={PARTS.map((part) => [part, word(`part_${part}`)] as const)} onInput={(role) => draft.set({ role })} />
          </>
        )}
      </Form>
    </Reading>
  );
}

function Carried({ of, course }: { of: Assessment; course: AssessmentCourse }) {
  if (!course.follows) return null;
  return (
    <section class="stack tight">
      <h3>{t("course.carried")}</h3>
      <p class="soft">{t("course.follows")} <Link href={page(`assessments/${course.follows.id}`)}>{say(course.follows.title)}</Link>, {period(course.follows.period)}</p>
      {course.carried.length === 0 ? (
        <p class="soft">{t("course.nothing_carried")}</p>
      ) : (
        <Table
          caption={t("course.carried")}
          rows={byOutcome(course.carried)}
          keyOf={([first]) => first.outcome_lineage_id}
          columns={[
            { head: t("course.outcome"), names: true, wide: true, cell: ([first]) => <Link href={`${page(`assessments/${of.id}`)}?outcome=${first.outcome_lineage_id}`}>{first.number} {say(first.statement)}</Link> },
            { head: t("course.open_questions"), wide: true, cell: (own) => own.map((one) => <div key={one.question}><span class={`status ${one.answered ? "on_track" : "at_risk"}`}><span aria-hidden="true">{one.answered ? "✓" : "○"}</span> {one.answered ? t("assess.answered") : t("assess.open")}</span> {word(`question_${one.question}`)}</div>) },
          ]}
        />
      )}
    </section>
  );
}

/** The questions of each outcome together, in the order of the plan. */
function byOutcome(carried: readonly CarriedQuestion[]): [CarriedQuestion, ...CarriedQuestion[]][] {
  const found = new Map<string, [CarriedQuestion, ...CarriedQuestion[]]>();
  for (const one of carried) {
    const own = found.get(one.outcome_lineage_id);
    if (own) own.push(one);
    else found.set(one.outcome_lineage_id, [one]);
  }
  return [...found.values()];
}

function Steps({ of, course }: { of: Assessment; course: AssessmentCourse }) {
  const back = BACK[of.state];
  const may = back && mayWrite(...(WHO_TAKES_BACK[of.state] ?? []));
  return (
    <section class="stack tight">
      <div class="row between">
        <h3>{t("course.steps")}</h3>
        {may && <button type="button" class="button danger" onClick={() => openDrawer(t("course.take_back"), () => <BackForm of={of} to={back} />)}>{t("course.take_back")}</button>}
      </div>
      <StepTable course={course} />
    </section>
  );
}

/** Each step: when, who, from where to where, why. */
export function StepTable({ course }: { course: AssessmentCourse }) {
  return (
    <Table
      caption={t("course.steps")}
      rows={course.steps}
      keyOf={(one) => one.recorded_at + one.to}
      columns={[
        { head: t("course.when"), cell: (one) => instant(one.recorded_at) },
        { head: t("course.step"), names: true, cell: (one) => (one.from ? <>{word(one.from)} <span aria-hidden="true">→</span><span class="unseen">{t("course.to")}</span> {word(one.to)}</> : word(one.to)) },
        { head: t("course.who"), cell: (one) => one.recorded_by_name },
        { head: t("field.reason"), wide: true, cell: (one) => one.reason || "–" },
      ]}
    />
  );
}

function BackForm({ of, to }: { of: Assessment; to: readonly string[] }) {
  const draft = useDraft(`reopen.${of.id}`, { to: to[0] ?? "", reason: "" }, of.version);
  return (
    <Form
      draft={draft}
      submit={t("course.take_back")}
      send={async (value, version) => {
        const next = await write<Assessment>("POST", below(`assessments/${of.id}/reopen`), value, { version: version ?? of.version });
        put(below(`assessments/${of.id}`), next);
        expire(below(`assessments/${of.id}/course`));
        expire(below("assessments"));
        closeDrawer();
      }}
    >
      {(about) => (
        <>
          <p>{t("course.back_explain")}</p>
          <Choice label={t("course.back_to")} value={draft.value.to} wrong={about("to")} among={to} onInput={(next) => draft.set({ to: next })} />
          <TextArea label={t("field.reason")} value={draft.value.reason} wrong={about("reason")} required onInput={(reason) => draft.set({ reason })} />
        </>
      )}
    </Form>
  );
}
