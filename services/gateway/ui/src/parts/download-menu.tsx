// A button, and below it what is taken away as files.
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

/** The menu; it closes when something in it is chosen. */
export function DownloadMenu({ id, label, name, children }: { id: string; label: string; name: string; children: ComponentChildren }) {
  const menu = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const place = () => {
    const at = button.current?.getBoundingClientRect();
    if (!at || !menu.current) return;
    menu.current.style.insetBlockStart = `${Math.round(at.bottom + 4)}px`;
    menu.current.style.insetInlineEnd = "auto";
    menu.current.style.insetInlineStart = `${Math.round(Math.max(8, Math.min(at.left, document.documentElement.clientWidth - 276)))}px`;
  };
  return (
    <>
      <button type="button" class="button" ref={button} popovertarget={id} onClick={place}>{label}</button>
      <div id={id} popover="auto" ref={menu} class="menu" role="group" aria-label={name} onClick={(event) => (event.target as HTMLElement).closest("a") && menu.current?.hidePopover?.()}>
        {children}
      </div>
    </>
  );
}
