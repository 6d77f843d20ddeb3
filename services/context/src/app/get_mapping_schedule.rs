use chassis::Caller;

use super::authority;
use crate::{Deps, domain::mapping::Mapping, error::Error, store};

/// How often the mission maps, and when the next map is due: as far as the caller sees published maps.
///
/// # Errors
/// The caller's role does not allow it.
pub async fn get_mapping_schedule(deps: &Deps, caller: &Caller) -> Result<Mapping, Error> {
    authority::allowed(caller, "GetMappingSchedule")?;
    let mut tx = deps.db.begin(caller).await?;
    Ok(store::mapping::get(&mut tx).await?.0)
}
