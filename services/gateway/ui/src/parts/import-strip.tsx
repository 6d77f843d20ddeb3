// How far the work on files is, on every page: a bar that can be left, cancelled, and that tells when it is done.
import { Link } from "wouter-preact";
import { cancel, dismiss, isRunning, type Work, works } from "../api/import-work";
import { language, t } from "../i18n";
import { percent } from "../i18n/format";
import { page } from "../session";
import { Notice, Trouble } from "./notice";
import { useWrite } from "./write";

const STAGES = {
  sending: "import_work.sending", receiving: "import_work.receiving", reading: "import_work.reading", checking: "import_work.checking", storing: "import_work.storing", done: "import_work.done", failed: "import_work.failed", cancelled: "import_work.cancelled",
} as const;

const said = (work: Work) => t(STAGES[work.stage as keyof typeof STAGES] ?? "import_work.receiving", { file: work.name });

/** Work on files that runs, and that ended since the page was opened. */
export function ImportStrip() {
  if (works.value.length === 0) return null;
  return (
    <div class="stack works">
      {works.value.map((work) => (isRunning(work) ? <Running key={work.id} work={work} /> : <Over key={work.id} work={work} />))}
    </div>
  );
}

function Running({ work }: { work: Work }) {
  const writing = useWrite();
  const bar = work.share === undefined ? <progress aria-label={said(work)} /> : <progress aria-label={said(work)} max={1} value={work.share} />;
  return (
    <section class="card stack tight" aria-label={t("import_work.of", { file: work.name })}>
      <div class="row" aria-busy="true">
        <span>{said(work)}{work.share !== undefined && ` ${percent(work.share)}`}</span>
        {bar}
        <button type="button" class="button" disabled={writing.busy} onClick={() => void writing.run(() => cancel(work), work.id)}>{t("import_work.cancel")}</button>
      </div>
      <p class="small soft" role="status">{t(work.waits ? "import_work.waits" : "import_work.may_leave")}</p>
      <Trouble problem={writing.problem} />
    </section>
  );
}

function Over({ work }: { work: Work }) {
  const close = <button type="button" class="button quiet" onClick={() => dismiss(work.id)}>{t("import_work.dismiss")}</button>;
  if (work.stage === "done") {
    const open = <Link class="button" href={page(`imports/${work.batch}`)} onClick={() => dismiss(work.id)}>{t("import_work.open")}</Link>;
    return <Notice tone="good" action={<span class="row">{work.batch && open}{close}</span>}>{said(work)}</Notice>;
  }
  return (
    <Notice tone={work.stage === "cancelled" ? "info" : "careful"} action={close}>
      <p>{said(work)}</p>
      {work.stage === "failed" && work.failure && <p class="small" lang={language.value === "en" ? undefined : "en"}>{work.failure}</p>}
    </Notice>
  );
}
