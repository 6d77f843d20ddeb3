// Recommendations that say nearly the same: shown while one is written, and linked where they are the same.
import { useEffect, useState } from "preact/hooks";
import { write } from "../api/client";
import type { FindSimilarRecommendationsResponse, Recommendation, SimilarRecommendation, Text } from "../api/types";
import { say, t } from "../i18n";
import { percent, period } from "../i18n/format";
import { closeDrawer } from "../parts/drawer";
import { WriteButton } from "../parts/form";
import { State } from "../parts/status";
import { below, mayWrite } from "../session";
import { changed } from "./recommendation-forms";

const ASSESSING = ["coordinator", "adviser", "focal_point", "component_head"];
/** A text this long says something. */
const LETTERS_MIN = 12;
const QUIET_MS = 500;

interface Asked {
  text: Text | null;
  codes: readonly string[];
  findings: readonly string[];
  id?: string;
}

/** Asked a moment after the last letter; what was found before stays until then. */
function useSimilar({ text, codes, findings, id = "" }: Asked): readonly SimilarRecommendation[] {
  const [found, setFound] = useState<readonly SimilarRecommendation[]>([]);
  const content = JSON.stringify([text, codes, findings, id]);
  useEffect(() => {
    if (Math.max(text?.en.length ?? 0, text?.fr.length ?? 0) < LETTERS_MIN) return setFound([]);
    let over = false;
    const later = setTimeout(() => {
      write<FindSimilarRecommendationsResponse>("POST", below("recommendations/similar"), { text, indicator_codes: codes, finding_ids: findings, id }).then(
        (answer) => over || setFound(answer.similar),
        // Without a line nothing is shown beside the text, which can be sent all the same.
        () => over || setFound([]),
      );
    }, QUIET_MS);
    return () => {
      over = true;
      clearTimeout(later);
    };
  }, [content]);
  return found;
}

/** What says nearly the same. Chosen while it is written, or linked at once for one that is proposed. */
export function Similar({ text, codes, findings, id, of, chosen, onChoose }: Asked & { of?: Recommendation; chosen?: string; onChoose?: (id: string) => void }) {
  const found = useSimilar({ text, codes, findings, ...(id ? { id } : {}) });
  const linkable = of && !of.duplicate_of && mayWrite(...ASSESSING);
  return (
    <section class="stack tight" aria-label={t("similar.title")} aria-live="polite">
      {found.length > 0 && (
        <>
          <h3>{t("similar.title")}</h3>
          <p class="soft small">{t("similar.told")}</p>
          <ul class="list">
            {found.map(({ recommendation: one, ...with_ }) => one && (
              <li key={one.id}>
                <span>
                  {say(one.text)}
                  <span class="block-line soft small">
                    {[say(with_.assessment_title), period(with_.assessment_period), t("similar.alike", { share: percent(with_.likeness) }), with_.same_outcome && t("similar.same_outcome"), with_.shared_indicator_codes.length > 0 && t("similar.shared", { codes: with_.shared_indicator_codes.join(", ") })].filter(Boolean).join(" · ")}
                  </span>
                  {onChoose && (
                    <label class="row small">
                      <input type="checkbox" checked={chosen === one.id} onChange={(event) => onChoose(event.currentTarget.checked ? one.id : "")} />
                      {t("similar.is_the_same")}<span class="unseen">: {say(one.text)}</span>
                    </label>
                  )}
                  {linkable && <WriteButton label={t("similar.link")} work={() => link(of, one.id)} onDone={closeDrawer} />}
                </span>
                <State of={one.state} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** Links a proposed one to the one that says the same; empty: takes that back. */
export async function link(of: Pick<Recommendation, "id" | "version">, original: string): Promise<void> {
  await write("POST", below(`recommendations/${of.id}/duplicate`), { duplicate_of: original }, { version: of.version });
  changed();
}

/** Of what it is a duplicate, and what is one of it. */
export function DuplicateLink({ of, among }: { of: Recommendation; among: readonly Recommendation[] }) {
  const original = among.find((one) => one.id === of.duplicate_of);
  const duplicates = among.filter((one) => one.duplicate_of === of.id);
  if (!of.duplicate_of && duplicates.length === 0) return null;
  return (
    <section class="stack tight">
      {of.duplicate_of && (
        <p>
          {t("similar.duplicate_of")} <b>{original ? say(original.text) : of.duplicate_of.slice(0, 8)}</b> {original && <State of={original.state} />}{" "}
          {of.state === "proposed" && mayWrite(...ASSESSING) && <WriteButton label={t("similar.unlink")} work={() => link(of, "")} onDone={closeDrawer} />}
        </p>
      )}
      {duplicates.length > 0 && <p>{t("similar.duplicates", { count: duplicates.length })} {duplicates.map((one) => say(one.text)).join(" · ")}</p>}
    </section>
  );
}
