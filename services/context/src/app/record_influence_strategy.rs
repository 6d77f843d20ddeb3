use chassis::{Caller, new_id};

use super::{authority, merge_stakeholders::standing};
use crate::{
    Deps,
    domain::{
        ids::{StakeholderId, StrategyId},
        stakeholder::Stakeholder,
        strategy::{Strategy, StrategyContent, Subject},
    },
    error::Error,
    events, store,
};

/// Records by which lever a stakeholder should change.
///
/// # Errors
/// Less secret than the stakeholder, above the caller's clearance, out of the caller's reach, or no such
/// stakeholder for this caller.
pub async fn record_influence_strategy(
    deps: &Deps,
    caller: &Caller,
    stakeholder: StakeholderId,
    content: StrategyContent,
) -> Result<Strategy, Error> {
    let roles = authority::allowed(caller, "RecordInfluenceStrategy")?;
    let (by, mission) = authority::writer(caller)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    // Locked, so that nobody raises it above what is recorded about it meanwhile.
    let stakeholder = store::stakeholders::lock(&mut tx, stakeholder).await?.ok_or(Error::Missing("stakeholder"))?;
    let stakeholder = standing(stakeholder)?;
    authority::touches(caller, roles, &stakeholder.areas, &store::areas::tree(&mut tx).await?)?;
    let now = deps.clock.now();
    let strategy = Strategy::record(subject(&stakeholder), content, StrategyId(new_id(now)), by, now)?;
    authority::cleared(caller, strategy.classification)?;
    store::strategies::insert(&mut tx, mission, &strategy).await?;
    tx.publish(events::influence_strategy_recorded(&strategy)).await?;
    Ok(tx.finish(strategy).await?)
}

pub(super) fn subject(of: &Stakeholder) -> Subject<'_> {
    Subject { id: of.id, name: &of.name, classification: of.classification }
}
