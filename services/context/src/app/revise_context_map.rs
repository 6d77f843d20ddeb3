use chassis::Caller;
use cpas_proto::words::Classification;

use super::{
    Seen, authority,
    set_context_factor::{opened, reclassified},
};
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

/// What a map is to say of itself.
#[derive(Debug, Clone)]
pub struct ReviseMap {
    pub map: Seen<ContextMapId>,
    pub new: NewContextMap,
    /// `None`: its own classification stays.
    pub classification: Option<Classification>,
}

/// Changes title, period, areas, themes, narrative and classification of a map that is not published; its factors stay.
///
/// # Errors
/// A stale version, a map that is published, an area that is not there, what the caller does not reach; a classification
/// above the caller's clearance.
pub async fn revise_context_map(deps: &Deps, caller: &Caller, revise: ReviseMap) -> Result<ContextMap, Error> {
    let roles = authority::allowed(caller, "ReviseContextMap")?;
    let (by, mission) = authority::writer(caller)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let map = opened(&mut tx, revise.map).await?;
    let tree = store::areas::tree_to_name(&mut tx, mission).await?;
    // An area that was there when the map was drafted may stay in it, also after it ended.
    area::known("areas", &revise.new.areas, &tree)?;
    authority::reaches(caller, roles, &map.areas, &tree)?;
    authority::reaches(caller, roles, &revise.new.areas, &tree)?;
    let classification = revise.classification.unwrap_or(map.own_classification);
    authority::cleared(caller, classification)?;
    let map = map.revise(NewContextMap { classification, ..revise.new }, &by)?;
    let map = reclassified(&mut tx, map).await?;
    store::context_maps::update(&mut tx, &map).await?;
    tx.publish(events::context_map_recorded(&map)?).await?;
    Ok(tx.finish(map).await?)
}
