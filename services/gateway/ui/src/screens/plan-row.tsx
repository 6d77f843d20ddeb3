// One row of the framework: its cells, its buttons, and where it may be dropped.
import type { Plan, PlanItem } from "../api/types";
import { say, t, word } from "../i18n";
import { date, percent } from "../i18n/format";
import { Icon } from "../parts/icon";
import { memo } from "../parts/memo";
import type { History } from "../plan/history";
import { childKind, type Kind, type Row } from "../plan/tree";
import { RowMark } from "./plan-marks";
import { type Ending, Markers, TextCell, type TextColumn } from "./plan-cell";

/** What the grid does for a row; the same functions as long as the grid lives. */
export interface Does {
  planNow: () => Plan;
  history: History;
  open: (item: PlanItem) => void;
  fold: (id: string) => void;
  add: (kind: Kind, parent?: PlanItem) => void;
  move: (item: PlanItem, by: number) => void;
  component: (item: PlanItem, component: string) => void;
  begin: (id: string, column: string) => void;
  end: (how: Ending) => void;
  drag: (item: PlanItem | null) => void;
  over: (item: PlanItem, lowerHalf: boolean) => boolean;
  drop: (item: PlanItem, lowerHalf: boolean) => void;
}

export interface RowProps extends Row {
  /** Its place among all rows that are shown, from 2: the heading is 1. */
  line: number;
  siblings: number;
  /** True when items stand below it. */
  parent: boolean;
  lanes: readonly string[];
  editable: boolean;
  stakeholder: string | undefined;
  /** Open comments. */
  asked: number;
  /** What the check asks of it: severity, how many, and the sentences; 0 for nothing. */
  severity: string;
  findings: number;
  finding: string;
  folded: boolean;
  /** It does not fit the filter, but something in it does. */
  context: boolean;
  /** Another person changed it just now. */
  touched: boolean;
  /** The column that has the focus, or "". */
  here: string;
  /** The column that is typed in, or "". */
  editing: string;
  /** Where a dragged item would go: "", "above", "below" or "into". */
  target: string;
  does: Does;
}

/** True where the pointer is in the lower half of a row. */
function isLower(event: DragEvent): boolean {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return event.clientY > box.top + box.height / 2;
}

export const ItemRow = memo(function ItemRow({ item, depth, first, last, line, siblings, parent, lanes, editable, stakeholder, asked, severity, findings, finding, folded, context, touched, here, editing, target, does }: RowProps) {
  const below = childKind(item.kind);
  const name = `${item.number} ${say(item.statement)}`;
  const cell = (column: string) => ({ role: "gridcell" as const, tabIndex: column === here ? 0 : -1, "data-item": item.id, "data-column": column });
  const text = (column: TextColumn, label: string) =>
    editable
      ? <TextCell key={item.id + column} planNow={does.planNow} history={does.history} item={item} column={column} label={`${label} ${item.number}`} editing={editing === column} begin={() => does.begin(item.id, column)} end={does.end} />
      : column === "statement" ? say(item.statement) : column === "lead" ? item.lead_section || "–" : column === "end" ? date(item.end) : <Markers of={item.markers} />;
  const classes = [item.kind, `d${Math.min(depth, 3)}`, context ? "context" : "", touched ? "touched" : "", target ? `drop-${target}` : ""].filter(Boolean).join(" ");
  return (
    <tr
      class={classes}
      id={`item-${item.id}`}
      role="row"
      aria-level={depth + 1}
      aria-posinset={item.position + 1}
      aria-setsize={siblings}
      aria-rowindex={line}
      aria-expanded={parent ? !folded : undefined}
      onDragOver={editable ? (event) => { if (does.over(item, isLower(event))) event.preventDefault(); } : undefined}
      onDrop={editable ? (event) => { event.preventDefault(); does.drop(item, isLower(event)); } : undefined}
    >
      <td {...cell("number")}>
        <span class="number">
          {editable && <span class="grip" draggable aria-hidden="true" title={t("plan.drag")} onDragStart={(event) => { event.dataTransfer?.setData("text/plain", name); does.drag(item); }} onDragEnd={() => does.drag(null)}>⠿</span>}
          {parent ? (
            <button type="button" class="button quiet square" tabIndex={-1} aria-expanded={!folded} aria-label={`${folded ? t("plan.unfold") : t("plan.fold")}: ${name}`} onClick={() => does.fold(item.id)}>{folded ? "▸" : "▾"}</button>
          ) : <span class="no-fold" />}
          {item.number}
        </span>
        <span class="unseen"> {word(item.kind)}</span>
      </td>
      <td {...cell("statement")} class="say">
        {text("statement", t("plan.statement"))}
        {item.plan_change_id && <span class="tag">{t("plan.from_recommendation")}</span>}
        {findings > 0 && <RowMark severity={severity} count={findings} text={finding} />}
        {asked > 0 && <span class="tag">{t("comment.count", { count: asked })}</span>}
      </td>
      {lanes.map((lane) => (
        <td key={lane} {...cell(`lane.${lane}`)} class="lane" onClick={editable && item.kind === "output" ? () => does.component(item, lane) : undefined}>
          {item.component === lane && <span class="lane-mark"><svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" rx="2" fill="currentColor" /></svg><span class="unseen">{word(lane)}</span></span>}
        </td>
      ))}
      <td {...cell("lead")}>{text("lead", t("plan.lead"))}</td>
      <td {...cell("about")} class="about">
        {item.kind === "outcome" && <>{stakeholder ?? "–"} · {word(item.dimension)}</>}
        {item.kind === "activity" && <>{word(item.activity_status)} · {percent(item.progress_percent / 100)}</>}
      </td>
      <td {...cell("markers")}>{text("markers", t("plan.markers"))}</td>
      <td {...cell("end")} class="when">{text("end", t("field.end"))}</td>
      <td {...cell("actions")}>
        <span class="row close">
          {editable && (
            <>
              <button type="button" class="button quiet square" tabIndex={-1} disabled={first} aria-label={`${t("plan.up")}: ${name}`} title={t("plan.up")} onClick={() => does.move(item, -1)}><Icon name="up" /></button>
              <button type="button" class="button quiet square" tabIndex={-1} disabled={last} aria-label={`${t("plan.down")}: ${name}`} title={t("plan.down")} onClick={() => does.move(item, 1)}><Icon name="down" /></button>
              {below && <button type="button" class="button quiet square" tabIndex={-1} aria-label={`${t(`plan.add_${below}`)}: ${name}`} title={t(`plan.add_${below}`)} onClick={() => does.add(below, item)}><Icon name="plus" /></button>}
            </>
          )}
          <button type="button" class="button quiet square" tabIndex={-1} aria-label={`${t("action.open")}: ${name}`} title={t("action.open")} onClick={() => does.open(item)}><Icon name="edit" /></button>
        </span>
      </td>
    </tr>
  );
});
