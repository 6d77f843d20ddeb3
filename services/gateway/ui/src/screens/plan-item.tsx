// One plan item in the drawer: all its fields, moving it, removing it.
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { useAll, useGet } from "../api/store";
import type { ListAreasResponse, ListLibraryTemplateVersionsResponse, ListMandatesResponse, ListPlanChangesResponse, ListStakeholdersResponse, Plan, PlanChange, PlanItem } from "../api/types";
import { say, t, word } from "../i18n";
import { date, percent } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, Choices, ListField, NumberField, TextField, TextPair } from "../parts/field";
import { Form, WriteButton } from "../parts/form";
import { Reading, Trouble } from "../parts/notice";
import { useWrite } from "../parts/write";
import { adds, historyOf, moved, removed, revised } from "../plan/history";
import { type Kind, moveTargets, withDescendants } from "../plan/tree";
import { itemIn, moveItem, removeItem, reviseItem } from "../plan/writes";
import { below, isStaff, mayWrite, page } from "../session";
import { ACTIVITY_STATUSES, COMPONENTS, DIMENSIONS } from "../words";
import { ItemComments } from "./plan-comments";
import { ItemFindings } from "./plan-marks";
import { Trace } from "./plan-trace";

type Set = (change: Partial<PlanItem>) => void;
type About = (field: string) => string | undefined;

/** Opens an item in the drawer. */
export function openItem(plan: Plan, item: PlanItem): void {
  openDrawer(item.id ? `${item.number} ${word(item.kind)}` : t(`plan.add_${item.kind as Kind}`), () => <ItemForm planId={plan.id} item={item} />);
}

/** The form of an item; a new one has no id yet. */
export function ItemForm({ planId, item }: { planId: string; item: PlanItem }) {
  const found = useGet<Plan>(below(`plans/${planId}`));
  const plan = found.data;
  const taken = usePlanChanges(!item.id && mayWrite("coordinator")).filter((one) => one.plan_id === planId);
  // A draft that takes up one change is most likely written for that.
  const base = plan?.items.find((one) => one.id === item.id) ?? (taken.length === 1 && taken[0] ? { ...item, plan_change_id: taken[0].id } : item);
  const draft = useDraft(`item.${item.id || `${planId}.${item.parent_id}.${item.kind}`}`, base, plan?.version);
  if (!plan) return <Reading of={found} />;
  if (plan.state !== "draft" || !mayWrite("coordinator")) return <div class="stack"><ItemFacts item={base} /><FromLibrary item={base} /><Trace plan={plan} item={base} />{isStaff() && item.id && <ItemComments plan={plan} item={base} />}</div>;
  const of = draft.value;
  const history = historyOf(plan);
  return (
    <div class="stack">
      {item.id && <ItemFindings plan={plan} item={base} />}
      <FromLibrary item={base} />
      <Form
        draft={draft}
        theirs={(current) => (item.id ? itemIn(current, item.id) : item)}
        submit={item.id ? t("action.save") : t("action.add")}
        onDone={closeDrawer}
        send={async (value, version) => {
          if (!item.id) return adds(history, value, (made) => t("plan.did_add", { item: made.number }));
          const next = await reviseItem(plan, value, version);
          // Put together with what another person wrote, it cannot be told apart from theirs.
          if (version === undefined || version === draft.version) history.note(revised(t("plan.did_edit", { item: base.number }), base, value));
          return next;
        }}
      >
        {(about) => (
          <>
            <TextPair label={t("plan.statement")} long value={of.statement} wrong={about("statement")} onInput={(statement) => draft.set({ statement })} required />
            <KindFields of={of} set={draft.set} about={about} />
            {of.kind === "activity" && <DependsOn plan={plan} of={of} set={draft.set} about={about} />}
            <SharedFields plan={plan} of={of} set={draft.set} about={about} />
          </>
        )}
      </Form>
      {item.id && (
        <>
          <Trace plan={plan} item={base} />
          <ItemComments plan={plan} item={base} />
          <MoveTo plan={plan} item={base} />
          <div class="row"><RemoveItem plan={plan} item={base} onDone={closeDrawer} /></div>
        </>
      )}
    </div>
  );
}

