// Who is signed in, and what they may do in the mission of the page.
import { computed, signal } from "@preact/signals";
import { read, setCsrfToken, takeFirstData, whenSignedOut, write } from "./api/client";
import { Problem } from "./api/problem";
import { forgetAll } from "./api/store";
import type { Session, SessionMission } from "./api/types";
import { type Language, useLanguage } from "./i18n";

/** undefined: not known yet; null: nobody. */
export const session = signal<Session | null | undefined>(undefined);
/** True when a session ended under the person's hands: the page stays, sign in comes above it. */
export const ended = signal(false);
/** Code of the mission of the page. */
export const missionCode = signal<string | null>(null);
export const mission = computed<SessionMission | null>(
  () => session.value?.missions.find((one) => one.code === missionCode.value) ?? null,
);

whenSignedOut(() => {
  if (session.peek()) ended.value = true;
});

/** Reads who is signed in, from the page where the gateway put it there. */
export async function loadSession(): Promise<void> {
  const first = takeFirstData("/session");
  if (first.found) return take(first.value as Session | null);
  try {
    take(await read<Session>("/session"));
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 401) return take(null);
    throw problem;
  }
}

function take(next: Session | null): void {
  if (next) setCsrfToken(next.csrf_token);
  session.value = next;
  ended.value = false;
}

/** Signs in. Another person than before sees nothing of what was read for that one. */
export async function signIn(email: string, password: string): Promise<void> {
  const before = session.peek()?.account.id;
  const next = await write<Session>("POST", "/session", { email, password });
  if (before !== next.account.id) forgetAll();
  take(next);
  const chosen = next.account.language;
  if (chosen === "en" || chosen === "fr") await useLanguage(chosen);
}

/** Signs out and forgets what was read. */
export async function signOut(): Promise<void> {
  try {
    await write("DELETE", "/session");
  } finally {
    forgetAll();
    take(null);
  }
}

/** Switches the language here and in the account. */
export async function chooseLanguage(next: Language): Promise<void> {
  await useLanguage(next);
  const now = session.peek();
  if (!now) return;
  session.value = { ...now, account: { ...now.account, language: next } };
  await write("PATCH", "/session", { language: next }).catch(() => undefined);
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
