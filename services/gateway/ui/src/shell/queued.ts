// How many changes wait in this browser, for the header of every page; what sends them is loaded when there are some.
import { computed, effect, signal } from "@preact/signals";
import { connected } from "../api/live";
import { confirm, confirmed, mayWrite, session } from "../session";

/** The changes of one person in one mission. */
export interface Queued {
  waiting: number;
  error: number;
  conflict: number;
  /** When something last went out, milliseconds since the epoch; 0: not yet. */
  at: number;
}

const PREFIX = "cpas.queue.";
/** The page comes first. */
const ENTERS_AFTER_MS = 12_000;
const NONE: Queued = { waiting: 0, error: 0, conflict: 0, at: 0 };
const all = signal<Readonly<Record<string, Queued>>>(read());

/** Account and mission, as one name. */
export function ownerOf(account: string, mission: string): string {
  return `${account}.${mission}`;
}

/** What waits for the person who is signed in, in all missions. */
export const queued = computed<Queued>(() => {
  const own = Object.entries(all.value).filter(([owner]) => owner.startsWith(`${session.value?.account.id}.`));
  return own.reduce((sum, [, one]) => ({ waiting: sum.waiting + one.waiting, error: sum.error + one.error, conflict: sum.conflict + one.conflict, at: Math.max(sum.at, one.at) }), NONE);
});

/** How many changes are not at the gateway. */
export const unsent = computed(() => queued.value.waiting + queued.value.error + queued.value.conflict);

/** What was said of an owner last. */
export function queuedOf(owner: string): Queued {
  return all.peek()[owner] ?? NONE;
}

/** Says how it stands with an owner, to this tab and the others, and to the next visit. */
export function tellQueued(owner: string, now: Queued): void {
  all.value = { ...all.peek(), [owner]: now };
  try {
    localStorage.setItem(PREFIX + owner, JSON.stringify(now));
  } catch {
    // The other tabs count for themselves.
  }
}

function read(): Record<string, Queued> {
  const found: Record<string, Queued> = {};
  try {
    for (const [key, text] of Object.entries(localStorage)) {
      if (key.startsWith(PREFIX)) found[key.slice(PREFIX.length)] = { ...NONE, ...(JSON.parse(text as string) as Partial<Queued>) };
    }
  } catch {
    // Nothing is known; the grid counts again when it is opened.
  }
  return found;
}

/** Sends what waits from earlier, on whatever page the person is, and asks who this is when the line is back. Returns what ends it. */
export function startQueues(): () => void {
  const now = session.peek();
  for (const mission of now?.missions ?? []) {
    const { waiting, error, conflict } = queuedOf(ownerOf(now?.account.id ?? "", mission.code));
    if (waiting + error + conflict > 0) void import("../offline/outbox").then(({ outboxOf }) => outboxOf(now?.account.id ?? "", mission.code).run(), () => undefined);
  }
  // Whoever enters numbers finds the grid without a line, also when it was not opened before.
  const enters = window.setTimeout(() => {
    if (mayWrite("contributor", "focal_point") && connected.peek()) void import("../offline/sections").then(({ keepSections }) => keepSections(), () => undefined);
  }, ENTERS_AFTER_MS);
  const told = (event: StorageEvent) => event.key?.startsWith(PREFIX) && (all.value = read());
  window.addEventListener("storage", told);
  const asks = effect(() => {
    if (connected.value && !confirmed.value && session.value) void confirm().catch(() => undefined);
  });
  return () => {
    clearTimeout(enters);
    window.removeEventListener("storage", told);
    asks();
  };
}
