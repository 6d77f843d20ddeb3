//! Reads a workshop, for a person or for the wall.

use chassis::{Caller, Tx};
use uuid::Uuid;

use super::{VOTING, as_the_wall};
use crate::{
    Deps, app,
    domain::{
        finding::Finding,
        frozen::Analysis,
        workshop::{Record, Workshop, vote::Vote},
    },
    error::Error,
    store,
};

/// A workshop as somebody sees it.
pub struct Seen {
    pub record: Record,
    pub account: Uuid,
    /// The caller is here and votes.
    pub votes_here: bool,
    /// The wall is nobody's own.
    pub wall: bool,
}

/// A vote as somebody sees it.
pub struct VoteSeen<'a> {
    pub vote: &'a Vote,
    pub may_vote: usize,
    pub account: Option<Uuid>,
}

impl Seen {
    /// The votes, each with how many may vote on it.
    pub fn votes(&self) -> impl Iterator<Item = VoteSeen<'_>> {
        self.record.votes.iter().map(|vote| self.seen(vote))
    }

    /// One of them.
    pub fn vote(&self, id: Uuid) -> Result<VoteSeen<'_>, Error> {
        let vote = self.record.votes.iter().find(|vote| vote.id == id).ok_or(Error::NotFound("vote"))?;
        Ok(self.seen(vote))
    }

    fn seen<'a>(&'a self, vote: &'a Vote) -> VoteSeen<'a> {
        let may_vote = match &vote.counted {
            Some(counted) => counted.may_vote,
            None => self.record.may_vote(vote.classification).max(vote.voted()),
        };
        VoteSeen { vote, may_vote, account: (!self.wall).then_some(self.account) }
    }
}

/// All of it that the caller may see; for the wall, only up to the room's classification.
pub async fn get_workshop(deps: &Deps, caller: &Caller, assessment: Uuid, wall: bool) -> Result<Seen, Error> {
    let (mut tx, workshop) = begin(deps, caller, assessment, wall).await?;
    let record = record(&mut tx, workshop).await?;
    let member = caller.grants.iter().any(|grant| VOTING.contains(&grant.role));
    let here = record.presences.iter().any(|one| one.account_id == Some(caller.account) && one.left_at.is_none());
    Ok(Seen { record, account: caller.account, votes_here: member && here && !wall, wall })
}

/// What there is to be seen of one outcome.
pub struct OutcomeSeen {
    pub assessment_id: Uuid,
    pub lineage_id: Uuid,
    pub analyses: Vec<Analysis>,
    pub findings: Vec<Finding>,
}

/// The analyses and findings of one outcome on the agenda.
pub async fn get_outcome(
    deps: &Deps,
    caller: &Caller,
    assessment: Uuid,
    lineage_id: Uuid,
    wall: bool,
) -> Result<OutcomeSeen, Error> {
    let (mut tx, workshop) = begin(deps, caller, assessment, wall).await?;
    workshop.check_outcome(lineage_id).map_err(|_| Error::NotFound("outcome"))?;
    let mission = tx.mission();
    let analyses = store::analyses::of_item(&mut tx, mission, assessment, lineage_id).await?;
    let mut findings = store::findings::of_assessment(&mut tx, mission, assessment).await?;
    findings.retain(|finding| finding.content.outcome_lineage_id == lineage_id);
    Ok(OutcomeSeen { assessment_id: assessment, lineage_id, analyses, findings })
}

/// A transaction that sees what may be seen: the caller, or the wall.
async fn begin(deps: &Deps, caller: &Caller, assessment: Uuid, wall: bool) -> Result<(Tx, Workshop), Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    app::assessment(&mut tx, assessment).await?;
    let found = store::workshops::of_assessment(&mut tx, mission, assessment).await?;
    let workshop = found.ok_or(Error::NotFound("workshop"))?;
    if !wall {
        return Ok((tx, workshop));
    }
    if workshop.classification > workshop.room {
        return Err(Error::Conflict(format!(
            "The wall shows up to {}, and the plan of this assessment is above that. Choose another classification of the room.",
            workshop.room
        )));
    }
    drop(tx);
    let tx = deps.db.begin(&as_the_wall(caller, workshop.room)).await?;
    Ok((tx, workshop))
}

/// All of a workshop that the transaction sees.
pub(super) async fn record(tx: &mut Tx, workshop: Workshop) -> Result<Record, Error> {
    let (mission, id) = (tx.mission(), workshop.assessment_id);
    let title = app::assessment(tx, id).await?.title;
    let outcomes = store::frozen::plan(tx, mission, id).await?.map(|plan| plan.outcomes).unwrap_or_default();
    let presences = store::workshops::presences(tx, mission, id).await?;
    let votes = store::workshops::votes(tx, mission, id).await?;
    let entries = store::workshops::entries(tx, mission, id).await?;
    let remarks = store::workshops::remarks(tx, mission, id).await?;
    Ok(Record { workshop, title, outcomes, presences, votes, entries, remarks })
}
