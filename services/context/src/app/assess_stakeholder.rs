use chassis::{Caller, new_id};

use super::{authority, merge_stakeholders::standing};
use crate::{
    Deps,
    domain::{
        ids::AssessmentId,
        standing::{Assessment, NewAssessment, shift},
    },
    error::Error,
    events, store,
};

/// Adds a dated assessment; a far move of the stance since the one before, or from it to the one after, is told as an
/// alert.
///
/// # Errors
/// A date in the future, one that has an assessment already, or no such stakeholder for this caller.
pub async fn assess_stakeholder(deps: &Deps, caller: &Caller, new: NewAssessment) -> Result<Assessment, Error> {
    let roles = authority::allowed(caller, "AssessStakeholder")?;
    new.check_date(deps.clock.today())?;
    let (by, mission) = authority::writer(caller)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    // Locked, so that the stance before is the one before for both of two that come at once.
    let stakeholder =
        store::stakeholders::lock(&mut tx, new.stakeholder).await?.ok_or(Error::Missing("stakeholder"))?;
    let stakeholder = standing(stakeholder)?;
    authority::touches(caller, roles, &stakeholder.areas, &store::areas::tree(&mut tx).await?)?;
    let before = store::assessments::stance_before(&mut tx, stakeholder.id, new.as_of).await?;
    let now = deps.clock.now();
    let assessment = Assessment::record(new, AssessmentId(new_id(now)), by, now);
    let of_that_date = store::assessments::has(&mut tx, stakeholder.id, assessment.as_of).await?;
    if of_that_date || !store::assessments::insert(&mut tx, mission, &assessment).await? {
        return Err(Error::Duplicate(format!(
            "There is an assessment as of {} already, and assessments are never changed. Add one as of another date.",
            assessment.as_of
        )));
    }
    store::stakeholders::keep_as_secret(&mut tx, stakeholder.id).await?;
    tx.publish(events::stakeholder_assessed(&stakeholder, &assessment)).await?;
    if let Some(shift) = shift(before, assessment.stance) {
        tx.publish(events::stakeholder_shifted(&stakeholder, assessment.as_of, shift)).await?;
    }
    // Entered late, it stands before one that was no far move until now.
    if let Some((as_of, after)) = store::assessments::stance_after(&mut tx, stakeholder.id, assessment.as_of).await?
        && shift(before, after).is_none()
        && let Some(shift) = shift(Some(assessment.stance), after)
    {
        tx.publish(events::stakeholder_shifted(&stakeholder, as_of, shift)).await?;
    }
    Ok(tx.finish(assessment).await?)
}
