// The plan: framework, links, check, changes, comparison; and its way from draft to active.
import { useEffect } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { write } from "../api/client";
import { Problem } from "../api/problem";
import { expire, put, useGet } from "../api/store";
import type { ListAssessmentsResponse, ListPlansResponse, Plan } from "../api/types";
import { say, t } from "../i18n";
import { date } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { TextField, TextPair } from "../parts/field";
import { Form, WriteButton } from "../parts/form";
import { Later } from "../parts/later";
import { Empty, Reading } from "../parts/notice";
import { PageHead, Tabs, useParameter } from "../parts/page";
import { Person } from "../parts/person";
import { State } from "../parts/status";
import { movePlan, took } from "../plan/writes";
import { below, isStaff, mayWrite, page } from "../session";
import { PlanTree } from "./plan-tree";

const VIEWS = [["tree", "plan.tree"], ["work", "plan.work"], ["links", "plan.links"], ["risks", "plan.risks"], ["budget", "rbb.tab"], ["check", "plan.check"], ["compare", "plan.compare"], ["comments", "comment.title"], ["changes", "plan.changes"], ["mandates", "mandate.title"]] as const;
/** What a reader sees of a plan that is out; the others are the work on it. */
const PUBLISHED: readonly string[] = ["tree", "links", "mandates"];

/** The plan page; without an id the active plan, or else the newest. */
export default function PlanPage({ id }: { id?: string | undefined }) {
  const plans = useGet<ListPlansResponse>(below("plans"));
  const list = plans.data?.plans ?? [];
  const newest = [...list].sort((one, other) => other.number - one.number)[0];
  const wanted = id ?? (list.some((plan) => plan.state === "active") ? "active" : newest?.id);
  if (!id && plans.data && list.length === 0) {
    return (
      <>
        <PageHead title={t("spine.framework")} />
        <Empty action={mayWrite("coordinator") && <DraftButton />}>{t("plan.none")}</Empty>
      </>
    );
  }
  return wanted ? <OnePlan key={wanted} id={wanted} plans={list} /> : <Reading of={plans} />;
}

function DraftButton() {
  return (
    <button type="button" class="button primary" onClick={() => openDrawer(t("plan.draft"), () => <DraftPlan />)}>{t("plan.draft")}</button>
  );
}

function DraftPlan() {
  const year = new Date().getUTCFullYear();
  const draft = useDraft("plan", { title: { en: "", fr: "" } as Plan["title"], start: `${year}-07-01`, end: `${year + 1}-06-30` });
  const [, go] = useLocation();
  return (
    <Form
      draft={draft}
      submit={t("plan.draft")}
      send={async (value) => {
        const made = took(await write<Plan>("POST", below("plans"), value));
        expire(below("plans"));
        go(page(`plan/${made.id}`));
      }}
    >
      {(about) => <HeadFields of={draft.value} set={draft.set} about={about} />}
    </Form>
  );
}

/** Title and horizon of a draft. */
function RevisePlan({ plan }: { plan: Plan }) {
  const said = ({ title, start, end }: Plan) => ({ title, start, end });
  const draft = useDraft(`plan.${plan.id}`, said(plan), plan.version);
  return (
    <Form
      draft={draft}
      theirs={(current) => said(current as Plan)}
      submit={t("action.save")}
      onDone={closeDrawer}
      send={async (value, version) => {
        took(await write<Plan>("PUT", below(`plans/${plan.id}`), value, { version: version ?? plan.version }));
        expire(below("plans"));
      }}
    >
      {(about) => <HeadFields of={draft.value} set={draft.set} about={about} />}
    </Form>
  );
}

type Head = Pick<Plan, "title" | "start" | "end">;

function HeadFields({ of, set, about }: { of: Head; set: (change: Partial<Head>) => void; about: (field: string) => string | undefined }) {
  return (
    <>
      <TextPair label={t("field.title")} value={of.title} wrong={about("title")} onInput={(title) => set({ title })} required />
      <div class="pair">
        <TextField label={t("field.start")} type="date" value={of.start} wrong={about("start")} onInput={(start) => set({ start })} required />
        <TextField label={t("field.end")} type="date" value={of.end} wrong={about("end")} onInput={(end) => set({ end })} required />
      </div>
    </>
  );
}

