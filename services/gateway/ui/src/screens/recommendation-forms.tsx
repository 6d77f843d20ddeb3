// Taking a recommendation on: deciding, a step with its reason, saying that it was done after a look at its effect.
import { useState } from "preact/hooks";
import { write } from "../api/client";
import { expire } from "../api/store";
import type { Recommendation, RecommendationEffect } from "../api/types";
import { say, t, word } from "../i18n";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, TextArea } from "../parts/field";
import { Form } from "../parts/form";
import { below } from "../session";
import { DECISIONS } from "../words";
import { Effect } from "./recommendation-effect";
import type { Move } from "./recommendation-moves";

/** What a change of a recommendation makes stale. */
export function changed(): void {
  expire(below("recommendations"), below("decisions"), below("plan-changes"), below("home"));
}

/** Takes a step: at once, or after asking for what it needs. */
export async function take(of: Recommendation, move: Move): Promise<void> {
  const title = word(move.asks === "decide" ? move.to : `to_${move.to}`);
  if (move.asks === "decide") return openDrawer(t("recommendation.decide"), () => <DecideForm of={of} decision={move.to} />);
  if (move.asks === "verify") return openDrawer(title, () => <VerifyForm of={of} />);
  if (move.asks === "reason") return openDrawer(title, () => <ReasonForm of={of} to={move.to} />);
  await progress(of, { to: move.to });
}

async function progress(of: Recommendation, step: { to: string; reason?: string; effect_known_at?: string }, version = of.version): Promise<void> {
  await write("POST", below(`recommendations/${of.id}/progress`), step, { version });
  changed();
}

/** Leadership's decision. */
export function DecideForm({ of, decision = "accepted" }: { of: Recommendation; decision?: string }) {
  const draft = useDraft(`decide.${of.id}`, { decision, reason: "" }, of.version);
  const now = draft.value;
  return (
    <Form
      draft={draft}
      submit={t("recommendation.decide")}
      onDone={closeDrawer}
      send={async (value, version) => {
        await write("POST", below(`recommendations/${of.id}/decide`), value, { version: version ?? of.version });
        changed();
      }}
    >
      {(about) => (
        <>
          <p><b>{say(of.text)}</b></p>
          {of.kind === "plan" && now.decision !== "rejected" && <p class="soft">{t("recommendation.opens_change")}</p>}
          <Choice label={t("recommendation.decision")} value={now.decision} among={DECISIONS} onInput={(value) => draft.set({ decision: value })} />
          <TextArea label={t("field.reason")} value={now.reason} wrong={about("reason")} required={now.decision !== "accepted"} onInput={(reason) => draft.set({ reason })} />
        </>
      )}
    </Form>
  );
}

function ReasonForm({ of, to }: { of: Recommendation; to: string }) {
  const draft = useDraft(`progress.${to}.${of.id}`, { reason: "" }, of.version);
  return (
    <Form draft={draft} submit={word(`to_${to}`)} onDone={closeDrawer} send={(value, version) => progress(of, { to, ...value }, version)}>
      {(about) => (
        <>
          <p><b>{say(of.text)}</b></p>
          <TextArea label={t("field.reason")} value={draft.value.reason} wrong={about("reason")} required onInput={(reason) => draft.set({ reason })} />
        </>
      )}
    </Form>
  );
}

/** Says that it was done, on the effect that is shown; what was looked at is kept. */
function VerifyForm({ of }: { of: Recommendation }) {
  const draft = useDraft(`verify.${of.id}`, { reason: "" }, of.version);
  const [seen, setSeen] = useState<RecommendationEffect | null>(null);
  const [looked, setLooked] = useState(false);
  return (
    <Form draft={draft} submit={word("to_verified")} onDone={closeDrawer} send={(value, version) => progress(of, { to: "verified", ...value, effect_known_at: seen?.as_known_at ?? "" }, version)}>
      {(about) => (
        <>
          <p><b>{say(of.text)}</b></p>
          <Effect of={of} onRead={setSeen} />
          <label class="row">
            <input type="checkbox" required checked={looked} onChange={(event) => setLooked(event.currentTarget.checked)} />
            {t(of.indicator_codes.length > 0 ? "recommendation.looked" : "recommendation.nothing_to_look_at")}
          </label>
          <TextArea label={t("recommendation.note")} value={draft.value.reason} wrong={about("reason")} onInput={(reason) => draft.set({ reason })} />
        </>
      )}
    </Form>
  );
}
