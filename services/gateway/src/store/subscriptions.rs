//! Subscriptions of members, and when each is due.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// A subscription.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SubscriptionRow {
    pub id: Uuid,
    pub account_id: Uuid,
    /// dashboard, paper or digest.
    pub subject: String,
    /// Id of a dashboard, or template of a paper.
    pub reference: String,
    pub rhythm: String,
    pub day: i16,
    pub hour: i16,
    pub format: String,
    pub language: String,
    pub by_email: bool,
    /// Empty: to no other system.
    pub webhook_url: String,
    pub secret: Option<Vec<u8>>,
    /// Rank of the highest classification that leaves.
    pub up_to: i16,
    /// Empty: at work.
    pub stopped: String,
    pub unsubscribe_key: String,
    pub since: DateTime<Utc>,
    pub version: i64,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: Uuid,
    pub recorded_by_name: String,
}

/// A subscription whose time has come.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Tick {
    pub subscription_id: Uuid,
    pub mission_id: Uuid,
    pub due_at: DateTime<Utc>,
}

/// The mission's subscriptions: of one account, or all.
pub async fn all(connection: &mut PgConnection, of: Option<Uuid>) -> Result<Vec<SubscriptionRow>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM subscription WHERE $1::uuid IS NULL OR account_id = $1 ORDER BY id")
        .bind(of)
        .fetch_all(connection)
        .await
}

/// One subscription, if it is the mission's.
pub async fn find(connection: &mut PgConnection, id: Uuid) -> Result<Option<SubscriptionRow>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM subscription WHERE id = $1").bind(id).fetch_optional(connection).await
}

/// The same, for the one who plans it: who changes it meanwhile waits.
pub async fn find_for_update(connection: &mut PgConnection, id: Uuid) -> Result<Option<SubscriptionRow>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM subscription WHERE id = $1 FOR UPDATE").bind(id).fetch_optional(connection).await
}

/// Those at work that wait for a paper of a template, from that time on.
pub async fn waiting_for_paper(
    connection: &mut PgConnection,
    template: &str,
    published_at: DateTime<Utc>,
) -> Result<Vec<SubscriptionRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT * FROM subscription WHERE rhythm = 'published' AND subject = 'paper' AND reference = $1 AND stopped = '' \
         AND since <= $2 ORDER BY id",
    )
    .bind(template)
    .bind(published_at)
    .fetch_all(connection)
    .await
}

/// What a member may change of one, in the order in which [`with_wish`] binds it.
macro_rules! wish {
    () => {
        "subject, reference, rhythm, day, hour, format, language, by_email, webhook_url, secret, up_to, stopped, since"
    };
}
/// Their values, which come first.
macro_rules! wish_values {
    () => {
        "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13"
    };
}

type Statement = sqlx::query::Query<'static, sqlx::Postgres, sqlx::postgres::PgArguments>;

fn with_wish(statement: Statement, row: &SubscriptionRow) -> Statement {
    statement
        .bind(&row.subject)
        .bind(&row.reference)
        .bind(&row.rhythm)
        .bind(row.day)
        .bind(row.hour)
        .bind(&row.format)
        .bind(&row.language)
        .bind(row.by_email)
        .bind(&row.webhook_url)
        .bind(&row.secret)
        .bind(row.up_to)
        .bind(&row.stopped)
        .bind(row.since)
}

/// Stores a new one.
pub async fn insert(connection: &mut PgConnection, mission: Uuid, row: &SubscriptionRow) -> Result<(), sqlx::Error> {
    const SQL: &str = concat!(
        "INSERT INTO subscription (",
        wish!(),
        ", mission_id, id, account_id, unsubscribe_key, version, recorded_at, recorded_by, recorded_by_name) VALUES (",
        wish_values!(),
        ", $14, $15, $16, $17, $18, $19, $20, $21)"
    );
    with_wish(sqlx::query(SQL), row)
        .bind(mission)
        .bind(row.id)
        .bind(row.account_id)
        .bind(&row.unsubscribe_key)
        .bind(row.version)
        .bind(row.recorded_at)
        .bind(row.recorded_by)
        .bind(&row.recorded_by_name)
        .execute(connection)
        .await
        .map(drop)
}

/// Changes one that still has the version, which becomes the next; false when it has not.
pub async fn update(connection: &mut PgConnection, row: &SubscriptionRow) -> Result<bool, sqlx::Error> {
    const SQL: &str = concat!(
        "UPDATE subscription SET (",
        wish!(),
        ") = ROW(",
        wish_values!(),
        "), version = version + 1 WHERE id = $14 AND version = $15"
    );
    let changed = with_wish(sqlx::query(SQL), row).bind(row.id).bind(row.version).execute(connection).await?;
    Ok(changed.rows_affected() == 1)
}

