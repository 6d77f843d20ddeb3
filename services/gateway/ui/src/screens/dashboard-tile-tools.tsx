// What stands above a tile while it is built. Everything is a button; on the grip the arrow keys move the tile and, with
// Shift, change its width; it can be dragged too.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n";
import { Icon } from "../parts/icon";
import { COLUMNS } from "./dashboard-model";

interface Props {
  name: string;
  place: number;
  count: number;
  width: number;
  move: (from: number, to: number) => void;
  resize: (place: number, by: number) => void;
  remove: () => void;
  edit: () => void;
}

const DRAGGED = "text/x-cpas-tile";

/** The bar of one tile. */
export function TileTools({ name, place, count, width, move, resize, remove, edit }: Props) {
  const [over, setOver] = useState(false);
  const onKey = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    if (event.shiftKey) resize(place, by);
    else move(place, place + by);
  };
  const button = (label: string, icon: ComponentChildren, off: boolean, work: () => void) => (
    <button type="button" class="button quiet square" data-tool={label} aria-label={`${label}: ${name}`} title={label} disabled={off} onClick={work}>{icon}</button>
  );
  return (
    <div
      class={over ? "tools over" : "tools"}
      role="group"
      aria-label={t("dashboard.tools", { name })}
      onDragOver={(event) => { if (event.dataTransfer?.types.includes(DRAGGED)) { event.preventDefault(); setOver(true); } }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => { setOver(false); const from = event.dataTransfer?.getData(DRAGGED); if (from) { event.preventDefault(); move(Number(from), place); } }}
    >
      <button type="button" class="button quiet handle" data-tool="grip" draggable aria-label={t("dashboard.grip", { name })} title={t("dashboard.grip_hint")} onKeyDown={onKey} onDragStart={(event) => event.dataTransfer?.setData(DRAGGED, String(place))}>
        <span aria-hidden="true">⠿ {place + 1}</span>
      </button>
      {button(t("dashboard.earlier"), <Icon name="up" />, place === 0, () => move(place, place - 1))}
      {button(t("dashboard.later"), <Icon name="down" />, place === count - 1, () => move(place, place + 1))}
      {button(t("dashboard.narrower"), <span aria-hidden="true">−</span>, width === 1, () => resize(place, -1))}
      {button(t("dashboard.wider"), <span aria-hidden="true">+</span>, width === COLUMNS, () => resize(place, 1))}
      {button(t("action.edit"), <Icon name="edit" />, false, edit)}
      {button(t("action.remove"), <Icon name="close" />, false, remove)}
    </div>
  );
}
