//! Reads where the events of an assessed period gather.

use chassis::Caller;
use uuid::Uuid;

use crate::{Deps, domain::analysis::hot_spots::HotSpots, error::Error, store};

/// As it was computed at freezing.
///
/// # Errors
/// There is no such assessment; it is not frozen, or was before hot spots were computed.
pub async fn get_hot_spots(deps: &Deps, caller: &Caller, assessment: Uuid) -> Result<HotSpots, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    super::assessment(&mut tx, assessment).await?;
    store::hot_spots::of_assessment(&mut tx, mission, assessment).await?.ok_or(Error::NotFound("hot spots"))
}
