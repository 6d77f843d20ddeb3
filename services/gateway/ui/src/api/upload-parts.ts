// A file sent in parts: what came stays when the line breaks, and it goes on there, by itself for a while, and when it is sent again.
import { fileMark } from "../parts/write";
import { below } from "../session";
import { read, write } from "./client";
import { readerNow } from "./kept";
import { Problem } from "./problem";
import type { Upload } from "./types";

const PART_BYTES = 256 * 1024;
/** A part that takes longer is taken for lost: the line hangs. */
const PART_MAX_MS = 120_000;
/** Waits before the tries after a part was lost. */
const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

/** How far a file is: 0 to 1, and whether the line is waited for. */
export type Told = (share: number, waits: boolean) => void;

/** Names what is on its way, of this person and mission and in this tab. */
const keyOf = (file: File) => `cpas.upload ${readerNow() ?? ""} ${below("uploads")} ${fileMark(file)}`;

/** Sends what is not there yet of a file; the id under which it can be read. */
export async function sendInParts(file: File, tell: Told, signal: AbortSignal): Promise<string> {
  let upload = await begun(file);
  let lost = 0;
  while (upload.offset < upload.bytes) {
    tell(upload.offset / upload.bytes, lost > 0);
    try {
      upload = await sent(file, upload, signal);
      lost = 0;
    } catch (problem) {
      if (!(problem instanceof Problem) || !(problem.offline || problem.status >= 500 || problem.status === 409)) throw problem;
      const wait = WAITS_MS[lost];
      if (wait === undefined) throw problem;
      lost += 1;
      tell(upload.offset / upload.bytes, true);
      await waited(wait, signal);
      // The part may be there, and its answer lost.
      upload = await read<Upload>(below(`uploads/${upload.id}`), signal).catch((failure: unknown) => {
        if (failure instanceof Problem && failure.offline) return upload;
        throw failure;
      });
    }
  }
  return upload.id;
}

/** What was begun before, of the same file; or a new one. */
async function begun(file: File): Promise<Upload> {
  const known = sessionStorage.getItem(keyOf(file));
  if (known) {
    try {
      return await read<Upload>(below(`uploads/${known}`));
    } catch (problem) {
      // It is not kept for ever.
      if (!(problem instanceof Problem && problem.status === 404)) throw problem;
    }
  }
  const upload = await write<Upload>("POST", below("uploads"), { file_name: file.name, bytes: file.size });
  try {
    sessionStorage.setItem(keyOf(file), upload.id);
  } catch {
    // Without room it begins anew the next time.
  }
  return upload;
}

async function sent(file: File, upload: Upload, signal: AbortSignal): Promise<Upload> {
  const body = file.slice(upload.offset, upload.offset + PART_BYTES);
  const hangs = new AbortController();
  const stop = () => hangs.abort();
  const timer = setTimeout(stop, PART_MAX_MS);
  signal.addEventListener("abort", stop);
  try {
    return await write<Upload>("PATCH", below(`uploads/${upload.id}?offset=${upload.offset}`), undefined, { raw: { body, type: "application/offset+octet-stream" }, signal: hangs.signal });
  } catch (problem) {
    if (signal.aborted || !hangs.signal.aborted) throw problem;
    throw new Problem(0, "offline", "");
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

function waited(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new DOMException("", "AbortError"));
    };
    if (signal.aborted) return reject(new DOMException("", "AbortError"));
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}
