// The results framework as a tree grid with component lanes, edited in place.
import { useCallback, useMemo, useRef, useState } from "preact/hooks";
import { Problem } from "../api/problem";
import { useAll } from "../api/store";
import type { ListStakeholdersResponse, Plan, PlanItem } from "../api/types";
import { language, say, t, word } from "../i18n";
import { date, percent } from "../i18n/format";
import { dropDraft, keepDraft, readDraft } from "../parts/draft";
import { openDrawer } from "../parts/drawer";
import { Conflict, WriteButton } from "../parts/form";
import { type Merge, merge } from "../parts/merge";
import { Icon } from "../parts/icon";
import { memo } from "../parts/memo";
import { Empty, Trouble } from "../parts/notice";
import { childKind, type Kind, newItem, rowsOf, unfolded } from "../plan/tree";
import { editItem, itemIn, moveItem, removeItem, reviseItem } from "../plan/writes";
import { below, isStaff, mayWrite } from "../session";
import { COMPONENTS } from "../words";
import { useComments } from "./plan-comments";
import { ItemForm } from "./plan-item";

/** Opens an item in the drawer. */
export function openItem(plan: Plan, item: PlanItem): void {
  openDrawer(item.id ? `${item.number} ${word(item.kind)}` : t(`plan.add_${item.kind as Kind}`), () => <ItemForm planId={plan.id} item={item} />);
}

