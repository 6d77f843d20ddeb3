// One indicator: its series against baseline and targets, by area, its reference sheet; every number opens.
import { useEffect, useMemo } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { write } from "../api/client";
import { expire, put, useGet } from "../api/store";
import type { Indicator, ListAreasResponse, ListTargetsResponse, Point, Series, Target } from "../api/types";
import { AreaMap } from "../charts/map";
import { filled, SeriesChart } from "../charts/series";
import { say, t, word } from "../i18n";
import { type Figure, figure, number, percent, period } from "../i18n/format";
import { openDrawer } from "../parts/drawer";
import { WriteButton } from "../parts/form";
import { Notice, Reading } from "../parts/notice";
import { FigureCell, PageHead, Tabs, useParameter } from "../parts/page";
import { OpenNumber, openProvenance } from "../parts/provenance";
import { Classification, State } from "../parts/status";
import { Table } from "../parts/table";
import { below, isStaff, mayWrite, mission, page } from "../session";
import { IndicatorChanges } from "./indicator-changes";
import { IndicatorForm } from "./indicator-form";
import { IndicatorSheet, IndicatorVersions } from "./indicator-sheet";
import { Targets } from "./indicator-targets";

/** The page of an indicator. */
export function IndicatorPage({ code }: { code: string }) {
  const path = below(`indicators/${encodeURIComponent(code)}`);
  const found = useGet<Indicator>(path);
  const indicator = found.data;
  // A reader sees how the indicator is defined; its values reach a reader in what is published.
  const view = useParameter("view") || (isStaff() ? "series" : "sheet");
  const targets = useGet<ListTargetsResponse>(indicator ? below(`targets?indicator_id=${indicator.id}`) : null);
  const took = (next: Indicator) => {
    put(path, next);
    expire(below("indicators"));
  };
  return (
    <Reading of={found}>
      {indicator && (
        <>
          <PageHead
            title={say(indicator.name)}
            sub={<><code>{indicator.code}</code><State of={indicator.state} /><span>{word(indicator.level)}</span><span>{word(indicator.frequency)}</span><span>{t("indicator.definition", { version: indicator.definition_version })}</span><Classification of={indicator.classification} /></>}
          >
            <Moves indicator={indicator} took={took} />
          </PageHead>
          <div class="stack">
            <Tabs label={say(indicator.name)} views={isStaff() ? [["series", t("indicator.series")], ["areas", t("indicator.by_area")], ["changes", t("changes.tab")], ["targets", t("indicator.targets")], ["sheet", t("indicator.sheet")], ["versions", t("indicator.versions")]] : [["sheet", t("indicator.sheet")], ["targets", t("indicator.targets")]]} />
            {view === "areas" ? <ByArea indicator={indicator} /> : view === "changes" && isStaff() ? <IndicatorChanges of={indicator} /> : view === "targets" ? <Targets indicator={indicator} targets={targets} /> : view === "sheet" ? <IndicatorSheet of={indicator} targets={targets.data?.targets ?? []} /> : view === "versions" ? <IndicatorVersions of={indicator} /> : <SeriesView indicator={indicator} targets={targets.data?.targets ?? []} />}
          </div>
        </>
      )}
    </Reading>
  );
}

function Moves({ indicator, took }: { indicator: Indicator; took: (next: Indicator) => void }) {
  const move = (verb: string) => async () => took(await write<Indicator>("POST", below(`indicators/${indicator.id}/${verb}`), {}, { version: indicator.version }));
  return (
    <>
      {indicator.state === "draft" && mayWrite("component_head", "coordinator", "hq_analyst") && <WriteButton primary label={t("action.approve")} work={move("approve")} />}
      {indicator.state === "approved" && mayWrite("coordinator", "hq_analyst") && <WriteButton primary label={t("action.activate")} work={move("activate")} />}
      {indicator.state === "active" && mayWrite("coordinator") && <WriteButton label={t("indicator.retire")} work={move("retire")} />}
      {indicator.state !== "retired" && mayWrite("coordinator") && (
        <button type="button" class="button" onClick={() => openDrawer(t("indicator.revise"), () => <IndicatorForm indicator={indicator} />)}>{t("indicator.revise")}</button>
      )}
    </>
  );
}

