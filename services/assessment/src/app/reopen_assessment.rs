//! Takes an assessment back, with a reason that stays. What was frozen stays frozen, and what was published stays published.

use chassis::Caller;
use cpas_proto::{assessment::v1 as pb, words::Role};

use super::{Seen, ask_to_sign, moved};
use crate::{
    Deps,
    domain::{
        assessment::{Assessment, State},
        course,
    },
    error::Error,
    events, store,
};

/// An assessment to be taken back.
#[derive(Debug, Clone)]
pub struct Reopen {
    pub seen: Seen,
    pub to: State,
    pub reason: String,
}

/// leadership_review → workshop or analysis; finalized → leadership_review, which only leadership does.
pub async fn reopen_assessment(deps: &Deps, caller: &Caller, reopen: Reopen) -> Result<Assessment, Error> {
    let mission = caller.mission()?.id;
    let reason = course::reason("reason", &reopen.reason)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let found = store::assessments::for_change(&mut tx, mission, reopen.seen.id).await?;
    let assessment = found.ok_or(Error::NotFound("assessment"))?;
    reopen.seen.check(assessment.version, || pb::Assessment::from(&assessment))?;
    let from = assessment.state;
    if from == State::Finalized && !caller.has(Role::Leadership) {
        return Err(Error::OutOfReach("Only leadership reopens an assessment that is finalized.".to_owned()));
    }
    let assessment = assessment.reopen(reopen.to)?;
    let step = moved(&mut tx, caller, &assessment, from, &reason, deps.clock.now()).await?;
    tx.publish(events::assessment_reopened(&assessment, &step)).await?;
    if assessment.state == State::LeadershipReview {
        ask_to_sign(&mut tx, assessment.id).await?;
    }
    Ok(tx.finish(assessment).await?)
}
