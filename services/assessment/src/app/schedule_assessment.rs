//! Schedules an assessment.

use chassis::{Caller, new_id};

use crate::{
    Deps,
    domain::assessment::{Assessment, NewAssessment},
    error::Error,
    events, store,
};

/// Stores a new assessment, scheduled.
pub async fn schedule_assessment(deps: &Deps, caller: &Caller, new: NewAssessment) -> Result<Assessment, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let now = deps.clock.now();
    let assessment = Assessment::schedule(new_id(now), new, caller.account, now);
    store::assessments::insert(&mut tx, mission, &assessment).await?;
    tx.publish(events::assessment_recorded(&assessment)).await?;
    Ok(tx.finish(assessment).await?)
}
