// Records a mandate with its tasks, or revises one that is recorded; tasks are typed one by one or pasted as lines.
import { useState } from "preact/hooks";
import { write } from "../api/client";
import { expire } from "../api/store";
import type { Mandate, Text } from "../api/types";
import { t } from "../i18n";
import { today } from "../i18n/periods";
import { useDraft } from "../parts/draft";
import { closeDrawer } from "../parts/drawer";
import { Choice, TextArea, TextField, TextPair } from "../parts/field";
import { Form } from "../parts/form";
import { below } from "../session";

/** A task as the form holds it; without an id it is new. */
interface Task {
  id: string;
  paragraph: string;
  text: Text;
  /** "" for none, else "1" to "3". */
  priority: string;
}

const PRIORITIES = ["1", "2", "3"];
const EMPTY: Task = { id: "", paragraph: "", text: { en: "", fr: "" }, priority: "" };

/** Lines "32 (a) | English | français | 1" as tasks; a tab, as Excel pastes it, stands for the bar; the priority may be left out. */
export function tasksOf(text: string): Task[] {
  return text.split("\n").flatMap((line) => {
    const [paragraph = "", en = "", fr = "", priority = ""] = line.split(line.includes("|") ? "|" : "\t").map((part) => part.trim());
    return paragraph && (en || fr) ? [{ id: "", paragraph, text: { en, fr }, priority: PRIORITIES.includes(priority) ? priority : "" }] : [];
  });
}

function startOf(mandate: Mandate | undefined) {
  const tasks: Task[] = (mandate?.tasks ?? []).map((task) => ({ id: task.id, paragraph: task.paragraph, text: task.text ?? EMPTY.text, priority: task.priority ? String(task.priority) : "" }));
  return { resolution: mandate?.resolution ?? "", adopted: mandate?.adopted ?? today(), expires: mandate?.expires ?? "", tasks };
}

/** The form; without a mandate it records a new one. */
export function MandateForm({ mandate }: { mandate?: Mandate }) {
  const draft = useDraft(`mandate.${mandate?.id ?? "new"}`, startOf(mandate), mandate?.version);
  const of = draft.value;
  const set = (place: number, change: Partial<Task>) => draft.set({ tasks: of.tasks.map((task, own) => (own === place ? { ...task, ...change } : task)) });
  return (
    <Form
      draft={draft}
      submit={t(mandate ? "action.save" : "mandate.record")}
      onDone={closeDrawer}
      theirs={(current) => startOf(current as Mandate)}
      send={async (value, version) => {
        await write("POST", below("mandates"), { ...value, tasks: value.tasks.map((task) => ({ ...task, priority: Number(task.priority) || 0 })) }, version === undefined ? {} : { version });
        expire(below("mandates"));
      }}
    >
      {(about) => (
        <>
          {mandate ? <p class="soft">{mandate.resolution}</p> : <TextField label={t("mandate.resolution")} placeholder="S/RES/2709 (2023)" value={of.resolution} wrong={about("resolution")} onInput={(resolution) => draft.set({ resolution })} required />}
          <div class="pair">
            <TextField label={t("mandate.adopted")} type="date" value={of.adopted} wrong={about("adopted")} onInput={(adopted) => draft.set({ adopted })} required />
            <TextField label={t("mandate.expires")} type="date" value={of.expires} wrong={about("expires")} onInput={(expires) => draft.set({ expires })} required />
          </div>
          {of.tasks.map((task, place) => (
            <fieldset key={task.id || place} class="field">
              <legend>{t("mandate.task_at", { place: place + 1 })}</legend>
              <div class="pair">
                <TextField label={t("mandate.paragraph")} placeholder="34 (a)" value={task.paragraph} wrong={about(`tasks[${place}].paragraph`)} onInput={(paragraph) => set(place, { paragraph })} />
                <Choice label={t("mandate.priority")} value={task.priority} none="–" among={PRIORITIES} wrong={about(`tasks[${place}].priority`)} onInput={(priority) => set(place, { priority })} />
              </div>
              <TextPair label={t("mandate.task")} value={task.text} long wrong={about(`tasks[${place}].text`)} onInput={(text) => set(place, { text })} />
              <button type="button" class="button quiet" onClick={() => draft.set({ tasks: of.tasks.filter((_, own) => own !== place) })}>{t("mandate.remove_task", { place: place + 1 })}</button>
            </fieldset>
          ))}
          {about("tasks") && <p class="wrong">{about("tasks")}</p>}
          <div><button type="button" class="button" onClick={() => draft.set({ tasks: [...of.tasks, EMPTY] })}>{t("mandate.add_task")}</button></div>
          <Lines onTasks={(tasks) => draft.set({ tasks: [...of.tasks, ...tasks] })} />
        </>
      )}
    </Form>
  );
}

/** Many tasks at once, as they stand in a list of the resolution. */
function Lines({ onTasks }: { onTasks: (tasks: Task[]) => void }) {
  const [text, setText] = useState("");
  const tasks = tasksOf(text);
  return (
    <details>
      <summary>{t("mandate.lines")}</summary>
      <div class="stack tight">
        <TextArea label={t("mandate.tasks")} hint={t("mandate.tasks_hint")} value={text} onInput={setText} />
        <div><button type="button" class="button" disabled={tasks.length === 0} onClick={() => { onTasks(tasks); setText(""); }}>{t("mandate.take_lines", { count: tasks.length })}</button></div>
      </div>
    </details>
  );
}