/** The points of the mission as a whole, or of one area. */
export function pointsOf(series: Series | undefined, area = ""): Point[] {
  return series?.parts.find((part) => part.area === area)?.points ?? [];
}

function SeriesView({ indicator, targets }: { indicator: Indicator; targets: readonly Target[] }) {
  const area = useParameter("area");
  const slice = useParameter("slice");
  // An address may ask for one number of the series: it opens to what is behind it.
  const wanted = useParameter("period");
  useEffect(() => {
    if (wanted) openProvenance({ indicator: indicator.code, area, slice, period: wanted });
  }, [indicator.code, area, slice, wanted]);
  const [, go] = useLocation();
  const areas = useGet<ListAreasResponse>(below("areas?with_geometry=true"));
  const query = new URLSearchParams({ ...(area ? { areas: area } : {}), ...(slice ? { slice } : {}) }).toString();
  const series = useGet<Series>(below(`series/${encodeURIComponent(indicator.code)}${query ? `?${query}` : ""}`));
  const fiscalStart = mission.value?.fiscal_year_start_month ?? 7;
  const points = pointsOf(series.data, area);
  const shown = targets.filter((target) => target.area === area && target.slice === slice);
  const at = (name: string, value: string) => {
    const next = new URLSearchParams({ ...(area ? { area } : {}), ...(slice ? { slice } : {}) });
    if (value) next.set(name, value);
    else next.delete(name);
    go(`${page(`indicators/${encodeURIComponent(indicator.code)}`)}${next.size ? `?${next}` : ""}`);
  };
  const slices = indicator.disaggregations.flatMap((one) => one.categories.map((category) => `${one.dimension}=${category}`));
  return (
    <div class="stack">
      <div class="row">
        <label class="row">{t("field.area")}
          <select class="control" value={area} onChange={(event) => at("area", event.currentTarget.value)}>
            <option value="">{t("area.whole")}</option>
            {areas.data?.areas.map((one) => <option key={one.code} value={one.code}>{say(one.name)}</option>)}
          </select>
        </label>
        {slices.length > 0 && (
          <label class="row">{t("field.slice")}
            <select class="control" value={slice} onChange={(event) => at("slice", event.currentTarget.value)}>
              <option value="">{t("slice.total")}</option>
              {slices.map((one) => <option key={one} value={one}>{one.replace("=", " = ")}</option>)}
            </select>
          </label>
        )}
      </div>
      <Reading of={series}>
        {series.data?.cautions.map((caution) => <Notice key={say(caution)} tone="careful">{say(caution)}</Notice>)}
        {points.length === 0 ? (
          <Notice action={<Link class="button" href={page("imports")}>{t("spine.imports")}</Link>}>{t("indicator.no_data")}</Notice>
        ) : (
          <>
            <section class="card">
              <SeriesChart points={points} unit={indicator.unit} label={t("chart.label", { name: say(indicator.name), unit: indicator.unit })} baseline={!area && !slice ? indicator.baseline_value : null} targets={shown} fiscalStart={fiscalStart} onOpen={(one) => openProvenance({ indicator: indicator.code, area, slice, period: one })} />
              <p class="soft small">{t("chart.hint")}</p>
            </section>
            <PointTable indicator={indicator} points={filled(points, fiscalStart)} area={area} slice={slice} />
          </>
        )}
      </Reading>
    </div>
  );
}

