// Data quality: by indicator what is missing, late, outlying, unverified or does not add up; each number leads to its mending.
import { Link } from "wouter-preact";
import { useAll, useGet } from "../api/store";
import type { DataQuality, IndicatorQuality, ListAreasResponse, ListIndicatorsResponse, ListQualityProblemsResponse, QualityGroup, QualityProblem, QualityShare } from "../api/types";
import { say, t, word } from "../i18n";
import { date, percent, period, slice } from "../i18n/format";
import { openDrawer } from "../parts/drawer";
import { Choice } from "../parts/field";
import { Empty, Reading } from "../parts/notice";
import { PageHead, useParameter, useSetParameter } from "../parts/page";
import { openObservation } from "../parts/provenance";
import { Table } from "../parts/table";
import { below, page } from "../session";

/** Below this share a measure is at risk, below the second off track. */
const GOOD = 0.9;
const POOR = 0.6;
const WINDOWS = ["6", "12", "24", "36"] as const;
const BY = ["area", "period"] as const;

type Measure = "complete" | "timely" | "valid" | "consistent" | "outlying" | "verified" | "totals_off";

/** The measures in the order of the columns, the kind of problem that each leads to, and whether its share counts what is wrong. */
const MEASURES: readonly { measure: Measure; kind: string; wrong?: boolean }[] = [
  { measure: "complete", kind: "missing" },
  { measure: "timely", kind: "late" },
  { measure: "verified", kind: "unverified" },
  { measure: "valid", kind: "invalid" },
  { measure: "consistent", kind: "inconsistent" },
  { measure: "outlying", kind: "outlying", wrong: true },
  { measure: "totals_off", kind: "not_adding_up", wrong: true },
];

/** The screen. */
export default function Quality() {
  const section = useParameter("section");
  const asked = useParameter("by");
  const months = useParameter("months") || "12";
  const by = BY.find((one) => one === asked) ?? "";
  const quality = useGet<DataQuality>(below(`data-quality?months=${months}`));
  const indicators = useAll<ListIndicatorsResponse>(below("indicators?page_size=500"));
  const set = useSetParameter();
  const active = new Map((indicators.data?.indicators ?? []).filter((one) => one.state === "active").map((one) => [one.id, one]));
  const all = (quality.data?.indicators ?? []).filter((one) => active.has(one.indicator_id));
  const sections = [...new Set(all.map((one) => one.section))].sort();
  const rows = all.filter((one) => !section || one.section === section);
  const name = (of: IndicatorQuality) => say(active.get(of.indicator_id)?.name) || of.indicator_code;
  return (
    <>
      <PageHead title={t("quality.title")} sub={quality.data && <span>{t("quality.window", { first: date(quality.data.first_day), last: date(quality.data.last_day) })}</span>} />
      <div class="stack">
        <div class="entry-choices">
          <Choice label={t("entry.section")} value={section} among={sections.map((one) => [one, one || "–"] as const)} none={t("quality.all_sections")} onInput={(value) => set("section", value)} />
          <Choice label={t("quality.months")} value={months} among={WINDOWS.map((one) => [one, t("quality.last_months", { months: Number(one) })] as const)} onInput={(value) => set("months", value === "12" ? "" : value)} />
          <Choice label={t("quality.by")} value={by} among={BY.map((one) => [one, t(`quality.by_${one}`)] as const)} none={t("quality.by_none")} onInput={(value) => set("by", value)} />
        </div>
        <Reading of={quality}>
          <Reading of={indicators}>
            {quality.data && indicators.data && (rows.length === 0 ? (
              <Empty>{t("quality.none")}</Empty>
            ) : by ? (
              <ByGroup by={by} section={section} months={months} />
            ) : (
              <>
                {!section && <BySection rows={all} onSection={(value) => set("section", value)} />}
                <Measures caption={t("quality.by_indicator")} rows={rows} months={months} name={name} />
                <details class="small">
                  <summary>{t("quality.how")}</summary>
                  <p>{t("quality.how_expected")}</p>
                  <p>{t("quality.how_due")}</p>
                  <p>{t("quality.how_rules")}</p>
                  <p>{t("quality.how_outliers")}</p>
                  <p>{t("quality.how_hints")}</p>
                </details>
              </>
            ))}
          </Reading>
        </Reading>
      </div>
    </>
  );
}

