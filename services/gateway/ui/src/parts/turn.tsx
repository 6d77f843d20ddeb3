// A list of which a part is shown, and the way to the others.
import { Link, useSearch } from "wouter-preact";
import { t } from "../i18n";
import { number } from "../i18n/format";

/** Objectives that the service gives at once. */
export const OBJECTIVES_SHOWN = 12;

/** Which of them are shown, and links to those before and after; nothing where all are. The address says how many are passed over. */
export function Turn({ label, skipped, shown, count, by }: { label: string; skipped: number; shown: number; count: number; by: number }) {
  const search = useSearch();
  // What was kept of an earlier version does not say how many there are.
  if (!(count > shown)) return null;
  const at = (skip: number) => {
    const next = new URLSearchParams(search);
    if (skip > 0) next.set("skip", String(skip));
    else next.delete("skip");
    const text = next.toString();
    return `${location.pathname}${text ? `?${text}` : ""}`;
  };
  return (
    <nav class="row between noprint" aria-label={label}>
      <span class="soft">{t("turn.shown", { first: number(skipped + 1), last: number(skipped + shown), count: number(count) })}</span>
      <span class="row">
        {skipped > 0 && <Link class="button" href={at(Math.max(0, skipped - by))}>{t("turn.before")}</Link>}
        {skipped + shown < count && <Link class="button" href={at(skipped + shown)}>{t("turn.next")}</Link>}
      </span>
    </nav>
  );
}
