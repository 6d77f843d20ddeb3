//! Digests: how often a member wants them, those that were due, and the queue of those to be sent.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// Digests are kept so long.
const KEPT: TimeDelta = TimeDelta::days(30);

/// A digest.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DigestRow {
    pub id: Uuid,
    pub account_id: Uuid,
    pub day: NaiveDate,
    /// waiting, sent, nothing or dead.
    pub state: String,
    pub attempts: i32,
    pub attempted_at: Option<DateTime<Utc>>,
    pub outcome: String,
}

/// A digest whose time has come.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Due {
    pub digest_id: Uuid,
    pub mission_id: Uuid,
}

/// A member who may get one.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Reader {
    pub account_id: Uuid,
    /// `None`: never chosen.
    pub rhythm: Option<String>,
    /// Since when they are a member with this choice.
    pub since: DateTime<Utc>,
}

/// How often an account wants it in the mission; `None`: never chosen.
pub async fn rhythm_of(connection: &mut PgConnection, account: Uuid) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT rhythm FROM digest_preference WHERE account_id = $1")
        .bind(account)
        .fetch_optional(connection)
        .await
}

pub async fn set_rhythm(
    connection: &mut PgConnection,
    mission: Uuid,
    account: Uuid,
    rhythm: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO digest_preference (mission_id, account_id, rhythm, recorded_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (mission_id, account_id) DO UPDATE SET rhythm = excluded.rhythm, recorded_at = excluded.recorded_at",
    )
    .bind(mission)
    .bind(account)
    .bind(rhythm)
    .bind(now)
    .execute(connection)
    .await
    .map(drop)
}

/// Members of the mission with any role but these, who can sign in.
pub async fn readers(connection: &mut PgConnection, mission: Uuid, but: &[&str]) -> Result<Vec<Reader>, sqlx::Error> {
    sqlx::query_as(
        "SELECT m.account_id, p.rhythm, greatest(min(m.recorded_at), p.recorded_at) AS since \
         FROM membership m JOIN account a ON a.id = m.account_id AND a.password_hash <> '' \
         LEFT JOIN digest_preference p ON p.mission_id = m.mission_id AND p.account_id = m.account_id \
         WHERE m.mission_id = $1 AND m.role <> ALL($2) GROUP BY m.account_id, p.rhythm, p.recorded_at",
    )
    .bind(mission)
    .bind(but)
    .fetch_all(connection)
    .await
}

/// Stores a digest, to be sent at once. False: that day has one.
pub async fn insert(
    connection: &mut PgConnection,
    mission: Uuid,
    (id, account, day): (Uuid, Uuid, NaiveDate),
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let stored = sqlx::query(
        "INSERT INTO digest (mission_id, id, account_id, day, state, recorded_at) VALUES ($1, $2, $3, $4, 'waiting', $5) \
         ON CONFLICT (mission_id, account_id, day) DO NOTHING",
    )
    .bind(mission)
    .bind(id)
    .bind(account)
    .bind(day)
    .bind(now)
    .execute(&mut *connection)
    .await?;
    if stored.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query("INSERT INTO digest_queue (digest_id, mission_id, next_at) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(mission)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(true)
}

/// Takes those of the mission away that are done and old.
pub async fn forget_old(connection: &mut PgConnection, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM digest WHERE recorded_at < $1 AND state <> 'waiting'")
        .bind(now - KEPT)
        .execute(connection)
        .await
        .map(drop)
}

/// Takes digests whose time has come, of all missions; nobody else takes them until the lease is over.
pub async fn take_due(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    lease: TimeDelta,
    limit: i64,
) -> Result<Vec<Due>, sqlx::Error> {
    sqlx::query_as(
        "UPDATE digest_queue q SET next_at = $2 FROM ( \
             SELECT digest_id FROM digest_queue WHERE next_at <= $1 ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED) taken \
         WHERE q.digest_id = taken.digest_id RETURNING q.digest_id, q.mission_id",
    )
    .bind(now)
    .bind(now + lease)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// One digest, if it is the mission's and waits.
pub async fn waiting(connection: &mut PgConnection, id: Uuid) -> Result<Option<DigestRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, account_id, day, state, attempts, attempted_at, outcome FROM digest WHERE id = $1 AND state = 'waiting'",
    )
    .bind(id)
    .fetch_optional(connection)
    .await
}

/// What came of an attempt; `next_at` where there is another.
pub async fn note(
    connection: &mut PgConnection,
    row: &DigestRow,
    next_at: Option<DateTime<Utc>>,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE digest SET state = $2, attempts = $3, attempted_at = $4, outcome = $5 WHERE id = $1")
        .bind(row.id)
        .bind(&row.state)
        .bind(row.attempts)
        .bind(row.attempted_at)
        .bind(&row.outcome)
        .execute(&mut *connection)
        .await?;
    let statement = match next_at {
        Some(at) => sqlx::query("UPDATE digest_queue SET next_at = $2 WHERE digest_id = $1").bind(row.id).bind(at),
        None => sqlx::query("DELETE FROM digest_queue WHERE digest_id = $1").bind(row.id),
    };
    statement.execute(connection).await.map(drop)
}

/// Takes one off the queue that is none any more.
pub async fn drop_from_queue(connection: &mut PgConnection, id: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM digest_queue WHERE digest_id = $1").bind(id).execute(connection).await.map(drop)
}
