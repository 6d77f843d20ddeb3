//! Series that were computed, kept in this process for as long as they hold.
//!
//! A series is read far more often than what it is made of is written. Whether a kept one still holds is asked of the
//! database at every read, in the caller's own transaction: a write through another process counts like one through this.
//! It is kept for the mission, the clearance and the words of the request, and given to nobody else.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use chassis::{Caller, Failure, Tx};
use chrono::{DateTime, SecondsFormat, Utc};
use cpas_proto::collection::v1 as pb;
use prost::Message as _;
use uuid::Uuid;

use super::moment;
use crate::store;

/// Most bytes of all that is kept, and of one series, as they travel.
const BYTES_MAX: usize = 16 << 20;
const ONE_BYTES_MAX: usize = 512 << 10;
/// After this it is computed anew: a database that was restored counts its transactions from before.
const AGE_MAX: Duration = Duration::from_secs(600);

/// Who asks, as far as the answer hangs on it, and what.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    mission: Uuid,
    clearance: i16,
    fiscal_start_month: u32,
    asked: Vec<u8>,
}

impl Key {
    /// # Errors
    /// `Denied` where the caller is in no mission.
    pub(super) fn of(caller: &Caller, asked: &pb::GetSeriesRequest) -> Result<Self, Failure> {
        let mission = caller.mission()?;
        Ok(Self {
            mission: mission.id,
            clearance: caller.clearance.rank(),
            fiscal_start_month: mission.fiscal_year_start_month,
            asked: asked.encode_to_vec(),
        })
    }
}

/// The snapshot that an answer is kept with. `None` where it is not kept: a moment to come is another one with every
/// reading.
pub(super) async fn snapshot_to_keep(
    tx: &mut Tx,
    as_known_at: &str,
    known_at: DateTime<Utc>,
) -> Result<Option<String>, Failure> {
    let is_now = as_known_at.is_empty();
    if !is_now && moment::instant("as_known_at", as_known_at)? != Some(known_at) {
        return Ok(None);
    }
    Ok(store::series_changes::snapshot(tx, is_now.then_some(known_at)).await?)
}

/// A series, and what has to stand for it to hold.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) series: pb::Series,
    pub(super) known_at: DateTime<Utc>,
    /// Of the database, from before the first of it was read.
    pub(super) snapshot: String,
    /// What a write has to be about to end it.
    pub(super) about: Vec<Uuid>,
}

impl Kept {
    /// As known now: nothing was written since.
    pub(super) fn as_of(&self, now: DateTime<Utc>) -> pb::Series {
        pb::Series { as_known_at: now.to_rfc3339_opts(SecondsFormat::Micros, true), ..self.series.clone() }
    }
}

struct Place {
    kept: Arc<Kept>,
    bytes: usize,
    since: Instant,
    /// The number of its last use.
    used: u64,
}

#[derive(Default)]
struct Places {
    of: HashMap<Key, Place>,
    bytes: usize,
    uses: u64,
}

/// What is kept in this process.
#[derive(Default)]
pub(super) struct KeptSeries(Mutex<Places>);

impl KeptSeries {
    /// What is kept; the caller asks the database whether it holds.
    pub(super) fn find(&self, key: &Key) -> Option<Arc<Kept>> {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        places.uses += 1;
        let used = places.uses;
        let place = places.of.get_mut(key)?;
        if place.since.elapsed() > AGE_MAX {
            places.forget(key);
            return None;
        }
        place.used = used;
        Some(Arc::clone(&place.kept))
    }

    /// Keeps a series in the place of the one before; what was not asked for the longest goes for it.
    pub(super) fn keep(&self, key: Key, kept: Kept) {
        let bytes = kept.series.encoded_len() + key.asked.len();
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        places.forget(&key);
        if bytes > ONE_BYTES_MAX {
            return;
        }
        while places.bytes + bytes > BYTES_MAX {
            let Some(oldest) = places.of.iter().min_by_key(|(_, place)| place.used).map(|(key, _)| key.clone()) else {
                return;
            };
            places.forget(&oldest);
        }
        places.uses += 1;
        places.bytes += bytes;
        let place = Place { kept: Arc::new(kept), bytes, since: Instant::now(), used: places.uses };
        places.of.insert(key, place);
    }
}

impl Places {
    fn forget(&mut self, key: &Key) {
        self.bytes -= self.of.remove(key).map_or(0, |place| place.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u8) -> Key {
        Key { mission: Uuid::nil(), clearance: 0, fiscal_start_month: 7, asked: vec![number] }
    }

    fn kept(bytes: usize) -> Kept {
        let series = pb::Series { indicator_code: "x".repeat(bytes), ..Default::default() };
        Kept { series, known_at: DateTime::UNIX_EPOCH, snapshot: String::new(), about: Vec::new() }
    }

    #[test]
    fn what_was_not_asked_for_the_longest_goes_first_and_the_bound_holds() {
        let all = KeptSeries::default();
        let each = 500 << 10;
        for number in 0..200 {
            all.keep(key(number), kept(each));
            assert!(all.find(&key(0)).is_some(), "asked for again and again");
        }
        let places = all.0.lock().expect("no test panicked");
        assert!(places.bytes <= BYTES_MAX && places.of.len() == BYTES_MAX / each, "{}", places.of.len());
        assert_eq!(places.bytes, places.of.values().map(|place| place.bytes).sum::<usize>());
        assert!(places.of.contains_key(&key(199)) && !places.of.contains_key(&key(1)));
    }

    #[test]
    fn one_that_is_too_large_is_not_kept_nor_the_one_before_it() {
        let all = KeptSeries::default();
        all.keep(key(1), kept(10));
        all.keep(key(1), kept(ONE_BYTES_MAX));
        assert!(all.find(&key(1)).is_none());
        assert_eq!(all.0.lock().expect("no test panicked").bytes, 0);
    }
}
