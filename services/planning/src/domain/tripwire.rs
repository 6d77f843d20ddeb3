//! Tripwires: a condition on the series of an indicator, and what the series says of it.
//!
//! Only periods that have ended are read, so that half a month is not taken for a month.
//!
//! Invariant: what is missing is never taken for clear (`clear_is_said_only_where_a_value_says_so`).

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use cpas_proto::{
    vocabulary,
    words::{Frequency, Period},
};

use super::{broken::Broken, ids::IndicatorId};

/// Most periods that must meet the condition one after the other.
pub const PERIODS_MAX: u8 = 24;
/// So many whole periods may end without a value before the last one is too old to speak.
const STALE_PERIODS: u8 = 2;
/// And so many days: what is collected by day is not too old after two of them.
const STALE_DAYS: u64 = 45;

vocabulary! {
    /// On which side of its threshold a value trips the wire.
    pub enum Comparison as "a comparison" {
        Above = "above",
        AtLeast = "at_least",
        Below = "below",
        AtMost = "at_most",
    }
}

vocabulary! {
    /// What a tripwire says.
    pub enum TripwireState as "a state of a tripwire" {
        Tripped = "tripped",
        Clear = "clear",
        CannotTell = "cannot_tell",
    }
}

vocabulary! {
    /// Why a tripwire cannot tell.
    pub enum Why as "a reason why a tripwire cannot tell" {
        /// The series has no value of a period that has ended.
        NoData = "no_data",
        /// A period is missing among those that would have to meet the condition.
        Gap = "gap",
        /// The newest value is too old.
        Stale = "stale",
    }
}

/// A condition on an indicator's series.
#[derive(Debug, Clone, PartialEq)]
pub struct Tripwire {
    pub indicator: IndicatorId,
    /// Code of an area; `None`: the mission as a whole.
    pub area: Option<String>,
    pub comparison: Comparison,
    pub threshold: f64,
    /// How many periods that follow each other must meet the condition, 1 to [`PERIODS_MAX`].
    pub periods: u8,
}

/// A value of a series; `None` where it is missing, suppressed or does not apply.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub period: Period,
    pub value: Option<f64>,
}

/// What a tripwire said when its series was read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    pub state: TripwireState,
    pub why: Option<Why>,
    /// The newest period that has ended and has a value, and that value.
    pub newest: Option<(Period, f64)>,
    pub at: DateTime<Utc>,
}

impl Tripwire {
    /// Rules that a tripwire can be held to by itself.
    ///
    /// # Errors
    /// A threshold that is no number, or too many periods.
    pub fn checked(self) -> Result<Self, Broken> {
        let mut broken = Broken::nothing();
        if !self.threshold.is_finite() {
            broken.add("risk.tripwire.threshold", "The threshold must be a number.");
        }
        if !(1..=PERIODS_MAX).contains(&self.periods) {
            let message = format!("The condition is met in 1 to {PERIODS_MAX} periods one after the other.");
            broken.add("risk.tripwire.periods", message);
        }
        broken.into_result(self)
    }

    fn is_met_by(&self, value: f64) -> bool {
        match self.comparison {
            Comparison::Above => value > self.threshold,
            Comparison::AtLeast => value >= self.threshold,
            Comparison::Below => value < self.threshold,
            Comparison::AtMost => value <= self.threshold,
        }
    }

    /// What the series says. Tripped: the newest periods all have a value, and each meets the condition.
    /// Clear: one of them has a value that does not. Anything else cannot be told.
    pub fn read(&self, points: &[Point], frequency: Frequency, fiscal_start_month: u32, now: DateTime<Utc>) -> Reading {
        let today = now.date_naive();
        let values: BTreeMap<Period, f64> = points
            .iter()
            .filter(|point| point.period.frequency() == frequency)
            .filter(|point| point.period.last_day(fiscal_start_month) < today)
            .filter_map(|point| Some((point.period, point.value.filter(|value| value.is_finite())?)))
            .collect();
        let newest = values.last_key_value().map(|(period, value)| (*period, *value));
        let Some((mut period, _)) = newest else {
            return Reading { state: TripwireState::CannotTell, why: Some(Why::NoData), newest, at: now };
        };
        let (mut has_gap, mut is_contradicted) = (false, false);
        for _ in 0..self.periods {
            match values.get(&period) {
                None => has_gap = true,
                Some(value) => is_contradicted |= !self.is_met_by(*value),
            }
            period = period.previous(fiscal_start_month);
        }
        let (state, why) = match (is_contradicted, has_gap) {
            (true, _) => (TripwireState::Clear, None),
            (false, true) => (TripwireState::CannotTell, Some(Why::Gap)),
            (false, false) => (TripwireState::Tripped, None),
        };
        Reading { state, why, newest, at: now }.as_of(today, fiscal_start_month)
    }
}

