// Above and below the framework's grid: undo and redo, what was done, what was removed, and the keys.
import { useGet } from "../api/store";
import type { ListRemovedPlanItemsResponse, Plan } from "../api/types";
import { say, t, word } from "../i18n";
import { date } from "../i18n/format";
import { openDrawer } from "../parts/drawer";
import { Empty, Reading } from "../parts/notice";
import { WriteButton } from "../parts/form";
import { Person } from "../parts/person";
import { type History, restored } from "../plan/history";
import { restoreItem } from "../plan/writes";
import { below } from "../session";

/** Undo, redo, what was done last, and what was removed. */
export function HistoryBar({ plan, history, turn, told }: { plan: Plan; history: History; turn: (way: "undo" | "redo") => void; told: string }) {
  const [undo, redo] = [history.done.value.at(-1), history.undone.value.at(-1)];
  return (
    <div class="row noprint">
      <button type="button" class="button" disabled={!undo} title={undo?.label} onClick={() => turn("undo")}>{t("action.undo")}</button>
      <button type="button" class="button" disabled={!redo} title={redo?.label} onClick={() => turn("redo")}>{t("action.redo")}</button>
      <button type="button" class="button" onClick={() => openDrawer(t("plan.removed"), () => <Removed plan={plan} history={history} />)}>{t("plan.removed")}</button>
      <span class="small" role="status">{told}</span>
    </div>
  );
}

/** What was removed from a draft, each to be put back. */
function Removed({ plan, history }: { plan: Plan; history: History }) {
  const found = useGet<ListRemovedPlanItemsResponse>(below(`plans/${plan.id}/removed-items`));
  const items = found.data?.items ?? [];
  return (
    <Reading of={found}>
      {items.length === 0 ? <Empty>{t("plan.none_removed")}</Empty> : (
        <ul class="list">
          {items.map((item) => (
            <li key={item.item_id}>
              <span>
                <b>{item.number} {say(item.statement)}</b>
                <span class="block-line small soft">{word(item.kind)} · {t("plan.below", { count: item.below })} · <Person id={item.removed_by} />, {date(item.removed_at.slice(0, 10))}</span>
              </span>
              <WriteButton label={t("plan.put_back")} work={() => history.does((now) => restoreItem(now, item.item_id), (_, after) => restored(t("plan.did_put_back", { item: item.number }), after, item.item_id))} />
            </li>
          ))}
        </ul>
      )}
    </Reading>
  );
}

const KEYS = [
  ["plan.key_go", ["↑", "↓", "←", "→"]],
  ["plan.key_edit", ["Enter"]],
  ["plan.key_next", ["Tab"]],
  ["plan.key_add", ["Ctrl+Enter"]],
  ["plan.key_add_below", ["Ctrl+Shift+Enter"]],
  ["plan.key_move", ["Alt+↑", "Alt+↓"]],
  ["plan.key_indent", ["Alt+Shift+→"]],
  ["plan.key_outdent", ["Alt+Shift+←"]],
  ["plan.key_remove", ["Delete"]],
  ["action.undo", ["Ctrl+Z"]],
  ["action.redo", ["Ctrl+Y"]],
] as const;

/** The keys of the grid. */
export function TreeKeys() {
  return (
    <details class="noprint small">
      <summary>{t("plan.keys")}</summary>
      <ul class="list">
        {KEYS.map(([label, keys]) => (
          <li key={label}><span>{t(label)}</span><span>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</span></li>
        ))}
      </ul>
    </details>
  );
}
