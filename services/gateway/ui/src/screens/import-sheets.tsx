// The sheets of a workbook in an import: which hold data, what each gave, and the mapping of those that are alike.
import { useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import type { ImportBatch, ImportSheet } from "../api/types";
import { language, t } from "../i18n";
import { number } from "../i18n/format";
import { Trouble } from "../parts/notice";
import { Table } from "../parts/table";
import { useWrite } from "../parts/write";
import { page } from "../session";

/** Names of the sheets that are read. */
export function readSheets(batch: Pick<ImportBatch, "sheets">): string[] {
  return batch.sheets.filter((sheet) => !sheet.left_out).map((sheet) => sheet.name);
}

export interface Layout {
  sheets: string[];
  headings: readonly string[];
  mapping: Record<string, string>;
}

/** Sheets with the same headings have one mapping; what is no workbook has one. */
export function layoutsOf(batch: Pick<ImportBatch, "sheets" | "headings" | "mapping">): Layout[] {
  const layouts = new Map<string, Layout>();
  for (const sheet of batch.sheets.filter((one) => !one.left_out)) {
    const key = sheet.headings.map((heading) => heading.toLowerCase()).join("|");
    const known = layouts.get(key);
    if (known) known.sheets.push(sheet.name);
    else layouts.set(key, { sheets: [sheet.name], headings: sheet.headings, mapping: sheet.mapping });
  }
  return layouts.size > 0 ? [...layouts.values()] : [{ sheets: [], headings: batch.headings, mapping: batch.mapping }];
}

/** A mapping as it is sent: said of some sheets only, and with the sheets that are to be read. */
export function saidOf(mapping: Record<string, string>, of: readonly string[], read: readonly string[]): Record<string, string> {
  const said: Record<string, string> = {};
  for (const [field, heading] of Object.entries(mapping)) {
    if (of.length === 0) said[field] = heading;
    for (const sheet of of) said[`${field}@${sheet}`] = heading;
  }
  if (read.length > 1) said.sheet = read.join("/");
  return said;
}

const leftOut = (sheet: ImportSheet) => (language.value === "fr" && sheet.left_out_fr ? sheet.left_out_fr : sheet.left_out);

/** Every visible sheet with what it gave; the file is read again with those that are chosen. */
export function Sheets({ batch, file, again }: { batch: ImportBatch; file: File | undefined; again: (file: File, chosen: string[], key: string) => Promise<ImportBatch> }) {
  const before = readSheets(batch);
  const [chosen, setChosen] = useState<readonly string[]>(before);
  const [, go] = useLocation();
  const writing = useWrite();
  const may = batch.state === "previewed" && file !== undefined;
  const names = batch.sheets.map((sheet) => sheet.name).filter((name) => chosen.includes(name));
  const choose = (name: string, is: boolean) => setChosen(is ? [...chosen, name] : chosen.filter((one) => one !== name));
  const read = () =>
    void writing.run(async (key) => {
      if (!file) return;
      const next = await again(file, names, key);
      go(page(`imports/${next.id}`));
    }, names.join("/"));
  return (
    <section class="stack tight" aria-label={t("imports.sheets")}>
      <h2>{t("imports.sheets")}</h2>
      <Table
        caption={t("imports.sheets")}
        rows={batch.sheets}
        keyOf={(sheet) => sheet.name}
        columns={[
          { head: t("imports.sheet"), names: true, cell: (sheet) => (may ? <label class="row"><input type="checkbox" checked={chosen.includes(sheet.name)} onChange={(event) => choose(sheet.name, event.currentTarget.checked)} />{sheet.name}</label> : sheet.name) },
          { head: t("imports.sheet_read"), wide: true, cell: (sheet) => (sheet.left_out ? <span lang={language.value === "fr" && !sheet.left_out_fr ? "en" : undefined}>{t("imports.left_out")} {leftOut(sheet)}</span> : t("imports.holds_data")) },
          { head: t("imports.read"), numeric: true, cell: (sheet) => number(sheet.rows_read) },
          { head: t("imports.added"), numeric: true, cell: (sheet) => number(sheet.rows_added) },
          { head: t("imports.changed"), numeric: true, cell: (sheet) => number(sheet.rows_changed) },
          { head: t("imports.unchanged"), numeric: true, cell: (sheet) => number(sheet.rows_unchanged) },
          { head: t("imports.rejected_short"), numeric: true, cell: (sheet) => number(sheet.rows_rejected) },
        ]}
      />
      <Trouble problem={writing.problem} kept />
      {may && <div><button type="button" class="button" disabled={writing.busy || names.length === 0 || names.join("/") === before.join("/")} onClick={read}>{t("imports.read_sheets")}</button></div>}
    </section>
  );
}
