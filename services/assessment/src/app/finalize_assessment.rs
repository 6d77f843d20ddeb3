//! Leadership finalizes an assessment, when every recommendation is decided, each outcome answers the question of women,
//! girls and youth or says why not, and all have signed who have to.

use chassis::{Caller, Tx};
use cpas_proto::assessment::v1 as pb;

use super::{Seen, moved, pinned_plan};
use crate::{
    Deps,
    domain::{assessment::Assessment, gender::unanswered, sign_off},
    error::Error,
    store,
};

/// leadership_review → finalized.
pub async fn finalize_assessment(deps: &Deps, caller: &Caller, seen: Seen) -> Result<Assessment, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let assessment =
        store::assessments::for_change(&mut tx, mission, seen.id).await?.ok_or(Error::NotFound("assessment"))?;
    seen.check(assessment.version, || pb::Assessment::from(&assessment))?;
    let undecided = store::recommendations::undecided(&mut tx, mission, assessment.id).await?;
    let from = assessment.state;
    let assessment = assessment.finalize(undecided)?;
    check_complete(&mut tx, &assessment).await?;
    moved(&mut tx, caller, &assessment, from, "", deps.clock.now()).await?;
    Ok(tx.finish(assessment).await?)
}

/// Of the findings that the caller sees: what is above a clearance is not told by a refusal either.
async fn check_complete(tx: &mut Tx, assessment: &Assessment) -> Result<(), Error> {
    let mission = tx.mission();
    let plan = pinned_plan(tx, assessment.id).await?;
    let findings = store::findings::of_assessment(tx, mission, assessment.id).await?;
    let statements = store::course::statements(tx, mission, assessment.id).await?;
    let open = unanswered(&plan, &findings, &statements);
    if !open.is_empty() {
        return Err(Error::Conflict(format!(
            "The question of women, girls and youth is open for these outcomes: {}. Answer it with a finding, or say why it does not apply, then finalize.",
            open.join(", ")
        )));
    }
    let rule = store::cycles::of_mission(tx, mission).await?.sign_off;
    let signatures = store::course::signatures(tx, mission, assessment.id).await?;
    let missing = sign_off::missing(&sign_off::requirements(&rule, &plan, &findings, &signatures));
    if !missing.is_empty() {
        return Err(Error::Conflict(format!("The assessment cannot be finalized yet. {}", missing.join(" "))));
    }
    Ok(())
}
