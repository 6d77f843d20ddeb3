use chassis::{Caller, Tx, new_id};

use super::{Seen, authority};
use crate::{
    Deps, api,
    domain::{
        Broken, area,
        context_map::ContextMap,
        factor::FactorContent,
        ids::{ContextMapId, FactorId},
    },
    error::Error,
    events, store,
};

/// A factor to be set.
#[derive(Debug, Clone)]
pub struct SetFactor {
    pub map: Seen<ContextMapId>,
    /// `None`: a new factor.
    pub factor: Option<FactorId>,
    pub content: FactorContent,
}

/// Adds a factor to a context map, or replaces one. The map becomes as secret as the evidence.
///
/// # Errors
/// A stale version, a map that is published, an area or evidence that is not there for this caller.
pub async fn set_context_factor(deps: &Deps, caller: &Caller, set: SetFactor) -> Result<ContextMap, Error> {
    let roles = authority::allowed(caller, "SetContextFactor")?;
    let (by, mission) = authority::writer(caller)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let map = opened(&mut tx, set.map).await?;
    let tree = store::areas::tree_to_name(&mut tx, mission).await?;
    area::known("factor.areas", &set.content.areas, &tree)?;
    let areas = if set.content.areas.is_empty() { &map.areas } else { &set.content.areas };
    authority::reaches(caller, roles, areas, &tree)?;
    let id = set.factor.unwrap_or_else(|| FactorId(new_id(deps.clock.now())));
    let map = map.set_factor(id, set.factor.is_none(), set.content, &by)?;
    let map = classified(&mut tx, map, id).await?;
    store::context_maps::update(&mut tx, &map).await?;
    tx.publish(events::context_map_recorded(&map)?).await?;
    Ok(tx.finish(map).await?)
}

/// The map, locked, in the version that the writer saw.
pub(super) async fn opened(tx: &mut Tx, seen: Seen<ContextMapId>) -> Result<ContextMap, Error> {
    let map = store::context_maps::lock(tx, seen.id).await?.ok_or(Error::Missing("context map"))?;
    if map.version != seen.version {
        return Err(Error::stale(map.version, &api::context_map(&map)));
    }
    Ok(map)
}

/// The map with the classification of its evidence, all of which the caller has to see.
async fn classified(tx: &mut Tx, map: ContextMap, changed: FactorId) -> Result<ContextMap, Error> {
    let found = store::evidence::classifications(tx, &map.evidence()).await?;
    let factor = map.factors.iter().find(|factor| factor.id == changed);
    let mut broken = Broken::default();
    for (place, id) in factor.iter().flat_map(|factor| &factor.content.evidence).enumerate() {
        if !found.iter().any(|(known, _)| known == id) {
            broken.add(format!("factor.evidence_ids[{place}]"), "There is no evidence under this id; record it first.");
        }
    }
    broken
        .into_result(Some(map.classified_by(found.into_iter().map(|(_, classification)| classification))))
        .map_err(Error::from)
}

/// The map with the classification of what evidence it has left.
pub(super) async fn reclassified(tx: &mut Tx, map: ContextMap) -> Result<ContextMap, Error> {
    let found = store::evidence::classifications(tx, &map.evidence()).await?;
    Ok(map.classified_by(found.into_iter().map(|(_, classification)| classification)))
}
