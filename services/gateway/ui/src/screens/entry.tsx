// Data entry: a section's indicators by period in one area, or one indicator by area; like a spreadsheet.
import { useEffect, useMemo, useState } from "preact/hooks";
import { useLocation, useSearch } from "wouter-preact";
import { write } from "../api/client";
import { connected } from "../api/live";
import { expire, put, resource, useAll, useGet } from "../api/store";
import type { CellSign, ListAreasResponse, ListEntryCellsResponse, ListIndicatorsResponse, ListPeriodLocksResponse, MoveObservationsResponse, PeriodLock } from "../api/types";
import { Bar } from "../entry/bar";
import { Choices, columnsOf, useView, type View } from "../entry/choices";
import { Flag, Grid, Shape, type Spot, standingWord } from "../entry/grid";
import { blocking, counted, type Line, Sheet, type Standing } from "../entry/model";
import { say, t } from "../i18n";
import { date, instant, period, slice } from "../i18n/format";
import { covers } from "../i18n/periods";
import { cellOf } from "../offline/book";
import { type CellAt, nameOf } from "../offline/change";
import { type Outbox, outboxOf } from "../offline/outbox";
import { keepSections, openedSection } from "../offline/sections";
import { WriteButton } from "../parts/form";
import { Empty, Notice, Reading } from "../parts/notice";
import { PageHead } from "../parts/page";
import { below, mayWrite, mission, missionCode, session } from "../session";

const LEGEND: readonly Standing[] = ["waiting", "error", "conflict", "warned", "draft", "submitted", "verified", "approved", "returned"];
/** Changes listed that the grid does not show. */
const ELSEWHERE_MAX = 10;
/** Marked cells that are listed. */
const MARKED_MAX = 50;

/** The screen. */
export default function Entry() {
  const indicators = useAll<ListIndicatorsResponse>(below("indicators?page_size=500"));
  const areas = useGet<ListAreasResponse>(below("areas"));
  const locks = useGet<ListPeriodLocksResponse>(below("period-locks"));
  const view = useView(indicators.data?.indicators ?? [], areas.data?.areas ?? []);
  return (
    <Reading of={indicators}>
      <Reading of={areas}>
        {indicators.data && areas.data && (view ? <Page key={view.key} view={view} locks={locks.data?.locks ?? []} /> : (
          <>
            <PageHead title={t("entry.title")} />
            <Empty>{t("entry.no_indicators")}</Empty>
          </>
        ))}
      </Reading>
    </Reading>
  );
}

/** The rows of a view. */
function rowsOf(view: View): Line[] {
  if (view.by === "area") return view.areas.map((one) => ({ key: one.code, head: one.name, place: { area: one.code } }));
  return view.indicators.flatMap((one) => {
    const sub = one.unit ? `(${one.unit})` : "";
    const head = { key: one.code, head: say(one.name), sub, place: { indicator_code: one.code, slice: "" }, kind: one.kind };
    const slices = view.slices ? one.disaggregations.flatMap((own) => own.categories.map((category) => `${own.dimension}=${category}`)) : [];
    return [head, ...slices.map((text) => ({ key: `${one.code}|${text}`, head: `↳ ${slice(text)}`, place: { indicator_code: one.code, slice: text }, kind: one.kind }))];
  });
}

