//! Messages to other systems, and the queue of those to be tried.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// Messages are kept so long.
const KEPT: TimeDelta = TimeDelta::days(30);

/// A message.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DeliveryRow {
    pub id: Uuid,
    pub webhook_id: Uuid,
    /// "plan.recorded"
    pub kind: String,
    pub record_id: String,
    /// Of what it tells of.
    pub classification: i16,
    pub happened_at: DateTime<Utc>,
    /// waiting, delivered or dead.
    pub state: String,
    pub attempts: i32,
    pub attempted_at: Option<DateTime<Utc>>,
    pub outcome: String,
}

/// A message whose time has come.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Due {
    pub delivery_id: Uuid,
    pub mission_id: Uuid,
    pub webhook_id: Uuid,
}

/// Stores a message, to be tried at once.
pub async fn insert(
    connection: &mut PgConnection,
    mission: Uuid,
    row: &DeliveryRow,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO webhook_delivery (mission_id, id, webhook_id, kind, record_id, classification, happened_at, state, recorded_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8)",
    )
    .bind(mission)
    .bind(row.id)
    .bind(row.webhook_id)
    .bind(&row.kind)
    .bind(&row.record_id)
    .bind(row.classification)
    .bind(row.happened_at)
    .bind(now)
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM webhook_delivery WHERE webhook_id = $1 AND recorded_at < $2 AND state <> 'waiting'")
        .bind(row.webhook_id)
        .bind(now - KEPT)
        .execute(&mut *connection)
        .await?;
    queue(connection, mission, row.webhook_id, row.id, now).await
}

/// Lets a message be tried at a time.
pub async fn queue(
    connection: &mut PgConnection,
    mission: Uuid,
    webhook: Uuid,
    delivery: Uuid,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO webhook_queue (delivery_id, mission_id, webhook_id, next_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (delivery_id) DO UPDATE SET next_at = excluded.next_at",
    )
    .bind(delivery)
    .bind(mission)
    .bind(webhook)
    .bind(at)
    .execute(connection)
    .await
    .map(drop)
}

/// How many messages are taken.
#[derive(Debug)]
pub struct Room {
    /// Of all subscriptions together, and of each.
    pub all: i64,
    pub each: i64,
    /// Subscriptions with messages on their way, and how many: so much less of each.
    pub under_way: Vec<(Uuid, i64)>,
}

/// Takes messages whose time has come, of all missions; nobody else takes them until the lease is over.
pub async fn take_due(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    lease: TimeDelta,
    room: Room,
) -> Result<Vec<Due>, sqlx::Error> {
    let (webhooks, messages): (Vec<Uuid>, Vec<i64>) = room.under_way.into_iter().unzip();
    sqlx::query_as(
        "UPDATE webhook_queue q SET next_at = $2 FROM ( \
             SELECT own.delivery_id FROM webhook_queue own JOIN ( \
                 SELECT delivery_id, row_number() OVER (PARTITION BY webhook_id ORDER BY next_at, delivery_id) AS place \
                 FROM webhook_queue WHERE next_at <= $1) ranked ON ranked.delivery_id = own.delivery_id \
             LEFT JOIN unnest($5::uuid[], $6::bigint[]) AS busy(webhook_id, messages) ON busy.webhook_id = own.webhook_id \
             WHERE own.next_at <= $1 AND ranked.place <= $3 - COALESCE(busy.messages, 0) \
             ORDER BY own.next_at LIMIT $4 FOR UPDATE OF own SKIP LOCKED) taken \
         WHERE q.delivery_id = taken.delivery_id RETURNING q.delivery_id, q.mission_id, q.webhook_id",
    )
    .bind(now)
    .bind(now + lease)
    .bind(room.each)
    .bind(room.all)
    .bind(webhooks)
    .bind(messages)
    .fetch_all(connection)
    .await
}

/// One message, if it is the mission's.
pub async fn find(connection: &mut PgConnection, id: Uuid) -> Result<Option<DeliveryRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, webhook_id, kind, record_id, classification, happened_at, state, attempts, attempted_at, outcome \
         FROM webhook_delivery WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(connection)
    .await
}

/// Messages of a subscription, newest first.
pub async fn page(
    connection: &mut PgConnection,
    webhook: Uuid,
    state: &str,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<DeliveryRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, webhook_id, kind, record_id, classification, happened_at, state, attempts, attempted_at, outcome \
         FROM webhook_delivery WHERE webhook_id = $1 AND ($2 = '' OR state = $2) AND ($3::uuid IS NULL OR id < $3) \
         ORDER BY id DESC LIMIT $4",
    )
    .bind(webhook)
    .bind(state)
    .bind(before)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// How many messages of each subscription of the mission are in which state.
pub async fn counts(connection: &mut PgConnection) -> Result<Vec<(Uuid, String, i64)>, sqlx::Error> {
    sqlx::query_as("SELECT webhook_id, state, count(*) FROM webhook_delivery GROUP BY webhook_id, state")
        .fetch_all(connection)
        .await
}

/// What came of an attempt; `next_at` where there is another.
pub async fn note(
    connection: &mut PgConnection,
    row: &DeliveryRow,
    next_at: Option<DateTime<Utc>>,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE webhook_delivery SET state = $2, attempts = $3, attempted_at = $4, outcome = $5 WHERE id = $1")
        .bind(row.id)
        .bind(&row.state)
        .bind(row.attempts)
        .bind(row.attempted_at)
        .bind(&row.outcome)
        .execute(&mut *connection)
        .await?;
    let statement = match next_at {
        Some(at) => sqlx::query("UPDATE webhook_queue SET next_at = $2 WHERE delivery_id = $1").bind(row.id).bind(at),
        None => sqlx::query("DELETE FROM webhook_queue WHERE delivery_id = $1").bind(row.id),
    };
    statement.execute(connection).await.map(drop)
}

/// Lets dead messages of a subscription be tried again, all or one; says how many.
pub async fn replay(
    connection: &mut PgConnection,
    mission: Uuid,
    webhook: Uuid,
    only: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<u64, sqlx::Error> {
    let done = sqlx::query(
        "WITH again AS (UPDATE webhook_delivery SET state = 'waiting', attempts = 0 \
             WHERE webhook_id = $2 AND (CASE WHEN $3::uuid IS NULL THEN state = 'dead' ELSE id = $3 END) \
             AND classification <= (SELECT classification FROM webhook WHERE id = $2) RETURNING id) \
         INSERT INTO webhook_queue (delivery_id, mission_id, webhook_id, next_at) SELECT id, $1, $2, $4 FROM again \
         ON CONFLICT (delivery_id) DO UPDATE SET next_at = excluded.next_at",
    )
    .bind(mission)
    .bind(webhook)
    .bind(only)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}
