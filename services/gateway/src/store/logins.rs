//! Sign-ins that failed.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// Failures of one key since an instant.
pub async fn failures(connection: &mut PgConnection, key: &str, since: DateTime<Utc>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM login_failure WHERE key = $1 AND at > $2")
        .bind(key)
        .bind(since)
        .fetch_one(connection)
        .await
}

/// Notes a failure under both keys, and forgets what is older than the window.
pub async fn note(
    connection: &mut PgConnection,
    keys: &[String],
    now: DateTime<Utc>,
    since: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO login_failure (key, at) SELECT key, $2 FROM unnest($1::text[]) AS key")
        .bind(keys)
        .bind(now)
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM login_failure WHERE at <= $1").bind(since).execute(connection).await.map(drop)
}

/// Forgets the failures of a key: its owner came in.
pub async fn forget(connection: &mut PgConnection, key: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM login_failure WHERE key = $1").bind(key).execute(connection).await.map(drop)
}
