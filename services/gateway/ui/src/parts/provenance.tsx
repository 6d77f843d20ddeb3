// A number → its formula → observations → file and row → person, or the events that it counts. Opens in the drawer, from
// anywhere.
import { useGet } from "../api/store";
import type { CountedEvent, GetObservationResponse, Observation, PointExplanation } from "../api/types";
import { say, t, word } from "../i18n";
import { date, exact, figure, instant, percent, period, slice } from "../i18n/format";
import { below, isStaff, mayWrite, page } from "../session";
import { CorrectForm } from "./correct";
import { openDrawer } from "./drawer";
import { Later } from "./later";
import { Notice, Reading } from "./notice";
import { FigureCell } from "./page";
import { Person } from "./person";
import { State } from "./status";
import { Pictures, SubmissionFacts } from "./submission";
import { Table } from "./table";

/** What a number of a series is asked for by. */
export interface NumberAt {
  indicator: string;
  area?: string | undefined;
  period: string;
  slice?: string | undefined;
  asKnownAt?: string | undefined;
}

/** Opens the drawer on how a number came about. */
export function openProvenance(at: NumberAt): void {
  openDrawer(t("provenance.title"), () => <Explanation at={at} />);
}

/** Opens the drawer on one observation with its history. */
export function openObservation(id: string, back?: () => void): void {
  openDrawer(t("provenance.observation"), () => <OneObservation id={id} back={back} />);
}

function Explanation({ at }: { at: NumberAt }) {
  const query = new URLSearchParams({ area: at.area ?? "", period: at.period, slice: at.slice ?? "" });
  if (at.asKnownAt) query.set("as_known_at", at.asKnownAt);
  const explained = useGet<PointExplanation>(below(`series/${encodeURIComponent(at.indicator)}/explain?${query}`));
  const of = explained.data;
  return (
    <Reading of={explained}>
      {of && (
        <>
          <dl class="facts">
            <div><dt>{at.indicator}</dt><dd><FigureCell of={of.point} exact /></dd></div>
            <div><dt>{t("field.period")}</dt><dd>{period(at.period)}</dd></div>
            <div><dt>{t("field.area")}</dt><dd>{at.area || t("area.whole")}</dd></div>
            <div><dt>{t("field.slice")}</dt><dd>{slice(at.slice ?? "")}</dd></div>
            {of.point && <div><dt>{t("provenance.coverage")}</dt><dd>{percent(of.point.coverage)}</dd></div>}
            {of.point && <div><dt>{t("provenance.verified")}</dt><dd>{percent(of.point.share_verified)}</dd></div>}
          </dl>
          {of.point?.mismatch && <Notice tone="careful">{t("provenance.mismatch")}</Notice>}
          {of.point?.note && <Notice>{say(of.point.note)}</Notice>}
          <p><b>{t("provenance.formula")}</b> {say(of.formula)}</p>
          {(of.total > 0 || of.events_total === 0) && (
            <Sources
              total={of.total}
              rows={of.contributions.flatMap((one) => (one.observation ? [{ ...sourceOf(one.observation), file: one.file_name }] : []))}
              back={() => openProvenance(at)}
            />
          )}
          <Events of={of} back={() => openProvenance(at)} />
        </>
      )}
    </Reading>
  );
}

/** One observation behind a number, as a row. */
export interface Source {
  id: string;
  period: string;
  area: string;
  slice: string;
  shown: string;
  state: string;
  file: string;
  row: number;
  by: string;
  at: string;
}

/** What an observation says, in one cell. */
export function said(of: Observation): string {
  if (of.kind === "ratio" || (of.numerator !== null && of.denominator !== null)) return `${exact(of.numerator ?? 0)} / ${exact(of.denominator ?? 0)}`;
  if (of.kind === "level") return of.level;
  if (of.kind === "text") return of.text;
  return figure(of, exact);
}

function sourceOf(of: Observation): Omit<Source, "file"> {
  return { id: of.id, period: of.period, area: of.area, slice: of.slice, shown: said(of), state: of.state, row: of.batch_row, by: of.recorded_by, at: of.recorded_at };
}

/** The observations behind a number; each opens. */
export function Sources({ rows, total, back }: { rows: readonly Source[]; total: number; back: () => void }) {
  return (
    <section class="stack tight">
      <h3>{t("provenance.observations", { count: total })}</h3>
      <Table
        caption={t("provenance.observations", { count: total })}
        rows={rows}
        keyOf={(row) => row.id}
        columns={[
          { head: t("field.period"), names: true, cell: (row) => period(row.period) },
          { head: t("field.area"), cell: (row) => row.area || t("area.whole") },
          { head: t("field.value"), numeric: true, cell: (row) => (isStaff() ? <button type="button" class="number-link" onClick={() => openObservation(row.id, back)}>{row.shown}</button> : row.shown) },
          { head: t("field.source"), cell: (row) => (row.file ? `${row.file}, ${t("provenance.row", { row: row.row })}` : <Person id={row.by} />) },
        ]}
      />
      {total > rows.length && <p class="soft">{t("provenance.first", { shown: rows.length, total })}</p>}
    </section>
  );
}

