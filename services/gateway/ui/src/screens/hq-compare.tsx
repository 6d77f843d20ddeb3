// Two missions side by side: how their plans stand, and the indicators of the library that both have in use.
import { Link } from "wouter-preact";
import { useGet } from "../api/store";
import type { ComparedIndicator, ComparedSide, MissionComparison, MissionStanding } from "../api/types";
import { say, t } from "../i18n";
import { number, period } from "../i18n/format";
import { Choice } from "../parts/field";
import { Empty, Reading } from "../parts/notice";
import { useParameter, useSetParameter } from "../parts/page";
import { Status } from "../parts/status";
import { Table } from "../parts/table";
import { session } from "../session";
import { Cautions, Counted, KnownAt, MissionLink } from "./hq-parts";

/** Two missions that the address names. */
export function Comparison() {
  const set = useSetParameter();
  const missions = (session.value?.missions ?? []).map((one) => [one.code, `${one.code} · ${one.name}`] as const);
  const one = useParameter("one") || missions[0]?.[0] || "";
  const other = useParameter("other") || missions.find(([code]) => code !== one)?.[0] || "";
  return (
    <div class="stack">
      <div class="pair">
        <Choice label={t("hq.one")} value={one} among={missions} onInput={(value) => set("one", value)} />
        <Choice label={t("hq.other")} value={other} among={missions} onInput={(value) => set("other", value)} />
      </div>
      {one && other && one !== other ? <Pair one={one} other={other} /> : <Empty>{t("hq.two")}</Empty>}
    </div>
  );
}

function Pair({ one, other }: { one: string; other: string }) {
  const read = useGet<MissionComparison>(`/hq/comparison?one=${one}&other=${other}`);
  const of = read.data;
  const standings = [of?.one, of?.other].flatMap((standing) => (standing?.mission ? [{ ...standing, mission: standing.mission }] : []));
  return (
    <Reading of={read}>
      {of && (
        <>
          <section class="card stack" aria-labelledby="hq-standing">
            <h2 id="hq-standing">{t("hq.plans")}</h2>
            <Table
              caption={t("hq.plans")}
              rows={standings}
              keyOf={(standing) => standing.mission.code}
              columns={[
                { head: t("missions.mission"), names: true, cell: (standing) => <MissionLink of={standing.mission} to={`/m/${standing.mission.code}`} /> },
                { head: t("hq.objectives"), cell: (standing) => <Standing of={standing} which="objectives" /> },
                { head: t("hq.outcomes"), cell: (standing) => <Standing of={standing} which="outcomes" /> },
                { head: t("hq.known"), cell: (standing) => <KnownAt of={standing.mission} /> },
              ]}
            />
          </section>
          <section class="card stack" aria-labelledby="hq-both">
            <h2 id="hq-both">{t("hq.both")}</h2>
            {of.indicators.length === 0 ? (
              <Empty>{t("hq.nothing_shared")}</Empty>
            ) : (
              <Table
                caption={t("hq.both")}
                rows={of.indicators}
                keyOf={(row) => row.library_code}
                columns={[
                  { head: t("field.indicator"), names: true, wide: true, cell: (row) => <Link href={`/hq?indicator=${encodeURIComponent(row.library_code)}`}>{say(row.name) || row.library_code}</Link> },
                  { head: one, cell: (row) => <Side of={row.one} row={row} mission={one} /> },
                  { head: other, cell: (row) => <Side of={row.other} row={row} mission={other} /> },
                ]}
              />
            )}
          </section>
        </>
      )}
    </Reading>
  );
}

function Standing({ of, which }: { of: MissionStanding; which: "objectives" | "outcomes" }) {
  return of[which].length === 0 ? <span class="soft">{t("hq.no_plan")}</span> : <Counted statuses={of[which]} />;
}

/** A value with its unit and period; a definition that differs is told beside it. */
function Side({ of, row, mission }: { of: ComparedSide | null; row: ComparedIndicator; mission: string }) {
  if (!of) return <>–</>;
  const shown = of.value === null ? t("figure.missing") : `${number(of.value)} ${of.unit || row.unit}`;
  return (
    <>
      <span class="row">
        <Link href={`/m/${mission}/indicators/${encodeURIComponent(of.indicator_code)}`}>{shown}</Link>
        {of.period && <span class="soft small">{period(of.period)}</span>}
        <Status of={of.status} />
      </span>
      {of.cautions.length > 0 && <Cautions of={of.cautions} />}
    </>
  );
}
