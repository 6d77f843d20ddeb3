// A series over time: line with gaps where values are missing, baseline, targets, labels on the lines.
import { extent, nice, ticks } from "d3-array";
import { area, line } from "d3-shape";
import type { ChangePoint, ForecastStep, Point, Target } from "../api/types";
import { t, word } from "../i18n";
import { figure, number, period } from "../i18n/format";
import { covers, sequence } from "../i18n/periods";
import { useWidth } from "./width";

const WIDTH_FIRST = 760;
const HEIGHT = 280;
/** Room that a label of the time axis takes. */
const LABEL_WIDTH = 96;
const TOP = 26;
const RIGHT = 96;
const BOTTOM = 26;
const LEFT = 52;
const LABEL_GAP = 13;
/** Room that a letter of the word of a change takes. */
const CHANGE_LETTER_WIDTH = 7;

interface Props {
  points: readonly Point[];
  label: string;
  unit: string;
  baseline?: number | null | undefined;
  targets?: readonly Target[] | undefined;
  /** What lasts without the season, by period: a soft line beside the values. */
  levels?: readonly { period: string; level: number | null }[] | undefined;
  /** Periods ahead: a dashed line in the band of its interval. */
  forecast?: readonly ForecastStep[] | undefined;
  /** Changes of level: a tick and a word at the first period of the new one. */
  changes?: readonly ChangePoint[] | undefined;
  fiscalStart?: number | undefined;
  onOpen?: ((period: string) => void) | undefined;
}

/** All periods of a series in order; those that were left out come back as missing. */
export function filled(points: readonly Point[], fiscalStart = 7): Point[] {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return [];
  const known = new Map(points.map((point) => [point.period, point]));
  return sequence(first.period, last.period, fiscalStart).map(
    (one) => known.get(one) ?? { period: one, value: null, numerator: null, denominator: null, kind: "missing", observations: 0, coverage: 0, share_verified: 0, mismatch: false, note: null },
  );
}

/** Where a target is drawn: from the first to the last point that its period covers. */
export function targetSpan(target: Target, points: readonly Point[], fiscalStart = 7): [number, number] | null {
  const inside = points.flatMap((point, place) => (covers(target.period, point.period, fiscalStart) || covers(point.period, target.period, fiscalStart) ? [place] : []));
  return inside.length ? [inside[0] ?? 0, inside.at(-1) ?? 0] : null;
}

