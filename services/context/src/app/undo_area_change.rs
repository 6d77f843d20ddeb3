use chassis::Caller;

use super::{Seen, authority};
use crate::{
    Deps, api,
    domain::{
        area::{
            lineage::{Change, Known, Undone, plan_undo},
            tree::Tree,
        },
        ids::AreaChangeId,
    },
    error::Error,
    events, store,
};

/// Takes a split or merge back: the areas are as they were before it, and what it made never was.
///
/// # Errors
/// Something rests on what it made; a stale version; no such change.
pub async fn undo_area_change(deps: &Deps, caller: &Caller, seen: Seen<AreaChangeId>) -> Result<Change, Error> {
    let roles = authority::allowed(caller, "UndoAreaChange")?;
    authority::reaches(caller, roles, &[], &Tree::default())?;
    let (by, mission) = authority::writer(caller)?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    store::areas::one_at_a_time(&mut tx, mission).await?;
    store::areas::while_none_are_named(&mut tx, mission).await?;
    let changes = store::area_changes::list(&mut tx).await?;
    let change = changes.iter().find(|change| change.id == seen.id).ok_or(Error::Missing("split or merge"))?;
    if change.version != seen.version {
        return Err(Error::stale(change.version, &api::area_change(change)));
    }
    let kept = |why: String| Error::Duplicate(format!("{why} Nothing was changed."));
    let made = change.successors.iter().filter(|one| one.made);
    let codes: Vec<String> = made.map(|one| one.code.to_string()).collect();
    if let Some(name) = store::area_changes::speaks_of(&mut tx, &codes).await? {
        return Err(kept(format!("\"{name}\" speaks of {}, so it stays.", codes.join(", "))));
    }
    if store::area_changes::is_spoken_of(&mut tx, &codes).await? {
        return Err(kept(format!("Something of the context speaks of {}, so it stays.", codes.join(", "))));
    }
    let areas = store::areas::sourced(&mut tx).await?;
    let known = Known { areas: &areas, changes: &changes };
    let Undone { change, restored, withdrawn } = plan_undo(change.clone(), known).map_err(kept)?;
    let now = deps.clock.now();
    for area in &restored {
        store::areas::replace(&mut tx, area, &by, now).await?;
        tx.publish(events::area_recorded(area)).await?;
    }
    for stored in areas.iter().filter(|stored| withdrawn.contains(&stored.area.id)) {
        store::areas::remove(&mut tx, stored.area.id).await?;
        tx.publish(events::area_withdrawn(&stored.area)).await?;
    }
    store::area_changes::undo(&mut tx, &change).await?;
    tx.publish(events::area_change_recorded(&change)).await?;
    Ok(tx.finish(change).await?)
}
