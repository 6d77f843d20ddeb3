use chassis::Caller;

use super::{authority, get_context_map::seen};
use crate::{
    Deps,
    domain::{comparison::Comparison, ids::ContextMapId},
    error::Error,
};

/// What changed between two maps that the caller sees.
///
/// # Errors
/// There is no such map for this caller.
pub async fn compare_context_maps(
    deps: &Deps,
    caller: &Caller,
    before: ContextMapId,
    after: ContextMapId,
) -> Result<Comparison, Error> {
    authority::allowed(caller, "CompareContextMaps")?;
    let mut tx = deps.db.begin(caller).await?;
    let before = seen(&mut tx, caller, before).await?;
    let after = seen(&mut tx, caller, after).await?;
    Ok(Comparison::of(before, after))
}
