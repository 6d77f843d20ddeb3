// The one door to the gateway: reads are kept and shared, writes carry the CSRF token, a key and the version seen. What the
// gateway says to people it says in the language of the screen.
import { language } from "../i18n";
import { readerNow } from "./kept";
import { Problem, problemOf } from "./problem";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Write {
  /** Version that the writer saw: If-Match. */
  version?: number;
  /** Key of the write; the same key twice writes once. */
  key?: string;
  /** Sent as it is (a file), with its media type. */
  raw?: { body: Blob | string; type: string };
  signal?: AbortSignal;
}

const BASE = "/api/v1";
/** null: there is a session, and its token is not known yet. */
let csrfToken: string | null = "";
let firstData: Record<string, unknown> | null = null;
let onSignedOut: () => void = () => {};
let renew: () => Promise<boolean> = async () => true;

/** Called with the token of the session after sign in; null where it has to be asked for. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** Called when the gateway says that the session has ended. */
export function whenSignedOut(handler: () => void): void {
  onSignedOut = handler;
}

function firstDataElement(): HTMLElement | null {
  return typeof document === "undefined" ? null : document.getElementById("first-data");
}

/** The instant, by the gateway's clock, from which on the page does not know what happened; "" of a page without data. */
export function firstDataAt(): string {
  return firstDataElement()?.dataset.at ?? "";
}

/**
 * Called where a write has no token yet (the page was opened without a line), or one that is refused (another tab signed
 * in): asks who is signed in. Answers false where it is another person: then the write is not that one's to send.
 */
export function whenTokenIsOld(handler: () => Promise<boolean>): void {
  renew = handler;
}

/** What the gateway put into the page; each answer is used once, later reads ask again. */
export function takeFirstData(path: string): { found: boolean; value?: unknown } {
  if (!firstData) {
    const element = firstDataElement();
    try {
      firstData = element?.textContent ? JSON.parse(element.textContent) : {};
    } catch {
      firstData = {};
    }
  }
  const kept = firstData as Record<string, unknown>;
  const key = BASE + path;
  if (!(key in kept)) return { found: false };
  const value = kept[key];
  delete kept[key];
  return { found: true, value };
}

/** True when the gateway made this page; false when the browser opened it from what it kept. */
export function isFromGateway(): boolean {
  return document.getElementById("first-data") !== null;
}

/** For tests: forget what the page brought. */
export function forgetFirstData(): void {
  firstData = null;
}

/** Reads a path below /api/v1. */
export async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  const first = takeFirstData(path);
  if (first.found && first.value !== null) return first.value as T;
  const response = await call("GET", path, {}, { signal: signal ?? null });
  return (await response.json()) as T;
}

let keyOfNext: string | null = null;

/**
 * Runs work whose first write goes out under `key`. The work has to come to its first write before it waits for
 * anything, as a form or a button does; further writes have keys of their own.
 */
export function underKey<T>(key: string, work: () => Promise<T>): Promise<T> {
  keyOfNext = key;
  try {
    return work();
  } finally {
    keyOfNext = null;
  }
}

function takeKey(): string {
  const key = keyOfNext ?? newKey();
  keyOfNext = null;
  return key;
}

/** Writes to a path below /api/v1 and gives the answer back. */
export async function write<T>(method: Method, path: string, body?: unknown, options: Write = {}): Promise<T> {
  const under = { ...options, key: options.key ?? takeKey() };
  if (path === "/session") return send<T>(method, path, body, under);
  const [token, who] = [csrfToken, readerNow()];
  // What one person wrote goes out as nobody else's.
  const isStillTheirs = async () => (await renew()) && readerNow() === who;
  if (token === null && !(await isStillTheirs())) {
    onSignedOut();
    throw new Problem(401, "unauthenticated", "");
  }
  try {
    return await send<T>(method, path, body, under);
  } catch (problem) {
    if (!(problem instanceof Problem && problem.status === 403 && token)) throw problem;
    if (!(await isStillTheirs())) throw new Problem(401, "unauthenticated", "");
    if (csrfToken === token) throw problem;
    return send<T>(method, path, body, under);
  }
}

async function send<T>(method: Method, path: string, body: unknown, options: Write & { key: string }): Promise<T> {
  const headers: Record<string, string> = { "X-CSRF-Token": csrfToken ?? "", "Idempotency-Key": options.key };
  if (options.version !== undefined) headers["If-Match"] = `"${options.version}"`;
  let sent: BodyInit | null = null;
  if (options.raw) {
    headers["Content-Type"] = options.raw.type;
    sent = options.raw.body;
  } else if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    sent = JSON.stringify(body);
  }
  const response = await call(method, path, headers, { body: sent, signal: options.signal ?? null });
  if (response.status === 204 || response.headers.get("content-length") === "0") return undefined as T;
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

/** Sends a file to a path below /api/v1 and says how far it is, 0 to 1. */
export function upload<T>(path: string, file: Blob, onProgress: (share: number) => void, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", BASE + path);
    const headers = { Accept: "application/json", "Accept-Language": language.value, "Content-Type": "application/octet-stream", "X-CSRF-Token": csrfToken ?? "", "Idempotency-Key": takeKey() };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    signal?.addEventListener("abort", () => request.abort());
    request.upload.onload = () => onProgress(1);
    request.onabort = () => reject(new Problem(0, "cancelled", ""));
    request.onerror = () => reject(new Problem(0, "offline", ""));
    request.onload = () => {
      const kept = ["Content-Type", "Content-Language"].map((name) => [name, request.getResponseHeader(name) ?? ""]);
      const answer = new Response(request.responseText, { status: request.status, headers: Object.fromEntries(kept) });
      if (answer.ok) resolve(JSON.parse(request.responseText) as T);
      else {
        if (answer.status === 401) onSignedOut();
        problemOf(answer).then(reject, reject);
      }
    };
    request.send(file);
  });
}

async function call(method: Method, path: string, headers: Record<string, string>, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(BASE + path, { method, headers: { Accept: "application/json", "Accept-Language": language.value, ...headers }, credentials: "same-origin", ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, "offline", "");
  }
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.status === 401 && path !== "/session") onSignedOut();
  throw problem;
}

/** A key for a write. */
export function newKey(): string {
  return crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
    (Number(digit) ^ (crypto.getRandomValues(new Uint8Array(1))[0]! & (15 >> (Number(digit) / 4)))).toString(16),
  );
}

/** The address of a file of the API, for links and downloads. */
export function fileAddress(path: string): string {
  return BASE + path;
}
