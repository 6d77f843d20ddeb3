//! What was written since a snapshot of the database: whether an answer that was made in it still holds.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// Stands for what everything in a mission hangs on: its definitions and areas.
pub const WHOLE_MISSION: Uuid = Uuid::nil();
/// Stands for its geocoded events.
pub const EVENTS: Uuid = Uuid::from_u128(1);

/// The snapshot of now, as PostgreSQL writes it: what is read after this sees at least as much. `None` where something is
/// dated after `now`, by another clock: an answer without it does not hold for long.
pub async fn snapshot(
    connection: &mut PgConnection,
    now: Option<DateTime<Utc>>,
) -> Result<Option<String>, sqlx::Error> {
    let (snapshot, is_ahead): (String, bool) =
        sqlx::query_as("SELECT pg_current_snapshot()::text, EXISTS (SELECT FROM series_change WHERE dated > $1)")
            .bind(now)
            .fetch_one(connection)
            .await?;
    Ok((!is_ahead).then_some(snapshot))
}

/// True while nothing was written about any of these that the snapshot does not see.
pub async fn none_since(connection: &mut PgConnection, about: &[Uuid], snapshot: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT NOT EXISTS (SELECT FROM series_change WHERE about = ANY($1) \
         AND written_in >= pg_snapshot_xmin($2::text::pg_snapshot) \
         AND NOT pg_visible_in_snapshot(written_in, $2::text::pg_snapshot))",
    )
    .bind(about)
    .bind(snapshot)
    .fetch_one(connection)
    .await
}

/// Those of several answers, by their places, that something was written about which their snapshots do not see.
pub async fn stale(connection: &mut PgConnection, answers: &[(&[Uuid], &str)]) -> Result<HashSet<usize>, sqlx::Error> {
    let (mut places, mut abouts, mut snapshots) = (Vec::new(), Vec::new(), Vec::new());
    for (place, (about, snapshot)) in (0_i64..).zip(answers) {
        for one in *about {
            places.push(place);
            abouts.push(*one);
            snapshots.push(*snapshot);
        }
    }
    let stale: Vec<i64> = sqlx::query_scalar(
        "SELECT DISTINCT kept.place FROM unnest($1::int8[], $2::uuid[], $3::text[]) AS kept(place, about, snapshot) \
         JOIN series_change own ON own.about = kept.about AND own.written_in >= pg_snapshot_xmin(kept.snapshot::pg_snapshot) \
         AND NOT pg_visible_in_snapshot(own.written_in, kept.snapshot::pg_snapshot)",
    )
    .bind(places)
    .bind(abouts)
    .bind(snapshots)
    .fetch_all(connection)
    .await?;
    Ok(stale.into_iter().filter_map(|place| place.try_into().ok()).collect())
}
