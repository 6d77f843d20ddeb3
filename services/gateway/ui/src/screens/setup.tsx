// Setting a mission up: from nothing to a first plan. What is done is read from what the mission has.
import type { ComponentChildren } from "preact";
import { Link } from "wouter-preact";
import { write } from "../api/client";
import { expire, put, useGet } from "../api/store";
import type { Assessment, ListAreasResponse, ListAssessmentsResponse, ListIndicatorsResponse, ListMandatesResponse, ListPlansResponse, MappingSchedule, Member, Plan } from "../api/types";
import { say, t, word } from "../i18n";
import { period } from "../i18n/format";
import { containing } from "../i18n/periods";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, NumberField, TextField, TextPair, numberOf } from "../parts/field";
import { Form } from "../parts/form";
import { Icon } from "../parts/icon";
import { Reading } from "../parts/notice";
import { PageHead } from "../parts/page";
import { below, may, mayWrite, mission, missionCode, missionName, page, session } from "../session";
import { took } from "../plan/writes";
import { ASSESSMENT_KINDS } from "../words";
import { Closing } from "./closing";
import { ImportAreas } from "./context-import";
import { MemberForm } from "./member-form";
import { MandateForm } from "./plan-mandate-form";

/** Who plans together; support serves them. */
const PLANNING = ["civilian", "military", "police"];
const OVERSEEING = ["leadership", "component_head", "coordinator", "hq_analyst"];

interface StepOf {
  name: string;
  title: string;
  told?: string;
  done: boolean;
  has?: ComponentChildren;
  actions?: ComponentChildren;
}

/** The steps, one after the other; each can be done in any order. */
export default function Setup() {
  const areas = useGet<ListAreasResponse>(below("areas"));
  const members = useGet<{ members: Member[] }>(below("members"));
  const mapping = useGet<MappingSchedule>(below("mapping-schedule"));
  const assessments = useGet<ListAssessmentsResponse>(below("assessments"));
  const mandates = useGet<ListMandatesResponse>(below("mandates"));
  const plans = useGet<ListPlansResponse>(below("plans"));
  const indicators = useGet<ListIndicatorsResponse>(below("indicators?page_size=200"));
  const reads = [areas, members, mapping, assessments, mandates, plans, indicators];
  const waits = reads.find((one) => one.data === undefined);
  const state = mission.value?.state ?? "";
  const closing = state !== "active" && may(...OVERSEEING);
  return (
    <>
      <PageHead title={t("setup.title")} sub={missionName(mission.value)} />
      <div class="stack">
        {closing && missionCode.value && <Closing of={{ code: missionCode.value, state }} steps={false} />}
        <Reading of={waits ?? { data: true, again: () => undefined }}>
          {!waits && (
            <Steps
              of={[
                missionStep(),
                areasStep(areas.data),
                peopleStep(members.data),
                cycleStep(mapping.data, assessments.data),
                mandateStep(mandates.data),
                planStep(plans.data),
                libraryStep(indicators.data),
              ]}
            />
          )}
        </Reading>
      </div>
    </>
  );
}

function Steps({ of }: { of: readonly StepOf[] }) {
  const done = of.filter((one) => one.done).length;
  const writes = mayWrite("coordinator");
  return (
    <>
      <p>{t("setup.told")}</p>
      <p role="status"><b>{t("setup.progress", { done, all: of.length })}</b></p>
      <ol class="stack">
        {of.map((one, place) => (
          <li key={one.name} class="card stack tight" aria-labelledby={`setup-${one.name}`}>
            <div class="row between">
              <h2 id={`setup-${one.name}`}>{place + 1}. {one.title}</h2>
              <span class={`status ${one.done ? "on_track" : "no_data"}`}>
                <Icon name={one.done ? "good" : "waiting"} />
                {t(one.done ? "setup.done" : "setup.to_do")}
              </span>
            </div>
            {one.told && <p class="soft">{one.told}</p>}
            {one.has && <p>{one.has}</p>}
            {one.actions && (writes ? <div class="row">{one.actions}</div> : <p class="soft small">{t("setup.not_yours")}</p>)}
          </li>
        ))}
      </ol>
    </>
  );
}

