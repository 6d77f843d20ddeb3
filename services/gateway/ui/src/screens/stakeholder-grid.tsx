// Influence x stance: a grid that the arrow keys walk, on which a stakeholder is moved by mouse or keyboard,
// and which shows where each one came from. A move is a new assessment, sent only when it is confirmed.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useLocation, useSearch } from "wouter-preact";
import { read, write } from "../api/client";
import { expire } from "../api/store";
import type { GetStakeholderResponse, StakeholderGrid, StakeholderPosition } from "../api/types";
import { t, word } from "../i18n";
import { date, signed } from "../i18n/format";
import { today } from "../i18n/periods";
import { Trouble } from "../parts/notice";
import { useParameter } from "../parts/page";
import { useWrite } from "../parts/write";
import { below, mayWrite } from "../session";
import { shifted, stanceWord } from "./stakeholders";

const STANCES = [-2, -1, 0, 1, 2] as const;
const INFLUENCES = [5, 4, 3, 2, 1] as const;
const STEPS: Record<string, [number, number]> = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [1, 0], ArrowDown: [-1, 0] };

/** A move that is not confirmed yet. */
interface Move {
  of: StakeholderPosition;
  influence: number;
  stance: number;
}

interface Props {
  grid: StakeholderGrid;
  open: (id: string, name: string) => void;
}

const within = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value));

