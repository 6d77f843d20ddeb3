// Languages: the catalogue of one language is loaded at a time, and switching keeps the page.
import { setupI18n, type Messages } from "@lingui/core";
import { signal } from "@preact/signals";
import type { Text } from "../api/types";
import type assess from "../locales/en/assess.json";
import type common from "../locales/en/common.json";
import type context from "../locales/en/context.json";
import type course from "../locales/en/course.json";
import type dashboards from "../locales/en/dashboards.json";
import type data from "../locales/en/data.json";
import type fields from "../locales/en/fields.json";
import type hq from "../locales/en/hq.json";
import type indicators from "../locales/en/indicators.json";
import type library from "../locales/en/library.json";
import type offline from "../locales/en/offline.json";
import type people from "../locales/en/people.json";
import type plan from "../locales/en/plan.json";
import type recommendations from "../locales/en/recommendations.json";
import type report from "../locales/en/report.json";
import type setup from "../locales/en/setup.json";
import type shell from "../locales/en/shell.json";
import type stakeholders from "../locales/en/stakeholders.json";
import type subscriptions from "../locales/en/subscriptions.json";
import type timeline from "../locales/en/timeline.json";
import type words from "../locales/en/words.json";
import type workshop from "../locales/en/workshop.json";
import catalogue from "virtual:messages";
import says from "../says.json";

export type Language = "en" | "fr";
export type MessageId = keyof (typeof assess & typeof common & typeof context & typeof course & typeof dashboards & typeof data & typeof fields & typeof hq & typeof indicators & typeof library & typeof offline & typeof people & typeof plan & typeof recommendations & typeof report & typeof setup & typeof shell & typeof stakeholders & typeof subscriptions & typeof timeline & typeof words & typeof workshop);
/** What says its own messages: a screen, or what one of them loads when it is wanted. */
export type Sayer = keyof typeof says;

const LANGUAGE_KEY = "cpas.language";
/** What stands on every page and the first ones. */
const FIRST = "first";
/** What the parts that later screens share say. */
const COMMON = "common";
const i18n = setupI18n();
/** The language that was asked for last, and the parts of its catalogue that are wanted with it. */
let asked: Language = "en";
const wanted = new Set<string>([FIRST]);

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
  await load([...wanted]);
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

/** Loads what a later screen says, in the language that was asked for last; a switch brings it along from then on. */
export async function useMessages(sayer: Sayer): Promise<void> {
  const parts = [COMMON, ...says[sayer]];
  for (const part of parts) wanted.add(part);
  await load(parts);
}

async function load(parts: readonly string[]): Promise<void> {
  const of = asked;
  const found = await Promise.all(parts.map((part) => catalogue[of][part]?.()));
  for (const part of found) if (part) i18n.load(of, part.default);
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

/** As `say`, of a text whose French has a field of its own: "note" and "note_fr". */
export function beside<Name extends string>(of: Record<Name | `${Name}_fr`, string>, name: Name): string {
  return say({ en: of[name], fr: of[`${name}_fr`] });
}

/** A text of the mission in the language of the screen; the other language where there is no translation. */
export function say(text: Text | null | undefined): string {
  if (!text) return "";
  return language.value === "fr" ? text.fr || text.en : text.en || text.fr;
}
