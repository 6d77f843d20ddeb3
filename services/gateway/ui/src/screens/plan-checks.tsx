// What recommendations ask of the plan.
import { Link, useLocation } from "wouter-preact";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { ListPlanChangesResponse, Plan } from "../api/types";
import { say, t } from "../i18n";
import { date } from "../i18n/format";
import { WriteButton } from "../parts/form";
import { Empty, Reading } from "../parts/notice";
import { State } from "../parts/status";
import { Table } from "../parts/table";
import { took } from "../plan/writes";
import { below, mayWrite, page } from "../session";

/** The changes that accepted recommendations ask of the plan. */
export function PlanChanges({ plan }: { plan: Plan }) {
  const list = useGet<ListPlanChangesResponse>(below("plan-changes"));
  const [, go] = useLocation();
  return (
    <Reading of={list}>
      {list.data?.plan_changes.length === 0 ? (
        <Empty>{t("plan.no_changes")}</Empty>
      ) : (
        <Table
          caption={t("plan.changes")}
          rows={list.data?.plan_changes ?? []}
          keyOf={(one) => one.id}
          columns={[
            { head: t("plan.change"), names: true, cell: (one) => say(one.text) },
            { head: t("field.state"), cell: (one) => <State of={one.state} /> },
            { head: t("field.date"), cell: (one) => date(one.recorded_at) },
            { head: t("plan.recommendation"), cell: () => <Link href={page("recommendations")}>{t("action.show")}</Link> },
            {
              head: t("plan.draft_of"),
              cell: (one) =>
                one.plan_id ? (
                  <Link href={page(`plan/${one.plan_id}`)}>{t("action.open")}</Link>
                ) : one.state === "open" && mayWrite("coordinator") && ["approved", "active", "superseded"].includes(plan.state) ? (
                  <WriteButton
                    label={t("plan.next_version")}
                    work={async () => {
                      const next = took(await write<Plan>("POST", below(`plans/${plan.id}/next-version`), { plan_change_id: one.id }));
                      expire(below("plans"), below("plan-changes"));
                      go(page(`plan/${next.id}`));
                    }}
                  />
                ) : (
                  "–"
                ),
            },
          ]}
        />
      )}
    </Reading>
  );
}
