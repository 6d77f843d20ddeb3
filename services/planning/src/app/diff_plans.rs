//! Compares two versions of a plan.

use chassis::Caller;

use crate::{
    Deps,
    domain::{
        diff::{Diff, diff},
        ids::PlanId,
        plan::Plan,
    },
    error::Error,
    store::plans::{self, Which},
};

/// Two plans and what changed between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    pub from: Plan,
    pub to: Plan,
    pub diff: Diff,
}

/// What changed from one plan to another.
///
/// # Errors
/// `Missing` for either.
pub async fn diff_plans(deps: &Deps, caller: &Caller, from: PlanId, to: PlanId) -> Result<Comparison, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let from = plans::find(&mut tx, mission, Which::Id(from)).await?.ok_or(Error::Missing("plan"))?;
    let to = plans::find(&mut tx, mission, Which::Id(to)).await?.ok_or(Error::Missing("plan"))?;
    let diff = diff(&from.framework, &to.framework);
    Ok(Comparison { from, to, diff })
}
