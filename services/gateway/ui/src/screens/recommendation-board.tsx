// Recommendations as a board: a column a state. A card goes where the rules let it, by mouse or by its menu.
import { useState } from "preact/hooks";
import type { Recommendation } from "../api/types";
import { say, t, word } from "../i18n";
import { number } from "../i18n/format";
import { Trouble } from "../parts/notice";
import { State } from "../parts/status";
import { useWrite } from "../parts/write";
import { take } from "./recommendation-forms";
import { EFFECTS_READ } from "./recommendation-list";
import { COLUMNS, type ColumnName, columnOf, type Move, movesOf, moveTo } from "./recommendation-moves";
import { DecisionTold, DueMark, EffectTold, openRecommendation, PlanChangeTold } from "./recommendation-parts";

interface Carried {
  of: Recommendation;
  moves: readonly Move[];
}

/** The board. */
export function Board({ rows, among }: { rows: readonly Recommendation[]; among: readonly Recommendation[] }) {
  const [carried, setCarried] = useState<Carried | null>(null);
  const [over, setOver] = useState<ColumnName | "">("");
  const [said, setSaid] = useState("");
  const writing = useWrite();
  const go = async (of: Recommendation, move: Move) => {
    const done = await writing.run(() => take(of, move), `${of.id}${move.to}${of.version}`);
    if (done && move.asks === "plain") setSaid(t("board.moved", { text: say(of.text), column: t(`board.${columnOf(move.to)}`) }));
  };
  return (
    <>
      <p class="unseen" role="status">{said}</p>
      <Trouble problem={writing.problem} />
      <div class="board" role="group" tabIndex={0} aria-label={t("board.title")}>
        {COLUMNS.map(([name, states]) => {
          const own = rows.filter((one) => (states as readonly string[]).includes(one.state));
          const move = carried ? moveTo(name, carried.moves) : undefined;
          return (
            <section
              key={name}
              aria-labelledby={`board-${name}`}
              data-column={name}
              class={move ? (over === name ? "may over" : "may") : undefined}
              onDragOver={(event) => {
                if (!move) return;
                event.preventDefault();
                setOver(name);
              }}
              onDragLeave={() => setOver("")}
              onDrop={(event) => {
                event.preventDefault();
                setOver("");
                if (carried && move) void go(carried.of, move);
              }}
            >
              <h2 id={`board-${name}`}>{t(`board.${name}`)} <span class="soft">{number(own.length)}</span></h2>
              {own.length === 0 && <p class="soft small">{t("board.nothing")}</p>}
              {own.map((one) => <Card key={one.id} of={one} among={among} wanted={rows.length <= EFFECTS_READ} onCarry={setCarried} go={go} />)}
            </section>
          );
        })}
      </div>
    </>
  );
}

function Card({ of, among, wanted, onCarry, go }: { of: Recommendation; among: readonly Recommendation[]; wanted: boolean; onCarry: (carried: Carried | null) => void; go: (of: Recommendation, move: Move) => Promise<void> }) {
  const moves = movesOf(of, among);
  const named = say(of.text);
  return (
    <article
      class="card stack tight"
      data-card={of.id}
      draggable={moves.length > 0}
      onDragStart={(event) => {
        event.dataTransfer?.setData("text/plain", named);
        onCarry({ of, moves });
      }}
      onDragEnd={() => onCarry(null)}
    >
      <button type="button" class="button open" onClick={() => openRecommendation(of, among)}>{named}</button>
      <div class="row small"><State of={of.state} /><span class="tag">{word(`recommendation_${of.kind}`)}</span>{of.duplicate_of && <span class="tag">{t("similar.is_duplicate")}</span>}</div>
      <dl class="small">
        <div><dt>{t("recommendation.owner")}</dt><dd>{of.owner_section || "–"}</dd></div>
        <div><dt>{t("recommendation.due")}</dt><dd><DueMark of={of} /></dd></div>
        {of.decided_by && <div><dt>{t("recommendation.decision")}</dt><dd><DecisionTold of={of} /></dd></div>}
        {of.plan_change_id && <div><dt>{t("recommendation.plan_change")}</dt><dd><PlanChangeTold of={of} /></dd></div>}
        {of.indicator_codes.length > 0 && <div><dt>{t("effect.title")}</dt><dd><EffectTold of={of} wanted={wanted} /></dd></div>}
      </dl>
      {moves.length > 0 && (
        <details class="moves">
          <summary>{t("board.move")}<span class="unseen">: {named}</span></summary>
          <div class="row">{moves.map((move) => <button key={move.to} type="button" class="button" onClick={() => void go(of, move)}>{word(move.asks === "decide" ? move.to : `to_${move.to}`)}</button>)}</div>
        </details>
      )}
    </article>
  );
}
