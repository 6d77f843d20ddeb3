//! Each sending of a subscription, and the queue of those to be tried.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// Sendings are kept so long.
const KEPT: TimeDelta = TimeDelta::days(90);

/// A sending.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SendingRow {
    pub id: Uuid,
    pub subscription_id: Uuid,
    /// email or webhook.
    pub channel: String,
    pub occasion: String,
    /// waiting, sent, nothing or dead.
    pub state: String,
    pub attempts: i32,
    pub attempted_at: Option<DateTime<Utc>>,
    pub outcome: String,
    pub recorded_at: DateTime<Utc>,
}

/// A sending whose time has come.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Due {
    pub sending_id: Uuid,
    pub mission_id: Uuid,
}

/// Stores one, to be sent at once. False: there is one for this occasion and way.
pub async fn insert(
    connection: &mut PgConnection,
    mission: Uuid,
    (id, subscription): (Uuid, Uuid),
    (channel, occasion): (&str, &str),
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let stored = sqlx::query(
        "INSERT INTO subscription_sending (mission_id, id, subscription_id, channel, occasion, state, recorded_at) \
         VALUES ($1, $2, $3, $4, $5, 'waiting', $6) ON CONFLICT (mission_id, subscription_id, channel, occasion) DO NOTHING",
    )
    .bind(mission)
    .bind(id)
    .bind(subscription)
    .bind(channel)
    .bind(occasion)
    .bind(now)
    .execute(&mut *connection)
    .await?;
    if stored.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query(
        "DELETE FROM subscription_sending WHERE subscription_id = $1 AND recorded_at < $2 AND state <> 'waiting'",
    )
    .bind(subscription)
    .bind(now - KEPT)
    .execute(&mut *connection)
    .await?;
    sqlx::query("INSERT INTO subscription_queue (sending_id, mission_id, next_at) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(mission)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(true)
}

/// Takes those whose time has come, of all missions; nobody else takes them until the lease is over.
pub async fn take_due(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    lease: TimeDelta,
    limit: i64,
) -> Result<Vec<Due>, sqlx::Error> {
    sqlx::query_as(
        "UPDATE subscription_queue q SET next_at = $2 FROM ( \
             SELECT sending_id FROM subscription_queue WHERE next_at <= $1 ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED) taken \
         WHERE q.sending_id = taken.sending_id RETURNING q.sending_id, q.mission_id",
    )
    .bind(now)
    .bind(now + lease)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// One sending, if it is the mission's and waits.
pub async fn waiting(connection: &mut PgConnection, id: Uuid) -> Result<Option<SendingRow>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM subscription_sending WHERE id = $1 AND state = 'waiting'")
        .bind(id)
        .fetch_optional(connection)
        .await
}

/// What came of an attempt; `next_at` where there is another.
pub async fn note(
    connection: &mut PgConnection,
    row: &SendingRow,
    next_at: Option<DateTime<Utc>>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE subscription_sending SET state = $2, attempts = $3, attempted_at = $4, outcome = $5 WHERE id = $1",
    )
    .bind(row.id)
    .bind(&row.state)
    .bind(row.attempts)
    .bind(row.attempted_at)
    .bind(&row.outcome)
    .execute(&mut *connection)
    .await?;
    match next_at {
        Some(at) => {
            sqlx::query("UPDATE subscription_queue SET next_at = $2 WHERE sending_id = $1").bind(row.id).bind(at)
        }
        None => sqlx::query("DELETE FROM subscription_queue WHERE sending_id = $1").bind(row.id),
    }
    .execute(connection)
    .await
    .map(drop)
}

/// Takes one off the queue that is none any more.
pub async fn drop_from_queue(connection: &mut PgConnection, id: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM subscription_queue WHERE sending_id = $1").bind(id).execute(connection).await.map(drop)
}

/// The newest of each of these subscriptions, a few.
pub async fn newest(
    connection: &mut PgConnection,
    subscriptions: &[Uuid],
    each: i64,
) -> Result<Vec<SendingRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT s.* FROM unnest($1::uuid[]) AS of(id) CROSS JOIN LATERAL ( \
             SELECT * FROM subscription_sending WHERE subscription_id = of.id ORDER BY id DESC LIMIT $2) s",
    )
    .bind(subscriptions)
    .bind(each)
    .fetch_all(connection)
    .await
}
