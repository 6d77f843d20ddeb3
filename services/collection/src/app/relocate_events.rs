//! Geocoded events under the area that is there on their day, when a split or merge was told after them.

use chassis::{Clock, Failure, Tx};
use uuid::Uuid;

use crate::{events, store};

/// Puts events whose area is not there on their day under the one that their point lies in, and tells of it. An event
/// for which only a larger area is found stays where it is: that it lies in a part of the old one is more than that.
/// What was known before reads as it did.
///
/// # Errors
/// `Unavailable` when the database is away.
pub async fn relocate_events(tx: &mut Tx, clock: &Clock) -> Result<(), Failure> {
    let mission = tx.mission();
    store::known::writes(tx, mission).await?;
    store::events::one_at_a_time(tx, mission).await?;
    let astray = store::events::astray(tx).await?;
    if astray.is_empty() {
        return Ok(());
    }
    let places = store::copies::places(tx).await?;
    // Many points in many polygons: not on a thread that serves others.
    let moves = tokio::task::spawn_blocking(move || -> Vec<(Uuid, String)> {
        let area = |event: &store::events::Astray| {
            let level = event.level.try_into().unwrap_or_default();
            places.area_from(level, event.longitude, event.latitude, event.first_day).map(str::to_owned)
        };
        astray.iter().filter_map(|event| Some((event.id, area(event)?))).collect()
    });
    let moves = moves.await.map_err(Failure::internal)?;
    let now = clock.now();
    let moved = store::events::move_to(tx, &moves, now).await?;
    if moved > 0 {
        let touched = store::events::touched(tx, now).await?;
        events::events_changed(tx, touched).await?;
    }
    Ok(())
}