/** The chart; the page has its table beside it. */
export function SeriesChart({ points: given, label, unit, baseline, targets = [], levels = [], forecast = [], changes = [], fiscalStart = 7, onOpen }: Props) {
  const { ref, width } = useWidth<SVGSVGElement>(WIDTH_FIRST);
  const known = filled(given, fiscalStart);
  const lastKnown = known.findLastIndex((point) => point.value !== null);
  const points = withSteps(known, forecast);
  const stepOf = new Map(forecast.map((step) => [step.period, step]));
  const spans = targets.flatMap((target) => {
    const span = targetSpan(target, points, fiscalStart);
    return span ? [{ target, span }] : [];
  });
  const values = [
    ...points.map((point) => point.value),
    ...levels.map((one) => one.level),
    ...forecast.flatMap((step) => [step.low, step.high]),
    ...spans.flatMap(({ target }) => [target.value, target.low, target.high]),
    baseline ?? null,
  ].filter((value): value is number => value !== null);
  const [low = 0, high = 1] = extent(values) as [number, number];
  // From zero, unless all of it lies far away from zero.
  const floor = low >= 0 && low < high * 0.6 ? 0 : low;
  const [from, to] = nice(floor, high === floor ? floor + 1 : high, 5);
  const y = (value: number) => HEIGHT - BOTTOM - ((value - from) / (to - from)) * (HEIGHT - BOTTOM - TOP);
  const x = (place: number) => LEFT + (points.length > 1 ? (place * (width - LEFT - RIGHT)) / (points.length - 1) : (width - LEFT - RIGHT) / 2);
  const drawn = line<Point>().defined((point) => point.value !== null).x((_, place) => x(place)).y((point) => y(point.value ?? 0)).digits(1);
  const levelOf = new Map(levels.map((one) => [one.period, one.level]));
  const level = line<Point>().defined((point) => (levelOf.get(point.period) ?? null) !== null).x((_, place) => x(place)).y((point) => y(levelOf.get(point.period) ?? 0)).digits(1);
  const ahead = aheadOf(points, lastKnown, stepOf);
  const band = area<Ahead>().x((one) => x(one.place)).y0((one) => y(one.low)).y1((one) => y(one.high)).digits(1);
  const expected = line<Ahead>().x((one) => x(one.place)).y((one) => y(one.value)).digits(1);
  const half = points.length > 1 ? (x(1) - x(0)) / 2 : 20;
  const labels = endLabels(known, spans.at(-1)?.target, baseline, y, forecast.at(-1)?.value);
  return (
    <svg ref={ref} class="chart" viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={label}>
      <text x={4} y={10} class="soft">{unit}</text>
      {ticks(from, to, 5).map((tick) => (
        <g key={tick}>
          <line class={tick === 0 ? "axis" : "grid"} x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} />
          <text x={LEFT - 6} y={y(tick)} dy="0.32em" text-anchor="end" class="soft">{number(tick)}</text>
        </g>
      ))}
      {xTicks(points.length, width).map((place) => (
        <text key={place} x={x(place)} y={HEIGHT - 8} text-anchor="middle" class="soft">{period(points[place]?.period)}</text>
      ))}
      {typeof baseline === "number" && <line class="baseline" x1={LEFT} x2={width - RIGHT} y1={y(baseline)} y2={y(baseline)} />}
      {spans.map(({ target, span: [start, end] }) =>
        target.value !== null ? (
          <line key={target.id} class="target" x1={x(start) - half} x2={Math.min(x(end) + half, width - RIGHT)} y1={y(target.value)} y2={y(target.value)} />
        ) : (
          <path key={target.id} class="target" d={`M${x(start) - half} ${y(target.low ?? from)}H${x(end) + half}M${x(start) - half} ${y(target.high ?? to)}H${x(end) + half}`} />
        ),
      )}
      {changeTicks(changes, points, (place) => x(place) - (place > 0 ? half : 0), width - RIGHT, (change) => word(`change_${change}`)).map((tick) => (
        <g key={tick.period} class="change">
          <line x1={tick.at} x2={tick.at} y1={TOP - 4} y2={HEIGHT - BOTTOM} />
          <text x={tick.wordAt} y={TOP - 6 + tick.row * LABEL_GAP} text-anchor={tick.anchor}>{tick.word}</text>
        </g>
      ))}
      {ahead.length > 1 && <path class="ahead-band" d={band(ahead) ?? ""} />}
      {ahead.length > 1 && <path class="ahead" d={expected(ahead) ?? ""} />}
      {levels.some((one) => one.level !== null) && <path class="level" d={level(points as Point[]) ?? ""} />}
      <path class="line" d={drawn(points as Point[]) ?? ""} />
      {points.map((point, place) =>
        point.value !== null && (points.length <= 40 || isLonely(points, place)) ? <circle key={point.period} class="dot" cx={x(place)} cy={y(point.value)} r={points.length <= 24 ? 3 : 2} /> : null,
      )}
      {labels.map((one) => (
        <text key={one.text} x={width - RIGHT + 6} y={one.at} dy="0.32em" class={one.class}>{one.text}</text>
      ))}
      {points.map((point, place) => (
        <rect key={point.period} class="hit" x={x(place) - half} width={half * 2} y={TOP} height={HEIGHT - TOP - BOTTOM} onClick={() => onOpen?.(point.period)}>
          <title>{titleOf(point, stepOf.get(point.period))}</title>
        </rect>
      ))}
    </svg>
  );
}

interface ChangeTick {
  period: string;
  at: number;
  word: string;
  wordAt: number;
  anchor: "start" | "end";
  /** Line of its word, from the top: words that would meet go below each other. */
  row: number;
}