function head(of: Measure): string {
  return t(`quality.${of}`);
}

/** The share that is as it should be. */
function goodness(of: QualityShare | null, wrong = false): number | null {
  if (!of || of.of === 0) return null;
  return wrong ? 1 - of.part / of.of : of.part / of.of;
}

function tone(good: number): string {
  return good >= GOOD ? "on_track" : good >= POOR ? "at_risk" : "off_track";
}

/** A share with its shape; a dash where nothing was there to judge. */
function ShareCell({ of, wrong }: { of: QualityShare | null; wrong?: boolean }) {
  const good = goodness(of, wrong);
  if (good === null || !of) return <span class="soft" title={t("quality.not_judged")}>–</span>;
  const mark = { on_track: "✓", at_risk: "!", off_track: "✕" }[tone(good)];
  return (
    <span class={`status ${tone(good)}`} title={`${of.part} / ${of.of}`}>
      <span aria-hidden="true">{mark}</span> {percent(of.part / of.of)}
    </span>
  );
}

/** The measures of each section, all its indicators together. */
function BySection({ rows, onSection }: { rows: readonly IndicatorQuality[]; onSection: (section: string) => void }) {
  const sections = [...new Set(rows.map((one) => one.section))].sort();
  const sum = (section: string, measure: Measure): QualityShare | null => {
    const shares = rows.filter((one) => one.section === section).flatMap((one) => one[measure] ?? []);
    return shares.length === 0 ? null : { part: shares.reduce((all, one) => all + one.part, 0), of: shares.reduce((all, one) => all + one.of, 0) };
  };
  return (
    <section class="stack tight">
      <h2>{t("quality.by_section")}</h2>
      <Table
        caption={t("quality.by_section")}
        rows={sections}
        keyOf={(one) => one}
        columns={[
          { head: t("entry.section"), names: true, cell: (one) => <button type="button" class="button quiet" onClick={() => onSection(one)}>{one || "–"}</button> },
          ...MEASURES.map(({ measure, wrong }) => ({ head: head(measure), numeric: true, cell: (one: string) => <ShareCell of={sum(one, measure)} wrong={wrong ?? false} /> })),
        ]}
      />
    </section>
  );
}

/** The measures of each area or period, all indicators together. */
function ByGroup({ by, section, months }: { by: (typeof BY)[number]; section: string; months: string }) {
  const answer = useGet<DataQuality>(below(`data-quality?months=${months}&by=${by}&section=${encodeURIComponent(section)}`));
  const areas = useGet<ListAreasResponse>(by === "area" ? below("areas") : null);
  const name = (of: string) => (by === "period" ? period(of) : of === "" ? t("area.whole") : say(areas.data?.areas.find((area) => area.code === of)?.name) || of);
  const caption = t(`quality.by_${by}`);
  return (
    <Reading of={answer}>
      <Table
        caption={caption}
        rows={answer.data?.groups ?? []}
        keyOf={(one) => one.name}
        columns={[
          { head: caption, names: true, cell: (one) => name(one.name) },
          ...MEASURES.map(({ measure, wrong }) => ({ head: head(measure), numeric: true, cell: (one: QualityGroup) => <ShareCell of={one[measure]} wrong={wrong ?? false} /> })),
          { head: t("quality.hints"), numeric: true, cell: (one) => (one.hints ? String(one.hints) : <span class="soft">–</span>) },
        ]}
      />
    </Reading>
  );
}

