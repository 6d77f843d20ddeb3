// What is behind the counts of one theme: outcomes and outputs with what measures them, recommendations, and what the
// library's indicators give over missions. A value opens where it came from, in its mission.
import { useEffect, useRef } from "preact/hooks";
import { Link } from "wouter-preact";
import type { ThemeAcrossMissions, ThemeIndicator, ThemeItem, ThemeRecommendation, ThemeShared } from "../api/types";
import { say, t, word } from "../i18n";
import { date, number, period } from "../i18n/format";
import { Choice } from "../parts/field";
import { Empty } from "../parts/notice";
import { useParameter, useSetParameter } from "../parts/page";
import { State, Status } from "../parts/status";
import { Table } from "../parts/table";
import { STATUSES } from "../words";
import { Cautions } from "./hq-parts";

/** How many more there are than are listed, in all missions. */
function MoreRecommended({ of }: { of: ThemeAcrossMissions }) {
  const rest = of.recommendations_count - of.recommendations.length;
  return rest > 0 ? <p class="soft small">{t("hq.more", { count: rest })}</p> : null;
}

const SHOWN = ["outcome", "output", "indicator", "recommendation"] as const;

/** What is counted, of the missions and kinds that the address names. */
export function ThemeDetail({ of, codes }: { of: ThemeAcrossMissions; codes: readonly string[] }) {
  const [mission, show, status] = [useParameter("in"), useParameter("show"), useParameter("status")];
  const set = useSetParameter();
  const counted = useRef<HTMLHeadingElement>(null);
  // A number leads to what it counts, for the eye and for the keyboard; choosing here stays where it is.
  useEffect(() => {
    if (location.hash === "#hq-counted") counted.current?.focus();
  }, [mission, show]);
  const here = (code: string) => (mission ? code === mission : codes.includes(code));
  const items = of.items.filter((item) => here(item.mission) && (!status || item.status === status) && (show !== "outcome" && show !== "output" ? true : item.kind === show) && (show !== "indicator" || item.indicators.length > 0));
  const recommendations = of.recommendations.filter((one) => here(one.mission));
  return (
    <>
      <section class="card stack" aria-labelledby="hq-counted">
        <h2 id="hq-counted" ref={counted} tabIndex={-1}>{t("hq.counted")}</h2>
        <div class="pair">
          <Choice label={t("missions.mission")} value={mission} none={t("hq.all_missions")} among={codes} onInput={(value) => set("in", value)} />
          <Choice label={t("hq.show")} value={show} none={t("hq.all")} among={SHOWN.map((one) => [one, t(`hq.show_${one}`)] as const)} onInput={(value) => set("show", value)} />
          {show !== "recommendation" && <Choice label={t("hq.standing")} value={status} none={t("hq.all")} among={STATUSES.map((one) => [one, word(one)] as const)} onInput={(value) => set("status", value)} />}
        </div>
        {show === "recommendation" ? <Recommended of={recommendations} /> : items.length === 0 ? <Empty>{t("hq.nothing_counted")}</Empty> : <Items of={items} />}
        {show !== "recommendation" && of.items_count > of.items.length && <p class="soft small">{t("hq.more", { count: of.items_count - of.items.length })}</p>}
        {show === "recommendation" && <MoreRecommended of={of} />}
      </section>
      {show !== "recommendation" && recommendations.length > 0 && (
        <section class="card stack" aria-labelledby="hq-recommended">
          <h2 id="hq-recommended">{t("hq.recommendations")}</h2>
          <Recommended of={recommendations} />
          <MoreRecommended of={of} />
        </section>
      )}
      <Shared of={of.shared} />
    </>
  );
}

function Items({ of }: { of: readonly ThemeItem[] }) {
  return (
    <Table
      caption={t("hq.counted")}
      rows={of}
      keyOf={(one) => `${one.mission} ${one.lineage_id}`}
      columns={[
        { head: t("missions.mission"), cell: (one) => one.mission },
        { head: t("hq.item"), names: true, wide: true, cell: (one) => <><Link href={`/m/${one.mission}/plan`}><span class="soft">{one.number}</span> {say(one.statement)}</Link><br /><span class="soft small">{word(one.kind)}{one.markers.length > 0 && ` · ${one.markers.join(", ")}`}</span></> },
        { head: t("hq.standing"), cell: (one) => <Status of={one.status} /> },
        { head: t("hq.rated"), cell: (one) => <Rating of={one} /> },
        { head: t("hq.measured"), wide: true, cell: (one) => <Indicators mission={one.mission} of={one.indicators} /> },
      ]}
    />
  );
}