function Page({ view, locks }: { view: View; locks: readonly PeriodLock[] }) {
  const box = outboxOf(session.value?.account.id ?? "", missionCode.value ?? "");
  const path = below(`entry-cells?${view.query}`);
  const cells = useGet<ListEntryCellsResponse>(path);
  const start = mission.value?.fiscal_year_start_month ?? 7;
  const lockedAt = locks.map((one) => one.id).join();
  const sheet = useMemo(() => {
    const columns = columnsOf(view).map((one) => {
      const lock = locks.find((own) => covers(own.period, one.place.period ?? view.period, start));
      return { ...one, locked: lock !== undefined, why: lock && `${lock.reason} (${lock.recorded_by}, ${date(lock.recorded_at)})` };
    });
    return new Sheet(rowsOf(view), columns, view.common, view.kind, box);
  }, [view.key, lockedAt]);
  const [spot, setSpot] = useState<Spot>({ row: 0, column: 0, toRow: 0, toColumn: 0 });
  const [moved, setMoved] = useState<MoveObservationsResponse | null>(null);
  const read = useMemo(() => {
    sheet.read(cells.data?.cells ?? [], cells.data?.signs);
    return cells.data;
  }, [sheet, cells.data]);
  useEffect(
    () =>
      box.start((cell, seen, breaches) => {
        // What was stored takes the place of what was read, for this screen and the next visit.
        sheet.took(cell, seen, breaches);
        const kept = resource<ListEntryCellsResponse>(path).data.peek();
        if (!kept) return;
        put(path, { ...kept, cells: [...kept.cells.filter((one) => nameOf(one) !== nameOf(cell)), cellOf(cell, seen, breaches)] });
      }),
    [box, sheet, path],
  );
  useEffect(() => {
    openedSection(view.section);
    if (cells.data && cells.asOf === null) keepSections();
  }, [view.section, cells.data === undefined, cells.asOf]);
  useEffect(() => {
    document.addEventListener("keydown", toBarOrCell);
    return () => document.removeEventListener("keydown", toBarOrCell);
  }, []);
  const changes = box.changes.value;
  const counts = counted(changes);
  const drafts = (cells.data?.cells ?? []).filter((one) => one.state === "draft" || one.state === "returned").length;
  const may = mayWrite("contributor", "focal_point", "coordinator");
  const stops = blocking(changes, cells.data?.cells ?? [], new Set(view.active.filter((one) => one.owner_section === view.section).map((one) => one.code)));
  const goes = useGoTo(sheet, setSpot);
  const why = stops.first ? "" : counts.waiting > 0 ? t("entry.submit_waits") : connected.value ? (drafts === 0 ? t("entry.submit_nothing") : "") : t("entry.submit_no_line");
  const submit = async () => {
    const answer = await write<MoveObservationsResponse>("POST", below("observations/submit"), { section: view.section });
    setMoved(answer);
    expire(below("entry-cells"), below("observations"), below("home"), below("series"));
  };
  return (
    <>
      <PageHead title={t("entry.title")} sub={<Sent box={box} counts={counts} />}>
        {mayWrite("focal_point", "coordinator") && view.by === "indicator" && (
          <>
            <WriteButton primary disabled={stops.first !== null || why !== ""} describedBy={stops.first || why ? "submit-why" : undefined} label={t("entry.submit", { section: view.section })} work={submit} />
            {why && <span id="submit-why" class="small soft">{why}</span>}
          </>
        )}
      </PageHead>
      <div class="stack tight">
        <Choices view={view} />
        {stops.first && mayWrite("focal_point", "coordinator") && view.by === "indicator" && (
          <Notice tone="careful" action={<button type="button" class="button" onClick={() => stops.first && goes(stops.first)}>{t("entry.go_there")}</button>}>
            <span id="submit-why">{t("entry.submit_after")}</span> {[stops.error && t("entry.errors", { count: stops.error }), stops.broken && t("entry.broken", { count: stops.broken }), stops.conflict && t("entry.conflicts", { count: stops.conflict })].filter(Boolean).join(", ")}
          </Notice>
        )}
        {moved && <Moved of={moved} />}
        {box.safe.value !== "kept" && <Notice tone="careful">{t(box.safe.value === "full" ? "offline.full" : "entry.not_kept")}</Notice>}
        {cells.asOf !== null && <Notice>{cells.asOf ? t("offline.as_of", { at: instant(new Date(cells.asOf).toISOString()) }) : t("offline.partly")}</Notice>}
        <Reading of={cells}>
          {cells.data && (
            <>
              <Bar sheet={sheet} spot={spot} readOnly={!may} read={read} />
              <Grid sheet={sheet} label={view.title} readOnly={!may} spot={spot} onSpot={setSpot} revision={changes} read={read} />
              <Marked of={cells.data.signs ?? []} onGo={goes} />
              <Legend />
            </>
          )}
        </Reading>
        <Elsewhere box={box} sheet={sheet} onGo={goes} />
      </div>
    </>
  );
}

/** Goes to a cell: within the grid where it shows the cell, else to one that does. */
function useGoTo(sheet: Sheet, onSpot: (spot: Spot) => void): (cell: CellAt) => void {
  const [, go] = useLocation();
  const search = useSearch();
  return (cell) => {
    const place = sheet.placeOf(cell);
    if (place) {
      const [row, column] = place;
      onSpot({ row, column, toRow: row, toColumn: column });
      document.querySelector<HTMLElement>(`.entry-sheet td[data-row="${row}"][data-column="${column}"]`)?.focus();
      return;
    }
    const next = new URLSearchParams(search);
    next.set("by", "area");
    next.set("indicator", cell.indicator_code);
    next.set("to", cell.period);
    if (cell.slice) next.set("across", "slice");
    else next.delete("across");
    go(`${location.pathname}?${next}`);
  };
}

/** A cell in words. */
const saidOf = (cell: CellAt) => [cell.indicator_code, period(cell.period), cell.area || t("area.whole"), cell.slice && slice(cell.slice)].filter(Boolean).join(", ");