function PointTable({ indicator, points, area, slice }: { indicator: Indicator; points: readonly Point[]; area: string; slice: string }) {
  return (
    <Table
      caption={`${say(indicator.name)} (${indicator.unit})`}
      rows={[...points].reverse()}
      keyOf={(point) => point.period}
      columns={[
        { head: t("field.period"), names: true, cell: (point) => period(point.period) },
        { head: `${t("field.value")} (${indicator.unit})`, numeric: true, cell: (point) => (point.observations > 0 ? <OpenNumber at={{ indicator: indicator.code, area, slice, period: point.period }} shown={figure(point)} /> : <FigureCell of={point} />) },
        ...(indicator.kind === "ratio" ? [{ head: t("indicator.parts"), numeric: true, cell: (point: Point) => (point.denominator === null ? "" : `${number(point.numerator ?? 0)} / ${number(point.denominator)}`) }] : []),
        { head: t("provenance.coverage"), numeric: true, cell: (point) => percent(point.coverage) },
        { head: t("provenance.verified"), numeric: true, cell: (point) => (point.observations ? percent(point.share_verified) : "") },
        { head: t("provenance.count"), numeric: true, cell: (point) => number(point.observations) },
        { head: t("field.note"), cell: (point) => [point.mismatch && t("provenance.mismatch_short"), say(point.note)].filter(Boolean).join(" ") },
      ]}
    />
  );
}

function ByArea({ indicator }: { indicator: Indicator }) {
  const areas = useGet<ListAreasResponse>(below("areas?with_geometry=true"));
  const series = useGet<Series>(below(`series/${encodeURIComponent(indicator.code)}?areas=*`));
  const [, go] = useLocation();
  const wanted = useParameter("period");
  const parts = (series.data?.parts ?? []).filter((part) => part.area !== "");
  const periods = useMemo(() => [...new Set(parts.flatMap((part) => part.points.map((point) => point.period)))].sort(), [series.data]);
  const chosen = wanted || (periods.findLast((one) => parts.filter((part) => part.points.some((point) => point.period === one && point.value !== null)).length * 2 >= parts.length) ?? periods.at(-1) ?? "");
  const values = new Map<string, Figure>(parts.map((part) => [part.area, part.points.find((point) => point.period === chosen) ?? { value: null, kind: "missing" }]));
  const place = periods.indexOf(chosen);
  const to = (one: string | undefined) => one && go(`${page(`indicators/${encodeURIComponent(indicator.code)}`)}?view=areas&period=${one}`, { replace: true });
  if (!series.data || !areas.data) return <Reading of={series.data ? areas : series} />;
  if (parts.length === 0) return <Notice>{t("indicator.no_areas")}</Notice>;
  return (
    <div class="columns even">
      <section class="card stack tight">
        <label class="field">
          <span class="label">{t("field.period")}: {period(chosen)}</span>
          <input type="range" min={0} max={periods.length - 1} value={place} aria-valuetext={period(chosen)} onInput={(event) => to(periods[Number(event.currentTarget.value)])} />
        </label>
        <AreaMap areas={areas.data.areas} values={values} unit={indicator.unit} label={`${say(indicator.name)}, ${period(chosen)}`} onChoose={(code) => go(`${page(`indicators/${encodeURIComponent(indicator.code)}`)}?area=${encodeURIComponent(code)}`)} />
      </section>
      <Table
        caption={`${say(indicator.name)}, ${period(chosen)}`}
        rows={parts}
        keyOf={(part) => part.area}
        columns={[
          { head: t("field.area"), names: true, cell: (part) => <>{say(areas.data?.areas.find((area) => area.code === part.area)?.name) || part.area} <span class="soft">{part.area}</span></> },
          {
            head: `${period(chosen)} (${indicator.unit})`,
            numeric: true,
            cell: (part) => {
              const point = part.points.find((one) => one.period === chosen);
              return point && point.observations > 0 ? <OpenNumber at={{ indicator: indicator.code, area: part.area, period: chosen }} shown={figure(point)} /> : <FigureCell of={point} />;
            },
          },
        ]}
      />
    </div>
  );
}
