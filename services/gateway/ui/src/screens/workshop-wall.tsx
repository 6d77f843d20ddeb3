// The wall: one outcome in large type, with nothing on it above the room's classification. Arrow keys, and what a presenter's
// clicker sends, go to the next one.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { write } from "../api/client";
import { expire, put, useGet } from "../api/store";
import type { Analysis, Finding, Point, Target, Workshop, WorkshopOutcome } from "../api/types";
import { SeriesChart } from "../charts/series";
import { say, t, word } from "../i18n";
import { number, period } from "../i18n/format";
import { FigureCell } from "../parts/page";
import { Reading, Trouble } from "../parts/notice";
import { Classification, Status } from "../parts/status";
import { Table } from "../parts/table";
import { useWrite } from "../parts/write";
import { below, mayWrite, mission } from "../session";
import { VoteResult } from "./workshop-vote";

const NEXT = ["ArrowRight", "PageDown"];
const BEFORE = ["ArrowLeft", "PageUp"];

/** Goes through the agenda; who facilitates takes the room along. */
export function useTurn(of: Workshop | undefined, path: string) {
  const writing = useWrite();
  const place = of?.agenda.findIndex((item) => item.outcome_lineage_id === of.at_outcome_lineage_id) ?? -1;
  const may = of?.state === "open" && mayWrite("coordinator");
  const to = (lineage: string | undefined) => {
    if (!may || !lineage) return;
    void writing.run(async () => {
      put(path, await write<Workshop>("POST", `${path}/turn`, { outcome_lineage_id: lineage }));
      expire(path);
    }, lineage);
  };
  return { may, place, problem: writing.problem, to, before: of?.agenda[place - 1]?.outcome_lineage_id, next: of?.agenda[place + 1]?.outcome_lineage_id };
}

/** The wall of a workshop. */
export function Wall({ id, path }: { id: string; path: string }) {
  const found = useGet<Workshop>(`${path}?wall=true`);
  const of = found.data;
  const at = of?.agenda.find((item) => item.outcome_lineage_id === of.at_outcome_lineage_id);
  const outcome = useGet<WorkshopOutcome>(at ? below(`workshop-outcomes/${id}/${at.outcome_lineage_id}?wall=true`) : null);
  const turn = useTurn(of, path);
  const wall = useRef<HTMLElement>(null);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey || (event.target as Element).closest?.("input, textarea, select, dialog, .drawer, .scroller")) return;
      const lineage = NEXT.includes(event.key) ? turn.next : BEFORE.includes(event.key) ? turn.before : undefined;
      if (!lineage || !turn.may) return;
      event.preventDefault();
      turn.to(lineage);
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  });
  return (
    <Reading of={found}>
      {of && (
        <section class="wall" ref={wall} aria-label={t("workshop.view_wall")}>
          <div class="row between">
            <span class="tag">{t("workshop.room", { classification: word(of.room_classification) })}</span>
            <span class="row">
              {turn.may && <button type="button" class="button" disabled={!turn.before} onClick={() => turn.to(turn.before)}>{t("workshop.before")}</button>}
              <span>{t("workshop.place", { place: turn.place + 1, count: of.agenda.length })}</span>
              {turn.may && <button type="button" class="button" disabled={!turn.next} onClick={() => turn.to(turn.next)}>{t("workshop.next")}</button>}
              <button type="button" class="button" onClick={() => void (document.fullscreenElement ? document.exitFullscreen() : wall.current?.requestFullscreen())}>{t("workshop.full")}</button>
            </span>
          </div>
          <Trouble problem={turn.problem} />
          {at && <h2 aria-live="polite">{at.number} {say(at.statement)}</h2>}
          {of.votes.filter((vote) => vote.outcome_lineage_id === at?.outcome_lineage_id).map((vote) => <div class="card" key={vote.id}><VoteResult of={vote} /></div>)}
          <Decisions of={of} lineage={at?.outcome_lineage_id ?? ""} />
          <Reading of={outcome}>
            <Findings rows={outcome.data?.findings ?? []} />
            {outcome.data?.analyses.map((one) => <OnWall key={one.id} of={one} />)}
          </Reading>
        </section>
      )}
    </Reading>
  );
}

