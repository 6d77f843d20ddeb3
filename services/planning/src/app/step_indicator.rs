//! Takes an indicator a step on: approve, activate, retire.

use chassis::Caller;
use cpas_proto::planning::v1 as pb;

use super::{
    fresh_indicator, indicator_recorded,
    reach::{APPROVERS, reach_section},
    recorded,
};
use crate::{
    Deps,
    domain::{ids::IndicatorId, indicator::IndicatorStep},
    error::Error,
    store::indicators,
};

/// The indicator after a step.
///
/// # Errors
/// `Missing`; `OutOfReach`; `Stale` with the stored indicator; `Indicator` when the step does not start from its state.
pub async fn step_indicator(
    deps: &Deps,
    caller: &Caller,
    id: IndicatorId,
    seen_version: i64,
    step: IndicatorStep,
) -> Result<pb::Indicator, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let stored = indicators::find_to_change(&mut tx, mission, id).await?.ok_or(Error::Missing("indicator"))?;
    reach_section(caller, APPROVERS, stored.definition.owner_section.as_deref())?;
    fresh_indicator(&stored, seen_version)?;
    let indicator = stored.stepped(step, recorded(caller, &deps.clock))?;
    indicators::save(&mut tx, mission, &indicator).await?;
    let told = indicator_recorded(&mut tx, &indicator).await?;
    tx.publish(told).await?;
    Ok(tx.finish(pb::Indicator::from(&indicator)).await?)
}
