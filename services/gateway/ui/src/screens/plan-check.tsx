// What a careful reader would ask about the plan: findings with a way to their place, waivers with their reasons, a score.
import { Link } from "wouter-preact";
import { write } from "../api/client";
import { put, useAll, useGet } from "../api/store";
import type { CheckPlanResponse, ListIndicatorsResponse, PastWaiver, Plan, PlanCheckFinding, PlanScore } from "../api/types";
import { Spark } from "../charts/spark";
import { say, t, word } from "../i18n";
import { date, instant } from "../i18n/format";
import { WriteButton } from "../parts/form";
import { Empty, Reading } from "../parts/notice";
import { Person } from "../parts/person";
import { Table } from "../parts/table";
import { below, mayWrite, page } from "../session";
import { SEVERITIES } from "../words";
import { openItem } from "./plan-item";

const TONES: Record<string, [string, string]> = { error: ["off_track", "■"], warning: ["at_risk", "▲"], advice: ["no_data", "○"] };

function checkPath(plan: Plan): string {
  return below(`plans/${plan.id}/check`);
}

/** A write to the check; the whole check comes back. */
async function settle(plan: Plan, verb: string, body: object): Promise<void> {
  put(checkPath(plan), await write<CheckPlanResponse>("POST", `${checkPath(plan)}/${verb}`, body));
}

/** Score, findings that are open, and those that were waived. */
export function PlanCheck({ plan }: { plan: Plan }) {
  const checked = useGet<CheckPlanResponse>(checkPath(plan));
  const rank = (one: PlanCheckFinding) => SEVERITIES.indexOf(one.severity as "error");
  const findings = [...(checked.data?.findings ?? [])].sort((one, other) => rank(one) - rank(other));
  const open = findings.filter((one) => !one.waiver);
  const waived = findings.filter((one) => one.waiver);
  const past = checked.data?.past_waivers ?? [];
  return (
    <Reading of={checked}>
      {checked.data?.score && <Score of={checked.data.score} history={checked.data.history} />}
      {open.length === 0 ? <Empty>{t("plan.check_clean")}</Empty> : <Findings plan={plan} caption={t("plan.check")} of={open} />}
      {waived.length > 0 && (
        <details>
          <summary>{t("check.waived_count", { count: waived.length })}</summary>
          <Findings plan={plan} caption={t("check.waived")} of={waived} />
        </details>
      )}
      {past.length > 0 && (
        <details>
          <summary>{t("check.past_count", { count: past.length })}</summary>
          <Past plan={plan} of={past} />
        </details>
      )}
    </Reading>
  );
}

/** Waivers that were taken back: what they were about, why they were given, and who took them back. */
function Past({ plan, of }: { plan: Plan; of: readonly PastWaiver[] }) {
  return (
    <Table
      caption={t("check.past")}
      rows={of}
      keyOf={(one) => `${one.key} ${one.taken_back_at}`}
      columns={[
        { head: t("check.what"), names: true, cell: (one) => <>{word(one.rule)} <span class="soft">{plan.items.find((item) => item.lineage_id === one.place)?.number}</span></> },
        { head: t("field.reason"), wide: true, cell: (one) => <>{one.reason} <span class="block-line soft small"><Person id={one.waived_by} />, {instant(one.waived_at)}</span></> },
        { head: t("check.taken_back"), cell: (one) => <><Person id={one.taken_back_by} />, {instant(one.taken_back_at)}</> },
      ]}
    />
  );
}

/** The score now, how it came about and what it was before. */
function Score({ of, history }: { of: PlanScore; history: readonly PlanScore[] }) {
  const spark = history.map((point) => ({ period: point.day, value: point.score }));
  const first = history[0];
  return (
    <section class="card stack tight" aria-label={t("check.score")}>
      <div class="row between">
        <p class="row">
          <b class="score">{t("check.score_of", { score: of.score })}</b>
          {spark.length > 1 && <Spark points={spark} label={t("check.trend", { count: history.length, first: first?.score ?? 0, last: of.score })} />}
        </p>
        <p class="row">
          {SEVERITIES.map((severity) => <span key={severity}><Severity of={severity} /> {of[severity === "error" ? "errors" : severity === "warning" ? "warnings" : "advice"]}</span>)}
          <span class="soft">{t("check.waived")}: {of.waived}</span>
        </p>
      </div>
      <details>
        <summary>{t("check.how")}</summary>
        <p class="soft">{t("check.formula")}</p>
        {history.length > 0 && (
          <Table
            caption={t("check.history")}
            rows={[...history].reverse()}
            keyOf={(point) => `${point.plan_id}${point.day}`}
            columns={[
              { head: t("field.date"), names: true, cell: (point) => date(point.day) },
              { head: t("plan.version_label"), numeric: true, cell: (point) => point.number },
              { head: t("check.score"), numeric: true, cell: (point) => point.score },
              { head: word("error"), numeric: true, cell: (point) => point.errors },
              { head: word("warning"), numeric: true, cell: (point) => point.warnings },
              { head: word("advice"), numeric: true, cell: (point) => point.advice },
              { head: t("check.waived"), numeric: true, cell: (point) => point.waived },
            ]}
          />
        )}
      </details>
    </section>
  );
}

/** How grave it is, by shape and word. */
export function Severity({ of }: { of: string }) {
  const [tone, shape] = TONES[of] ?? ["no_data", "○"];
  return <span class={`status ${tone}`}><span aria-hidden="true">{shape}</span> {word(of)}</span>;
}

function Findings({ plan, caption, of }: { plan: Plan; caption: string; of: readonly PlanCheckFinding[] }) {
  const indicators = useAll<ListIndicatorsResponse>(below("indicators?page_size=500"));
  const may = mayWrite("coordinator") && !["superseded", "archived"].includes(plan.state);
  return (
    <Table
      caption={caption}
      rows={of}
      keyOf={(one) => one.key}
      columns={[
        { head: t("plan.severity"), cell: (one) => <Severity of={one.severity} /> },
        {
          head: t("plan.finding"),
          names: true,
          wide: true,
          cell: (one) => (
            <>
              {say(one.message)}
              {one.waiver && <span class="block-line soft small">{t("check.because", { reason: one.waiver.reason })} <Person id={one.waiver.waived_by} />, {instant(one.waiver.waived_at)}</span>}
            </>
          ),
        },
        {
          head: t("plan.place"),
          cell: (one) => {
            const item = plan.items.find((candidate) => candidate.id === one.item_id);
            if (item) return <button type="button" class="number-link" onClick={() => openItem(plan, item)}>{item.number} {say(item.statement)}</button>;
            const indicator = indicators.data?.indicators.find((candidate) => candidate.id === one.indicator_id);
            return indicator ? <Link href={page(`indicators/${indicator.code}`)}>{indicator.code}</Link> : "–";
          },
        },
        ...(may
          ? [
              {
                head: <span class="unseen">{t("field.actions")}</span>,
                cell: (one: PlanCheckFinding) =>
                  one.waiver ? (
                    <WriteButton label={t("check.take_back")} work={() => settle(plan, "take-back", { key: one.key })} />
                  ) : one.severity === "error" ? (
                    <span class="soft small">{t("check.mend")}</span>
                  ) : (
                    <WriteButton reason label={t("check.waive")} work={(reason) => settle(plan, "waive", { key: one.key, reason })} />
                  ),
              },
            ]
          : []),
      ]}
    />
  );
}
