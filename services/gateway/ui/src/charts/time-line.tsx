// What happened around a mission and what it did, on one line of time: values above, marks below, all over the same months.
// Shapes tell marks apart, so that it reads in grey. The page has its tables beside it.
import type { TimeLine, TimeLineMark, TimeLineSeries } from "../api/types";
import { say, t, word } from "../i18n";
import { date, figure, number, period } from "../i18n/format";
import { dayAfter, firstDay } from "../i18n/periods";
import { fitted } from "./bars";
import { useWidth } from "./width";

const WIDTH_FIRST = 900;
const DAY_MS = 86_400_000;
const BAND = 74;
const BAND_HEAD = 18;
/** Where the name stands above, too. */
const BAND_MORE = 16;
const LANE = 26;
const AXIS = 22;
const NAMES = 184;
const NAMES_NARROW = 12;
const NARROW = 560;
const RIGHT = 12;
const LETTER_PX = 6.6;
const LABEL_PX = 64;
/** Marks that would lie on each other are drawn as one, with their number. */
const MARK_PX = 15;

export const MARK_KINDS = ["outcome_rated", "target_achieved", "plan_in_force", "plan_changed", "recommendation_implemented", "context_map_published"] as const;
export type MarkKind = (typeof MARK_KINDS)[number];

/** Shapes around a middle, told apart without colour. */
const SHAPES: Record<MarkKind, string> = {
  outcome_rated: "M0-5.5A5.5 5.5 0 1 1 0 5.5A5.5 5.5 0 1 1 0-5.5z",
  target_achieved: "M0-6.5L1.8-2.2 6.2-1.9 2.8 1 3.9 5.5 0 3.1-3.9 5.5-2.8 1-6.2-1.9-1.8-2.2z",
  plan_in_force: "M-5-5.5H5V5.5H-5z",
  plan_changed: "M0-6.5L6.5 0 0 6.5-6.5 0z",
  recommendation_implemented: "M0-6L6 5H-6z",
  context_map_published: "M-6-4.5L-2-6 2-4.5 6-6V4.5L2 6-2 4.5-6 6z",
};

/** The shape of a kind, for a legend. */
export function MarkShape({ of }: { of: MarkKind }) {
  return (
    <svg class="mark-shape" width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">
      <path d={SHAPES[of]} />
    </svg>
  );
}

/** Day since 1970 of a date as it travels. */
const dayOf = (text: string) => Math.round(Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / DAY_MS);
const monthDay = (at: Date) => at.getTime() / DAY_MS;

export interface Group {
  at: number;
  marks: TimeLineMark[];
}

/** Marks of one kind along the line; those that would meet are one. */
export function grouped(marks: readonly TimeLineMark[], x: (day: number) => number): Group[] {
  const groups: Group[] = [];
  for (const mark of marks) {
    const at = x(dayOf(mark.at));
    const last = groups.at(-1);
    if (last && at - last.at < MARK_PX) last.marks.push(mark);
    else groups.push({ at, marks: [mark] });
  }
  return groups;
}

/** What a mark says where it cannot be seen. */
export function markSaid(of: TimeLineMark): string {
  const parts = [date(of.at), t(`timeline.kind_${of.kind as MarkKind}`), say(of.text), word(of.rating)];
  if (of.value !== null) parts.push(`${number(of.value)} ${of.unit} (${period(of.period)})`);
  return parts.filter(Boolean).join(", ");
}

/** The chart. */
export function TimeLineChart({ of, fiscalStart }: { of: TimeLine; fiscalStart: number }) {
  const { ref, width } = useWidth<SVGSVGElement>(WIDTH_FIRST);
  const narrow = width < NARROW;
  const left = narrow ? NAMES_NARROW : NAMES;
  const first = monthDay(firstDay(of.first_month));
  const after = monthDay(dayAfter(of.last_month));
  const x = (day: number) => left + ((Math.min(Math.max(day, first), after) - first) / (after - first)) * (width - left - RIGHT);
  // On a narrow screen names stand above what they name.
  const lane = narrow ? LANE + 12 : LANE;
  const kinds = MARK_KINDS.filter((kind) => of.marks.some((mark) => mark.kind === kind));
  const band = narrow ? BAND + BAND_MORE : BAND;
  const lanesTop = of.series.length * band + (of.series.length > 0 ? 6 : 0);
  const bottom = lanesTop + kinds.length * lane;
  const months = monthsOf(of, x, width);
  return (
    <svg ref={ref} class="chart time-line" viewBox={`0 0 ${width} ${bottom + AXIS}`} role="img" aria-label={t("timeline.chart", { mission: of.mission?.code ?? "", from: period(of.first_month), to: period(of.last_month) })}>
      {months.map((month) => (
        <g key={month.period} aria-hidden="true">
          <line class="grid" x1={month.at} x2={month.at} y1={0} y2={bottom} />
          {month.label && <text class="soft" x={month.at + 3} y={bottom + 15}>{month.label}</text>}
        </g>
      ))}
      {of.series.map((series, place) => <Band key={series.indicator_code} of={series} top={place * band} x={x} left={left} right={width - RIGHT} narrow={narrow} fiscalStart={fiscalStart} />)}
      {kinds.map((kind, place) => {
        const top = lanesTop + place * lane;
        const y = top + lane - LANE / 2;
        return (
          <g key={kind} class="lane">
            <line class="grid" x1={left} x2={width - RIGHT} y1={y} y2={y} />
            <text x={narrow ? left : left - 8} y={narrow ? top + 9 : y} dy={narrow ? undefined : "0.32em"} text-anchor={narrow ? "start" : "end"}>{t(`timeline.kind_${kind}`)}</text>
            {grouped(of.marks.filter((mark) => mark.kind === kind), x).map((group) => (
              <g key={group.at} class="mark" transform={`translate(${group.at.toFixed(1)} ${y})`}>
                <title>{group.marks.map(markSaid).join("\n")}</title>
                <path d={SHAPES[kind]} />
                {group.marks.length > 1 && <text class="soft" x={9} dy="0.32em">{number(group.marks.length)}</text>}
              </g>
            ))}
          </g>
        );
      })}
      <line class="axis" x1={left} x2={width - RIGHT} y1={bottom} y2={bottom} />
    </svg>
  );
}

