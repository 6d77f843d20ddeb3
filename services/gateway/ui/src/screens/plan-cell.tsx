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

/** The cell. */
export function TextCell({ planNow, history, item, column, label, editing, begin, end }: Props) {
  const key = `${column}.${item.id}.${column === "statement" ? language.value : ""}`;
  const shown = textOf(item, column);
  // What was typed and not stored, from now or from before.
  const [kept, setKept] = useState<string | null>(() => readDraft<string>(key));
  const [problem, setProblem] = useState<unknown>(null);
  const [saved, setSaved] = useState(false);
  const [clash, setClash] = useState<{ of: Merge<PlanItem>; version: number } | null>(null);
  const done = () => {
    dropDraft(key);
    setProblem(null);
    setClash(null);
    setKept(null);
    setSaved(true);
  };
  const save = async (typed: string, how: Ending) => {
    const text = typed.trim();
    end(how);
    setSaved(false);
    if (text === shown || (text === "" && column === "statement")) {
      dropDraft(key);
      return setKept(null);
    }
    setKept(null);
    const before = planNow().items.find((one) => one.id === item.id) ?? item;
    const mine = withText(before, column, text);
    try {
      await history.does((plan) => editItem(plan, before, mine), () => revised(t("plan.did_edit", { item: item.number }), before, mine));
      done();
    } catch (failure) {
      const theirs = failure instanceof Problem && failure.stale ? itemIn(failure.current, item.id) : undefined;
      if (theirs && failure instanceof Problem) setClash({ of: merge(before, mine, theirs, ["version", "number", "position"]), version: failure.currentVersion ?? planNow().version });
      else setProblem(failure);
      setKept(text);
    }
    return undefined;
  };
  if (clash) return <Conflict of={clash.of} busy={false} onSettle={(value) => void reviseItem(planNow(), value, clash.version).then(done, setProblem)} />;
  if (editing) {
    return <Editor column={column} label={label} text={kept ?? shown} onInput={(text) => keepDraft(key, text)} onEnd={(text, how) => void save(text, how)} onLeave={() => { dropDraft(key); setKept(null); end("escape"); }} />;
  }
  const look = kept ?? (column === "end" ? date(item.end) : column === "markers" ? "" : shown);
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
