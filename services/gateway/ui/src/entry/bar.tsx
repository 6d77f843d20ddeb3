// The bar above the grid: what the cell says and how it stands, its note, its history, and a conflict to settle.
import { useEffect, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { say, t } from "../i18n";
import { period, slice } from "../i18n/format";
import { type Change, contentOf, nameOf, type Seen } from "../offline/change";
import { openObservation } from "../parts/provenance";
import { mayWrite, page } from "../session";
import { Flag, Shape, type Spot, standingWord } from "./grid";
import type { Sheet } from "./model";
import { Remarks } from "./remarks";
import { meaning, shown } from "./typed";

/** The bar of the cell where the person is. `read` is another one whenever cells were read. */
export function Bar({ sheet, spot, readOnly }: { sheet: Sheet; spot: Spot; readOnly: boolean; read: unknown }) {
  if (sheet.rows.length === 0) return null;
  const cell = sheet.at(spot.row, spot.column);
  const view = sheet.view(spot.row, spot.column);
  const change = sheet.outbox.of(cell);
  const stored = sheet.stored(cell);
  const content = sheet.content(cell);
  const breaches = change ? (change.breaches ?? []) : (stored?.breaches ?? []);
  const locked = sheet.locked(spot.row, spot.column);
  const sign = sheet.sign(cell);
  return (
    <section class="card entry-bar" aria-label={t("entry.cell")}>
      <div class="row between">
        <span class="row" role="status">
          <b>{sheet.rows[spot.row]?.head}</b>
          <span class="soft">{[cell.indicator_code, period(cell.period), cell.area || t("area.whole"), cell.slice && slice(cell.slice)].filter(Boolean).join(" · ")}</span>
          <b>{view.text}{view.meaning && ` (${view.meaning})`}</b>
          <span class="row"><Shape of={view.standing} /> {standingWord(view.standing)}{stored && !change && `, ${stored.seen.by}`}</span>
          {sign?.marked && <span class="row close"><Flag /> {t("entry.marked")}</span>}
          {locked && <span class="tag">{t("entry.locked")}</span>}
        </span>
        <span class="row">
          <Remarks key={nameOf(cell)} cell={cell} sign={sign} />
          {stored && <button type="button" class="button" onClick={() => openObservation(stored.seen.id)}>{t("entry.history")}</button>}
        </span>
      </div>
      {locked && (
        <p class="small">
          {t("entry.locked_why", { why: sheet.why(spot.row, spot.column) })} {mayWrite("coordinator") && t(stored ? "entry.locked_correct" : "entry.locked_late")} <Link href={page("locks")}>{t("spine.locks")}</Link>
        </p>
      )}
      {change?.status === "conflict" ? (
        <Conflict sheet={sheet} change={change} />
      ) : (
        <>
          {breaches.map((breach) => <p key={breach.rule_id} class="row"><Shape of={breach.severity === "error" ? "error" : "warned"} /> {say(breach.message)}</p>)}
          {change && contentOf(change).message && breaches.length === 0 && <p class="row"><Shape of="error" /> {contentOf(change).message}</p>}
          {content && !readOnly && !locked && <Note key={nameOf(cell)} value={content.note} wanted={breaches.some((breach) => breach.severity === "warning") && !content.note} onSet={(note) => sheet.note(cell, note)} />}
        </>
      )}
    </section>
  );
}

function Note({ value, wanted, onSet }: { value: string; wanted: boolean; onSet: (note: string) => void }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  return (
    <label class="row note">
      {wanted ? t("entry.note_wanted") : t("field.note")}
      <input class="control" value={text} maxLength={2_000} onInput={(event) => setText(event.currentTarget.value)} onChange={() => text !== value && onSet(text)} />
    </label>
  );
}

/** Mine, theirs and what it was; nothing goes out until someone chooses. */
function Conflict({ sheet, change }: { sheet: Sheet; change: Change }) {
  const said = (seen: Seen | null | undefined) => (seen ? [shown(seen.said), meaning(seen.said), seen.note && `“${seen.note}”`].filter(Boolean).join(" ") : t("entry.nothing"));
  return (
    <div class="stack tight">
      <p>{t("entry.conflict")}</p>
      <dl class="facts">
        <div><dt>{t("conflict.mine")}</dt><dd>{shown(change.said)} {change.note && `“${change.note}”`}</dd></div>
        <div><dt>{t("conflict.theirs")}{change.theirs && ` (${change.theirs.by})`}</dt><dd>{said(change.theirs)}</dd></div>
        <div><dt>{t("conflict.base")}</dt><dd>{said(change.base)}</dd></div>
      </dl>
      <div class="row">
        <button type="button" class="button primary" onClick={() => sheet.outbox.settle(change, true)}>{t("entry.keep_mine")}</button>
        <button type="button" class="button" onClick={() => { if (change.theirs) sheet.took(change.cell, change.theirs, []); sheet.outbox.settle(change, false); }}>{t("entry.take_theirs")}</button>
      </div>
    </div>
  );
}
