use chassis::{Caller, Failure, new_id};

use super::authority;
use crate::{
    Deps,
    domain::area::{
        geojson,
        import::{self, AREAS_MAX, Plan, Report},
        tree::Tree,
    },
    error::Error,
    events, store,
};

/// Imports areas from GeoJSON, TopoJSON or a zipped shapefile; all or nothing. A dry run checks and counts only.
///
/// # Errors
/// The file as a whole cannot be read, or the caller does not reach the whole mission. Features that
/// cannot be taken are no error: they come back in the report, and nothing is stored.
pub async fn import_areas(deps: &Deps, caller: &Caller, file: Vec<u8>, dry_run: bool) -> Result<Report, Error> {
    let roles = authority::allowed(caller, "ImportAreas")?;
    authority::reaches(caller, roles, &[], &Tree::default())?;
    let (by, mission) = authority::writer(caller)?;
    // Millions of comparisons: not on a thread that serves others, and before the transaction.
    let prepare = move || geojson::read(&file).map(import::prepare);
    let prepared = tokio::task::spawn_blocking(prepare).await.map_err(Failure::internal)??;
    let mut tx = deps.db.begin(caller).await?;
    if !dry_run && let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    store::areas::one_at_a_time(&mut tx, mission).await?;
    let stored = store::areas::sourced(&mut tx).await?;
    let changes = store::area_changes::list(&mut tx).await?;
    let now = deps.clock.now();
    let Plan { report, added, updated } = import::plan(prepared, &stored, &changes, || new_id(now));
    if stored.len() + added.len() > AREAS_MAX {
        return Err(Error::TooMany(format!(
            "The mission would have {} areas; at most {AREAS_MAX} are kept. Nothing was changed.",
            stored.len() + added.len()
        )));
    }
    // A refused file is not kept under the key either: sent again after its parents, it may be taken.
    if dry_run || !report.rejected.is_empty() {
        return Ok(report);
    }
    for new in &added {
        store::areas::insert(&mut tx, mission, new, &by, now).await?;
    }
    for changed in &updated {
        store::areas::update(&mut tx, changed, &by, now).await?;
    }
    for stored in added.iter().chain(&updated) {
        tx.publish(events::area_recorded(&stored.area)).await?;
    }
    Ok(tx.finish(report).await?)
}
