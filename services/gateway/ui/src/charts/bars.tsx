// Bars beside names: a ranking, or slices by dimension. From zero; what has no value has no bar, and says why.
import { number } from "../i18n/format";
import { type Figure, figure, figureTitle } from "../i18n/format";
import { useWidth } from "./width";

const WIDTH_FIRST = 420;
const ROW = 24;
const HEAD = 22;
const PAD = 4;
const LETTER_PX = 6.6;
/** Of the width, at most for names. */
const NAMES_SHARE = 0.42;

export interface Bar extends Figure {
  key: string;
  label: string;
  /** The dimension above a group of bars; the first of each group says it. */
  group?: string;
}

interface Props {
  bars: readonly Bar[];
  label: string;
  onOpen: (key: string) => void;
}

/** Where zero and a value stand between two ends; below zero there is room to the left. */
export function scaled(values: readonly number[], from: number, to: number): (value: number) => number {
  const low = Math.min(0, ...values);
  const span = Math.max(0, ...values) - low || 1;
  return (value) => from + ((value - low) / span) * (to - from);
}

/** A name that fits, with dots where it is cut. */
export function fitted(text: string, room: number): string {
  const most = Math.max(3, Math.floor(room / LETTER_PX));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** The chart; its table stands beside it. */
export function Bars({ bars, label, onOpen }: Props) {
  const { ref, width } = useWidth<SVGSVGElement>(WIDTH_FIRST);
  const longest = Math.max(...bars.map((bar) => bar.label.length), 0) * LETTER_PX;
  const names = Math.min(longest + 8, width * NAMES_SHARE);
  const values = bars.flatMap((bar) => (typeof bar.value === "number" ? [bar.value] : []));
  const figures = Math.max(...values.map((value) => number(value).length), 3) * LETTER_PX + 10;
  const x = scaled(values, names + (values.some((value) => value < 0) ? figures : 0), width - figures);
  let y = 0;
  const rows = bars.map((bar, place) => {
    const heads = bar.group !== undefined && bar.group !== bars[place - 1]?.group;
    const head = heads ? y : null;
    y += heads ? HEAD : 0;
    const at = y;
    y += ROW;
    return { bar, at, head };
  });
  return (
    <svg ref={ref} class="chart bars" viewBox={`0 0 ${width} ${y || ROW}`} role="group" aria-label={label}>
      {rows.map(({ bar, at, head }) => {
        const has = typeof bar.value === "number";
        const [start, end] = [x(0), x(bar.value ?? 0)];
        const below = has && (bar.value ?? 0) < 0;
        return (
          <g key={bar.key}>
            {head !== null && <text class="group" x={0} y={head + HEAD - 7}>{bar.group}</text>}
            <text x={names - 6} y={at + ROW / 2} dy="0.32em" text-anchor="end">{fitted(bar.label, names - 8)}<title>{bar.label}</title></text>
            {has ? <rect class="bar" x={Math.min(start, end)} width={Math.max(Math.abs(end - start), 1)} y={at + PAD} height={ROW - 2 * PAD} /> : <rect class="no-bar" x={start} width={18} y={at + PAD} height={ROW - 2 * PAD} />}
            <a href={`#${bar.key}`} class="value" aria-label={`${bar.label}: ${figure(bar)} ${figureTitle(bar)}`} onClick={(event) => { event.preventDefault(); onOpen(bar.key); }}>
              <text x={below ? end - 5 : (has ? end : start + 18) + 5} y={at + ROW / 2} dy="0.32em" text-anchor={below ? "end" : "start"}>{figure(bar)}</text>
            </a>
          </g>
        );
      })}
      <line class="axis" x1={x(0)} x2={x(0)} y1={0} y2={y} />
    </svg>
  );
}
