// Where the events of the assessed period gather: areas and hexagons that stand out with those near them, and clusters in space
// and time. Each has its sentence, or the reason why it does not apply.
import { useGet } from "../api/store";
import type { Assessment, AreaSpot, EventCluster, HexagonSpot, HotSpots, Spot, Text } from "../api/types";
import { say, t, word } from "../i18n";
import { date, number } from "../i18n/format";
import { probability } from "../i18n/probability";
import { Reading } from "../parts/notice";
import { Table } from "../parts/table";
import { below } from "../session";
import { SpotMap } from "./assessment-events-map";

/** Hot and cold spots of events, as frozen. */
export function Gathered({ of }: { of: Assessment }) {
  const found = useGet<HotSpots>(below(`assessments/${of.id}/hot-spots`));
  return <Reading of={found}>{found.data && <Spots of={found.data} />}</Reading>;
}

function Spots({ of }: { of: HotSpots }) {
  return (
    <>
      <p class="soft small">{t("gathered.explain", { count: of.events })}</p>
      <SpotMap of={of} />
      <Told title={t("gathered.clusters")} statement={of.clusters_statement}>
        {of.clusters.length > 0 && <Clusters rows={of.clusters} />}
      </Told>
      <Told title={t("gathered.areas")} statement={of.areas_statement}>
        {of.areas.length > 0 && <Areas rows={of.areas} />}
      </Told>
      <Told title={t("gathered.hexagons")} statement={of.hexagons_statement}>
        <Hexagons rows={of.hexagons.filter(standsOut)} />
      </Told>
      <p class="soft small">{of.method} · {t("contribution.draws")} {number(of.draws)} · {of.seed}</p>
    </>
  );
}

function Told({ title, statement, children }: { title: string; statement: Text | null; children: preact.ComponentChildren }) {
  return (
    <section class="stack tight">
      <h3>{title}</h3>
      <p>{say(statement)}</p>
      {children}
    </section>
  );
}

/** Whether a hexagon is hot or cold. */
function standsOut(of: HexagonSpot): boolean {
  return of.spot !== null && of.spot.heat !== "neither";
}

const HEAT_TONES: Record<string, string> = { hot: "off_track", cold: "achieved", neither: "no_data" };
const HEAT_MARKS: Record<string, string> = { hot: "▲", cold: "▼", neither: "–" };

function Heat({ of }: { of: Spot | null }) {
  const heat = of?.heat ?? "neither";
  return <span class={`status ${HEAT_TONES[heat] ?? "no_data"}`}><span aria-hidden="true">{HEAT_MARKS[heat]}</span> {word(`heat_${heat}`)}</span>;
}

const OF_SPOT = [
  { head: "z", of: (spot: Spot) => number(spot.z, 2) },
  { head: "p", of: (spot: Spot) => probability(spot.p) },
  { head: "q", of: (spot: Spot) => probability(spot.q) },
] as const;

/** The numbers of a spot as columns. */
function spotColumns<Row extends { spot: Spot | null }>() {
  return OF_SPOT.map((part) => ({ head: part.head, numeric: true, cell: (one: Row) => (one.spot ? part.of(one.spot) : "–") }));
}

function Areas({ rows }: { rows: readonly AreaSpot[] }) {
  return (
    <Table
      caption={t("gathered.areas")}
      rows={rows}
      keyOf={(one) => one.area}
      columns={[
        { head: t("field.area"), names: true, cell: (one) => (say(one.name) ? `${say(one.name)} (${one.area})` : one.area) },
        { head: t("gathered.events"), numeric: true, cell: (one) => number(one.events) },
        { head: t("gathered.heat"), cell: (one) => <Heat of={one.spot} /> },
        ...spotColumns<AreaSpot>(),
        { head: t("gathered.neighbours"), numeric: true, cell: (one) => number(one.neighbours) },
      ]}
    />
  );
}

function Hexagons({ rows }: { rows: readonly HexagonSpot[] }) {
  if (rows.length === 0) return null;
  return (
    <Table
      caption={t("gathered.hexagons")}
      rows={rows}
      keyOf={(one) => place(one)}
      columns={[
        { head: t("gathered.place"), names: true, cell: (one) => place(one) },
        { head: t("field.area"), cell: (one) => one.area || "–" },
        { head: t("gathered.events"), numeric: true, cell: (one) => number(one.events) },
        { head: t("gathered.heat"), cell: (one) => <Heat of={one.spot} /> },
        ...spotColumns<HexagonSpot>(),
      ]}
    />
  );
}

function Clusters({ rows }: { rows: readonly EventCluster[] }) {
  return (
    <Table
      caption={t("gathered.clusters")}
      rows={rows}
      keyOf={(one) => `${place(one)} ${one.first_date}`}
      columns={[
        { head: t("gathered.place"), names: true, cell: (one) => (one.area ? `${one.area} (${place(one)})` : place(one)) },
        { head: t("gathered.radius"), numeric: true, cell: (one) => number(one.radius_km, 0) },
        { head: t("gathered.when"), cell: (one) => `${date(one.first_date)} – ${date(one.last_date)}` },
        { head: t("gathered.events"), numeric: true, cell: (one) => number(one.events) },
        { head: t("gathered.expected"), numeric: true, cell: (one) => number(one.expected, 1) },
        { head: "p", numeric: true, cell: (one) => probability(one.p) },
      ]}
    />
  );
}

/** Degrees north and east, negative south and west. */
function place(of: { latitude: number; longitude: number }): string {
  return `${number(of.latitude, 2)}° / ${number(of.longitude, 2)}°`;
}
