//! Takes an assumption or risk off a draft.

use chassis::{Caller, Tx};
use cpas_proto::planning::v1 as pb;
use uuid::Uuid;

use super::{
    fresh_risk,
    reach::{PLANNERS, reach_section},
};
use crate::{
    Deps,
    domain::{
        ids::{PlanId, RiskId},
        plan::Plan,
        removed::Removal,
        risk::{Risk, hanging_on_nothing, only_in_a_draft},
    },
    error::Error,
    events,
    store::{plans, rbb, removed, risks},
};

/// Takes one off a draft; versions that were approved keep it.
///
/// # Errors
/// `Missing`; `OutOfReach`; `Risk` when the plan is no draft; `Stale` with the stored one.
pub async fn remove_risk(
    deps: &Deps,
    caller: &Caller,
    plan: PlanId,
    id: RiskId,
    seen_version: i64,
) -> Result<pb::RemoveRiskResponse, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let stored = plans::find_to_change(&mut tx, mission, plan).await?.ok_or(Error::Missing("plan"))?;
    let kept = risks::find_to_change(&mut tx, mission, plan, id).await?.ok_or(Error::Missing("assumption or risk"))?;
    reach_section(caller, PLANNERS, Some(&kept.risk.content.owner_section))?;
    only_in_a_draft(stored.head.state)?;
    fresh_risk(&kept, seen_version)?;
    remove(&mut tx, mission, &kept.risk).await?;
    Ok(tx.finish(pb::RemoveRiskResponse {}).await?)
}

/// What hung on an item or link that was taken off the plan goes with it, whoever may see it; what hung on an
/// item is kept, so that it comes back with it.
pub(super) async fn remove_what_hangs_on_nothing(
    tx: &mut Tx,
    mission: Uuid,
    before: &Plan,
    after: &Plan,
) -> Result<(), Error> {
    let kept = risks::all_of_plan(tx, mission, after.head.id).await?;
    let all: Vec<Risk> = kept.into_iter().map(|kept| kept.risk).collect();
    let going: Vec<&Risk> = hanging_on_nothing(&all, &after.framework).collect();
    let numbers = before.framework.numbers();
    for taken in before.framework.lost_to(&after.framework) {
        let number = taken.items.first().and_then(|top| numbers.get(&top.id)).cloned().unwrap_or_default();
        let ids: Vec<RiskId> =
            going.iter().filter(|risk| taken.holds(&risk.content.place)).map(|risk| risk.id).collect();
        let removal = Removal { plan: after.head.id, number, taken, recorded: after.head.recorded.clone() };
        removed::keep(tx, mission, &before.head, &removal, &ids).await?;
    }
    rbb::unlink_what_is_gone(tx, mission, after.head.id).await?;
    for risk in going {
        remove(tx, mission, risk).await?;
    }
    Ok(())
}

async fn remove(tx: &mut Tx, mission: Uuid, risk: &Risk) -> Result<(), Error> {
    risks::remove(tx, mission, risk.id).await?;
    Ok(tx.publish(events::risk_removed(risk)).await?)
}
