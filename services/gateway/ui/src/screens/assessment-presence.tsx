// Who is at work where in an assessment: told by a heartbeat, whose answer says who else is.
import { computed, effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { read, write } from "../api/client";
import { connected } from "../api/live";
import type { Presence, Presences } from "../api/types";
import { t, word } from "../i18n";
import { below, isStaff, mayWrite } from "../session";

/** Three times in the seconds after which the service forgets it. */
const EVERY_MS = 15_000;
/** Those who work in the mission, who are seen. */
export const MEMBERS = ["contributor", "focal_point", "verifier", "component_head", "coordinator", "adviser", "leadership"];

interface Place {
  outcome_lineage_id: string;
  finding_id: string;
  question: string;
  editing: boolean;
}

const NOWHERE: Place = { outcome_lineage_id: "", finding_id: "", question: "", editing: false };
const looking = signal<Place>(NOWHERE);
const writing = signal<Place | null>(null);
const place = computed(() => writing.value ?? looking.value);
/** The others. */
export const others = signal<readonly Presence[]>([]);

/** Tells of oneself while the screen of an assessment stands. */
export function usePresence(assessment: string, outcome: string, on: boolean): void {
  useEffect(() => {
    looking.value = { ...NOWHERE, outcome_lineage_id: outcome };
  }, [outcome]);
  useEffect(() => {
    if (!on || !isStaff()) return undefined;
    const path = below(`assessments/${assessment}/presence`);
    const isSeen = mayWrite(...MEMBERS);
    let stopped = false;
    let timer = 0;
    const tell = async (at: Place) => {
      clearTimeout(timer);
      timer = window.setTimeout(() => void tell(place.peek()), EVERY_MS);
      if (document.hidden || !connected.peek()) return;
      try {
        const answer = isSeen ? await write<Presences>("POST", path, at) : await read<Presences>(path);
        if (!stopped) others.value = answer.presences;
      } catch {
        // Nobody is shown rather than somebody who has left.
        if (!stopped) others.value = [];
      }
    };
    const stop = effect(() => void tell(place.value));
    return () => {
      stopped = true;
      stop();
      clearTimeout(timer);
      others.value = [];
      if (isSeen) write("POST", path, { gone: true }).catch(() => {});
    };
  }, [assessment, on]);
}

/** Tells where one writes, while the form stands. */
export function useWriting(outcome: string, finding: string, question: string): void {
  useEffect(() => {
    writing.value = { outcome_lineage_id: outcome, finding_id: finding, question, editing: true };
  }, [outcome, finding, question]);
  useEffect(() => () => {
    writing.value = null;
  }, []);
}

/** The others at an outcome, by name, for the list of outcomes. */
export function AtOutcome({ outcome }: { outcome: string }) {
  const there = others.value.filter((one) => one.outcome_lineage_id === outcome);
  if (there.length === 0) return null;
  return <span class="block-line small soft"><span aria-hidden="true">● </span><span class="unseen">{t("presence.here")} </span>{there.map((one) => one.name).join(", ")}</span>;
}

/** What the others write at an outcome; with a question, only who answers that one as well. */
export function Writing({ outcome, question }: { outcome: string; question?: string }) {
  const there = others.value.filter((one) => one.editing && one.outcome_lineage_id === outcome && (!question || one.question === question));
  return (
    <p class="small soft" role="status">
      {there.map((one) => (
        <span class="block-line" key={one.account_id}><span aria-hidden="true">● </span>{t("presence.writes", { name: one.name, question: word(`question_${one.question}`) })}</span>
      ))}
    </p>
  );
}
