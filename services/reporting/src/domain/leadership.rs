//! What leadership looks at: what got worse, and how late something is.

use chrono::NaiveDate;

use super::home::{SeriesPoint, Status};

/// Share of the old value below which a change is not told: screens would show two equal numbers.
const SHARE_TOLD_MIN: f64 = 0.01;

/// Two newest values of a series where the newer is the worse.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worse<'a> {
    pub before: &'a SeriesPoint,
    pub now: &'a SeriesPoint,
}

/// The two newest values, if the newer is worse. Where less is better a rise is worse, else a fall; of a
/// range it is worse to be farther from it. A change of less than a hundredth of the old value is none.
pub fn worse_value<'a>(
    direction: &str,
    low: Option<f64>,
    high: Option<f64>,
    points: &'a [SeriesPoint],
) -> Option<Worse<'a>> {
    let mut valued = points.iter().rev().filter(|point| point.value.is_some());
    let (now, before) = (valued.next()?, valued.next()?);
    let (new, old) = (now.value?, before.value?);
    if (new - old).abs() < SHARE_TOLD_MIN * old.abs() {
        return None;
    }
    let is_worse = match direction {
        "in_range" => outside(new, low, high) > outside(old, low, high),
        "lower" => new > old,
        _ => new < old,
    };
    is_worse.then_some(Worse { before, now })
}

/// How far a value is from a range; 0 inside, and where there is no range.
fn outside(value: f64, low: Option<f64>, high: Option<f64>) -> f64 {
    let below = low.map_or(0.0, |low| (low - value).max(0.0));
    let above = high.map_or(0.0, |high| (value - high).max(0.0));
    below.max(above)
}

/// True when an assessment rates something worse than the one before; without data on one side it cannot be
/// told.
pub fn worse_status(before: Status, now: Status) -> bool {
    before != Status::NoData && now != Status::NoData && now > before
}

/// Where an indicator stands among those that got worse: first those that an assessment rates worse, the
/// worst status first, then by how much of the old value the change is.
pub fn urgency(status_fell: bool, status: Status, worse: Option<Worse<'_>>) -> (bool, Status, f64) {
    let rated = if status == Status::NoData { Status::Achieved } else { status };
    let size = worse.and_then(|worse| Some((worse.now.value?, worse.before.value?)));
    let share = size.map_or(0.0, |(new, old)| ((new - old) / old.abs().max(1.0)).abs());
    (status_fell, rated, share)
}

/// Whole days since a due day; `None` when it is not over, or is no day.
pub fn days_late(due: &str, today: NaiveDate) -> Option<u32> {
    let due: NaiveDate = due.get(..10)?.parse().ok()?;
    u32::try_from((today - due).num_days()).ok().filter(|days| *days > 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn series(values: &[Option<f64>]) -> Vec<SeriesPoint> {
        let point = |(place, value): (usize, &Option<f64>)| SeriesPoint {
            period: format!("2024-Q{}", place + 1),
            value: *value,
            ..Default::default()
        };
        values.iter().enumerate().map(point).collect()
    }

    #[test]
    fn worse_depends_on_which_way_is_better() {
        let fell = series(&[Some(9.0), Some(5.0), None, Some(3.0), None]);
        let worse = worse_value("higher", None, None, &fell).expect("a fall is worse");
        assert_eq!(
            (worse.before.period.as_str(), worse.now.period.as_str()),
            ("2024-Q2", "2024-Q4"),
            "gaps are passed"
        );
        assert_eq!(worse_value("lower", None, None, &fell), None);
        let rose = series(&[Some(1.0), Some(2.0)]);
        assert!(worse_value("lower", None, None, &rose).is_some());
        assert_eq!(worse_value("lower", None, None, &series(&[Some(2.0), Some(2.0)])), None, "the same is not worse");
        assert_eq!(worse_value("lower", None, None, &series(&[Some(2.0)])), None, "one value is no change");
        assert_eq!(worse_value("lower", None, None, &series(&[Some(2.0), Some(2.01)])), None, "too little to be told");
        let range = |values| worse_value("in_range", Some(1.0), Some(2.0), &series(values)).is_some();
        assert!(range(&[Some(1.5), Some(2.5)]) && range(&[Some(0.5), Some(0.1)]));
        assert!(!range(&[Some(1.1), Some(1.9)]) && !range(&[Some(3.0), Some(2.5)]));
    }

    #[test]
    fn a_status_is_worse_only_where_both_are_known() {
        use Status::{Achieved, AtRisk, NoData, OffTrack, OnTrack};
        assert!(worse_status(Achieved, OnTrack) && worse_status(AtRisk, OffTrack));
        assert!(!worse_status(OffTrack, AtRisk) && !worse_status(AtRisk, AtRisk));
        assert!(!worse_status(NoData, OffTrack) && !worse_status(Achieved, NoData));
    }

    #[test]
    fn late_is_counted_in_whole_days_from_the_day_after() {
        let today: NaiveDate = "2024-03-10".parse().expect("a day");
        assert_eq!(days_late("2024-03-09", today), Some(1));
        assert_eq!(days_late("2024-03-10", today), None, "due today is not late");
        assert_eq!(days_late("2024-02-29", today), Some(10));
        assert_eq!(
            (days_late("", today), days_late("soon", today), days_late("2024-04-01", today)),
            (None, None, None)
        );
    }

    proptest! {
        /// Never both ways, and turning which way is better turns the answer.
        #[test]
        fn a_change_is_worse_one_way_only(values in prop::collection::vec(prop::option::of(-1e6..1e6_f64), 0..6)) {
            let points = series(&values);
            let (lower, higher) = (worse_value("lower", None, None, &points), worse_value("higher", None, None, &points));
            prop_assert!(lower.is_none() || higher.is_none());
            if let Some(worse) = lower.or(higher) {
                prop_assert!(worse.before.period < worse.now.period && worse.before.value != worse.now.value);
            }
        }
    }
}
