//! Who enters what.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// An assignment in force.
#[derive(Debug, Clone, FromRow)]
pub struct Assignment {
    pub id: Uuid,
    pub indicator_id: Uuid,
    /// Empty: all areas that are not assigned by themselves.
    pub area: String,
    pub assignee_id: Uuid,
    pub assignee_name: String,
}

/// One that is made.
#[derive(Debug)]
pub struct NewAssignment<'a> {
    pub id: Uuid,
    pub indicator: Uuid,
    pub area: &'a str,
    pub assignee: Uuid,
    pub assignee_name: &'a str,
    pub at: DateTime<Utc>,
    pub by: Uuid,
    pub by_name: &'a str,
}

/// Those in force of some indicators, as far as the caller sees the indicators.
pub async fn in_force(connection: &mut PgConnection, indicators: &[Uuid]) -> Result<Vec<Assignment>, sqlx::Error> {
    sqlx::query_as(
        "SELECT t.id, t.indicator_id, t.area, t.assignee_id, t.assignee_name FROM task_assignment t \
         JOIN indicator i ON i.mission_id = t.mission_id AND i.id = t.indicator_id \
         WHERE t.indicator_id = ANY($1) AND t.ended_at IS NULL",
    )
    .bind(indicators)
    .fetch_all(connection)
    .await
}

/// What an account is asked to enter, as far as the caller sees the indicators.
pub async fn of_account(connection: &mut PgConnection, account: Uuid) -> Result<Vec<Assignment>, sqlx::Error> {
    sqlx::query_as(
        "SELECT t.id, t.indicator_id, t.area, t.assignee_id, t.assignee_name FROM task_assignment t \
         JOIN indicator i ON i.mission_id = t.mission_id AND i.id = t.indicator_id \
         WHERE t.assignee_id = $1 AND t.ended_at IS NULL ORDER BY t.id",
    )
    .bind(account)
    .fetch_all(connection)
    .await
}

/// Stores one in the place of whatever was there. False: it is so already.
pub async fn put(connection: &mut PgConnection, mission: Uuid, new: &NewAssignment<'_>) -> Result<bool, sqlx::Error> {
    // Two who assign the same place come one after the other.
    sqlx::query("SELECT FROM indicator WHERE mission_id = $1 AND id = $2 FOR UPDATE")
        .bind(mission)
        .bind(new.indicator)
        .execute(&mut *connection)
        .await?;
    let same: Option<Uuid> = sqlx::query_scalar(
        "SELECT assignee_id FROM task_assignment WHERE indicator_id = $1 AND area = $2 AND ended_at IS NULL",
    )
    .bind(new.indicator)
    .bind(new.area)
    .fetch_optional(&mut *connection)
    .await?;
    if same == Some(new.assignee) {
        return Ok(false);
    }
    end_place(&mut *connection, (new.indicator, new.area), new.at, new.by).await?;
    sqlx::query(
        "INSERT INTO task_assignment (mission_id, id, indicator_id, area, assignee_id, assignee_name, recorded_at, \
         recorded_by, recorded_by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(mission)
    .bind(new.id)
    .bind(new.indicator)
    .bind(new.area)
    .bind(new.assignee)
    .bind(new.assignee_name)
    .bind(new.at)
    .bind(new.by)
    .bind(new.by_name)
    .execute(connection)
    .await?;
    Ok(true)
}

/// Ends the assignment of a place. False: there is none.
pub async fn end_place(
    connection: &mut PgConnection,
    place: (Uuid, &str),
    at: DateTime<Utc>,
    by: Uuid,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE task_assignment SET ended_at = $3, ended_by = $4 \
         WHERE indicator_id = $1 AND area = $2 AND ended_at IS NULL",
    )
    .bind(place.0)
    .bind(place.1)
    .bind(at)
    .bind(by)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends some because their assignee may not enter there any more.
pub async fn release(connection: &mut PgConnection, ids: &[Uuid], at: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE task_assignment SET ended_at = $2 WHERE id = ANY($1) AND ended_at IS NULL")
        .bind(ids)
        .bind(at)
        .execute(connection)
        .await
        .map(drop)
}
