// Whether the mission did what it planned: output by output, and counted by section and component; of what was frozen.
import { Link } from "wouter-preact";
import { fileAddress } from "../api/client";
import { useGet } from "../api/store";
import type { Assessment, OutputIndicator, OutputPerformance, Performance, PerformanceGroup } from "../api/types";
import { language, say, t, word } from "../i18n";
import { date, number, percent, period } from "../i18n/format";
import { openDrawer } from "../parts/drawer";
import { Empty, Reading } from "../parts/notice";
import { FigureCell } from "../parts/page";
import { OpenNumber } from "../parts/provenance";
import { Status } from "../parts/status";
import { Table } from "../parts/table";
import { below, page } from "../session";

const STATUSES = ["achieved", "on_track", "at_risk", "off_track", "no_data"] as const;

/** The view of an assessment. */
export default function PerformanceOf({ of }: { of: Assessment }) {
  const read = useGet<Performance>(below(`assessments/${of.id}/performance`));
  const found = read.data;
  return (
    <Reading of={read}>
      {found && !found.known && <Empty>{t("performance.unknown")}</Empty>}
      {found?.known && found.outputs.length === 0 && <Empty>{t("performance.no_outputs")}</Empty>}
      {found?.known && found.outputs.length > 0 && (
        <>
          <p class="soft small">{t("performance.told")}{found.timely_from && ` ${t("performance.timely_told", { from: date(found.timely_from), until: date(found.timely_until) })}`}</p>
          <Groups title={t("performance.by_component")} rows={found.components} named={(name) => word(name)} />
          <Groups title={t("performance.by_section")} rows={found.sections} named={(name) => name} />
          <section class="stack tight" aria-labelledby="performance-outputs">
            <div class="row between">
              <h3 id="performance-outputs">{t("performance.outputs")}</h3>
              <a class="button" href={fileAddress(below(`assessments/${of.id}/performance.csv?language=${language.value}`))} download>{t("performance.csv")}</a>
            </div>
            <Outputs rows={found.outputs} cutOff={of.cut_off} />
          </section>
        </>
      )}
    </Reading>
  );
}

function Groups({ title, rows, named }: { title: string; rows: readonly PerformanceGroup[]; named: (name: string) => string }) {
  return (
    <section class="stack tight" aria-label={title}>
      <h3>{title}</h3>
      <Table
        caption={title}
        rows={rows}
        keyOf={(one) => one.name}
        columns={[
          { head: title, names: true, cell: (one) => named(one.name) || t("performance.none_named") },
          { head: t("performance.outputs"), numeric: true, cell: (one) => number(one.outputs) },
          ...STATUSES.map((status) => ({ head: word(status), numeric: true, cell: (one: PerformanceGroup) => number(one[status]) })),
          { head: t("performance.activities_done"), numeric: true, cell: (one) => t("performance.of", { part: number(one.activities?.done ?? 0), all: number((one.activities?.all ?? 0) - (one.activities?.cancelled ?? 0)) }) },
          { head: t("performance.activities_late"), numeric: true, cell: (one) => number(one.activities?.late ?? 0) },
          { head: t("performance.in_time"), numeric: true, cell: (one) => <InTime part={one.timely} of={one.timely_of} /> },
        ]}
      />
    </section>
  );
}

/** Nothing that was due is not the same as nothing in time. */
function InTime({ part, of }: { part: number | null; of: number | null }) {
  if (part === null || !of) return <FigureCell of={null} />;
  return <>{t("performance.of", { part: number(part), all: number(of) })} <span class="soft">{percent(part / of)}</span></>;
}

function Outputs({ rows, cutOff }: { rows: readonly OutputPerformance[]; cutOff: string }) {
  return (
    <Table
      caption={t("performance.outputs")}
      rows={rows}
      keyOf={(one) => one.lineage_id}
      columns={[
        { head: t("performance.output"), names: true, wide: true, cell: (one) => <button type="button" class="number-link" onClick={() => openDrawer(`${one.number} ${say(one.statement)}`, () => <OneOutput of={one} cutOff={cutOff} />)}>{one.number} {say(one.statement)}</button> },
        { head: t("performance.section"), cell: (one) => one.lead_section || "–" },
        { head: t("performance.component"), cell: (one) => word(one.component) || "–" },
        { head: t("field.status"), cell: (one) => <Status of={one.status} /> },
        { head: t("performance.activities_done"), numeric: true, cell: (one) => t("performance.of", { part: number(one.activities?.done ?? 0), all: number((one.activities?.all ?? 0) - (one.activities?.cancelled ?? 0)) }) },
        { head: t("performance.activities_late"), numeric: true, cell: (one) => number(one.activities?.late ?? 0) },
        { head: t("performance.in_time"), numeric: true, cell: (one) => <InTime part={one.timely} of={one.timely_of} /> },
        { head: t("performance.areas"), numeric: true, cell: (one) => (one.areas_planned.length ? t("performance.of", { part: number(one.areas_with_data.length), all: number(one.areas_planned.length) }) : "–") },
        { head: t("performance.summary"), wide: true, cell: (one) => say(one.summary) },
      ]}
    />
  );
}

function OneOutput({ of, cutOff }: { of: OutputPerformance; cutOff: string }) {
  return (
    <div class="stack">
      <div class="row"><Status of={of.status} />{of.component && <span class="tag">{word(of.component)}</span>}<span class="soft">{of.lead_section}</span></div>
      <p>{say(of.summary)}</p>
      {of.indicators.length > 0 && (
        <Table
          caption={t("performance.indicators")}
          rows={of.indicators}
          keyOf={(one) => one.code}
          columns={[
            { head: t("field.indicator"), names: true, cell: (one) => <Link href={page(`indicators/${encodeURIComponent(one.code)}`)}>{say(one.name) || one.code}</Link> },
            { head: t("indicator.latest"), numeric: true, cell: (one) => (one.latest_value === null ? <FigureCell of={null} /> : <><OpenNumber at={{ indicator: one.code, period: one.latest_period, asKnownAt: cutOff }} shown={number(one.latest_value)} /> {one.unit} <span class="soft">{period(one.latest_period)}</span></>) },
            { head: t("assess.target"), numeric: true, cell: (one) => <Target of={one} /> },
            { head: t("assess.achievement"), numeric: true, cell: (one) => (one.achievement === null ? "–" : percent(one.achievement)) },
            { head: t("field.status"), cell: (one) => <Status of={one.status} /> },
          ]}
        />
      )}
      {of.late.length > 0 && (
        <Table
          caption={t("performance.late")}
          rows={of.late}
          keyOf={(one) => one.number}
          columns={[
            { head: t("performance.late"), names: true, wide: true, cell: (one) => `${one.number} ${say(one.statement)}` },
            { head: t("performance.end"), cell: (one) => date(one.end) || "–" },
            { head: t("field.state"), cell: (one) => word(one.late) },
          ]}
        />
      )}
      {of.areas_planned.length > 0 && (
        <dl class="facts">
          <div><dt>{t("performance.areas_planned")}</dt><dd>{of.areas_planned.join(", ")}</dd></div>
          <div><dt>{t("performance.areas_with_data")}</dt><dd>{of.areas_with_data.join(", ") || "–"}</dd></div>
        </dl>
      )}
    </div>
  );
}

function Target({ of }: { of: OutputIndicator }) {
  const when = of.target_period && <span class="soft"> {period(of.target_period)}</span>;
  if (of.target_low !== null) return <>{number(of.target_low)} – {number(of.target_high ?? 0)}{when}</>;
  return of.target === null ? <FigureCell of={null} /> : <>{number(of.target)}{when}</>;
}
