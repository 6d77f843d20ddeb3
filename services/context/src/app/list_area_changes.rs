use chassis::Caller;

use super::authority;
use crate::{Deps, domain::area::lineage::Change, error::Error, store};

/// Splits and merges of the mission, the latest first.
///
/// # Errors
/// The caller's role does not allow it.
pub async fn list_area_changes(deps: &Deps, caller: &Caller) -> Result<Vec<Change>, Error> {
    authority::allowed(caller, "ListAreaChanges")?;
    let mut tx = deps.db.begin(caller).await?;
    Ok(store::area_changes::list(&mut tx).await?)
}
