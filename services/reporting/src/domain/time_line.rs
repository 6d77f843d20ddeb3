//! A line of time: over which months, and what stands on it.

use chrono::NaiveDate;
use cpas_proto::words::{Frequency, Period};

use super::home::{Goal, Status, standing};

/// Months of a line where nobody says which.
pub const MONTHS_SHOWN: usize = 36;
/// Most months of a line.
pub const MONTHS_MAX: usize = 120;
/// Series of a mission on one line.
pub const SERIES_MAX: usize = 12;
/// Marks of a mission on one line.
pub const MARKS_MAX: usize = 400;
/// Missions below each other.
pub const MISSIONS_MAX: usize = 6;

/// Months, both with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Months {
    pub first: Period,
    pub last: Period,
}

/// Calendar months know no fiscal year.
const ANY_START: u32 = 1;

impl Months {
    /// Those asked for; open ends are the newest day that is known, and as many months before as a line shows. `None`:
    /// nothing is known that would say where to end.
    pub fn of(first: Option<Period>, last: Option<Period>, newest: Option<NaiveDate>) -> Option<Self> {
        let last = last.or_else(|| newest.map(month_of))?;
        let back = |months: usize| (1..months).fold(last, |month, _| month.previous(ANY_START));
        // As many as a line has, whatever was asked with an open end.
        let (earliest, first) = (back(MONTHS_MAX), first.unwrap_or_else(|| back(MONTHS_SHOWN)));
        Some(Self { first: first.max(earliest).min(last), last })
    }

    pub fn first_day(self) -> NaiveDate {
        self.first.first_day(ANY_START)
    }

    pub fn last_day(self) -> NaiveDate {
        self.last.last_day(ANY_START)
    }

    pub fn holds(self, day: NaiveDate) -> bool {
        (self.first_day()..=self.last_day()).contains(&day)
    }

    /// How many they are; `None` where the last is before the first, or they are more than a line has.
    pub fn count(self) -> Option<usize> {
        let months = |period: Period| {
            let day = period.first_day(ANY_START);
            i64::from(chrono::Datelike::year(&day)) * 12 + i64::from(chrono::Datelike::month0(&day))
        };
        usize::try_from(months(self.last) - months(self.first) + 1)
            .ok()
            .filter(|count| (1..=MONTHS_MAX).contains(count))
    }
}

fn month_of(day: NaiveDate) -> Period {
    Period::containing(day, Frequency::Month, ANY_START)
}

/// The place of an indicator among those of the conflict: first those that count events, then those of the context; `None`
/// for what the mission itself does or wants.
pub fn place_among(level: &str, counts_events: bool) -> Option<u8> {
    match (counts_events, level) {
        (true, _) => Some(0),
        (false, "context") => Some(1),
        _ => None,
    }
}

/// True where a value of a target's own period reaches the target. A value of a shorter period says so only of what is a
/// level and not added up over time.
pub fn achieves(
    direction: &str,
    over_time: &str,
    value: (Period, f64),
    target: (Period, Goal),
    fiscal_start: u32,
) -> bool {
    let same = value.0 == target.0;
    let last_of = over_time == "last" && value.0.last_day(fiscal_start) == target.0.last_day(fiscal_start);
    // Where it began is no matter: only whether it is there.
    (same || last_of) && standing(direction, Some(value.1), Goal { baseline: None, ..target.1 }) == Status::Achieved
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn period(text: &str) -> Period {
        text.parse().expect("a period")
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_line_ends_where_something_is_known_and_is_three_years_long() {
        let line = Months::of(None, None, Some(day("2024-06-17"))).expect("a line");
        assert_eq!((line.first, line.last, line.count()), (period("2021-07"), period("2024-06"), Some(36)));
        assert!(line.holds(day("2024-06-30")) && !line.holds(day("2024-07-01")) && !line.holds(day("2021-06-30")));
        assert_eq!(Months::of(None, None, None), None, "nothing is known");
        let long = Months::of(Some(period("1990-01")), None, Some(day("2024-06-17"))).expect("a line");
        assert_eq!((long.last, long.count()), (period("2024-06"), Some(MONTHS_MAX)), "no longer than a line is");
        assert_eq!(Months { first: period("2024-02"), last: period("2024-01") }.count(), None);
        assert_eq!(Months { first: period("2004-01"), last: period("2024-01") }.count(), None, "twenty years");
    }

    #[test]
    fn a_target_is_achieved_by_a_value_of_its_period_or_by_the_last_level_in_it() {
        let target = |value| (period("2024"), Goal { target: Some(value), ..Goal::default() });
        assert!(achieves("lower", "sum", (period("2024"), 9.0), target(10.0), 7));
        assert!(!achieves("lower", "sum", (period("2024-12"), 1.0), target(10.0), 7), "a month is no year");
        assert!(achieves("higher", "last", (period("2024-12"), 12.0), target(10.0), 7));
        assert!(!achieves("higher", "last", (period("2024-11"), 12.0), target(10.0), 7), "not the last of the year");
        assert!(!achieves("higher", "last", (period("2024"), 9.0), target(10.0), 7), "on the way is not there");
    }

    #[test]
    fn what_counts_events_stands_before_the_context_and_results_are_not_of_the_conflict() {
        assert_eq!(place_among("outcome", true), Some(0));
        assert_eq!(place_among("context", false), Some(1));
        assert_eq!(place_among("output", false), None);
    }

    proptest! {
        /// A line without an asked beginning always holds its newest day and has its length.
        #[test]
        fn the_newest_day_is_on_the_line(days in 0u64..20_000) {
            let newest = day("1990-01-01") + chrono::Days::new(days);
            let line = Months::of(None, None, Some(newest)).expect("a line");
            prop_assert!(line.holds(newest));
            prop_assert_eq!(line.count(), Some(MONTHS_SHOWN));
        }
    }
}
