// What a card, a row and the drawer of a recommendation show alike.
import type { ComponentChildren } from "preact";
import { Link } from "wouter-preact";
import type { Recommendation } from "../api/types";
import { say, t, word } from "../i18n";
import { date } from "../i18n/format";
import { openDrawer } from "../parts/drawer";
import { WriteButton } from "../parts/form";
import { Person } from "../parts/person";
import { Classification, State } from "../parts/status";
import { page } from "../session";
import { Effect, Result, useEffectOf } from "./recommendation-effect";
import { take } from "./recommendation-forms";
import { dueOf, movesOf, today } from "./recommendation-moves";
import { DuplicateLink, Similar } from "./recommendation-similar";

/** The day, and how near it is: a colour, a shape and a word. */
export function DueMark({ of }: { of: Recommendation }) {
  const due = dueOf(of, today());
  if (due.kind === "none") return <>–</>;
  if (!("days" in due)) return <>{date(of.due)}</>;
  const overdue = due.kind === "overdue";
  return (
    <>
      {date(of.due)}{" "}
      <span class={`status ${overdue ? "off_track" : "at_risk"}`}>
        <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">{overdue ? <rect x="1.5" y="1.5" width="9" height="9" fill="currentColor" /> : <path d="M6 1 11.5 10.5H.5z" fill="currentColor" />}</svg>
        {t(overdue ? "recommendation.overdue_by" : "recommendation.due_in", { count: due.days })}
      </span>
    </>
  );
}

/** What leadership decided, by whom, when and why. */
export function DecisionTold({ of }: { of: Recommendation }) {
  if (!of.decided_by) return <>–</>;
  return <><Person id={of.decided_by} />, {date(of.decided_at)}{of.decision_reason && <p class="soft small">{of.decision_reason}</p>}</>;
}

/** The change to the plan that it opened, and how far the version is that takes it up. */
export function PlanChangeTold({ of }: { of: Recommendation }) {
  if (!of.plan_change_id) return <>–</>;
  const where = of.changed_plan_id ? page(`plan/${of.changed_plan_id}`) : `${page("plan")}?view=changes`;
  const shown = of.changed_plan_id ? t("plan.version", { number: of.changed_plan_number }) : t("action.show");
  return (
    <span class="row">
      <Link href={where} aria-label={`${t("recommendation.plan_change")}, ${shown}: ${say(of.text)}`}>{shown}</Link>
      <State of={of.changed_plan_state || of.plan_change_state || "open"} />
    </span>
  );
}

/** The first of its indicators with what became of it; the drawer has all. */
export function EffectTold({ of, wanted = true }: { of: Recommendation; wanted?: boolean }) {
  const read = useEffectOf(of, wanted);
  const results = read.data?.indicators ?? [];
  if (of.indicator_codes.length === 0) return <>–</>;
  return results.length === 0 ? <span class="soft">{of.indicator_codes.join(", ")}</span> : <>{results.map((one) => <span class="block-line" key={one.indicator_code}>{one.indicator_code} <Result of={one.result} /></span>)}</>;
}

/** A button for each step that is possible now. */
export function Moves({ of, among }: { of: Recommendation; among: readonly Recommendation[] }) {
  const moves = movesOf(of, among);
  const decides = moves.some((move) => move.asks === "decide");
  if (decides) return <button type="button" class="button primary" onClick={() => void take(of, { to: "accepted", asks: "decide" })}>{t("recommendation.decide")}</button>;
  return <>{moves.map((move) => <WriteButton key={move.to} label={word(`to_${move.to}`)} work={() => take(of, move)} />)}</>;
}

/** Opens all that is known of one. */
export function openRecommendation(of: Recommendation, among: readonly Recommendation[]): void {
  openDrawer(t("recommendation.text"), () => <Whole of={of} among={among} />);
}

function Whole({ of, among }: { of: Recommendation; among: readonly Recommendation[] }) {
  const fact = (label: string, shown: ComponentChildren) => <div><dt>{label}</dt><dd>{shown}</dd></div>;
  return (
    <div class="stack">
      <p><b>{say(of.text)}</b></p>
      <div class="row"><State of={of.state} /><span class="tag">{word(`recommendation_${of.kind}`)}</span><Classification of={of.classification} />{of.themes.map((theme) => <span class="tag" key={theme}>{theme}</span>)}</div>
      <dl class="facts">
        {fact(t("recommendation.owner"), of.owner_section || "–")}
        {fact(t("recommendation.due"), <DueMark of={of} />)}
        {fact(t("recommendation.decision"), <DecisionTold of={of} />)}
        {fact(t("recommendation.plan_change"), <PlanChangeTold of={of} />)}
      </dl>
      <p><Link href={page(`assessments/${of.assessment_id}`)}>{t("recommendation.from_assessment")}</Link></p>
      <DuplicateLink of={of} among={among} />
      <section class="stack tight" aria-labelledby="effect-of">
        <h3 id="effect-of">{t("effect.title")}</h3>
        <Effect of={of} />
      </section>
      {of.state === "proposed" && <Similar text={of.text} codes={of.indicator_codes} findings={of.finding_ids} id={of.id} of={of} />}
    </div>
  );
}
