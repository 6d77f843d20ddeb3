// What changed between versions of the plan, and what recommendations ask of it.
import { Link, useLocation } from "wouter-preact";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { ListPlanChangesResponse, Plan, PlanDiff } from "../api/types";
import { say, t, word } from "../i18n";
import { date } from "../i18n/format";
import { WriteButton } from "../parts/form";
import { Empty, Reading } from "../parts/notice";
import { useParameter } from "../parts/page";
import { State } from "../parts/status";
import { Table } from "../parts/table";
import { took } from "../plan/writes";
import { below, mayWrite, page } from "../session";

/** What changed between this version and another. */
export function PlanComparison({ plan, plans }: { plan: Plan; plans: readonly Plan[] }) {
  const others = plans.filter((one) => one.id !== plan.id);
  const chosen = useParameter("with") || plan.parent_plan_id || others[0]?.id || "";
  const other = others.find((one) => one.id === chosen);
  const [, go] = useLocation();
  const [older, newer] = other && other.number > plan.number ? [plan, other] : [other, plan];
  const diff = useGet<PlanDiff>(older ? below(`plans/${older.id}/diff/${newer.id}`) : null);
  if (others.length === 0) return <Empty>{t("plan.one_version")}</Empty>;
  return (
    <div class="stack">
      <label class="row">
        {t("plan.compare_with")}
        <select class="control" value={chosen} onChange={(event) => go(`${page(`plan/${plan.id}`)}?view=compare&with=${event.currentTarget.value}`)}>
          {others.map((one) => <option key={one.id} value={one.id}>{t("plan.version", { number: one.number })}, {word(one.state)}</option>)}
        </select>
      </label>
      <Reading of={diff}>
        {diff.data && diff.data.items.length + diff.data.links.length + diff.data.risks.length === 0 && <Empty>{t("plan.no_difference")}</Empty>}
        {diff.data && diff.data.items.length > 0 && (
          <Table
            caption={t("plan.compare")}
            rows={diff.data.items}
            keyOf={(one) => `${one.change}${one.item?.lineage_id ?? ""}`}
            columns={[
              { head: t("plan.change"), cell: (one) => <ChangeWord of={one.change} /> },
              { head: t("plan.item"), names: true, cell: (one) => <>{one.item?.number} <span class="soft">{word(one.item?.kind)}</span> {say(one.item?.statement)}</> },
              { head: t("plan.fields"), cell: (one) => one.fields.map((field) => <div key={field.field}><code>{field.field}</code>: <del>{field.before || "–"}</del> → <ins>{field.after || "–"}</ins></div>) },
            ]}
          />
        )}
        {diff.data && diff.data.links.length > 0 && (
          <Table
            caption={t("plan.links")}
            rows={diff.data.links}
            keyOf={(one) => `${one.change}${one.link?.output_id}${one.link?.outcome_id}`}
            columns={[
              { head: t("plan.change"), cell: (one) => <ChangeWord of={one.change} /> },
              { head: t("plan.hypothesis"), names: true, cell: (one) => say(one.link?.hypothesis) || word(one.link?.strength) },
              { head: t("plan.fields"), cell: (one) => one.fields.map((field) => <div key={field.field}><code>{field.field}</code>: <del>{field.before || "–"}</del> → <ins>{field.after || "–"}</ins></div>) },
            ]}
          />
        )}
        {diff.data && diff.data.risks.length > 0 && (
          <Table
            caption={t("risk.title")}
            rows={diff.data.risks}
            keyOf={(one) => `${one.change}${one.risk?.lineage_id ?? ""}`}
            columns={[
              { head: t("plan.change"), cell: (one) => <ChangeWord of={one.change} /> },
              { head: t("risk.title"), names: true, cell: (one) => <><span class="soft">{word(one.risk?.kind)}</span> {say(one.risk?.statement)}</> },
              { head: t("plan.fields"), cell: (one) => one.fields.map((field) => <div key={field.field}><code>{field.field}</code>: <del>{field.before || "–"}</del> → <ins>{field.after || "–"}</ins></div>) },
            ]}
          />
        )}
      </Reading>
    </div>
  );
}

function ChangeWord({ of }: { of: string }) {
  const sign = of === "added" ? "+" : of === "gone" ? "−" : "≠";
  return <span class={`status ${of === "added" ? "on_track" : of === "gone" ? "off_track" : "at_risk"}`}><span aria-hidden="true">{sign}</span>{word(of)}</span>;
}

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
