//! From the clock to the sendings that are due.

use std::time::{Duration, Instant};

use chassis::{Caller, Db, Failure, Mission, Tx, new_id};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use cpas_proto::words::MissionState;
use uuid::Uuid;

use super::{When, schedule::next_local};
use crate::store::{
    sendings,
    subscriptions::{self, SubscriptionRow, Tick},
};

const AT_A_TIME: i64 = 32;
/// What nobody planned to the end is planned again after this.
const LEASE: TimeDelta = TimeDelta::minutes(2);
const TRANSACTION_TIMEOUT: Duration = Duration::from_secs(20);

/// Stores what is due, each once whoever stores it; what was due while nobody planned is sent once, late.
pub(super) async fn plan(db: &Db, now: DateTime<Utc>) -> Result<(), Failure> {
    let ticks = subscriptions::take_ticks(&mut *db.connection().await?, now, LEASE, AT_A_TIME).await?;
    for tick in ticks {
        let mut tx = begin(db, tick.mission_id).await?;
        plan_one(&mut tx, tick, now).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn plan_one(tx: &mut Tx, tick: Tick, now: DateTime<Utc>) -> Result<(), Failure> {
    let Some(row) =
        subscriptions::find_for_update(tx, tick.subscription_id).await?.filter(|row| row.stopped.is_empty())
    else {
        subscriptions::set_due(tx, tick.subscription_id, None).await?;
        return Ok(());
    };
    store(tx, tick.mission_id, &row, &tick.due_at.to_rfc3339_opts(SecondsFormat::Secs, true), now).await?;
    let next = next_due(tx, tick.mission_id, &row, now).await?;
    subscriptions::set_due(tx, row.id, next).await?;
    Ok(())
}

/// A sending of an occasion, each way that the subscription has.
pub(super) async fn store(
    tx: &mut Tx,
    mission: Uuid,
    row: &SubscriptionRow,
    occasion: &str,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let ways = [("email", row.by_email), ("webhook", !row.webhook_url.is_empty())];
    for (channel, _) in ways.into_iter().filter(|(_, wanted)| *wanted) {
        sendings::insert(tx, mission, (new_id(now), row.id), (channel, occasion), now).await?;
    }
    Ok(())
}

/// When one is due next, in the mission's own time.
///
/// # Errors
/// `Unavailable` when the database is away.
pub async fn next_due(
    tx: &mut Tx,
    mission: Uuid,
    row: &SubscriptionRow,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Failure> {
    let when: When = row.rhythm.parse().map_err(Failure::internal)?;
    let zone = subscriptions::time_zone(tx, mission).await?;
    let local = subscriptions::local(tx, &zone, now).await?;
    let (day, hour) = (u32::try_from(row.day).unwrap_or(1), u32::try_from(row.hour).unwrap_or(0));
    match next_local(when, day, hour, local) {
        Some(next) => Ok(Some(subscriptions::instant(tx, &zone, next).await?)),
        None => Ok(None),
    }
}

/// A transaction of the gateway's own in a mission.
pub(super) async fn begin(db: &Db, mission: Uuid) -> Result<Tx, Failure> {
    let (state, fiscal_year_start_month) = (MissionState::Active, 7);
    let mission = Mission { id: mission, code: String::new(), state, fiscal_year_start_month };
    db.begin(&Caller::service("gateway", mission, Instant::now() + TRANSACTION_TIMEOUT)).await
}
