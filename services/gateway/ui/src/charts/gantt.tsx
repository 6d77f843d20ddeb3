// Activities in time, by section: bars, what waits for what, today; walked by arrow keys, opened with Enter.
import { useRef, useState } from "preact/hooks";
import type { WorkActivity, WorkPlan } from "../api/types";
import { say, t, word } from "../i18n";
import { date, percent } from "../i18n/format";
import { useWidth } from "./width";

const ROW = 28;
const HEAD = 24;
const NAMES = 260;
const LEAST = 760;
const DAY_MS = 86_400_000;
/** About so many words under the line of months. */
const MONTH_PX = 64;

/** A row of the picture: a section's name, or an activity. */
type Row = { section: string } | { activity: WorkActivity };

/** Days since 1970 of a date as it travels. */
export function dayOf(text: string): number {
  return Math.round(Date.parse(`${text}T00:00:00Z`) / DAY_MS);
}

/** First days of months between two days, every so manyth. */
export function monthsBetween(first: number, last: number, every: number): string[] {
  const start = new Date(first * DAY_MS);
  const months: string[] = [];
  for (let at = 0; at < 1_200; at += every) {
    const month = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1 + at, 1));
    if (month.getTime() / DAY_MS > last) break;
    months.push(month.toISOString().slice(0, 10));
  }
  return months;
}

interface Props {
  of: WorkPlan;
  today: string;
  open: (activity: WorkActivity) => void;
}

/** What is said of an activity where it cannot be seen. */
export function activityLabel(one: WorkActivity): string {
  const parts = [`${one.number} ${say(one.statement)}`, `${date(one.start)} – ${date(one.end)}`, `${word(one.activity_status)} ${percent(one.progress_percent / 100)}`];
  if (one.critical) parts.push(t("work.critical"));
  if (one.late) parts.push(word(one.late));
  return parts.join(", ");
}

/** The picture. */
export function Gantt({ of, today, open }: Props) {
  const { ref, width: room } = useWidth<HTMLDivElement>(LEAST);
  const [at, setAt] = useState(0);
  const bars = useRef<(SVGGElement | null)[]>([]);
  const rows: Row[] = of.sections.flatMap((section) => [{ section: section.section }, ...section.activities.map((activity) => ({ activity }))]);
  const shown = of.sections.flatMap((section) => section.activities);
  const first = Math.min(...shown.map((one) => dayOf(one.start)));
  const last = Math.max(...shown.map((one) => dayOf(one.expected_end)), first + 30);
  const width = Math.max(room, LEAST);
  const height = HEAD + rows.length * ROW + 4;
  const x = (day: number) => NAMES + ((day - first) / (last + 1 - first)) * (width - NAMES - 8);
  const top = new Map<string, number>();
  rows.forEach((row, place) => "activity" in row && top.set(row.activity.item_id, HEAD + place * ROW));
  const months = (last - first) / 30;
  const every = Math.max(1, Math.ceil((months * MONTH_PX) / (width - NAMES)));
  const now = dayOf(today);
  const go = (to: number) => {
    const next = Math.min(Math.max(to, 0), shown.length - 1);
    setAt(next);
    bars.current[next]?.focus();
  };
  return (
    <div ref={ref} class="scroller" tabIndex={0} role="group" aria-label={t("work.title")}>
      <svg class="gantt" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="group" aria-label={t("work.chart")}>
        {monthsBetween(first, last, every).map((month) => (
          <g key={month} aria-hidden="true">
            <line class="grid" x1={x(dayOf(month))} x2={x(dayOf(month))} y1={HEAD - 6} y2={height} />
            <text class="soft" x={x(dayOf(month)) + 3} y={HEAD - 9}>{date(month).replace(/^1(er)? /, "")}</text>
          </g>
        ))}
        {now >= first && now <= last && <g aria-hidden="true"><line class="now" x1={x(now)} x2={x(now)} y1={HEAD - 6} y2={height} /></g>}
        {rows.map((row, place) => "section" in row && <text key={`s${row.section}`} class="section" x={8} y={HEAD + place * ROW + 19}>{row.section || t("work.no_section")}</text>)}
        {shown.flatMap((one) =>
          one.depends_on.map((before) => {
            const [from, to] = [top.get(before), top.get(one.item_id)];
            const first = shown.find((candidate) => candidate.item_id === before);
            if (from === undefined || to === undefined || !first) return null;
            const [x1, x2] = [x(dayOf(first.expected_end) + 1), x(dayOf(one.expected_start))];
            const critical = one.critical && first.critical;
            return <path key={`${before}${one.item_id}`} class={critical ? "wait critical" : "wait"} aria-hidden="true" d={`M${x1} ${from + 14}h4V${to + 14}H${Math.max(x2 - 2, x1 + 5)}m-4 -3 l4 3 l-4 3`} />;
          }),
        )}
        {shown.map((one, place) => {
          const y = top.get(one.item_id) ?? 0;
          const [left, right] = [x(dayOf(one.start)), x(dayOf(one.end) + 1)];
          const shifted = one.expected_end > one.end;
          return (
            <g
              key={one.item_id}
              ref={(element: SVGGElement | null) => { bars.current[place] = element; }}
              class={`activity is-${one.activity_status} ${one.critical ? "critical" : ""} ${one.late ? "late" : ""}`}
              role="button"
              tabindex={place === Math.min(at, shown.length - 1) ? 0 : -1}
              aria-label={activityLabel(one)}
              data-number={one.number}
              onClick={() => { setAt(place); open(one); }}
              onKeyDown={(event) => {
                const steps: Record<string, number> = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: shown.length - 1 };
                if (event.key in steps) go(steps[event.key] ?? 0);
                else if (event.key === "Enter" || event.key === " ") open(one);
                else return;
                event.preventDefault();
              }}
            >
              <rect class="hit" x={0} y={y} width={width} height={ROW} />
              <text x={16} y={y + 19}>{short(`${one.number} ${say(one.statement)}`)}</text>
              {shifted && <rect class="expected" x={x(dayOf(one.expected_start))} y={y + 6} width={Math.max(x(dayOf(one.expected_end) + 1) - x(dayOf(one.expected_start)), 3)} height={16} rx={3} />}
              <rect class="planned" x={left} y={y + 7} width={Math.max(right - left, 3)} height={14} rx={3} />
              <rect class="progress" x={left} y={y + 7} width={(Math.max(right - left, 3) * one.progress_percent) / 100} height={14} rx={3} />
              {one.late && <path class="mark" d={`M${right + 5} ${y + 20}l5 -11 l5 11z`} />}
            </g>
          );
        })}
      </svg>
    </div>
  );
}

/** A name that fits beside the bars. */
function short(name: string): string {
  return name.length > 38 ? `${name.slice(0, 37)}…` : name;
}
