// The evidence that gathered by itself, beside the finding that is written: arrows move, one key picks.
import { useId, useRef, useState } from "preact/hooks";
import { useGet } from "../api/store";
import type { Assessment, GatheredEvidence, GatheredItem } from "../api/types";
import { say, t, word } from "../i18n";
import { Empty, Notice, Reading } from "../parts/notice";
import { below } from "../session";
import { speaking } from "./assessment-picks";

/** Reads what there is on an outcome. */
export function useGathered(assessment: Assessment, outcome: string) {
  return useGet<GatheredEvidence>(below(`assessments/${assessment.id}/evidence?outcome_lineage_id=${outcome}`));
}

interface Props {
  of: ReturnType<typeof useGathered>;
  question: string;
  isPicked: (item: GatheredItem) => boolean;
  onPick: (item: GatheredItem) => void;
}

const STEPS: Record<string, (at: number, last: number) => number> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_, last) => last,
};

/** The list. Each row is a box to tick, so that Tab and Space do as well. */
export function Gathered({ of, question, isPicked, onPick }: Props) {
  const [only, setOnly] = useState(false);
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  const items = speaking(of.data?.items ?? [], question, only);
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const boxes = [...(list.current?.querySelectorAll("input") ?? [])];
    const at = boxes.indexOf(event.target as HTMLInputElement);
    if (at < 0) return;
    const step = STEPS[event.key];
    if (step) boxes[step(at, boxes.length - 1)]?.focus();
    else if (event.key === "Enter" || event.key.toLowerCase() === "p") onPick(items[at]!);
    else return;
    event.preventDefault();
  };
  return (
    <section class="stack tight" aria-labelledby={id}>
      <h3 id={id}>{t("evidence.gathered")}</h3>
      <p class="soft small" id={`${id}-keys`}>{t("evidence.keys")} <kbd>↑</kbd> <kbd>↓</kbd> <kbd>P</kbd> <kbd>Enter</kbd></p>
      <label class="row small"><input type="checkbox" checked={only} onChange={(event) => setOnly(event.currentTarget.checked)} />{t("evidence.only_question")}</label>
      <Reading of={of}>
        {of.data?.cautions.map((caution, place) => <Notice key={place} tone="careful">{say(caution)}</Notice>)}
        {of.data && items.length === 0 && <Empty>{t("evidence.nothing_gathered")}</Empty>}
        <ul class="gathered" ref={list} onKeyDown={press} aria-describedby={`${id}-keys`}>
          {items.map((item, place) => {
            const picked = isPicked(item);
            return (
              <li key={`${item.kind} ${item.id || item.label}`} class={picked ? "picked" : ""}>
                <label>
                  <input type="checkbox" checked={picked} onChange={() => onPick(item)} aria-describedby={`${id}-${place}`} />
                  <span>{say(item.statement) || item.label}</span>
                </label>
                <p class="small soft" id={`${id}-${place}`}>
                  <span class="tag">{word(`reference_${item.kind}`)}</span>{" "}
                  {item.reasons.map(say).join("; ")}
                  {" · "}{t("evidence.speaks_to")} {item.questions.map((one) => word(`asks_${one}`)).join(", ")}
                  {item.classification !== "unclassified" && <> · <b>{word(item.classification)}</b></>}
                </p>
              </li>
            );
          })}
        </ul>
      </Reading>
    </section>
  );
}
