// Recommendations: who owns them, by when, what leadership decided and why, what they changed in the plan.
import { useGet } from "../api/store";
import type { ListDecisionsResponse, ListRecommendationsResponse, Recommendation } from "../api/types";
import { say, t } from "../i18n";
import { instant } from "../i18n/format";
import { Empty, Reading } from "../parts/notice";
import { PageHead, Tabs, useParameter } from "../parts/page";
import { Person } from "../parts/person";
import { State } from "../parts/status";
import { Table } from "../parts/table";
import { below } from "../session";
import { RecommendationList } from "./recommendation-list";

/** The recommendations page. */
export default function Recommendations() {
  const view = useParameter("view") || "list";
  const list = useGet<ListRecommendationsResponse>(below("recommendations"));
  return (
    <>
      <PageHead title={t("spine.recommendations")} />
      <div class="stack">
        <Tabs label={t("spine.recommendations")} views={[["list", t("recommendation.all")], ["decisions", t("recommendation.log")]]} />
        {view === "decisions" ? <DecisionLog all={list.data?.recommendations ?? []} /> : <Reading of={list}><RecommendationList rows={list.data?.recommendations ?? []} /></Reading>}
      </div>
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
        <Table
          caption={t("recommendation.log")}
          rows={log.data?.decisions ?? []}
          keyOf={(one) => one.id}
          columns={[
            { head: t("field.date"), cell: (one) => instant(one.decided_at) },
            { head: t("recommendation.text"), names: true, cell: (one) => say(all.find((each) => each.id === one.recommendation_id)?.text) || one.recommendation_id.slice(0, 8) },
            { head: t("recommendation.decision"), cell: (one) => <State of={one.decision} /> },
            { head: t("field.reason"), cell: (one) => one.reason || "–" },
            { head: t("field.by"), cell: (one) => <Person id={one.decided_by} /> },
          ]}
        />
      )}
    </Reading>
  );
}