function KindFields({ of, set, about }: { of: PlanItem; set: Set; about: About }) {
  const mandates = useGet<ListMandatesResponse>(of.kind === "objective" ? below("mandates") : null);
  const stakeholders = useAll<ListStakeholdersResponse>(of.kind === "outcome" ? below("stakeholders?page_size=200") : null);
  switch (of.kind) {
    case "objective":
      return (
        <Choice
          label={t("plan.mandate_task")}
          none={t("plan.no_task")}
          value={of.mandate_task_id}
          wrong={about("mandate_task_id")}
          among={(mandates.data?.mandates ?? []).flatMap((mandate) => mandate.tasks.map((task) => [task.id, `${mandate.resolution} §${task.paragraph} ${say(task.text)}`] as const))}
          onInput={(mandate_task_id) => set({ mandate_task_id })}
        />
      );
    case "outcome":
      return (
        <div class="pair">
          <Choice label={t("plan.stakeholder")} none={t("plan.no_stakeholder")} value={stakeholders.data?.stakeholders.find((one) => one.former_ids.includes(of.stakeholder_id))?.id ?? of.stakeholder_id} wrong={about("stakeholder_id")} among={(stakeholders.data?.stakeholders ?? []).map((one) => [one.id, one.name] as const)} onInput={(stakeholder_id) => set({ stakeholder_id })} />
          <Choice label={t("plan.dimension")} value={of.dimension} among={DIMENSIONS} onInput={(dimension) => set({ dimension })} />
        </div>
      );
    case "output":
      return <Choice label={t("plan.component")} value={of.component} among={COMPONENTS} wrong={about("component")} onInput={(component) => set({ component })} />;
    default:
      return (
        <div class="pair">
          <Choice label={t("field.status")} value={of.activity_status} among={ACTIVITY_STATUSES} onInput={(activity_status) => set({ activity_status })} />
          <NumberField label={t("plan.progress")} value={String(of.progress_percent)} wrong={about("progress_percent")} onInput={(typed) => set({ progress_percent: Number(typed) || 0 })} />
        </div>
      );
  }
}

/** What must end first. A circle is refused with its way. */
function DependsOn({ plan, of, set, about }: { plan: Plan; of: PlanItem; set: Set; about: About }) {
  const others = plan.items.filter((item) => item.kind === "activity" && item.id !== of.id);
  if (others.length === 0) return null;
  const wrong = about("item.depends_on") ?? about("depends_on");
  return (
    <>
      <Choices label={t("work.after")} value={of.depends_on} onInput={(depends_on) => set({ depends_on })} among={others.map((item) => [item.id, `${item.number} ${say(item.statement)}`] as const)} />
      {wrong && <p class="wrong">{wrong}</p>}
    </>
  );
}

const PRIORITIES = ["1", "2", "3"];

function SharedFields({ plan, of, set, about }: { plan: Plan; of: PlanItem; set: Set; about: About }) {
  const areas = useGet<ListAreasResponse>(below("areas"));
  const asked = usePlanChanges(isStaff()).filter((one) => one.state === "open" || one.plan_id === plan.id);
  return (
    <>
      <TextField label={t("plan.lead")} value={of.lead_section} wrong={about("lead_section")} required={of.kind === "output"} onInput={(lead_section) => set({ lead_section })} />
      <ListField label={t("plan.contributing")} hint={t("field.semicolon_hint")} between=";" value={of.contributing_sections} wrong={about("contributing_sections")} onInput={(contributing_sections) => set({ contributing_sections })} />
      <Choice label={t("plan.priority")} hint={t("plan.priority_hint")} none="–" value={of.priority ? String(of.priority) : ""} wrong={about("priority")} among={PRIORITIES} onInput={(priority) => set({ priority: Number(priority) })} />
      {(asked.length > 0 || of.plan_change_id) && <Choice label={t("workbook.field_plan_change_id")} hint={t("plan.change_hint")} none="–" value={of.plan_change_id} wrong={about("plan_change_id")} among={asked.map((one) => [one.id, say(one.text)] as const)} onInput={(plan_change_id) => set({ plan_change_id })} />}
      <div class="pair">
        <TextField label={t("field.start")} type="date" value={of.start} wrong={about("start")} onInput={(start) => set({ start })} />
        <TextField label={t("field.end")} type="date" value={of.end} wrong={about("end")} onInput={(end) => set({ end })} />
      </div>
      <Choices label={t("spine.areas")} value={of.areas} onInput={(next) => set({ areas: next })} among={(areas.data?.areas ?? []).map((area) => [area.code, say(area.name)] as const)} />
      <ListField label={t("plan.markers")} hint={t("plan.markers_hint")} between="," value={of.markers} wrong={about("markers")} onInput={(markers) => set({ markers })} />
    </>
  );
}

