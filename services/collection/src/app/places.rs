//! Places that a caller names: an indicator, in one area or in all of them.

use chassis::{Caller, Failure, Tx};
use cpas_proto::words::Role;

use super::reach::Reach;
use crate::{domain::definition::Definition, error::Error, store};

/// Most places of one call.
const PLACES_MAX: usize = 500;

/// Looks the places up, `(id or code of the indicator, code of the area)`, in the order in which they were named, and
/// checks that the caller reaches all of them by one of these roles.
///
/// # Errors
/// None or too many; an indicator or area that is not there, or takes no values; a place out of reach.
pub(super) async fn looked_up<'a>(
    tx: &mut Tx,
    caller: &Caller,
    roles: &[Role],
    asked: impl ExactSizeIterator<Item = (&'a str, &'a str)>,
) -> Result<Vec<(Definition, String)>, Failure> {
    if asked.len() == 0 || asked.len() > PLACES_MAX {
        return Err(Error::bad("places", format!("Name one place at least, and {PLACES_MAX} at most.")).into());
    }
    let reach = Reach::of(caller, roles);
    let areas = store::copies::areas(tx).await?;
    let definitions = store::copies::definitions(tx).await?;
    let mut places = Vec::with_capacity(asked.len());
    for (named, area) in asked {
        let own = |one: &&Definition| one.code == named || one.id.to_string() == named;
        let Some(indicator) = definitions.iter().find(own).cloned() else {
            return Err(Error::bad("places", format!("The mission has no indicator \"{named}\".")).into());
        };
        indicator.takes_values().map_err(|sentence| Error::bad("places", sentence))?;
        if !area.is_empty() && !areas.iter().any(|known| known.code == area) {
            return Err(Error::bad("places", format!("The mission has no area \"{area}\".")).into());
        }
        reach.check(&indicator.owner_section, area)?;
        places.push((indicator, area.to_owned()));
    }
    Ok(places)
}
