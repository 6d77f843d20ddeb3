// Who is late: with the context map, with values, with assessments, with recommendations.
import { Link } from "wouter-preact";
import { useGet } from "../api/store";
import type { LateMission, ListLateMissionsResponse } from "../api/types";
import { say, t } from "../i18n";
import { date, number, period } from "../i18n/format";
import { Reading } from "../parts/notice";
import { Table } from "../parts/table";
import { Counted, KnownAt, MissionLink } from "./hq-parts";

/** Missions with what each is late with. */
export function LateMissions() {
  const read = useGet<ListLateMissionsResponse>("/hq/late");
  const rows = (read.data?.missions ?? []).flatMap((one) => (one.mission ? [{ ...one, mission: one.mission }] : []));
  return (
    <Reading of={read}>
      <section class="card stack" aria-labelledby="hq-late">
        <h2 id="hq-late">{t("hq.late")}</h2>
        <Table
          caption={t("hq.late")}
          rows={rows}
          keyOf={(one) => one.mission.code}
          columns={[
            { head: t("missions.mission"), names: true, cell: (one) => <MissionLink of={one.mission} to={`/m/${one.mission.code}`} /> },
            { head: t("hq.late_map"), cell: (one) => <LateMap of={one} /> },
            { head: t("hq.late_data"), wide: true, cell: (one) => <LateData of={one} code={one.mission.code} /> },
            { head: t("hq.late_assessments"), wide: true, cell: (one) => <LateAssessments of={one} code={one.mission.code} /> },
            {
              head: t("hq.late_recommendations"),
              cell: (one) =>
                one.recommendations_late === 0 ? <InTime /> : (
                  <><Link href={`/m/${one.mission.code}/recommendations`}><Counted late={one.recommendations_late} /></Link> <span class="soft small">{t("hq.at_most", { count: one.most_days_late })}</span></>
                ),
            },
            { head: t("hq.known"), cell: (one) => <KnownAt of={one.mission} /> },
          ]}
        />
        <p class="soft small">{t("hq.late_told")}</p>
      </section>
    </Reading>
  );
}

function InTime() {
  return <span class="soft">{t("hq.in_time")}</span>;
}

function LateMap({ of }: { of: LateMission }) {
  if (!of.map) return <InTime />;
  const to = `/m/${of.mission?.code}/context`;
  if (!of.map.due) return <Link href={to}>{t("hq.never_mapped")}</Link>;
  return (
    <>
      <Link href={to}>{t("hq.days_late", { count: of.map.days_late })}</Link> <span class="soft small">{t("hq.due", { at: date(of.map.due) })}</span>
    </>
  );
}

function LateData({ of, code }: { of: LateMission; code: string }) {
  if (of.indicators === 0) return <span class="soft">{t("hq.no_indicators")}</span>;
  const reported = of.indicators - of.indicators_late;
  const rate = t("hq.reported", { reported: number(reported), all: number(of.indicators) });
  if (of.indicators_late === 0) return <span class="soft">{rate}</span>;
  const rest = of.indicators_late - of.late_indicators.length;
  return (
    <details>
      <summary>{rate}</summary>
      <ul class="list">
        {of.late_indicators.map((one) => (
          <li key={one.code}>
            <Link href={`/m/${code}/indicators/${encodeURIComponent(one.code)}`}>{say(one.name) || one.code}</Link>
            <span class="soft small">{t("hq.due_period", { due: period(one.due_period), latest: one.latest_period ? period(one.latest_period) : t("hq.none") })}</span>
          </li>
        ))}
      </ul>
      {rest > 0 && <p class="soft small">{t("hq.more", { count: rest })}</p>}
    </details>
  );
}

function LateAssessments({ of, code }: { of: LateMission; code: string }) {
  if (of.late_assessments.length === 0) return <InTime />;
  const rest = of.assessments_late - of.late_assessments.length;
  return (
    <>
    <ul class="list">
      {of.late_assessments.map((one) => (
        <li key={one.id}>
          <Link href={`/m/${code}/assessments/${one.id}`}>{say(one.title) || t("hq.assessment")}</Link>
          <span class="soft small">{t("hq.days_late", { count: one.days_late })}</span>
        </li>
      ))}
    </ul>
    {rest > 0 && <p class="soft small">{t("hq.more", { count: rest })}</p>}
    </>
  );
}
