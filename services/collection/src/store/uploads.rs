//! Files that are sent in parts.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// A file on its way in.
#[derive(Debug, Clone, FromRow)]
pub struct Upload {
    pub id: Uuid,
    pub file_name: String,
    pub bytes: i64,
    pub received: i64,
    pub opened_at: DateTime<Utc>,
}

/// Takes away what is too old, and of an account's all but the latest.
pub async fn drop_old(
    connection: &mut PgConnection,
    before: DateTime<Utc>,
    account: Uuid,
    kept: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM upload WHERE opened_at < $1 OR (recorded_by = $2 AND id NOT IN \
         (SELECT id FROM upload WHERE recorded_by = $2 ORDER BY opened_at DESC, id DESC LIMIT $3))",
    )
    .bind(before)
    .bind(account)
    .bind(kept)
    .execute(connection)
    .await
    .map(drop)
}

/// Begins one.
pub async fn insert(
    connection: &mut PgConnection,
    mission: Uuid,
    upload: &Upload,
    account: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO upload (mission_id, id, file_name, bytes, opened_at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(mission)
    .bind(upload.id)
    .bind(&upload.file_name)
    .bind(upload.bytes)
    .bind(upload.opened_at)
    .bind(account)
    .execute(connection)
    .await
    .map(drop)
}

/// The account's own.
pub async fn find(connection: &mut PgConnection, id: Uuid, account: Uuid) -> Result<Option<Upload>, sqlx::Error> {
    sqlx::query_as("SELECT id, file_name, bytes, received, opened_at FROM upload WHERE id = $1 AND recorded_by = $2")
        .bind(id)
        .bind(account)
        .fetch_optional(connection)
        .await
}

/// Moves on what is there of it. False: another part came first.
pub async fn go_on(connection: &mut PgConnection, id: Uuid, from: i64, to: i64) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("UPDATE upload SET received = $3 WHERE id = $1 AND received = $2")
        .bind(id)
        .bind(from)
        .bind(to)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Stores a part.
pub async fn insert_part(
    connection: &mut PgConnection,
    mission: Uuid,
    id: Uuid,
    place: i64,
    data: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO upload_part (mission_id, upload_id, place, data) VALUES ($1, $2, $3, $4)")
        .bind(mission)
        .bind(id)
        .bind(place)
        .bind(data)
        .execute(connection)
        .await
        .map(drop)
}

/// The part that begins at a place.
pub async fn part(connection: &mut PgConnection, id: Uuid, place: i64) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar("SELECT data FROM upload_part WHERE upload_id = $1 AND place = $2")
        .bind(id)
        .bind(place)
        .fetch_optional(connection)
        .await
}
