// What changed since the assessment before: what was frozen on both sides, then the context and the stakeholders.
import { Link } from "wouter-preact";
import { useAll, useGet } from "../api/store";
import type { Assessment, ChangeSince, ChangesSince, ContextMap, ContextMapComparison, ListContextMapsResponse, StakeholderGrid, StakeholderPosition } from "../api/types";
import { say, t, word } from "../i18n";
import { instant, number, period, signed } from "../i18n/format";
import { Empty, Reading } from "../parts/notice";
import { useParameter, useSetParameter } from "../parts/page";
import { Table } from "../parts/table";
import { below, page } from "../session";

/** A stance that moved by at least this much is told. */
const SHIFT = 1;

/** The changes, the most important first. */
export function Since({ of }: { of: Assessment }) {
  const found = useGet<ChangesSince>(below(`assessments/${of.id}/changes-since`));
  const earlier = found.data?.earlier;
  return (
    <Reading of={found}>
      {found.data && !earlier && <Empty>{t("since.first")}</Empty>}
      {found.data && earlier && (
        <div class="stack">
          <p class="soft">
            {t("since.compared")} <Link href={page(`assessments/${earlier.id}`)}>{say(earlier.title)}</Link>, {period(earlier.period)} ({t("assess.known_at", { at: instant(earlier.cut_off) })})
          </p>
          <Changes of={of} found={found.data} />
          <ContextSince earlier={earlier.cut_off} later={of.cut_off} />
          <Shifts earlier={earlier.cut_off} later={of.cut_off} />
        </div>
      )}
    </Reading>
  );
}

function Changes({ of, found }: { of: Assessment; found: ChangesSince }) {
  const areas = useParameter("areas") === "1";
  const set = useSetParameter();
  const inAreas = found.changes.filter((one) => one.area).length;
  if (found.changes.length === 0) return <Empty>{t("since.none")}</Empty>;
  return (
    <>
      {inAreas > 0 && <label class="row"><input type="checkbox" checked={areas} onChange={(event) => set("areas", event.currentTarget.checked ? "1" : "")} />{t("since.areas", { count: inAreas })}</label>}
      <Table
        caption={t("since.title")}
        rows={found.changes.filter((one) => areas || !one.area)}
        keyOf={(one) => `${one.what} ${one.indicator_code} ${one.area} ${one.record_ids.join()} ${one.statement?.en}`}
        columns={[
          { head: t("since.what"), cell: (one) => word(`since_${one.what}`) },
          { head: t("since.statement"), names: true, wide: true, cell: (one) => <Opened of={of} change={one} /> },
          { head: t("since.importance"), numeric: true, cell: (one) => number(one.importance) },
        ]}
      />
      {found.count > found.changes.length && <p class="soft">{t("since.more", { shown: found.changes.length, count: found.count })}</p>}
      <p class="soft small">{t("since.importance_explain")}</p>
    </>
  );
}

/** The statement, as a way to where it can be looked into. */
function Opened({ of, change }: { of: Assessment; change: ChangeSince }) {
  const said = say(change.statement);
  if (change.what === "recommendation") return <Link href={page("recommendations")}>{said}</Link>;
  if (change.indicator_code) return <Link href={`${page(`indicators/${encodeURIComponent(change.indicator_code)}`)}${change.area ? `?area=${encodeURIComponent(change.area)}` : ""}`}>{said}</Link>;
  if (change.outcome_lineage_id) return <Link href={`${page(`assessments/${of.id}`)}?outcome=${change.outcome_lineage_id}`}>{said}</Link>;
  return <>{said}</>;
}

/** The newest map that was published by a moment. */
export function publishedBy(maps: readonly ContextMap[], moment: string): ContextMap | undefined {
  const known = maps.filter((one) => one.published_at && Date.parse(one.published_at) <= Date.parse(moment));
  return known.sort((one, other) => Date.parse(other.published_at) - Date.parse(one.published_at))[0];
}

