// The results framework as a tree grid with component lanes: by mouse and by keyboard, with undo, filters, and what
// others change shown as they do.
import { useMemo, useRef } from "preact/hooks";
import { useAll } from "../api/store";
import type { ListStakeholdersResponse, Plan } from "../api/types";
import { t, word } from "../i18n";
import { keepDraft, readDraft } from "../parts/draft";
import { Empty, Notice, Trouble } from "../parts/notice";
import { choicesOf } from "../plan/filter";
import { Outrun } from "../plan/history";
import type { Kind } from "../plan/tree";
import { below, isStaff } from "../session";
import { Editor, type Ending } from "./plan-cell";
import { useComments } from "./plan-comments";
import { TreeFilter } from "./plan-filter";
import { useMarks } from "./plan-marks";
import { ItemRow } from "./plan-row";
import { HistoryBar, TreeKeys } from "./plan-tree-bar";
import { newRowKey, useTree } from "./plan-tree-state";
import { useTouched } from "./plan-touched";

/** Open comments by item. */
function useAsked(plan: Plan): Map<string, number> {
  const comments = useComments(plan);
  return useMemo(() => {
    const open = new Map<string, number>();
    for (const one of comments.data?.comments ?? []) if (!one.resolved_at) open.set(one.item_id, (open.get(one.item_id) ?? 0) + 1);
    return open;
  }, [comments.data]);
}

/** The tree of a plan. */
export function PlanTree({ plan }: { plan: Plan }) {
  const table = useRef<HTMLTableElement>(null);
  const tree = useTree(plan, table);
  const { editable, lanes, kept, siblings, folded, at, editing, adding, anchor, target, problem, does } = tree;
  const stakeholders = useAll<ListStakeholdersResponse>(isStaff() ? below("stakeholders?page_size=200") : null);
  const names = useMemo(() => new Map(stakeholders.data?.stakeholders.flatMap((one) => [one.id, ...one.former_ids].map((id) => [id, one.name] as const))), [stakeholders.data]);
  const asked = useAsked(plan);
  const marks = useMarks(plan, isStaff() && !["superseded", "archived"].includes(plan.state));
  const touched = useTouched(plan);
  const choices = useMemo(() => choicesOf(plan.items), [plan.items]);
  const addObjective = editable && <button type="button" class="button" onClick={() => does.add("objective")}>{t("plan.add_objective")}</button>;
  const said = (
    <>
      {editable && <HistoryBar plan={plan} history={tree.history} turn={tree.turn} told={tree.told} />}
      {touched.by && <p class="small" role="status">{t("plan.touched", { who: touched.by, items: touched.numbers.join(", ") })}</p>}
      {problem instanceof Outrun ? <Notice tone="careful">{t("plan.outrun")}</Notice> : <Trouble problem={problem} />}
    </>
  );
  if (plan.items.length === 0) return <div class="stack tight">{said}<Empty action={addObjective}>{t("plan.empty")}</Empty></div>;
  return (
    <div class="stack tight">
      <div class="row between noprint">
        <div class="row">
          <button type="button" class="button" onClick={() => tree.foldTo("outcome")}>{t("plan.fold")}</button>
          <button type="button" class="button" onClick={() => tree.foldTo(null)}>{t("plan.unfold")}</button>
        </div>
        {addObjective}
      </div>
      <TreeFilter choices={choices} names={names} fitting={kept?.fitting.size ?? plan.items.length} all={plan.items.length} />
      {said}
      {editable && <datalist id="plan-sections">{choices.section.map((section) => <option key={section} value={section} />)}</datalist>}
      <div class="scroller">
        <table class="tree" role="treegrid" aria-label={t("plan.tree")} aria-rowcount={tree.count + 1} aria-readonly={!editable} ref={table} onKeyDown={tree.press} onFocusIn={tree.focused}>
          <thead>
            <tr role="row" aria-rowindex={1}>
              <th scope="col">{t("plan.number")}</th>
              <th scope="col">{t("plan.statement")}</th>
              {lanes.map((lane) => <th scope="col" key={lane} class="lane">{word(lane)}</th>)}
              <th scope="col">{t("plan.lead")}</th>
              <th scope="col">{t("plan.about")}</th>
              <th scope="col">{t("plan.markers")}</th>
              <th scope="col">{t("field.end")}</th>
              <th scope="col"><span class="unseen">{t("field.actions")}</span></th>
            </tr>
          </thead>
          <tbody>
            {tree.rows.flatMap((row, line) => {
              const { item } = row;
              const drawn = (
                <ItemRow key={item.id} {...row} line={line + 2} siblings={siblings.get(item.parent_id) ?? 1} parent={siblings.has(item.id)} lanes={lanes} editable={editable} stakeholder={names.get(item.stakeholder_id)} asked={asked.get(item.id) ?? 0} severity={marks.get(item.id)?.severity ?? ""} findings={marks.get(item.id)?.count ?? 0} finding={marks.get(item.id)?.text ?? ""} folded={folded.has(item.id)} context={kept !== null && !kept.fitting.has(item.id)} touched={touched.ids.has(item.id)} here={at?.id === item.id ? at.column : ""} editing={editing?.id === item.id ? editing.column : ""} target={target?.id === item.id ? target.place : ""} does={does} />
              );
              return adding && anchor === item.id ? [drawn, <NewRow key={`new.${item.id}`} plan={plan} kind={adding.kind} columns={tree.columns.length} onEnd={tree.finishAdding} />] : [drawn];
            })}
          </tbody>
        </table>
      </div>
      {tree.count === 0 && <Empty>{t("plan.none_fit")}</Empty>}
      {editable && <TreeKeys />}
    </div>
  );
}

/** A row for what is typed next; what stands in it is kept until it is stored. */
function NewRow({ plan, kind, columns, onEnd }: { plan: Plan; kind: Kind; columns: number; onEnd: (text: string, how: Ending) => void }) {
  const key = newRowKey(plan);
  return (
    <tr class={`${kind} new`} role="row">
      <td role="gridcell" />
      <td role="gridcell" class="say" colSpan={columns - 1}>
        <Editor column="statement" label={t(`plan.add_${kind}`)} text={readDraft<string>(key) ?? ""} onInput={(text) => keepDraft(key, text)} onEnd={onEnd} onLeave={() => onEnd("", "escape")} />
      </td>
    </tr>
  );
}
