// For who facilitates: where the room is, the votes and decisions on it, who is there, the agenda, and the end.
import { write } from "../api/client";
import { expire, put, useGet } from "../api/store";
import type { Workshop, WorkshopOutcome, WorkshopVote } from "../api/types";
import { say, t, word } from "../i18n";
import { instant } from "../i18n/format";
import { Choice } from "../parts/field";
import { WriteButton } from "../parts/form";
import { Empty, Notice, Reading, Trouble } from "../parts/notice";
import { Table } from "../parts/table";
import { useWrite } from "../parts/write";
import { below, mayWrite } from "../session";
import { CLASSIFICATIONS } from "../words";
import { DecisionForm, GuestForm, VoteForm } from "./workshop-forms";
import { VoteResult } from "./workshop-vote";
import { Decisions, useTurn } from "./workshop-wall";

/** The facilitator's panel. */
export function Panel({ of, path }: { of: Workshop; path: string }) {
  const at = of.agenda.find((item) => item.outcome_lineage_id === of.at_outcome_lineage_id);
  const outcome = useGet<WorkshopOutcome>(at ? below(`workshop-outcomes/${of.assessment_id}/${at.outcome_lineage_id}`) : null);
  const turn = useTurn(of, path);
  const open = of.state === "open" && mayWrite("coordinator");
  if (!open) return <><Notice>{t("workshop.is_closed")}</Notice><Ending of={of} path={path} /></>;
  const within = at && { of, path, lineage: at.outcome_lineage_id, findings: outcome.data?.findings ?? [] };
  return (
    <div class="stack">
      <section class="card stack tight">
        <div class="row between">
          <h2>{at ? `${at.number} ${say(at.statement)}` : t("workshop.no_outcome")}</h2>
          <span class="row">
            <button type="button" class="button" disabled={!turn.before} onClick={() => turn.to(turn.before)}>{t("workshop.before")}</button>
            <span>{t("workshop.place", { place: turn.place + 1, count: of.agenda.length })}</span>
            <button type="button" class="button primary" disabled={!turn.next} onClick={() => turn.to(turn.next)}>{t("workshop.next")}</button>
          </span>
        </div>
        <Trouble problem={turn.problem} />
      </section>
      {of.votes.filter((vote) => vote.state === "open" || vote.outcome_lineage_id === at?.outcome_lineage_id).map((vote) => (
        <section class="card stack tight" key={vote.id}>
          <VoteResult of={vote} />
          {vote.state === "open" && <div><WriteButton primary label={t("workshop.vote_close")} work={() => closeVote(vote, path)} /></div>}
        </section>
      ))}
      {at && <Decisions of={of} lineage={at.outcome_lineage_id} />}
      {within && (
        <Reading of={outcome}>
          <div class="columns even">
            <section class="card stack tight" key={`vote-${within.lineage}`}><h3>{t("workshop.vote_new")}</h3><VoteForm {...within} /></section>
            <section class="card stack tight" key={`decision-${within.lineage}`}><h3>{t("workshop.decision_new")}</h3><DecisionForm {...within} /></section>
          </div>
        </Reading>
      )}
      <Present of={of} path={path} />
      <Agenda of={of} path={path} />
      <Ending of={of} path={path} />
    </div>
  );
}

async function closeVote(vote: WorkshopVote, path: string): Promise<void> {
  try {
    await write("POST", `${path}/votes/${vote.id}/close`, {}, { version: vote.version });
  } finally {
    expire(path);
  }
}

function Present({ of, path }: { of: Workshop; path: string }) {
  const leave = (id: string) => async () => {
    await write("POST", `${path}/leave`, { presence_id: id });
    expire(path);
  };
  return (
    <section class="card stack tight">
      <h3>{t("workshop.present", { count: of.presences.filter((one) => !one.left_at).length })}</h3>
      {of.presences.length === 0 ? <Empty>{t("workshop.nobody")}</Empty> : (
        <Table
          caption={t("workshop.who_is_here")}
          rows={of.presences}
          keyOf={(one) => one.id}
          columns={[
            { head: t("field.name"), names: true, cell: (one) => one.name },
            { head: t("workshop.section"), cell: (one) => one.section || word(one.component) || "–" },
            { head: t("workshop.votes_or_not"), cell: (one) => (one.votes ? t("workshop.yes") : t("workshop.is_guest")) },
            { head: t("workshop.since"), cell: (one) => instant(one.joined_at) },
            { head: t("workshop.until"), cell: (one) => (one.left_at ? instant(one.left_at) : <WriteButton label={t("workshop.has_left")} work={leave(one.id)} />) },
          ]}
        />
      )}
      <GuestForm path={path} />
    </section>
  );
}

function Agenda({ of, path }: { of: Workshop; path: string }) {
  const writing = useWrite();
  const revise = (body: object) => void writing.run(async () => {
    put(path, await write<Workshop>("PUT", path, body, { version: of.version }));
    expire(path);
  }, JSON.stringify([body, of.version]));
  const move = (place: number, by: number) => {
    const agenda = of.agenda.map((item) => item.outcome_lineage_id);
    const [moved] = agenda.splice(place, 1);
    if (moved) agenda.splice(place + by, 0, moved);
    revise({ agenda });
  };
  return (
    <section class="card stack tight">
      <h3>{t("workshop.agenda")}</h3>
      <Trouble problem={writing.problem} />
      <ol class="list">
        {of.agenda.map((item, place) => (
          <li key={item.outcome_lineage_id} class="row between">
            <span>{item.number} {say(item.statement)}</span>
            <span class="row">
              <button type="button" class="button" disabled={place === 0 || writing.busy} aria-label={`${t("plan.up")}: ${item.number}`} onClick={() => move(place, -1)}>↑</button>
              <button type="button" class="button" disabled={place === of.agenda.length - 1 || writing.busy} aria-label={`${t("plan.down")}: ${item.number}`} onClick={() => move(place, 1)}>↓</button>
            </span>
          </li>
        ))}
      </ol>
      <div class="half"><Choice label={t("workshop.room_choose")} hint={t("workshop.room_hint")} value={of.room_classification} among={CLASSIFICATIONS} onInput={(room_classification) => revise({ room_classification })} /></div>
    </section>
  );
}

function Ending({ of, path }: { of: Workshop; path: string }) {
  const step = (verb: string) => async (reason: string) => {
    put(path, await write<Workshop>("POST", `${path}/${verb}`, verb === "reopen" ? { reason } : {}, { version: of.version }));
    expire(path);
  };
  if (!mayWrite("coordinator")) return null;
  return (
    <div class="row">
      {of.state === "open" ? <WriteButton danger label={t("workshop.close")} sure={t("workshop.close_sure")} work={step("close")} /> : <WriteButton label={t("workshop.reopen")} reason work={step("reopen")} />}
    </div>
  );
}