/** A button that opens a form beside the steps; the first thing to do stands out while it is not done. */
function Opens({ label, done, draw }: { label: string; done: boolean; draw: Parameters<typeof openDrawer>[1] }) {
  return <button type="button" class={done ? "button" : "button primary"} onClick={() => openDrawer(label, draw)}>{label}</button>;
}

function missionStep(): StepOf {
  const of = mission.value;
  const languages = (of?.languages ?? []).map((one) => one.toUpperCase()).join(", ");
  return { name: "mission", title: t("setup.mission"), done: true, has: <><b>{of?.code}</b> {missionName(of)} · {t("setup.mission_facts", { languages, month: of?.fiscal_year_start_month })}</> };
}

function areasStep(of: ListAreasResponse | undefined): StepOf {
  const count = of?.areas.length ?? 0;
  return {
    name: "areas", title: t("setup.areas"), told: t("setup.areas_told"), done: count > 0,
    has: count > 0 && t("setup.areas_have", { count }),
    actions: <Opens label={t("setup.areas_do")} done={count > 0} draw={() => <ImportAreas />} />,
  };
}

function peopleStep(of: { members: Member[] } | undefined): StepOf {
  const members = of?.members ?? [];
  const others = new Set(members.filter((one) => one.account_id !== session.value?.account.id).map((one) => one.account_id));
  const sections = [...new Set(members.map((one) => one.section).filter(Boolean))].sort();
  const whole = members.some((one) => !one.component && one.role !== "coordinator");
  const missing = whole ? [] : PLANNING.filter((component) => !members.some((one) => one.component === component));
  return {
    name: "people", title: t("setup.people"), told: t("setup.people_told"), done: others.size > 0,
    has: (
      <>
        {t("setup.people_have", { count: new Set(members.map((one) => one.account_id)).size, sections: sections.join(", ") || t("setup.people_none") })}
        {missing.length > 0 && <> <span class="soft">{t("setup.people_missing", { components: missing.map(word).join(", ") })}</span></>}
      </>
    ),
    actions: <Opens label={t("setup.people_do")} done={others.size > 0} draw={() => <MemberForm />} />,
  };
}

function cycleStep(mapping: MappingSchedule | undefined, assessments: ListAssessmentsResponse | undefined): StepOf {
  const isSet = (mapping?.version ?? 0) > 0;
  const scheduled = assessments?.assessments ?? [];
  return {
    name: "cycle", title: t("setup.cycle"), told: t("setup.cycle_told"), done: isSet && scheduled.length > 0,
    has: (
      <>
        {isSet ? t("setup.cycle_map", { count: mapping?.interval_months ?? 0 }) : t("setup.cycle_map_not")}; {t("setup.cycle_assess", { count: scheduled.length })}
        {scheduled[0] && <span class="soft"> ({period(scheduled[0].period)})</span>}
      </>
    ),
    actions: (
      <>
        {mapping && <Opens label={t("setup.cycle_do_map")} done={isSet} draw={() => <IntervalForm of={mapping} />} />}
        <Opens label={t("setup.cycle_do_assess")} done={scheduled.length > 0} draw={() => <AssessmentForm />} />
      </>
    ),
  };
}

function mandateStep(of: ListMandatesResponse | undefined): StepOf {
  const mandates = of?.mandates ?? [];
  const count = mandates.reduce((sum, one) => sum + one.tasks.length, 0);
  return {
    name: "mandate", title: t("setup.mandate"), told: t("setup.mandate_told"), done: mandates.length > 0,
    has: mandates.length > 0 && t("setup.mandate_have", { resolutions: mandates.map((one) => one.resolution).join(", "), count }),
    actions: <Opens label={t("setup.mandate_do")} done={mandates.length > 0} draw={() => <MandateForm />} />,
  };
}