function Rating({ of }: { of: ThemeItem }) {
  if (!of.rating && !of.performance) return <span class="soft">{of.kind === "outcome" ? t("hq.not_rated") : "–"}</span>;
  return (
    <span class="row">
      {of.rating && <Status of={of.rating} />}
      {of.performance && <span class="small">{word(of.performance)}</span>}
      <Link class="small" href={`/m/${of.mission}/assessments/${of.assessment_id}?outcome=${of.lineage_id}`} aria-label={`${t("hq.assessment")}: ${of.mission} ${of.number}`}>{t("hq.assessment")}</Link>
    </span>
  );
}

function Indicators({ mission, of }: { mission: string; of: readonly ThemeIndicator[] }) {
  if (of.length === 0) return <span class="soft">{t("hq.no_indicators")}</span>;
  return (
    <ul class="list">
      {of.map((one) => {
        const at = `/m/${mission}/indicators/${encodeURIComponent(one.code)}`;
        return (
          <li key={one.code}>
            <span><Link href={at}>{say(one.name) || one.code}</Link>{one.library_code && <span class="soft small"> {t("hq.of_library", { code: one.library_code })}</span>}</span>
            <span class="row">
              {one.value === null ? <span class="figure-missing">{t("figure.missing")}</span> : <Link href={`${at}?period=${encodeURIComponent(one.period)}`} aria-label={t("hq.open_value", { code: one.code, mission, value: number(one.value), period: period(one.period) })}>{number(one.value)} {one.unit} <span class="soft small">{period(one.period)}</span></Link>}
              <span class="soft small">{t(`hq.since_${one.since_last}` as "hq.since_better")}</span>
              <Status of={one.status} />
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function Recommended({ of }: { of: readonly ThemeRecommendation[] }) {
  if (of.length === 0) return <Empty>{t("hq.no_recommendations")}</Empty>;
  return (
    <Table
      caption={t("hq.recommendations")}
      rows={of}
      keyOf={(one) => `${one.mission} ${one.id}`}
      columns={[
        { head: t("missions.mission"), cell: (one) => one.mission },
        { head: t("hq.recommendation"), names: true, wide: true, cell: (one) => <Link href={`/m/${one.mission}/recommendations`}>{say(one.text)}</Link> },
        { head: t("field.kind"), cell: (one) => word(one.kind) },
        { head: t("hq.state"), cell: (one) => <State of={one.state} /> },
        { head: t("hq.past_day"), cell: (one) => (one.days_late > 0 ? <b class="late">{t("hq.days_late", { count: one.days_late })}</b> : one.due ? <span class="soft small">{t("hq.due", { at: date(one.due) })}</span> : <>–</>) },
      ]}
    />
  );
}

/** What may be added up, and who is left out of it. */
function Shared({ of }: { of: readonly ThemeShared[] }) {
  return (
    <section class="card stack" aria-labelledby="hq-added">
      <h2 id="hq-added">{t("hq.added")}</h2>
      {of.length === 0 ? (
        <p class="soft">{t("hq.nothing_added")}</p>
      ) : (
        <Table
          caption={t("hq.added")}
          rows={of}
          keyOf={(one) => one.library_code}
          columns={[
            { head: t("field.indicator"), names: true, wide: true, cell: (one) => <><Link href={`/hq?indicator=${encodeURIComponent(one.library_code)}`}>{say(one.name) || one.library_code}</Link> <span class="soft small">{t(`hq.how_${one.how}` as "hq.how_sum")}</span></> },
            { head: t("hq.added_value"), numeric: true, cell: (one) => (one.value === null ? <>–</> : <>{number(one.value)} {one.unit}{one.denominator !== null && one.numerator !== null && <><br /><span class="soft small">{t("hq.parts", { numerator: number(one.numerator), denominator: number(one.denominator) })}</span></>}</>) },
            { head: t("hq.added_period"), cell: (one) => (one.period ? period(one.period) : "–") },
            { head: t("hq.added_from"), cell: (one) => one.missions.join(", ") || "–" },
            { head: t("hq.left_out"), wide: true, cell: (one) => <LeftOut of={one} /> },
          ]}
        />
      )}
      <p class="soft small">{t("hq.added_told")}</p>
    </section>
  );
}

function LeftOut({ of }: { of: ThemeShared }) {
  if (of.left_out.length === 0) return <span class="soft">{t("hq.none")}</span>;
  return (
    <ul class="list">
      {of.left_out.map((one) => (
        <li key={`${one.mission} ${one.why}`}>
          <span><b>{one.mission}</b> {t(`hq.left_${one.why}` as "hq.left_missing")}</span>
          {one.cautions.length > 0 && <Cautions of={one.cautions} />}
        </li>
      ))}
    </ul>
  );
}