impl Reading {
    /// The reading as it may be shown on a later day: what rests on old values cannot tell any more.
    pub fn as_of(self, today: NaiveDate, fiscal_start_month: u32) -> Self {
        match self.newest {
            Some((period, _)) if is_stale(period, today, fiscal_start_month) => {
                Self { state: TripwireState::CannotTell, why: Some(Why::Stale), ..self }
            }
            _ => self,
        }
    }

    /// True where the two say the same, whenever they were read.
    pub fn says_as(&self, other: &Self) -> bool {
        (self.state, self.why) == (other.state, other.why)
    }
}

fn is_stale(newest: Period, today: NaiveDate, fiscal_start_month: u32) -> bool {
    let mut last = newest;
    for _ in 0..STALE_PERIODS {
        last = last.next(fiscal_start_month);
    }
    let days = newest.last_day(fiscal_start_month).checked_add_days(Days::new(STALE_DAYS));
    last.last_day(fiscal_start_month) < today && days.is_some_and(|days| days < today)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn wire(comparison: Comparison, threshold: f64, periods: u8) -> Tripwire {
        Tripwire { indicator: IndicatorId(Uuid::nil()), area: None, comparison, threshold, periods }
    }

    fn points(values: &[(&str, Option<f64>)]) -> Vec<Point> {
        values.iter().map(|(period, value)| Point { period: period.parse().expect("a month"), value: *value }).collect()
    }

    fn on(day: &str) -> DateTime<Utc> {
        format!("{day}T12:00:00Z").parse().expect("a day")
    }

    fn says(wire: &Tripwire, values: &[(&str, Option<f64>)], day: &str) -> (&'static str, Option<&'static str>) {
        let reading = wire.read(&points(values), Frequency::Month, 7, on(day));
        (reading.state.word(), reading.why.map(Why::word))
    }

    #[test]
    fn each_comparison_trips_on_its_side_of_the_threshold() {
        use Comparison::{Above, AtLeast, AtMost, Below};
        for (comparison, value, state) in [
            (Above, 5.0, "clear"),
            (Above, 5.1, "tripped"),
            (AtLeast, 5.0, "tripped"),
            (AtLeast, 4.9, "clear"),
            (Below, 5.0, "clear"),
            (Below, 4.9, "tripped"),
            (AtMost, 5.0, "tripped"),
            (AtMost, 5.1, "clear"),
        ] {
            let found = says(&wire(comparison, 5.0, 1), &[("2025-03", Some(value))], "2025-04-10");
            assert_eq!(found, (state, None), "{value} {comparison} 5");
        }
    }

    #[test]
    fn a_period_that_still_runs_is_not_read() {
        let values = [("2025-03", Some(1.0)), ("2025-04", Some(9.0))];
        assert_eq!(says(&wire(Comparison::Above, 5.0, 1), &values, "2025-04-30"), ("clear", None));
        assert_eq!(says(&wire(Comparison::Above, 5.0, 1), &values, "2025-05-01"), ("tripped", None));
    }

    #[test]
    fn several_periods_must_follow_each_other() {
        let two = wire(Comparison::Above, 5.0, 2);
        assert_eq!(says(&two, &[("2025-02", Some(9.0)), ("2025-03", Some(9.0))], "2025-04-10"), ("tripped", None));
        assert_eq!(says(&two, &[("2025-02", Some(1.0)), ("2025-03", Some(9.0))], "2025-04-10"), ("clear", None));
        let gap = [("2025-01", Some(9.0)), ("2025-02", None), ("2025-03", Some(9.0))];
        assert_eq!(says(&two, &gap, "2025-04-10"), ("cannot_tell", Some("gap")));
    }

    #[test]
    fn without_values_and_with_old_ones_it_cannot_tell() {
        let one = wire(Comparison::Above, 5.0, 1);
        assert_eq!(says(&one, &[], "2025-04-10"), ("cannot_tell", Some("no_data")));
        assert_eq!(says(&one, &[("2025-03", None)], "2025-04-10"), ("cannot_tell", Some("no_data")));
        assert_eq!(says(&one, &[("2025-03", Some(f64::NAN))], "2025-04-10"), ("cannot_tell", Some("no_data")));
        let quiet = [("2025-03", Some(1.0))];
        assert_eq!(says(&one, &quiet, "2025-05-31"), ("clear", None));
        assert_eq!(says(&one, &quiet, "2025-06-01"), ("cannot_tell", Some("stale")));
    }

    #[test]
    fn a_reading_that_is_shown_later_grows_old() {
        let read = wire(Comparison::Above, 5.0, 1).read(
            &points(&[("2025-03", Some(9.0))]),
            Frequency::Month,
            7,
            on("2025-04-10"),
        );
        let later = |day: &str| read.as_of(day.parse().expect("a day"), 7);
        assert_eq!(later("2025-05-31"), read);
        assert_eq!((later("2025-06-01").why, later("2025-06-01").newest), (Some(Why::Stale), read.newest));
    }

    #[test]
    fn a_threshold_is_a_number_and_periods_have_a_bound() {
        assert!(wire(Comparison::Above, 0.0, PERIODS_MAX).checked().is_ok());
        for (threshold, periods) in [(f64::NAN, 1), (f64::INFINITY, 1), (0.0, 0), (0.0, PERIODS_MAX + 1)] {
            assert!(wire(Comparison::Above, threshold, periods).checked().is_err(), "{threshold} {periods}");
        }
    }

    fn months() -> impl Strategy<Value = Vec<Point>> {
        let month = |(month, value): (u32, Option<i8>)| {
            let period = format!("{}-{:02}", 2023 + month / 12, month % 12 + 1).parse().expect("a month");
            Point { period, value: value.map(f64::from) }
        };
        prop::collection::btree_map(0u32..26, prop::option::of(-3i8..3), 0..26)
            .prop_map(move |values| values.into_iter().map(month).collect())
    }

    proptest! {
        /// Against a plain model: the last months that could speak, one by one.
        #[test]
        fn clear_is_said_only_where_a_value_says_so(points in months(), periods in 1u8..6, threshold in -2i8..2) {
            let wire = wire(Comparison::Above, threshold.into(), periods);
            let read = wire.read(&points, Frequency::Month, 7, on("2025-03-20"));
            let value = |period: Period| points.iter().find(|point| point.period == period).and_then(|point| point.value);
            let ended = |period: Period| period.last_day(7) < on("2025-03-20").date_naive();
            let with_value = points.iter().filter(|point| point.value.is_some() && ended(point.period));
            let Some(newest) = with_value.map(|point| point.period).max() else {
                prop_assert_eq!(read.why, Some(Why::NoData));
                return Ok(());
            };
            let mut last = vec![newest];
            while last.len() < usize::from(periods) {
                last.push(last[last.len() - 1].previous(7));
            }
            let values: Vec<Option<f64>> = last.iter().map(|period| value(*period)).collect();
            let all_meet = values.iter().all(|value| value.is_some_and(|value| value > threshold.into()));
            let one_does_not = values.iter().flatten().any(|value| *value <= threshold.into());
            match read.state {
                TripwireState::Tripped => prop_assert!(all_meet),
                TripwireState::Clear => prop_assert!(one_does_not),
                TripwireState::CannotTell => prop_assert!(read.why == Some(Why::Stale) || (!all_meet && !one_does_not)),
            }
        }

        #[test]
        fn the_order_of_points_does_not_matter(points in months(), periods in 1u8..4) {
            let wire = wire(Comparison::AtMost, 0.0, periods);
            let turned: Vec<Point> = points.iter().rev().copied().collect();
            let now = on("2025-03-20");
            prop_assert_eq!(wire.read(&points, Frequency::Month, 7, now), wire.read(&turned, Frequency::Month, 7, now));
        }
    }
}