function OnePlan({ id, plans }: { id: string; plans: readonly Plan[] }) {
  const found = useGet<Plan>(below(`plans/${id}`));
  const asked = useParameter("view");
  const view = asked === "workbook" || VIEWS.some(([one]) => one === asked) ? asked : "tree";
  const plan = found.data;
  useEffect(() => {
    // The same plan by its id, for the drawer: it need not be read twice.
    if (plan && id === "active") put(below(`plans/${plan.id}`), plan);
  }, [plan]);
  if (found.problem instanceof Problem && found.problem.status === 404) return <Empty action={<Link class="button" href={page("plan")}>{t("spine.framework")}</Link>}>{t("plan.gone")}</Empty>;
  return (
    <Reading of={found}>
      {plan && (
        <>
          <PageHead title={say(plan.title)} sub={<Facts plan={plan} />}>
            {isStaff() && <Link class="button" href={`${page(`plan/${plan.id}`)}?view=workbook`}>{t("workbook.tab")}</Link>}
            {plan.state === "draft" && mayWrite("coordinator") && <button type="button" class="button" onClick={() => openDrawer(t("plan.revise"), () => <RevisePlan plan={plan} />)}>{t("plan.revise")}</button>}
            <PlanPicker plan={plan} plans={plans} />
            <Moves plan={plan} />
          </PageHead>
          <div class="stack">
            <Tabs
              label={t("spine.framework")}
              views={VIEWS.filter(([view]) => isStaff() || PUBLISHED.includes(view)).map(([view, label]) => [view, t(label)] as const)}
            />
            {view === "tree" ? <PlanTree plan={plan} /> : <Later name="plan-views" plan={plan} plans={plans} view={view} />}
          </div>
        </>
      )}
    </Reading>
  );
}

function Facts({ plan }: { plan: Plan }) {
  // What was assessed by this version, and stays readable with it.
  const assessments = useGet<ListAssessmentsResponse>(isStaff() && plan.state !== "draft" ? below("assessments") : null);
  const assessed = (assessments.data?.assessments ?? []).filter((one) => one.plan_id === plan.id);
  return (
    <>
      <State of={plan.state} />
      <span>{t("plan.version", { number: plan.number })}</span>
      <span>{date(plan.start)} – {date(plan.end)}</span>
      {plan.endorsed_by && <span>{t("plan.endorsed_by")} <Person id={plan.endorsed_by} /></span>}
      {plan.approved_by && <span>{t("plan.approved_by")} <Person id={plan.approved_by} /></span>}
      {assessed.map((one) => <Link key={one.id} href={page(`assessments/${one.id}`)}>{say(one.title)}</Link>)}
    </>
  );
}

function PlanPicker({ plan, plans }: { plan: Plan; plans: readonly Plan[] }) {
  const [, go] = useLocation();
  if (plans.length < 2) return null;
  return (
    <label class="row">
      {t("plan.version_label")}
      <select class="control" value={plan.id} onChange={(event) => go(page(`plan/${event.currentTarget.value}`))}>
        {plans.map((one) => (
          <option key={one.id} value={one.id}>{one.number} · {t(`word.${one.state}` as "word.draft")}</option>
        ))}
      </select>
    </label>
  );
}

function Moves({ plan }: { plan: Plan }) {
  const [, go] = useLocation();
  const move = (verb: string) => (reason: string) => movePlan(plan, verb, reason);
  return (
    <>
      {plan.state === "draft" && mayWrite("coordinator") && <WriteButton primary label={t("action.submit")} work={move("submit")} />}
      {(plan.state === "in_review" || plan.state === "endorsed") && mayWrite("component_head", "leadership") && <WriteButton reason label={t("action.return")} work={move("return")} />}
      {plan.state === "in_review" && mayWrite("component_head") && <WriteButton primary label={t("action.endorse")} work={move("endorse")} />}
      {plan.state === "endorsed" && mayWrite("leadership") && <WriteButton primary label={t("action.approve")} work={move("approve")} />}
      {plan.state === "approved" && mayWrite("coordinator", "leadership") && <WriteButton primary label={t("action.activate")} work={move("activate")} />}
      {plan.state === "superseded" && mayWrite("coordinator", "leadership") && <WriteButton label={t("action.archive")} work={move("archive")} />}
      {["approved", "active", "superseded"].includes(plan.state) && mayWrite("coordinator") && (
        <WriteButton
          label={t("plan.next_version")}
          work={async () => {
            const next = took(await write<Plan>("POST", below(`plans/${plan.id}/next-version`), {}));
            expire(below("plans"));
            go(page(`plan/${next.id}`));
          }}
        />
      )}
    </>
  );
}