/** The cells of this reading that are marked for follow-up. */
function Marked({ of, onGo }: { of: readonly CellSign[]; onGo: (cell: CellAt) => void }) {
  const marked = of.filter((one) => one.marked);
  if (marked.length === 0) return null;
  return (
    <details class="small">
      <summary>{t("entry.to_follow_up", { count: marked.length })}</summary>
      <ul>
        {marked.slice(0, MARKED_MAX).map((one) => <li key={nameOf(one)}><button type="button" class="button quiet" onClick={() => onGo(one)}><Flag /> {saidOf(one)}</button></li>)}
        {marked.length > MARKED_MAX && <li>{t("offline.more", { count: marked.length - MARKED_MAX })}</li>}
      </ul>
    </details>
  );
}

/** What waits, and when something last went out. */
function Sent({ box, counts }: { box: Outbox; counts: ReturnType<typeof counted> }) {
  const at = box.lastSent.value?.toTimeString().slice(0, 5);
  const trouble = box.trouble.value;
  return (
    <span role="status" class="row">
      <span>{counts.waiting > 0 ? t("entry.waiting", { count: counts.waiting }) : t("entry.all_saved")}{at && `, ${t("entry.last_sent", { at })}`}</span>
      {counts.error > 0 && <span class="row"><Shape of="error" /> {t("entry.errors", { count: counts.error })}</span>}
      {[...box.changes.value.values()].some((one) => one.status === "error" && one.typed === undefined) && <button type="button" class="button quiet" onClick={() => box.again()}>{t("offline.send_again")}</button>}
      {counts.conflict > 0 && <span class="row"><Shape of="conflict" /> {t("entry.conflicts", { count: counts.conflict })}</span>}
      {counts.waiting > 0 && trouble && <span>{trouble.offline ? t("entry.no_line") : trouble.status === 401 ? t("entry.signed_out") : t("entry.tries_again")}</span>}
    </span>
  );
}

function Moved({ of }: { of: MoveObservationsResponse }) {
  return (
    <Notice tone={of.not_moved.length ? "careful" : "good"}>
      <p>{t("data.moved", { count: of.moved })}</p>
      {of.not_moved.length > 0 && (
        <>
          <p>{t("data.not_moved", { count: of.not_moved.length })}</p>
          <ul>{[...new Set(of.not_moved.map((one) => one.reason))].slice(0, 20).map((reason) => <li key={reason}>{reason}</li>)}</ul>
        </>
      )}
    </Notice>
  );
}

/** F6 goes from a cell to what can be done with it, and from anywhere else to the cell: Tab goes from cell to cell. */
function toBarOrCell(event: KeyboardEvent): void {
  const here = document.activeElement;
  if (event.key !== "F6" || here?.matches("input.editor") || document.querySelector("aside.drawer, dialog[open]")) return;
  event.preventDefault();
  const cell = document.querySelector<HTMLElement>("td[data-row][tabindex='0']");
  (here === cell ? document.querySelector<HTMLElement>(".entry-bar button:enabled") : cell)?.focus();
}

function Legend() {
  return (
    <details class="small">
      <summary>{t("entry.how")}</summary>
      <p>{t("entry.keys")}</p>
      <p>{t("entry.signs")}</p>
      <ul class="row">
        {LEGEND.map((one) => <li key={one} class="row"><Shape of={one} /> {standingWord(one)}</li>)}
      </ul>
    </details>
  );
}

/** Changes of cells that this grid does not show: they are not forgotten. */
function Elsewhere({ box, sheet, onGo }: { box: Outbox; sheet: Sheet; onGo: (cell: CellAt) => void }) {
  const here = new Set(sheet.rows.flatMap((_, row) => sheet.columns.map((__, column) => nameOf(sheet.at(row, column)))));
  const others = [...box.changes.value.values()].filter((one) => !here.has(nameOf(one.cell)));
  if (others.length === 0) return null;
  return (
    <Notice>
      <p>{t("entry.elsewhere", { count: others.length })}</p>
      <ul>
        {others.slice(0, ELSEWHERE_MAX).map((one) => (
          <li key={nameOf(one.cell)}><button type="button" class="button quiet" onClick={() => onGo(one.cell)}>{one.cell.indicator_code}, {one.cell.period}, {one.cell.area || t("area.whole")}: {standingWord(one.status)}</button></li>
        ))}
        {others.length > ELSEWHERE_MAX && <li>{t("offline.more", { count: others.length - ELSEWHERE_MAX })}</li>}
      </ul>
    </Notice>
  );
}
