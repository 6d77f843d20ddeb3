use chassis::Caller;

use super::{
    Seen, authority,
    set_context_factor::{opened, reclassified},
};
use crate::{
    Deps,
    domain::{
        context_map::ContextMap,
        ids::{ContextMapId, FactorId},
    },
    error::Error,
    events, store,
};

/// Removes a factor from a context map.
///
/// # Errors
/// A stale version, a map that is published, or no such factor.
pub async fn remove_context_factor(
    deps: &Deps,
    caller: &Caller,
    seen: Seen<ContextMapId>,
    factor: FactorId,
) -> Result<ContextMap, Error> {
    let roles = authority::allowed(caller, "RemoveContextFactor")?;
    let (by, _) = authority::writer(caller)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let map = opened(&mut tx, seen).await?;
    let tree = store::areas::tree(&mut tx).await?;
    let removed = map.factors.iter().find(|own| own.id == factor).map(|own| own.content.areas.clone());
    let areas = removed.filter(|areas| !areas.is_empty()).unwrap_or_else(|| map.areas.clone());
    authority::reaches(caller, roles, &areas, &tree)?;
    let map = reclassified(&mut tx, map.remove_factor(factor, &by)?).await?;
    store::context_maps::update(&mut tx, &map).await?;
    tx.publish(events::context_map_recorded(&map)?).await?;
    Ok(tx.finish(map).await?)
}
