// Who enters the chosen tasks from now on: a member of the mission, or nobody any more; in these areas or in all.
import { useState } from "preact/hooks";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { AssignedPlace, AssignedTasks, CollectionTask, Member } from "../api/types";
import { t } from "../i18n";
import { closeDrawer } from "../parts/drawer";
import { Choice } from "../parts/field";
import { Reading, Trouble } from "../parts/notice";
import { Problem } from "../api/problem";
import { useWrite } from "../parts/write";
import { below } from "../session";

/** Who may enter data. */
const ENTERING = ["contributor", "focal_point", "coordinator"];
/** Instead of an account: the assignment is taken back. */
const NOBODY = "nobody";

/** Each account once, with where it enters. */
export function candidates(members: readonly Member[]): [string, string][] {
  const found = new Map<string, { name: string; reaches: Set<string> }>();
  for (const one of members.filter((own) => ENTERING.includes(own.role))) {
    const own = found.get(one.account_id) ?? { name: one.name, reaches: new Set() };
    own.reaches.add([one.section || t("members.all"), ...one.areas].join(", "));
    found.set(one.account_id, own);
  }
  return [...found].map(([id, { name, reaches }]) => [id, `${name} (${[...reaches].join("; ")})`]);
}

/** What is assigned: each indicator and area once, whatever the period; without areas each indicator once. */
export function placesOf(tasks: readonly CollectionTask[], everywhere: boolean): AssignedPlace[] {
  const places = new Map(tasks.map((one) => {
    const area = everywhere ? "" : one.area;
    return [`${one.indicator_code}|${area}`, { indicator: one.indicator_code, area }] as const;
  }));
  return [...places.values()];
}

/** The body of the drawer. */
export function AssignForm({ of, onDone }: { of: readonly CollectionTask[]; onDone: (changed: number, whom: boolean) => void }) {
  const list = useGet<{ members: Member[] }>(below("members"));
  const writing = useWrite();
  const [assignee, setAssignee] = useState("");
  const [where, setWhere] = useState("here");
  const places = placesOf(of, where === "all");
  const somebody = assignee !== NOBODY;
  const problem = writing.problem instanceof Problem ? writing.problem : undefined;
  const send = async () => {
    const body = somebody ? { places, assignee_id: assignee } : { places };
    let changed = 0;
    const path = below(`collection-tasks/${somebody ? "assign" : "take-back-assignments"}`);
    const done = await writing.run(async () => { changed = (await write<AssignedTasks>("POST", path, body)).changed; }, JSON.stringify(body));
    if (!done) return;
    expire(below("collection-tasks"));
    closeDrawer();
    onDone(changed, somebody);
  };
  return (
    <Reading of={list}>
      <form class="form" onSubmit={(event) => { event.preventDefault(); void send(); }}>
        <p>{t("tasks.assign_about", { count: places.length })}</p>
        <Choice label={t("tasks.assignee")} value={assignee} wrong={problem?.about("assignee_id")} none={t("tasks.choose_member")} required among={[...candidates(list.data?.members ?? []), [NOBODY, t("tasks.nobody")] as const]} onInput={setAssignee} />
        <Choice label={t("tasks.where")} value={where} wrong={problem?.about("places")} among={[["here", t("tasks.in_these_areas")], ["all", t("tasks.in_all_areas")]]} onInput={setWhere} />
        <Trouble problem={writing.problem} kept />
        <div class="actions">
          <button class="button primary" type="submit" disabled={writing.busy || assignee === ""}>{writing.busy ? t("state.saving") : t(somebody ? "tasks.assign" : "tasks.unassign")}</button>
        </div>
      </form>
    </Reading>
  );
}
