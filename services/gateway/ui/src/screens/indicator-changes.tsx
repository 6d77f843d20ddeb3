// What is known otherwise of an indicator today than on an earlier day; each value opens.
import { useState } from "preact/hooks";
import { useGet } from "../api/store";
import type { Indicator, ListSeriesChangesResponse, Observation } from "../api/types";
import { say, t } from "../i18n";
import { figure, instant, period, slice } from "../i18n/format";
import { today } from "../i18n/periods";
import { Empty, Notice, Reading } from "../parts/notice";
import { useParameter, useSetParameter } from "../parts/page";
import { Person } from "../parts/person";
import { openObservation } from "../parts/provenance";
import { Table } from "../parts/table";
import { below } from "../session";

/** Rows that are shown before somebody asks for all. */
const ROWS = 100;
/** Days back when no day is chosen. */
const DAYS = 30;

/** A day so many days before another one, both as 2026-07-01. */
export function daysBefore(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() - days);
  return at.toISOString().slice(0, 10);
}

/** The view: the address holds the day. */
export function IndicatorChanges({ of }: { of: Indicator }) {
  const since = useParameter("since") || daysBefore(today(), DAYS);
  const set = useSetParameter();
  const [all, setAll] = useState(false);
  const computed = Boolean(of.formula || of.event_measure);
  const query = new URLSearchParams({ known_at: `${since}T23:59:59Z` });
  const found = useGet<ListSeriesChangesResponse>(computed ? null : below(`series/${encodeURIComponent(of.code)}/changes?${query}`));
  if (computed) return <Notice>{t("changes.computed")}</Notice>;
  return (
    <div class="stack">
      <label class="row">{t("changes.since")} <input class="control" type="date" value={since} max={daysBefore(today(), 1)} onChange={(event) => event.currentTarget.value && set("since", event.currentTarget.value)} /></label>
      <Reading of={found}>
        {found.data && (found.data.changes.length === 0 ? <Empty>{t("changes.none")}</Empty> : (
          <>
            {found.data.more && <Notice>{t("changes.more", { count: found.data.changes.length })}</Notice>}
            <Table
              caption={t("changes.title", { name: say(of.name) })}
              rows={all ? found.data.changes : found.data.changes.slice(0, ROWS)}
              keyOf={(one) => `${one.period}|${one.area}|${one.slice}`}
              columns={[
                { head: t("field.period"), names: true, cell: (one) => period(one.period) },
                { head: t("field.area"), cell: (one) => one.area || t("area.whole") },
                { head: t("field.slice"), cell: (one) => (one.slice ? slice(one.slice) : t("slice.total")) },
                { head: t("changes.before"), numeric: true, cell: (one) => <Side of={one.before} /> },
                { head: t("changes.after"), numeric: true, cell: (one) => <Side of={one.after} /> },
                { head: t("changes.by"), cell: (one) => (one.after ? <><Person id={one.after.recorded_by} />, {instant(one.after.recorded_at)}</> : "–") },
                { head: t("field.reason"), wide: true, cell: (one) => one.after?.reason || "–" },
              ]}
            />
            {!all && found.data.changes.length > ROWS && <div><button type="button" class="button" onClick={() => setAll(true)}>{t("changes.all", { count: found.data.changes.length })}</button></div>}
          </>
        ))}
      </Reading>
    </div>
  );
}

function Side({ of }: { of: Observation | null }) {
  if (!of) return <span class="soft">{t("changes.nothing")}</span>;
  return <button type="button" class="number-link" onClick={() => openObservation(of.id)}>{said(of)}</button>;
}

function said(of: Observation): string {
  const value = of.value ?? (of.numerator !== null && of.denominator ? of.numerator / of.denominator : null);
  return of.level || of.text || figure({ value, kind: of.kind });
}
