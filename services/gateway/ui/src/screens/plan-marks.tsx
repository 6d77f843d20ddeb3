// What the check asks, at its place: a mark in the row of an item, the sentences in its drawer.
import { useMemo } from "preact/hooks";
import { useGet } from "../api/store";
import type { CheckPlanResponse, Plan, PlanCheckFinding, PlanItem } from "../api/types";
import { language, say, t } from "../i18n";
import { below } from "../session";
import { SEVERITIES } from "../words";
import { Severity } from "./plan-check";

/** What is asked of one item: the worst severity, how many, and the sentences. */
export interface Mark {
  severity: string;
  count: number;
  text: string;
}

function openFindings(data: CheckPlanResponse | undefined): PlanCheckFinding[] {
  const rank = (one: PlanCheckFinding) => SEVERITIES.indexOf(one.severity as "error");
  return (data?.findings ?? []).filter((one) => !one.waiver).sort((one, other) => rank(one) - rank(other));
}

/** Marks by item; nothing for a plan that nobody works on. A change to the plan asks anew. */
export function useMarks(plan: Plan, asked: boolean): ReadonlyMap<string, Mark> {
  const checked = useGet<CheckPlanResponse>(asked ? below(`plans/${plan.id}/check`) : null);
  return useMemo(() => {
    const marks = new Map<string, Mark>();
    for (const one of openFindings(checked.data)) {
      if (!one.item_id) continue;
      const before = marks.get(one.item_id);
      marks.set(one.item_id, { severity: before?.severity ?? one.severity, count: (before?.count ?? 0) + 1, text: [before?.text, say(one.message)].filter(Boolean).join(" ") });
    }
    return marks;
  }, [checked.data, language.value]);
}

/** The mark of a row. */
export function RowMark({ severity, count, text }: Mark) {
  return <span class="mark" title={text}><Severity of={severity} />{count > 1 && ` (${count})`}<span class="unseen">: {text}</span></span>;
}

/** What is asked of an item, in its drawer. */
export function ItemFindings({ plan, item }: { plan: Plan; item: PlanItem }) {
  const checked = useGet<CheckPlanResponse>(below(`plans/${plan.id}/check`));
  const own = openFindings(checked.data).filter((one) => one.item_id === item.id);
  if (own.length === 0) return null;
  return (
    <ul class="list" aria-label={t("plan.check")}>
      {own.map((one) => <li key={one.key}><span><Severity of={one.severity} /> {say(one.message)}</span></li>)}
    </ul>
  );
}
