//! Events counted for a map.

use chassis::{Caller, Failure};
use chrono::NaiveDate;
use cpas_proto::{collection::v1::CountEventsRequest, words::Classification};

use super::{App, export::events::day};
use crate::{
    domain::event_count::{Counts, counted},
    error::Error,
    store,
};

/// Most groups that are read to be counted together.
const TALLIES_MAX: usize = 400_000;

/// What was counted, and of what.
#[derive(Debug)]
pub struct EventsCounted {
    pub counts: Counts,
    /// First and last day that one of the events may have been on; `None` without any.
    pub days: Option<(NaiveDate, NaiveDate)>,
    pub classification: Classification,
}

/// Counts the events that the caller sees.
///
/// # Errors
/// A date that cannot be used; more than an answer holds.
pub async fn count_events(app: &App, caller: &Caller, asked: CountEventsRequest) -> Result<EventsCounted, Failure> {
    let days = (day("first_date", &asked.first_date)?, day("last_date", &asked.last_date)?);
    let mut tx = app.db.begin(caller).await?;
    let tallied = store::event_counts::tallies(&mut tx, days, TALLIES_MAX as i64 + 1).await?;
    drop(tx);
    let too_many = || Error::bad("first_date", "These are too many events to count at once; ask for fewer days.");
    if tallied.tallies.len() > TALLIES_MAX {
        return Err(too_many().into());
    }
    // Up to a few hundred thousand groups, some times over: not on a thread that serves others.
    let counts = tokio::task::spawn_blocking(move || counted(&tallied.tallies)).await.map_err(Failure::internal)?;
    let counts = counts.ok_or_else(too_many)?;
    Ok(EventsCounted { counts, days: tallied.days, classification: tallied.classification })
}
