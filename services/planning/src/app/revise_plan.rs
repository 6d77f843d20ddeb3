//! Changes title and horizon of a draft.

use chassis::Caller;
use cpas_proto::planning::v1 as pb;

use super::{NewPlan, fresh_plan, reach::reach_mission, recorded};
use crate::{Deps, domain::ids::PlanId, error::Error, events, store::plans};

/// The plan as it now reads. Only who plans for the whole mission may: it speaks for all sections.
///
/// # Errors
/// `OutOfReach`; `Missing`; `Stale` with the stored plan; `Plan` when it is no draft.
pub async fn revise_plan(
    deps: &Deps,
    caller: &Caller,
    id: PlanId,
    seen_version: i64,
    new: NewPlan,
) -> Result<pb::Plan, Error> {
    let mission = caller.mission()?.id;
    reach_mission(caller)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let before = plans::find_to_change(&mut tx, mission, id).await?.ok_or(Error::Missing("plan"))?;
    fresh_plan(&before, seen_version)?;
    let after = before.renamed(new.title, new.horizon, recorded(caller, &deps.clock))?;
    plans::save(&mut tx, mission, &before, &after).await?;
    tx.publish(events::plan_recorded(&after)?).await?;
    Ok(tx.finish(pb::Plan::from(&after)).await?)
}
