use chassis::{Caller, Tx};

use super::authority;
use crate::{
    Deps,
    domain::{
        context_map::{ContextMap, MapState},
        ids::ContextMapId,
    },
    error::Error,
    store,
};

/// A context map; a reader sees it only while it is published.
///
/// # Errors
/// There is no such map for this caller.
pub async fn get_context_map(deps: &Deps, caller: &Caller, id: ContextMapId) -> Result<ContextMap, Error> {
    authority::allowed(caller, "GetContextMap")?;
    let mut tx = deps.db.begin(caller).await?;
    seen(&mut tx, caller, id).await
}

/// The map, if this caller sees it.
pub(super) async fn seen(tx: &mut Tx, caller: &Caller, id: ContextMapId) -> Result<ContextMap, Error> {
    let map = store::context_maps::get(tx, id).await?;
    let seen = map.filter(|map| map.state == MapState::Published || !caller.is_only_reader());
    seen.ok_or(Error::Missing("context map"))
}
