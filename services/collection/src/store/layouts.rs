//! Mappings that were used, by the headings of the tables.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

/// Layouts that are remembered of a mission: the latest.
const REMEMBERED_MAX: i64 = 500;
/// Longest headings by which a layout is known again, in bytes.
const HEADINGS_BYTES_MAX: usize = 2_000;

/// The mappings that were used last, by headings.
pub async fn remembered(
    connection: &mut PgConnection,
) -> Result<HashMap<String, BTreeMap<String, String>>, sqlx::Error> {
    let rows: Vec<(String, Json<BTreeMap<String, String>>)> =
        sqlx::query_as("SELECT headings, mapping FROM import_layout ORDER BY recorded_at DESC LIMIT $1")
            .bind(REMEMBERED_MAX)
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|(headings, mapping)| (headings, mapping.0)).collect())
}

/// Remembers a mapping in place of the one before.
pub async fn remember(
    connection: &mut PgConnection,
    mission: Uuid,
    headings: &str,
    mapping: &BTreeMap<String, String>,
    at: DateTime<Utc>,
    by: Uuid,
) -> Result<(), sqlx::Error> {
    if headings.len() > HEADINGS_BYTES_MAX {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO import_layout (mission_id, headings, mapping, recorded_at, recorded_by) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (mission_id, headings) DO UPDATE SET mapping = $3, recorded_at = $4, recorded_by = $5",
    )
    .bind(mission)
    .bind(headings)
    .bind(Json(mapping))
    .bind(at)
    .bind(by)
    .execute(connection)
    .await
    .map(drop)
}
