// One screen for leadership: where objectives stand, what got worse, what is to be decided, what is late, what
// raised an alarm. Each row leads to what it speaks of, and from there to its evidence.
import { Link } from "wouter-preact";
import { useGet } from "../api/store";
import type { DueDecision, LeadershipView, TimeLine, Worsened } from "../api/types";
import { say, t } from "../i18n";
import { date, instant, number, period } from "../i18n/format";
import { Empty, Reading } from "../parts/notice";
import { PageHead, Tabs, useParameter } from "../parts/page";
import { State, Status } from "../parts/status";
import { Table } from "../parts/table";
import { OBJECTIVES_SHOWN, Turn } from "../parts/turn";
import { below, mission, page } from "../session";
import { Months, OneLine, Told, useMonths } from "./time-line";

/** The view of leadership. */
export default function Leadership() {
  const onLine = useParameter("view") === "time";
  return onLine ? <OnLine /> : <Now />;
}

const views = () => <Tabs label={t("leadership.title")} views={[["", t("leadership.now")], ["time", t("timeline.title")]]} />;

/** What happened around the mission and what it did, on one line of time. */
function OnLine() {
  const months = useMonths();
  const read = useGet<TimeLine>(below(`time-line${months ? `?${months}` : ""}`));
  const of = read.data;
  return (
    <>
      <PageHead title={t("leadership.title")} sub={of?.mission?.known_at && <span>{t("home.known_at", { at: instant(of.mission.known_at) })}</span>} />
      {views()}
      <div class="stack">
        <section class="card stack" aria-labelledby="time-told">
          <h2 id="time-told">{t("timeline.title")}</h2>
          <Told />
          <Months />
        </section>
        <Reading of={read}>{of && <OneLine of={of} title={t("timeline.of_mission", { mission: mission.value?.code ?? "" })} base={page()} fiscalStart={mission.value?.fiscal_year_start_month ?? 7} />}</Reading>
      </div>
    </>
  );
}

function Now() {
  const skip = Number(useParameter("skip")) || 0;
  const view = useGet<LeadershipView>(below(skip > 0 ? `leadership?skip_objectives=${skip}` : "leadership"));
  const of = view.data;
  return (
    <>
      <PageHead title={t("leadership.title")} sub={of?.known_at && <span>{t("home.known_at", { at: instant(of.known_at) })}</span>} />
      {views()}
      <Reading of={view}>
        {of && (
          <div class="columns">
            <div class="stack">
              <Objectives of={of} />
              <GotWorse of={of} />
            </div>
            <div class="stack">
              <Decisions of={of.decisions} />
              <Late of={of} />
              <Alerts of={of} />
            </div>
          </div>
        )}
      </Reading>
    </>
  );
}

function Objectives({ of: view }: { of: LeadershipView }) {
  const of = view.objectives;
  if (of.length === 0) return <Empty action={<Link class="button primary" href={page("plan")}>{t("home.to_plan")}</Link>}>{t("home.no_plan")}</Empty>;
  return (
    <section class="card" aria-labelledby="objectives">
      <h2 id="objectives">{t("home.objectives")}</h2>
      {of.map((objective) => (
        <details key={objective.lineage_id}>
          <summary class="line">
            <span><span class="soft">{objective.number}</span> {say(objective.statement)}</span>
            <Status of={objective.status} />
          </summary>
          <ul class="list">
            {objective.outcomes.flatMap((outcome) => [
              <li key={outcome.lineage_id}>
                <span><span class="soft">{outcome.number}</span> {say(outcome.statement)}</span>
                <Status of={outcome.status} />
              </li>,
              ...outcome.indicators.map((one) => (
                <li key={one.id}>
                  <Link href={page(`indicators/${one.code}`)}>{say(one.name)}</Link>
                  <span class="row">
                    {one.latest_value !== null && <span>{number(one.latest_value)} {one.unit} <span class="soft">{period(one.latest_period)}</span></span>}
                    <Status of={one.status} />
                  </span>
                </li>
              )),
            ])}
          </ul>
        </details>
      ))}
      <Turn label={t("home.objectives")} skipped={view.objectives_skipped} shown={of.length} count={view.objectives_count} by={OBJECTIVES_SHOWN} />
    </section>
  );
}

