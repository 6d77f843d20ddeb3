// Tiles that lay areas or slices beside each other: ranking, heat map, small multiples, map, slices.
import type { DashboardIndicator, DashboardTile, TileData } from "../api/types";
import { Bars } from "../charts/bars";
import { HeatMap } from "../charts/heat";
import { Multiples } from "../charts/multiples";
import { t } from "../i18n";
import { period } from "../i18n/format";
import { latestOf, pointAt, sliceParts } from "./dashboard-model";
import { EventsTable, TileMap } from "./dashboard-tile-map";
import { AsTable, openOf } from "./dashboard-tile-series";

/** What codes are called. */
export interface Names {
  indicator: (code: string) => DashboardIndicator | undefined;
  area: (code: string) => string;
}

/** What a tile is drawn from. */
export interface Shown {
  tile: DashboardTile;
  data: TileData;
  names: Names;
  title: string;
}

/** The areas of a level. */
export function TileAreas({ tile, data, names, title }: Shown) {
  const [first] = data.series;
  const unit = names.indicator(first?.indicator_code ?? "")?.unit ?? "";
  const of = (area: string) => data.series.find((series) => series.area === area);
  const open = (area: string, at: string) => {
    const series = of(area);
    if (series) openOf(series, at);
  };
  const rows = data.series.map((series) => ({ name: names.area(series.area), series }));
  return (
    <>
      {tile.kind === "ranking" && <Bars label={title} bars={data.series.map((series) => ({ key: series.area, label: names.area(series.area), ...pointAt(series, data.period) }))} onOpen={(area) => open(area, data.period)} />}
      {tile.kind === "heat_map" && <HeatMap label={title} periods={first?.points.map((point) => point.period) ?? []} rows={data.series.map((series) => ({ key: series.area, label: names.area(series.area), cells: series.points }))} onOpen={open} />}
      {tile.kind === "small_multiples" && <Multiples unit={unit} of={data.series.map((series) => ({ key: series.area, label: names.area(series.area), points: series.points }))} onOpen={open} />}
      {tile.kind === "map" && <TileMap data={data} names={names} unit={unit} title={title} onOpen={(area) => open(area, data.period)} />}
      <AsTable title={title} rows={rows} value={unit} />
      {data.events?.known && <EventsTable of={data.events} names={names} title={title} />}
    </>
  );
}

/** Slices by dimension in one chart, each at its newest value. */
export function TileSlices({ data, names, title }: Shown) {
  const newest = data.series.flatMap((series) => series.points.flatMap((point) => (point.value === null ? [] : [point.period]))).sort().at(-1) ?? "";
  const bars = data.series.map((series) => {
    const [dimension, category] = sliceParts(series.slice);
    return { key: series.slice, label: category, group: dimension, ...pointAt(series, newest) };
  });
  const rows = data.series.map((series) => ({ name: series.slice.replace("=", " = "), series }));
  return (
    <>
      <p class="soft small">{t("dashboard.slices_at", { period: period(newest) })}</p>
      <Bars label={title} bars={bars} onOpen={(slice) => { const series = data.series.find((one) => one.slice === slice); if (series && latestOf(series.points)) openOf(series, newest); }} />
      <AsTable title={title} rows={rows} value={names.indicator(data.series[0]?.indicator_code ?? "")?.unit ?? ""} />
    </>
  );
}
