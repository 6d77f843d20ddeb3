// Hot and cold spots of events on the map: how many each area had, the areas and hexagons that stand out, and the clusters.
import { geoCentroid } from "d3-geo";
import type { Geometry } from "geojson";
import { useMemo } from "preact/hooks";
import { useGet } from "../api/store";
import type { Area, HotSpots, ListAreasResponse, Spot } from "../api/types";
import { AreaMap, KM_PER_DEGREE } from "../charts/map";
import { t } from "../i18n";
import { number } from "../i18n/format";
import { Notice } from "../parts/notice";
import { below } from "../session";

/** Up to which a cluster stands out from chance. */
const CLUSTER_P_MAX = 0.05;
/** Half the height of a mark, in pixels. */
const [AREA_MARK, HEXAGON_MARK] = [8, 4.5];

type At = (longitude: number, latitude: number) => [number, number];

/** The level that the areas of the analysis have: that of the first which is there. */
function levelOf(of: HotSpots, areas: readonly Area[]): number | undefined {
  const codes = new Set(of.areas.map((one) => one.area));
  return areas.find((area) => codes.has(area.code))?.level;
}

/** The map, where areas were compared and still have shapes. */
export function SpotMap({ of }: { of: HotSpots }) {
  const areas = useGet<ListAreasResponse>(of.areas.length > 0 ? below("areas") : null);
  const level = areas.data && levelOf(of, areas.data.areas);
  const shapes = useGet<ListAreasResponse>(level === undefined ? null : below(`areas?with_geometry=true&level=${level}`));
  const values = useMemo(() => new Map(of.areas.map((one) => [one.area, { value: one.events, kind: "value" }])), [of]);
  if (!shapes.data) return null;
  const drawn = new Set(shapes.data.areas.map((area) => area.code));
  const gone = of.areas.filter((one) => !drawn.has(one.area)).map((one) => one.area);
  return (
    <div class="card stack tight">
      <AreaMap areas={shapes.data.areas} label={t("gathered.map")} values={values} unit={t("gathered.events")} over={(at) => <Marks of={of} areas={shapes.data?.areas ?? []} at={at} />} legend={<Legend of={of} />} />
      {gone.length > 0 && <Notice tone="careful">{t("gathered.not_drawn", { areas: gone.join(", ") })}</Notice>}
    </div>
  );
}

function Marks({ of, areas, at }: { of: HotSpots; areas: readonly Area[]; at: At }) {
  const centres = useMemo(() => new Map(areas.flatMap((area) => centreOf(area))), [areas]);
  return (
    <g aria-hidden="true" class="spots">
      {standing(of).map((one) => {
        const [x, y] = at(one.longitude, one.latitude);
        const [, edge] = at(one.longitude, one.latitude + one.radius_km / KM_PER_DEGREE);
        return <circle key={`${one.longitude} ${one.latitude} ${one.first_date}`} class="cluster" cx={x} cy={y} r={Math.max(3, Math.abs(y - edge))} />;
      })}
      {of.hexagons.map((one) => <Mark key={`${one.longitude} ${one.latitude}`} spot={one.spot} at={at(one.longitude, one.latitude)} size={HEXAGON_MARK} />)}
      {of.areas.map((one) => {
        const centre = centres.get(one.area);
        return centre && <Mark key={one.area} spot={one.spot} at={at(...centre)} size={AREA_MARK} />;
      })}
    </g>
  );
}

/** The clusters that stand out. */
const standing = (of: HotSpots) => of.clusters.filter((one) => one.p <= CLUSTER_P_MAX);

/** A point well in the middle of an area. */
function centreOf(area: Area): [string, [number, number]][] {
  try {
    return area.geometry ? [[area.code, geoCentroid(JSON.parse(area.geometry) as Geometry)]] : [];
  } catch {
    return [];
  }
}

/** Upwards for hot, downwards for cold; nothing for what does not stand out. */
function Mark({ spot, at: [x, y], size }: { spot: Spot | null; at: readonly [number, number]; size: number }) {
  if (!spot || spot.heat === "neither") return null;
  return <path class={`spot ${spot.heat}`} d={triangle(x, y, size, spot.heat === "hot")} />;
}

function triangle(x: number, y: number, size: number, up: boolean): string {
  const tip = up ? -size : size;
  return `M${x - size} ${y - tip}h${2 * size}L${x} ${y + tip}z`;
}

function Legend({ of }: { of: HotSpots }) {
  const spots = [...of.areas, ...of.hexagons].flatMap((one) => one.spot?.heat ?? []);
  const heats = (["hot", "cold"] as const).filter((heat) => spots.includes(heat));
  return (
    <ul class="legend map">
      {heats.map((heat) => (
        <li key={heat}>
          <svg viewBox="0 0 20 20" aria-hidden="true"><path class={`spot ${heat}`} d={triangle(10, 10, AREA_MARK, heat === "hot")} /></svg>
          {t(`gathered.legend_${heat}`)}
        </li>
      ))}
      {heats.length > 0 && <li>{t("gathered.legend_sizes", { km: number(of.hexagon_edge_km, 0) })}</li>}
      {standing(of).length > 0 && (
        <li>
          <svg viewBox="0 0 20 20" aria-hidden="true"><circle class="cluster" cx="10" cy="10" r="8" /></svg>
          {t("gathered.legend_cluster")}
        </li>
      )}
    </ul>
  );
}
