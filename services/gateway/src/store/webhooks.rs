//! Subscriptions of other systems.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// A subscription.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct WebhookRow {
    pub id: Uuid,
    pub name: String,
    pub url: String,
    pub topics: Vec<String>,
    /// The highest that is told; who may not see as much does not see the subscription.
    pub classification: i16,
    pub secret: Vec<u8>,
    /// Empty: at work.
    pub paused: String,
    /// Nothing older is told.
    pub since: DateTime<Utc>,
    pub version: i64,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: Uuid,
    pub recorded_by_name: String,
}

/// The mission's subscriptions by name.
pub async fn all(connection: &mut PgConnection) -> Result<Vec<WebhookRow>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM webhook ORDER BY name, id").fetch_all(connection).await
}

/// One subscription, if it is the mission's.
pub async fn find(connection: &mut PgConnection, id: Uuid) -> Result<Option<WebhookRow>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM webhook WHERE id = $1").bind(id).fetch_optional(connection).await
}

/// Stores a new one.
pub async fn insert(connection: &mut PgConnection, mission: Uuid, row: &WebhookRow) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO webhook (mission_id, id, name, url, topics, classification, secret, paused, since, version, recorded_at, \
         recorded_by, recorded_by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(mission)
    .bind(row.id)
    .bind(&row.name)
    .bind(&row.url)
    .bind(&row.topics)
    .bind(row.classification)
    .bind(&row.secret)
    .bind(&row.paused)
    .bind(row.since)
    .bind(row.version)
    .bind(row.recorded_at)
    .bind(row.recorded_by)
    .bind(&row.recorded_by_name)
    .execute(connection)
    .await
    .map(drop)
}

/// Changes one that still has the version, which becomes the next; false when it has not.
pub async fn update(connection: &mut PgConnection, row: &WebhookRow) -> Result<bool, sqlx::Error> {
    let changed = sqlx::query(
        "UPDATE webhook SET name = $3, url = $4, topics = $5, classification = $6, paused = $7, since = $8, \
         version = version + 1 WHERE id = $1 AND version = $2",
    )
    .bind(row.id)
    .bind(row.version)
    .bind(&row.name)
    .bind(&row.url)
    .bind(&row.topics)
    .bind(row.classification)
    .bind(&row.paused)
    .bind(row.since)
    .execute(connection)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Stops one because of what the other side answered.
pub async fn pause(connection: &mut PgConnection, id: Uuid, why: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE webhook SET paused = $2, version = version + 1 WHERE id = $1 AND paused = ''")
        .bind(id)
        .bind(why)
        .execute(connection)
        .await
        .map(drop)
}

/// Takes one away, with what it was told; false when there is none.
pub async fn delete(connection: &mut PgConnection, id: Uuid) -> Result<bool, sqlx::Error> {
    let ended = sqlx::query("DELETE FROM webhook WHERE id = $1").bind(id).execute(&mut *connection).await?;
    if ended.rows_affected() == 0 {
        // The queue is of all missions: what is not the caller's stays in it.
        return Ok(false);
    }
    sqlx::query("DELETE FROM webhook_queue WHERE webhook_id = $1").bind(id).execute(connection).await?;
    Ok(true)
}

/// Who is to be told: subscriptions at work, of the topic, that reach the classification, from that time on.
pub async fn to_be_told(
    connection: &mut PgConnection,
    topic: &str,
    classification: i16,
    happened_at: DateTime<Utc>,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT id FROM webhook WHERE paused = '' AND $1 = ANY(topics) AND classification >= $2 AND since <= $3 ORDER BY id",
    )
    .bind(topic)
    .bind(classification)
    .bind(happened_at)
    .fetch_all(connection)
    .await
}
