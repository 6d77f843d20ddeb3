// Stakeholders: influence x stance as a grid that the arrow keys walk, and the same as a table.
import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "wouter-preact";
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
import { OneStakeholder, RegisterForm } from "./stakeholder";

const STANCES = [-2, -1, 0, 1, 2] as const;
const INFLUENCES = [5, 4, 3, 2, 1] as const;
const SHIFT = 2;

/** The stakeholders page. */
export default function Stakeholders() {
  const view = useParameter("view") || "grid";
  const asOf = useParameter("as_of");
  const who = useParameter("who");
  const [, go] = useLocation();
  const grid = useGet<StakeholderGrid>(below(asOf ? `stakeholder-grid?as_of=${asOf}` : "stakeholder-grid"));
  const open = (id: string, name: string) => openDrawer(name, () => <OneStakeholder id={id} />);
  useEffect(() => {
    if (!who || !grid.data) return;
    const name = grid.data.positions.find((one) => one.stakeholder_id === who)?.name ?? grid.data.unassessed.find((one) => one.id === who)?.name;
    if (name) open(who, name);
  }, [who, grid.data !== undefined]);
  return (
    <>
      <PageHead title={t("spine.stakeholders")} sub={grid.data && <span>{t("stakeholders.as_of", { date: date(grid.data.as_of || today()) })}</span>}>
        <label class="row">
          {t("stakeholders.on_date")}
          <input class="control" type="date" value={asOf || today()} onChange={(event) => go(`${page("stakeholders")}?as_of=${event.currentTarget.value}${view === "grid" ? "" : `&view=${view}`}`)} />
        </label>
        {mayWrite("contributor", "focal_point", "coordinator", "adviser") && (
          <button type="button" class="button primary" onClick={() => openDrawer(t("stakeholders.register"), () => <RegisterForm />)}>{t("stakeholders.register")}</button>
        )}
      </PageHead>
      <div class="stack">
        <Tabs label={t("spine.stakeholders")} views={[["grid", t("stakeholders.grid")], ["table", t("stakeholders.table")]]} />
        <Reading of={grid}>
          {grid.data && grid.data.positions.length + grid.data.unassessed.length === 0 ? (
            <Empty>{t("stakeholders.none")}</Empty>
          ) : (
            grid.data && (
              <>
                {view === "table" ? <Positions grid={grid.data} open={open} /> : <Grid grid={grid.data} open={open} />}
                {grid.data.unassessed.length > 0 && (
                  <section class="card">
                    <h2>{t("stakeholders.unassessed")}</h2>
                    <p class="row">
                      {grid.data.unassessed.map((one) => (
                        <button key={one.id} type="button" class="chip" onClick={() => open(one.id, one.name)}>{one.name}</button>
                      ))}
                    </p>
                  </section>
                )}
              </>
            )
          )}
        </Reading>
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

function Grid({ grid, open }: Props) {
  const element = useRef<HTMLDivElement>(null);
  // Arrow keys go to the nearest chip in that direction; Tab leaves the grid.
  const walk = (event: KeyboardEvent) => {
    const steps: Record<string, [number, number]> = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [1, 0], ArrowDown: [-1, 0] };
    const step = steps[event.key];
    const now = (event.target as HTMLElement).closest<HTMLElement>("[data-cell]");
    if (!step || !now || !element.current) return;
    event.preventDefault();
    const chips = [...element.current.querySelectorAll<HTMLElement>("[data-cell]")];
    const place = chips.indexOf(now);
    const [influence, stance] = (now.dataset.cell ?? "").split(":").map(Number) as [number, number];
    const neighbour = chips[place + (step[1] || -step[0])];
    if (neighbour && neighbour.dataset.cell === now.dataset.cell && step[1]) return focus(neighbour);
    for (let distance = 1; distance <= 5; distance += 1) {
      const target = chips.find((chip) => chip.dataset.cell === `${influence + step[0] * distance}:${stance + step[1] * distance}`);
      if (target) return focus(target);
    }
    if (neighbour) focus(neighbour);
  };
  const focus = (chip: HTMLElement) => {
    for (const other of element.current?.querySelectorAll<HTMLElement>("[data-cell]") ?? []) other.tabIndex = -1;
    chip.tabIndex = 0;
    chip.focus();
  };
  let first = true;
  return (
    <div class="stance" role="table" aria-label={t("stakeholders.grid")} ref={element} onKeyDown={walk}>
      <div role="row" class="heads">
        <span role="columnheader">{t("stakeholders.influence")} ↑ / {t("stakeholders.stance")} →</span>
        {STANCES.map((stance) => (
          <span role="columnheader" key={stance}>{signed(stance)} {stanceWord(stance)}</span>
        ))}
      </div>
      {INFLUENCES.map((influence) => (
        <div role="row" key={influence}>
          <span role="rowheader">{influence}</span>
          {STANCES.map((stance) => (
            <div role="cell" key={stance} class={influence >= 4 && stance !== 0 ? "cell strong" : "cell"}>
              {grid.positions.filter((one) => one.influence === influence && one.stance === stance).map((one) => {
                const tab = first ? 0 : -1;
                first = false;
                return (
                  <button key={one.stakeholder_id} type="button" tabIndex={tab} data-cell={`${influence}:${stance}`} class={shifted(one) ? "chip shifted" : "chip"} title={titleOf(one)} onClick={() => open(one.stakeholder_id, one.name)}>
                    {shifted(one) && <span aria-hidden="true">{one.stance > (one.previous_stance ?? 0) ? "▸ " : "◂ "}</span>}
                    {one.name}
                    {shifted(one) && <span class="unseen"> ({t("stakeholders.shifted")})</span>}
                  </button>
                );
              })}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

function titleOf(one: StakeholderPosition): string {
  const before = one.previous_stance !== null ? `; ${t("stakeholders.before", { stance: stanceWord(one.previous_stance) })}` : "";
  return `${one.name} (${word(one.kind)}), ${date(one.as_of)}${before}`;
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
