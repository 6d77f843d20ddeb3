// The work on files: how far it is sent and done, told to every page until it is over, also when one looks elsewhere.
import { signal } from "@preact/signals";
import { below } from "../session";
import { newKey, read, underKey, upload, write } from "./client";
import { Problem } from "./problem";
import { put, expire } from "./store";
import type { ImportBatch, ImportWork, ListImportWorkResponse } from "./types";

/** A file that is on its way, or worked on, or done since this page was opened. */
export interface Work {
  id: string;
  name: string;
  /** sending, receiving, reading, checking, storing; done, failed, cancelled */
  stage: string;
  /** 0 to 1; none where nobody can tell. */
  share?: number | undefined;
  /** The line is away, and waited for; what was sent stays. */
  waits?: boolean | undefined;
  batch: string;
  failure: string;
}

/** The kind of the problem with which work ends that its person cancelled. */
export const CANCELLED = "cancelled";
/** From this size on a file is sent in parts. */
const PARTS_FROM_BYTES = 1_000_000;
/** How often, and how far apart, work is looked for that is to end before it has begun. */
const TRIES = 20;
const WAIT_MS = 250;
const RUNNING = ["sending", "receiving", "reading", "checking", "storing"];

/** What is shown, the latest first. */
export const works = signal<readonly Work[]>([]);

const sending = new Map<string, AbortController>();
const cancelling = new Set<string>();
const dismissed = new Set<string>();
let source: EventSource | undefined;

export const isRunning = (work: Pick<Work, "stage">): boolean => RUNNING.includes(work.stage);

/** How the service tells of work, as it is shown. */
export function shownWork(of: ImportWork): Work {
  const share = of.stage === "reading" && of.rows > 0 ? Math.min(1, of.rows_done / of.rows) : undefined;
  return { id: of.id, name: of.file_name, stage: of.stage, share, batch: of.batch_id, failure: of.failure };
}

function set(work: Work): void {
  works.value = [work, ...works.value.filter((one) => one.id !== work.id)];
}

/** What was told: running work appears, and what was running and ended stays until it is dismissed. */
export function hear(told: readonly ImportWork[]): void {
  for (const one of [...told].reverse().map(shownWork)) {
    const known = works.value.some((work) => work.id === one.id);
    if (dismissed.has(one.id) || sending.has(one.id) || !(known || isRunning(one))) continue;
    set(one);
    if (!isRunning(one)) expire(below("imports"));
  }
  if (!works.value.some(isRunning)) unwatch();
}

/** Listens until nothing is running any more. */
export function watch(): void {
  if (source || typeof EventSource === "undefined") return;
  source = new EventSource(`/api/v1${below("import-work/changes")}`);
  source.addEventListener("work", (event) => hear((JSON.parse((event as MessageEvent<string>).data) as ListImportWorkResponse).work ?? []));
}

function unwatch(): void {
  source?.close();
  source = undefined;
}

/** Looks once whether something runs, as on a page that is opened again. */
export async function look(): Promise<void> {
  const { work } = await read<ListImportWorkResponse>(below("import-work"));
  if (work.some(isRunning)) watch();
}

/** Sends a file to be read, and tells how far it is; what it became. */
export async function send(file: File, query: URLSearchParams, key: string): Promise<ImportBatch> {
  const id = newKey();
  const abort = new AbortController();
  query.set("work", id);
  sending.set(id, abort);
  const own = { id, name: file.name, batch: "", failure: "" };
  set({ ...own, stage: "sending", share: 0 });
  try {
    const sent = (share: number, waits = false) => {
      if (share < 1) return set({ ...own, stage: "sending", share, waits });
      // All of it is there: from here on the service tells.
      if (!sending.delete(id)) return;
      set({ ...own, stage: "receiving" });
      watch();
    };
    const batch = await (file.size < PARTS_FROM_BYTES
      ? underKey(key, () => upload<ImportBatch>(below(`imports?${query}`), file, sent, abort.signal))
      : inParts(file, query, sent, abort.signal));
    put(below(`imports/${batch.id}`), batch);
    set({ ...own, stage: "done", batch: batch.id });
    return batch;
  } catch (problem) {
    const cancelled = cancelling.has(id);
    set({ ...own, stage: cancelled ? "cancelled" : "failed", failure: problem instanceof Problem ? problem.detail : "" });
    throw cancelled ? new Problem(0, CANCELLED, "") : problem;
  } finally {
    sending.delete(id);
    expire(below("imports"));
  }
}

/** Sends a file in parts, and has it read when all of it is there. */
async function inParts(file: File, query: URLSearchParams, sent: (share: number, waits?: boolean) => void, signal: AbortSignal): Promise<ImportBatch> {
  const { sendInParts } = await import("./upload-parts");
  query.set("upload", await sendInParts(file, sent, signal));
  sent(1);
  return write<ImportBatch>("POST", below(`imports?${query}`), undefined, { raw: { body: "", type: "application/octet-stream" }, signal });
}

/** Ends work before it is done: nothing of the file is stored. */
export async function cancel(work: Work): Promise<void> {
  cancelling.add(work.id);
  const abort = sending.get(work.id);
  abort?.abort();
  for (let tries = 1; tries <= TRIES; tries += 1) {
    try {
      return void (await write("POST", below(`import-work/${work.id}/cancel`), {}));
    } catch (problem) {
      // The work on a file that was sent has not begun yet, or has just ended, which is told.
      if (!(problem instanceof Problem && problem.status === 404)) throw problem;
      if (!abort && !works.value.some((one) => one.id === work.id && isRunning(one))) return;
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
  }
}

/** Takes what is over off the page. */
export function dismiss(id: string): void {
  dismissed.add(id);
  works.value = works.value.filter((work) => work.id !== id);
}

/** Takes work off the page of which its person is told otherwise. */
export function dismissOver(which: (work: Work) => boolean): void {
  for (const work of works.value.filter(which)) dismiss(work.id);
}
