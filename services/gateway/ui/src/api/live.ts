// Live changes: the gateway says what changed, the store reads again what is on the screen.
import { signal } from "@preact/signals";
import { firstDataAt } from "./client";
import { expire, reread } from "./store";
import type { Change } from "./types";

/** Which paths below a mission speak of a noun. */
const PATHS: Record<string, string[]> = {
  area: ["areas"],
  context_map: ["context-maps", "home"],
  evidence: ["evidence"],
  stakeholder: ["stakeholders", "stakeholder-grid", "stakeholder-network"],
  influence_strategy: ["influence-strategies", "plans"],
  stakeholder_relation: ["stakeholders", "stakeholder-network"],
  mandate: ["mandates"],
  plan: ["plans", "home", "influence-strategies", "dashboards", "recommendations"],
  plan_check: ["plans"],
  comment: ["plans"],
  risk: ["plans", "home"],
  tripwire: ["plans", "home"],
  rbb_line: ["plans"],
  rbb_link: ["plans"],
  library_offer: ["library"],
  plan_change: ["plan-changes", "plans", "recommendations"],
  indicator: ["indicators", "indicator-pages", "home", "dashboards"],
  target: ["targets", "indicator-pages", "home", "dashboards"],
  observations: ["observations", "series", "indicator-pages", "home", "collection-tasks", "dashboards"],
  tasks: ["collection-tasks", "data-quality"],
  member: ["members"],
  import: ["imports"],
  submission: ["submissions"],
  events: ["events", "event-counts"],
  period: ["period-locks"],
  cell: ["entry-cells"],
  rule: ["validation-rules"],
  assessment: ["assessments", "home"],
  assessment_cycle: ["assessment-cycle", "home"],
  assessment_invitation: ["assessments", "assessment-invitations", "home"],
  gender_statement: ["assessments"],
  sign_off: ["assessments", "home"],
  signature: ["assessments", "home"],
  analysis: ["assessments"],
  analyses: ["assessments"],
  finding: ["assessments", "findings-by-reference", "workshop-outcomes"],
  finding_comment: ["finding-comments"],
  finding_dissent: ["finding-dissents"],
  workshop: ["workshops"],
  workshop_vote: ["workshops"],
  recommendation: ["recommendations", "decisions", "home", "dashboards"],
  decision: ["decisions"],
  fact_sheet: ["fact-sheets", "home"],
  dashboard: ["dashboards"],
  mission: ["members"],
};
/** Read models: they hear of a change themselves, and may be a second behind. */
const READ_MODELS = ["home", "indicator-pages", "dashboards"];
const READ_MODEL_BEHIND_MS = 1_200;
const QUIET_MS = 400;
/** A line that comes back within this time was not lost. */
const LOST_MS = 4_000;
const RETRY_MS = 5_000;
const RETRY_MAX_MS = 60_000;

/** The instant, by the gateway's clock, up to which everything was heard. */
let heardUpTo = "";

/** Whether the line to the gateway stands. */
export const connected = signal(typeof navigator === "undefined" || navigator.onLine);

/** The paths of a mission that a change makes stale. */
export function pathsOf(mission: string, change: Pick<Change, "noun">): string[] {
  return (PATHS[change.noun] ?? []).map((path) => `/missions/${mission}/${path}`);
}

/** Listens to a mission until the returned function is called; `refused` when the gateway answers and does not let us. */
export function listen(mission: string, refused: () => void = () => {}): () => void {
  let source: EventSource | undefined;
  let retry = 0;
  let wait = RETRY_MS;
  let timer = 0;
  let later = 0;
  let losing = 0;
  let stopped = false;
  const touched = new Set<string>();

  const flush = () => {
    timer = 0;
    const paths = [...touched];
    touched.clear();
    expire(...paths);
    const behind = paths.filter((path) => READ_MODELS.some((model) => path.endsWith(`/${model}`)));
    if (behind.length > 0) later = window.setTimeout(() => expire(...behind), READ_MODEL_BEHIND_MS);
  };
  const open = () => {
    if (stopped) return;
    heardUpTo ||= firstDataAt();
    const since = heardUpTo && `?since=${encodeURIComponent(heardUpTo)}`;
    source = new EventSource(`/api/v1/missions/${mission}/changes${since}`);
    source.onopen = () => {
      clearTimeout(losing);
      losing = 0;
      // Of a page that was opened without a line nobody knows since when; otherwise what was missed is told, and what
      // could not be read is read again.
      if (since) reread(`/missions/${mission}`);
      else expire(`/missions/${mission}`);
      connected.value = true;
      wait = RETRY_MS;
    };
    const hear = (type: string, then: (data: string) => void) =>
      source!.addEventListener(type, (event) => {
        const { data, lastEventId } = event as MessageEvent<string>;
        heardUpTo = lastEventId || heardUpTo;
        then(data);
      });
    // From here on nothing has to be told again.
    hear("told", () => {});
    // Too much was missed to tell it piece by piece.
    hear("missed", () => expire(`/missions/${mission}`));
    hear("change", (data) => {
      try {
        for (const path of pathsOf(mission, JSON.parse(data))) touched.add(path);
      } catch {
        return;
      }
      if (!timer) timer = window.setTimeout(flush, QUIET_MS);
    });
    source.onerror = () => {
      if (!navigator.onLine) connected.value = false;
      losing ||= window.setTimeout(() => {
        losing = 0;
        connected.value = false;
      }, LOST_MS);
      if (source?.readyState !== EventSource.CLOSED) return;
      refused();
      retry = window.setTimeout(open, wait);
      wait = Math.min(wait * 2, RETRY_MAX_MS);
    };
  };
  const lost = () => (connected.value = false);
  const back = () => {
    connected.value = true;
    expire(`/missions/${mission}`);
  };
  window.addEventListener("offline", lost);
  window.addEventListener("online", back);
  // After the first paint: the page must not wait for the line.
  timer = 0;
  retry = window.setTimeout(open, 1_500);
  return () => {
    stopped = true;
    source?.close();
    clearTimeout(retry);
    clearTimeout(losing);
    clearTimeout(timer);
    clearTimeout(later);
    window.removeEventListener("offline", lost);
    window.removeEventListener("online", back);
  };
}
