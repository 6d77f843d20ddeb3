// Keeps the app in the browser, by version, so that it opens without a line. It keeps files of the build and the shell that
// is the same for everybody; it never keeps an answer of the API, so there is nothing of one person to show to another.
import { isAway, outdated, planOf } from "./plan";

declare const self: ServiceWorkerGlobalScope;
/** Put in by scripts/worker.mjs: the version of this build, and the addresses of its files. */
declare const BUILD: { version: string; files: string[] };

const { version, files } = BUILD;
const PREFIX = "cpas-app-";
const STORE = PREFIX + version;
const SHELL = "/shell";
const KEPT: ReadonlySet<string> = new Set(files);
/** So long a page waits for the gateway, where the shell could be had at once. */
const PATIENCE_MS = 6_000;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const plan = planOf(event.request, self.location.origin, KEPT);
  if (plan === "asset") event.respondWith(asset(event.request));
  else if (plan === "top") event.respondWith(top(event.request));
  else if (plan === "page") event.respondWith(page(event));
});

/** Fetches what is not there yet, one after the other: the line belongs to the person. What was fetched stays if it breaks off. */
async function install(): Promise<void> {
  const store = await caches.open(STORE);
  for (const file of files) {
    if (await store.match(file)) continue;
    // The name of an asset says its content: another version has the same one.
    const found = file.startsWith("/assets/") ? await caches.match(file) : undefined;
    await store.put(file, found ?? (await whole(await fetch(file))));
  }
  await store.put(SHELL, await ofThisBuild(await whole(await fetch(SHELL, { cache: "no-store", credentials: "omit" }))));
  await self.skipWaiting();
}

/** While a deployment goes on, the shell can come from another build than this worker: then it is tried again later. */
async function ofThisBuild(shell: Response): Promise<Response> {
  const named = [...(await shell.clone().text()).matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path = ""]) => path);
  if (named.length === 0 || named.some((path) => !KEPT.has(path))) throw new Error("the shell is of another build");
  return shell;
}

async function whole(answer: Response): Promise<Response> {
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
  return answer;
}

/** Drops versions that no page uses any more, and tells the pages which files are the newest. */
async function activate(): Promise<void> {
  for (const name of outdated(await caches.keys(), PREFIX, STORE)) await caches.delete(name);
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
  for (const client of await self.clients.matchAll({ type: "window" })) client.postMessage({ newest: files });
}

async function asset(request: Request): Promise<Response> {
  return (await caches.match(request.url)) ?? fetch(request);
}

async function top(request: Request): Promise<Response> {
  try {
    return await whole(await fetch(request));
  } catch {
    return (await kept(new URL(request.url).pathname)) ?? Response.error();
  }
}

async function page(event: FetchEvent): Promise<Response> {
  const asked = fromGateway(event);
  const shell = await kept(SHELL);
  if (!shell) return asked;
  const patience = new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE_MS));
  const answer = await Promise.race([asked.catch(() => undefined), patience]);
  return answer && !isAway(answer.status) ? answer : shell;
}

async function fromGateway(event: FetchEvent): Promise<Response> {
  const begun = (await event.preloadResponse) as Response | undefined;
  return begun ?? fetch(event.request);
}

/** From this version; another one only knows other files. */
async function kept(path: string): Promise<Response | undefined> {
  return (await caches.open(STORE)).match(path);
}
