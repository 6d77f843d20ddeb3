//! Sets a target.

use chassis::{Caller, Tx, new_id};
use cpas_proto::planning::v1 as pb;

use super::{
    json,
    reach::{PLANNERS, reach_area, reach_both, reach_section},
    recorded,
};
use crate::{
    Deps,
    domain::{
        broken::Broken,
        ids::TargetId,
        target::{GivenTarget, Setting, Target, TargetRefused, set},
    },
    error::Error,
    events,
    store::{indicators, neighbours, targets},
};

/// Sets the target of an indicator for a period, area and slice; what it was before stays readable.
///
/// # Errors
/// `Broken` for an unknown indicator or area, or a value that does not fit; `Target` for a retired
/// indicator or a missing reason; `Stale` with the stored target; `OutOfReach`.
pub async fn set_target(deps: &Deps, caller: &Caller, given: GivenTarget) -> Result<pb::Target, Error> {
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let target = set_in(&mut tx, deps, caller, given).await?;
    Ok(tx.finish(pb::Target::from(&target)).await?)
}

/// The same within a transaction.
pub(super) async fn set_in(tx: &mut Tx, deps: &Deps, caller: &Caller, given: GivenTarget) -> Result<Target, Error> {
    let mission = caller.mission()?;
    let indicator = indicators::find_to_change(tx, mission.id, given.scope.indicator).await?;
    let unknown = || Broken::one("target.indicator_id", "The mission has no indicator under this id.");
    let indicator = indicator.ok_or_else(unknown)?;
    reach_section(caller, PLANNERS, indicator.definition.owner_section.as_deref())?;
    if let Some(area) = &given.scope.area {
        reach_area(caller, PLANNERS, area)?;
        reach_both(caller, PLANNERS, indicator.definition.owner_section.as_deref(), area)?;
        if !neighbours::unknown_areas(tx, mission.id, std::slice::from_ref(area)).await?.is_empty() {
            let message =
                format!("The mission has no area \"{area}\". If it was imported just now, try again in a moment.");
            return Err(Broken::one("target.area", message).into());
        }
    }
    let stored = targets::find(tx, mission.id, &given.scope).await?;
    let recorded = recorded(caller, &deps.clock);
    let new_id = TargetId(new_id(recorded.at));
    let (today, fiscal_start) = (deps.clock.today(), mission.fiscal_year_start_month);
    let target = match (set(given, stored.as_ref(), &indicator, today, fiscal_start, recorded, new_id), stored) {
        (Ok(Setting::New(target) | Setting::Changed(target)), _) => target,
        (Ok(Setting::Unchanged), Some(stored)) => return Ok(stored),
        (Err(TargetRefused::Stale), Some(stored)) => {
            let current_json = json(&pb::Target::from(&stored))?;
            return Err(Error::Stale { version: stored.version, current_json });
        }
        (Ok(Setting::Unchanged), None) => {
            return Err(Error::unreadable("a target that is unchanged, but was never set"));
        }
        (Err(refused), _) => return Err(refused.into()),
    };
    targets::insert(tx, mission.id, &target).await?;
    tx.publish(events::target_set(&target, indicator.definition.classification)).await?;
    Ok(target)
}
