// One cell of the framework that is edited in place: Enter and Tab save, Escape leaves it as it was, and what was
// typed is kept until it is stored.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../api/problem";
import type { Plan, PlanItem } from "../api/types";
import { language, say, t } from "../i18n";
import { date } from "../i18n/format";
import { dropDraft, keepDraft, readDraft } from "../parts/draft";
import { Conflict } from "../parts/form";
import { type Merge, merge } from "../parts/merge";
import { Trouble } from "../parts/notice";
import { type History, revised } from "../plan/history";
import { editItem, itemIn, reviseItem } from "../plan/writes";

/** The columns that are edited as text. */
export type TextColumn = "statement" | "lead" | "markers" | "end";

/** What stands in a cell, as it is typed. */
export function textOf(item: PlanItem, column: TextColumn): string {
  if (column === "statement") return say(item.statement);
  if (column === "lead") return item.lead_section;
  return column === "end" ? item.end : item.markers.join(", ");
}

/** The item with what was typed in a cell. */
export function withText(item: PlanItem, column: TextColumn, text: string): PlanItem {
  if (column === "statement") return { ...item, statement: { en: item.statement?.en ?? "", fr: item.statement?.fr ?? "", [language.value]: text } };
  if (column === "lead") return { ...item, lead_section: text };
  if (column === "end") return { ...item, end: text };
  return { ...item, markers: text.split(",").map((marker) => marker.trim()).filter(Boolean) };
}

/** How typing ended: by Enter, by Tab onwards or backwards, by leaving for elsewhere, or by Escape. */
export type Ending = "enter" | "next" | "previous" | "left" | "escape";

interface Props {
  planNow: () => Plan;
  history: History;
  item: PlanItem;
  column: TextColumn;
  label: string;
  /** True while it is typed in; the grid says so. */
  editing: boolean;
  begin: () => void;
  end: (how: Ending) => void;
}

/** What is kept of a cell that is not stored: what was typed, and the item as it was when typing began. */
interface Kept {
  text: string;
  base: PlanItem;
}

/** Someone wrote another thing into the same cell meanwhile. */
class Clashed extends Error {
  constructor(readonly theirs: PlanItem, readonly version: number) {
    super();
  }
}

/** Writes what was typed on top of what the item says now; a clash where the same cell says something else by now. */
async function writeText(plan: Plan, base: PlanItem, column: TextColumn, text: string): Promise<{ after: Plan; before: PlanItem; mine: PlanItem }> {
  const before = plan.items.find((one) => one.id === base.id);
  if (!before) throw new Problem(404, "not_found", "");
  const now = textOf(before, column);
  if (now !== textOf(base, column) && now !== text) throw new Clashed(before, plan.version);
  const mine = withText(before, column, text);
  try {
    return { after: await editItem(plan, before, mine), before, mine };
  } catch (failure) {
    const theirs = failure instanceof Problem && failure.stale ? itemIn(failure.current, base.id) : undefined;
    if (theirs && failure instanceof Problem) throw new Clashed(theirs, failure.currentVersion ?? plan.version);
    throw failure;
  }
}

