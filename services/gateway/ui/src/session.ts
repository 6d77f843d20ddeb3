// Who is signed in, and what they may do in the mission of the page.
import { computed, signal } from "@preact/signals";
import { isFromGateway, read, setCsrfToken, takeFirstData, whenSignedOut, whenTokenIsOld, write } from "./api/client";
import { forgetReads, setReader } from "./api/kept";
import { connected } from "./api/live";
import { Problem } from "./api/problem";
import { forgetAll } from "./api/store";
import type { Session, SessionMission } from "./api/types";
import { type Language, language, useLanguage } from "./i18n";

/** undefined: not known yet; null: nobody. */
export const session = signal<Session | null | undefined>(undefined);
/** True when a session ended under the person's hands: the page stays, sign in comes above it. */
export const ended = signal(false);
/** Code of the mission of the page. */
export const missionCode = signal<string | null>(null);
export const mission = computed<SessionMission | null>(
  () => session.value?.missions.find((one) => one.code === missionCode.value) ?? null,
);

/** Who was here last, so that the app opens without a line; never a secret. */
const PERSON = "cpas.person";
/** So long after the gateway last knew the person, in milliseconds: 7 days, as long as a session lives. */
const PERSON_MAX_MS = 7 * 86_400_000;
/** Signed out without a line: the gateway is told when it can be. */
const LEFT = "cpas.signed_out";

/** False until the gateway said who this is; without a line the person of the last time is taken for it. */
export const confirmed = signal(false);
const others = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("cpas-session");

whenSignedOut(() => {
  if (session.peek()) ended.value = true;
});
whenTokenIsOld(confirm);
if (others) {
  // Another tab has signed in or out, here as well.
  others.onmessage = ({ data }) => (data === null ? take(null) : void confirm().catch(() => undefined));
}

/** Reads who is signed in: from the page where the gateway put it there; without a line, who was here last. */
export async function loadSession(): Promise<void> {
  const first = takeFirstData("/session");
  if (first.found) return arrive(first.value as Session | null);
  const before = lastPerson();
  if (before && !isFromGateway()) return takeForNow(before);
  try {
    await arrive(await read<Session>("/session"));
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 401) return take(null);
    if (before && problem instanceof Problem && problem.unanswered) return takeForNow(before);
    throw problem;
  }
}

/** Until the gateway says who this is. */
function takeForNow(before: Session): void {
  setCsrfToken(null);
  show(before);
}

let asking: Promise<boolean> | null = null;
let toldEnded = false;

/** Asks the gateway who this is. False when it is nobody, or another person than the page thought. */
export function confirm(): Promise<boolean> {
  asking ??= ask().finally(() => (asking = null));
  return asking;
}

async function ask(): Promise<boolean> {
  const before = session.peek()?.account.id;
  try {
    const now = await read<Session>("/session");
    const same = before === now.account.id;
    if (!same) forgetAll();
    await arrive(now);
    connected.value = true;
    return same;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.unanswered) connected.value = false;
    if (problem.status !== 401) throw problem;
    setCsrfToken(null);
    // Said once: who goes on without signing in is not asked at every look at the line.
    if (!toldEnded) ended.value = Boolean(session.peek());
    toldEnded = true;
    return false;
  }
}

/** Takes who the gateway says this is; a person who left without a line is signed out there first. */
async function arrive(next: Session | null): Promise<void> {
  if (!next || !store()?.getItem(LEFT)) return take(next);
  setCsrfToken(next.csrf_token);
  try {
    await write("DELETE", "/session");
    store()?.removeItem(LEFT);
  } catch (problem) {
    // Until the gateway has heard it, it is said again.
    if (problem instanceof Problem && problem.status === 401) store()?.removeItem(LEFT);
  }
  take(null);
}

function take(next: Session | null): void {
  setCsrfToken(next?.csrf_token ?? "");
  confirmed.value = true;
  ended.value = toldEnded = false;
  if (next) {
    if (lastPerson()?.account.id !== next.account.id) void forgetReads(next.account.id);
    keepPerson(next);
  } else store()?.removeItem(PERSON);
  show(next);
}

function show(next: Session | null): void {
  setReader(next?.account.id ?? null);
  session.value = next;
}

function store(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

function lastPerson(): Session | null {
  try {
    const kept = JSON.parse(store()?.getItem(PERSON) ?? "null") as { at: number; session: Session } | null;
    return kept && Date.now() - kept.at < PERSON_MAX_MS ? kept.session : null;
  } catch {
    return null;
  }
}

function keepPerson(now: Session): void {
  try {
    store()?.setItem(PERSON, JSON.stringify({ at: Date.now(), session: { ...now, csrf_token: "" } }));
  } catch {
    // Without it the app needs the line to open.
  }
}

/** Signs in. Another person than before sees nothing of what was read for that one. */
export async function signIn(email: string, password: string): Promise<void> {
  const before = session.peek()?.account.id;
  const next = await write<Session>("POST", "/session", { email, password });
  store()?.removeItem(LEFT);
  // Their language first: nothing is shown in another one meanwhile.
  const chosen = next.account.language;
  if (chosen === "en" || chosen === "fr") await useLanguage(chosen).catch(() => undefined);
  if (before !== next.account.id) forgetAll();
  take(next);
  connected.value = true;
  others?.postMessage(next.account.id);
}

/** Signs out and forgets what was read, also without a line; changes that wait stay, for the same person only. */
export async function signOut(): Promise<void> {
  const who = session.peek()?.account.id;
  try {
    if (!confirmed.peek()) await confirm();
    // Another person has signed in here meanwhile: that one stays.
    if (session.peek() && session.peek()?.account.id !== who) return;
    await write("DELETE", "/session");
  } catch (problem) {
    if (!(problem instanceof Problem && problem.status === 401)) store()?.setItem(LEFT, "1");
  }
  forgetAll();
  await forgetReads();
  take(null);
  others?.postMessage(null);
}

/** Switches the language here and in the account. */
export async function chooseLanguage(next: Language): Promise<void> {
  await useLanguage(next);
  const now = session.peek();
  if (!now) return;
  session.value = { ...now, account: { ...now.account, language: next } };
  await write("PATCH", "/session", { language: next }).catch(() => undefined);
}

/** The name of a mission in the language of the screen. */
export function missionName(of: { name: string; name_fr: string } | null | undefined): string {
  return (language.value === "fr" && of?.name_fr) || of?.name || "";
}

/** True when the person has one of the roles in the mission of the page. */
export function may(...roles: string[]): boolean {
  return mission.value?.roles.some((role) => roles.includes(role)) ?? false;
}

/** True when the mission takes writes and the person has one of the roles. */
export function mayWrite(...roles: string[]): boolean {
  return mission.value?.state !== "closed" && may(...roles);
}

/** True for everybody who works with the mission; a reader sees what is published, and no more. */
export function isStaff(): boolean {
  return mission.value?.roles.some((role) => role !== "reader" && role !== "auditor") ?? false;
}

/** A path of the API below the mission of the page. */
export function below(path: string): string {
  return `/missions/${missionCode.value}/${path}`;
}

/** A path of the web app below the mission of the page. */
export function page(path = ""): string {
  return `/m/${missionCode.value}${path ? `/${path}` : ""}`;
}
