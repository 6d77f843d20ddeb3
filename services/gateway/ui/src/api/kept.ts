// What a person read is kept in the browser's database, so that it is there without a line; and the database itself, which
// also holds the changes that are not sent yet. Where a browser keeps nothing, nothing is kept and nothing fails.
const NAME = "cpas-entry";
const VERSION = 2;
/** Changes that are not sent yet, by owner and cell. */
export const CHANGES = "changes";
const READS = "reads";
/** Answers kept for one person at most; the oldest go. */
const READS_MAX = 60;
/** Paths below a mission that are kept. */
const KEPT = /^\/missions\/[^/]+\/(home|areas|period-locks|indicators\?page_size=500|entry-cells\?.*)$/;
export const CELLS = /^\/missions\/[^/]+\/entry-cells\?/;

/** An answer as it was read, and when: milliseconds since the epoch. */
export interface KeptRead<T = unknown> {
  key: string;
  at: number;
  data: T;
}

let opened: Promise<IDBDatabase | null> | undefined;
let reader: string | null = null;

/** The database; null where the browser has none for us. */
export function database(): Promise<IDBDatabase | null> {
  opened ??= new Promise((resolve) => {
    const none = () => {
      opened = undefined;
      resolve(null);
    };
    try {
      const request = indexedDB.open(NAME, VERSION);
      request.onupgradeneeded = () => {
        const names = request.result.objectStoreNames;
        if (!names.contains(CHANGES)) request.result.createObjectStore(CHANGES);
        if (!names.contains(READS)) request.result.createObjectStore(READS, { keyPath: "key" }).createIndex("at", "at");
      };
      request.onsuccess = () => {
        const found = request.result;
        found.onclose = () => (opened = undefined);
        // Another page wants it gone, or newer: it does not wait for us.
        found.onversionchange = () => {
          found.close();
          opened = undefined;
        };
        resolve(found);
      };
      request.onerror = none;
      request.onblocked = none;
    } catch {
      none();
    }
  });
  return opened;
}

/** Whose reads are kept from now on; null: nobody's. */
export function setReader(account: string | null): void {
  reader = account;
}

/** Who reads. */
export function readerNow(): string | null {
  return reader;
}

/** Keeps an answer for the person, if it is of those that are needed without a line. */
export function keepRead(path: string, data: unknown): void {
  if (reader && KEPT.test(path)) void within("readwrite", (store) => store.put({ key: `${reader}|${path}`, at: Date.now(), data } satisfies KeptRead)).then(dropOldest);
}

/** Keeps something of our own beside the answers, under a name. */
export function keepUnder(name: string, data: unknown): void {
  if (reader) void within("readwrite", (store) => store.put({ key: `${reader}|${name}`, at: Date.now(), data } satisfies KeptRead));
}

/** What was kept of a path for the person. */
export async function keptRead<T>(path: string): Promise<KeptRead<T> | undefined> {
  return reader ? within("readonly", (store) => store.get(`${reader}|${path}`)) : undefined;
}

/** All that was kept for the person under paths that begin so. */
export async function keptReads<T>(prefix: string): Promise<KeptRead<T>[]> {
  return (reader ? await within<KeptRead<T>[]>("readonly", (store) => store.getAll(IDBKeyRange.bound(`${reader}|${prefix}`, `${reader}|${prefix}\uffff`))) : undefined) ?? [];
}

/** What stands for an answer that does not come: the kept one, for cells put together from all that was read. */
export async function insteadOf<T>(path: string): Promise<{ at: number; data: T } | undefined> {
  if (!KEPT.test(path)) return undefined;
  if (!CELLS.test(path)) return keptRead<T>(path);
  // Without a line the code is there as well, or else nothing is.
  const book = await import("../offline/book").catch(() => undefined);
  return (await book?.cellsKept(path)) as { at: number; data: T } | undefined;
}

/** Forgets what was read, of everybody but one: at sign out, and when another person signs in. */
export async function forgetReads(except?: string): Promise<void> {
  await within("readwrite", (store) => {
    if (except === undefined) return store.clear();
    store.delete(IDBKeyRange.upperBound(`${except}|`, true));
    return store.delete(IDBKeyRange.lowerBound(`${except}|\uffff`, true));
  });
}

async function dropOldest(): Promise<void> {
  const keys = await within<IDBValidKey[]>("readonly", (store) => store.index("at").getAllKeys());
  const old = (keys ?? []).slice(0, Math.max(0, (keys?.length ?? 0) - READS_MAX));
  for (const key of old) await within("readwrite", (store) => store.delete(key));
}

async function within<T>(mode: IDBTransactionMode, does: (store: IDBObjectStore) => IDBRequest): Promise<T | undefined> {
  const found = await database();
  if (!found) return undefined;
  return new Promise((resolve) => {
    try {
      const transaction = found.transaction(READS, mode);
      const request = does(transaction.objectStore(READS));
      transaction.oncomplete = () => resolve(request.result as T);
      transaction.onerror = () => resolve(undefined);
      transaction.onabort = () => resolve(undefined);
    } catch {
      resolve(undefined);
    }
  });
}
