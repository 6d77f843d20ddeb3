use chassis::Caller;
use chrono::NaiveDate;

use super::authority;
use crate::{Deps, domain::area::Area, error::Error, store};

/// The areas that exist on a day, today when none is given; of one level where one is.
///
/// # Errors
/// The caller's role does not allow it.
pub async fn list_areas(
    deps: &Deps,
    caller: &Caller,
    on: Option<NaiveDate>,
    level: Option<u8>,
    with_geometry: bool,
) -> Result<Vec<Area>, Error> {
    authority::allowed(caller, "ListAreas")?;
    let mut tx = deps.db.begin(caller).await?;
    Ok(store::areas::on(&mut tx, on.unwrap_or_else(|| deps.clock.today()), level, with_geometry).await?)
}
