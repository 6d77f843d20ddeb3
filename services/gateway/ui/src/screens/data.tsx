// Observations by state: enter one, and move many at once on their way to approved. Beside them the table of a period.
import { useState } from "preact/hooks";
import { read, write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { ListObservationsResponse, MoveObservationsResponse, Observation } from "../api/types";
import { t, word } from "../i18n";
import { instant, period, slice } from "../i18n/format";
import { openDrawer } from "../parts/drawer";
import { WriteButton } from "../parts/form";
import { Empty, Notice, Reading, Trouble } from "../parts/notice";
import { PageHead, Tabs, useParameter } from "../parts/page";
import { Person } from "../parts/person";
import { openObservation, said } from "../parts/provenance";
import { useWrite } from "../parts/write";
import { below, mayWrite, session } from "../session";
import { OBSERVATION_STATES } from "../words";
import { EnterObservation } from "./data-enter";
import { ExportData } from "./data-export";
import { TableOfPeriod } from "./data-table";

const PAGE_SIZE = 100;

/** What may be done to observations in a state, and by whom. */
const VERBS: Record<string, readonly { verb: "submit" | "verify" | "approve" | "return" | "reject"; roles: readonly string[]; reason?: boolean; primary?: boolean }[]> = {
  draft: [{ verb: "submit", roles: ["focal_point", "coordinator"], primary: true }],
  returned: [{ verb: "submit", roles: ["focal_point", "coordinator"], primary: true }],
  submitted: [{ verb: "verify", roles: ["verifier"], primary: true }, { verb: "return", roles: ["verifier", "component_head"], reason: true }, { verb: "reject", roles: ["verifier", "component_head"], reason: true }],
  verified: [{ verb: "approve", roles: ["component_head"], primary: true }, { verb: "return", roles: ["verifier", "component_head"], reason: true }, { verb: "reject", roles: ["verifier", "component_head"], reason: true }],
};

/** The data page. */
export default function Data() {
  const isTable = useParameter("view") === "table";
  return (
    <>
      <PageHead title={t(isTable ? "data.table" : "data.title")} sub={!isTable && <OfBatch />}>
        <button type="button" class="button" onClick={() => openDrawer(t("export.title"), () => <ExportData />)}>{t("export.title")}</button>
        {mayWrite("contributor", "focal_point", "coordinator") && (
          <button type="button" class="button primary" onClick={() => openDrawer(t("data.enter"), () => <EnterObservation />)}>{t("data.enter")}</button>
        )}
      </PageHead>
      <div class="stack">
        <Tabs label={t("spine.data")} views={[["list", t("data.title")], ["table", t("data.table")]]} />
        {isTable ? <TableOfPeriod /> : <List />}
      </div>
    </>
  );
}

function OfBatch() {
  return useParameter("batch") ? <span>{t("data.of_batch")}</span> : null;
}

/** Observations by state. */
function List() {
  const state = useParameter("state") || startState();
  const batch = useParameter("batch");
  const indicator = useParameter("indicator");
  const query = new URLSearchParams({ state, page_size: String(PAGE_SIZE), ...(batch ? { batch_id: batch } : {}), ...(indicator ? { indicator_code: indicator } : {}) });
  const first = useGet<ListObservationsResponse>(below(`observations?${query}`));
  // What became of the last move stays while the list is read again.
  const [answer, setAnswer] = useState<MoveObservationsResponse | null>(null);
  return (
    <>
      <StateTabs />
      {answer && <Moved of={answer} />}
      <Reading of={first}>{first.data && <Rows key={`${query}${first.data.observations.length}`} state={state} batch={batch} query={query} first={first.data} onMoved={setAnswer} />}</Reading>
    </>
  );
}

/** The state that waits for the person. */
function startState(): string {
  if (mayWrite("verifier")) return "submitted";
  if (mayWrite("component_head")) return "verified";
  return "draft";
}

function StateTabs() {
  // The first tab has no parameter: here the one that waits for the person comes first.
  const order = [startState(), ...OBSERVATION_STATES.filter((one) => one !== startState())];
  return <Tabs label={t("field.state")} parameter="state" views={order.map((one) => [one, word(one)] as const)} />;
}

function Rows({ state, batch, query, first, onMoved }: { state: string; batch: string; query: URLSearchParams; first: ListObservationsResponse; onMoved: (answer: MoveObservationsResponse) => void }) {
  const [more, setMore] = useState<ListObservationsResponse[]>([]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const reading = useWrite();
  const rows = [first, ...more].flatMap((one) => one.observations);
  const cursor = (more.at(-1) ?? first).next_cursor;
  const verbs = (VERBS[state] ?? []).filter((one) => mayWrite(...one.roles));
  // The author does not verify. Two people may have one name, so this is a hint; the service knows, and says so.
  const mine = (one: Observation) => state === "submitted" && one.recorded_by === session.value?.account.name;
  const selectable = verbs.length > 0;
  const moved = (next: MoveObservationsResponse) => {
    onMoved(next);
    setChosen(new Set());
    expire(below("observations"), below("home"), below("series"), below("indicator-pages"));
  };
  if (rows.length === 0) {
    return <Empty>{t("data.none", { state: word(state) })}</Empty>;
  }
  const all = rows.filter((one) => !mine(one));
  return (
    <div class="stack tight">
      {selectable && (
        <div class="row">
          <b role="status">{t("data.chosen", { count: chosen.size })}</b>
          {verbs.map((one) => (
            <WriteButton key={one.verb} primary={one.primary ?? false} reason={one.reason ?? false} disabled={chosen.size === 0} label={t(`data.${one.verb}`)} work={async (reason) => moved(await write<MoveObservationsResponse>("POST", below(`observations/${one.verb}`), { ids: [...chosen], reason }))} />
          ))}
          {batch && verbs[0] && (
            <WriteButton label={t(`data.${verbs[0].verb}_batch` as "data.submit_batch")} work={async () => moved(await write<MoveObservationsResponse>("POST", below(`observations/${verbs[0]?.verb}`), { batch_id: batch }))} />
          )}
        </div>
      )}
      <div class="scroller" tabIndex={0} role="group" aria-label={t("data.title")}>
        <table>
          <caption class="unseen">{t("data.title")}</caption>
          <thead>
            <tr>
              {selectable && (
                <th scope="col">
                  <input type="checkbox" aria-label={t("data.choose_all")} checked={chosen.size > 0 && chosen.size === all.length} onChange={(event) => setChosen(new Set(event.currentTarget.checked ? all.map((one) => one.id) : []))} />
                </th>
              )}
              <th scope="col">{t("field.indicator")}</th>
              <th scope="col">{t("field.period")}</th>
              <th scope="col">{t("field.area")}</th>
              <th scope="col">{t("field.slice")}</th>
              <th scope="col" class="n">{t("field.value")}</th>
              <th scope="col">{t("field.note")}</th>
              <th scope="col">{t("field.by")}</th>
              <th scope="col">{t("field.date")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((one) => (
              <tr key={one.id}>
                {selectable && (
                  <td>
                    <input type="checkbox" aria-label={`${one.indicator_code} ${period(one.period)} ${one.area}`} checked={chosen.has(one.id)} onChange={(event) => { const next = new Set(chosen); if (event.currentTarget.checked) next.add(one.id); else next.delete(one.id); setChosen(next); }} />
                  </td>
                )}
                <th scope="row"><code>{one.indicator_code}</code></th>
                <td>{period(one.period)}</td>
                <td>{one.area || t("area.whole")}</td>
                <td>{slice(one.slice)}</td>
                <td class="n"><button type="button" class="number-link" onClick={() => openObservation(one.id)}>{said(one)}</button></td>
                <td>{one.reason || one.note}{mine(one) && <span class="soft"> {t("data.own")}</span>}</td>
                <td><Person id={one.recorded_by} /></td>
                <td>{instant(one.recorded_at)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Trouble problem={reading.problem} />
      {cursor && (
        <div>
          <button type="button" class="button" disabled={reading.busy} onClick={() => void reading.run(async () => { const next = await read<ListObservationsResponse>(below(`observations?${query}&cursor=${encodeURIComponent(cursor)}`)); setMore([...more, next]); })}>{t("action.more")}</button>
        </div>
      )}
    </div>
  );
}

function Moved({ of }: { of: MoveObservationsResponse }) {
  return (
    <Notice tone={of.not_moved.length ? "careful" : "good"}>
      <p>{t("data.moved", { count: of.moved })}</p>
      {of.not_moved.length > 0 && (
        <>
          <p>{t("data.not_moved", { count: of.not_moved.length })}</p>
          <ul>{[...new Set(of.not_moved.map((one) => one.reason))].map((reason) => <li key={reason}>{reason}</li>)}</ul>
        </>
      )}
    </Notice>
  );
}
