// The indicators that a recommendation names, before and after it was implemented: a sentence, the series, the numbers.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { useGet } from "../api/store";
import type { EffectPoint, IndicatorEffect, Point, Recommendation, RecommendationEffect } from "../api/types";
import { SeriesChart } from "../charts/series";
import { say, t, word } from "../i18n";
import { instant, number, percent, period } from "../i18n/format";
import { Notice, Reading } from "../parts/notice";
import { FigureCell } from "../parts/page";
import { OpenNumber } from "../parts/provenance";
import { Trend } from "../parts/status";
import { Table } from "../parts/table";
import { below, mission } from "../session";

/** States from which on there is an effect to look at. */
const DONE = ["implemented", "verified"];

/** The tone and shape of each result; the word tells the same. */
const RESULTS: Record<string, readonly [string, string]> = {
  better: ["on_track", "▲"],
  worse: ["off_track", "▼"],
  moved: ["at_risk", "◆"],
  no_difference: ["no_data", "="],
  too_little: ["no_data", "·"],
};

/** What the comparison says: a colour, a shape and a word. */
export function Result({ of }: { of: string }) {
  const [tone, shape] = RESULTS[of] ?? ["no_data", "·"];
  return <span class={`status ${tone}`}><span aria-hidden="true">{shape}</span>{word(`effect_${of}`)}</span>;
}

/** Read where there is something to read. */
export function useEffectOf(of: Recommendation, wanted = true): ReturnType<typeof useGet<RecommendationEffect>> {
  return useGet<RecommendationEffect>(wanted && DONE.includes(of.state) && of.indicator_codes.length > 0 ? below(`recommendations/${of.id}/effect`) : null);
}

/** All of it. */
export function Effect({ of, onRead }: { of: Recommendation; onRead?: (read: RecommendationEffect) => void }) {
  const read = useEffectOf(of);
  const found = read.data;
  useEffect(() => {
    if (found) onRead?.(found);
  }, [found]);
  if (of.indicator_codes.length === 0) return <p class="soft">{t("effect.no_indicator")}</p>;
  if (!DONE.includes(of.state)) return <p class="soft">{t("effect.not_yet")}</p>;
  return (
    <Reading of={read}>
      {found && (
        <div class="stack tight">
          <p class="soft small">{t("effect.known", { done: instant(found.implemented_at), at: instant(found.as_known_at) })}</p>
          {found.indicators.length === 0 && <p class="soft">{t("effect.none_seen")}</p>}
          {found.indicators.map((one) => <One key={one.indicator_code} of={one} knownAt={found.as_known_at} />)}
        </div>
      )}
    </Reading>
  );
}

function One({ of, knownAt }: { of: IndicatorEffect; knownAt: string }) {
  const fact = (label: string, shown: ComponentChildren) => <div><dt>{label}</dt><dd>{shown}</dd></div>;
  return (
    <article class="card stack tight">
      <div class="row between"><h3>{say(of.indicator_name) || of.indicator_code}</h3><Result of={of.result} /></div>
      <p>{say(of.statement)}</p>
      {of.points.length > 1 && <SeriesChart points={of.points.map(pointOf)} label={t("chart.label", { name: say(of.indicator_name), unit: of.unit })} unit={of.unit} fiscalStart={mission.value?.fiscal_year_start_month} />}
      <dl class="facts">
        {fact(t("effect.before"), <>{shown(of.median_before)} <span class="soft">n = {number(of.n_before)}</span></>)}
        {fact(t("effect.after"), <>{shown(of.median_after)} <span class="soft">n = {number(of.n_after)}</span></>)}
        {of.difference !== null && fact(t("effect.difference", { sure: percent(Math.min(of.confidence ?? 0.95, 0.99)) }), `${number(of.difference)} [${number(of.low ?? 0)}; ${number(of.high ?? 0)}]`)}
        {fact(t("effect.trend_before"), <Trend of={of.trend_before} />)}
        {fact(t("assess.method"), of.method)}
      </dl>
      {of.cautions.map((caution) => <Notice key={say(caution)} tone="careful">{say(caution)}</Notice>)}
      <details>
        <summary>{t("assess.series")}</summary>
        <Table
          caption={`${t("assess.series")}: ${say(of.indicator_name)}`}
          rows={of.points}
          keyOf={(one) => one.period}
          columns={[
            { head: t("field.period"), names: true, cell: (one) => period(one.period) },
            { head: of.unit || t("field.value"), numeric: true, cell: (one) => (one.value === null ? <FigureCell of={null} /> : <OpenNumber at={{ indicator: of.indicator_code, period: one.period, asKnownAt: knownAt }} shown={number(one.value)} />) },
            { head: t("effect.side"), cell: (one) => word(`effect_${one.side}`) },
          ]}
        />
      </details>
    </article>
  );
}

function shown(value: number | null): string {
  return value === null ? "–" : number(value);
}

function pointOf(point: EffectPoint): Point {
  return { period: point.period, value: point.value, kind: point.value === null ? "missing" : "value", numerator: null, denominator: null, observations: 0, coverage: 0, share_verified: 0, mismatch: false, note: null };
}
