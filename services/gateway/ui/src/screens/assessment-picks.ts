// What a finding rests on, as it is picked: "kind id", and the words of notes.
import type { EvidenceReference, GatheredItem } from "../api/types";

/** How a record stands among the picked. */
export function pickOf(of: Pick<EvidenceReference, "kind" | "id">): string {
  return `${of.kind} ${of.id}`;
}

/** The records that a finding rests on. */
export function picksOf(evidence: readonly EvidenceReference[]): string[] {
  return evidence.filter((one) => one.id).map(pickOf);
}

/** References of what is picked: each with the label that it is known by, or the note that it had; and the words. */
export function referencesOf(picked: readonly string[], words: string, labels: ReadonlyMap<string, string> = new Map(), kept: readonly EvidenceReference[] = []): EvidenceReference[] {
  const notes = new Map(kept.map((one) => [pickOf(one), one.note]));
  const records = picked.map((pick) => {
    const [kind = "", id = ""] = pick.split(" ");
    return { kind, id, note: notes.get(pick) || (labels.get(pick) ?? "") };
  });
  return [...records, ...(words.trim() ? [{ kind: "note", id: "", note: words.trim() }] : [])];
}

/** Whether the words of a note stand among those that are written. */
export function isNoted(words: string, note: string): boolean {
  return words.split("\n").some((line) => line.trim() === note);
}

/** Puts the words of a note under those that are written, or takes them out again. */
export function noted(words: string, note: string): string {
  if (!isNoted(words, note)) return [words.trimEnd(), note].filter(Boolean).join("\n");
  return words.split("\n").filter((line) => line.trim() !== note).join("\n");
}

/** What is gathered, of which only what speaks to a question where that is asked for. */
export function speaking(items: readonly GatheredItem[], question: string, only: boolean): GatheredItem[] {
  return items.filter((one) => !only || one.questions.includes(question));
}
