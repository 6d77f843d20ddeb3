//! Tells that no context map was published in time. Works in the transaction of its alarm, which is set when a
//! map is published and when the mission sets its interval: for each of these it is told once.

use chassis::{Clock, Tx};
use chrono::{DateTime, Days, NaiveTime, Utc};

use crate::{domain::mapping::Mapping, error::Error, events, store};

/// Its alarm.
pub const ALARM: &str = "context map is due";

/// When the alarm is to ring: with the first day on which it would be overdue.
pub(super) fn overdue_from(mapping: &Mapping) -> Option<DateTime<Utc>> {
    mapping.due().map(|due| (due + Days::new(1)).and_time(NaiveTime::MIN).and_utc())
}

/// Tells it, or sets the alarm again where it is not due yet.
///
/// # Errors
/// The database is away.
pub async fn tell_overdue_map(tx: &mut Tx, clock: &Clock) -> Result<(), Error> {
    let (mapping, classification) = store::mapping::get(tx).await?;
    match overdue_from(&mapping) {
        Some(from) if from > clock.now() => tx.set_alarm(ALARM, from).await?,
        _ => tx.publish(events::context_map_overdue(tx.mission(), &mapping, classification)).await?,
    }
    Ok(())
}
