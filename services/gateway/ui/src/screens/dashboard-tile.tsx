// One tile: its title, what it shows, and the same as a table. What it cannot show it says; it is never an empty chart.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Link } from "wouter-preact";
import type { DashboardData, DashboardIndicator, DashboardTile, TileData } from "../api/types";
import { say, t, word } from "../i18n";
import { period } from "../i18n/format";
import { page } from "../session";
import { isComplete } from "./dashboard-model";
import { type Names, TileAreas, TileSlices } from "./dashboard-tile-areas";
import { outcomeTitle, TileOutcome } from "./dashboard-tile-outcome";
import { TileNumbers, TileTable, TileTargets, TileTrend } from "./dashboard-tile-series";
import { TileRecommendations, TileTasks, TileText } from "./dashboard-tile-words";

/** The title of a tile: its own, else the name of what it shows. */
export function titleOf(tile: DashboardTile, indicators: readonly Pick<DashboardIndicator, "code" | "name">[]): string {
  if (say(tile.title)) return say(tile.title);
  const codes = tile.query?.indicator_codes ?? [];
  const [code] = codes;
  if (codes.length > 1 && (tile.kind === "table" || tile.kind === "number")) return t("spine.indicators");
  if (tile.kind === "recommendations" || !code || codes.length > 1) return word(`tile_${tile.kind}`);
  return say(indicators.find((one) => one.code === code)?.name) || code;
}

interface Props {
  tile: DashboardTile;
  /** undefined: it is being read. */
  data: TileData | undefined;
  all: DashboardData | undefined;
  /** While it is built: what moves, changes and removes it. */
  tools?: ComponentChildren;
}

/** The tile. */
export function Tile({ tile, data, all, tools }: Props) {
  const heading = useId();
  const names = namesOf(all);
  const named = titleOf(tile, all?.indicators ?? []);
  const title = data?.outcome && !say(tile.title) ? outcomeTitle(data.outcome) : named;
  const [code] = tile.query?.indicator_codes ?? [];
  const only = tile.query?.indicator_codes.length === 1 && data?.state === "shown" && code ? names.indicator(code) : undefined;
  const unit = only?.unit ?? "";
  const area = tile.query?.area || all?.filters?.area || "";
  return (
    // No landmark: there are many, and several may be called the same.
    <article class={`tile card w${tile.width} ${tile.kind}`} aria-labelledby={heading} data-tile={tile.id}>
      {tools}
      {(tile.kind !== "text" || say(tile.title)) && (
        <header>
          <h2 id={heading}>{only && tile.kind !== "recommendations" ? <Link href={page(`indicators/${encodeURIComponent(only.code)}`)}>{title}</Link> : title}</h2>
          <p class="soft small">{[unit, area && ["number", "trend", "target_actual", "table", "slices", "outcome"].includes(tile.kind) && names.area(area), period(data?.period)].filter(Boolean).join(", ")}</p>
        </header>
      )}
      {tile.kind === "text" && !say(tile.title) && <h2 id={heading} class="unseen">{word("tile_text")}</h2>}
      {tile.kind === "text" ? <TileText of={tile} /> : data ? <Shown tile={tile} data={data} names={names} title={title} /> : isComplete(tile) ? <p class="soft" aria-busy="true">{t("state.loading")}</p> : <p class="nothing">{t("dashboard.choose")}</p>}
    </article>
  );
}

function Shown({ tile, data, names, title }: { tile: DashboardTile; data: TileData; names: Names; title: string }) {
  return (
    <>
      {data.state === "shown" ? <Body tile={tile} data={data} names={names} title={title} /> : <p class="nothing">{t(`dashboard.state_${data.state}` as "dashboard.state_no_data")}</p>}
      {data.state === "shown" && <Absent data={data} names={names} />}
      {data.left_out > 0 && <p class="soft small">{t("dashboard.left_out", { count: data.left_out })}</p>}
    </>
  );
}

function Body({ tile, data, names, title }: { tile: DashboardTile; data: TileData; names: Names; title: string }) {
  const shown = { tile, data, names, title };
  switch (tile.kind) {
    case "number":
      return <TileNumbers {...shown} />;
    case "trend":
      return <TileTrend {...shown} />;
    case "target_actual":
      return <TileTargets {...shown} />;
    case "table":
      return <TileTable {...shown} />;
    case "slices":
      return <TileSlices {...shown} />;
    case "tasks":
      return <TileTasks of={data.tasks} />;
    case "recommendations":
      return data.recommendations && <TileRecommendations of={data.recommendations} title={title} />;
    case "outcome":
      return <TileOutcome {...shown} />;
    default:
      return <TileAreas {...shown} />;
  }
}

/** Of the indicators that a tile names, those that are not in it, and why. */
function Absent({ data, names }: { data: TileData; names: Names }) {
  const listed = (codes: readonly string[]) => codes.map((code) => say(names.indicator(code)?.name) || code).join(", ");
  return (
    <>
      {data.not_available.length > 0 && <p class="soft small">{t("dashboard.not_available", { codes: data.not_available.join(", ") })}</p>}
      {data.filtered_out.length > 0 && <p class="soft small">{t("dashboard.filtered_out", { names: listed(data.filtered_out) })}</p>}
      {data.without_data.length > 0 && <p class="soft small">{t("dashboard.without_data", { names: listed(data.without_data) })}</p>}
    </>
  );
}

function namesOf(all: DashboardData | undefined): Names {
  const indicators = new Map(all?.indicators.map((one) => [one.code, one]));
  const areas = new Map(all?.areas.map((one) => [one.code, say(one.name)]));
  return { indicator: (code) => indicators.get(code), area: (code) => areas.get(code) || code };
}
