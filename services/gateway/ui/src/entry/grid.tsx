// The grid itself: arrows, Enter, Tab, F2, Escape, typing replaces, blocks are copied, pasted and filled down.
import type { JSX } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { language, t } from "../i18n";
import { memo } from "../parts/memo";
import type { CellView, Line, Standing } from "./model";
import { blockOf } from "./typed";

/** Where the person is: a cell, and the other corner of what is selected. */
export interface Spot {
  row: number;
  column: number;
  toRow: number;
  toColumn: number;
}

/** What the grid shows and writes. */
export interface GridSheet {
  readonly rows: readonly Line[];
  readonly columns: readonly Line[];
  view(row: number, column: number): CellView;
  locked(row: number, column: number): boolean;
  /** What stands in the editor. */
  editable(row: number, column: number): string;
  type(row: number, column: number, text: string): void;
  /** Row, column and text of many cells; one undo takes all of it back. */
  write(texts: readonly (readonly [number, number, string])[]): void;
  undo(): void;
  redo(): void;
}

interface Editing {
  /** What the editor begins with; from then on the text is its own. */
  text: string;
  /** Opened by F2 or a double click: arrows move in the text. */
  within: boolean;
}

/** A row as it is drawn. */
interface Drawn {
  views: CellView[];
  /** The views and the heading as one text: when it is the same, nothing is drawn again. */
  look: string;
  locked: string;
}

/** Shape of each standing on a grid of 10 px; told apart without colour. */
const SHAPES: Record<Exclude<Standing, "empty">, JSX.Element> = {
  waiting: <path d="M5 .8a4.2 4.2 0 1 1 0 8.4A4.2 4.2 0 0 1 5 .8zM5 2.6V5l1.7 1.2" fill="none" stroke="currentColor" stroke-width="1.3" />,
  error: <path d="M1.5 1.5l7 7M8.5 1.5l-7 7" fill="none" stroke="currentColor" stroke-width="2" />,
  conflict: <path d="M1 3.2h7M6 1l2.2 2.2L6 5.4M9 6.8H2M4 4.6 1.8 6.8 4 9" fill="none" stroke="currentColor" stroke-width="1.2" />,
  warned: <path d="M5 .8 9.5 9.2H.5z" fill="currentColor" />,
  draft: <circle cx="5" cy="5" r="3.6" fill="none" stroke="currentColor" stroke-width="1.3" />,
  submitted: <path d="M5 1.4a3.6 3.6 0 0 1 0 7.2zM5 1.4a3.6 3.6 0 1 0 0 7.2" fill="currentColor" stroke="currentColor" />,
  verified: <circle cx="5" cy="5" r="3.9" fill="currentColor" />,
  approved: <path d="M1.2 5.2 4 8l5-6.2" fill="none" stroke="currentColor" stroke-width="2" />,
  returned: <path d="M2 5.5h4a2 2 0 0 0 0-4H4M4.2 3.2 2 5.5l2.2 2.3" fill="none" stroke="currentColor" stroke-width="1.3" />,
};

/** The flag of a cell that is marked for follow-up, and the speech of one that was commented. */
export function Flag() {
  return <svg class="flag" width="10" height="10" viewBox="0 0 10 10" aria-hidden="true"><path d="M2 9.4V.8h6.2L6.6 3l1.6 2.2H2.8" fill="currentColor" stroke="currentColor" stroke-width="1" /></svg>;
}
function Speech() {
  return <svg class="speech" width="10" height="10" viewBox="0 0 10 10" aria-hidden="true"><path d="M1 1.4h8v5H5L2.8 8.8V6.4H1z" fill="none" stroke="currentColor" stroke-width="1.2" /></svg>;
}

/** The shape of a standing; the word stands beside it, or is read out. */
export function Shape({ of }: { of: Standing }) {
  return of === "empty" ? null : <svg class={`standing is-${of}`} width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">{SHAPES[of]}</svg>;
}

/** The word of a standing. */
export function standingWord(of: Standing): string {
  return t(`entry.is_${of}`);
}