/** The grid. */
export function Grid({ grid, open }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const note = useRef<HTMLInputElement>(null);
  const [move, setMove] = useState<Move | null>(null);
  const trail = useParameter("trail") === "1";
  const search = useSearch();
  const [, go] = useLocation();
  const may = mayWrite("contributor", "focal_point", "coordinator", "adviser");
  const place = (of: StakeholderPosition, influence: number, stance: number) => setMove(influence === of.influence && stance === of.stance ? null : { of, influence, stance });
  const focus = (chip: HTMLElement) => {
    for (const other of element.current?.querySelectorAll<HTMLElement>("[data-cell]") ?? []) other.tabIndex = -1;
    chip.tabIndex = 0;
    chip.focus();
  };
  const moved = move?.of.stakeholder_id;
  const last = useRef("");
  // The chip that moves is drawn anew in its new cell: the focus goes with it and comes back with it, before the next key.
  useLayoutEffect(() => {
    const id = moved ?? last.current;
    last.current = moved ?? "";
    if (id) element.current?.querySelector<HTMLElement>(`[data-id="${id}"]`)?.focus();
  }, [moved, move?.influence, move?.stance]);

  // Arrow keys go to the nearest chip in that direction; with Shift they move the chip. Tab leaves the grid.
  const walk = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const now = (event.target as HTMLElement).closest<HTMLElement>("[data-cell]");
    if (!now || !element.current) return;
    const [influence, stance] = (now.dataset.cell ?? "").split(":").map(Number) as [number, number];
    const of = grid.positions.find((one) => one.stakeholder_id === now.dataset.id);
    // By id: the grid may have been read anew meanwhile.
    const isMoving = move !== null && now.dataset.id === moved;
    if (isMoving && event.key === "Escape") {
      event.stopPropagation();
      return setMove(null);
    }
    if (isMoving && event.key === "Enter") {
      event.preventDefault();
      return note.current?.focus();
    }
    if (!step) return;
    event.preventDefault();
    if (event.shiftKey && may && of) return place(of, within(influence + step[0], 1, 5), within(stance + step[1], -2, 2));
    const chips = [...element.current.querySelectorAll<HTMLElement>("[data-cell]")];
    const neighbour = chips[chips.indexOf(now) + (step[1] || -step[0])];
    if (neighbour && neighbour.dataset.cell === now.dataset.cell && step[1]) return focus(neighbour);
    for (let distance = 1; distance <= 5; distance += 1) {
      const target = chips.find((chip) => chip.dataset.cell === `${influence + step[0] * distance}:${stance + step[1] * distance}`);
      if (target) return focus(target);
    }
    if (neighbour) focus(neighbour);
  };
  const toggle = (on: boolean) => {
    const next = new URLSearchParams(search);
    if (on) next.set("trail", "1");
    else next.delete("trail");
    go(`${location.pathname}?${next}`, { replace: true });
  };
  const at = (one: StakeholderPosition) => (move && one.stakeholder_id === moved ? `${move.influence}:${move.stance}` : `${one.influence}:${one.stance}`);
  const cameFrom = (one: StakeholderPosition) => (move && one.stakeholder_id === moved ? `${one.influence}:${one.stance}` : trail && one.previous_stance !== null ? `${one.previous_influence}:${one.previous_stance}` : "");
  let first = true;
  return (
    <div class="stack tight">
      <div class="row between">
        <label class="row"><input type="checkbox" checked={trail} onChange={(event) => toggle(event.currentTarget.checked)} />{t("stakeholders.trail")}</label>
        {may && <span class="soft small">{t("stakeholders.move_keys")}</span>}
      </div>
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
            {STANCES.map((stance) => {
              const cell = `${influence}:${stance}`;
              return (
                <div
                  role="cell"
                  key={stance}
                  class={influence >= 4 && stance !== 0 ? "cell strong" : "cell"}
                  onDragOver={(event) => may && event.preventDefault()}
                  onDrop={(event) => {
                    const of = grid.positions.find((one) => one.stakeholder_id === event.dataTransfer?.getData("text/plain"));
                    if (!of || !may) return;
                    event.preventDefault();
                    place(of, influence, stance);
                  }}
                >
                  {grid.positions.filter((one) => at(one) === cell).map((one) => {
                    const tab = first ? 0 : -1;
                    first = false;
                    return (
                      <button key={one.stakeholder_id} type="button" tabIndex={tab} data-cell={cell} data-id={one.stakeholder_id} draggable={may} onDragStart={(event) => event.dataTransfer?.setData("text/plain", one.stakeholder_id)} class={`chip${shifted(one) ? " shifted" : ""}${one.stakeholder_id === moved ? " moving" : ""}`} title={titleOf(one)} onClick={() => open(one.stakeholder_id, one.name)}>
                        {shifted(one) && <span aria-hidden="true">{one.stance > (one.previous_stance ?? 0) ? "▸ " : "◂ "}</span>}
                        {one.name}
                        {shifted(one) && <span class="unseen"> ({t("stakeholders.shifted")})</span>}
                      </button>
                    );
                  })}
                  {grid.positions.filter((one) => cameFrom(one) === cell && at(one) !== cell).map((one) => (
                    <span key={one.stakeholder_id} class="chip ghost" title={titleOf(one)}><span aria-hidden="true">{direction(cell, at(one))} </span>{one.name}<span class="unseen"> ({t("stakeholders.came_from")})</span></span>
                  ))}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      <p class="unseen" role="status">{move && sentence(move)}</p>
      {move && <Confirm key={moved} move={move} asOf={grid.as_of || today()} note={note} onDone={() => setMove(null)} />}
    </div>
  );
}

/** An arrow from one cell to another. */
function direction(from: string, to: string): string {
  const [influence = 0, stance = 0] = from.split(":").map(Number);
  const [above = 0, right = 0] = to.split(":").map(Number);
  const [up, across] = [Math.sign(above - influence), Math.sign(right - stance)];
  return ["↙↓↘", "←·→", "↖↑↗"][up + 1]?.[across + 1] ?? "";
}

function sentence({ of, influence, stance }: Move): string {
  return t("stakeholders.moved", { name: of.name, influence: `${of.influence} → ${influence}`, stance: `${signed(of.stance)} ${stanceWord(of.stance)} → ${signed(stance)} ${stanceWord(stance)}` });
}

function Confirm({ move, asOf, note, onDone }: { move: Move; asOf: string; note: { current: HTMLInputElement | null }; onDone: () => void }) {
  const writing = useWrite();
  const [why, setWhy] = useState("");
  const id = move.of.stakeholder_id;
  const send = async () => {
    // Interest and confidence stay as they were last said; what was written in words is not repeated.
    const { assessments } = await read<GetStakeholderResponse>(below(`stakeholders/${id}`));
    const last = assessments.find((one) => one.as_of <= asOf);
    await write("POST", below(`stakeholders/${id}/assessments`), { as_of: asOf, influence: move.influence, stance: move.stance, interest: last?.interest ?? 3, confidence: last?.confidence ?? "low", note: why });
    expire(below("stakeholders"), below("stakeholder-grid"), below("stakeholder-network"));
  };
  return (
    <form class="card row" onSubmit={(event) => { event.preventDefault(); void writing.run(send).then((done) => done && onDone()); }} onKeyDown={(event) => { if (event.key === "Escape") { event.stopPropagation(); onDone(); } }}>
      <span><b>{sentence(move)}</b> · {date(asOf)}</span>
      <label class="row">{t("field.note")} <input ref={note} class="control" value={why} onInput={(event) => setWhy(event.currentTarget.value)} /></label>
      <button class="button primary" type="submit" disabled={writing.busy}>{t("stakeholders.assess")}</button>
      <button class="button quiet" type="button" onClick={onDone}>{t("action.cancel")}</button>
      <Trouble problem={writing.problem} kept />
    </form>
  );
}

function titleOf(one: StakeholderPosition): string {
  const before = one.previous_stance !== null ? `; ${t("stakeholders.before", { stance: stanceWord(one.previous_stance) })}` : "";
  return `${one.name} (${word(one.kind)}), ${date(one.as_of)}${before}`;
}