function planStep(of: ListPlansResponse | undefined): StepOf {
  const first = of?.plans[0];
  return {
    name: "plan", title: t("setup.plan"), told: t("setup.plan_told"), done: Boolean(first),
    has: first && <>{say(first.title)} · {word(first.state)}</>,
    actions: first ? <Link class="button" href={page(`plan/${first.id}`)}>{t("setup.plan_open")}</Link> : <Opens label={t("setup.plan_do")} done={false} draw={() => <PlanForm />} />,
  };
}

function libraryStep(of: ListIndicatorsResponse | undefined): StepOf {
  const count = of?.indicators.length ?? 0;
  return {
    name: "library", title: t("setup.library"), told: t("setup.library_told"), done: count > 0,
    has: count > 0 && t("setup.library_have", { count }),
    actions: <Link class={count > 0 ? "button" : "button primary"} href={page("library")}>{t("setup.library_do")}</Link>,
  };
}

function IntervalForm({ of }: { of: MappingSchedule }) {
  const draft = useDraft("mapping-schedule", { months: String(of.interval_months) }, of.version);
  return (
    <Form
      draft={draft}
      theirs={(current) => (current ? { months: String((current as MappingSchedule).interval_months) } : undefined)}
      submit={t("setup.save")}
      onDone={closeDrawer}
      send={async (value, version) => {
        put(below("mapping-schedule"), await write<MappingSchedule>("PUT", below("mapping-schedule"), { interval_months: numberOf(value.months) ?? 0 }, { version: version ?? of.version }));
        expire(below("home"));
      }}
    >
      {(about) => <NumberField label={t("setup.months")} value={draft.value.months} wrong={about("interval_months")} onInput={(months) => draft.set({ months })} required />}
    </Form>
  );
}

function AssessmentForm() {
  const draft = useDraft("assessment", { title: { en: "", fr: "" }, kind: "impact", period: containing(new Date(), "half_year", mission.value?.fiscal_year_start_month) });
  const of = draft.value;
  return (
    <Form
      draft={draft}
      submit={t("setup.cycle_do_assess")}
      onDone={closeDrawer}
      send={async (value) => {
        await write<Assessment>("POST", below("assessments"), value);
        expire(below("assessments"));
      }}
    >
      {(about) => (
        <>
          <TextPair label={t("field.title")} value={of.title} wrong={about("title")} onInput={(title) => draft.set({ title })} required />
          <div class="pair">
            <Choice label={t("field.kind")} value={of.kind} among={ASSESSMENT_KINDS} onInput={(kind) => draft.set({ kind })} />
            <TextField label={t("field.period")} hint={t("field.period_hint")} value={of.period} wrong={about("period")} onInput={(next) => draft.set({ period: next })} required />
          </div>
        </>
      )}
    </Form>
  );
}

function PlanForm() {
  const year = new Date().getUTCFullYear();
  const draft = useDraft("plan", { title: { en: "", fr: "" }, start: `${year}-07-01`, end: `${year + 1}-06-30` });
  const of = draft.value;
  return (
    <Form
      draft={draft}
      submit={t("setup.plan_do")}
      onDone={closeDrawer}
      send={async (value) => {
        took(await write<Plan>("POST", below("plans"), value));
        expire(below("plans"));
      }}
    >
      {(about) => (
        <>
          <TextPair label={t("field.title")} value={of.title} wrong={about("title")} onInput={(title) => draft.set({ title })} required />
          <div class="pair">
            <TextField label={t("field.start")} type="date" value={of.start} wrong={about("start")} onInput={(start) => draft.set({ start })} required />
            <TextField label={t("field.end")} type="date" value={of.end} wrong={about("end")} onInput={(end) => draft.set({ end })} required />
          </div>
        </>
      )}
    </Form>
  );
}
