//! Rows that were entered in bulk, by their keys.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// A row that was stored before.
#[derive(Debug, FromRow)]
pub struct EnteredRow {
    pub key: String,
    pub fingerprint: Vec<u8>,
    pub observation_id: Uuid,
}

/// Waits for what the same account is entering at this moment: a row that is sent again while the first
/// sending is under way must find it done.
pub async fn one_at_a_time(connection: &mut PgConnection, mission: Uuid, account: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('cpas entering ' || $1::text || ' ' || $2::text, 0))")
        .bind(mission)
        .bind(account)
        .execute(connection)
        .await
        .map(drop)
}

/// Those of the keys under which the account stored a row before.
pub async fn stored(
    connection: &mut PgConnection,
    account: Uuid,
    keys: &[String],
) -> Result<Vec<EnteredRow>, sqlx::Error> {
    sqlx::query_as("SELECT key, fingerprint, observation_id FROM entered_row WHERE account = $1 AND key = ANY($2)")
        .bind(account)
        .bind(keys)
        .fetch_all(connection)
        .await
}

/// Remembers rows that were stored.
pub async fn remember(
    connection: &mut PgConnection,
    mission: Uuid,
    account: Uuid,
    rows: &[EnteredRow],
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let keys: Vec<&str> = rows.iter().map(|row| row.key.as_str()).collect();
    let fingerprints: Vec<&[u8]> = rows.iter().map(|row| row.fingerprint.as_slice()).collect();
    let observations: Vec<Uuid> = rows.iter().map(|row| row.observation_id).collect();
    sqlx::query(
        "INSERT INTO entered_row (mission_id, account, key, fingerprint, observation_id, recorded_at) \
         SELECT $1, $2, done.key, done.fingerprint, done.observation, $6 \
         FROM unnest($3::text[], $4::bytea[], $5::uuid[]) AS done(key, fingerprint, observation)",
    )
    .bind(mission)
    .bind(account)
    .bind(keys)
    .bind(fingerprints)
    .bind(observations)
    .bind(at)
    .execute(connection)
    .await
    .map(drop)
}
