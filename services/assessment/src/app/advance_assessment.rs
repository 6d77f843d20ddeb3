//! Moves an assessment on: frozen, analysis, workshop, leadership review.

use chassis::Caller;
use cpas_proto::assessment::v1 as pb;

use super::{Seen, ask_to_sign, moved};
use crate::{
    Deps,
    domain::{
        assessment::{self, Assessment},
        workshop::{NotHeld, State},
    },
    error::Error,
    store,
};

/// One step further.
pub async fn advance_assessment(deps: &Deps, caller: &Caller, seen: Seen) -> Result<Assessment, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let assessment =
        store::assessments::for_change(&mut tx, mission, seen.id).await?.ok_or(Error::NotFound("assessment"))?;
    seen.check(assessment.version, || pb::Assessment::from(&assessment))?;
    let workshop = store::workshops::of_assessment(&mut tx, mission, assessment.id).await?;
    if workshop.is_some_and(|workshop| workshop.state == State::Open) {
        return Err(NotHeld::GoesOn.into());
    }
    let from = assessment.state;
    let assessment = assessment.advance()?;
    moved(&mut tx, caller, &assessment, from, "", deps.clock.now()).await?;
    if assessment.state == assessment::State::LeadershipReview {
        ask_to_sign(&mut tx, assessment.id).await?;
    }
    Ok(tx.finish(assessment).await?)
}
