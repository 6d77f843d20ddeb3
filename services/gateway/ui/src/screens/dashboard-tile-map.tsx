// A map of areas, where it is asked for with the events of the same days: circles, their sizes, and a table of them by area.
import { Link, useLocation } from "wouter-preact";
import { useGet } from "../api/store";
import type { ListAreasResponse, TileData, TileEvents, TilePlace } from "../api/types";
import { type Circle, Circles, CircleSizes } from "../charts/circles";
import { AreaMap, KM_PER_DEGREE } from "../charts/map";
import { t } from "../i18n";
import { date, number } from "../i18n/format";
import { Notice, Reading } from "../parts/notice";
import { Classification } from "../parts/status";
import { Table } from "../parts/table";
import { below, page } from "../session";
import { pointAt } from "./dashboard-model";
import type { Names } from "./dashboard-tile-areas";

interface Props {
  data: TileData;
  names: Names;
  unit: string;
  title: string;
  onOpen: (area: string) => void;
}

/** Where the events of an area are listed. */
const listOf = (area: string): string => page(area ? `context?area=${encodeURIComponent(area)}` : "context");

/** The map. */
export function TileMap({ data, names, unit, title, onOpen }: Props) {
  const [, go] = useLocation();
  const areas = useGet<ListAreasResponse>(below(`areas?with_geometry=true&level=${data.level ?? 1}`));
  const events = data.events;
  const circles = circlesOf(events?.places ?? []);
  const most = Math.max(0, ...circles.map((one) => one.events));
  const said = (one: Circle) => t("dashboard.circle", { area: names.area(one.area), events: one.events, deaths: one.deaths });
  return (
    <Reading of={areas}>
      {areas.data && (
        <AreaMap
          areas={areas.data.areas}
          values={new Map(data.series.map((series) => [series.area, pointAt(series, data.period)]))}
          unit={unit}
          label={title}
          onChoose={onOpen}
          over={circles.length > 0 ? (at) => <Circles of={circles} most={most} at={at} said={said} onChoose={(area) => go(listOf(area))} /> : undefined}
          legend={events && <EventsLegend of={events} most={most} />}
        />
      )}
    </Reading>
  );
}

/** What has a point; what is known by its area only stands in the table. */
export function circlesOf(places: readonly TilePlace[]): Circle[] {
  const found = places.flatMap(({ area, longitude, latitude, events, deaths_best }) => (longitude === null || latitude === null ? [] : [{ area, longitude, latitude, events, deaths: deaths_best }]));
  return found.sort((one, other) => other.events - one.events);
}

function EventsLegend({ of, most }: { of: TileEvents; most: number }) {
  if (!of.known) return <Notice tone="careful">{t("dashboard.events_not_read")}</Notice>;
  const atNoPoint = of.places.reduce((sum, one) => sum + (one.longitude === null ? one.events : 0), 0);
  return (
    <>
      {most > 0 && <CircleSizes most={most} said={(count) => t("dashboard.events_count", { count })} />}
      <p class="soft small">
        {of.events === 0 ? t("dashboard.no_events") : `${t("dashboard.events_days", { count: of.events, from: date(of.first_date), until: date(of.last_date) })} ${t("dashboard.circles", { km: number(of.cell_degrees * KM_PER_DEGREE, 0) })}`}
        {atNoPoint > 0 && <> {t("dashboard.at_no_point", { count: atNoPoint })}</>} <Classification of={of.events > 0 ? of.classification : ""} />
      </p>
    </>
  );
}

interface Sum {
  area: string;
  events: number;
  deaths: number;
  unknown: number;
}

/** Events by area, the most first. */
export function byArea(places: readonly TilePlace[]): Sum[] {
  const sums = new Map<string, Sum>();
  for (const place of places) {
    const sum = sums.get(place.area) ?? { area: place.area, events: 0, deaths: 0, unknown: 0 };
    sums.set(place.area, { area: place.area, events: sum.events + place.events, deaths: sum.deaths + place.deaths_best, unknown: sum.unknown + place.without_deaths });
  }
  return [...sums.values()].sort((one, other) => other.events - one.events || one.area.localeCompare(other.area));
}

/** The events as a table; each count leads to the list of them. */
export function EventsTable({ of, names, title }: { of: TileEvents; names: Names; title: string }) {
  return (
    <details class="noprint">
      <summary>{t("dashboard.events_table")}</summary>
      <Table
        caption={`${title}: ${t("dashboard.events")}`}
        rows={byArea(of.places)}
        keyOf={(one) => one.area}
        columns={[
          { head: t("field.area"), names: true, cell: (one) => (one.area ? names.area(one.area) : t("dashboard.no_area")) },
          { head: t("dashboard.events"), numeric: true, cell: (one) => <Link href={listOf(one.area)} title={t("dashboard.events_open")}>{number(one.events)}</Link> },
          { head: t("dashboard.deaths"), numeric: true, cell: (one) => number(one.deaths) },
          { head: t("dashboard.deaths_unknown"), numeric: true, cell: (one) => number(one.unknown) },
        ]}
      />
    </details>
  );
}
