// Languages: the catalogue of one language is loaded at a time, and switching keeps the page.
import { setupI18n, type Messages } from "@lingui/core";
import { signal } from "@preact/signals";
import type { Text } from "../api/types";
import type assess from "../locales/en/assess.json";
import type context from "../locales/en/context.json";
import type data from "../locales/en/data.json";
import type offline from "../locales/en/offline.json";
import type plan from "../locales/en/plan.json";
import type report from "../locales/en/report.json";
import type shell from "../locales/en/shell.json";
import type words from "../locales/en/words.json";

export type Language = "en" | "fr";
export type MessageId = keyof (typeof assess & typeof context & typeof data & typeof offline & typeof plan & typeof report & typeof shell & typeof words);

const LANGUAGE_KEY = "cpas.language";
type Load = () => Promise<{ default: Messages }>;
/** What stands on every page and the first ones. */
const first: Record<Language, Load> = { en: () => import("virtual:messages/en/first"), fr: () => import("virtual:messages/fr/first") };
/** What the later screens say. */
const rest: Record<Language, Load> = { en: () => import("virtual:messages/en/rest"), fr: () => import("virtual:messages/fr/rest") };
const i18n = setupI18n();
/** The language that was asked for last, and whether the later screens' messages are wanted with it. */
let asked: Language = "en";
let all = false;

/** The language of the screen; reading it in a component redraws it on a switch. */
export const language = signal<Language>("en");

/** The language that the person chose before, or else the browser's. */
export function preferredLanguage(): Language {
  const kept = readKept();
  if (kept) return kept;
  return navigator.languages?.some((tag) => tag.startsWith("fr")) && !navigator.languages[0]?.startsWith("en") ? "fr" : "en";
}

function readKept(): Language | null {
  try {
    const kept = localStorage.getItem(LANGUAGE_KEY);
    return kept === "en" || kept === "fr" ? kept : null;
  } catch {
    return null;
  }
}

/** Loads what is needed of a language and switches to it. */
export async function useLanguage(next: Language): Promise<void> {
  asked = next;
  const parts = await Promise.all([first[next](), ...(all ? [rest[next]()] : [])]);
  for (const part of parts) i18n.load(next, part.default);
  i18n.activate(next);
  document.documentElement.lang = next;
  try {
    localStorage.setItem(LANGUAGE_KEY, next);
  } catch {
    // A browser that keeps nothing still shows the language for this page.
  }
  // The gateway reads it to name the right catalogue in the next page.
  document.cookie = `cpas_language=${next}; path=/; max-age=31536000; samesite=strict`;
  language.value = next;
}

/** Loads what the later screens say, in the language that was asked for last; a switch brings it along from then on. */
export async function useAllMessages(): Promise<void> {
  all = true;
  const of = asked;
  i18n.load(of, (await rest[of]()).default);
}

/** For tests: a catalogue that is already at hand. */
export function activate(next: Language, messages: Messages): void {
  i18n.loadAndActivate({ locale: next, messages });
  language.value = next;
}

/** The message of an id in the language of the screen. */
export function t(id: MessageId, values?: Record<string, unknown>): string {
  void language.value;
  return i18n._(id, values);
}

/** A word of a closed vocabulary ("in_review") as people read it. */
export function word(value: string | null | undefined): string {
  void language.value;
  if (!value) return "";
  const id = `word.${value}`;
  // An id that is not in the catalogue makes the library warn at every call.
  return id in i18n.messages ? i18n._(id) : value.replaceAll("_", " ");
}

/** A text of the mission in the language of the screen; the other language where there is no translation. */
export function say(text: Text | null | undefined): string {
  if (!text) return "";
  return language.value === "fr" ? text.fr || text.en : text.en || text.fr;
}
