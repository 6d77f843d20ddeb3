//! What changed behind sheets after their snapshots.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

/// A sheet that cites indicators, with its snapshot.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Citing {
    pub id: Uuid,
    pub state: String,
    pub title: Json<crate::domain::text::Text>,
    pub classification: i16,
    pub snapshot: Vec<u8>,
    pub snapshot_at: DateTime<Utc>,
}

/// Cleared and published sheets with a block of one of these indicators, whose snapshot is older than `at`.
pub async fn citing(
    connection: &mut PgConnection,
    codes: &[String],
    at: DateTime<Utc>,
) -> Result<Vec<Citing>, sqlx::Error> {
    let asked: Vec<_> = codes.iter().map(|code| serde_json::json!([{"query": {"indicator_code": code}}])).collect();
    sqlx::query_as(
        "SELECT id, state, title, classification, snapshot, snapshot_at FROM fact_sheet \
         WHERE state IN ('cleared', 'published') AND snapshot_at < $2 AND blocks @> ANY($1) ORDER BY id",
    )
    .bind(asked)
    .bind(at)
    .fetch_all(connection)
    .await
}

/// What an event touched.
pub struct Touch<'a> {
    pub sheet: Uuid,
    pub snapshot_at: DateTime<Utc>,
    pub classification: i16,
    pub at: DateTime<Utc>,
    pub indicator_codes: &'a [String],
    pub number_ids: &'a [String],
}

/// Adds it to what is known; true when it is the first of its snapshot and classification.
pub async fn add(connection: &mut PgConnection, mission: Uuid, touch: &Touch<'_>) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "INSERT INTO fact_sheet_touch AS t (mission_id, fact_sheet_id, snapshot_at, classification, first_at, last_at, changes, \
           indicator_codes, number_ids) VALUES ($1, $2, $3, $4, $5, $5, 1, $6, $7) \
         ON CONFLICT (mission_id, fact_sheet_id, snapshot_at, classification) DO UPDATE SET \
           first_at = least(t.first_at, excluded.first_at), last_at = greatest(t.last_at, excluded.last_at), \
           changes = t.changes + 1, \
           indicator_codes = ARRAY(SELECT DISTINCT one FROM unnest(t.indicator_codes || excluded.indicator_codes) one ORDER BY 1), \
           number_ids = ARRAY(SELECT DISTINCT one FROM unnest(t.number_ids || excluded.number_ids) one ORDER BY 1) \
         RETURNING changes = 1",
    )
    .bind(mission)
    .bind(touch.sheet)
    .bind(touch.snapshot_at)
    .bind(touch.classification)
    .bind(touch.at)
    .bind(touch.indicator_codes)
    .bind(touch.number_ids)
    .fetch_one(connection)
    .await
}

/// What changed behind a sheet, as far as the caller may see.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Touched {
    pub fact_sheet_id: Uuid,
    pub first_at: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
    pub changes: i64,
    pub indicator_codes: Vec<String>,
    pub number_ids: Vec<String>,
}

/// Of these sheets those whose data changed after the snapshot that they have now.
pub async fn of_sheets(connection: &mut PgConnection, sheets: &[Uuid]) -> Result<Vec<Touched>, sqlx::Error> {
    sqlx::query_as(
        "SELECT t.fact_sheet_id, min(t.first_at) AS first_at, max(t.last_at) AS last_at, sum(t.changes)::bigint AS changes, \
           ARRAY(SELECT DISTINCT one FROM fact_sheet_touch o, unnest(o.indicator_codes) one \
             WHERE o.fact_sheet_id = t.fact_sheet_id AND o.snapshot_at = t.snapshot_at ORDER BY 1) AS indicator_codes, \
           ARRAY(SELECT DISTINCT one FROM fact_sheet_touch o, unnest(o.number_ids) one \
             WHERE o.fact_sheet_id = t.fact_sheet_id AND o.snapshot_at = t.snapshot_at ORDER BY 1) AS number_ids \
         FROM fact_sheet_touch t JOIN fact_sheet s ON s.id = t.fact_sheet_id AND s.snapshot_at = t.snapshot_at \
         WHERE t.fact_sheet_id = ANY($1) AND s.state IN ('cleared', 'published') \
         GROUP BY t.fact_sheet_id, t.snapshot_at",
    )
    .bind(sheets)
    .fetch_all(connection)
    .await
}