function Measures({ caption, rows, months, name }: { caption: string; rows: readonly IndicatorQuality[]; months: string; name: (of: IndicatorQuality) => string }) {
  const wrongs = (of: IndicatorQuality) => MEASURES.reduce((sum, { measure, wrong }) => sum + 1 - (goodness(of[measure], wrong) ?? 1), 0);
  const sorted = [...rows].sort((one, other) => wrongs(other) - wrongs(one) || one.indicator_code.localeCompare(other.indicator_code));
  const open = (of: IndicatorQuality, kind: string) => openDrawer(name(of), () => <Problems of={of} kind={kind} months={months} />);
  return (
    <section class="stack tight">
      <h2>{caption}</h2>
      <Table
        caption={caption}
        rows={sorted}
        keyOf={(one) => one.indicator_id}
        columns={[
          { head: t("field.indicator"), names: true, wide: true, cell: (one) => <><Link href={page(`indicators/${encodeURIComponent(one.indicator_code)}`)}>{name(one)}</Link> <span class="soft small">{one.indicator_code}, {one.section}</span></> },
          ...MEASURES.map(({ measure, kind, wrong }) => ({
            head: head(measure), numeric: true,
            cell: (one: IndicatorQuality) => {
              const good = goodness(one[measure], wrong);
              const cell = <ShareCell of={one[measure]} wrong={wrong ?? false} />;
              return good === null || good === 1 ? cell : <button type="button" class="button quiet" aria-label={`${name(one)}, ${head(measure)}: ${percent((one[measure]?.part ?? 0) / (one[measure]?.of || 1))}`} onClick={() => open(one, kind)}>{cell}</button>;
            },
          })),
          { head: t("quality.hints"), numeric: true, cell: (one) => (one.hints ? <button type="button" class="button quiet" aria-label={`${name(one)}, ${t("quality.hints_of", { count: one.hints })}`} onClick={() => open(one, "suspect")}>{one.hints}</button> : <span class="soft">–</span>) },
          { head: t("quality.last_period"), cell: (one) => <>{one.last_period ? period(one.last_period) : "–"}{Boolean(one.periods_behind) && <span class="soft small"> {t("quality.behind", { count: one.periods_behind ?? 0 })}</span>}</> },
        ]}
      />
    </section>
  );
}

/** What is wrong, each with the way to mend it. */
function Problems({ of, kind, months }: { of: IndicatorQuality; kind: string; months: string }) {
  const answer = useGet<ListQualityProblemsResponse>(below(`data-quality/${encodeURIComponent(of.indicator_code)}?months=${months}&kind=${kind}`));
  return (
    <div class="stack tight">
      <p><b>{word(`problem_${kind}`)}</b></p>
      <Reading of={answer}>
        {answer.data && answer.data.total > answer.data.problems.length && <p>{t("quality.first", { count: answer.data.problems.length, total: answer.data.total })}</p>}
        <ul class="list">
          {answer.data?.problems.map((one) => (
            <li key={`${one.period}|${one.area}|${one.slice}|${one.observation_id}`}>
              <span>
                <b>{period(one.period)}</b> {one.area || t("area.whole")}{one.slice && `, ${slice(one.slice)}`}
                <br />
                <span class="small">{say(one.message)}</span>
              </span>
              <Mend of={one} indicator={of} kind={kind} months={months} />
            </li>
          ))}
        </ul>
      </Reading>
    </div>
  );
}

function Mend({ of, indicator, kind, months }: { of: QualityProblem; indicator: IndicatorQuality; kind: string; months: string }) {
  const again = () => openDrawer(indicator.indicator_code, () => <Problems of={indicator} kind={kind} months={months} />);
  if (of.observation_id) return <button type="button" class="button quiet" onClick={() => openObservation(of.observation_id, again)}>{t("quality.open")}</button>;
  const query = new URLSearchParams({ by: "area", indicator: indicator.indicator_code, to: of.period });
  return <Link class="button quiet" href={page(`entry?${query}`)}>{t("quality.enter")}</Link>;
}
