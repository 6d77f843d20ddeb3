// The drawer on the right: provenance, history, a record beside the page. One at a time, never a pile.
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { CloseButton } from "./dialog";

interface Open {
  title: string;
  body: () => ComponentChildren;
  /** Over the page, for what stands beside something else. */
  wide: boolean;
  /** What had the focus before, to give it back. */
  from: Element | null;
}

/** What the drawer shows; null: it is closed. */
export const drawer = signal<Open | null>(null);

/** Opens the drawer with a title and a body. */
export function openDrawer(title: string, body: () => ComponentChildren, wide = false): void {
  drawer.value = { title, body, wide, from: drawer.peek()?.from ?? document.activeElement };
}

/** Closes it and gives the focus back. */
export function closeDrawer(): void {
  const from = drawer.peek()?.from;
  drawer.value = null;
  if (from instanceof HTMLElement || from instanceof SVGElement) from.focus();
}

/** The place of the drawer in the shell. */
export function DrawerPlace() {
  const open = drawer.value;
  const heading = useRef<HTMLHeadingElement>(null);
  // Before it is painted: a key that is pressed as soon as it is seen is heard.
  useLayoutEffect(() => {
    if (open) heading.current?.focus();
  }, [open?.title]);
  useLayoutEffect(() => {
    if (!open) return undefined;
    const escape = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !document.querySelector("dialog[open], :popover-open")) closeDrawer();
    };
    document.addEventListener("keydown", escape);
    return () => document.removeEventListener("keydown", escape);
  }, [open !== null]);
  if (!open) return null;
  return (
    <aside class={open.wide ? "drawer wide" : "drawer"} aria-label={open.title}>
      <div tabIndex={0}>
        <header>
          <h2 tabIndex={-1} ref={heading}>{open.title}</h2>
          <CloseButton onClick={closeDrawer} />
        </header>
        {open.body()}
      </div>
    </aside>
  );
}
