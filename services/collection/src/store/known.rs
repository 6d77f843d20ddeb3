//! Reading what was known at a moment, exactly.
//!
//! A fact is dated before its transaction is committed. A read "as known at T" that comes in between
//! would miss it, and see it the next time. So writers hold a shared lock from before they look at
//! the clock until they commit, and a read of a recent moment first waits for those under way.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// Longest that a write can be under way: PostgreSQL's longest statement, and some.
const WRITE_MAX: TimeDelta = TimeDelta::minutes(20);

/// The first line of a transaction that records observations or steps, before the clock is asked.
pub async fn writes(connection: &mut PgConnection, mission: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_xact_lock_shared(hashtextextended('cpas known ' || $1::text, 0))")
        .bind(mission)
        .execute(connection)
        .await
        .map(drop)
}

/// True when all writes that may be dated before a moment are committed or gone; then the first line
/// of a read as known at that moment. Does not wait: who waits for a lock holds up those behind.
pub async fn settled(
    connection: &mut PgConnection,
    mission: Uuid,
    moment: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    if now - moment > WRITE_MAX {
        return Ok(true);
    }
    sqlx::query_scalar("SELECT pg_try_advisory_xact_lock(hashtextextended('cpas known ' || $1::text, 0))")
        .bind(mission)
        .fetch_one(connection)
        .await
}
