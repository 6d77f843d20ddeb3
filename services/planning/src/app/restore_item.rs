//! Shows what was removed from a draft, and puts it back.

use chassis::Caller;
use cpas_proto::planning::v1 as pb;

use super::{
    edit_plan::{check_references, sources},
    fresh_plan,
    reach::reach_item,
    recorded,
};
use crate::{
    Deps,
    domain::{
        ids::{ItemId, PlanId},
        library::drop_doubles,
        plan::PlanRefused,
        removed::Removal,
    },
    error::Error,
    events,
    store::{
        neighbours,
        plans::{self, Which},
        removed, risks,
    },
};

/// The plan with an item back in it, all below it, its links and its risks.
///
/// # Errors
/// `Missing` for the plan or the removal; `Stale` with the stored plan; `OutOfReach`; `Plan` when it is no
/// draft, what the item lay in is gone, or a circle would close.
pub async fn restore_item(
    deps: &Deps,
    caller: &Caller,
    id: PlanId,
    seen_version: i64,
    item: ItemId,
) -> Result<pb::Plan, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let before = plans::find_to_change(&mut tx, mission, id).await?.ok_or(Error::Missing("plan"))?;
    let removal = removed::find_to_change(&mut tx, mission, id, item).await?;
    let mut removal = removal.ok_or(Error::Missing("removed item"))?;
    drop_doubles(&before.framework, &mut removal.taken.items);
    removal.taken.items.iter().try_for_each(|item| reach_item(caller, &item.content))?;
    fresh_plan(&before, seen_version)?;
    before.check_is_draft()?;
    // What was named openly may be secret by now: it comes back only to who may see it.
    for item in &removal.taken.items {
        check_references(&mut tx, mission, &before, &item.content).await?;
    }
    let (framework, left) = before.framework.put_back(removal.taken).map_err(PlanRefused::Framework)?;
    let mut after = before.rewritten(framework, recorded(caller, &deps.clock))?;
    after.head.classification =
        neighbours::highest_classification(&mut tx, mission, &after.stakeholders(), &sources(&after)).await?;
    plans::save(&mut tx, mission, &before, &after).await?;
    let back = removed::put_back(&mut tx, mission, id, item, &left).await?;
    for kept in risks::all_of_plan(&mut tx, mission, id).await? {
        if back.contains(&kept.risk.id) {
            tx.publish(events::risk_recorded(&kept)).await?;
        }
    }
    tx.publish(events::plan_recorded(&after)?).await?;
    Ok(tx.finish(pb::Plan::from(&after)).await?)
}

/// What was removed from a plan and can be put back while it is a draft, the newest first.
///
/// # Errors
/// `Missing`.
pub async fn list_removed_items(deps: &Deps, caller: &Caller, plan: PlanId) -> Result<Vec<Removal>, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    plans::find(&mut tx, mission, Which::Id(plan)).await?.ok_or(Error::Missing("plan"))?;
    removed::of_plan(&mut tx, mission, plan).await
}
