//! Waived tasks.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// A waiver in force.
#[derive(Debug, Clone, FromRow)]
pub struct Waiver {
    pub indicator_id: Uuid,
    pub period: String,
    pub area: String,
    pub reason: String,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by_name: String,
}

/// One that is made.
#[derive(Debug)]
pub struct NewWaiver<'a> {
    pub id: Uuid,
    pub indicator: Uuid,
    pub period: String,
    pub first_day: NaiveDate,
    pub area: &'a str,
    pub reason: &'a str,
    pub classification: i16,
    pub at: DateTime<Utc>,
    pub by: Uuid,
    pub by_name: &'a str,
}

/// Those in force about some indicators, from a day on.
pub async fn in_force(
    connection: &mut PgConnection,
    indicators: &[Uuid],
    from: NaiveDate,
) -> Result<Vec<Waiver>, sqlx::Error> {
    sqlx::query_as(
        "SELECT indicator_id, period, area, reason, recorded_at, recorded_by_name FROM task_waiver \
         WHERE indicator_id = ANY($1) AND first_day >= $2 AND taken_back_at IS NULL",
    )
    .bind(indicators)
    .bind(from)
    .fetch_all(connection)
    .await
}

/// Stores a waiver. False: its place is waived already.
pub async fn insert(connection: &mut PgConnection, mission: Uuid, new: &NewWaiver<'_>) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO task_waiver (mission_id, id, indicator_id, period, first_day, area, reason, classification, \
         recorded_at, recorded_by, recorded_by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
         ON CONFLICT (mission_id, indicator_id, period, area) WHERE taken_back_at IS NULL DO NOTHING",
    )
    .bind(mission)
    .bind(new.id)
    .bind(new.indicator)
    .bind(&new.period)
    .bind(new.first_day)
    .bind(new.area)
    .bind(new.reason)
    .bind(new.classification)
    .bind(new.at)
    .bind(new.by)
    .bind(new.by_name)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes the waiver of a place back. False: there is none.
pub async fn take_back(
    connection: &mut PgConnection,
    place: (Uuid, &str, &str),
    at: DateTime<Utc>,
    by: Uuid,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE task_waiver SET taken_back_at = $4, taken_back_by = $5 \
         WHERE indicator_id = $1 AND period = $2 AND area = $3 AND taken_back_at IS NULL",
    )
    .bind(place.0)
    .bind(place.1)
    .bind(place.2)
    .bind(at)
    .bind(by)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
