use chassis::Caller;

use super::{Seen, authority, record_influence_strategy::subject};
use crate::{
    Deps, api,
    domain::{
        ids::StrategyId,
        strategy::{Strategy, StrategyContent},
    },
    error::Error,
    events, store,
};

/// Replaces what a strategy says; withdraws it, or takes it up again.
///
/// # Errors
/// A stale version, no such strategy for this caller, and as when it is recorded.
pub async fn revise_influence_strategy(
    deps: &Deps,
    caller: &Caller,
    seen: Seen<StrategyId>,
    content: StrategyContent,
) -> Result<Strategy, Error> {
    let roles = authority::allowed(caller, "ReviseInfluenceStrategy")?;
    authority::writer(caller)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let missing = || Error::Missing("influence strategy");
    let before = store::strategies::lock(&mut tx, seen.id).await?.ok_or_else(missing)?;
    if before.version != seen.version {
        return Err(Error::stale(before.version, &api::influence_strategy(&before)));
    }
    let stakeholder = store::stakeholders::get(&mut tx, before.stakeholder).await?.ok_or_else(missing)?;
    authority::touches(caller, roles, &stakeholder.areas, &store::areas::tree(&mut tx).await?)?;
    let strategy = before.revise(subject(&stakeholder), content)?;
    authority::cleared(caller, strategy.classification)?;
    store::strategies::update(&mut tx, &strategy).await?;
    tx.publish(events::influence_strategy_recorded(&strategy)).await?;
    Ok(tx.finish(strategy).await?)
}
