// Imports: drop a file, see what it says, commit the good rows, get the rest back, take a batch back as one.
import { useEffect, useRef, useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { fileAddress, write } from "../api/client";
import { CANCELLED, dismissOver, look, send, watch } from "../api/import-work";
import { Problem } from "../api/problem";
import { expire, put, useAll, useGet } from "../api/store";
import type { ImportBatch, ImportRow, ListImportsResponse } from "../api/types";
import { language, t } from "../i18n";
import { instant, number, period } from "../i18n/format";
import { Drop } from "../parts/drop";
import { Choice } from "../parts/field";
import { WriteButton } from "../parts/form";
import { Empty, Notice, Reading, Trouble } from "../parts/notice";
import { PageHead } from "../parts/page";
import { Person } from "../parts/person";
import { State } from "../parts/status";
import { Table } from "../parts/table";
import { fileMark, useWrite } from "../parts/write";
import { below, mayWrite, page } from "../session";
import { ImportEvents } from "./import-events";
import { Rows } from "./import-rows";
import { layoutsOf, readSheets, saidOf, Sheets } from "./import-sheets";

const FIELDS = ["indicator", "area", "period", "value", "numerator", "denominator", "slice", "note", "source"] as const;
/** The file of a preview, kept in this tab so that a corrected mapping needs no second drop. */
const files = new Map<string, File>();

/** The list, one batch, or a file of events. */
export default function Imports({ id }: { id?: string | undefined }) {
  if (id === "events") return <ImportEvents />;
  return id ? <Batch key={id} id={id} /> : <List />;
}

/** Has a file read; where its person waits for it, they are told here and not beside the page. */
async function preview(file: File, mapping: Record<string, string>, key: string, waits: () => boolean = () => true): Promise<ImportBatch> {
  const query = new URLSearchParams({ file_name: file.name });
  for (const [field, heading] of Object.entries(mapping)) if (heading) query.set(`mapping.${field}`, heading);
  try {
    const batch = await send(file, query, key);
    files.set(batch.id, file);
    if (waits()) dismissOver((work) => work.batch === batch.id);
    return batch;
  } catch (problem) {
    if (waits()) dismissOver((work) => work.stage === "failed" && work.name === file.name);
    throw problem;
  }
}

/** The service looks at the content; this is for what can be known of it here. */
const isWorkbook = (file: File) => /\.(xlsx|ods)$/i.test(file.name);
const isJson = (file: File) => /\.jsonl?$/i.test(file.name);

/** The first line of a file as headings, for a file whose columns the service cannot tell. */
export function headingsOf(text: string): string[] {
  const [line = ""] = text.replace(/^\ufeff/, "").split(/\r?\n/, 1);
  const semicolons = line.split(";").length > line.split(",").length;
  return line.split(semicolons ? ";" : ",").map((heading) => heading.trim().replaceAll(/^"|"$/g, ""));
}

function List() {
  const list = useAll<ListImportsResponse>(below("imports?page_size=200"));
  const [, go] = useLocation();
  const writing = useWrite();
  const here = useRef(true);
  const [dropped, setDropped] = useState<{ file: File; headings: string[] } | null>(null);
  const problem = writing.problem instanceof Problem ? writing.problem : undefined;
  // The file is readable, but nobody can tell what its columns hold: the person says so here.
  const unclear = problem?.violations.some((violation) => violation.field.startsWith("mapping."));
  const take = (file: File) =>
    void writing.run(async (key) => {
      // The headings of a workbook are not known here: of one that is unclear, the sentence says them.
      const headings = isWorkbook(file) || isJson(file) ? [] : headingsOf(await file.slice(0, 4096).text());
      setDropped({ file, headings });
      // Who went elsewhere is told on the page where they are.
      const batch = await preview(file, {}, key, () => here.current);
      if (here.current) go(page(`imports/${batch.id}`));
    }, fileMark(file));
  useEffect(() => {
    here.current = true;
    if (mayWrite("coordinator", "hq_analyst")) look().catch(() => {});
    return () => void (here.current = false);
  }, []);
  return (
    <>
      <PageHead title={t("spine.imports")}>
        {mayWrite("coordinator", "hq_analyst") && <Link class="button" href={page("imports/events")}>{t("events_import.title")}</Link>}
      </PageHead>
      <div class="stack">
        {mayWrite("coordinator", "hq_analyst") && <Drop accept=".csv,.txt,.xlsx,.ods,.json,.jsonl,text/csv,application/json" label={t("imports.drop")} onFile={take} />}
        {!cancelled(problem) && <Trouble problem={writing.problem} again={problem?.offline && dropped ? () => take(dropped.file) : undefined} />}
        {unclear && dropped && dropped.headings.length > 0 && (
          <section class="card" aria-label={t("imports.mapping")}>
            <h2>{t("imports.say_columns", { file: dropped.file.name })}</h2>
            <MappingForm key={fileMark(dropped.file)} file={dropped.file} headings={dropped.headings} before={{}} about={(field) => problem?.about(field)} />
          </section>
        )}
        <Reading of={list}>
          {list.data?.batches.length === 0 ? (
            <Empty>{t("imports.none")}</Empty>
          ) : (
            <Table
              caption={t("spine.imports")}
              rows={list.data?.batches ?? []}
              keyOf={(one) => one.id}
              columns={[
                { head: t("imports.file"), names: true, cell: (one) => <Link href={page(`imports/${one.id}`)}>{one.file_name}</Link> },
                { head: t("field.state"), cell: (one) => <State of={one.state} /> },
                { head: t("imports.added"), numeric: true, cell: (one) => number(one.rows_added) },
                { head: t("imports.changed"), numeric: true, cell: (one) => number(one.rows_changed) },
                { head: t("imports.rejected_short"), numeric: true, cell: (one) => number(one.rows_rejected) },
                { head: t("field.by"), cell: (one) => <Person id={one.recorded_by} /> },
                { head: t("field.date"), cell: (one) => instant(one.recorded_at) },
              ]}
            />
          )}
        </Reading>
      </div>
    </>
  );
}

/** The person ended it: that is no trouble. */
const cancelled = (problem: Problem | undefined) => problem?.code === CANCELLED;

function Batch({ id }: { id: string }) {
  const found = useGet<ImportBatch>(below(`imports/${id}`));
  const [submit, setSubmit] = useState(true);
  const batch = found.data;
  const may = mayWrite("coordinator", "hq_analyst");
  const took = (next: ImportBatch) => {
    put(below(`imports/${id}`), { ...batch, ...next, sample: next.sample.length ? next.sample : (batch?.sample ?? []), rejected: next.rejected.length ? next.rejected : (batch?.rejected ?? []) });
    expire(below("imports"), below("observations"), below("series"), below("home"));
  };
  return (
    <Reading of={found}>
      {batch && (
        <>
          <PageHead title={batch.file_name} sub={<><State of={batch.state} /><span><Person id={batch.recorded_by} />, {instant(batch.recorded_at)}</span>{batch.sha256 && <span>SHA-256 <code>{batch.sha256.slice(0, 12)}…</code></span>}</>}>
            {batch.rows_rejected > 0 && <a class="button" href={fileAddress(below(`imports/${id}/rejected?language=${language.value}`))} download>{t("imports.download_rejected")}</a>}
            {batch.state === "previewed" && may && (
              <>
                <label class="row"><input type="checkbox" checked={submit} onChange={(event) => setSubmit(event.currentTarget.checked)} />{t("imports.submit_at_once")}</label>
                <WriteButton primary disabled={batch.rows_added + batch.rows_changed === 0} label={t("imports.commit", { count: batch.rows_added + batch.rows_changed })} work={async () => {
                  const committing = write<ImportBatch>("POST", below(`imports/${id}/commit`), { submit }, { version: batch.version });
                  watch();
                  took(await committing);
                  dismissOver((work) => work.batch === id);
                }} />
              </>
            )}
            {batch.state === "committed" && may && <WriteButton danger reason label={t("imports.reverse")} work={async (reason) => took(await write<ImportBatch>("POST", below(`imports/${id}/reverse`), { reason }, { version: batch.version }))} />}
          </PageHead>
          <div class="stack">
            <Counts batch={batch} />
            {batch.sheets.length > 1 && <Sheets batch={batch} file={files.get(id)} again={(file, chosen, key) => preview(file, { sheet: chosen.join("/") }, key)} />}
            {batch.state === "previewed" && <Mapping batch={batch} />}
            <RowsBySheet title={t("imports.rejected")} batch={batch} rows={batch.rejected} reasons />
            <RowsBySheet title={t("imports.warnings")} batch={batch} rows={batch.warnings} reasons />
            <RowsBySheet title={t("imports.sample")} batch={batch} rows={batch.sample} />
          </div>
        </>
      )}
    </Reading>
  );
}

function Counts({ batch }: { batch: ImportBatch }) {
  const nothing = batch.rows_added + batch.rows_changed === 0;
  return (
    <>
      <dl class="card facts">
        <div><dt>{t("imports.read")}</dt><dd>{number(batch.rows_read)}</dd></div>
        <div><dt>{t("imports.added")}</dt><dd>{number(batch.rows_added)}</dd></div>
        <div><dt>{t("imports.changed")}</dt><dd>{number(batch.rows_changed)}</dd></div>
        <div><dt>{t("imports.unchanged")}</dt><dd>{number(batch.rows_unchanged)}</dd></div>
        <div><dt>{t("imports.rejected_short")}</dt><dd>{number(batch.rows_rejected)}</dd></div>
        <div><dt>{t("spine.indicators")}</dt><dd>{number(batch.indicator_codes.length)}</dd></div>
        <div><dt>{t("spine.areas")}</dt><dd>{number(batch.areas.length)}</dd></div>
        {batch.first_period && <div><dt>{t("imports.periods")}</dt><dd>{period(batch.first_period)} – {period(batch.last_period)}</dd></div>}
        <div><dt>{t("imports.encoding")}</dt><dd>{batch.encoding}{!/^(XLSX|ODS)/.test(batch.encoding) && <>, “{batch.delimiter === "\t" ? "tab" : batch.delimiter}”, {t("imports.decimal", { sign: batch.decimal_sign })}</>}{batch.hxl_tags && ", HXL"}</dd></div>
      </dl>
      {batch.state === "previewed" && nothing && batch.rows_unchanged > 0 && <Notice>{t("imports.nothing_new")}</Notice>}
      {batch.state === "committed" && <Notice tone="good" action={<Link class="button" href={`${page("data")}?batch=${batch.id}`}>{t("imports.to_data")}</Link>}>{t("imports.committed", { count: batch.rows_added + batch.rows_changed })}</Notice>}
      {batch.state === "reversed" && <Notice tone="careful">{t("imports.reversed", { at: instant(batch.reversed_at) })} {batch.reason}</Notice>}
    </>
  );
}

/** The columns of a batch that was read; its rows may have been read from the wrong ones. Sheets that are alike have one mapping. */
function Mapping({ batch }: { batch: ImportBatch }) {
  const layouts = layoutsOf(batch);
  return (
    <details class="card" open={batch.rows_rejected > 0}>
      <summary>{t("imports.mapping")}</summary>
      <div class="stack">
        {layouts.map((one) => (
          <section key={one.sheets.join("/")} class="stack tight">
            {layouts.length > 1 && <h3>{one.sheets.join(", ")}</h3>}
            <MappingForm file={files.get(batch.id)} headings={one.headings} before={one.mapping} of={layouts.length > 1 ? one.sheets : []} read={readSheets(batch)} />
          </section>
        ))}
      </div>
    </details>
  );
}

/** Which column holds what; the file is read again with it, and it is remembered for files with these headings. */
function MappingForm({ file, headings, before, about, of = [], read = [] }: { file: File | undefined; headings: readonly string[]; before: Record<string, string>; about?: (field: string) => string | undefined; of?: readonly string[]; read?: readonly string[] }) {
  const [mapping, setMapping] = useState<Record<string, string>>(before);
  const [, go] = useLocation();
  const writing = useWrite();
  const changed = FIELDS.some((field) => (mapping[field] ?? "") !== (before[field] ?? ""));
  const again = () =>
    void writing.run(async (key) => {
      if (!file) return;
      const next = await preview(file, saidOf(mapping, of, read), key);
      go(page(`imports/${next.id}`));
    }, JSON.stringify(mapping));
  const wrong = (field: string) => (writing.problem instanceof Problem ? writing.problem.about(`mapping.${field}`) : about?.(`mapping.${field}`));
  return (
    <form class="form" onSubmit={(event) => { event.preventDefault(); again(); }}>
      <div class="pair">
        {FIELDS.map((field) => (
          <Choice key={field} label={t(`imports.column_${field}`)} value={mapping[field] ?? ""} none={t("imports.no_column")} among={headings.map((heading) => [heading, heading] as const)} wrong={wrong(field) && t("imports.choose_column")} onInput={(heading) => setMapping({ ...mapping, [field]: heading })} />
        ))}
      </div>
      <Trouble problem={writing.problem} kept />
      {file ? (
        <div><button class="button" type="submit" disabled={!changed || writing.busy}>{t("imports.preview_again")}</button></div>
      ) : (
        <p class="soft">{t("imports.drop_again")}</p>
      )}
    </form>
  );
}

/** The rows of each sheet under its own headings; what is said of the file as a whole stands first. */
function RowsBySheet({ title, batch, rows, reasons }: { title: string; batch: ImportBatch; rows: readonly ImportRow[]; reasons?: boolean }) {
  const several = readSheets(batch).length > 1;
  if (!several) return <Rows title={title} headings={batch.headings} rows={rows} reasons={reasons} />;
  return (
    <>
      <Rows title={title} headings={[]} rows={rows.filter((row) => row.sheet === "")} reasons={reasons} />
      {batch.sheets.map((sheet) => (
        <Rows key={sheet.name} title={t("imports.of_sheet", { title, sheet: sheet.name })} headings={sheet.headings} rows={rows.filter((row) => row.sheet === sheet.name)} reasons={reasons} />
      ))}
    </>
  );
}
