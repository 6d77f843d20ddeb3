//! Shows the theory of change of a plan.

use chassis::Caller;

use crate::{
    Deps,
    domain::{
        plan::Plan,
        theory::{Theory, lay_out},
    },
    error::Error,
    store::plans::{self, Which},
};

/// The plan and its picture. A mere reader sees what is or was in force.
///
/// # Errors
/// `Missing`.
pub async fn get_theory_of_change(deps: &Deps, caller: &Caller, which: Which) -> Result<(Plan, Theory), Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let plan = plans::find(&mut tx, mission, which).await?;
    let plan = plan.filter(|plan| plan.head.state.is_published() || !caller.is_only_reader());
    let plan = plan.ok_or(Error::Missing("plan"))?;
    let theory = lay_out(&plan.framework);
    Ok((plan, theory))
}
