// Recommendations: who owns them, by when, what leadership decided and why, what they changed in the plan, what became of them.
import { useGet } from "../api/store";
import type { DecidedFinding, ListDecisionsResponse, ListRecommendationsResponse, Recommendation } from "../api/types";
import { say, t, word } from "../i18n";
import { instant, number } from "../i18n/format";
import { Choice } from "../parts/field";
import { Empty, Reading } from "../parts/notice";
import { PageHead, Tabs, useParameter, useSetParameter } from "../parts/page";
import { Person } from "../parts/person";
import { State, Status } from "../parts/status";
import { Table } from "../parts/table";
import { below } from "../session";
import { RECOMMENDATION_KINDS, RECOMMENDATION_STATES } from "../words";
import { Board } from "./recommendation-board";
import { RecommendationList } from "./recommendation-list";
import { dueOf, filtered, today } from "./recommendation-moves";

const DUE = ["overdue", "soon", "later", "none"] as const;

/** The recommendations page. */
export default function Recommendations() {
  const view = useParameter("view") || "list";
  const list = useGet<ListRecommendationsResponse>(below("recommendations"));
  const all = list.data?.recommendations ?? [];
  return (
    <>
      <PageHead title={t("spine.recommendations")} />
      <div class="stack">
        <Tabs label={t("spine.recommendations")} views={[["list", t("recommendation.as_table")], ["board", t("recommendation.as_board")], ["owners", t("recommendation.by_owner")], ["decisions", t("recommendation.log")]]} />
        {view === "decisions" ? <DecisionLog all={all} /> : <Reading of={list}>{list.data && <Shown all={all} view={view} />}</Reading>}
      </div>
    </>
  );
}

function Shown({ all, view }: { all: readonly Recommendation[]; view: string }) {
  const by = { owner: useParameter("owner"), kind: useParameter("kind"), state: useParameter("state"), due: useParameter("due"), theme: useParameter("theme") };
  const rows = filtered(all, by, today());
  const isFiltered = Object.values(by).some(Boolean);
  const empty = isFiltered ? t("recommendation.none_so") : t("recommendation.none");
  if (all.length === 0) return <Empty>{empty}</Empty>;
  return (
    <>
      <Filters all={all} by={by} shown={rows.length} />
      {view === "board" ? <Board rows={rows} among={all} /> : view === "owners" ? <ByOwner rows={rows} among={all} empty={empty} /> : <RecommendationList rows={rows} among={all} empty={empty} />}
    </>
  );
}

function Filters({ all, by, shown }: { all: readonly Recommendation[]; by: { owner: string; kind: string; state: string; due: string; theme: string }; shown: number }) {
  const set = useSetParameter();
  const distinct = (values: readonly string[]) => [...new Set(values)].filter(Boolean).sort((one, other) => one.localeCompare(other));
  const themes = distinct(all.flatMap((one) => one.themes));
  const themed = (theme: string) => (theme === "gender" || theme === "poc" || theme === "youth" ? t(`recommendation.theme_${theme}`) : theme);
  return (
    <div class="filters">
      <Choice label={t("recommendation.owner")} value={by.owner} none={t("recommendation.any")} among={distinct(all.map((one) => one.owner_section)).map((one) => [one, one] as const)} onInput={(value) => set("owner", value)} />
      <Choice label={t("field.kind")} value={by.kind} none={t("recommendation.any")} among={RECOMMENDATION_KINDS.map((one) => [one, word(`recommendation_${one}`)] as const)} onInput={(value) => set("kind", value)} />
      <Choice label={t("field.state")} value={by.state} none={t("recommendation.any")} among={RECOMMENDATION_STATES} onInput={(value) => set("state", value)} />
      <Choice label={t("recommendation.due")} value={by.due} none={t("recommendation.any")} among={DUE.map((one) => [one, t(`recommendation.due_${one}`)] as const)} onInput={(value) => set("due", value)} />
      {themes.length > 0 && <Choice label={t("recommendation.theme")} value={by.theme} none={t("recommendation.any")} among={themes.map((one) => [one, themed(one)] as const)} onInput={(value) => set("theme", value)} />}
      <p class="soft small" role="status">{t("recommendation.shown", { shown, count: all.length })}</p>
    </div>
  );
}

function ByOwner({ rows, among, empty }: { rows: readonly Recommendation[]; among: readonly Recommendation[]; empty: string }) {
  const owners = [...new Set(rows.map((one) => one.owner_section))].sort((one, other) => one.localeCompare(other));
  const day = today();
  if (rows.length === 0) return <Empty>{empty}</Empty>;
  return (
    <>
      {owners.map((owner) => {
        const own = rows.filter((one) => one.owner_section === owner);
        const overdue = own.filter((one) => dueOf(one, day).kind === "overdue").length;
        return (
          <section class="card stack tight" key={owner} aria-label={owner}>
            <div class="row between">
              <h2>{owner || "–"}</h2>
              <span>{t("recommendation.count", { count: own.length, shown: number(own.length) })}{overdue > 0 && <b> · {t("recommendation.overdue_count", { count: overdue })}</b>}</span>
            </div>
            <RecommendationList rows={own} among={among} caption={owner} />
          </section>
        );
      })}
    </>
  );
}

function DecisionLog({ all }: { all: readonly Recommendation[] }) {
  const log = useGet<ListDecisionsResponse>(below("decisions"));
  return (
    <Reading of={log}>
      {log.data?.decisions.length === 0 ? (
        <Empty>{t("recommendation.no_decisions")}</Empty>
      ) : (
        <>
          <p class="soft small">{t("recommendation.log_told")}</p>
          <Table
            caption={t("recommendation.log")}
            rows={log.data?.decisions ?? []}
            keyOf={(one) => one.id}
            columns={[
              { head: t("field.date"), cell: (one) => instant(one.decided_at) },
              { head: t("recommendation.text"), names: true, wide: true, cell: (one) => say(all.find((each) => each.id === one.recommendation_id)?.text) || one.recommendation_id.slice(0, 8) },
              { head: t("recommendation.decision"), cell: (one) => <State of={one.decision} /> },
              { head: t("field.reason"), wide: true, cell: (one) => one.reason || "–" },
              { head: t("recommendation.on_findings"), wide: true, cell: (one) => <ReadThen of={one.findings} /> },
              { head: t("field.by"), cell: (one) => <Person id={one.decided_by} /> },
            ]}
          />
        </>
      )}
    </Reading>
  );
}

/** The findings as they read when it was decided. */
function ReadThen({ of }: { of: readonly DecidedFinding[] }) {
  if (of.length === 0) return <>–</>;
  return (
    <>
      {of.map((one) => (
        <details key={one.finding_id}>
          <summary>{one.question ? word(`question_${one.question}`) : t("recommendation.finding_hidden")} <span class="soft small">{t("recommendation.finding_version", { version: one.version })}</span></summary>
          {say(one.narrative) && <p>{say(one.narrative)}</p>}
          {one.progress_rating && <Status of={one.progress_rating} />}
          {one.newest_version > one.version && <p class="soft small">{t("recommendation.revised_since", { version: one.newest_version })}</p>}
        </details>
      ))}
    </>
  );
}