function GotWorse({ of }: { of: LeadershipView }) {
  return (
    <section class="card" aria-labelledby="worse">
      <h2 id="worse">{t("leadership.worse")}</h2>
      {of.worsened.length === 0 ? (
        <p class="soft">{t("leadership.nothing_worse")}</p>
      ) : (
        <Table
          caption={t("leadership.worse")}
          rows={of.worsened}
          keyOf={(one) => one.code}
          columns={[
            { head: t("field.indicator"), names: true, wide: true, cell: (one) => <Link href={page(one.path)}>{say(one.name) || one.code}</Link> },
            { head: t("leadership.change"), cell: (one) => <Change of={one} /> },
            { head: t("leadership.rating"), cell: (one) => <><Rating of={one} />{one.assessment_path && <Link class="small" href={page(one.assessment_path)} aria-label={`${t("leadership.assessment")}: ${say(one.name)}`}>{t("leadership.assessment")}</Link>}</> },
          ]}
        />
      )}
      {of.worsened_count > of.worsened.length && <p class="soft small">{t("leadership.more_worse", { count: of.worsened_count - of.worsened.length })}</p>}
    </section>
  );
}

/** The value before and now, each with its period; only where the newer is the worse. */
function Change({ of }: { of: Worsened }) {
  if (of.value_before === null || of.value === null) return <>–</>;
  return (
    <>
      <span class="one-line">{number(of.value_before)} <span class="soft small">{period(of.period_before)}</span> →</span>{" "}
      <span class="one-line"><b>{number(of.value)}</b> {of.unit} <span class="soft small">{period(of.period)}</span></span>
    </>
  );
}

function Rating({ of }: { of: Worsened }) {
  return (
    <span class="row">
      {of.status_before && <><Status of={of.status_before} /><span aria-hidden="true">→</span></>}
      <Status of={of.status} />
    </span>
  );
}

function Decisions({ of }: { of: readonly DueDecision[] }) {
  return (
    <section class="card" aria-labelledby="decisions">
      <h2 id="decisions">{t("leadership.decisions")}</h2>
      {of.length === 0 && <p class="soft">{t("leadership.nothing_to_decide")}</p>}
      <ul class="list">
        {of.map((one) => (
          <li key={one.kind + one.id}>
            <span>
              <Link href={page(one.path)}>{say(one.title)}</Link>
              <br />
              <span class="soft small">{t(`leadership.kind_${one.kind}` as Parameters<typeof t>[0])}, {t("leadership.since", { at: date(one.since) })}</span>
              {one.evidence_path !== one.path && <> <Link class="small" href={page(one.evidence_path)} aria-label={`${t("leadership.evidence")}: ${say(one.title)}`}>{t("leadership.evidence")}</Link></>}
            </span>
            <State of={one.state} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Late({ of }: { of: LeadershipView }) {
  return (
    <section class="card" aria-labelledby="late">
      <h2 id="late">{t("leadership.late")}</h2>
      {of.late.length === 0 && <p class="soft">{t("leadership.nothing_late")}</p>}
      <ul class="list">
        {of.late.map((one) => (
          <li key={one.id}>
            <span>
              <Link href={page(one.path)}>{say(one.text)}</Link>
              <br />
              <span class="soft small">{one.owner_section && `${one.owner_section}, `}{t("leadership.due", { at: date(one.due) })}</span>{" "}
              <Link class="small" href={page(one.evidence_path)} aria-label={`${t("leadership.evidence")}: ${say(one.text)}`}>{t("leadership.evidence")}</Link>
            </span>
            <b>{t("leadership.days_late", { count: one.days_late })}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Alerts({ of }: { of: LeadershipView }) {
  return (
    <section class="card" aria-labelledby="alerts">
      <h2 id="alerts">{t("leadership.alerts")}</h2>
      {of.alerts.length === 0 && <p class="soft">{t("leadership.no_alerts")}</p>}
      <ul class="list">
        {of.alerts.map((one, place) => (
          <li key={`${one.at}${place}`}>
            <Link href={page(one.path)}>{say(one.text)}</Link>
            <time class="soft small" dateTime={one.at}>{date(one.at)}</time>
          </li>
        ))}
      </ul>
    </section>
  );
}
