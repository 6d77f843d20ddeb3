// Changes that are not stored yet, kept in the browser's database: a reload, a closed browser or an ended
// session loses none. Where there is no such database they live as long as the page.
import type { RuleBreach } from "../api/types";
import type { Said } from "./typed";

/** The place of a cell. */
export interface CellAt {
  indicator_code: string;
  period: string;
  area: string;
  slice: string;
}

/** What stood in a cell when the change was made. */
export interface Seen {
  id: string;
  version: number;
  said: Said;
  note: string;
  state: string;
  by: string;
}

/** A change of one cell. */
export interface Change {
  /** Account and mission that it belongs to. */
  owner: string;
  cell: CellAt;
  /** Changes go out in this order. */
  order: number;
  said: Said;
  note: string;
  /** What was typed, where it is nothing that can be sent. */
  typed?: string | undefined;
  /** Idempotency key of this content. */
  key: string;
  /** null: the cell was empty. */
  base: Seen | null;
  status: "waiting" | "error" | "conflict";
  /** It was sent and no answer came: it may be stored. */
  inDoubt?: boolean | undefined;
  /** What was typed after it was sent: goes out when it is known what became of it. */
  next?: { said: Said; note: string } | undefined;
  theirs?: Seen | null | undefined;
  message?: string | undefined;
  breaches?: RuleBreach[] | undefined;
}

const NAME = "cpas-entry";
const STORE = "changes";

/** The name of a cell. */
export function nameOf(cell: CellAt): string {
  return [cell.indicator_code, cell.period, cell.area, cell.slice].join("|");
}

let opened: Promise<IDBDatabase | null> | undefined;

function open(): Promise<IDBDatabase | null> {
  opened ??= new Promise((resolve) => {
    try {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
      request.onblocked = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
  return opened;
}

/** Keeps a change; false where the browser keeps nothing. */
export async function keep(change: Change): Promise<boolean> {
  return inStore((store) => store.put(change, `${change.owner}|${nameOf(change.cell)}`));
}

/** Forgets the change of a cell. */
export async function forget(owner: string, cell: CellAt): Promise<boolean> {
  return inStore((store) => store.delete(`${owner}|${nameOf(cell)}`));
}

async function inStore(does: (store: IDBObjectStore) => void): Promise<boolean> {
  const database = await open();
  if (!database) return false;
  return new Promise((resolve) => {
    try {
      const transaction = database.transaction(STORE, "readwrite");
      does(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(true);
      transaction.onerror = () => resolve(false);
      transaction.onabort = () => resolve(false);
    } catch {
      resolve(false);
    }
  });
}

/** What an account kept in a mission, in the order in which it was typed. */
export async function kept(owner: string): Promise<Change[]> {
  const database = await open();
  if (!database) return [];
  return new Promise((resolve) => {
    const request = database.transaction(STORE).objectStore(STORE).getAll(IDBKeyRange.bound(`${owner}|`, `${owner}|\uffff`));
    request.onsuccess = () => resolve((request.result as Change[]).sort((one, other) => one.order - other.order));
    request.onerror = () => resolve([]);
  });
}
