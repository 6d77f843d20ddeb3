//! Shows which items of a plan serve which lines of the budget.

use chassis::Caller;
use cpas_proto::words::Period;

use crate::{
    Deps,
    domain::{plan::Plan, rbb::Crosswalk},
    error::Error,
    store::{
        plans::{self, Which},
        rbb,
    },
};

/// A plan with its crosswalk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenCrosswalk {
    pub plan: Plan,
    pub crosswalk: Crosswalk,
}

/// The crosswalk of a plan to the budget of a year, or of all years.
///
/// # Errors
/// `Missing`.
pub async fn rbb_crosswalk(
    deps: &Deps,
    caller: &Caller,
    plan: Which,
    period: Option<Period>,
) -> Result<SeenCrosswalk, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let plan = plans::find(&mut tx, mission, plan).await?.ok_or(Error::Missing("plan"))?;
    let links = rbb::links(&mut tx, mission, plan.head.id).await?;
    let lines = rbb::lines(&mut tx, mission).await?;
    let crosswalk = Crosswalk::of(&plan.framework, lines, &links, period);
    Ok(SeenCrosswalk { plan, crosswalk })
}
