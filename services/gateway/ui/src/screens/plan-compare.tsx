// What changed between two versions of the plan, on the tree, and on the links, assumptions and risks.
import { useLocation } from "wouter-preact";
import { useAll, useGet } from "../api/store";
import type { FieldChange, ListMandatesResponse, ListStakeholdersResponse, Plan, PlanDiff } from "../api/types";
import { say, t, word } from "../i18n";
import { Empty, Reading } from "../parts/notice";
import { Tabs, useParameter } from "../parts/page";
import { Table } from "../parts/table";
import { type ComparedRow, compared, onlyChanged } from "../plan/compare";
import { fieldName, fieldValue, nameIn } from "../plan/fields";
import { below, isStaff, page } from "../session";

/** What changed between this version and another. */
export function PlanComparison({ plan, plans }: { plan: Plan; plans: readonly Plan[] }) {
  const others = plans.filter((one) => one.id !== plan.id);
  const chosen = useParameter("with") || plan.parent_plan_id || others[0]?.id || "";
  const other = others.find((one) => one.id === chosen);
  const whole = useGet<Plan>(other ? below(`plans/${other.id}`) : null);
  const [, go] = useLocation();
  const isNewer = other !== undefined && other.number > plan.number;
  const [older, newer] = isNewer ? [plan, whole.data] : [whole.data, plan];
  const diff = useGet<PlanDiff>(other ? below(`plans/${isNewer ? plan.id : other.id}/diff/${isNewer ? other.id : plan.id}`) : null);
  const names = useNames();
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
        <Reading of={whole}>{diff.data && older && newer && <Difference of={diff.data} older={older} newer={newer} names={names} />}</Reading>
      </Reading>
    </div>
  );
}

/** Names of what items point to: stakeholders and tasks of the mandate, by id. */
function useNames(): ReadonlyMap<string, string> {
  const stakeholders = useAll<ListStakeholdersResponse>(isStaff() ? below("stakeholders?page_size=200") : null);
  const mandates = useGet<ListMandatesResponse>(below("mandates"));
  const tasks = (mandates.data?.mandates ?? []).flatMap((mandate) => mandate.tasks.map((task) => [task.id, [mandate.resolution, task.paragraph, say(task.text)].filter(Boolean).join(", ")] as const));
  return new Map([...(stakeholders.data?.stakeholders ?? []).map((one) => [one.id, one.name] as const), ...tasks]);
}

function Difference({ of, older, newer, names }: { of: PlanDiff; older: Plan; newer: Plan; names: ReadonlyMap<string, string> }) {
  const all = useParameter("rows") === "all";
  const rows = compared(older, newer, of);
  const count = (change: string) => of.items.filter((one) => one.change === change).length;
  const shown = all ? rows : onlyChanged(rows);
  return (
    <>
      <p class="soft">{t("compare.from_to", { older: older.number, newer: newer.number })} {t("compare.counts", { added: count("added"), gone: count("gone"), changed: count("changed") })}</p>
      {of.plan.length > 0 && <Fields of={of.plan} names={names} />}
      {of.items.length + of.links.length + of.risks.length + of.plan.length === 0 && <Empty>{t("plan.no_difference")}</Empty>}
      <Tabs label={t("plan.compare")} parameter="rows" views={[["changed", t("compare.changed")], ["all", t("compare.all")]]} />
      {shown.length > 0 && (
        <Table
          caption={t("plan.compare")}
          rows={shown}
          keyOf={(row) => row.item.id}
          columns={[
            { head: t("plan.item"), names: true, wide: true, cell: (row) => <Placed of={row} /> },
            { head: t("plan.change"), cell: (row) => row.change !== "same" && <ChangeWord of={row.change} /> },
            { head: t("plan.fields"), wide: true, cell: (row) => <Fields of={row.fields} names={names} /> },
          ]}
        />
      )}
      {of.links.length > 0 && (
        <Table
          caption={t("plan.links")}
          rows={of.links}
          keyOf={(one) => `${one.change}${one.link?.output_id}${one.link?.outcome_id}`}
          columns={[
            { head: t("plan.links"), names: true, wide: true, cell: (one) => <LinkEnds of={one.link} among={[...newer.items, ...older.items]} /> },
            { head: t("plan.change"), cell: (one) => <ChangeWord of={one.change} /> },
            { head: t("plan.fields"), wide: true, cell: (one) => <Fields of={one.fields} names={names} /> },
          ]}
        />
      )}
      {of.risks.length > 0 && (
        <Table
          caption={t("risk.title")}
          rows={of.risks}
          keyOf={(one) => `${one.change}${one.risk?.lineage_id ?? ""}`}
          columns={[
            { head: t("risk.title"), names: true, wide: true, cell: (one) => <><span class="soft">{word(one.risk?.kind)}</span> {say(one.risk?.statement)}</> },
            { head: t("plan.change"), cell: (one) => <ChangeWord of={one.change} /> },
            { head: t("plan.fields"), wide: true, cell: (one) => <Fields of={one.fields} names={names} /> },
          ]}
        />
      )}
    </>
  );
}

function Placed({ of: { item, depth, change } }: { of: ComparedRow }) {
  const text = <>{item.number} <span class="soft">{word(item.kind)}</span> {say(item.statement)}</>;
  return <span class={`indent d${depth}${change === "same" ? " soft" : ""}`}>{change === "gone" ? <del>{text}</del> : text}</span>;
}

function LinkEnds({ of, among }: { of: PlanDiff["links"][number]["link"]; among: Plan["items"] }) {
  return <>{nameIn(among, of?.output_id)} → {nameIn(among, of?.outcome_id)}</>;
}

function Fields({ of, names }: { of: readonly FieldChange[]; names: ReadonlyMap<string, string> }) {
  if (of.length === 0) return null;
  return (
    <ul class="plain">
      {of.map((field) => (
        <li key={field.field}>{fieldName(field.field)}: <del>{fieldValue(field, field.before, names)}</del> → <ins>{fieldValue(field, field.after, names)}</ins></li>
      ))}
    </ul>
  );
}

function ChangeWord({ of }: { of: string }) {
  const sign = of === "added" ? "+" : of === "gone" ? "−" : "≠";
  return <span class={`status ${of === "added" ? "on_track" : of === "gone" ? "off_track" : "at_risk"}`}><span aria-hidden="true">{sign}</span>{word(of)}</span>;
}
