// The head of a page: title, what is known about it, one primary action; and tabs held by the address.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Link, useLocation, useSearch } from "wouter-preact";
import { type Figure, exact, figure, figureTitle, number } from "../i18n/format";

/** Title, facts below it, actions beside it. */
export function PageHead({ title, sub, children }: { title: string; sub?: ComponentChildren; children?: ComponentChildren }) {
  useEffect(() => {
    document.title = `${title} · CPAS`;
  }, [title]);
  return (
    <header class="page-head">
      <div>
        <h1>{title}</h1>
        {sub && <div class="sub">{sub}</div>}
      </div>
      {children && <div class="actions">{children}</div>}
    </header>
  );
}

/** The value of a search parameter of the address. */
export function useParameter(name: string): string {
  return new URLSearchParams(useSearch()).get(name) ?? "";
}

/** Sets a search parameter of the address, or takes it away when it is empty; the way back skips it. */
export function useSetParameter(): (name: string, value: string) => void {
  const [, go] = useLocation();
  const search = useSearch();
  return (name, value) => {
    const next = new URLSearchParams(search);
    if (value) next.set(name, value);
    else next.delete(name);
    const text = next.toString();
    go(`${location.pathname}${text ? `?${text}` : ""}`, { replace: true });
  };
}

/** Views of one page as links; the first one has no parameter. */
export function Tabs({ label, parameter = "view", views }: { label: string; parameter?: string; views: readonly (readonly [string, string])[] }) {
  const search = new URLSearchParams(useSearch());
  const chosen = search.get(parameter) ?? views[0]?.[0];
  const to = (view: string) => {
    const next = new URLSearchParams(search);
    if (view === views[0]?.[0]) next.delete(parameter);
    else next.set(parameter, view);
    const text = next.toString();
    return `${location.pathname}${text ? `?${text}` : ""}`;
  };
  return (
    <nav class="tabs" aria-label={label}>
      {views.map(([view, shown]) => (
        <Link key={view} href={to(view)} aria-current={view === chosen ? "page" : undefined}>
          {shown}
        </Link>
      ))}
    </nav>
  );
}

/** A figure in a cell: zero, missing, not applicable and suppressed look and read different. */
export function FigureCell({ of, exact: asStored = false }: { of: Figure | null | undefined; exact?: boolean }) {
  const title = figureTitle(of);
  const kind = of && typeof of.value === "number" ? "value" : (of?.kind ?? "missing");
  return (
    <span class={kind === "value" ? undefined : `figure-${kind === "suppressed" ? "suppressed" : "missing"}`} title={title || undefined}>
      {figure(of, asStored ? exact : number)}
      {title && <span class="unseen"> ({title})</span>}
    </span>
  );
}
