// Keyboard shortcuts, and the dialog that lists them.
import { useEffect } from "preact/hooks";
import { t } from "../i18n";
import { Dialog } from "../parts/dialog";

const GO: Record<string, string> = { h: "", c: "context", s: "stakeholders", p: "plan", i: "indicators", d: "data", a: "assessments", r: "recommendations", f: "fact-sheets" };
const LABELS = {
  h: "spine.home", c: "spine.areas", s: "spine.stakeholders", p: "spine.framework", i: "spine.indicators", d: "spine.observations", a: "spine.assessments", r: "spine.recommendations", f: "spine.fact_sheets",
} as const;
const SECOND_KEY_MS = 1_200;

/** Ctrl-K, ?, and "g" then a letter; never while something is typed. */
export function useShortcuts(does: { search: () => void; help: () => void; go: (to: string) => void }): void {
  useEffect(() => {
    let after = 0;
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        does.search();
        return;
      }
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, textarea, select, [contenteditable], dialog")) return;
      if (event.key === "?") does.help();
      else if (event.key === "g") after = Date.now() + SECOND_KEY_MS;
      else if (Date.now() < after && event.key in GO) {
        after = 0;
        does.go(GO[event.key] ?? "");
      }
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  });
}

/** All shortcuts. */
export function Shortcuts({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t("shortcuts.title")} onClose={onClose}>
      <ul class="list">
        <li><span>{t("search.open")}</span><span><kbd>Ctrl</kbd> <kbd>K</kbd></span></li>
        <li><span>{t("shortcuts.title")}</span><kbd>?</kbd></li>
        <li><span>{t("shortcuts.close")}</span><kbd>Esc</kbd></li>
        {Object.entries(LABELS).map(([key, label]) => (
          <li key={key}><span>{t(label)}</span><span><kbd>g</kbd> <kbd>{key}</kbd></span></li>
        ))}
      </ul>
    </Dialog>
  );
}
