// The period of the map: a slider that moves it, buttons for one step, and its first and last step. While it is being moved
// only the picture follows; the address keeps it when it stands still.
import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation, useSearch } from "wouter-preact";
import { moved, type Span, spanOf, type Steps } from "../charts/time";
import { t } from "../i18n";
import { period } from "../i18n/format";
import { useParameter } from "../parts/page";

const STANDS_STILL_MS = 300;

/** Puts several parameters into the address at once; the way back skips it. */
function useSetParameters(): (values: Record<string, string>) => void {
  const [, go] = useLocation();
  const search = useSearch();
  return (values) => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(values)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    go(`${location.pathname}${next.size ? `?${next}` : ""}`, { replace: true });
  };
}

/** The span that is shown now, the one that stands still, and what moves it. */
export function useSpan(steps: Steps): { span: Span; still: Span; move: (next: Span) => void } {
  const still = spanOf(steps, useParameter("from"), useParameter("to"));
  const [moving, setMoving] = useState<Span | null>(null);
  const set = useSetParameters();
  const timer = useRef(0);
  const keep = useRef(set);
  keep.current = set;
  useEffect(() => () => clearTimeout(timer.current), []);
  const move = (next: Span) => {
    setMoving(next);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      keep.current({ from: steps.periods[next.from] ?? "", to: steps.periods[next.to] ?? "" });
      setMoving(null);
    }, STANDS_STILL_MS);
  };
  return { span: moving ?? still, still, move };
}

/** "Jan 2024 – Dec 2024", or the one step that it is. */
export function spanText(steps: Steps, { from, to }: Span): string {
  return from === to ? period(steps.periods[to]) : `${period(steps.periods[from])} – ${period(steps.periods[to])}`;
}

/** The controls. */
export function SpanControls({ steps, span, onMove }: { steps: Steps; span: Span; onMove: (next: Span) => void }) {
  const last = steps.periods.length - 1;
  const least = span.to - span.from;
  const shown = spanText(steps, span);
  const step = (by: number) => onMove(moved(span, Math.min(last, Math.max(least, span.to + by))));
  const choices = steps.periods.map((one, place) => <option key={one} value={place}>{period(one)}</option>);
  return (
    <fieldset class="stack tight span">
      <legend>{t("situation.period")}</legend>
      <div class="slide">
        <button type="button" class="button" disabled={span.to <= least} onClick={() => step(-1)}>{t("situation.earlier")}</button>
        <input type="range" aria-label={t("situation.slide")} aria-valuetext={shown} min={least} max={last} step={1} value={span.to} onInput={(event) => onMove(moved(span, Number(event.currentTarget.value)))} />
        <button type="button" class="button" disabled={span.to >= last} onClick={() => step(1)}>{t("situation.later")}</button>
      </div>
      <div class="row">
        <label class="row">
          {t("situation.from")}
          <select class="control" value={span.from} onChange={(event) => { const from = Number(event.currentTarget.value); onMove({ from, to: Math.max(from, span.to) }); }}>{choices}</select>
        </label>
        <label class="row">
          {t("situation.to")}
          <select class="control" value={span.to} onChange={(event) => { const to = Number(event.currentTarget.value); onMove({ from: Math.min(to, span.from), to }); }}>{choices}</select>
        </label>
      </div>
    </fieldset>
  );
}
