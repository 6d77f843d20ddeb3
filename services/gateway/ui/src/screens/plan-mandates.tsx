// Mandates and their tasks: what the objectives cite.
import { write } from "../api/client";
import { expire, useAll, useGet } from "../api/store";
import type { ListIndicatorsResponse, ListMandatesResponse, MandateTask, Plan } from "../api/types";
import { say, t } from "../i18n";
import { date } from "../i18n/format";
import { today } from "../i18n/periods";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { TextArea, TextField } from "../parts/field";
import { Form } from "../parts/form";
import { Empty, Notice, Reading } from "../parts/notice";
import { Table } from "../parts/table";
import { measuredBelow } from "../plan/trace";
import { below, mayWrite } from "../session";
import { openItem } from "./plan-item";

/** The mandates of the mission, each task with the objectives that cite it. */
export function PlanMandates({ plan }: { plan: Plan }) {
  const list = useGet<ListMandatesResponse>(below("mandates"));
  const record = mayWrite("coordinator") && <button type="button" class="button" onClick={() => openDrawer(t("mandate.record"), () => <MandateForm />)}>{t("mandate.record")}</button>;
  const mandates = list.data?.mandates ?? [];
  const indicators = useAll<ListIndicatorsResponse>(below("indicators?page_size=500"));
  const citing = (task: MandateTask) => plan.items.filter((item) => item.mandate_task_id === task.id);
  return (
    <Reading of={list}>
      {mandates.length === 0 ? (
        <Empty action={record}>{t("mandate.none")}</Empty>
      ) : (
        <div class="stack">
          <div>{record}</div>
          {mandates.map((mandate) => (
            <section class="stack tight" key={mandate.id}>
              <h2>{mandate.resolution}</h2>
              <p class="soft">{t("mandate.from_to", { adopted: date(mandate.adopted), expires: date(mandate.expires) })}</p>
              {mandate.expires < today() ? <Notice tone="careful">{t("mandate.expired")}</Notice> : mandate.expires < plan.end && <Notice>{t("mandate.ends_before")}</Notice>}
              <Table
                caption={mandate.resolution}
                rows={mandate.tasks}
                keyOf={(task) => task.id}
                columns={[
                  { head: t("mandate.paragraph"), cell: (task) => task.paragraph },
                  { head: t("mandate.task"), names: true, wide: true, cell: (task) => say(task.text) },
                  { head: t("mandate.priority"), numeric: true, cell: (task) => task.priority || "–" },
                  { head: t("mandate.cited_by"), cell: (task) => citing(task).map((item) => <button type="button" class="number-link" key={item.id} onClick={() => openItem(plan, item)}>{item.number} {say(item.statement)}</button>) },
                  { head: t("mandate.measured_by"), numeric: true, cell: (task) => citing(task).reduce((sum, item) => sum + measuredBelow(indicators.data?.indicators ?? [], plan.items, item).length, 0) },
                ]}
              />
            </section>
          ))}
        </div>
      )}
    </Reading>
  );
}

/** Lines "32 (a) | English | français" as tasks; the order of the lines is their priority class 1. */
export function tasksOf(text: string): { paragraph: string; text: { en: string; fr: string }; priority: number }[] {
  return text.split("\n").flatMap((line) => {
    const [paragraph = "", en = "", fr = ""] = line.split("|").map((part) => part.trim());
    return paragraph && (en || fr) ? [{ paragraph, text: { en, fr }, priority: 1 }] : [];
  });
}

function MandateForm() {
  const draft = useDraft("mandate", { resolution: "", adopted: today(), expires: "", tasks: "" });
  const of = draft.value;
  return (
    <Form
      draft={draft}
      submit={t("mandate.record")}
      onDone={closeDrawer}
      send={async (value) => {
        await write("POST", below("mandates"), { ...value, tasks: tasksOf(value.tasks) });
        expire(below("mandates"));
      }}
    >
      {(about) => (
        <>
          <TextField label={t("mandate.resolution")} placeholder="S/RES/2709 (2023)" value={of.resolution} wrong={about("resolution")} onInput={(resolution) => draft.set({ resolution })} required />
          <div class="pair">
            <TextField label={t("mandate.adopted")} type="date" value={of.adopted} wrong={about("adopted")} onInput={(adopted) => draft.set({ adopted })} required />
            <TextField label={t("mandate.expires")} type="date" value={of.expires} wrong={about("expires")} onInput={(expires) => draft.set({ expires })} required />
          </div>
          <TextArea label={t("mandate.tasks")} hint={t("mandate.tasks_hint")} value={of.tasks} wrong={about("tasks")} onInput={(tasks) => draft.set({ tasks })} required />
        </>
      )}
    </Form>
  );
}
