use chassis::{Caller, new_id};

use super::authority;
use crate::{
    Deps,
    domain::{
        area,
        context_map::{ContextMap, NewContextMap},
        ids::ContextMapId,
    },
    error::Error,
    events, store,
};

/// Begins a context map.
///
/// # Errors
/// An area that the mission does not have, or that the caller does not reach; a classification above
/// the caller's clearance.
pub async fn draft_context_map(deps: &Deps, caller: &Caller, new: NewContextMap) -> Result<ContextMap, Error> {
    let roles = authority::allowed(caller, "DraftContextMap")?;
    authority::cleared(caller, new.classification)?;
    let (by, mission) = authority::writer(caller)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let tree = store::areas::tree_to_name(&mut tx, mission).await?;
    area::known("areas", &new.areas, &tree)?;
    authority::reaches(caller, roles, &new.areas, &tree)?;
    let now = deps.clock.now();
    let map = ContextMap::draft(new, ContextMapId(new_id(now)), by, now);
    store::context_maps::insert(&mut tx, mission, &map).await?;
    tx.publish(events::context_map_recorded(&map)?).await?;
    Ok(tx.finish(map).await?)
}