/** The cell. */
export function TextCell({ planNow, history, item, column, label, editing, begin, end }: Props) {
  const key = `${column}.${item.id}.${column === "statement" ? language.value : ""}`;
  const shown = textOf(item, column);
  // What was typed and not stored, from now or from before.
  const [kept, setKept] = useState<Kept | null>(() => {
    const before = readDraft<Kept | string>(key);
    return typeof before === "string" ? { text: before, base: item } : before;
  });
  const [problem, setProblem] = useState<unknown>(null);
  const [saved, setSaved] = useState(false);
  const [clash, setClash] = useState<{ of: Merge<PlanItem>; version: number } | null>(null);
  // The item as it is when typing begins: what another person writes from then on is not overwritten unseen.
  const base = useRef(item);
  if (!editing) base.current = item;
  const started = () => kept?.base ?? base.current;
  const done = () => {
    dropDraft(key);
    setProblem(null);
    setClash(null);
    setKept(null);
    setSaved(true);
  };
  const save = async (typed: string, how: Ending) => {
    const text = typed.trim();
    const from = started();
    end(how);
    setSaved(false);
    if (text === textOf(from, column) || (text === "" && column === "statement")) {
      dropDraft(key);
      return setKept(null);
    }
    keepDraft<Kept>(key, { text, base: from });
    setKept(null);
    let written: { before: PlanItem; mine: PlanItem } | undefined;
    try {
      await history.does(async (plan) => (written = await writeText(plan, from, column, text)).after, () => revised(t("plan.did_edit", { item: item.number }), written?.before ?? from, written?.mine ?? from), true);
      done();
    } catch (failure) {
      if (failure instanceof Clashed) setClash({ of: merge(from, withText(from, column, text), failure.theirs, ["version", "number", "position"]), version: failure.version });
      else setProblem(failure);
      setKept({ text, base: from });
    }
    return undefined;
  };
  if (clash) return <Conflict of={clash.of} busy={false} onSettle={(value) => void reviseItem(planNow(), value, clash.version).then(done, setProblem)} />;
  if (editing) {
    return <Editor column={column} label={label} text={kept?.text ?? shown} onInput={(text) => keepDraft<Kept>(key, { text, base: started() })} onEnd={(text, how) => void save(text, how)} onLeave={() => { dropDraft(key); setKept(null); end("escape"); }} />;
  }
  const look = kept?.text ?? (column === "end" ? date(item.end) : column === "markers" ? "" : shown);
  return (
    <>
      <div class={`edit${kept === null ? "" : " kept"}`} onClick={begin}>
        {look || (column === "markers" && item.markers.length > 0 ? <Markers of={item.markers} /> : <span class="soft">–</span>)}
        {kept !== null && <span class="unseen"> ({t("plan.not_saved")})</span>}
        {saved && kept === null && <span class="saved" role="status"> ✓ {t("state.saved")}</span>}
      </div>
      <Trouble problem={problem} kept />
    </>
  );
}

/** Markers, each in its box. */
export function Markers({ of }: { of: readonly string[] }) {
  return <span class="row">{of.map((marker) => <span class="tag" key={marker}>{marker}</span>)}</span>;
}

interface EditorProps {
  column: TextColumn;
  label: string;
  text: string;
  onInput: (text: string) => void;
  onEnd: (text: string, how: Ending) => void;
  onLeave: () => void;
}

/** Takes the focus when it appears. */
export function Editor({ column, label, text, onInput, onEnd, onLeave }: EditorProps) {
  const control = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  // The way it ended; leaving it by the mouse saves too.
  const over = useRef(false);
  useLayoutEffect(() => {
    const element = control.current;
    element?.focus();
    if (element && element.type !== "date") element.setSelectionRange(element.value.length, element.value.length);
  }, []);
  useEffect(() => () => void (over.current = true), []);
  const finish = (how: Ending) => {
    if (over.current) return;
    over.current = true;
    onEnd(control.current?.value ?? text, how);
  };
  const shared = {
    ref: control,
    class: "control",
    "aria-label": label,
    defaultValue: text,
    onInput: (event: { currentTarget: { value: string } }) => onInput(event.currentTarget.value),
    onBlur: () => finish("left"),
    onKeyDown: (event: KeyboardEvent) => {
      if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") {
        event.preventDefault();
        event.stopPropagation();
        finish(event.key === "Enter" ? "enter" : event.shiftKey ? "previous" : "next");
      } else if (event.key === "Escape") {
        event.stopPropagation();
        over.current = true;
        onLeave();
      } else {
        // The keys of the grid are the text's now.
        event.stopPropagation();
      }
    },
  };
  return column === "statement" ? <textarea {...shared} /> : <input type={column === "end" ? "date" : "text"} list={column === "lead" ? "plan-sections" : undefined} {...shared} />;
}
