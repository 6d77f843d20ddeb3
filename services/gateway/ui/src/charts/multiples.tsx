// The same indicator in many areas, each a small line on the same scale.
import { extent } from "d3-array";
import { line } from "d3-shape";
import type { TilePoint } from "../api/types";
import { t } from "../i18n";
import { figure, number, period } from "../i18n/format";

const WIDTH = 150;
const HEIGHT = 56;
const PAD = 5;

export interface Multiple {
  key: string;
  label: string;
  points: readonly TilePoint[];
}

/** All of them; the page has their table beside it. `onOpen` opens the newest value of one. */
export function Multiples({ of, unit, onOpen }: { of: readonly Multiple[]; unit: string; onOpen: (key: string, period: string) => void }) {
  const [low = 0, high = 1] = extent(of.flatMap((one) => one.points.flatMap((point) => (point.value === null ? [] : [point.value])))) as [number, number];
  const floor = Math.min(0, low);
  const y = (value: number) => HEIGHT - PAD - ((value - floor) / (high - floor || 1)) * (HEIGHT - 2 * PAD);
  return (
    <>
      <ul class="multiples">
        {of.map((one) => {
          const x = (place: number) => (one.points.length > 1 ? PAD + (place * (WIDTH - 2 * PAD)) / (one.points.length - 1) : WIDTH / 2);
          const path = line<TilePoint>().defined((point) => point.value !== null).x((_, place) => x(place)).y((point) => y(point.value ?? 0)).digits(1);
          const last = one.points.findLastIndex((point) => point.value !== null);
          const newest = one.points[last];
          return (
            <li key={one.key}>
              <span class="name">{one.label}</span>
              <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={newest ? `${one.label}: ${figure(newest)} ${unit}, ${period(newest.period)}` : `${one.label}: ${figure(null)}`}>
                <line class="axis" x1={PAD} x2={WIDTH - PAD} y1={y(0)} y2={y(0)} />
                <path class="line" d={path(one.points as TilePoint[]) ?? ""} />
                {one.points.map((point, place) => (place === last || (point.value !== null && (one.points[place - 1]?.value ?? null) === null && (one.points[place + 1]?.value ?? null) === null) ? <circle key={point.period} class="dot" cx={x(place)} cy={y(point.value ?? 0)} r={place === last ? 2.5 : 1.75} /> : null))}
              </svg>
              {newest ? <button type="button" class="number-link" title={t("provenance.open")} onClick={() => onOpen(one.key, newest.period)}>{figure(newest)} <span class="soft small">{period(newest.period)}</span></button> : <span class="figure-missing">{figure(null)}</span>}
            </li>
          );
        })}
      </ul>
      <p class="soft small">{t("dashboard.same_scale", { low: number(floor), high: number(high) })} {unit}</p>
    </>
  );
}
