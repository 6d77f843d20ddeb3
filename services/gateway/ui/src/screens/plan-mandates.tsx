// Mandates and their tasks: what the objectives cite.
import { useAll, useGet } from "../api/store";
import type { ListIndicatorsResponse, ListMandatesResponse, MandateTask, Plan } from "../api/types";
import { say, t } from "../i18n";
import { date } from "../i18n/format";
import { today } from "../i18n/periods";
import { openDrawer } from "../parts/drawer";
import { Empty, Notice, Reading } from "../parts/notice";
import { Table } from "../parts/table";
import { measuredBelow } from "../plan/trace";
import { below, mayWrite } from "../session";
import { openItem } from "./plan-item";
import { MandateForm } from "./plan-mandate-form";

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
              <div class="row between">
                <h2>{mandate.resolution}</h2>
                {mayWrite("coordinator") && <button type="button" class="button" aria-label={t("mandate.revise_of", { resolution: mandate.resolution })} onClick={() => openDrawer(t("mandate.revise"), () => <MandateForm mandate={mandate} />)}>{t("mandate.revise")}</button>}
              </div>
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
                  { head: t("mandate.cited_by"), cell: (task) => (citing(task).length === 0 ? <span class="soft">{t("mandate.cited_by_none")}</span> : citing(task).map((item) => <button type="button" class="number-link" key={item.id} onClick={() => openItem(plan, item)}>{item.number} {say(item.statement)}</button>)) },
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