function OnWall({ of }: { of: Analysis }) {
  return (
    <figure class="stack tight">
      <figcaption class="row"><b>{say(of.indicator_name)}</b> <Status of={of.status} /></figcaption>
      <p>{say(of.statement)}</p>
      {of.points.length > 1 && <SeriesChart points={pointsOf(of)} label={t("chart.label", { name: say(of.indicator_name), unit: of.unit })} unit={of.unit} baseline={of.baseline} targets={targetsOf(of)} fiscalStart={mission.value?.fiscal_year_start_month} />}
      {of.target !== null && <p class="soft">{t("chart.target", { value: number(of.target) })} · {period(of.target_period)}</p>}
      <details>
        <summary>{t("workshop.numbers")}</summary>
        <Table caption={say(of.indicator_name)} rows={of.points} keyOf={(one) => one.period} columns={[{ head: t("field.period"), names: true, cell: (one) => period(one.period) }, { head: of.unit || t("field.value"), numeric: true, cell: (one) => <FigureCell of={one} /> }]} />
      </details>
    </figure>
  );
}

function pointsOf(of: Analysis): Point[] {
  return of.points.map((one) => ({ period: one.period, value: one.value, numerator: null, denominator: null, kind: one.value === null ? "missing" : "value", observations: 0, coverage: 0, share_verified: 0, mismatch: false, note: null }));
}

function targetsOf(of: Analysis): Target[] {
  if (of.target === null && of.target_low === null) return [];
  return [{ id: "", indicator_id: of.indicator_id, period: of.target_period, area: "", slice: "", value: of.target, low: of.target_low, high: of.target_high, reason: "", version: 0, recorded_at: "", recorded_by: "" }];
}

/** Findings on an outcome, with what stands below each. */
export function Findings({ rows, extra }: { rows: readonly Finding[]; extra?: (finding: Finding) => ComponentChildren }) {
  return (
    <>
      {rows.map((one) => (
        <article class="card stack tight" key={one.id}>
          <div class="row between">
            <h3>{word(`question_${one.question}`)}</h3>
            <span class="row">
              <Classification of={one.classification} />
              {one.progress_rating && <Status of={one.progress_rating} />}
              {one.performance_rating && <span class="tag">{t("workshop.performance", { rating: word(one.performance_rating) })}</span>}
            </span>
          </div>
          <p>{say(one.narrative)}</p>
          {one.dissent && <p class="lines"><b>{t("workshop.dissent")}</b> {one.dissent}</p>}
          {extra?.(one)}
        </article>
      ))}
    </>
  );
}

/** What the room decided on an outcome. */
export function Decisions({ of, lineage }: { of: Workshop; lineage: string }) {
  const rows = of.decisions.filter((one) => one.outcome_lineage_id === lineage);
  if (rows.length === 0) return null;
  return (
    <section class="card stack tight">
      <h3>{t("workshop.decisions")}</h3>
      <ul class="list">
        {rows.map((one) => (
          <li key={one.id}><div class="stack tight">
            <span class="row"><span>{say(one.text)}</span><Classification of={one.classification} />{one.progress_rating && <Status of={one.progress_rating} />}{one.performance_rating && <span class="tag">{word(one.performance_rating)}</span>}</span>
            <span class="small soft">{[one.proposed_by && t("workshop.proposed_by", { name: one.proposed_by }), one.finding_id && t("workshop.taken_over", { version: one.finding_version }), one.recommendation_id && t("workshop.recommended")].filter(Boolean).join(" · ")}</span>
          </div></li>
        ))}
      </ul>
    </section>
  );
}
