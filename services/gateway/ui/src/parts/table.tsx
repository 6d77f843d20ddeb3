// A table with its caption; scrolls sideways in its own frame, and the frame takes the keyboard.
import type { ComponentChildren } from "preact";

export interface Column<Row> {
  head: ComponentChildren;
  /** Right-aligned numbers. */
  numeric?: boolean;
  /** The cell that names the row. */
  names?: boolean;
  /** A cell of prose, which needs room. */
  wide?: boolean;
  cell: (row: Row) => ComponentChildren;
}

/** Rows as a table. */
export function Table<Row>({ caption, columns, rows, keyOf, wrong, className }: { caption: string; columns: Column<Row>[]; rows: readonly Row[]; keyOf: (row: Row) => string; wrong?: (row: Row) => boolean; className?: string }) {
  return (
    <div class="scroller" tabIndex={0} role="group" aria-label={caption}>
      <table class={className}>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column, place) => (
              <th key={place} scope="col" class={column.numeric ? "n" : undefined}>
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} class={wrong?.(row) ? "wrong" : undefined}>
              {columns.map((column, place) =>
                column.names ? (
                  <th key={place} scope="row" class={column.wide ? "wide" : undefined}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={place} class={column.numeric ? "n" : column.wide ? "wide" : undefined}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
