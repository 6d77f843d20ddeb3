//! Where a phone was, and which area was chosen.

use std::collections::HashMap;

use chassis::{Failure, Tx};
use chrono::NaiveDate;

use crate::{
    domain::{
        phone::{Instance, Point, place_of},
        rollup::Area,
    },
    error::Error,
    store,
};

/// Depth of a tree of areas, at most.
const LEVELS_MAX: usize = 12;
/// For a point that lies in no area.
const NOWHERE: &str = "-";

/// The area that was chosen; empty: the mission as a whole.
///
/// # Errors
/// None, one that is not there, or one that does not lie in the one chosen before it.
pub(super) fn chosen(areas: &[Area], instance: &Instance) -> Result<String, Failure> {
    let lies_in = |inner: &str, outer: &str| {
        let mut own = areas.iter().filter(|area| area.code == inner);
        own.any(|area| area.parent == outer || area.former.iter().any(|former| former.parent == outer))
    };
    let area = place_of(&instance.areas, lies_in).map_err(|error| Error::bad("area", error))?;
    if !area.is_empty() && !areas.iter().any(|own| own.code == area) {
        return Err(Error::bad("area", format!("The mission has no area \"{area}\". Nothing was stored.")).into());
    }
    Ok(area)
}

/// Where a point lies that is not in the chosen area; empty: in it, or nobody knows.
pub(super) async fn doubt(
    tx: &mut Tx,
    areas: &[Area],
    area: &str,
    point: Option<Point>,
    today: NaiveDate,
) -> Result<String, Failure> {
    let Some(Point { latitude, longitude, .. }) = point else { return Ok(String::new()) };
    if area.is_empty() {
        return Ok(String::new());
    }
    let own = store::phone_forms::boundary(tx, area).await?;
    if own.is_empty() || own.area_at(longitude, latitude, today).is_some() {
        return Ok(String::new());
    }
    let places = store::copies::places(tx).await?;
    let Some(found) = places.area_at(longitude, latitude, today) else { return Ok(NOWHERE.to_owned()) };
    // The chosen one may be drawn a little smaller than what lies in it.
    let parents: HashMap<&str, &str> = areas.iter().map(|area| (area.code.as_str(), area.parent.as_str())).collect();
    let mut around = found;
    for _ in 0..LEVELS_MAX {
        match parents.get(around) {
            Some(&parent) if parent == area => return Ok(String::new()),
            Some(&parent) => around = parent,
            None => break,
        }
    }
    Ok(found.to_owned())
}
