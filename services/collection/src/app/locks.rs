//! Locking periods.

use chassis::{Caller, Failure, new_id};
use cpas_proto::collection::v1 as pb;

use super::{App, moment};
use crate::{
    error::Error,
    events,
    store::{self, locks::LockRow},
};

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

/// All locks, the latest period first.
///
/// # Errors
/// `Unavailable`.
pub async fn list_period_locks(app: &App, caller: &Caller) -> Result<pb::ListPeriodLocksResponse, Failure> {
    let mut tx = app.db.begin(caller).await?;
    let locks = store::locks::list(&mut tx).await?;
    Ok(pb::ListPeriodLocksResponse { locks: locks.into_iter().map(Into::into).collect() })
}
