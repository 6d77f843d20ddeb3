// What is to be collected: places that are late or open, by the day they are due; how each section reports; who
// enters what; waivers.
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { write } from "../api/client";
import { expire, useAll, useGet } from "../api/store";
import type { CollectionTask, ListAreasResponse, ListIndicatorsResponse, ListTasksResponse, SectionReporting, WaivedTasks } from "../api/types";
import { say, t } from "../i18n";
import { date, number, percent, period } from "../i18n/format";
import { openDrawer } from "../parts/drawer";
import { Choice } from "../parts/field";
import { WriteButton } from "../parts/form";
import { Empty, Notice, Reading } from "../parts/notice";
import { PageHead, Tabs, useParameter, useSetParameter } from "../parts/page";
import { openObservation } from "../parts/provenance";
import { Table } from "../parts/table";
import { below, mayWrite, page } from "../session";
import { AssignForm } from "./tasks-assign";

const STATES = [["", "tasks.to_do"], ["done", "tasks.done"], ["waived", "tasks.waived"]] as const;
const WHOSE = [["me", "tasks.mine"], ["nobody", "tasks.nobodys"]] as const;
const WINDOWS = ["3", "6", "12", "24"] as const;
const WINDOW = "12";

const keyOf = (of: CollectionTask) => `${of.indicator_code}|${of.period}|${of.area}`;

/** The screen. */
export default function Tasks() {
  const section = useParameter("section");
  const state = useParameter("state");
  const assignee = useParameter("assignee");
  const months = useParameter("months") || WINDOW;
  const set = useSetParameter();
  const all = useGet<ListTasksResponse>(below(`collection-tasks?months=${months}&most=1`));
  const query = new URLSearchParams({ months, ...(section ? { section } : {}), ...(state ? { state } : {}), ...(assignee ? { assignee } : {}) });
  const tasks = useGet<ListTasksResponse>(below(`collection-tasks?${query}`));
  const sections = all.data?.sections ?? [];
  return (
    <>
      <PageHead title={t("tasks.title")} />
      <div class="stack">
        <div class="entry-choices">
          <Choice label={t("entry.section")} value={section} among={sections.map((one) => [one.section, one.section || "–"] as const)} none={t("quality.all_sections")} onInput={(value) => set("section", value)} />
          <Choice label={t("tasks.whose")} value={assignee} among={WHOSE.map(([one, shown]) => [one, t(shown)] as const)} none={t("tasks.everybodys")} onInput={(value) => set("assignee", value)} />
          <Choice label={t("quality.months")} value={months} among={WINDOWS.map((one) => [one, t("quality.last_months", { months: Number(one) })] as const)} onInput={(value) => set("months", value === WINDOW ? "" : value)} />
        </div>
        <Reading of={all}>{!section && sections.length > 1 && <Reporting of={sections} onSection={(value) => set("section", value)} />}</Reading>
        <Tabs label={t("tasks.title")} parameter="state" views={STATES.map(([one, shown]) => [one, t(shown)] as const)} />
        <Reading of={tasks}>{tasks.data && <List key={query.toString()} of={tasks.data} state={state} whose={assignee} />}</Reading>
      </div>
    </>
  );
}

/** Done of what is expected, and of what could have been, in time. */
function Reporting({ of, onSection }: { of: readonly SectionReporting[]; onSection: (section: string) => void }) {
  const rate = (part: number, whole: number) => (whole === 0 ? <span class="soft">–</span> : <span title={`${part} / ${whole}`}>{percent(part / whole)}</span>);
  return (
    <section class="stack tight">
      <h2>{t("quality.by_section")}</h2>
      <Table
        caption={t("quality.by_section")}
        rows={of}
        keyOf={(one) => one.section}
        columns={[
          { head: t("entry.section"), names: true, cell: (one) => <button type="button" class="button quiet" onClick={() => onSection(one.section)}>{one.section || "–"}</button> },
          { head: t("tasks.rate"), numeric: true, cell: (one) => rate(one.done, one.done + one.late + one.open) },
          { head: t("quality.timely"), numeric: true, cell: (one) => rate(one.in_time, one.could_be_in_time) },
          { head: t("tasks.late"), numeric: true, cell: (one) => number(one.late) },
          { head: t("tasks.open"), numeric: true, cell: (one) => number(one.open) },
          { head: t("tasks.waived"), numeric: true, cell: (one) => number(one.waived) },
        ]}
      />
    </section>
  );
}

