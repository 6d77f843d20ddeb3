use chassis::Caller;

use super::authority;
use crate::{
    Deps,
    domain::{
        context_map::{ContextMap, MapState},
        page::{Cursor, Page, PageOf},
    },
    error::Error,
    store,
};

/// Context maps, the latest drafted first; a reader sees the published ones.
///
/// # Errors
/// The caller's role does not allow it.
pub async fn list_context_maps(deps: &Deps, caller: &Caller, page: PageOf) -> Result<Page<ContextMap>, Error> {
    authority::allowed(caller, "ListContextMaps")?;
    let only = caller.is_only_reader().then_some(MapState::Published);
    let mut tx = deps.db.begin(caller).await?;
    let rows = store::context_maps::page(&mut tx, &page, only).await?;
    Ok(page.cut(rows, |map| Cursor { key: String::new(), id: map.id.0 }))
}