interface RowProps extends Drawn {
  line: Line;
  number: number;
  active: number;
  from: number;
  to: number;
  editing: Editing | null;
}

const Row = memo<RowProps>(({ line, number, views, locked, active, from, to, editing }) => (
  <tr aria-rowindex={number + 2}>
    <th scope="row" role="rowheader">{line.head}{line.sub && <span class="soft small"> {line.sub}</span>}</th>
    {views.map((view, column) => {
      const here = column === active;
      const classes = [`is-${view.standing}`, column >= from && column <= to ? "chosen" : "", here ? "here" : "", locked[column] === "1" ? "locked" : ""];
      return (
        <td key={column} role="gridcell" class={classes.filter(Boolean).join(" ")} aria-colindex={column + 2} aria-selected={column >= from && column <= to} aria-readonly={locked[column] === "1" || undefined} aria-invalid={view.standing === "error" || undefined} tabIndex={here ? 0 : -1} data-row={number} data-column={column}>
          {here && editing ? (
            <input class="editor" aria-label={line.head} defaultValue={editing.text} autocomplete="off" ref={focused} />
          ) : (
            <>
              <Shape of={view.standing} />
              {view.marked && <Flag />}
              {Boolean(view.comments) && <Speech />}
              <span class={view.meaning ? "sign" : undefined} title={view.meaning || undefined}>{view.text}</span>
              {view.meaning && <span class="unseen"> ({view.meaning})</span>}
              {view.standing !== "empty" && <span class="unseen">, {standingWord(view.standing)}</span>}
              {view.marked && <span class="unseen">, {t("entry.marked")}</span>}
              {Boolean(view.comments) && <span class="unseen">, {t("entry.comments", { count: view.comments })}</span>}
              {locked[column] === "1" && <span class="unseen">, {t("entry.locked")}</span>}
            </>
          )}
        </td>
      );
    })}
  </tr>
), ["views", "line"]);

/** Takes the focus when it appears, after what stands there. */
function focused(element: HTMLInputElement | null): void {
  if (!element || document.activeElement === element) return;
  element.focus();
  element.setSelectionRange(element.value.length, element.value.length);
}

