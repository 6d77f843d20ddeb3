// Rows of a file as they were read, with why they are rejected or looked at.
import type { ImportRow } from "../api/types";
import { language, t, word } from "../i18n";
import { Table } from "../parts/table";

/** Why a row is rejected or looked at, in the reader's language where it is told in it. */
function Reason({ of }: { of: ImportRow }) {
  const isFrench = language.value === "fr" && of.reason_fr !== "";
  return <span lang={isFrench || !of.reason ? undefined : "en"}>{isFrench ? of.reason_fr : of.reason}</span>;
}

/** Rows under the headings of their file. */
export function Rows({ title, headings, rows, reasons }: { title: string; headings: readonly string[]; rows: readonly ImportRow[]; reasons?: boolean | undefined }) {
  if (rows.length === 0) return null;
  return (
    <section class="stack tight">
      <h2>{title}</h2>
      <Table
        caption={title}
        className="raw"
        rows={rows}
        keyOf={(row) => `${row.row}${row.column}`}
        wrong={(row) => row.reason !== "" && !reasons}
        columns={[
          { head: t("imports.row"), numeric: true, cell: (row) => row.row || "" },
          ...(reasons ? [{ head: t("field.reason"), names: true, wide: true, cell: (row: ImportRow) => <>{row.column && <code>{row.column}</code>} <Reason of={row} /></> }] : []),
          ...headings.map((heading, place) => ({ head: heading, cell: (row: ImportRow) => row.cells[place] ?? "" })),
          ...(reasons ? [] : [{ head: word("state"), cell: (row: ImportRow) => (row.reason ? <Reason of={row} /> : "✓") }]),
        ]}
      />
    </section>
  );
}