function ContextSince({ earlier, later }: { earlier: string; later: string }) {
  const maps = useAll<ListContextMapsResponse>(below("context-maps?page_size=200"));
  const [then, now] = [publishedBy(maps.data?.context_maps ?? [], earlier), publishedBy(maps.data?.context_maps ?? [], later)];
  return (
    <section class="stack tight">
      <h3>{t("since.context")}</h3>
      {!then || !now || then.id === now.id ? <Empty>{t("since.same_map")}</Empty> : <MapsSince then={then} now={now} />}
    </section>
  );
}

function MapsSince({ then, now }: { then: ContextMap; now: ContextMap }) {
  const found = useGet<ContextMapComparison>(below(`context-maps/${then.id}/compare/${now.id}`));
  const rows = (found.data?.factors ?? []).filter((one) => one.change !== "same");
  const order = ["worsened", "added", "improved", "gone"];
  rows.sort((one, other) => order.indexOf(one.change) - order.indexOf(other.change));
  return (
    <Reading of={found}>
      <p><Link href={`${page(`context-maps/${then.id}`)}?with=${now.id}`}>{say(then.title)}, {period(then.period)} → {say(now.title)}, {period(now.period)}</Link></p>
      {rows.length === 0 ? <Empty>{t("since.same_map")}</Empty> : (
        <Table
          caption={t("since.context")}
          rows={rows}
          keyOf={(one) => `${one.before?.id}${one.after?.id}`}
          columns={[
            { head: t("since.what"), cell: (one) => word(one.change) },
            { head: t("context.factor"), names: true, wide: true, cell: (one) => say((one.after ?? one.before)?.title ?? null) },
            { head: t("field.area"), cell: (one) => (one.after ?? one.before)?.areas.join(", ") || t("area.all") },
          ]}
        />
      )}
    </Reading>
  );
}

/** A stakeholder whose stance is another one. */
export interface Shift {
  now: StakeholderPosition;
  was: number;
}

/** Who moved between two grids, the farthest first. */
export function shifts(then: StakeholderGrid, now: StakeholderGrid): Shift[] {
  const before = new Map(then.positions.map((one) => [one.stakeholder_id, one.stance]));
  const moved = now.positions.flatMap((one) => {
    const was = before.get(one.stakeholder_id);
    return was !== undefined && Math.abs(one.stance - was) >= SHIFT ? [{ now: one, was }] : [];
  });
  return moved.sort((one, other) => Math.abs(other.now.stance - other.was) - Math.abs(one.now.stance - one.was) || one.now.name.localeCompare(other.now.name));
}

function Shifts({ earlier, later }: { earlier: string; later: string }) {
  const then = useGet<StakeholderGrid>(below(`stakeholder-grid?as_of=${earlier.slice(0, 10)}`));
  const now = useGet<StakeholderGrid>(below(`stakeholder-grid?as_of=${later.slice(0, 10)}`));
  const rows = then.data && now.data ? shifts(then.data, now.data) : [];
  return (
    <section class="stack tight">
      <h3>{t("since.stakeholders")}</h3>
      <Reading of={now}>
        {rows.length === 0 ? <Empty>{t("since.no_shift")}</Empty> : (
          <Table
            caption={t("since.stakeholders")}
            rows={rows}
            keyOf={(one) => one.now.stakeholder_id}
            columns={[
              { head: t("since.stakeholder"), names: true, wide: true, cell: (one) => <Link href={page(`stakeholders/${one.now.stakeholder_id}`)}>{one.now.name}</Link> },
              { head: t("since.stance"), numeric: true, cell: (one) => <>{signed(one.was)} → {signed(one.now.stance)}</> },
              { head: t("since.influence"), numeric: true, cell: (one) => number(one.now.influence) },
            ]}
          />
        )}
      </Reading>
    </section>
  );
}
