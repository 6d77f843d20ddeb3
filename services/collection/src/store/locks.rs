//! Locked periods.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use crate::domain::lock::Lock;

/// A lock as it is stored.
#[derive(Debug, Clone, Default, FromRow)]
pub struct LockRow {
    pub id: Uuid,
    pub period: String,
    pub reason: String,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by_name: String,
    /// `None`: it is in force.
    pub unlocked_at: Option<DateTime<Utc>>,
    pub unlocked_by_name: String,
    pub unlock_reason: String,
}

/// The locks of the mission, the latest period first, of one period the last first.
pub async fn list(connection: &mut PgConnection, with_unlocked: bool) -> Result<Vec<LockRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, period, reason, recorded_at, recorded_by_name, unlocked_at, unlocked_by_name, unlock_reason \
         FROM period_lock WHERE $1 OR unlocked_at IS NULL ORDER BY first_day DESC, period, recorded_at DESC, id",
    )
    .bind(with_unlocked)
    .fetch_all(connection)
    .await
}

/// Those in force, for the rules.
pub async fn locks(connection: &mut PgConnection) -> Result<Vec<Lock>, sqlx::Error> {
    let rows = list(connection, false).await?;
    let lock = |row: LockRow| {
        let period = row.period.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        Ok(Lock { period, reason: row.reason })
    };
    rows.into_iter().map(lock).collect()
}

/// Stores a lock. False: the period is locked already.
pub async fn insert(
    connection: &mut PgConnection,
    mission: Uuid,
    lock: &LockRow,
    days: (NaiveDate, NaiveDate),
    by: Uuid,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO period_lock (mission_id, id, period, first_day, last_day, reason, recorded_at, recorded_by, \
         recorded_by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (mission_id, period) WHERE unlocked_at IS NULL DO NOTHING",
    )
    .bind(mission)
    .bind(lock.id)
    .bind(&lock.period)
    .bind(days.0)
    .bind(days.1)
    .bind(&lock.reason)
    .bind(lock.recorded_at)
    .bind(by)
    .bind(&lock.recorded_by_name)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A lock, held until the end of the transaction: of two who unlock it the second finds it unlocked.
pub async fn find_held(connection: &mut PgConnection, id: Uuid) -> Result<Option<LockRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, period, reason, recorded_at, recorded_by_name, unlocked_at, unlocked_by_name, unlock_reason \
         FROM period_lock WHERE id = $1 FOR UPDATE",
    )
    .bind(id)
    .fetch_optional(connection)
    .await
}

/// Notes that a lock is no longer in force.
pub async fn unlock(connection: &mut PgConnection, lock: &LockRow, by: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE period_lock SET unlocked_at = $2, unlocked_by = $3, unlocked_by_name = $4, unlock_reason = $5 \
         WHERE id = $1 AND unlocked_at IS NULL",
    )
    .bind(lock.id)
    .bind(lock.unlocked_at)
    .bind(by)
    .bind(&lock.unlocked_by_name)
    .bind(&lock.unlock_reason)
    .execute(connection)
    .await
    .map(drop)
}