/// Stops one that is at work, and says why.
pub async fn stop(connection: &mut PgConnection, id: Uuid, why: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE subscription SET stopped = $2, version = version + 1 WHERE id = $1 AND stopped = ''")
        .bind(id)
        .bind(why)
        .execute(&mut *connection)
        .await?;
    set_due(connection, id, None).await
}

/// Takes one away, with what it sent; false when there is none.
pub async fn delete(connection: &mut PgConnection, id: Uuid) -> Result<bool, sqlx::Error> {
    let ended = sqlx::query("DELETE FROM subscription WHERE id = $1").bind(id).execute(&mut *connection).await?;
    if ended.rows_affected() == 0 {
        // The clock is of all missions: what is not the caller's stays in it.
        return Ok(false);
    }
    sqlx::query("DELETE FROM subscription_clock WHERE subscription_id = $1").bind(id).execute(connection).await?;
    Ok(true)
}

/// Puts a new one on the clock; `None`: it is not due by the clock.
pub async fn put_on_clock(
    connection: &mut PgConnection,
    mission: Uuid,
    id: Uuid,
    key_sha256: &[u8],
    due_at: Option<DateTime<Utc>>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO subscription_clock (subscription_id, mission_id, key_sha256, due_at, next_at) VALUES ($1, $2, $3, $4, $4)",
    )
    .bind(id)
    .bind(mission)
    .bind(key_sha256)
    .bind(due_at)
    .execute(connection)
    .await
    .map(drop)
}

/// When one is due next.
pub async fn set_due(
    connection: &mut PgConnection,
    id: Uuid,
    due_at: Option<DateTime<Utc>>,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE subscription_clock SET due_at = $2, next_at = $2 WHERE subscription_id = $1")
        .bind(id)
        .bind(due_at)
        .execute(connection)
        .await
        .map(drop)
}

/// When each of the mission's is due next.
pub async fn dues(
    connection: &mut PgConnection,
    mission: Uuid,
) -> Result<Vec<(Uuid, Option<DateTime<Utc>>)>, sqlx::Error> {
    sqlx::query_as("SELECT subscription_id, due_at FROM subscription_clock WHERE mission_id = $1")
        .bind(mission)
        .fetch_all(connection)
        .await
}

/// Takes those whose time has come, of all missions; nobody else takes them until the lease is over.
pub async fn take_ticks(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    lease: TimeDelta,
    limit: i64,
) -> Result<Vec<Tick>, sqlx::Error> {
    sqlx::query_as(
        "UPDATE subscription_clock c SET next_at = $2 FROM ( \
             SELECT subscription_id FROM subscription_clock WHERE next_at <= $1 ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED) taken \
         WHERE c.subscription_id = taken.subscription_id RETURNING c.subscription_id, c.mission_id, c.due_at",
    )
    .bind(now)
    .bind(now + lease)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// Whose key it is: mission and subscription.
pub async fn by_key(connection: &mut PgConnection, key_sha256: &[u8]) -> Result<Option<(Uuid, Uuid)>, sqlx::Error> {
    sqlx::query_as("SELECT mission_id, subscription_id FROM subscription_clock WHERE key_sha256 = $1")
        .bind(key_sha256)
        .fetch_optional(connection)
        .await
}

/// The time zone of a mission, by its name in the IANA database.
pub async fn time_zone(connection: &mut PgConnection, mission: Uuid) -> Result<String, sqlx::Error> {
    let found: Option<String> = sqlx::query_scalar("SELECT time_zone FROM mission WHERE id = $1")
        .bind(mission)
        .fetch_optional(connection)
        .await?;
    Ok(found.unwrap_or_else(|| "UTC".to_owned()))
}

/// Sets it; false where the database knows no such zone.
pub async fn set_time_zone(connection: &mut PgConnection, mission: Uuid, zone: &str) -> Result<bool, sqlx::Error> {
    let set = sqlx::query(
        "UPDATE mission SET time_zone = $2 WHERE id = $1 AND EXISTS (SELECT FROM pg_timezone_names WHERE name = $2)",
    )
    .bind(mission)
    .bind(zone)
    .execute(connection)
    .await?;
    Ok(set.rows_affected() == 1)
}

/// What clocks in a zone show at an instant.
pub async fn local(connection: &mut PgConnection, zone: &str, at: DateTime<Utc>) -> Result<NaiveDateTime, sqlx::Error> {
    sqlx::query_scalar("SELECT $1::timestamptz AT TIME ZONE $2::text").bind(at).bind(zone).fetch_one(connection).await
}

/// The instant at which clocks in a zone show a time; where they leap over it, an hour later.
pub async fn instant(
    connection: &mut PgConnection,
    zone: &str,
    local: NaiveDateTime,
) -> Result<DateTime<Utc>, sqlx::Error> {
    sqlx::query_scalar("SELECT $1::timestamp AT TIME ZONE $2::text").bind(local).bind(zone).fetch_one(connection).await
}