/** The tree of a plan. */
export function PlanTree({ plan }: { plan: Plan }) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [problem, setProblem] = useState<unknown>(null);
  const rows = useMemo(() => rowsOf(plan.items), [plan.items]);
  const stakeholders = useAll<ListStakeholdersResponse>(isStaff() ? below("stakeholders?page_size=200") : null);
  const names = useMemo(() => new Map(stakeholders.data?.stakeholders.flatMap((one) => [one.id, ...one.former_ids].map((id) => [id, one.name] as const))), [stakeholders.data]);
  const comments = useComments(plan);
  const asked = useMemo(() => {
    const open = new Map<string, number>();
    for (const one of comments.data?.comments ?? []) if (!one.resolved_at) open.set(one.item_id, (open.get(one.item_id) ?? 0) + 1);
    return open;
  }, [comments.data]);
  const editable = plan.state === "draft" && mayWrite("coordinator");
  const support = plan.items.some((item) => item.component === "support");
  const lanes = useMemo(() => COMPONENTS.filter((component) => component !== "support" || support), [support]);
  const parents = useMemo(() => new Set(plan.items.map((item) => item.parent_id)), [plan.items]);
  // The rows ask for the plan when they act on it, so that a saved cell redraws its own row only.
  const latest = useRef(plan);
  latest.current = plan;
  const planNow = useCallback(() => latest.current, []);
  const fold = useCallback((id: string) => {
    setFolded((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  const add = useCallback((kind: Kind, parent?: PlanItem) => openItem(planNow(), newItem(kind, parent, planNow())), []);
  const move = useCallback(async (item: PlanItem, by: number) => {
    setProblem(null);
    await moveItem(planNow(), item, item.parent_id, item.position + by).catch(setProblem);
  }, []);
  if (plan.items.length === 0) {
    return <Empty action={editable && <button type="button" class="button primary" onClick={() => add("objective")}>{t("plan.add_objective")}</button>}>{t("plan.empty")}</Empty>;
  }
  return (
    <div class="stack tight">
      <div class="row between noprint">
        <div class="row">
          <button type="button" class="button" onClick={() => setFolded(new Set(plan.items.filter((item) => item.kind === "outcome").map((item) => item.id)))}>{t("plan.fold")}</button>
          <button type="button" class="button" onClick={() => setFolded(new Set())}>{t("plan.unfold")}</button>
        </div>
        {editable && <button type="button" class="button" onClick={() => add("objective")}>{t("plan.add_objective")}</button>}
      </div>
      <Trouble problem={problem} />
      <div class="scroller" tabIndex={0} role="group" aria-label={t("plan.tree")}>
        <table class="tree">
          <caption class="unseen">{t("plan.tree")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("plan.number")}</th>
              <th scope="col">{t("plan.statement")}</th>
              {lanes.map((lane) => <th scope="col" key={lane} class="lane">{word(lane)}</th>)}
              <th scope="col">{t("plan.lead")}</th>
              <th scope="col">{t("plan.about")}</th>
              <th scope="col">{t("field.end")}</th>
              <th scope="col"><span class="unseen">{t("field.actions")}</span></th>
            </tr>
          </thead>
          <tbody>
            {unfolded(rows, folded).map((row) => (
              <ItemRow key={row.item.id} {...row} planNow={planNow} parent={parents.has(row.item.id)} lanes={lanes} editable={editable} stakeholder={names.get(row.item.stakeholder_id)} asked={asked.get(row.item.id) ?? 0} folded={folded.has(row.item.id)} fold={fold} add={add} move={move} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

interface RowProps {
  item: PlanItem;
  depth: number;
  first: boolean;
  last: boolean;
  /** True when items stand below it. */
  parent: boolean;
  planNow: () => Plan;
  lanes: readonly string[];
  editable: boolean;
  stakeholder: string | undefined;
  /** Open comments. */
  asked: number;
  folded: boolean;
  fold: (id: string) => void;
  add: (kind: Kind, parent: PlanItem) => void;
  move: (item: PlanItem, by: number) => Promise<void>;
}

const ItemRow = memo(function ItemRow({ item, depth, first, last, parent, planNow, lanes, editable, stakeholder, asked, folded, fold, add, move }: RowProps) {
  const below = childKind(item.kind);
  const name = `${item.number} ${say(item.statement)}`;
  return (
    <tr class={`${item.kind} d${Math.min(depth, 3)}`} id={`item-${item.id}`}>
      <td>
        <span class="number">
          {parent ? (
            <button type="button" class="button quiet square" aria-expanded={!folded} aria-label={`${folded ? t("plan.unfold") : t("plan.fold")}: ${name}`} onClick={() => fold(item.id)}>{folded ? "▸" : "▾"}</button>
          ) : <span class="no-fold" />}
          {item.number}
        </span>
      </td>
      <td class="say">
        {editable ? <Statement planNow={planNow} item={item} /> : say(item.statement)}
        {item.plan_change_id && <span class="tag">{t("plan.from_recommendation")}</span>}
        {asked > 0 && <span class="tag">{t("comment.count", { count: asked })}</span>}
      </td>
      {lanes.map((lane) => (
        <td key={lane} class="lane">
          {item.component === lane && <span class="lane-mark"><svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" rx="2" fill="currentColor" /></svg><span class="unseen">{word(lane)}</span></span>}
        </td>
      ))}
      <td>{item.lead_section || "–"}</td>
      <td class="about">
        {item.kind === "outcome" && <>{stakeholder ?? "–"} · {word(item.dimension)}</>}
        {item.kind === "activity" && <>{word(item.activity_status)} · {percent(item.progress_percent / 100)}</>}
        {item.markers.length > 0 && <span class="row">{item.markers.map((marker) => <span class="tag" key={marker}>{marker}</span>)}</span>}
      </td>
      <td>{date(item.end)}</td>
      <td>
        <span class="row close">
          {editable && (
            <>
              <button type="button" class="button quiet square" disabled={first} aria-label={`${t("plan.up")}: ${name}`} title={t("plan.up")} onClick={() => void move(item, -1)}><Icon name="up" /></button>
              <button type="button" class="button quiet square" disabled={last} aria-label={`${t("plan.down")}: ${name}`} title={t("plan.down")} onClick={() => void move(item, 1)}><Icon name="down" /></button>
              {below && <button type="button" class="button quiet square" aria-label={`${t(`plan.add_${below}`)}: ${name}`} title={t(`plan.add_${below}`)} onClick={() => add(below, item)}><Icon name="plus" /></button>}
            </>
          )}
          <button type="button" class="button quiet square" aria-label={`${t("action.open")}: ${name}`} title={t("action.open")} onClick={() => openItem(planNow(), item)}><Icon name="edit" /></button>
        </span>
      </td>
    </tr>
  );
});

/** The statement, edited in place: Enter saves, Escape leaves it as it was, and what was typed is kept. */
function Statement({ planNow, item }: { planNow: () => Plan; item: PlanItem }) {
  const key = `statement.${item.id}.${language.value}`;
  const shown = say(item.statement);
  const [typed, setTyped] = useState<string | null>(() => readDraft<string>(key));
  const [problem, setProblem] = useState<unknown>(null);
  const [saved, setSaved] = useState(false);
  const [clash, setClash] = useState<{ of: Merge<PlanItem>; version: number } | null>(null);
  const done = () => {
    dropDraft(key);
    setProblem(null);
    setClash(null);
    setTyped(null);
    setSaved(true);
  };
  const save = async () => {
    if (typed === null) return;
    const text = typed.trim();
    setTyped(null);
    if (text === shown || text === "") return dropDraft(key);
    const statement = { en: item.statement?.en ?? "", fr: item.statement?.fr ?? "", [language.value]: text };
    const mine = { ...item, statement };
    try {
      await editItem(planNow(), item, mine);
      done();
    } catch (failure) {
      const theirs = failure instanceof Problem && failure.stale ? itemIn(failure.current, item.id) : undefined;
      if (theirs && failure instanceof Problem) setClash({ of: merge(item, mine, theirs, ["version", "number", "position"]), version: failure.currentVersion ?? planNow().version });
      else setProblem(failure);
      setTyped(text);
    }
    return undefined;
  };
  if (clash) return <Conflict of={clash.of} busy={false} onSettle={(value) => void reviseItem(planNow(), value, clash.version).then(done, setProblem)} />;
  if (typed === null) {
    return (
      <button type="button" class="edit" onClick={() => { setSaved(false); setTyped(shown); }}>
        <span class="unseen">{t("action.edit")}: </span>
        {shown}
        {saved && <span class="saved" role="status"> ✓ {t("state.saved")}</span>}
      </button>
    );
  }
  return (
    <>
      <textarea
        class="control"
        autofocus
        aria-label={`${t("plan.statement")} ${item.number}`}
        value={typed}
        onInput={(event) => { setTyped(event.currentTarget.value); keepDraft(key, event.currentTarget.value); }}
        onBlur={() => void save()}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            event.currentTarget.blur();
          } else if (event.key === "Escape") {
            event.stopPropagation();
            dropDraft(key);
            setTyped(null);
          }
        }}
      />
      <Trouble problem={problem} kept />
    </>
  );
}

/** Removing an item with all below it, asked twice. */
export function RemoveItem({ plan, item, onDone }: { plan: Plan; item: PlanItem; onDone: () => void }) {
  const [sure, setSure] = useState(false);
  if (!sure) return <button type="button" class="button danger" onClick={() => setSure(true)}>{t("action.remove")}</button>;
  return <WriteButton danger label={t("plan.remove_sure")} work={() => removeItem(plan, item)} onDone={onDone} />;
}
