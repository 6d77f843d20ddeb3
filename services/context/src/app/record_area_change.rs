use chassis::{Caller, Failure, new_id};

use super::authority;
use crate::{
    Deps,
    domain::area::{
        import::AREAS_MAX,
        lineage::{self, Change, Kind, Known, Planned, Wanted},
        tree::Tree,
    },
    error::Error,
    events, store,
};

/// Splits an area, or merges several.
///
/// # Errors
/// Rules that it breaks, by field; the caller does not reach the whole mission.
pub async fn record_area_change(deps: &Deps, caller: &Caller, wanted: Wanted) -> Result<Change, Error> {
    let method = if wanted.kind == Kind::Split { "SplitArea" } else { "MergeAreas" };
    let roles = authority::allowed(caller, method)?;
    authority::reaches(caller, roles, &[], &Tree::default())?;
    let (by, mission) = authority::writer(caller)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    store::areas::one_at_a_time(&mut tx, mission).await?;
    let areas = store::areas::sourced(&mut tx).await?;
    let changes = store::area_changes::list(&mut tx).await?;
    if areas.len() + wanted.successors.len() > AREAS_MAX {
        return Err(Error::TooMany(format!("A mission has at most {AREAS_MAX} areas. Nothing was changed.")));
    }
    let (now, writer) = (deps.clock.now(), by.clone());
    // A union of detailed boundaries takes a while: not on a thread that serves others.
    let planned = tokio::task::spawn_blocking(move || {
        lineage::plan(wanted, Known { areas: &areas, changes: &changes }, writer, now, || new_id(now))
    });
    let Planned { change, added, updated } = planned.await.map_err(Failure::internal)??;
    for area in &updated {
        store::areas::replace(&mut tx, area, &by, now).await?;
        tx.publish(events::area_recorded(area)).await?;
    }
    for new in &added {
        store::areas::insert(&mut tx, mission, new, &by, now).await?;
        tx.publish(events::area_recorded(&new.area)).await?;
    }
    store::area_changes::insert(&mut tx, mission, &change).await?;
    tx.publish(events::area_change_recorded(&change)).await?;
    Ok(tx.finish(change).await?)
}
