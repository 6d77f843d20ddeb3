// The work plan: activities as a Gantt by section, what is critical, what is late, progress, and a calendar file.
import { useLocation } from "wouter-preact";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { Plan, WorkActivity, WorkPlan } from "../api/types";
import { Gantt } from "../charts/gantt";
import { language, say, t, word } from "../i18n";
import { date, percent } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, NumberField } from "../parts/field";
import { Form } from "../parts/form";
import { Empty, Notice, Reading } from "../parts/notice";
import { Tabs, useParameter } from "../parts/page";
import { Table } from "../parts/table";
import { itemIn, took } from "../plan/writes";
import { below, mayWrite } from "../session";
import { ACTIVITY_STATUSES } from "../words";
import { openItem } from "./plan-item";

const REPORTERS = ["coordinator", "component_head", "focal_point"];
const FILTERS: Record<string, (one: WorkActivity) => boolean> = { late: (one) => one.late !== "", critical: (one) => one.critical };

function workPath(plan: string): string {
  return below(`plans/${plan}/work-plan`);
}

/** The work plan of a plan; section and filter stand in the address. */
export function PlanWork({ plan }: { plan: Plan }) {
  const found = useGet<WorkPlan>(workPath(plan.id));
  const [section, only] = [useParameter("section"), useParameter("only")];
  const [, go] = useLocation();
  const work = found.data;
  const fits = FILTERS[only] ?? (() => true);
  const sections = (work?.sections ?? [])
    .filter((one) => !section || one.section === section)
    .map((one) => ({ ...one, activities: one.activities.filter(fits) }))
    .filter((one) => one.activities.length > 0);
  const all = (work?.sections ?? []).flatMap((one) => one.activities);
  const shown = sections.flatMap((one) => one.activities.map((activity) => ({ activity, section: one.section })));
  const late = all.filter((one) => one.late).length;
  const choose = (next: string) => {
    const search = new URLSearchParams(location.search);
    if (next) search.set("section", next);
    else search.delete("section");
    go(`${location.pathname}?${search}`);
  };
  const file = `/api/v1${workPath(plan.id)}.ics?${new URLSearchParams({ ...(section && { section }), language: language.value })}`;
  return (
    <Reading of={found}>
      {work && all.length === 0 && work.undated.length === 0 && <Empty>{t("work.none")}</Empty>}
      {work && all.length + work.undated.length > 0 && (
        <div class="stack">
          <div class="row between noprint">
            <div class="row">
              <label class="row">
                {t("plan.lead")}
                <select class="control" value={section} onChange={(event) => choose(event.currentTarget.value)}>
                  <option value="">{t("work.all_sections")}</option>
                  {work.sections.map((one) => <option key={one.section} value={one.section}>{one.section || t("work.no_section")}</option>)}
                </select>
              </label>
            </div>
            <a class="button" href={file} download>{t("work.calendar")}</a>
          </div>
          <Tabs label={t("work.show")} parameter="only" views={[["all", t("work.all")], ["late", t("work.late_count", { count: late })], ["critical", t("work.critical")]]} />
          <p class="soft">{t("work.ends", { start: date(work.start), end: date(work.end) })} {critical(work, all)}</p>
          {work.undated.length > 0 && <Notice tone="careful">{t("work.undated", { count: work.undated.length })} {work.undated.map((id) => plan.items.find((item) => item.id === id)?.number).join(", ")}</Notice>}
          {shown.length === 0 ? <Empty>{t("work.none_such")}</Empty> : <Gantt of={{ ...work, sections }} today={new Date().toISOString().slice(0, 10)} open={(one) => openActivity(plan, one)} />}
          {shown.length > 0 && <Legend />}
          {shown.length > 0 && <AsTable plan={plan} of={shown} />}
        </div>
      )}
    </Reading>
  );
}

/** The way that decides the end, by numbers. */
function critical(work: WorkPlan, all: readonly WorkActivity[]): string {
  const numbers = work.critical_path.map((id) => all.find((one) => one.item_id === id)?.number ?? "–");
  return numbers.length > 0 ? t("work.path", { path: numbers.join(" → ") }) : "";
}

function Legend() {
  return (
    <ul class="legend">
      <li><svg class="gantt" viewBox="0 0 14 14" aria-hidden="true"><g class="activity"><rect class="planned" width="14" height="14" rx="3" /></g></svg>{t("work.planned")}</li>
      <li><svg class="gantt" viewBox="0 0 14 14" aria-hidden="true"><g class="activity"><rect class="progress" width="14" height="14" rx="3" /></g></svg>{t("work.progress")}</li>
      <li><svg class="gantt" viewBox="0 0 14 14" aria-hidden="true"><g class="activity critical"><rect class="planned" x="1" y="1" width="12" height="12" rx="3" /></g></svg>{t("work.critical")}</li>
      <li><svg class="gantt" viewBox="0 0 14 14" aria-hidden="true"><g class="activity"><rect class="expected" x="1" y="1" width="12" height="12" rx="3" /></g></svg>{t("work.expected")}</li>
      <li><svg class="gantt" viewBox="0 0 14 14" aria-hidden="true"><g class="activity late"><path class="mark" d="M2 13l5 -11 l5 11z" /></g></svg>{t("work.late")}</li>
    </ul>
  );
}

