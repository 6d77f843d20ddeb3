// Indicators: the list with status and sparkline; one of them has a page of its own.
import { Link } from "wouter-preact";
import { useAll, useGet } from "../api/store";
import type { HomeIndicator, ListIndicatorsResponse, MissionHome } from "../api/types";
import { Spark } from "../charts/spark";
import { say, t, word } from "../i18n";
import { period } from "../i18n/format";
import { openDrawer } from "../parts/drawer";
import { Empty, Reading } from "../parts/notice";
import { FigureCell, PageHead, Tabs, useParameter } from "../parts/page";
import { State, Status } from "../parts/status";
import { Table } from "../parts/table";
import { below, mayWrite, page } from "../session";
import { LEVELS } from "../words";
import { IndicatorPage } from "./indicator";
import { IndicatorForm } from "./indicator-form";

/** The list, or one indicator by code. */
export default function Indicators({ id }: { id?: string | undefined }) {
  return id ? <IndicatorPage key={id} code={id} /> : <List />;
}

function List() {
  const level = useParameter("level");
  const list = useAll<ListIndicatorsResponse>(below("indicators?page_size=500"));
  const home = useGet<MissionHome>(below("home"));
  const known = new Map<string, HomeIndicator>();
  for (const objective of home.data?.objectives ?? []) for (const outcome of objective.outcomes) for (const one of outcome.indicators) known.set(one.code, one);
  const rows = (list.data?.indicators ?? []).filter((one) => !level || one.level === level);
  return (
    <>
      <PageHead title={t("spine.indicators")} sub={list.data && <span>{t("home.indicators", { count: rows.length })}</span>}>
        {mayWrite("coordinator", "hq_analyst") && (
          <button type="button" class="button primary" onClick={() => openDrawer(t("indicator.draft"), () => <IndicatorForm />)}>{t("indicator.draft")}</button>
        )}
      </PageHead>
      <div class="stack">
        <Tabs label={t("indicator.level")} parameter="level" views={[["", t("indicator.all")], ...LEVELS.map((one) => [one, word(one)] as const)]} />
        <Reading of={list}>
          {rows.length === 0 ? (
            <Empty>{t("indicator.none")}</Empty>
          ) : (
            <Table
              caption={t("spine.indicators")}
              rows={rows}
              keyOf={(one) => one.id}
              columns={[
                { head: t("areas.code"), cell: (one) => <code>{one.code}</code> },
                { head: t("field.name"), names: true, cell: (one) => <Link href={page(`indicators/${encodeURIComponent(one.code)}`)}>{say(one.name)}</Link> },
                { head: t("indicator.level"), cell: (one) => word(one.level) },
                { head: t("indicator.frequency"), cell: (one) => word(one.frequency) },
                { head: t("indicator.unit"), cell: (one) => one.unit },
                { head: t("indicator.latest"), numeric: true, cell: (one) => (known.has(one.code) ? <><FigureCell of={{ value: known.get(one.code)?.latest_value ?? null }} /> <span class="soft">{period(known.get(one.code)?.latest_period)}</span></> : "") },
                { head: t("field.trend"), cell: (one) => { const of = known.get(one.code); return of ? <Spark points={of.spark} label={t("home.spark", { count: of.spark.length })} /> : null; } },
                { head: t("field.status"), cell: (one) => (known.has(one.code) ? <Status of={known.get(one.code)?.status ?? ""} /> : null) },
                { head: t("indicator.owner"), cell: (one) => one.owner_section || "–" },
                { head: t("field.state"), cell: (one) => <State of={one.state} /> },
              ]}
            />
          )}
        </Reading>
      </div>
    </>
  );
}
