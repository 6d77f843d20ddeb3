// Data entry: a section's indicators by period in one area, or one indicator by area; like a spreadsheet.
import { useEffect, useMemo, useState } from "preact/hooks";
import { useLocation, useSearch } from "wouter-preact";
import { write } from "../api/client";
import { expire, put, resource, useAll, useGet } from "../api/store";
import type { EntryCell, ListAreasResponse, ListEntryCellsResponse, ListIndicatorsResponse, ListPeriodLocksResponse, MoveObservationsResponse } from "../api/types";
import { Bar } from "../entry/bar";
import { Choices, columnsOf, useView, type View } from "../entry/choices";
import { Grid, Shape, type Spot, standingWord } from "../entry/grid";
import { counted, type Line, Sheet, type Standing } from "../entry/model";
import { Outbox } from "../entry/outbox";
import { nameOf } from "../entry/waiting";
import { say, t } from "../i18n";
import { slice } from "../i18n/format";
import { covers } from "../i18n/periods";
import { WriteButton } from "../parts/form";
import { Empty, Notice, Reading } from "../parts/notice";
import { PageHead } from "../parts/page";
import { below, mayWrite, mission, missionCode, session } from "../session";

const LEGEND: readonly Standing[] = ["waiting", "error", "conflict", "warned", "draft", "submitted", "verified", "approved", "returned"];
const outboxes = new Map<string, Outbox>();

/** The changes of the person in the mission of the page; they outlive the screen. */
function outbox(): Outbox {
  const owner = `${session.value?.account.id}.${missionCode.value}`;
  let found = outboxes.get(owner);
  if (!found) outboxes.set(owner, (found = new Outbox(owner, below("observations/rows"))));
  return found;
}

/** The screen. */
export default function Entry() {
  const indicators = useAll<ListIndicatorsResponse>(below("indicators?page_size=500"));
  const areas = useGet<ListAreasResponse>(below("areas"));
  const locks = useGet<ListPeriodLocksResponse>(below("period-locks"));
  const view = useView(indicators.data?.indicators ?? [], areas.data?.areas ?? []);
  return (
    <Reading of={indicators}>
      <Reading of={areas}>
        {indicators.data && areas.data && (view ? <Page key={view.key} view={view} locks={locks.data?.locks.map((one) => one.period) ?? []} /> : (
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

function Page({ view, locks }: { view: View; locks: readonly string[] }) {
  const box = outbox();
  const path = below(`entry-cells?${view.query}`);
  const cells = useGet<ListEntryCellsResponse>(path);
  const start = mission.value?.fiscal_year_start_month ?? 7;
  const lockedAt = locks.join();
  const sheet = useMemo(() => {
    const columns = columnsOf(view).map((one) => ({ ...one, locked: locks.some((lock) => covers(lock, one.place.period ?? view.period, start)) }));
    return new Sheet(rowsOf(view), columns, view.common, view.kind, box);
  }, [view.key, lockedAt]);
  const [spot, setSpot] = useState<Spot>({ row: 0, column: 0, toRow: 0, toColumn: 0 });
  const [moved, setMoved] = useState<MoveObservationsResponse | null>(null);
  const read = useMemo(() => {
    sheet.read(cells.data?.cells ?? []);
    return cells.data;
  }, [sheet, cells.data]);
  useEffect(
    () =>
      box.start((cell, seen, breaches) => {
        // What was stored takes the place of what was read, for this screen and the next visit.
        sheet.took(cell, seen, breaches);
        const kept = resource<ListEntryCellsResponse>(path).data.peek();
        if (!kept) return;
        const now: EntryCell = { ...cell, ...seen.said, id: seen.id, version: seen.version, note: seen.note, state: seen.state, recorded_by: seen.by, reason: "", breaches };
        put(path, { cells: [...kept.cells.filter((one) => nameOf(one) !== nameOf(cell)), now] });
      }),
    [box, sheet, path],
  );
  // A session that came back lets what waited out.
  useEffect(() => box.flush(), [session.value?.csrf_token]);
  const changes = box.changes.value;
  const counts = counted(changes);
  const drafts = (cells.data?.cells ?? []).filter((one) => one.state === "draft" || one.state === "returned").length;
  const may = mayWrite("contributor", "focal_point", "coordinator");
  const submit = async () => {
    const answer = await write<MoveObservationsResponse>("POST", below("observations/submit"), { section: view.section });
    setMoved(answer);
    expire(below("entry-cells"), below("observations"), below("home"), below("series"));
  };
  return (
    <>
      <PageHead title={t("entry.title")} sub={<Sent box={box} counts={counts} />}>
        {mayWrite("focal_point", "coordinator") && view.by === "indicator" && (
          <WriteButton primary disabled={counts.waiting > 0 || drafts === 0} label={t("entry.submit", { section: view.section })} work={submit} />
        )}
      </PageHead>
      <div class="stack tight">
        <Choices view={view} />
        {moved && <Moved of={moved} />}
        {!box.safe.value && <Notice tone="careful">{t("entry.not_kept")}</Notice>}
        <Reading of={cells}>
          {cells.data && (
            <>
              <Bar sheet={sheet} spot={spot} readOnly={!may} />
              <Grid sheet={sheet} label={view.title} readOnly={!may} spot={spot} onSpot={setSpot} revision={changes} read={read} />
              <Legend />
            </>
          )}
        </Reading>
        <Elsewhere box={box} sheet={sheet} />
      </div>
    </>
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
function Elsewhere({ box, sheet }: { box: Outbox; sheet: Sheet }) {
  const [, go] = useLocation();
  const search = useSearch();
  const here = new Set(sheet.rows.flatMap((_, row) => sheet.columns.map((__, column) => nameOf(sheet.at(row, column)))));
  const others = [...box.changes.value.values()].filter((one) => !here.has(nameOf(one.cell)));
  if (others.length === 0) return null;
  const to = (of: (typeof others)[number]) => {
    const next = new URLSearchParams(search);
    next.set("by", "area");
    next.set("indicator", of.cell.indicator_code);
    next.set("to", of.cell.period);
    go(`${location.pathname}?${next}`);
  };
  return (
    <Notice>
      <p>{t("entry.elsewhere", { count: others.length })}</p>
      <ul>
        {others.slice(0, 10).map((one) => (
          <li key={nameOf(one.cell)}><button type="button" class="button quiet" onClick={() => to(one)}>{one.cell.indicator_code}, {one.cell.period}, {one.cell.area || t("area.whole")}: {standingWord(one.status)}</button></li>
        ))}
      </ul>
    </Notice>
  );
}