/** Where the ticks of changes are drawn, between the last period of the old level and the first of the new one. */
export function changeTicks(changes: readonly ChangePoint[], points: readonly Pick<Point, "period">[], x: (place: number) => number, right: number, words: (change: string) => string): ChangeTick[] {
  const ends: number[] = [];
  return changes.flatMap((change) => {
    const place = points.findIndex((point) => point.period === change.period);
    if (place < 0) return [];
    const at = x(place);
    const text = words(change.change);
    const long = text.length * CHANGE_LETTER_WIDTH;
    const nearEnd = at + 4 + long > right;
    const start = nearEnd ? at - 4 - long : at + 4;
    const free = ends.findIndex((end) => end + 4 < start);
    const row = free < 0 ? ends.length : free;
    ends[row] = start + long;
    return [{ period: change.period, at, word: text, wordAt: nearEnd ? at - 4 : at + 4, anchor: nearEnd ? ("end" as const) : ("start" as const), row }];
  });
}

interface Ahead {
  place: number;
  value: number;
  low: number;
  high: number;
}

/** What is expected, from the last known value on. */
function aheadOf(points: readonly Point[], lastKnown: number, stepOf: ReadonlyMap<string, ForecastStep>): Ahead[] {
  const from = points[lastKnown]?.value ?? null;
  const steps = points.flatMap((point, place) => {
    const step = place > lastKnown ? stepOf.get(point.period) : undefined;
    return step ? [{ place, value: step.value, low: step.low, high: step.high }] : [];
  });
  return from === null ? steps : [{ place: lastKnown, value: from, low: from, high: from }, ...steps];
}

/** The points, and after them those ahead, of which nothing is known yet. */
function withSteps(known: readonly Point[], forecast: readonly ForecastStep[]): Point[] {
  const there = new Set(known.map((point) => point.period));
  const ahead = forecast.filter((step) => !there.has(step.period));
  return [...known, ...ahead.map((step): Point => ({ period: step.period, value: null, numerator: null, denominator: null, kind: "missing", observations: 0, coverage: 0, share_verified: 0, mismatch: false, note: null }))];
}

function titleOf(point: Point, step: ForecastStep | undefined): string {
  if (step && point.value === null) return `${period(point.period)}: ${t("chart.forecast", { value: number(step.value) })} (${number(step.low)} – ${number(step.high)})`;
  return `${period(point.period)}: ${figure(point)}${point.value === null ? ` (${word(point.kind || "missing")})` : ""}`;
}

/** A value between two gaps would vanish from the line. */
function isLonely(points: readonly Point[], place: number): boolean {
  return (points[place - 1]?.value ?? null) === null && (points[place + 1]?.value ?? null) === null;
}

function xTicks(count: number, width: number): number[] {
  const every = Math.max(1, Math.ceil((count * LABEL_WIDTH) / (width - LEFT - RIGHT)));
  return Array.from({ length: Math.ceil(count / every) }, (_, place) => place * every);
}

interface EndLabel {
  text: string;
  at: number;
  class: string;
}

/** Labels at the right end of the lines, pushed apart where they would meet. */
function endLabels(points: readonly Point[], target: Target | undefined, baseline: number | null | undefined, y: (value: number) => number, expected?: number): EndLabel[] {
  const last = points.findLast((point) => point.value !== null);
  const labels: EndLabel[] = [];
  if (last?.value != null) labels.push({ text: number(last.value), at: y(last.value), class: "" });
  if (expected !== undefined) labels.push({ text: t("chart.forecast", { value: number(expected) }), at: y(expected), class: "soft" });
  if (target?.value != null) labels.push({ text: t("chart.target", { value: number(target.value) }), at: y(target.value), class: "target-word" });
  if (typeof baseline === "number") labels.push({ text: t("chart.baseline", { value: number(baseline) }), at: y(baseline), class: "soft" });
  labels.sort((one, other) => one.at - other.at);
  for (let place = 1; place < labels.length; place += 1) {
    const [above, here] = [labels[place - 1], labels[place]];
    if (above && here && here.at - above.at < LABEL_GAP) here.at = above.at + LABEL_GAP;
  }
  return labels;
}
