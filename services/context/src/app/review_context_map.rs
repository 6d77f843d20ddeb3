use chassis::Caller;

use super::{Seen, authority, set_context_factor::opened};
use crate::{
    Deps,
    domain::{context_map::ContextMap, ids::ContextMapId},
    error::Error,
    events, store,
};

/// `draft → reviewed`.
///
/// # Errors
/// A stale version, not a draft, no factors, or the reviewer wrote in it.
pub async fn review_context_map(deps: &Deps, caller: &Caller, seen: Seen<ContextMapId>) -> Result<ContextMap, Error> {
    let roles = authority::allowed(caller, "ReviewContextMap")?;
    let (by, _) = authority::writer(caller)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let map = opened(&mut tx, seen).await?;
    authority::reaches(caller, roles, &map.areas, &store::areas::tree(&mut tx).await?)?;
    let map = map.review(by)?;
    store::context_maps::update(&mut tx, &map).await?;
    tx.publish(events::context_map_recorded(&map)?).await?;
    Ok(tx.finish(map).await?)
}