function List({ of, state, whose }: { of: ListTasksResponse; state: string; whose: string }) {
  const indicators = useAll<ListIndicatorsResponse>(below("indicators?page_size=500"));
  const areas = useGet<ListAreasResponse>(below("areas"));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [told, setTold] = useState("");
  const names = new Map((indicators.data?.indicators ?? []).map((one) => [one.code, say(one.name)]));
  const places = new Map((areas.data?.areas ?? []).map((one) => [one.code, say(one.name)]));
  const mayWaive = mayWrite("coordinator", "component_head") && state !== "done";
  const mayAssign = mayWrite("coordinator", "component_head", "focal_point") && state !== "done" && state !== "waived";
  const may = mayWaive || mayAssign;
  const named = of.tasks.filter((one) => chosen.has(keyOf(one))).map((one) => ({ indicator: one.indicator_code, period: one.period, area: one.area }));
  const send = async (verb: "waive" | "take-back", body: object) => {
    const answer = await write<WaivedTasks>("POST", below(`collection-tasks/${verb}`), { places: named, ...body });
    setTold(t(state === "waived" ? "tasks.taken_back" : "tasks.were_waived", { count: answer.changed }));
    setChosen(new Set());
    expire(below("collection-tasks"), below("data-quality"));
  };
  const notice = told && <Notice tone="good">{told}</Notice>;
  if (of.tasks.length === 0) return <>{notice}<Empty>{t(whose ? "tasks.none_of_these" : state === "" ? "tasks.nothing" : "tasks.none")}</Empty></>;
  const assign = () => {
    const tasks = of.tasks.filter((one) => chosen.has(keyOf(one)));
    const done = (count: number, whom: boolean) => {
      setTold(t(whom ? "tasks.were_assigned" : "tasks.were_unassigned", { count }));
      setChosen(new Set());
    };
    openDrawer(t("tasks.assign"), () => <AssignForm of={tasks} onDone={done} />);
  };
  const choose = (one: CollectionTask, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(keyOf(one));
    else next.delete(keyOf(one));
    setChosen(next);
  };
  const label = (one: CollectionTask) => `${names.get(one.indicator_code) ?? one.indicator_code}, ${period(one.period)}, ${places.get(one.area) ?? t("area.whole")}`;
  return (
    <div class="stack tight">
      {of.total > of.tasks.length && <p>{t("quality.first", { count: of.tasks.length, total: of.total })}</p>}
      {notice}
      {may && (
        <div class="row">
          <b role="status">{t("data.chosen", { count: chosen.size })}</b>
          {mayAssign && <button type="button" class="button" disabled={chosen.size === 0} onClick={assign}>{t("tasks.assign_to")}</button>}
          {mayWaive && (state === "waived" ? (
            <WriteButton disabled={chosen.size === 0} label={t("tasks.take_back")} work={() => send("take-back", {})} />
          ) : (
            <WriteButton reason disabled={chosen.size === 0} label={t("tasks.waive")} work={(reason) => send("waive", { reason })} />
          ))}
        </div>
      )}
      <Table
        caption={t("tasks.title")}
        rows={of.tasks}
        keyOf={keyOf}
        columns={[
          ...(may ? [{ head: t("tasks.choose"), cell: (one: CollectionTask) => <input type="checkbox" aria-label={label(one)} checked={chosen.has(keyOf(one))} onChange={(event) => choose(one, event.currentTarget.checked)} /> }] : []),
          { head: t("field.indicator"), names: true, wide: true, cell: (one) => <><Link href={page(`indicators/${encodeURIComponent(one.indicator_code)}`)}>{names.get(one.indicator_code) ?? one.indicator_code}</Link> <span class="soft small">{one.section}</span></> },
          { head: t("field.period"), cell: (one) => period(one.period) },
          { head: t("field.area"), cell: (one) => (one.area ? (places.get(one.area) ?? one.area) : t("area.whole")) },
          { head: t("tasks.due"), cell: (one) => <>{date(one.due)}{one.state === "late" && <> <span class="status off_track"><span aria-hidden="true">✕</span> {t("tasks.is_late")}</span></>}</> },
          { head: t("tasks.assignee"), cell: (one) => one.assignee_name || <span class="soft">–</span> },
          { head: state === "waived" ? t("field.reason") : t("tasks.mend"), cell: (one) => <Mend of={one} /> },
        ]}
      />
    </div>
  );
}

/** What leads on: the cell of the grid, the value, or who waived it and why. */
function Mend({ of }: { of: CollectionTask }) {
  if (of.state === "waived") return <>{of.reason} <span class="soft small">{of.waived_by}</span></>;
  if (of.observation_id) return <button type="button" class="button quiet" onClick={() => openObservation(of.observation_id)}>{t("quality.open")}</button>;
  const query = new URLSearchParams({ by: "area", indicator: of.indicator_code, to: of.period });
  return <Link class="button quiet" href={page(`entry?${query}`)}>{t("quality.enter")}</Link>;
}
