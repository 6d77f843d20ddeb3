use chassis::{Caller, new_id};
use cpas_proto::words::Period;

use super::{authority, get_context_map::seen};
use crate::{
    Deps,
    domain::{Text, area, context_map::ContextMap, ids::ContextMapId},
    error::Error,
    events, store,
};

/// A map that begins from another one.
#[derive(Debug, Clone)]
pub struct NextMap {
    pub from: ContextMapId,
    /// `None`: as in the other one.
    pub title: Option<Text>,
    pub period: Period,
}

/// Begins a map from another one.
///
/// # Errors
/// No such map for this caller, or an area of it that the mission has no more or the caller does not reach.
pub async fn draft_next_context_map(deps: &Deps, caller: &Caller, next: NextMap) -> Result<ContextMap, Error> {
    let roles = authority::allowed(caller, "DraftNextContextMap")?;
    let (by, mission) = authority::writer(caller)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let before = seen(&mut tx, caller, next.from).await?;
    let tree = store::areas::tree_to_name(&mut tx, mission).await?;
    area::known("areas", &before.areas, &tree)?;
    authority::reaches(caller, roles, &before.areas, &tree)?;
    let now = deps.clock.now();
    let map = ContextMap::draft_from(&before, next.title, next.period, ContextMapId(new_id(now)), by, now);
    store::context_maps::insert(&mut tx, mission, &map).await?;
    tx.publish(events::context_map_recorded(&map)?).await?;
    Ok(tx.finish(map).await?)
}