function AsTable({ plan, of }: { plan: Plan; of: readonly { activity: WorkActivity; section: string }[] }) {
  const number = (id: string) => plan.items.find((item) => item.id === id)?.number ?? "–";
  return (
    <details>
      <summary>{t("work.table")}</summary>
      <Table
        caption={t("work.table")}
        rows={of}
        keyOf={({ activity }) => activity.item_id}
        columns={[
          { head: word("activity"), names: true, wide: true, cell: ({ activity, section }) => <><button type="button" class="number-link" onClick={() => openActivity(plan, activity)}>{activity.number} {say(activity.statement)}</button><span class="block-line soft small">{section}</span></> },
          { head: t("work.planned"), cell: ({ activity }) => `${date(activity.start)} – ${date(activity.end)}` },
          { head: t("work.expected"), cell: ({ activity }) => (activity.expected_end > activity.end ? `${date(activity.expected_start)} – ${date(activity.expected_end)}` : "–") },
          { head: t("work.after"), cell: ({ activity }) => activity.depends_on.map(number).join(", ") || "–" },
          { head: t("work.slack"), numeric: true, cell: ({ activity }) => (activity.critical ? <b>{t("work.critical")}</b> : activity.slack_days) },
          { head: t("field.status"), cell: ({ activity }) => `${word(activity.activity_status)} · ${percent(activity.progress_percent / 100)}` },
          { head: t("work.late"), cell: ({ activity }) => (activity.late ? <span class="status at_risk"><span aria-hidden="true">▲</span> {word(activity.late)}</span> : "–") },
        ]}
      />
    </details>
  );
}

function openActivity(plan: Plan, one: WorkActivity): void {
  openDrawer(`${one.number} ${word("activity")}`, () => <OneActivity planId={plan.id} given={one} />);
}

function OneActivity({ planId, given }: { planId: string; given: WorkActivity }) {
  const plan = useGet<Plan>(below(`plans/${planId}`)).data;
  const work = useGet<WorkPlan>(workPath(planId)).data;
  const one = work?.sections.flatMap((section) => section.activities).find((activity) => activity.item_id === given.item_id) ?? given;
  const item = plan?.items.find((candidate) => candidate.id === one.item_id);
  return (
    <div class="stack">
      <p><b>{say(one.statement)}</b></p>
      <dl class="facts">
        <div><dt>{t("work.planned")}</dt><dd>{date(one.start)} – {date(one.end)}</dd></div>
        {one.expected_end > one.end && <div><dt>{t("work.expected")}</dt><dd>{date(one.expected_start)} – {date(one.expected_end)}</dd></div>}
        <div><dt>{t("work.slack")}</dt><dd>{one.critical ? t("work.critical") : one.slack_days}</dd></div>
        {one.late && <div><dt>{t("work.late")}</dt><dd>{word(one.late)}</dd></div>}
      </dl>
      {plan && ["draft", "approved", "active"].includes(plan.state) && mayWrite(...REPORTERS) && <ProgressForm key={`${plan.version}`} plan={plan} one={one} />}
      {plan && item && <div><button type="button" class="button" onClick={() => openItem(plan, item)}>{t("work.whole")}</button></div>}
    </div>
  );
}

function ProgressForm({ plan, one }: { plan: Plan; one: WorkActivity }) {
  const draft = useDraft(`progress.${one.item_id}`, { activity_status: one.activity_status, progress_percent: String(one.progress_percent) }, plan.version);
  const now = draft.value;
  // Done is all of it, and what has not begun is nothing of it.
  const begin = (activity_status: string) => draft.set({ activity_status, ...(activity_status === "done" && { progress_percent: "100" }), ...(activity_status === "planned" && { progress_percent: "0" }) });
  return (
    <Form
      draft={draft}
      theirs={(current) => {
        const theirs = itemIn(current, one.item_id);
        return theirs && { activity_status: theirs.activity_status, progress_percent: String(theirs.progress_percent) };
      }}
      submit={t("work.report")}
      onDone={closeDrawer}
      send={async (value, version) => {
        const body = { activity_status: value.activity_status, progress_percent: Number(value.progress_percent) || 0 };
        took(await write<Plan>("POST", below(`plans/${plan.id}/items/${one.item_id}/progress`), body, { version: version ?? plan.version }));
        expire(workPath(plan.id));
      }}
    >
      {(about) => (
        <div class="pair">
          <Choice label={t("field.status")} value={now.activity_status} among={ACTIVITY_STATUSES} wrong={about("activity_status")} onInput={begin} />
          <NumberField label={t("plan.progress")} value={now.progress_percent} wrong={about("item.progress_percent")} onInput={(progress_percent) => draft.set({ progress_percent })} />
        </div>
      )}
    </Form>
  );
}
