//! Drafts a new plan.

use chassis::{Caller, new_id};
use cpas_proto::planning::v1 as pb;

use super::recorded;
use crate::{
    Deps,
    domain::{
        ids::PlanId,
        plan::{Horizon, Plan},
        text::Text,
    },
    error::Error,
    events,
    store::plans,
};

/// A plan as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlan {
    pub title: Text,
    pub horizon: Horizon,
}

/// Drafts an empty plan.
///
/// # Errors
/// `Unavailable` when the database is away.
pub async fn draft_plan(deps: &Deps, caller: &Caller, new: NewPlan) -> Result<pb::Plan, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let recorded = recorded(caller, &deps.clock);
    let plan = Plan::drafted(PlanId(new_id(recorded.at)), new.title, new.horizon, recorded);
    plans::insert(&mut tx, mission, &plan).await?;
    tx.publish(events::plan_recorded(&plan)?).await?;
    Ok(tx.finish(pb::Plan::from(&plan)).await?)
}
