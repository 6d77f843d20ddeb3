// A dialog on the native element: it traps focus, closes with Escape, gives focus back.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../i18n";
import { Icon } from "./icon";

/** A modal dialog, open while it is drawn. */
export function Dialog({ title, onClose, children, className }: { title: string; onClose: () => void; children: ComponentChildren; className?: string }) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    if (dialog && !dialog.open) dialog.showModal?.();
    return () => dialog?.close?.();
  }, []);
  return (
    <dialog ref={element} class={className} aria-labelledby={id} onClose={onClose} onCancel={(event) => { event.preventDefault(); onClose(); }}>
      <div>
        <header>
          <h2 id={id}>{title}</h2>
          <CloseButton onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  );
}

/** The cross of dialogs and drawers. */
export function CloseButton({ onClick }: { onClick: () => void }) {
  return (
    <button type="button" class="button quiet square" onClick={onClick} aria-label={t("action.close")} title={t("action.close")}>
      <Icon name="close" />
    </button>
  );
}
