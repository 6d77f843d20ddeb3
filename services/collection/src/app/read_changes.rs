//! What is known otherwise at a later moment than at an earlier one.

use std::collections::HashMap;

use chassis::{Caller, Failure};
use cpas_proto::collection::v1 as pb;
use uuid::Uuid;

use super::{App, moment::instant};
use crate::{error::Error, store};

/// Most changes of one answer.
const CHANGES_MAX: usize = 1_000;

/// The places of an indicator where another observation is in force, each as it stood at its own moment.
///
/// # Errors
/// `NotFound` for an indicator that the caller cannot see; one that is computed; moments that are none, or the other
/// way round.
pub async fn list_series_changes(
    app: &App,
    caller: &Caller,
    asked: pb::ListSeriesChangesRequest,
) -> Result<pb::ListSeriesChangesResponse, Failure> {
    let Some(earlier) = instant("known_at", &asked.known_at)? else {
        return Err(Error::bad("known_at", "Say since when: an instant like 2026-03-01T12:00:00Z.").into());
    };
    let (mut tx, later) = app.read_as_known_at(caller, &asked.later_known_at).await?;
    if earlier > later {
        return Err(Error::bad("known_at", "The earlier moment lies after the later one.").into());
    }
    let definition = store::copies::definition(&mut tx, &asked.indicator).await?.ok_or(Error::NotFound("indicator"))?;
    if definition.is_computed() {
        let message = format!(
            "{} is computed; ask for what it is computed from. Its own values are compared by reading its series as \
             known at both moments.",
            definition.code
        );
        return Err(Error::bad("indicator", message).into());
    }
    let limit = CHANGES_MAX as i64 + 1;
    let mut found = store::series::differing(&mut tx, definition.id, (earlier, later), limit).await?;
    let more = found.len() > CHANGES_MAX;
    found.truncate(CHANGES_MAX);
    let (before, after): (Vec<Option<Uuid>>, Vec<Option<Uuid>>) = found.iter().copied().unzip();
    let mut sides = Vec::with_capacity(2);
    for (moment, ids) in [(earlier, before), (later, after)] {
        let ids: Vec<Uuid> = ids.into_iter().flatten().collect();
        let known = store::observations::find_all(&mut tx, moment, &ids).await?;
        sides.push(known.into_iter().map(|one| (one.id, one)).collect::<HashMap<_, _>>());
    }
    let told = |side: usize, id: Option<Uuid>| sides[side].get(&id?).cloned().map(pb::Observation::from);
    let changes = found.into_iter().filter_map(|(before, after)| {
        let (before, after) = (told(0, before), told(1, after));
        let place = after.as_ref().or(before.as_ref())?;
        let (period, area, slice) = (place.period.clone(), place.area.clone(), place.slice.clone());
        Some(pb::SeriesChange { period, area, slice, before, after })
    });
    Ok(pb::ListSeriesChangesResponse { changes: changes.collect(), more })
}
