// A sparkline without axes: the shape of a series in a row; missing is a gap.
import type { SparkPoint } from "../api/types";

const WIDTH = 96;
const HEIGHT = 24;
const PAD = 3;

/** The path of a series in a box; a new stroke begins after each gap. */
export function sparkPath(values: readonly (number | null)[], width = WIDTH, height = HEIGHT, pad = PAD): string {
  const known = values.filter((value): value is number => value !== null);
  if (known.length === 0) return "";
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const step = values.length > 1 ? (width - 2 * pad) / (values.length - 1) : 0;
  let path = "";
  let pen = false;
  values.forEach((value, place) => {
    if (value === null) {
      pen = false;
      return;
    }
    const x = (pad + place * step).toFixed(1);
    const y = (height - pad - ((value - low) / span) * (height - 2 * pad)).toFixed(1);
    path += `${pen ? "L" : "M"}${x} ${y}`;
    pen = true;
  });
  return path;
}

/** A sparkline; `label` says it in words. */
export function Spark({ points, label }: { points: readonly SparkPoint[]; label: string }) {
  const values = points.map((point) => point.value);
  const path = sparkPath(values);
  if (!path) return null;
  const last = path.split(/[ML]/).at(-1)?.split(" ");
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <path d={path} />
      {values.at(-1) !== null && last && <circle cx={last[0]} cy={last[1]} r="2" />}
    </svg>
  );
}
