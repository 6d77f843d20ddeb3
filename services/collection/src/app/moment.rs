//! "As known at", as callers write it.

use std::time::{Duration, Instant};

use chassis::{Caller, Failure, Tx};
use chrono::{DateTime, Utc};
use cpas_proto::words::Period;

use super::App;
use crate::{error::Error, store};

/// How often a read looks whether the writes before its moment are committed.
const LOOK_EVERY: Duration = Duration::from_millis(50);

impl App {
    /// Opens a read as known at a moment: an RFC 3339 instant, or empty for now. A moment to come is now.
    pub(crate) async fn read_as_known_at(&self, caller: &Caller, text: &str) -> Result<(Tx, DateTime<Utc>), Failure> {
        let now = self.clock.now();
        let moment = instant("as_known_at", text)?.map_or(now, |moment| moment.min(now));
        loop {
            let mut tx = self.db.begin(caller).await?;
            let mission = tx.mission();
            if text.is_empty() || store::known::settled(&mut tx, mission, moment, now).await? {
                return Ok((tx, moment));
            }
            drop(tx);
            if Instant::now() + LOOK_EVERY >= caller.deadline {
                let sentence = "A large import is under way, and what is known at that moment depends on it. Please \
                                try again when it is done.";
                return Err(Failure::unavailable(sentence));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Month in which the mission's fiscal year starts: as the gateway told it, else as the caller's token says.
    pub(crate) async fn fiscal_start_month(&self, caller: &Caller, tx: &mut Tx) -> Result<u32, Failure> {
        let told = store::copies::fiscal_year_start_month(tx).await?;
        Ok(told.unwrap_or(caller.mission()?.fiscal_year_start_month.clamp(1, 12)))
    }
}

/// An instant of a request; `None` for an empty one.
pub(crate) fn instant(field: &'static str, text: &str) -> Result<Option<DateTime<Utc>>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    let parsed = DateTime::parse_from_rfc3339(text).map(|moment| moment.to_utc());
    parsed
        .map(Some)
        .map_err(|_| Error::bad(field, format!("\"{text}\" is not an instant; write 2026-03-01T12:00:00Z.")).into())
}

/// A period of a request.
pub(crate) fn period(field: &'static str, text: &str) -> Result<Period, Failure> {
    text.parse::<Period>().map_err(|error| Error::bad(field, format!("{error}.")).into())
}

/// An id of a request; one that is no id is of nothing that there is.
pub(crate) fn id(what: &'static str, text: &str) -> Result<uuid::Uuid, Failure> {
    text.parse().map_err(|_| Error::NotFound(what).into())
}
