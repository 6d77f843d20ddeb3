// Address → screen. Home and sign in come with the first load; every other screen is a chunk of its own.
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { type Sayer, useMessages } from "./i18n";

type Screen = ComponentType<{ id?: string | undefined }>;
type Load<Of> = () => Promise<{ default: Of }>;

/** First part of the path below the mission → its chunk. */
const SCREENS = {
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
  locks: () => import("./screens/locks"),
  phones: () => import("./screens/phones"),
  quality: () => import("./screens/quality"),
  tasks: () => import("./screens/tasks"),
  assessments: () => import("./screens/assessments"),
  workshop: () => import("./screens/workshop"),
  recommendations: () => import("./screens/recommendations"),
  leadership: () => import("./screens/leadership"),
  dashboards: () => import("./screens/dashboards"),
  "fact-sheets": () => import("./screens/fact-sheets"),
  subscriptions: () => import("./screens/subscriptions"),
  members: () => import("./screens/members"),
  components: () => import("./screens/components"),
  hq: () => import("./screens/hq"),
  setup: () => import("./screens/setup"),
  installation: () => import("./screens/installation"),
} satisfies Partial<Record<Sayer, Load<Screen>>>;
/** What a screen loads when it is wanted, too large to come with it. */
const VIEWS = {
  "assessment-performance": () => import("./screens/assessment-performance"),
  "assessment-views": () => import("./screens/assessment-views"),
  event: () => import("./screens/event"),
  "plan-views": () => import("./screens/plan-views"),
} satisfies Partial<Record<Sayer, Load<ComponentType<never>>>>;
const CHUNKS = { ...SCREENS, ...VIEWS };

export type ScreenName = keyof typeof SCREENS;
export type ChunkName = keyof typeof CHUNKS;
/** What a chunk is drawn with. */
export type Props<Name extends ChunkName> = Awaited<ReturnType<(typeof CHUNKS)[Name]>> extends { default: (props: infer Of extends object) => unknown } ? Of : never;

/** Whether an address names a screen. */
export const isScreen = (name: string): name is ScreenName => name in SCREENS;

/** What was loaded, by name; an Error where it could not be. */
const loaded = signal<Readonly<Partial<Record<ChunkName, unknown>>>>({});
const asked = new Set<ChunkName>();

/** What is drawn under a name: itself, an error, or undefined while it comes. */
export function chunk<Name extends ChunkName>(name: Name): ComponentType<Props<Name>> | Error | undefined {
  const found = loaded.value[name];
  if (found === undefined) askFor(name);
  return found as ComponentType<Props<Name>> | Error | undefined;
}

/** Asks for a chunk that is not there yet, and for what it says; again after an error. */
export function askFor(name: ChunkName, again = false): void {
  if (asked.has(name) && !again) return;
  asked.add(name);
  Promise.all([CHUNKS[name](), useMessages(name)]).then(
    ([module]) => (loaded.value = { ...loaded.peek(), [name]: module.default }),
    (error: Error) => (loaded.value = { ...loaded.peek(), [name]: error }),
  );
}

/** Asks for the chunk of an address before anything is drawn. */
export function preloadScreen(path: string): void {
  const name = /^\/m\/[^/]+\/([\w-]+)/.exec(path)?.[1] ?? /^\/(components|hq|installation)$/.exec(path)?.[1] ?? "";
  if (isScreen(name)) askFor(name);
}
