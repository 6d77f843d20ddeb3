// A map of areas as SVG, coloured by value where there are values; with the UN's disclaimer, always.
import { geoIdentity, geoPath } from "d3-geo";
import type { FeatureCollection, Geometry, Position } from "geojson";
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { Area } from "../api/types";
import { language, say, t } from "../i18n";
import { type Figure, figure, figureTitle, number } from "../i18n/format";
import { middles } from "./labels";
import { useWidth } from "./width";

/** Of latitude, and of longitude at the equator. */
export const KM_PER_DEGREE = 111;
const WIDTH_FIRST = 600;
/** At most; less where the areas lie wide. */
const HEIGHT_MAX = 560;
const PAD = 8;
const STEPS = 5;
const LABELS_MAX = 40;

const point = ([longitude = 0, latitude = 0]: Position): [number, number] => [
  (longitude * Math.PI) / 180,
  Math.log(Math.tan(Math.PI / 4 + (Math.max(-85, Math.min(85, latitude)) * Math.PI) / 360)),
];

/** Mercator by hand, so that the way round a ring plays no part. */
export function projected(geometry: Geometry): Geometry {
  if (geometry.type === "Polygon") return { ...geometry, coordinates: geometry.coordinates.map((ring) => ring.map(point)) };
  if (geometry.type === "MultiPolygon") return { ...geometry, coordinates: geometry.coordinates.map((polygon) => polygon.map((ring) => ring.map(point))) };
  return geometry;
}

/** The lower bounds of the classes of a choropleth: equal counts, at most five. */
export function classesOf(values: readonly number[]): number[] {
  const sorted = [...values].sort((one, other) => one - other);
  const bounds: number[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    const bound = sorted[Math.floor((step * sorted.length) / STEPS)];
    if (bound !== undefined && bound !== bounds.at(-1)) bounds.push(bound);
  }
  return bounds;
}

/** The class of a value among the bounds of `classesOf`, `r1` (light) to `r5`. */
export function classAt(value: number, bounds: readonly number[]): string {
  let found = 0;
  bounds.forEach((bound, place) => value >= bound && (found = place));
  // Few classes use the far ends of the ramp.
  return `r${bounds.length < 2 ? 3 : 1 + Math.round((found * (STEPS - 1)) / (bounds.length - 1))}`;
}

interface Props {
  areas: readonly Area[];
  label: string;
  values?: ReadonlyMap<string, Figure> | undefined;
  unit?: string | undefined;
  chosen?: string | undefined;
  /** Areas of which the value is true of a part only. */
  marked?: ReadonlySet<string> | undefined;
  /** Drawn over the areas, given the way from degrees to the picture. */
  over?: ((at: (longitude: number, latitude: number) => [number, number]) => ComponentChildren) | undefined;
  legend?: ComponentChildren;
  onChoose?: ((code: string) => void) | undefined;
}

/** Areas of the lowest level that has geometry. */
export function drawable(areas: readonly Area[]): Area[] {
  const shaped = areas.filter((area) => area.geometry);
  const lowest = Math.max(...shaped.map((area) => area.level), 0);
  return shaped.filter((area) => area.level === lowest);
}

