// Stakeholders: influence x stance as a grid that the arrow keys walk, and the same as a table.
import { useEffect } from "preact/hooks";
import { useLocation, useSearch } from "wouter-preact";
import { useGet } from "../api/store";
import type { StakeholderGrid, StakeholderPosition } from "../api/types";
import { t, word } from "../i18n";
import { date, signed } from "../i18n/format";
import { today } from "../i18n/periods";
import { openDrawer } from "../parts/drawer";
import { Empty, Reading } from "../parts/notice";
import { PageHead, Tabs, useParameter } from "../parts/page";
import { Table } from "../parts/table";
import { below, mayWrite, page } from "../session";
import { StakeholderFilter, useFitting } from "./stakeholder-filter";
import { Grid } from "./stakeholder-grid";
import { OneStakeholder, RegisterForm } from "./stakeholder";
import { Network } from "./stakeholder-network";
import { Strategies } from "./stakeholder-strategies";

const SHIFT = 2;

/** The stakeholders page. */
export default function Stakeholders() {
  const view = useParameter("view") || "grid";
  const asOf = useParameter("as_of");
  const search = useSearch();
  const who = useParameter("who");
  const [, go] = useLocation();
  const grid = useGet<StakeholderGrid>(below(asOf ? `stakeholder-grid?as_of=${asOf}` : "stakeholder-grid"));
  const shown = useFitting(grid.data);
  const onDate = (day: string) => {
    const next = new URLSearchParams(search);
    next.set("as_of", day);
    go(`${page("stakeholders")}?${next}`);
  };
  const open = (id: string, name: string) => openDrawer(name, () => <OneStakeholder id={id} />);
  useEffect(() => {
    if (!who || !grid.data) return;
    const name = grid.data.positions.find((one) => one.stakeholder_id === who)?.name ?? grid.data.unassessed.find((one) => one.id === who)?.name;
    // One that was merged stands nowhere; its own page says which one stands for it.
    open(who, name ?? t("stakeholders.one"));
  }, [who, grid.data !== undefined]);
  return (
    <>
      <PageHead title={t("spine.stakeholders")} sub={grid.data && <span>{t("stakeholders.as_of", { date: date(grid.data.as_of || today()) })}</span>}>
        <label class="row">
          {t("stakeholders.on_date")}
          <input class="control" type="date" value={asOf || today()} onChange={(event) => onDate(event.currentTarget.value)} />
        </label>
        {mayWrite("contributor", "focal_point", "coordinator", "adviser") && (
          <button type="button" class="button primary" onClick={() => openDrawer(t("stakeholders.register"), () => <RegisterForm />)}>{t("stakeholders.register")}</button>
        )}
      </PageHead>
      <div class="stack">
        <Tabs label={t("spine.stakeholders")} views={[["grid", t("stakeholders.grid")], ["table", t("stakeholders.table")], ["network", t("network.title")], ["strategies", t("strategies.title")]]} />
        {view === "network" ? <Network open={open} /> : view === "strategies" ? <Strategies open={open} /> : <Reading of={grid}>
          {grid.data && grid.data.positions.length + grid.data.unassessed.length === 0 ? (
            <Empty>{t("stakeholders.none")}</Empty>
          ) : (
            grid.data && shown && (
              <>
                <StakeholderFilter shown={shown.positions.length + shown.unassessed.length} all={grid.data.positions.length + grid.data.unassessed.length} />
                {view === "table" ? <Positions grid={shown} open={open} /> : <Grid grid={shown} open={open} />}
                {shown.unassessed.length > 0 && (
                  <section class="card">
                    <h2>{t("stakeholders.unassessed")}</h2>
                    <p class="row">
                      {shown.unassessed.map((one) => (
                        <button key={one.id} type="button" class="chip" onClick={() => open(one.id, one.name)}>{one.name}</button>
                      ))}
                    </p>
                  </section>
                )}
              </>
            )
          )}
        </Reading>}
      </div>
    </>
  );
}

/** The word of a stance. */
export function stanceWord(stance: number): string {
  return word(`stance_${stance < 0 ? `minus_${-stance}` : stance}`);
}

/** True when the stance moved by two or more since the assessment before. */
export function shifted(one: Pick<StakeholderPosition, "stance" | "previous_stance">): boolean {
  return one.previous_stance !== null && Math.abs(one.stance - one.previous_stance) >= SHIFT;
}

interface Props {
  grid: StakeholderGrid;
  open: (id: string, name: string) => void;
}

function Positions({ grid, open }: Props) {
  return (
    <Table
      caption={t("spine.stakeholders")}
      rows={grid.positions}
      keyOf={(one) => one.stakeholder_id}
      columns={[
        { head: t("field.name"), names: true, cell: (one) => <button type="button" class="number-link" onClick={() => open(one.stakeholder_id, one.name)}>{one.name}</button> },
        { head: t("field.kind"), cell: (one) => word(one.kind) },
        { head: t("stakeholders.influence"), numeric: true, cell: (one) => one.influence },
        { head: t("stakeholders.stance"), cell: (one) => `${signed(one.stance)} ${stanceWord(one.stance)}` },
        { head: t("stakeholders.previous"), cell: (one) => (one.previous_stance === null ? "–" : `${signed(one.previous_stance)} ${stanceWord(one.previous_stance)}${shifted(one) ? ` · ${t("stakeholders.shifted")}` : ""}`) },
        { head: t("stakeholders.assessed"), cell: (one) => date(one.as_of) },
      ]}
    />
  );
}