interface BandProps {
  of: TimeLineSeries;
  top: number;
  x: (day: number) => number;
  left: number;
  right: number;
  narrow: boolean;
  fiscalStart: number;
}

/** A series as bars from zero; what is missing is a gap, and zero a tick on the line. Changes of level are a tick and a word. */
function Band({ of, top, x, left, right, narrow, fiscalStart }: BandProps) {
  // On a narrow screen the words stand below the name.
  const words = top + (narrow ? BAND_MORE : 0);
  const floor = words + BAND - 6;
  const values = of.points.flatMap((point) => (point.value === null ? [] : [point.value]));
  const most = Math.max(0, ...values);
  const least = Math.min(0, ...values);
  const y = (value: number) => floor - ((value - least) / (most - least || 1)) * (BAND - BAND_HEAD - 8);
  const name = `${say(of.name) || of.indicator_code}${of.unit ? ` (${of.unit})` : ""}`;
  // The greatest value stands at the right end of the same line.
  const free = right - t("timeline.most", { value: number(most) }).length * LETTER_PX - 6;
  const ends: number[] = [];
  return (
    <g class="band">
      {narrow ? (
        <text x={left} y={top + 11}>{fitted(name, right - left)}<title>{name}</title></text>
      ) : (
        lines(name, left - 14).map((line, place) => <text key={place} x={left - 8} y={top + BAND_HEAD + 8 + place * 14} text-anchor="end">{line}<title>{name}</title></text>)
      )}
      <line class="axis" x1={left} x2={right} y1={y(0)} y2={y(0)} />
      {of.points.map((point) => {
        const [from, to] = [x(monthDay(firstDay(point.period, fiscalStart))), x(monthDay(dayAfter(point.period, fiscalStart)))];
        const said = `${period(point.period)}: ${figure(point)} ${of.unit}`;
        if (point.value === null) return null;
        const [high, low] = [Math.min(y(point.value), y(0)), Math.max(y(point.value), y(0))];
        return point.value === 0 ? (
          <line key={point.period} class="zero" x1={(from + to) / 2} x2={(from + to) / 2} y1={y(0) - 3} y2={y(0) + 3}><title>{said}</title></line>
        ) : (
          <rect key={point.period} class="bar" x={from + 0.5} width={Math.max(1, to - from - 1)} y={high} height={Math.max(1, low - high)}><title>{said}</title></rect>
        );
      })}
      {values.length > 0 && <text class="soft" x={right} y={words + 11} text-anchor="end">{t("timeline.most", { value: number(most) })}</text>}
      {of.changes.map((change) => {
        const at = x(monthDay(firstDay(change.period, fiscalStart)));
        const said = `${word(`change_${change.change}`)}`;
        const long = said.length * LETTER_PX;
        const turned = at + long + 6 > free;
        const start = turned ? at - 4 - long : at + 4;
        // Words that would meet go without: the tick and the table still tell.
        const fits = ends.every((end) => end + 4 < start) && start + long < free;
        if (fits) ends.push(start + long);
        return (
          <g key={change.period} class="change">
            <line x1={at} x2={at} y1={words + 12} y2={floor} />
            {fits && <text x={turned ? at - 4 : at + 4} y={words + 11} text-anchor={turned ? "end" : "start"}>{said}</text>}
          </g>
        );
      })}
    </g>
  );
}

/** A name in at most three lines of so much room. */
function lines(name: string, room: number): string[] {
  const found: string[] = [];
  for (const one of name.split(" ")) {
    const last = found.at(-1);
    if (last !== undefined && (last.length + one.length + 1) * LETTER_PX <= room) found[found.length - 1] = `${last} ${one}`;
    else found.push(one);
  }
  return [...found.slice(0, 2), found.slice(2).join(" ")].filter(Boolean).map((line) => fitted(line, room));
}

/** Lines of months, with words where there is room: years first. */
function monthsOf(of: TimeLine, x: (day: number) => number, width: number) {
  const [from, end] = [firstDay(of.first_month), dayAfter(of.last_month)];
  const months: { period: string; at: number }[] = [];
  for (let at = from; at < end; at = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1))) {
    const month = at.toISOString().slice(0, 7);
    months.push({ period: month, at: x(monthDay(at)) });
  }
  // Every so manyth, so that the first months of quarters and years are among them.
  const wide = (months[1]?.at ?? Number.POSITIVE_INFINITY) - (months[0]?.at ?? 0);
  const every = [1, 3, 6, 12, 24].find((step) => wide * step >= LABEL_PX) ?? 60;
  return months.filter((month) => (Number(month.period.slice(0, 4)) * 12 + Number(month.period.slice(5)) - 1) % every === 0).map((month) => ({ ...month, label: month.at + LABEL_PX > width ? "" : period(month.period) }));
}
