//! How far the work on files is.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// The work on a file.
#[derive(Debug, Clone, FromRow)]
pub struct ImportWork {
    pub id: Uuid,
    pub file_name: String,
    pub stage: String,
    pub done: i64,
    pub total: i64,
    pub batch_id: Option<Uuid>,
    pub failure: String,
    pub is_cancelled: bool,
    pub began_at: DateTime<Utc>,
    pub told_at: DateTime<Utc>,
    pub recorded_by: Uuid,
}

/// Notes that work begins; of work that began before under the same id, anew. False where it is another person's.
pub async fn begin(connection: &mut PgConnection, mission: Uuid, work: &ImportWork) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO import_work (mission_id, id, file_name, stage, total, batch_id, began_at, told_at, recorded_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8) ON CONFLICT (mission_id, id) DO UPDATE SET file_name = $3, stage = $4, \
         done = 0, total = $5, batch_id = $6, failure = '', is_cancelled = false, began_at = $7, told_at = $7 \
         WHERE import_work.recorded_by = $8",
    )
    .bind(mission)
    .bind(work.id)
    .bind(&work.file_name)
    .bind(&work.stage)
    .bind(work.total)
    .bind(work.batch_id)
    .bind(work.began_at)
    .bind(work.recorded_by)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Tells how far it is; true where it is to end.
pub async fn tell(
    connection: &mut PgConnection,
    id: Uuid,
    (stage, done, total): (&str, i64, i64),
    at: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let told: Option<bool> = sqlx::query_scalar(
        "UPDATE import_work SET stage = $2, done = $3, total = $4, told_at = $5 WHERE id = $1 AND stage <> 'done' \
         RETURNING is_cancelled",
    )
    .bind(id)
    .bind(stage)
    .bind(done)
    .bind(total)
    .bind(at)
    .fetch_optional(connection)
    .await?;
    Ok(told.unwrap_or(false))
}

/// Notes that it is done, in the transaction of what it made. False: it was cancelled.
pub async fn settle(connection: &mut PgConnection, id: Uuid, batch: Uuid) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("UPDATE import_work SET stage = 'done', batch_id = $2 WHERE id = $1 AND NOT is_cancelled")
        .bind(id)
        .bind(batch)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes how it ended.
pub async fn end(
    connection: &mut PgConnection,
    id: Uuid,
    stage: &str,
    batch: Option<Uuid>,
    failure: &str,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE import_work SET stage = $2, batch_id = coalesce($3, batch_id), failure = $4, told_at = $5, done = total \
         WHERE id = $1",
    )
    .bind(id)
    .bind(stage)
    .bind(batch)
    .bind(failure)
    .bind(at)
    .execute(connection)
    .await
    .map(drop)
}

/// Asks that a person's work ends; `None` where there is none, or it ended.
pub async fn cancel(connection: &mut PgConnection, id: Uuid, by: Uuid) -> Result<Option<ImportWork>, sqlx::Error> {
    sqlx::query_as(
        "UPDATE import_work SET is_cancelled = true WHERE id = $1 AND recorded_by = $2 \
         AND stage IN ('receiving', 'reading', 'checking', 'storing') RETURNING *",
    )
    .bind(id)
    .bind(by)
    .fetch_optional(connection)
    .await
}

/// A person's work since a moment, the latest first.
pub async fn list(
    connection: &mut PgConnection,
    by: Uuid,
    since: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<ImportWork>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM import_work WHERE recorded_by = $1 AND began_at > $2 ORDER BY began_at DESC LIMIT $3")
        .bind(by)
        .bind(since)
        .bind(limit)
        .fetch_all(connection)
        .await
}

/// Drops what began before a moment.
pub async fn drop_old(connection: &mut PgConnection, before: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM import_work WHERE began_at < $1").bind(before).execute(connection).await.map(drop)
}
