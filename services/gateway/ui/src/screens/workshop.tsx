// The workshop of an assessment: for a phone in the room or in the field, for the wall, for who facilitates, and its minutes.
import { useEffect } from "preact/hooks";
import { Link } from "wouter-preact";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { Assessment, Workshop, WorkshopAgendaItem, WorkshopOutcome } from "../api/types";
import { say, t, word } from "../i18n";
import { WriteButton } from "../parts/form";
import { Empty, Notice, Reading } from "../parts/notice";
import { PageHead, Tabs, useParameter } from "../parts/page";
import { below, may, mayWrite, page } from "../session";
import { forgetClosed, takeUp } from "./workshop-ballots";
import { DissentForm } from "./workshop-forms";
import { Minutes } from "./workshop-minutes";
import { Panel } from "./workshop-panel";
import { Ballot, Standing, VoteResult } from "./workshop-vote";
import { Decisions, Findings, Wall } from "./workshop-wall";

/** Roles that vote. */
const VOTING = ["contributor", "focal_point", "verifier", "component_head", "coordinator", "adviser", "leadership"];

/** The workshop of an assessment by its id. */
export default function WorkshopScreen({ id = "" }: { id?: string | undefined }) {
  const view = useParameter("view");
  const path = below(`workshops/${id}`);
  const assessment = useGet<Assessment>(below(`assessments/${id}`));
  const found = useGet<Workshop>(path);
  const of = found.data;
  useEffect(takeUp, []);
  useEffect(() => {
    if (of) forgetClosed(of.votes);
  }, [of]);
  const back = <Link href={page(`assessments/${id}`)}>{say(assessment.data?.title) || t("workshop.assessment")}</Link>;
  if (!of && found.problem?.status === 404) {
    return (
      <Reading of={assessment}>
        <PageHead title={t("workshop.title")} sub={back} />
        <NotOpened of={assessment.data} path={path} />
      </Reading>
    );
  }
  const views = [["", t("workshop.view_follow")], ["wall", t("workshop.view_wall")], ...(may("coordinator") ? [["run", t("workshop.view_run")] as const] : []), ["minutes", t("workshop.view_minutes")]] as const;
  return (
    <Reading of={found}>
      {of && (
        <>
          <PageHead title={t("workshop.title")} sub={<><Standing of={of.state} />{back}</>}>
            <Here of={of} path={path} />
          </PageHead>
          <Tabs label={t("workshop.title")} views={views} />
          <div class="room">{view === "wall" ? <Wall id={id} path={path} /> : view === "run" ? <Panel of={of} path={path} /> : view === "minutes" ? <Minutes of={of} path={path} assessment={assessment.data} /> : <Follow of={of} path={path} />}</div>
        </>
      )}
    </Reading>
  );
}

function NotOpened({ of, path }: { of: Assessment | undefined; path: string }) {
  if (of?.state !== "workshop") return <Empty>{t("workshop.none_now", { state: word(of?.state) })}</Empty>;
  if (!mayWrite("coordinator")) return <Empty>{t("workshop.none_yet")}</Empty>;
  const open = async () => {
    await write("POST", path, {});
    expire(path);
  };
  return <Empty action={<WriteButton primary label={t("workshop.open")} work={open} />}>{t("workshop.open_explain")}</Empty>;
}

/** Says that one is there, or has gone. */
function Here({ of, path }: { of: Workshop; path: string }) {
  if (of.state !== "open" || !mayWrite(...VOTING)) return null;
  const go = (verb: string) => async () => {
    await write("POST", `${path}/${verb}`, {});
    expire(path);
  };
  return of.votes_here ? <WriteButton label={t("workshop.leave")} work={go("leave")} /> : <WriteButton primary label={t("workshop.join")} work={go("join")} />;
}

/** What the room is at, on one's own screen; another outcome can be looked at. */
function Follow({ of, path }: { of: Workshop; path: string }) {
  const looking = useParameter("outcome");
  const at = of.agenda.find((item) => item.outcome_lineage_id === (looking || of.at_outcome_lineage_id));
  const here = page(`workshop/${of.assessment_id}`);
  return (
    <div class="stack">
      {!of.votes_here && of.state === "open" && mayWrite(...VOTING) && <Notice>{t("workshop.join_explain")}</Notice>}
      {looking && looking !== of.at_outcome_lineage_id && <Notice action={<Link class="button" href={here}>{t("workshop.to_room")}</Link>}>{t("workshop.not_room")}</Notice>}
      {at ? <One of={of} path={path} at={at} /> : <Empty>{t("workshop.no_outcome")}</Empty>}
      <details>
        <summary>{t("workshop.agenda")}</summary>
        <ol class="list">
          {of.agenda.map((item) => (
            <li key={item.outcome_lineage_id}>
              <Link href={`${here}?outcome=${item.outcome_lineage_id}`} aria-current={item === at ? "page" : undefined}>{item.number} {say(item.statement)}</Link>
              {item.outcome_lineage_id === of.at_outcome_lineage_id && <span class="tag">{t("workshop.room_is_here")}</span>}
            </li>
          ))}
        </ol>
      </details>
    </div>
  );
}

function One({ of, path, at }: { of: Workshop; path: string; at: WorkshopAgendaItem }) {
  const outcome = useGet<WorkshopOutcome>(below(`workshop-outcomes/${of.assessment_id}/${at.outcome_lineage_id}`));
  const votes = of.votes.filter((vote) => vote.outcome_lineage_id === at.outcome_lineage_id);
  // Who looks at another outcome still hears that the room votes.
  const elsewhere = of.votes.filter((vote) => vote.state === "open" && !votes.includes(vote));
  return (
    <>
      <h2 aria-live="polite">{at.number} {say(at.statement)}</h2>
      {[...elsewhere, ...votes].sort((one, other) => Number(other.state === "open") - Number(one.state === "open")).map((vote) => (
        <section class="card stack tight" key={vote.id}>
          <VoteResult of={vote} />
          {vote.state === "open" && of.votes_here && <Ballot of={vote} path={path} />}
        </section>
      ))}
      <Decisions of={of} lineage={at.outcome_lineage_id} />
      <Reading of={outcome}>
        <Findings rows={outcome.data?.findings ?? []} extra={(finding) => of.state === "open" && of.votes_here && <DissentForm path={path} finding={finding} />} />
        {outcome.data?.analyses.map((one) => <p key={one.id}>{say(one.statement)}</p>)}
      </Reading>
    </>
  );
}
