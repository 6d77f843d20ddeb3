use chassis::Caller;

use super::{Seen, authority, set_context_factor::opened};
use crate::{
    Deps,
    app::tell_overdue_map::{ALARM, overdue_from},
    domain::{
        context_map::{ContextMap, MapState},
        ids::ContextMapId,
    },
    error::Error,
    events, store,
};

/// `reviewed → published`; what was published before is superseded.
///
/// # Errors
/// A stale version, not reviewed, or factors without evidence.
pub async fn publish_context_map(deps: &Deps, caller: &Caller, seen: Seen<ContextMapId>) -> Result<ContextMap, Error> {
    let roles = authority::allowed(caller, "PublishContextMap")?;
    let (_, mission) = authority::writer(caller)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    store::one_at_a_time(&mut tx, mission, "publish a context map").await?;
    let map = opened(&mut tx, seen).await?;
    authority::reaches(caller, roles, &map.areas, &store::areas::tree(&mut tx).await?)?;
    let map = map.publish(deps.clock.now())?;
    for before in store::context_maps::lock_published(&mut tx).await? {
        debug_assert_eq!(before.state, MapState::Published);
        let superseded = before.supersede();
        store::context_maps::update(&mut tx, &superseded).await?;
        tx.publish(events::context_map_recorded(&superseded)?).await?;
    }
    store::context_maps::update(&mut tx, &map).await?;
    tx.publish(events::context_map_recorded(&map)?).await?;
    let (mapping, _) = store::mapping::get(&mut tx).await?;
    tx.set_alarm(ALARM, overdue_from(&mapping).unwrap_or(deps.clock.now())).await?;
    Ok(tx.finish(map).await?)
}
