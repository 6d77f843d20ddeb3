// Address → screen. Home and sign in come with the first load; every other screen is a chunk of its own.
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useAllMessages } from "./i18n";

type Screen = ComponentType<{ id?: string | undefined }>;
type Load = () => Promise<{ default: Screen }>;

/** First part of the path below the mission → its chunk. */
const SCREENS: Record<string, Load> = {
  context: () => import("./screens/context"),
  "context-maps": () => import("./screens/context-maps"),
  stakeholders: () => import("./screens/stakeholders"),
  plan: () => import("./screens/plan"),
  indicators: () => import("./screens/indicators"),
  library: () => import("./screens/library"),
  imports: () => import("./screens/imports"),
  data: () => import("./screens/data"),
  entry: () => import("./screens/entry"),
  rules: () => import("./screens/rules"),
  phones: () => import("./screens/phones"),
  quality: () => import("./screens/quality"),
  tasks: () => import("./screens/tasks"),
  assessments: () => import("./screens/assessments"),
  recommendations: () => import("./screens/recommendations"),
  leadership: () => import("./screens/leadership"),
  "fact-sheets": () => import("./screens/fact-sheets"),
  members: () => import("./screens/members"),
  components: () => import("./screens/components"),
};

/** What was loaded, by name; an Error where it could not be. */
const loaded = signal<Readonly<Record<string, Screen | Error>>>({});
const asked = new Set<string>();

/** The screen of a name: itself, an error, or undefined while it comes. null: there is no such screen. */
export function screen(name: string): Screen | Error | undefined | null {
  if (!(name in SCREENS)) return null;
  const found = loaded.value[name];
  if (found === undefined) askFor(name);
  return found;
}

/** Asks for a chunk that is not there yet; again after an error. */
export function askFor(name: string, again = false): void {
  const load = SCREENS[name];
  if (!load || (asked.has(name) && !again)) return;
  asked.add(name);
  Promise.all([load(), useAllMessages()]).then(
    ([module]) => (loaded.value = { ...loaded.peek(), [name]: module.default }),
    (error: Error) => (loaded.value = { ...loaded.peek(), [name]: error }),
  );
}

/** Asks for the chunk of an address before anything is drawn. */
export function preloadScreen(path: string): void {
  const name = /^\/m\/[^/]+\/([\w-]+)/.exec(path)?.[1] ?? /^\/(components)$/.exec(path)?.[1];
  if (name) askFor(name);
}
