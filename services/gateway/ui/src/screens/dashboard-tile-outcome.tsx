// A tile about an outcome: how assessments rated it, what was found last, and where its indicators stand.
import { Link } from "wouter-preact";
import type { TileOutcome as Outcome, TileRating, TileSeries } from "../api/types";
import { say, t, word } from "../i18n";
import { date, period } from "../i18n/format";
import { Status } from "../parts/status";
import { Table } from "../parts/table";
import { page } from "../session";
import { latestOf } from "./dashboard-model";
import type { Shown } from "./dashboard-tile-areas";
import { inWords, Name, Value } from "./dashboard-tile-series";

/** What an outcome is called. */
export const outcomeTitle = (of: Outcome): string => `${of.number} ${say(of.statement)}`.trim();

/** The tile. */
export function TileOutcome({ data, names, title }: Shown) {
  const outcome = data.outcome;
  if (!outcome) return null;
  return (
    <>
      <dl class="facts">
        <div><dt>{t("spine.indicators")}</dt><dd><Status of={outcome.status} /></dd></div>
        {outcome.ratings[0] && <Rated of={outcome.ratings[0]} />}
      </dl>
      <Latest of={outcome.latest} />
      {outcome.ratings.length > 0 && <Ratings of={outcome.ratings} title={title} />}
      {data.series.length > 0 ? <Indicators of={data.series} names={names} title={title} /> : <p class="soft">{t("dashboard.outcome_no_indicators")}</p>}
    </>
  );
}

function Rated({ of }: { of: TileRating }) {
  return (
    <>
      <div><dt>{t("dashboard.progress")}</dt><dd>{of.progress_rating ? <Status of={of.progress_rating} /> : t("figure.missing")}</dd></div>
      <div><dt>{t("dashboard.performance")}</dt><dd>{of.performance_rating ? word(of.performance_rating) : t("figure.missing")}</dd></div>
    </>
  );
}

function Latest({ of }: { of: TileRating | null }) {
  if (!of) return <p class="soft">{t("dashboard.not_assessed")}</p>;
  return (
    <div class="stack tight">
      {say(of.narrative) && <p>{say(of.narrative)}</p>}
      <p class="soft small">
        <Link href={page(of.evidence_path)}>{t("dashboard.evidence", { count: of.evidence })}</Link> · {[say(of.assessment), date(of.recorded_at)].filter(Boolean).join(", ")}
      </p>
    </div>
  );
}

function Ratings({ of, title }: { of: readonly TileRating[]; title: string }) {
  return (
    <Table
      caption={`${title}: ${t("dashboard.ratings")}`}
      rows={of}
      keyOf={(one) => one.finding_id}
      columns={[
        { head: t("dashboard.assessment"), names: true, cell: (one) => <Link href={page(one.evidence_path)}>{say(one.assessment) || t("dashboard.assessment")}</Link> },
        { head: t("dashboard.progress"), cell: (one) => (one.progress_rating ? <Status of={one.progress_rating} /> : t("figure.missing")) },
        { head: t("dashboard.performance"), cell: (one) => (one.performance_rating ? word(one.performance_rating) : t("figure.missing")) },
        { head: t("dashboard.direction"), cell: (one) => (one.direction ? word(one.direction) : t("figure.missing")) },
        { head: t("dashboard.found_on"), cell: (one) => date(one.recorded_at) },
      ]}
    />
  );
}

function Indicators({ of, names, title }: { of: readonly TileSeries[]; names: Shown["names"]; title: string }) {
  return (
    <Table
      caption={`${title}: ${t("spine.indicators")}`}
      rows={of}
      keyOf={(one) => one.indicator_code}
      columns={[
        { head: t("field.indicator"), names: true, cell: (one) => { const indicator = names.indicator(one.indicator_code); return <><Name code={one.indicator_code} of={indicator} />{indicator?.unit && <span class="soft small"> {indicator.unit}</span>}</>; } },
        { head: t("field.value"), numeric: true, cell: (one) => <Value series={one} point={latestOf(one.points)?.now} /> },
        { head: t("field.period"), cell: (one) => period(latestOf(one.points)?.now.period) },
        { head: t("dashboard.target"), numeric: true, cell: (one) => (one.targets[0] ? inWords(one.targets[0]) : t("figure.missing")) },
        { head: t("dashboard.status"), cell: (one) => <Status of={one.status} /> },
      ]}
    />
  );
}
