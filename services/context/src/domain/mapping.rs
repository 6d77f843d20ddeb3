//! Regular mapping: how often a mission maps its context, and whether the next map is overdue.

use chrono::{DateTime, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Broken, Who, ids::ContextMapId};

/// Longest interval between two maps, in months.
pub const INTERVAL_MONTHS_MAX: u32 = 36;

/// Months from a published map to the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Interval(u8);

impl Interval {
    /// Of a mission that has not set its own.
    pub const USUAL: Self = Self(6);

    /// # Errors
    /// Outside 1 to [`INTERVAL_MONTHS_MAX`].
    pub fn parse(field: &str, months: u32) -> Result<Self, Broken> {
        let mut broken = Broken::default();
        let months = broken.within(field, months, 1, INTERVAL_MONTHS_MAX);
        broken.into_result(months.map(|months| Self(months as u8)))
    }

    /// 1 to [`INTERVAL_MONTHS_MAX`].
    pub const fn months(self) -> u8 {
        self.0
    }
}

/// What a mission set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    pub interval: Interval,
    pub version: i64,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: Who,
}

/// The published map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latest {
    pub map: ContextMapId,
    pub published_on: NaiveDate,
}

/// Where the mapping stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// `None`: the usual interval.
    pub schedule: Option<Schedule>,
    /// `None`: no map has been published.
    pub latest: Option<Latest>,
}

impl Mapping {
    pub fn interval(&self) -> Interval {
        self.schedule.as_ref().map_or(Interval::USUAL, |schedule| schedule.interval)
    }

    /// Last day on which the next map is in time; `None` before the first one, which is due from the start.
    pub fn due(&self) -> Option<NaiveDate> {
        let months = Months::new(self.interval().months().into());
        self.latest.map(|latest| latest.published_on + months)
    }

    /// True from the day after it was due; without any published map always.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.due().is_none_or(|due| today > due)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn mapping(months: Option<u32>, published_on: Option<&str>) -> Mapping {
        let schedule = months.map(|months| Schedule {
            interval: Interval::parse("interval_months", months).expect("an interval"),
            version: 1,
            recorded_at: DateTime::from_timestamp(1_700_000_000, 0).expect("an instant"),
            recorded_by: Who { account: Uuid::from_u128(1), name: "Ada".to_owned() },
        });
        let latest = published_on
            .map(|published| Latest { map: ContextMapId(Uuid::from_u128(2)), published_on: day(published) });
        Mapping { schedule, latest }
    }

    #[test]
    fn a_map_is_overdue_from_the_day_after_its_interval_ended() {
        for (months, published, due) in [
            (Some(3), "2024-01-15", "2024-04-15"),
            (None, "2024-01-15", "2024-07-15"),
            (Some(1), "2024-01-31", "2024-02-29"),
        ] {
            let mapping = mapping(months, Some(published));
            assert_eq!(mapping.due(), Some(day(due)));
            assert!(!mapping.is_overdue(day(due)), "the last day is in time");
            assert!(mapping.is_overdue(day(due).succ_opt().expect("a day")));
        }
    }

    #[test]
    fn the_first_map_is_due_from_the_start() {
        let mapping = mapping(Some(12), None);
        assert_eq!(mapping.due(), None);
        assert!(mapping.is_overdue(day("2024-01-01")));
    }

    #[test]
    fn an_interval_is_one_month_to_three_years() {
        for (months, fine) in [(0, false), (1, true), (36, true), (37, false)] {
            assert_eq!(Interval::parse("interval_months", months).is_ok(), fine, "{months}");
        }
    }
}
