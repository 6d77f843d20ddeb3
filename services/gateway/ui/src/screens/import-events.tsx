// Events from a file: it is sent once, what it would do is told, and then it is taken. The address holds the file that was
// sent and how classified it is, so that a page that is opened again tells the same.
import { useEffect, useRef, useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { fileAddress, write } from "../api/client";
import { Problem } from "../api/problem";
import { expire, useGet } from "../api/store";
import type { ImportEventsResponse, Upload } from "../api/types";
import { language, t } from "../i18n";
import { date, number, percent } from "../i18n/format";
import { Drop } from "../parts/drop";
import { Choice } from "../parts/field";
import { WriteButton } from "../parts/form";
import { Notice, Reading, Trouble } from "../parts/notice";
import { PageHead, useParameter, useSetParameter } from "../parts/page";
import { useWrite } from "../parts/write";
import { below, mayWrite, page } from "../session";
import { CLASSIFICATIONS } from "../words";
import { Rows } from "./import-rows";

/** What of an event stands in which column, in the order of telling. */
const COLUMNS = ["date", "last_day", "time_precision", "date_prec", "longitude", "latitude", "point_precision", "place", "kind", "sub_kind", "source", "external_id", "actor_one", "actor_two", "deaths_best", "deaths_low", "deaths_high", "deaths_civilians", "classification", "notes"] as const;

/** The page: a place to drop a file, or what the file that was sent would do. */
export function ImportEvents() {
  const upload = useParameter("upload");
  const may = mayWrite("coordinator", "hq_analyst");
  return upload && may ? <Sent key={upload} upload={upload} /> : (
    <>
      <PageHead title={t("events_import.title")} sub={<Link href={page("imports")}>{t("spine.imports")}</Link>} />
      {may ? <SendFile /> : <Notice>{t("events_import.not_you")}</Notice>}
    </>
  );
}

/** Sends a file in parts; the line may break meanwhile. */
function SendFile() {
  const writing = useWrite();
  const [, go] = useLocation();
  const least = useParameter("classification");
  const [sending, setSending] = useState<{ file: File; share: number; waits: boolean } | null>(null);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const take = (file: File) => {
    const controller = new AbortController();
    abort.current = controller;
    void writing.run(async () => {
      setSending({ file, share: 0, waits: false });
      try {
        const { sendInParts } = await import("../api/upload-parts");
        const id = await sendInParts(file, (share, waits) => setSending({ file, share, waits }), controller.signal);
        if (!controller.signal.aborted) go(page(`imports/events?${new URLSearchParams({ upload: id, ...(least ? { classification: least } : {}) })}`));
      } catch (problem) {
        // Who ended it has no trouble.
        if (!controller.signal.aborted) throw problem;
      } finally {
        if (abort.current === controller) setSending(null);
      }
    });
  };
  const problem = writing.problem instanceof Problem ? writing.problem : undefined;
  return (
    <div class="stack">
      <p>{t("events_import.about")}</p>
      {sending ? (
        <section class="card stack tight" aria-label={t("import_work.of", { file: sending.file.name })}>
          <div class="row" aria-busy="true">
            <span>{t("import_work.sending", { file: sending.file.name })} {percent(sending.share)}</span>
            <progress aria-label={t("import_work.sending", { file: sending.file.name })} max={1} value={sending.share} />
            <button type="button" class="button" onClick={() => abort.current?.abort()}>{t("import_work.cancel")}</button>
          </div>
          {sending.waits && <p class="small soft" role="status">{t("import_work.waits")}</p>}
        </section>
      ) : (
        <Drop accept=".csv,.txt,.xlsx,.ods,text/csv" label={t("events_import.drop")} onFile={take} />
      )}
      <Trouble problem={problem} />
    </div>
  );
}

/** What the file would do; then that it was done. */
function Sent({ upload }: { upload: string }) {
  const asked = useParameter("classification");
  const least = CLASSIFICATIONS.find((one) => one === asked) ?? "unclassified";
  const set = useSetParameter();
  const file = useGet<Upload>(below(`uploads/${upload}`));
  const checking = useWrite();
  const [told, setTold] = useState<ImportEventsResponse | null>(null);
  const [taken, setTaken] = useState<ImportEventsResponse | null>(null);
  const ask = (dry: boolean) => {
    const query = new URLSearchParams({ upload, classification: least, ...(dry ? { dry_run: "true" } : {}) });
    return write<ImportEventsResponse>("POST", below(`events?${query}`), undefined, { raw: { body: "", type: "application/octet-stream" } });
  };
  const check = () => void checking.run(async () => setTold(await ask(true)), `${upload} ${least}`);
  useEffect(() => {
    setTold(null);
    setTaken(null);
    check();
  }, [upload, least]);
  const does = taken ?? told;
  const name = file.data?.file_name ?? "";
  const problem = checking.problem instanceof Problem ? checking.problem : undefined;
  return (
    <>
      <PageHead title={t("events_import.of", { file: name })} sub={<Link href={page("imports/events")}>{t("events_import.other")}</Link>}>
        {does && does.rows_rejected > 0 && <a class="button" href={fileAddress(below(`events/rejected?${new URLSearchParams({ upload, language: language.value })}`))} download>{t("imports.download_rejected")}</a>}
        {told && !taken && (
          <WriteButton primary disabled={told.added + told.changed === 0} label={t("events_import.take", { count: told.added + told.changed })} work={async () => {
            setTaken(await ask(false));
            expire(below("events"), below("series"), below("home"));
          }} />
        )}
      </PageHead>
      <div class="stack">
        {!taken && <Choice label={t("events_import.least")} hint={t("events_import.least_hint")} value={least} among={CLASSIFICATIONS} wrong={problem?.about("classification")} onInput={(next) => !checking.busy && set("classification", next === "unclassified" ? "" : next)} />}
        <Reading of={file}>{checking.busy && <p class="soft" aria-busy="true">{t("events_import.reading", { file: name })}</p>}</Reading>
        <Trouble problem={checking.problem} again={problem?.offline ? check : undefined} />
        {taken && <Notice tone="good" action={<Link class="button" href={page("context")}>{t("events_import.to_map")}</Link>}>{t("events_import.taken", { count: taken.added + taken.changed })}</Notice>}
        {told && !taken && told.added + told.changed === 0 && told.unchanged > 0 && <Notice>{t("imports.nothing_new")}</Notice>}
        {does && <Counts of={does} />}
        {does && <Columns of={does} />}
        {does && <Rows title={t("imports.rejected")} headings={does.headings} rows={does.rejected} reasons />}
        {does && does.rows_rejected > does.rejected.length && <p class="soft">{t("events_import.more", { shown: number(does.rejected.length), all: number(does.rows_rejected) })}</p>}
      </div>
    </>
  );
}

function Counts({ of }: { of: ImportEventsResponse }) {
  const facts: [string, string][] = [
    [t("imports.read"), number(of.read)],
    [t("imports.added"), number(of.added)],
    [t("events_import.corrected"), number(of.changed)],
    [t("imports.unchanged"), number(of.unchanged)],
    [t("events_import.outside"), number(of.outside)],
    [t("imports.rejected_short"), number(of.rows_rejected)],
    ...(of.first_date ? [[t("events_import.days"), `${date(of.first_date)} – ${date(of.last_date)}`] as [string, string]] : []),
  ];
  return <dl class="card facts">{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}

/** The layout that was found: what was read, and from which column. */
function Columns({ of }: { of: ImportEventsResponse }) {
  const found = COLUMNS.filter((one) => of.mapping[one] !== undefined);
  const beside = of.headings.filter((heading) => heading && !Object.values(of.mapping).includes(heading));
  return (
    <details class="card">
      <summary>{t("imports.mapping")}</summary>
      <dl class="facts">{found.map((one) => <div key={one}><dt>{t(`events_import.column_${one}`)}</dt><dd>{of.mapping[one]}</dd></div>)}</dl>
      {beside.length > 0 && <p class="soft">{t("events_import.beside", { columns: beside.join(", ") })}</p>}
    </details>
  );
}