/** The map. */
export function AreaMap({ areas, label, values, unit, chosen, marked, over, legend, onChoose }: Props) {
  const { ref, width } = useWidth<HTMLElement>(WIDTH_FIRST);
  const { drawn: shapes, height, at } = useMemo(() => {
    const features = drawable(areas).flatMap((area) => {
      try {
        return [{ type: "Feature" as const, id: area.code, properties: { area }, geometry: projected(JSON.parse(area.geometry) as Geometry) }];
      } catch {
        return [];
      }
    });
    const all: FeatureCollection = { type: "FeatureCollection", features };
    const flat = geoPath(geoIdentity().reflectY(true)).bounds(all);
    const ratio = (flat[1][1] - flat[0][1]) / (flat[1][0] - flat[0][0] || 1);
    const height = Math.round(Math.min(HEIGHT_MAX, Math.max(160, (width - 2 * PAD) * ratio + 2 * PAD))) || HEIGHT_MAX;
    const projection = geoIdentity().reflectY(true).fitExtent([[PAD, PAD], [width - PAD, height - PAD]], all);
    const path = geoPath(projection).digits(1);
    const drawn = features.map((feature) => ({ area: feature.properties.area, d: path(feature) ?? "", centre: path.centroid(feature), size: path.area(feature) }));
    const at = (longitude: number, latitude: number) => projection(point([longitude, latitude])) as [number, number];
    return { drawn, height, at };
  }, [areas, width]);
  // Where names would cover each other, the larger area keeps its own; all are in the titles and in the table.
  const named = useMemo(() => {
    const largest = [...shapes].sort((one, other) => other.size - one.size).map(({ area, centre: [x, y] }) => ({ area, x, y, text: say(area.name) }));
    const room = middles(largest, width);
    return largest.filter((_, place) => room[place]);
  }, [shapes, width, language.value]);
  if (shapes.length === 0) return <figure ref={ref}><p class="soft">{t("map.no_shapes")}</p></figure>;
  const known = [...(values?.values() ?? [])].flatMap((one) => (typeof one.value === "number" ? [one.value] : []));
  const bounds = classesOf(known);
  const classOf = (code: string): string => {
    if (!values) return "r1";
    const value = values.get(code)?.value;
    return typeof value === "number" ? classAt(value, bounds) : "none";
  };
  return (
    <figure ref={ref}>
      <svg class="chart map" viewBox={`0 0 ${width} ${height}`} role="group" aria-label={label}>
        {shapes.map(({ area, d }) => {
          const value = values?.get(area.code);
          const said = `${say(area.name)} (${area.code})${values ? `: ${figure(value)} ${figureTitle(value)}` : ""}`;
          const shape = (
            <path d={d} class={`${classOf(area.code)}${marked?.has(area.code) ? " part" : ""}${chosen === area.code ? " chosen" : ""}`}>
              <title>{said}</title>
            </path>
          );
          if (!onChoose) return <g key={area.code}>{shape}</g>;
          return (
            <a key={area.code} href={`?area=${encodeURIComponent(area.code)}`} aria-label={said} aria-current={chosen === area.code ? "true" : undefined} onClick={(event) => { event.preventDefault(); onChoose(area.code); }}>
              {shape}
            </a>
          );
        })}
        {over?.(at)}
        {shapes.length <= LABELS_MAX && (
          <g aria-hidden="true">
            {named.map(({ area, x, y, text }) => <text key={area.code} x={x} y={y}>{text}</text>)}
          </g>
        )}
      </svg>
      {values && <Legend bounds={bounds} unit={unit} gaps={shapes.some(({ area }) => typeof values.get(area.code)?.value !== "number")} part={shapes.some(({ area }) => marked?.has(area.code))} />}
      {legend}
      <figcaption class="disclaimer">{t("map.disclaimer")}</figcaption>
    </figure>
  );
}

function Legend({ bounds, unit, gaps, part }: { bounds: readonly number[]; unit?: string | undefined; gaps: boolean; part: boolean }) {
  return (
    <ul class="legend map">
      {bounds.map((bound) => (
        <li key={bound}>
          <svg viewBox="0 0 10 10" aria-hidden="true"><path class={classAt(bound, bounds)} d="M0 0h10v10H0z" /></svg>
          {t("map.from", { value: number(bound) })}
        </li>
      ))}
      {gaps && (
        <li>
          <svg viewBox="0 0 10 10" aria-hidden="true"><path class="none" d="M0 0h10v10H0z" /></svg>
          {t("word.missing")}
        </li>
      )}
      {part && (
        <li>
          <svg viewBox="0 0 10 10" aria-hidden="true"><path class="r2 part" d="M0 0h10v10H0z" /></svg>
          {t("map.part")}
        </li>
      )}
      {unit && <li>{unit}</li>}
    </ul>
  );
}
