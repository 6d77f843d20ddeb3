// Mission home: objectives with status, what waits, what changed since the last look.
import { useEffect, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { useGet } from "../api/store";
import type { HomeIndicator, ListTasksResponse, MissionHome, SectionReporting } from "../api/types";
import { Spark } from "../charts/spark";
import { say, t, word } from "../i18n";
import { date, instant, number, period } from "../i18n/format";
import { Empty, Reading } from "../parts/notice";
import { FigureCell, PageHead, useParameter } from "../parts/page";
import { Status } from "../parts/status";
import { OBJECTIVES_SHOWN, Turn } from "../parts/turn";
import { below, isStaff, mayWrite, mission, missionCode, missionName, page, session } from "../session";

const LATE_WITHIN_MONTHS = 3;
const SECTIONS_SHOWN = 3;

/** The home of a mission. */
export default function Home() {
  const skip = Number(useParameter("skip")) || 0;
  const home = useGet<MissionHome>(below(skip > 0 ? `home?skip_objectives=${skip}` : "home"));
  return (
    <>
      <PageHead title={missionName(mission.value) || missionCode.value || ""} sub={home.data && <Facts of={home.data} />} />
      <Reading of={home}>
        {home.data && (
          <div class="columns">
            <Objectives of={home.data} />
            <div class="stack">
              <Tasks of={home.data} />
              <Changes of={home.data} />
            </div>
          </div>
        )}
      </Reading>
    </>
  );
}

function Facts({ of }: { of: MissionHome }) {
  return (
    <>
      <span>{t("home.areas", { count: of.areas })}</span>
      <span>{t("home.stakeholders", { count: of.stakeholders })}</span>
      <span>{t("home.indicators", { count: of.indicators })}</span>
      <span>{t("home.observations", { count: of.observations, shown: number(of.observations) })}</span>
      {of.known_at && <span>{t("home.known_at", { at: instant(of.known_at) })}</span>}
    </>
  );
}

function Objectives({ of: home }: { of: MissionHome }) {
  const of = home.objectives;
  if (of.length === 0) {
    return <Empty action={<div class="row"><Link class="button primary" href={page("plan")}>{t("home.to_plan")}</Link>{mayWrite("coordinator") && <Link class="button" href={page("setup")}>{t("home.set_up")}</Link>}</div>}>{t("home.no_plan")}</Empty>;
  }
  return (
    <section class="stack" aria-label={t("home.objectives")}>
      {of.map((objective) => (
        <article class="card stack tight" key={objective.lineage_id}>
          <header class="row between">
            <h2>{objective.number} {say(objective.statement)}</h2>
            <Status of={objective.status} />
          </header>
          {objective.outcomes.map((outcome) => (
            <details key={outcome.lineage_id}>
              <summary class="line">
                <span><span class="soft">{outcome.number}</span> {say(outcome.statement)}</span>
                {outcome.indicators[0] && <Spark points={outcome.indicators[0].spark} label={`${say(outcome.indicators[0].name)}: ${t("home.spark", { count: outcome.indicators[0].spark.length })}`} />}
                <Status of={outcome.status} />
              </summary>
              <Indicators of={outcome.indicators} />
            </details>
          ))}
        </article>
      ))}
      <Turn label={t("home.objectives")} skipped={home.objectives_skipped} shown={of.length} count={home.objectives_count} by={OBJECTIVES_SHOWN} />
    </section>
  );
}

function Indicators({ of }: { of: readonly HomeIndicator[] }) {
  if (of.length === 0) return <p class="soft">{t("home.no_indicator")}</p>;
  return (
    <ul class="list">
      {of.map((one) => (
        <li key={one.id}>
          <Link href={page(`indicators/${one.code}`)}>{say(one.name)}</Link>
          <span class="row">
            <Spark points={one.spark} label={t("home.spark", { count: one.spark.length })} />
            <span>
              <FigureCell of={{ value: one.latest_value }} /> {one.unit} <span class="soft">{period(one.latest_period)}</span>
            </span>
            <Status of={one.status} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** A path that the gateway gave, below the mission, as an address of the app. */
function addressOf(path: string): string {
  return path.startsWith("/m/") ? path : page(path.replace(/^\//, ""));
}

/** Places whose data are late, and the sections with most of them; read after the home itself. */
function useLate(): { late: number; sections: readonly SectionReporting[] } {
  const found = useGet<ListTasksResponse>(isStaff() ? below(`collection-tasks?months=${LATE_WITHIN_MONTHS}&most=1`) : null);
  const sections = found.data?.sections.filter((one) => one.late > 0) ?? [];
  return { late: sections.reduce((total, one) => total + one.late, 0), sections: [...sections].sort((one, other) => other.late - one.late).slice(0, SECTIONS_SHOWN) };
}

function Tasks({ of }: { of: MissionHome }) {
  const { late, sections } = useLate();
  return (
    <section class="card">
      <h2>{t("home.tasks")}</h2>
      {of.tasks.length === 0 && late === 0 ? (
        <p class="soft">{t("home.no_tasks")}</p>
      ) : (
        <ul class="list">
          {late > 0 && (
            <li>
              <Link href={page("tasks")}>
                {t("home.late_data")}
                <span class="block-line soft small">{sections.map((one) => `${one.section || "–"} ${number(one.late)}`).join(" · ")}</span>
              </Link>
              <b>{number(late)}</b>
            </li>
          )}
          {of.tasks.map((task) => (
            <li key={task.kind}>
              <Link href={addressOf(task.path)}>{say(task.text) || word(task.kind)}</Link>
              {task.count > 0 && <b>{number(task.count)}</b>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Changes({ of }: { of: MissionHome }) {
  const lookedAt = useLastLook();
  const fresh = of.changes.filter((change) => !lookedAt || change.at > lookedAt);
  const older = of.changes.filter((change) => !fresh.includes(change));
  return (
    <section class="card">
      <h2>{lookedAt ? t("home.changed_since", { at: date(lookedAt) }) : t("home.changed")}</h2>
      {fresh.length === 0 && <p class="soft">{t("home.nothing_changed")}</p>}
      <ChangeList of={fresh} />
      {older.length > 0 && (
        <details>
          <summary>{t("home.before")}</summary>
          <ChangeList of={older} />
        </details>
      )}
    </section>
  );
}

function ChangeList({ of }: { of: MissionHome["changes"] }) {
  return (
    <ul class="list">
      {of.map((change, place) => (
        <li key={`${change.at}${place}`}>
          {change.path ? <Link href={addressOf(change.path)}>{say(change.text) || change.what}</Link> : <span>{say(change.text) || change.what}</span>}
          <time class="soft small" dateTime={change.at}>{instant(change.at)}</time>
        </li>
      ))}
    </ul>
  );
}

/** When this person looked at this mission's home before this visit; a visit ends when the page is left, either way. */
function useLastLook(): string | null {
  const key = `cpas.looked.${session.value?.account.id}.${missionCode.value}`;
  const [before] = useState(() => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  });
  useEffect(() => {
    const leave = () => {
      try {
        localStorage.setItem(key, new Date().toISOString());
      } catch {
        // Then everything is new next time.
      }
    };
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, [key]);
  return before;
}
