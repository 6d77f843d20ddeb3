// A vote: the question, how many have voted, the counts as bars with their numbers; and for who is there, the ballot.
import type { WorkshopVote } from "../api/types";
import { say, t, word } from "../i18n";
import { number } from "../i18n/format";
import { Notice, Trouble } from "../parts/notice";
import { Classification } from "../parts/status";
import { cast, own, refused } from "./workshop-ballots";

/** A choice as people read it. */
export function choiceWord(choice: string): string {
  if (choice === "yes") return t("workshop.yes");
  if (choice === "no") return t("workshop.no");
  if (choice === "abstain") return t("workshop.abstain");
  return word(choice);
}

/** Whether a workshop or a vote is open, as a word of its own. */
export function Standing({ of }: { of: string }) {
  return (
    <span class={of === "open" ? "status on_track" : "status no_data"}>
      <svg width="10" height="12" viewBox="0 0 10 12" aria-hidden="true">
        {of === "open" ? <circle cx="5" cy="6" r="3.5" fill="none" stroke="currentColor" stroke-width="1.5" /> : <rect x="1" y="2" width="8" height="8" fill="currentColor" />}
      </svg>
      {of === "open" ? t("workshop.is_open") : t("workshop.is_over")}
    </span>
  );
}

/** What a vote asks. */
export function asked(of: WorkshopVote): string {
  if (of.question === "progress") return t("workshop.asks_progress");
  if (of.question === "performance") return t("workshop.asks_performance");
  return t("workshop.asks_proposal");
}

/** A vote as the room sees it. */
export function VoteResult({ of }: { of: WorkshopVote }) {
  const most = Math.max(1, ...of.counts.map((one) => one.count));
  const components = of.by_component;
  return (
    <div class="stack tight">
      <div class="row between">
        <h3>{asked(of)}</h3>
        <span class="row">
          <Classification of={of.classification} />
          <span class="tag">{of.secret ? t("workshop.secret") : t("workshop.by_name")}</span>
          <Standing of={of.state} />
        </span>
      </div>
      {say(of.text) && <blockquote class="proposal">{say(of.text)}</blockquote>}
      {of.finding_question && <p class="soft">{t("workshop.on_finding", { question: word(`question_${of.finding_question}`) })}</p>}
      <p aria-live="polite">{t("workshop.voted", { voted: of.voted, count: of.may_vote })}</p>
      {of.suppressed && <Notice>{t("workshop.suppressed")}</Notice>}
      {of.secret && of.state === "open" && <p class="soft">{t("workshop.secret_explain")}</p>}
      {of.counts.length > 0 && (
        <div class="scroller" tabIndex={0} role="region" aria-label={asked(of)}>
          <table class="tally">
            <caption class="unseen">{asked(of)}</caption>
            <thead>
              <tr>
                <th scope="col">{t("workshop.choice")}</th>
                <td />
                <th scope="col" class="numeric">{t("workshop.votes")}</th>
                {components.map((one) => <th key={one.component} scope="col" class="numeric">{one.component ? word(one.component) : t("workshop.no_component")}</th>)}
              </tr>
            </thead>
            <tbody>
              {of.counts.map((one, place) => (
                <tr key={one.choice}>
                  <th scope="row">{choiceWord(one.choice)}</th>
                  <td class="share"><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width={(one.count / most) * 100} height="10" /></svg></td>
                  <td class="numeric">{number(one.count)}</td>
                  {components.map((each) => <td key={each.component} class="numeric">{number(each.counts[place]?.count ?? 0)}</td>)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {of.ballots.length > 0 && (
        <details>
          <summary>{t("workshop.who")}</summary>
          <ul>{of.ballots.map((one) => <li key={one.account_id}>{one.name}: {choiceWord(one.choice)}</li>)}</ul>
        </details>
      )}
    </div>
  );
}

/** The ballot of who is there; `path` is the workshop's. */
export function Ballot({ of, path }: { of: WorkshopVote; path: string }) {
  const mine = own.value[of.id];
  const chosen = mine?.choice ?? of.mine;
  const elsewhere = of.secret && of.has_voted && !mine;
  return (
    <div class="stack tight">
      <div class="ballot" role="group" aria-label={t("workshop.your_vote")}>
        {of.choices.map((choice) => (
          <button key={choice} type="button" class={chosen === choice ? "button primary" : "button"} aria-pressed={chosen === choice} disabled={elsewhere} onClick={() => cast(path, of, choice)}>
            {chosen === choice && <span aria-hidden="true">✓</span>}
            {choiceWord(choice)}
          </button>
        ))}
      </div>
      {elsewhere && <Notice>{t("workshop.other_device")}</Notice>}
      {mine && !mine.arrived && <Notice tone="careful">{t("workshop.not_sent", { choice: choiceWord(mine.choice) })}</Notice>}
      {chosen && (!mine || mine.arrived) && <p role="status">{t("workshop.counted", { choice: choiceWord(chosen) })}</p>}
      <Trouble problem={refused.value[of.id]} />
    </div>
  );
}
