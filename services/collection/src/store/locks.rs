//! Locked periods.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use crate::domain::lock::Lock;

/// A lock as it is stored.
#[derive(Debug, Clone, FromRow)]
pub struct LockRow {
    pub id: Uuid,
    pub period: String,
    pub reason: String,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by_name: String,
}

/// All locks of the mission, the latest period first.
pub async fn list(connection: &mut PgConnection) -> Result<Vec<LockRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, period, reason, recorded_at, recorded_by_name FROM period_lock ORDER BY first_day DESC, period",
    )
    .fetch_all(connection)
    .await
}

/// The same for the rules.
pub async fn locks(connection: &mut PgConnection) -> Result<Vec<Lock>, sqlx::Error> {
    let rows = list(connection).await?;
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
         recorded_by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (mission_id, period) DO NOTHING",
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
