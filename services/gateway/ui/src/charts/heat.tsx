// Areas under periods, each cell by its value: darker is more, and where there is room the value stands in it.
import { type Figure, figure, figureTitle, number, period } from "../i18n/format";
import { t } from "../i18n";
import { fitted } from "./bars";
import { classAt, classesOf } from "./map";
import { useWidth } from "./width";

const WIDTH_FIRST = 520;
const ROW = 24;
const HEAD = 20;
const GAP = 2;
const LETTER_PX = 6.6;
const NAMES_SHARE = 0.3;
const LABEL_WIDTH = 74;

export interface HeatRow {
  key: string;
  label: string;
  cells: readonly Figure[];
}

interface Props {
  periods: readonly string[];
  rows: readonly HeatRow[];
  label: string;
  onOpen: (key: string, period: string) => void;
}

/** The chart, with its legend; its table stands beside it. */
export function HeatMap({ periods, rows, label, onOpen }: Props) {
  const { ref, width } = useWidth<SVGSVGElement>(WIDTH_FIRST);
  const longest = Math.max(...rows.map((row) => row.label.length), 0) * LETTER_PX;
  const names = Math.min(longest + 8, width * NAMES_SHARE);
  const step = (width - names) / Math.max(periods.length, 1);
  const every = Math.max(1, Math.ceil(LABEL_WIDTH / step));
  const known = rows.flatMap((row) => row.cells.flatMap((cell) => (typeof cell.value === "number" ? [cell.value] : [])));
  const bounds = classesOf(known);
  const height = HEAD + rows.length * ROW;
  return (
    <>
      <svg ref={ref} class="chart map heat" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
        {periods.map((one, place) => place % every === 0 && <text key={one} class="soft" x={names + place * step + 2} y={HEAD - 7}>{period(one)}</text>)}
        {rows.map((row, line) => (
          <g key={row.key}>
            <text class="name" x={names - 6} y={HEAD + line * ROW + ROW / 2} dy="0.32em">{fitted(row.label, names - 8)}<title>{row.label}</title></text>
            {row.cells.map((cell, place) => {
              const said = `${row.label}, ${period(periods[place])}: ${figure(cell)} ${figureTitle(cell)}`;
              const written = figure(cell);
              const at = periods[place] ?? "";
              const [x, y] = [names + place * step, HEAD + line * ROW];
              const shape = <path class={typeof cell.value === "number" ? classAt(cell.value, bounds) : "none"} d={`M${x.toFixed(1)} ${y}h${(step - GAP).toFixed(1)}v${ROW - GAP}h${(GAP - step).toFixed(1)}z`}><title>{said}</title></path>;
              const inside = written.length * LETTER_PX <= step - GAP - 2 && <text aria-hidden="true" x={x + (step - GAP) / 2} y={y + (ROW - GAP) / 2} dy="0.34em">{written}</text>;
              // One cell after the other would be a long way by Tab: the table below opens each number too.
              return (
                <g key={at} class="cell" onClick={() => typeof cell.value === "number" && onOpen(row.key, at)}>
                  {shape}
                  {inside}
                </g>
              );
            })}
          </g>
        ))}
      </svg>
      <ul class="legend map">
        {bounds.map((bound) => (
          <li key={bound}>
            <svg viewBox="0 0 10 10" aria-hidden="true"><path class={classAt(bound, bounds)} d="M0 0h10v10H0z" /></svg>
            {t("map.from", { value: number(bound) })}
          </li>
        ))}
        {rows.some((row) => row.cells.some((cell) => typeof cell.value !== "number")) && (
          <li>
            <svg viewBox="0 0 10 10" aria-hidden="true"><path class="none" d="M0 0h10v10H0z" /></svg>
            {t("word.missing")}
          </li>
        )}
      </ul>
    </>
  );
}
