//! Shows plans, and the changes that are asked of them.

use chassis::Caller;
use cpas_proto::planning::v1 as pb;

use crate::{
    Deps,
    error::Error,
    store::{
        changes,
        plans::{self, Which},
    },
};

/// A plan with its items and links. A mere reader sees what is or was in force.
///
/// # Errors
/// `Missing`.
pub async fn get_plan(deps: &Deps, caller: &Caller, which: Which) -> Result<pb::Plan, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let plan = plans::find(&mut tx, mission, which).await?;
    let plan = plan.filter(|plan| plan.head.state.is_published() || !caller.is_only_reader());
    plan.map(|plan| pb::Plan::from(&plan)).ok_or(Error::Missing("plan"))
}

/// All plans without their items, the newest first. A mere reader sees what is or was in force.
///
/// # Errors
/// `Unavailable` when the database is away.
pub async fn list_plans(deps: &Deps, caller: &Caller) -> Result<pb::ListPlansResponse, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let mut plans = plans::list(&mut tx, mission).await?;
    plans.retain(|plan| plan.state.is_published() || !caller.is_only_reader());
    Ok(pb::ListPlansResponse { plans: plans.iter().map(pb::Plan::from).collect() })
}

/// All changes that accepted recommendations ask of the plan, the newest first.
///
/// # Errors
/// `Unavailable` when the database is away.
pub async fn list_plan_changes(deps: &Deps, caller: &Caller) -> Result<pb::ListPlanChangesResponse, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let changes = changes::list(&mut tx, mission).await?;
    Ok(pb::ListPlanChangesResponse { plan_changes: changes.iter().map(pb::PlanChange::from).collect() })
}
