//! Votes: opened and closed by who facilitates, cast by who is here.

use chassis::{Caller, new_id};
use cpas_proto::{assessment::v1 as pb, words::Classification};
use uuid::Uuid;

use super::{
    check_room_for_more, finding, held, present,
    read::{Seen, get_workshop},
    written,
};
use crate::{
    Deps,
    app::{Seen as SeenVersion, check_clearance},
    domain::{
        Invalid,
        text::Text,
        workshop::vote::{Asked, Ballot, Cast, Choice, NewVote, Vote},
    },
    error::Error,
    events, store,
};

/// A vote to be opened.
#[derive(Debug, Clone)]
pub struct OpenVote {
    pub assessment_id: Uuid,
    pub outcome: Uuid,
    pub finding_id: Option<Uuid>,
    pub asked: Asked,
    pub text: Text,
    pub secret: bool,
    pub classification: Classification,
}

/// Opens a vote on an outcome, or on a finding of it. It is as secret as what it is on.
pub async fn open_vote(deps: &Deps, caller: &Caller, open: OpenVote) -> Result<(Seen, Uuid), Error> {
    let mission = caller.mission()?.id;
    check_clearance(caller, open.classification)?;
    let assessment = open.assessment_id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        drop(tx);
        return Ok((get_workshop(deps, caller, assessment, false).await?, done));
    }
    let workshop = held(&mut tx, assessment).await?;
    workshop.check_outcome(open.outcome)?;
    let mut classification = open.classification.max(workshop.classification);
    let mut on = None;
    if let Some(id) = open.finding_id {
        let finding = finding(&mut tx, assessment, id).await?;
        if finding.content.outcome_lineage_id != open.outcome {
            return Err(Invalid::new("finding_id", "is not a finding on this outcome").into());
        }
        classification = classification.max(finding.content.classification);
        on = Some((id, finding.content.question));
    }
    check_room_for_more(store::workshops::votes(&mut tx, mission, assessment).await?.len())?;
    let presences = store::workshops::presences(&mut tx, mission, assessment).await?;
    let may_vote = presences.iter().filter(|one| one.may_vote(classification)).count();
    let now = deps.clock.now();
    let OpenVote { outcome, asked, text, secret, .. } = open;
    let new = NewVote { outcome, finding: on, asked, text, secret, classification };
    let vote = Vote::open(new_id(now), assessment, new, may_vote, written(caller, now))?;
    store::workshops::save_vote(&mut tx, mission, &vote).await?;
    tx.publish(events::workshop_vote_recorded(&vote)).await?;
    let id = tx.finish(vote.id).await?;
    Ok((get_workshop(deps, caller, assessment, false).await?, id))
}

/// A ballot.
#[derive(Clone)]
pub struct CastBallot {
    pub assessment_id: Uuid,
    pub vote_id: Uuid,
    pub choice: Choice,
    pub key: String,
}

/// The caller's one vote, or a change of it.
///
/// It is done once by itself: the same ballot again changes nothing. So no idempotency key is kept of it, whose print of
/// the request beside the account would tell a secret choice to who tries them all.
pub async fn cast_ballot(deps: &Deps, caller: &Caller, cast: CastBallot) -> Result<Seen, Error> {
    let mission = caller.mission()?.id;
    let nameless = Caller { idempotency: None, ..caller.clone() };
    let mut tx = deps.db.begin(&nameless).await?;
    held(&mut tx, cast.assessment_id).await?;
    let here = present(&mut tx, caller, cast.assessment_id).await?;
    let found = store::workshops::vote_for_change(&mut tx, mission, cast.vote_id).await?;
    let found = found.filter(|vote| vote.assessment_id == cast.assessment_id).ok_or(Error::NotFound("vote"))?;
    let ballot = Ballot { name: caller.name.clone(), component: here.component, choice: cast.choice };
    let vote = found.clone().cast(Cast { account: caller.account, ballot, key: cast.key })?;
    if vote != found {
        store::workshops::save_vote(&mut tx, mission, &vote).await?;
        tx.publish(events::workshop_vote_recorded(&vote)).await?;
    }
    tx.finish(()).await?;
    get_workshop(deps, caller, cast.assessment_id, false).await
}

/// open → closed, and counted. Of two who close at once one does, and the other sees that it is closed.
pub async fn close_vote(deps: &Deps, caller: &Caller, assessment: Uuid, seen: SeenVersion) -> Result<Seen, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if tx.replay::<()>().await?.is_some() {
        drop(tx);
        return get_workshop(deps, caller, assessment, false).await;
    }
    held(&mut tx, assessment).await?;
    let found = store::workshops::vote_for_change(&mut tx, mission, seen.id).await?;
    let found = found.filter(|vote| vote.assessment_id == assessment).ok_or(Error::NotFound("vote"))?;
    let presences = store::workshops::presences(&mut tx, mission, assessment).await?;
    let may_vote = presences.iter().filter(|one| one.may_vote(found.classification)).count();
    let shown = super::VoteSeen { vote: &found, may_vote, account: Some(caller.account) };
    seen.check(found.version, || pb::WorkshopVote::from(&shown))?;
    let vote = found.close(may_vote, deps.clock.now())?;
    store::workshops::save_vote(&mut tx, mission, &vote).await?;
    tx.publish(events::workshop_vote_recorded(&vote)).await?;
    tx.finish(()).await?;
    get_workshop(deps, caller, assessment, false).await
}
