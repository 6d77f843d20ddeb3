// Tiles of words: text, what waits for the reader, recommendations.
import { Link } from "wouter-preact";
import type { DashboardTask, DashboardTile, TileRecommendations as Recommendations } from "../api/types";
import { say, t } from "../i18n";
import { date, number } from "../i18n/format";
import { Icon } from "../parts/icon";
import { State } from "../parts/status";
import { Table } from "../parts/table";
import { page } from "../session";

/** A text, a paragraph a line. */
export function TileText({ of }: { of: DashboardTile }) {
  return <>{say(of.text).split("\n").filter(Boolean).map((line, place) => <p key={place}>{line}</p>)}</>;
}

/** What waits for the reader's roles. */
export function TileTasks({ of }: { of: readonly DashboardTask[] }) {
  if (of.length === 0) return <p class="soft">{t("home.no_tasks")}</p>;
  return (
    <ul class="list">
      {of.map((task) => (
        <li key={task.kind}>
          <Link href={page(task.path)}>{say(task.text)}</Link>
          <b>{number(task.count)}</b>
        </li>
      ))}
    </ul>
  );
}

/** How many are open, due and late, and which come first. */
export function TileRecommendations({ of, title }: { of: Recommendations; title: string }) {
  return (
    <>
      <dl class="facts">
        <div><dt>{t("dashboard.open")}</dt><dd>{number(of.open)}</dd></div>
        <div><dt>{t("dashboard.due")}</dt><dd>{number(of.due)}</dd></div>
        <div><dt>{t("dashboard.late")}</dt><dd>{number(of.late)}</dd></div>
      </dl>
      {of.listed.length > 0 ? (
        <Table
          caption={title}
          rows={of.listed}
          keyOf={(one) => one.id}
          columns={[
            { head: t("spine.recommendations"), names: true, cell: (one) => <><Link href={page("recommendations")}>{say(one.text)}</Link>{one.owner_section && <span class="soft small"> {one.owner_section}</span>}</> },
            { head: t("field.state"), cell: (one) => <State of={one.state} /> },
            { head: t("dashboard.due_on"), cell: (one) => <><span class="block-line">{date(one.due) || t("figure.missing")}</span>{one.days_late > 0 && <span class="status off_track"><Icon name="wrong" size={12} /> {t("dashboard.days_late", { count: one.days_late })}</span>}</> },
          ]}
        />
      ) : (
        <p class="soft">{t("dashboard.no_recommendations")}</p>
      )}
    </>
  );
}