/** The grid. `revision` and `read` change whenever a cell does. */
export function Grid({ sheet, label, readOnly, spot, onSpot, revision, read }: { sheet: GridSheet; label: string; readOnly: boolean; spot: Spot; onSpot: (spot: Spot) => void; revision: unknown; read: unknown }) {
  const [editing, setEditing] = useState<Editing | null>(null);
  const table = useRef<HTMLTableElement>(null);
  // Takes the focus along, but never from elsewhere. An editor that closes takes the focus with it out of the grid: the
  // person has not left.
  const inside = useRef(false);
  const closing = useRef(false);
  const drawn = useMemo<Drawn[]>(() => sheet.rows.map((line, row) => {
    const views = sheet.columns.map((_, column) => sheet.view(row, column));
    return { views, look: JSON.stringify([line.head, views]), locked: sheet.columns.map((_, column) => (sheet.locked(row, column) ? "1" : "0")).join("") };
  }), [sheet, revision, read, language.value]);
  const rows = sheet.rows.length;
  const columns = sheet.columns.length;
  const cellAt = (row: number, column: number) => table.current?.querySelector<HTMLElement>(`td[data-row="${row}"][data-column="${column}"]`);
  // Before the next key comes.
  useLayoutEffect(() => {
    closing.current = false;
    if (!inside.current || editing) return;
    const cell = cellAt(spot.row, spot.column);
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [spot.row, spot.column, editing === null]);

  const move = (byRow: number, byColumn: number, extend = false) => {
    const within = (value: number, most: number) => Math.min(Math.max(value, 0), most - 1);
    const from = extend ? [spot.toRow, spot.toColumn] : [spot.row, spot.column];
    const row = within((from[0] ?? 0) + byRow, rows);
    const column = within((from[1] ?? 0) + byColumn, columns);
    onSpot(extend ? { ...spot, toRow: row, toColumn: column } : { row, column, toRow: row, toColumn: column });
  };
  const chosen = () => ({ top: Math.min(spot.row, spot.toRow), bottom: Math.max(spot.row, spot.toRow), left: Math.min(spot.column, spot.toColumn), right: Math.max(spot.column, spot.toColumn) });
  const each = <T,>(does: (row: number, column: number) => T): T[] => {
    const { top, bottom, left, right } = chosen();
    const all: T[] = [];
    for (let row = top; row <= bottom; row += 1) for (let column = left; column <= right; column += 1) all.push(does(row, column));
    return all;
  };
  const typed = () => table.current?.querySelector<HTMLInputElement>("input.editor")?.value;
  const close = () => {
    closing.current = true;
    setEditing(null);
  };
  const commit = () => {
    const text = typed();
    if (editing && text !== undefined && text !== sheet.editable(spot.row, spot.column)) sheet.type(spot.row, spot.column, text);
    close();
  };
  const edit = (text: string, within: boolean) => {
    if (!readOnly && !sheet.locked(spot.row, spot.column)) setEditing({ text, within });
  };
  const fillDown = () => {
    const { top, bottom, left, right } = chosen();
    const single = top === bottom;
    const source = single ? top - 1 : top;
    if (source < 0 || readOnly) return;
    const texts: [number, number, string][] = [];
    for (let row = source + 1; row <= bottom; row += 1) for (let column = left; column <= right; column += 1) texts.push([row, column, sheet.editable(source, column)]);
    sheet.write(texts.filter(([, , text]) => text !== ""));
  };

  const press = (event: KeyboardEvent) => {
    const { key, shiftKey } = event;
    const command = event.ctrlKey || event.metaKey;
    const done = () => {
      event.preventDefault();
      event.stopPropagation();
    };
    if (editing) {
      if (key === "Escape") { done(); close(); }
      else if (key === "Enter") { done(); commit(); move(shiftKey ? -1 : 1, 0); }
      else if (key === "Tab") { done(); commit(); move(0, shiftKey ? -1 : 1); }
      else if (key === "F2") { done(); setEditing({ ...editing, within: !editing.within }); }
      else if (!editing.within && key.startsWith("Arrow")) { done(); commit(); arrow(key, false, false); }
      return;
    }
    if (key.startsWith("Arrow")) { done(); arrow(key, shiftKey, command); }
    else if (key === "Enter") { done(); move(shiftKey ? -1 : 1, 0); }
    else if (key === "Tab") {
      // At the last cell the focus goes on to what follows the grid.
      const last = shiftKey ? spot.row === 0 && spot.column === 0 : spot.row === rows - 1 && spot.column === columns - 1;
      if (last) return;
      done();
      const next = spot.column + (shiftKey ? -1 : 1);
      if (next < 0 || next >= columns) onSpot({ row: spot.row + (shiftKey ? -1 : 1), column: shiftKey ? columns - 1 : 0, toRow: spot.row + (shiftKey ? -1 : 1), toColumn: shiftKey ? columns - 1 : 0 });
      else move(0, shiftKey ? -1 : 1);
    } else if (key === "F2") { done(); edit(sheet.editable(spot.row, spot.column), true); }
    else if (key === "Escape") onSpot({ ...spot, toRow: spot.row, toColumn: spot.column });
    else if (key === "Home") { done(); move(command ? -rows : 0, -columns, shiftKey); }
    else if (key === "End") { done(); move(command ? rows : 0, columns, shiftKey); }
    else if (key === "PageUp" || key === "PageDown") { done(); move(key === "PageUp" ? -15 : 15, 0, shiftKey); }
    else if (command && key.toLowerCase() === "d") { done(); fillDown(); }
    else if (command && key.toLowerCase() === "z") { done(); if (!readOnly) { if (shiftKey) sheet.redo(); else sheet.undo(); } }
    else if (command && key.toLowerCase() === "y") { done(); if (!readOnly) sheet.redo(); }
    else if (command && key.toLowerCase() === "a") { done(); onSpot({ row: 0, column: 0, toRow: rows - 1, toColumn: columns - 1 }); }
    else if (key === "Delete" || key === "Backspace") { done(); if (!readOnly) sheet.write(each((row, column) => [row, column, ""] as const)); }
    else if (key.length === 1 && !command && !event.altKey && key !== "?") { done(); edit(key, false); }
  };
  const arrow = (key: string, extend: boolean, far: boolean) => {
    const by = far ? Math.max(rows, columns) : 1;
    move(key === "ArrowUp" ? -by : key === "ArrowDown" ? by : 0, key === "ArrowLeft" ? -by : key === "ArrowRight" ? by : 0, extend);
  };
  const copy = (event: ClipboardEvent) => {
    if (editing) return;
    const { top, bottom, left, right } = chosen();
    const lines: string[] = [];
    for (let row = top; row <= bottom; row += 1) {
      const cells: string[] = [];
      for (let column = left; column <= right; column += 1) cells.push(sheet.editable(row, column));
      lines.push(cells.join("\t"));
    }
    event.clipboardData?.setData("text/plain", lines.join("\n"));
    event.preventDefault();
  };
  const paste = (event: ClipboardEvent) => {
    if (editing || readOnly) return;
    event.preventDefault();
    const block = blockOf(event.clipboardData?.getData("text/plain") ?? "");
    const { top, left } = chosen();
    sheet.write(block.flatMap((row, down) => row.map((text, right) => [top + down, left + right, text] as const)).filter(([, , text]) => text.trim() !== ""));
    onSpot({ row: top, column: left, toRow: Math.min(top + block.length, rows) - 1, toColumn: Math.min(left + Math.max(...block.map((row) => row.length)), columns) - 1 });
  };
  // Into another window is not out of the grid; what was typed is kept also when nothing else takes the focus.
  const leave = (event: FocusEvent) => {
    if (closing.current || table.current?.contains(event.relatedTarget as Node) || !document.hasFocus()) return;
    if (editing) commit();
    inside.current = false;
  };
  const placeOf = (event: Event): [number, number] | null => {
    const cell = (event.target as HTMLElement).closest<HTMLElement>("td[data-row]");
    return cell ? [Number(cell.dataset.row), Number(cell.dataset.column)] : null;
  };
  const point = (event: MouseEvent) => {
    const place = placeOf(event);
    if (!place || (event.target as HTMLElement).closest("input")) return;
    if (editing) commit();
    inside.current = true;
    onSpot(event.shiftKey ? { ...spot, toRow: place[0], toColumn: place[1] } : { row: place[0], column: place[1], toRow: place[0], toColumn: place[1] });
  };
  const over = (event: MouseEvent) => {
    const place = event.buttons === 1 && !editing ? placeOf(event) : null;
    if (place && (place[0] !== spot.toRow || place[1] !== spot.toColumn)) onSpot({ ...spot, toRow: place[0], toColumn: place[1] });
  };
  const { top, bottom, left, right } = chosen();
  return (
    <div class="scroller entry-sheet">
      <table ref={table} role="grid" aria-label={label} aria-rowcount={rows + 1} aria-colcount={columns + 1} aria-readonly={readOnly || undefined} aria-multiselectable="true"
        onKeyDown={press} onCopy={copy} onPaste={paste} onMouseDown={point} onMouseOver={over}
        onDblClick={(event) => placeOf(event) && edit(sheet.editable(spot.row, spot.column), true)}
        onFocusIn={() => (inside.current = true)}
        onFocusOut={leave}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" role="columnheader"><span class="unseen">{label}</span></th>
            {sheet.columns.map((column) => <th key={column.key} scope="col" role="columnheader" class="n">{column.head}{column.locked && <span class="tag" title={t("entry.locked")}>{t("entry.locked_short")}</span>}</th>)}
          </tr>
        </thead>
        <tbody>
          {sheet.rows.map((line, row) => {
            const inRow = row >= top && row <= bottom;
            const own = drawn[row];
            return own && (
              <Row key={line.key} line={line} number={row} {...own} active={row === spot.row ? spot.column : -1} from={inRow ? left : -1} to={inRow ? right : -2} editing={row === spot.row ? editing : null} />
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