function MoveTo({ plan, item }: { plan: Plan; item: PlanItem }) {
  const targets = moveTargets(plan.items, item);
  const writing = useWrite();
  if (targets.length === 0) return null;
  const move = async (parent: string) => {
    const last = plan.items.filter((one) => one.parent_id === parent).length;
    if (await writing.run(() => historyOf(plan).does((now) => moveItem(now, item, parent, last), (before, after) => moved(t("plan.did_move", { item: item.number }), before, after, item.id)), parent)) closeDrawer();
  };
  return (
    <>
    <label class="field">
      <span class="label">{t("plan.move_to")}</span>
      <select
        class="control"
        value=""
        disabled={writing.busy}
        onChange={(event) => void move(event.currentTarget.value)}
      >
        <option value="">{t("plan.choose_place")}</option>
        {targets.map((target) => <option key={target.id} value={target.id}>{target.number} {say(target.statement)}</option>)}
      </select>
    </label>
    <Trouble problem={writing.problem} />
    </>
  );
}

function ItemFacts({ item }: { item: PlanItem }) {
  const stakeholders = useAll<ListStakeholdersResponse>(item.kind === "outcome" && isStaff() ? below("stakeholders?page_size=200") : null);
  return (
    <div class="stack tight">
      <p><b>{say(item.statement)}</b></p>
      <dl class="facts">
        <div><dt>{t("plan.lead")}</dt><dd>{item.lead_section || "–"}</dd></div>
        {item.component && <div><dt>{t("plan.component")}</dt><dd>{word(item.component)}</dd></div>}
        {item.kind === "outcome" && <div><dt>{t("plan.stakeholder")}</dt><dd>{stakeholders.data?.stakeholders.find((one) => [one.id, ...one.former_ids].includes(item.stakeholder_id))?.name ?? "–"}</dd></div>}
        {item.contributing_sections.length > 0 && <div><dt>{t("plan.contributing")}</dt><dd>{item.contributing_sections.join(", ")}</dd></div>}
        {item.priority > 0 && <div><dt>{t("plan.priority")}</dt><dd>{item.priority}</dd></div>}
        {item.kind === "activity" && <div><dt>{t("field.status")}</dt><dd>{word(item.activity_status)} · {percent(item.progress_percent / 100)}</dd></div>}
        {item.plan_change_id && <div><dt>{t("workbook.field_plan_change_id")}</dt><dd><Asked id={item.plan_change_id} /></dd></div>}
        {item.dimension && <div><dt>{t("plan.dimension")}</dt><dd>{word(item.dimension)}</dd></div>}
        <div><dt>{t("field.start")}</dt><dd>{date(item.start) || "–"}</dd></div>
        <div><dt>{t("field.end")}</dt><dd>{date(item.end) || "–"}</dd></div>
        <div><dt>{t("spine.areas")}</dt><dd>{item.areas.join(", ") || t("area.all")}</dd></div>
        <div><dt>{t("plan.markers")}</dt><dd>{item.markers.join(", ") || "–"}</dd></div>
      </dl>
    </div>
  );
}

/** The changes that recommendations ask of the plan; none where they are not wanted. */
function usePlanChanges(wanted: boolean): readonly PlanChange[] {
  return useGet<ListPlanChangesResponse>(wanted ? below("plan-changes") : null).data?.plan_changes ?? [];
}

/** What a recommendation asked, with the way to it. */
function Asked({ id }: { id: string }) {
  const found = usePlanChanges(isStaff()).find((one) => one.id === id);
  if (!found) return <>{t("plan.from_recommendation")}</>;
  return <Link href={`${page("recommendations")}#${found.recommendation_id}`}>{say(found.text)}</Link>;
}

/** The framework of the library that an item was cloned from, as it was called in the version that was last taken. */
function FromLibrary({ item: { library_code: code, library_version: version } }: { item: PlanItem }) {
  const found = useGet<ListLibraryTemplateVersionsResponse>(code && isStaff() ? below(`library/templates/${code}/versions`) : null);
  if (!code) return null;
  const title = say(found.data?.versions.find((one) => one.version === version)?.title) || code;
  return <p class="soft"><Link href={`${page("library")}?view=frameworks`}>{t("library.from", { title, version })}</Link></p>;
}

/** Removing an item with all below it, asked twice. */
function RemoveItem({ plan, item, onDone }: { plan: Plan; item: PlanItem; onDone: () => void }) {
  const [sure, setSure] = useState(false);
  if (!sure) return <button type="button" class="button danger" onClick={() => setSure(true)}>{t("action.remove")}</button>;
  const label = t("plan.did_remove", { item: item.number, count: withDescendants(plan.items, item.id).size - 1 });
  return <WriteButton danger label={t("plan.remove_sure")} work={() => historyOf(plan).does((now) => removeItem(now, item), (before) => removed(label, before, item.id))} onDone={onDone} />;
}
