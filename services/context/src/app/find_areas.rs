use chassis::Caller;
use chrono::NaiveDate;

use super::authority;
use crate::{
    Deps,
    domain::area::lookup::{self, Match},
    error::Error,
    store,
};

/// Most areas that one search gives.
pub const FOUND_MAX: usize = 20;

/// The areas that a text means on a day, or what is nearest to it; today when no day is given.
///
/// # Errors
/// The caller's role does not allow it.
pub async fn find_areas(deps: &Deps, caller: &Caller, text: &str, on: Option<NaiveDate>) -> Result<Vec<Match>, Error> {
    authority::allowed(caller, "FindAreas")?;
    let mut tx = deps.db.begin(caller).await?;
    let areas = store::areas::on(&mut tx, on.unwrap_or_else(|| deps.clock.today()), None, false).await?;
    Ok(lookup::find(areas, text, FOUND_MAX))
}
