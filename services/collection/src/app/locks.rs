//! Locking periods, and opening them again.

use chassis::{Caller, Failure, new_id};
use cpas_proto::collection::v1 as pb;
use uuid::Uuid;

use super::{App, moment};
use crate::{
    error::Error,
    events,
    store::{self, locks::LockRow},
};

/// Longest reason, in characters.
const REASON_CHARS_MAX: usize = 2_000;

/// Locks a period: from now on only a coordinator changes what lies in it, with a reason.
///
/// # Errors
/// No reason; no period; locked already.
pub async fn lock_period(app: &App, caller: &Caller, asked: pb::LockPeriodRequest) -> Result<pb::PeriodLock, Failure> {
    let period = moment::period("period", &asked.period)?;
    if asked.reason.trim().is_empty() {
        return Err(
            Error::bad("reason", "Say why the period is locked; those who run into the lock will read it.").into()
        );
    }
    bounded(&asked.reason)?;
    let mut tx = app.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let now = app.clock.now();
    let start = app.fiscal_start_month(caller, &mut tx).await?;
    let lock = LockRow {
        id: new_id(now),
        period: period.to_string(),
        reason: asked.reason.trim().to_owned(),
        recorded_at: now,
        recorded_by_name: caller.name.clone(),
        ..LockRow::default()
    };
    let days = (period.first_day(start), period.last_day(start));
    let mission = tx.mission();
    if !store::locks::insert(&mut tx, mission, &lock, days, caller.account).await? {
        return Err(Error::Conflict(format!("{period} is locked already.")).into());
    }
    let lock = pb::PeriodLock::from(lock);
    tx.publish(events::period_locked(lock.clone())).await?;
    tx.finish(lock).await
}

/// Opens a locked period again. The lock stays readable, with who opened it and why.
///
/// # Errors
/// No reason; no such lock; unlocked already.
pub async fn unlock_period(
    app: &App,
    caller: &Caller,
    asked: pb::UnlockPeriodRequest,
) -> Result<pb::PeriodLock, Failure> {
    if asked.reason.trim().is_empty() {
        return Err(Error::bad("reason", "Say why the period is opened again; it stays with the lock.").into());
    }
    bounded(&asked.reason)?;
    let id: Uuid = asked.id.parse().map_err(|_| Error::NotFound("period lock"))?;
    let mut tx = app.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let lock = store::locks::find_held(&mut tx, id).await?.ok_or(Error::NotFound("period lock"))?;
    if lock.unlocked_at.is_some() {
        return Err(
            Error::Conflict(format!("{} was unlocked already, by {}.", lock.period, lock.unlocked_by_name)).into()
        );
    }
    let lock = LockRow {
        unlocked_at: Some(app.clock.now()),
        unlocked_by_name: caller.name.clone(),
        unlock_reason: asked.reason.trim().to_owned(),
        ..lock
    };
    store::locks::unlock(&mut tx, &lock, caller.account).await?;
    let lock = pb::PeriodLock::from(lock);
    tx.publish(events::period_unlocked(lock.clone())).await?;
    tx.finish(lock).await
}

/// The locks in force, the latest period first; or also those that were taken off.
///
/// # Errors
/// `Unavailable`.
pub async fn list_period_locks(
    app: &App,
    caller: &Caller,
    asked: pb::ListPeriodLocksRequest,
) -> Result<pb::ListPeriodLocksResponse, Failure> {
    let mut tx = app.db.begin(caller).await?;
    let locks = store::locks::list(&mut tx, asked.with_unlocked).await?;
    Ok(pb::ListPeriodLocksResponse { locks: locks.into_iter().map(Into::into).collect() })
}

fn bounded(reason: &str) -> Result<(), Failure> {
    if reason.chars().count() > REASON_CHARS_MAX {
        return Err(Error::bad("reason", format!("The reason is longer than {REASON_CHARS_MAX} characters.")).into());
    }
    Ok(())
}
