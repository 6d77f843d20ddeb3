// A status is a colour and a shape and a word; a state of a record is a word.
import type { JSX } from "preact";
import { t, word } from "../i18n";

/** Shape of each status on a 12 px grid; told apart without colour. */
const SHAPES: Record<string, JSX.Element> = {
  achieved: <path d="M6 0.5 7.6 4l3.9.4-2.9 2.6.8 3.8L6 8.9l-3.4 1.9.8-3.8L.5 4.4 4.4 4z" fill="currentColor" />,
  on_track: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  at_risk: <path d="M6 1 11.5 10.5H.5z" fill="currentColor" />,
  off_track: <rect x="1.5" y="1.5" width="9" height="9" fill="currentColor" />,
  no_data: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2 1.5" />,
};

/** The status of an indicator, outcome or objective. */
export function Status({ of }: { of: string }) {
  const status = of in SHAPES ? of : "no_data";
  return (
    <span class={`status ${status}`}>
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        {SHAPES[status]}
      </svg>
      {word(status)}
    </span>
  );
}

const TONES: Record<string, string> = {
  active: "on_track", published: "on_track", approved: "on_track", finalized: "on_track", committed: "on_track", accepted: "on_track", implemented: "on_track", verified: "achieved",
  delivered: "on_track", waiting: "at_risk", dead: "off_track",
  in_review: "at_risk", submitted: "at_risk", endorsed: "achieved", reviewed: "achieved", cleared: "achieved", proposed: "at_risk", partly: "at_risk",
  returned: "off_track", rejected: "off_track", withdrawn: "off_track", reversed: "off_track",
};

/** The state of a record in its life: a word, tinted. */
export function State({ of }: { of: string }) {
  return (
    <span class={`status ${TONES[of] ?? "no_data"}`}>
      <svg width="10" height="12" viewBox="0 0 10 12" aria-hidden="true">
        <path d="M1 1h5l3 5-3 5H1z" fill="none" stroke="currentColor" stroke-width="1.5" />
      </svg>
      {word(of)}
    </span>
  );
}

const ARROWS: Record<string, string> = { improving: "↗", worsening: "↘", none: "→", stable: "→", too_few: "·" };

/** A trend: an arrow and a word. The arrow says better or worse, not up or down. */
export function Trend({ of }: { of: string }) {
  return (
    <span class={of === "worsening" ? "status off_track" : of === "improving" ? "status on_track" : "status no_data"}>
      <span aria-hidden="true">{ARROWS[of] ?? "·"}</span>
      {word(of === "none" ? "no_trend" : of)}
    </span>
  );
}

/** How restricted a record is; nothing for an unclassified one. */
export function Classification({ of }: { of: string }) {
  if (!of || of === "unclassified") return null;
  return (
    <span class="tag">
      <span class="unseen">{t("classification.label")} </span>
      {word(of)}
    </span>
  );
}
