//! Waives a finding of the plan check for a reason, and takes that back.

use chassis::{Caller, Tx, new_id};
use cpas_proto::planning::v1 as pb;

use super::{check_plan::checked, recorded};
use crate::{
    Deps,
    domain::{
        check::waiver::{Key, WaiverRefused, not_over, waived},
        ids::PlanId,
        plan::Plan,
    },
    error::Error,
    events,
    store::{checks, plans},
};

/// The check after a finding was waived.
///
/// # Errors
/// `Missing` for the plan, or a finding that the check does not make (any more); `Waiver` when it cannot be
/// waived or the reason says nothing.
pub async fn waive_finding(
    deps: &Deps,
    caller: &Caller,
    id: PlanId,
    key: Key,
    reason: &str,
) -> Result<pb::CheckPlanResponse, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let plan = held(&mut tx, caller, id).await?;
    let now = checked(&mut tx, caller, &plan, deps.clock.today()).await?;
    let found = now.findings.iter().find(|one| one.key == key).ok_or(Error::Missing("finding of the plan check"))?;
    let recorded = recorded(caller, &deps.clock);
    let waiver = waived(&found.finding, key, found.waiver.as_ref(), reason, recorded)?;
    let waiver_id = new_id(waiver.waived.at);
    checks::waive(&mut tx, mission, waiver_id, plan.head.family, &waiver, plan.head.classification).await?;
    let after = checked(&mut tx, caller, &plan, deps.clock.today()).await?;
    tx.publish(events::check_changed(&plan.head)).await?;
    Ok(tx.finish(pb::CheckPlanResponse::from(&after)).await?)
}

/// The check after a waiver was taken back: the finding counts again.
///
/// # Errors
/// `Missing` for the plan; `Waiver` where none stands.
pub async fn take_back_waiver(
    deps: &Deps,
    caller: &Caller,
    id: PlanId,
    key: Key,
) -> Result<pb::CheckPlanResponse, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let plan = held(&mut tx, caller, id).await?;
    // One that the caller's check does not show is, for them, not waived.
    let now = checked(&mut tx, caller, &plan, deps.clock.today()).await?;
    let is_shown = now.findings.iter().any(|one| one.key == key && one.waiver.is_some());
    let by = recorded(caller, &deps.clock);
    if !is_shown || !checks::take_back(&mut tx, mission, plan.head.family, &key, &by).await? {
        return Err(WaiverRefused::NotWaived.into());
    }
    let after = checked(&mut tx, caller, &plan, deps.clock.today()).await?;
    tx.publish(events::check_changed(&plan.head)).await?;
    Ok(tx.finish(pb::CheckPlanResponse::from(&after)).await?)
}

/// The plan, held with all its versions, so that no two waivers of one finding are given at a time.
async fn held(tx: &mut Tx, caller: &Caller, id: PlanId) -> Result<Plan, Error> {
    let mission = caller.mission()?.id;
    let plan = plans::find_to_change(tx, mission, id).await?.ok_or(Error::Missing("plan"))?;
    not_over(plan.head.state)?;
    checks::hold(tx, mission, plan.head.family).await?;
    Ok(plan)
}
