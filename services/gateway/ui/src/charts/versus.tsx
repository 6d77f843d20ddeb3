// What was reached beside what was to be reached, period by period: bars from zero, the target as a line over each.
import { nice, ticks } from "d3-array";
import type { TilePoint } from "../api/types";
import { t } from "../i18n";
import { figure, figureTitle, number, period } from "../i18n/format";
import { useWidth } from "./width";

const WIDTH_FIRST = 420;
const HEIGHT = 170;
const TOP = 12;
const BOTTOM = 22;
const LEFT = 46;
const LABEL_WIDTH = 66;
/** Of the room of a period, for its bar. */
const BAR_SHARE = 0.6;

interface Props {
  points: readonly TilePoint[];
  label: string;
  onOpen: (period: string) => void;
}

/** What was to be reached: a value, a range, a range with one end; empty where nothing is set. */
export function aimed(value: number | null, low: number | null, high: number | null): string {
  if (value !== null) return number(value);
  if (low !== null && high !== null) return `${number(low)} – ${number(high)}`;
  return low !== null ? `≥ ${number(low)}` : high !== null ? `≤ ${number(high)}` : "";
}

/** The chart; its table stands beside it. */
export function Versus({ points, label, onOpen }: Props) {
  const { ref, width } = useWidth<SVGSVGElement>(WIDTH_FIRST);
  const values = points.flatMap((point) => [point.value, point.target, point.target_low, point.target_high]).filter((value): value is number => value !== null);
  const [from, to] = nice(Math.min(0, ...values), Math.max(0, ...values) || 1, 4);
  const y = (value: number) => HEIGHT - BOTTOM - ((value - from) / (to - from)) * (HEIGHT - BOTTOM - TOP);
  const step = (width - LEFT) / Math.max(points.length, 1);
  const every = Math.max(1, Math.ceil(LABEL_WIDTH / step));
  const bar = step * BAR_SHARE;
  return (
    <svg ref={ref} class="chart versus" viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={label}>
      {ticks(from, to, 4).map((tick) => (
        <g key={tick}>
          <line class={tick === 0 ? "axis" : "grid"} x1={LEFT} x2={width} y1={y(tick)} y2={y(tick)} />
          <text class="soft" x={LEFT - 6} y={y(tick)} dy="0.32em" text-anchor="end">{number(tick)}</text>
        </g>
      ))}
      {points.map((point, place) => {
        const middle = LEFT + (place + 0.5) * step;
        const aim = aimed(point.target, point.target_low, point.target_high);
        const target = aim && `; ${t("chart.target", { value: aim })}`;
        const [low, high] = [point.target_low ?? from, point.target_high ?? to];
        const isRange = point.target_low !== null || point.target_high !== null;
        return (
          <g key={point.period} class="hit-group" onClick={() => point.value !== null && onOpen(point.period)}>
            {isRange && <rect class="aimed" x={middle - step * 0.45} width={step * 0.9} y={y(high)} height={Math.max(y(low) - y(high), 2)} />}
            {point.value !== null ? (
              <rect class="bar" x={middle - bar / 2} width={bar} y={Math.min(y(0), y(point.value))} height={Math.max(Math.abs(y(point.value) - y(0)), 1)} />
            ) : (
              <text class="soft" x={middle} y={y(0) - 4} text-anchor="middle">{figure(point)}</text>
            )}
            {point.target !== null && <line class="target" x1={middle - step * 0.45} x2={middle + step * 0.45} y1={y(point.target)} y2={y(point.target)} />}
            {place % every === 0 && <text class="soft" x={middle} y={HEIGHT - 6} text-anchor="middle">{period(point.period)}</text>}
            <rect class="hit" x={middle - step / 2} width={step} y={TOP} height={HEIGHT - TOP - BOTTOM}>
              <title>{`${period(point.period)}: ${figure(point)} ${figureTitle(point)}${target}`}</title>
            </rect>
          </g>
        );
      })}
    </svg>
  );
}