/** The events that a number counts; each opens. Nothing where it counts none. */
export function Events({ of, back }: { of: Pick<PointExplanation, "events" | "events_total">; back: () => void }) {
  if (of.events_total === 0) return null;
  const open = (id: string) =>
    openDrawer(t("provenance.event"), () => (
      <>
        <div><button type="button" class="button quiet" onClick={back}>← {t("provenance.back")}</button></div>
        <Later name="event" id={id} />
      </>
    ));
  const changed = of.events.some((one) => one.changed_since);
  const named = (one: CountedEvent) => one.sub_kind || one.kind || t("provenance.event");
  return (
    <section class="stack tight">
      <h3>{t("provenance.events", { count: of.events_total })}</h3>
      <Table
        caption={t("provenance.events", { count: of.events_total })}
        rows={of.events}
        keyOf={(row) => `${row.indicator_code} ${row.event_id}`}
        columns={[
          { head: t("field.date"), names: true, cell: (row) => (row.first_date === row.last_date ? date(row.first_date) : `${date(row.first_date)} – ${date(row.last_date)}`) },
          { head: t("provenance.event"), cell: (row) => <>{isStaff() ? <button type="button" class="number-link" onClick={() => open(row.event_id)}>{named(row)}</button> : named(row)}{row.changed_since && " *"}</> },
          { head: t("field.area"), cell: (row) => [row.place, row.area].filter(Boolean).join(" · ") },
          { head: t("provenance.counts_for"), numeric: true, cell: (row) => (row.amount === null ? t("provenance.not_known") : exact(row.amount)) },
          { head: t("field.source"), cell: (row) => [row.source, row.external_id].filter(Boolean).join(" · ") },
        ]}
      />
      {changed && <p class="soft small">* {t("provenance.changed_since")}</p>}
      {of.events_total > of.events.length && <p class="soft">{t("provenance.first", { shown: of.events.length, total: of.events_total })}</p>}
    </section>
  );
}

function OneObservation({ id, back }: { id: string; back?: (() => void) | undefined }) {
  const found = useGet<GetObservationResponse>(below(`observations/${id}`));
  const of = found.data?.observation;
  return (
    <Reading of={found}>
      {back && <div><button type="button" class="button quiet" onClick={back}>← {t("provenance.back")}</button></div>}
      {of && (
        <>
          <div class="row"><State of={of.state} /><b>{said(of)}</b></div>
          {mayWrite("contributor", "focal_point", "coordinator", "adviser") && <p><a href={page(`context?view=evidence&observation=${of.id}`)}>{t("provenance.as_evidence")}</a></p>}
          <dl class="facts">
            <div><dt>{t("field.indicator")}</dt><dd>{of.indicator_code} · v{of.definition_version}</dd></div>
            <div><dt>{t("field.period")}</dt><dd>{period(of.period)}</dd></div>
            <div><dt>{t("field.area")}</dt><dd>{of.area || t("area.whole")}</dd></div>
            <div><dt>{t("field.slice")}</dt><dd>{slice(of.slice)}</dd></div>
            <div><dt>{t("provenance.recorded")}</dt><dd><Person id={of.recorded_by} />, {instant(of.recorded_at)}</dd></div>
            {of.verified_by && <div><dt>{word("verified")}</dt><dd><Person id={of.verified_by} /></dd></div>}
            {of.approved_by && <div><dt>{word("approved")}</dt><dd><Person id={of.approved_by} /></dd></div>}
            {found.data?.file_name && <div><dt>{t("provenance.file")}</dt><dd>{found.data.file_name}, {of.batch_sheet && <>{t("imports.sheet")} {of.batch_sheet}, </>}{t("provenance.row", { row: of.batch_row })}</dd></div>}
            {of.source && <div><dt>{t("field.source")}</dt><dd>{of.source}</dd></div>}
            {of.reliability && <div><dt>{t("evidence.admiralty")}</dt><dd>{of.reliability}{of.credibility || ""}</dd></div>}
          </dl>
          {found.data?.submission && (
            <details>
              <summary>{t("provenance.phone")}</summary>
              <SubmissionFacts of={found.data.submission} />
              <Pictures of={found.data.submission} />
            </details>
          )}
          {found.data?.file_sha256 && <p class="small soft">SHA-256 <code>{found.data.file_sha256.slice(0, 16)}…</code></p>}
          {of.note && <p>{of.note}</p>}
          {of.reason && <Notice tone="careful">{of.reason}</Notice>}
          {mayWrite("contributor", "focal_point", "coordinator") && !of.superseded_by && of.state !== "rejected" && (
            <details>
              <summary>{t("data.correct")}</summary>
              <CorrectForm key={of.id} of={of} onDone={(made) => openObservation(made.id, back)} />
            </details>
          )}
          <h3>{t("provenance.history")}</h3>
          <ul class="list">
            {found.data?.history.map((one) => (
              <li key={one.id}>
                <span>{said(one)} <span class="soft">{word(one.state)}</span></span>
                <span class="small soft"><Person id={one.recorded_by} />, {date(one.recorded_at)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Reading>
  );
}

/** A number that opens its provenance. */
export function OpenNumber({ at, shown }: { at: NumberAt; shown: string }) {
  return (
    <button type="button" class="number-link" title={t("provenance.open")} onClick={() => openProvenance(at)}>
      {shown}
    </button>
  );
}
