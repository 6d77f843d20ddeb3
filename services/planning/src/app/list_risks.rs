//! Shows the assumptions and risks of a plan.

use chassis::Caller;
use cpas_proto::planning::v1 as pb;

use crate::{
    Deps,
    domain::ids::PlanId,
    error::Error,
    store::{
        plans::{self, Which},
        risks,
    },
};

/// Those of a plan, of those that the caller may see, each with what its tripwire says today.
///
/// # Errors
/// `Missing`.
pub async fn list_risks(deps: &Deps, caller: &Caller, plan: PlanId) -> Result<pb::ListRisksResponse, Error> {
    let mission = caller.mission()?;
    let mut tx = deps.db.begin(caller).await?;
    plans::find(&mut tx, mission.id, Which::Id(plan)).await?.ok_or(Error::Missing("plan"))?;
    let (today, fiscal_start) = (deps.clock.today(), mission.fiscal_year_start_month);
    let mut kept = risks::of_plan(&mut tx, mission.id, plan).await?;
    for one in &mut kept {
        one.risk.reading = one.risk.reading.map(|reading| reading.as_of(today, fiscal_start));
    }
    Ok(pb::ListRisksResponse { risks: kept.iter().map(pb::Risk::from).collect() })
}
