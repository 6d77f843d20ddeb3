// What was voted and has not arrived: kept in the browser, said on the screen, and sent again by itself. The key of a secret
// vote never leaves this device but with the vote, and is forgotten when the vote is closed.
import { effect, signal } from "@preact/signals";
import { newKey, write } from "../api/client";
import { connected } from "../api/live";
import { Problem } from "../api/problem";
import { expire } from "../api/store";
import type { WorkshopVote } from "../api/types";
import { session } from "../session";

const RETRY_MS = 2_000;
const RETRY_MAX_MS = 30_000;
const ANSWER_WITHIN_MS = 20_000;
const KEPT = "cpas.ballots.";

/** One ballot of this device. */
export interface Own {
  /** Path of the workshop below /api/v1. */
  path: string;
  choice: string;
  /** Empty: a vote by name. */
  key: string;
  /** False until the service has said that it has it. */
  arrived: boolean;
}

/** The ballots of the person who is signed in, by vote. */
export const own = signal<Readonly<Record<string, Own>>>({});
/** Why a ballot was not taken, by vote. */
export const refused = signal<Readonly<Record<string, Problem>>>({});

let of = "";
let timer = 0;
let wait = RETRY_MS;
let sending = false;

function name(): string {
  return KEPT + (session.peek()?.account.id ?? "nobody");
}

/** Takes up what this device holds of the person; another person's stays theirs. */
export function takeUp(): void {
  if (of === name()) return;
  of = name();
  try {
    own.value = JSON.parse(localStorage.getItem(of) ?? "{}") as Record<string, Own>;
  } catch {
    own.value = {};
  }
  void send();
}

function keep(next: Readonly<Record<string, Own>>): void {
  own.value = next;
  try {
    localStorage.setItem(of, JSON.stringify(next));
  } catch {
    // A browser that keeps nothing still sends it while the page is open.
  }
}

/** Votes, or changes the vote: what is not sent yet is replaced. */
export function cast(path: string, vote: Pick<WorkshopVote, "id" | "secret">, choice: string): void {
  takeUp();
  const { [vote.id]: _, ...others } = refused.peek();
  refused.value = others;
  const key = own.peek()[vote.id]?.key || (vote.secret ? newKey() : "");
  keep({ ...own.peek(), [vote.id]: { path, choice, key, arrived: false } });
  wait = RETRY_MS;
  void send();
}

/** Forgets what is over: a closed vote needs no key any more. */
export function forgetClosed(votes: readonly Pick<WorkshopVote, "id" | "state">[]): void {
  const closed = new Set(votes.filter((vote) => vote.state === "closed").map((vote) => vote.id));
  const left = Object.entries(own.peek()).filter(([id, one]) => !closed.has(id) || !one.arrived);
  if (left.length < Object.keys(own.peek()).length) keep(Object.fromEntries(left));
}

async function send(): Promise<void> {
  if (sending) return;
  sending = true;
  clearTimeout(timer);
  try {
    for (;;) {
      const next = Object.entries(own.peek()).find(([, one]) => !one.arrived);
      if (!next || of !== name()) return;
      if (!(await sendOne(...next))) return;
    }
  } finally {
    sending = false;
  }
}

/** True when the next one may go at once. */
async function sendOne(id: string, one: Own): Promise<boolean> {
  try {
    await write("POST", `${one.path}/votes/${id}/cast`, { choice: one.choice, ballot_key: one.key }, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    // What was changed meanwhile goes out as well.
    if (own.peek()[id]?.choice === one.choice) keep({ ...own.peek(), [id]: { ...one, arrived: true } });
    wait = RETRY_MS;
    expire(one.path);
    return true;
  } catch (failure) {
    const problem = failure instanceof Problem ? failure : new Problem(0, "offline", "");
    if (problem.status >= 400 && problem.status < 500 && problem.status !== 401 && problem.status !== 429) {
      const { [id]: _, ...left } = own.peek();
      keep(left);
      refused.value = { ...refused.peek(), [id]: problem };
      expire(one.path);
      return true;
    }
    timer = window.setTimeout(() => void send(), wait);
    wait = Math.min(wait * 2, RETRY_MAX_MS);
    return false;
  }
}

// The line is back: nobody waits for the timer.
effect(() => {
  if (connected.value && of) void send();
});
