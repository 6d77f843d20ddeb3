//! Makes a new version of an indicator's definition.

use chassis::{Caller, Tx};
use cpas_proto::planning::v1 as pb;

use super::{
    draft_indicator::check_definition,
    fresh_indicator, indicator_recorded,
    reach::{PLANNERS, reach_section},
    recorded,
};
use crate::{
    Deps,
    domain::{definition::Definition, ids::IndicatorId, indicator::Indicator},
    error::Error,
    store::indicators,
};

/// A revision as it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    pub id: IndicatorId,
    pub seen_version: i64,
    pub definition: Definition,
}

/// The indicator with a new version of its definition; those before stay readable.
///
/// # Errors
/// `Missing`; `Stale` with the stored indicator; `OutOfReach`; `Indicator` when its state forbids it;
/// `Broken` as for a draft.
pub async fn revise_indicator(deps: &Deps, caller: &Caller, revision: Revision) -> Result<pb::Indicator, Error> {
    reach_section(caller, PLANNERS, revision.definition.owner_section.as_deref())?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let indicator = revise_in(&mut tx, deps, caller, revision).await?;
    Ok(tx.finish(pb::Indicator::from(&indicator)).await?)
}

/// The same within a transaction.
pub(super) async fn revise_in(
    tx: &mut Tx,
    deps: &Deps,
    caller: &Caller,
    revision: Revision,
) -> Result<Indicator, Error> {
    let mission = caller.mission()?.id;
    reach_section(caller, PLANNERS, revision.definition.owner_section.as_deref())?;
    let stored = indicators::find_to_change(tx, mission, revision.id).await?.ok_or(Error::Missing("indicator"))?;
    reach_section(caller, PLANNERS, stored.definition.owner_section.as_deref())?;
    fresh_indicator(&stored, revision.seen_version)?;
    // The link to the library is the mission's history, and not a writer's to change.
    let definition = Definition { library: stored.definition.library.clone(), ..revision.definition };
    check_definition(tx, caller, mission, revision.id, &definition, Some(&stored.definition)).await?;
    let indicator = stored.revised(definition, recorded(caller, &deps.clock))?;
    indicators::save(tx, mission, &indicator).await?;
    let told = indicator_recorded(tx, &indicator).await?;
    tx.publish(told).await?;
    Ok(indicator)
}
