//! A series with every period in its place, so that a gap stays a gap, and its roll-up to the
//! length of period that a target speaks of.

use chrono::NaiveDate;
use cpas_proto::{
    vocabulary,
    words::{Frequency, Period},
};
use serde::{Deserialize, Serialize};

use super::{
    difference::{Difference, difference},
    rates,
    wilson::{self, Interval, wilson},
};

/// Most positions that a trend is computed over; of a longer series the latest count.
pub const POSITIONS_MAX: usize = 2_000;

vocabulary! {
    /// How values of short periods make the value of a long one.
    pub enum OverTime as "an aggregation over time" {
        Sum = "sum",
        Average = "average",
        Last = "last",
        Max = "max",
        Min = "min",
        Ratio = "ratio",
    }
}

/// What is known of one period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub period: Period,
    /// `None`: no value (missing, not applicable or suppressed).
    pub value: Option<f64>,
    /// Parts of a ratio.
    pub numerator: Option<f64>,
    pub denominator: Option<f64>,
    /// Share of the areas and sub-periods it should cover that have a value, 0 to 1.
    pub coverage: Option<f64>,
    /// Share of the observations behind it that are verified or approved, 0 to 1.
    pub share_verified: Option<f64>,
}

impl Point {
    /// A value of which nothing more is known.
    pub fn of(period: Period, value: Option<f64>) -> Self {
        Self { period, value, numerator: None, denominator: None, coverage: None, share_verified: None }
    }
}

/// Points of one frequency in time order, none left out between the first and the last.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    points: Vec<Point>,
    frequency: Frequency,
    fiscal_start_month: u32,
}

/// A value for a period that may be longer than those of the series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rolled {
    pub period: Period,
    pub value: f64,
    /// Last day that the value speaks of.
    pub until: NaiveDate,
    /// Sub-periods with a value, and how many there are in all.
    pub known: usize,
    pub whole: usize,
    /// The value as far as it is known, where `value` projects it to the whole period.
    pub so_far: f64,
}

impl Rolled {
    /// True when every sub-period has its value.
    pub fn is_complete(&self) -> bool {
        self.known == self.whole
    }
}

impl Series {
    /// Puts points in order and gaps between them. Points of another frequency, and those that end
    /// after `until`, are left out; the number of either comes back with the series.
    pub fn new(points: &[Point], frequency: Frequency, fiscal_start_month: u32, until: NaiveDate) -> (Self, LeftOut) {
        let mut left_out = LeftOut::default();
        let mut kept: Vec<Point> = Vec::with_capacity(points.len());
        for point in points {
            if point.period.frequency() != frequency {
                left_out.other_frequency += 1;
            } else if point.period.last_day(fiscal_start_month) > until {
                left_out.later += 1;
            } else {
                kept.push(*point);
            }
        }
        kept.sort_by_key(|point| point.period.first_day(fiscal_start_month));
        kept.dedup_by_key(|point| point.period);
        (Self { points: filled(kept, fiscal_start_month), frequency, fiscal_start_month }, left_out)
    }

    /// Its points, gaps included.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// Values by position, gaps as `None`; at most the latest [`POSITIONS_MAX`].
    pub fn values(&self) -> Vec<Option<f64>> {
        let from = self.points.len().saturating_sub(POSITIONS_MAX);
        self.points[from..].iter().map(|point| point.value).collect()
    }

    /// Period and value of the latest point that has one.
    pub fn latest(&self) -> Option<(Period, f64)> {
        self.latest_point().and_then(|point| Some((point.period, point.value?)))
    }

    /// The latest point that has a value.
    pub fn latest_point(&self) -> Option<&Point> {
        self.points.iter().rev().find(|point| point.value.is_some())
    }

    /// The 95 % interval of the latest value from its parts, on the scale that the values are kept in, and the
    /// method: of a rate where the unit says per how many, else of a share.
    pub fn latest_interval(&self, unit: &str) -> Option<(Interval, &'static str)> {
        let latest = self.latest_point()?;
        let (part, whole) = (latest.numerator?, latest.denominator?);
        let (of_one, method) = if rates::is_per_many(unit) {
            (rates::garwood(part, whole)?, rates::METHOD)
        } else {
            (wilson(part, whole)?, wilson::METHOD)
        };
        let scale = self.scale();
        Some((Interval { low: of_one.low * scale, high: of_one.high * scale }, method))
    }

    /// How the latest share differs from that of the same time a year before; `None` where either is unknown or
    /// no share.
    pub fn change_over_a_year(&self, values_of_year: usize) -> Option<Difference> {
        let place = self.points.iter().rposition(|point| point.value.is_some())?;
        let earlier = self.points.get(place.checked_sub(values_of_year)?)?;
        difference(&self.points[place], earlier, self.scale())
    }

    /// True where every value has its parts and none is more than all: shares, not rates.
    pub fn is_of_shares(&self) -> bool {
        let is_share =
            |point: &Point| matches!((point.numerator, point.denominator), (Some(part), Some(whole)) if part <= whole);
        self.points.iter().filter(|point| point.value.is_some()).all(is_share)
    }

    /// Month that a fiscal year begins with, 1 to 12.
    pub const fn fiscal_start_month(&self) -> u32 {
        self.fiscal_start_month
    }

    /// 100 where percentages are kept as 0 to 100.
    pub fn scale(&self) -> f64 {
        scale_of(&self.points.iter().collect::<Vec<_>>())
    }

    /// The value of one of its own periods.
    pub fn value_of(&self, period: Period) -> Option<f64> {
        self.points.iter().find(|point| point.period == period)?.value
    }

    /// The value of the period of length `frequency` that holds `at`.
    ///
    /// A sum of which sub-periods are missing or still to come is projected: the mean of the known
    /// ones times the number of all. `None` where nothing is known, or where the asked length is
    /// shorter than that of the series.
    pub fn rolled(&self, at: Period, frequency: Frequency, over_time: OverTime) -> Option<Rolled> {
        let start = self.fiscal_start_month;
        let period = Period::containing(at.first_day(start), frequency, start);
        if !period.covers(at, start) {
            return None;
        }
        let within: Vec<&Point> =
            self.points.iter().filter(|point| period.covers(point.period, start) && point.value.is_some()).collect();
        let until = within.last()?.period.last_day(start);
        let values: Vec<f64> = within.iter().filter_map(|point| point.value).collect();
        let whole = period.divided(self.frequency, start).len();
        let (value, so_far) = aggregate(&within, &values, over_time, whole)?;
        Some(Rolled { period, value, until, known: values.len(), whole, so_far })
    }
}

/// How many points were not looked at, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// They end after the assessed period or after the cut-off.
    pub later: usize,
    /// They are not of the indicator's frequency.
    pub other_frequency: usize,
}

fn aggregate(within: &[&Point], values: &[f64], over_time: OverTime, whole: usize) -> Option<(f64, f64)> {
    let sum: f64 = values.iter().sum();
    let same = |value: f64| Some((value, value));
    match over_time {
        OverTime::Sum => Some((sum * whole as f64 / values.len() as f64, sum)),
        OverTime::Average => same(sum / values.len() as f64),
        OverTime::Last => same(*values.last()?),
        OverTime::Max => same(values.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
        OverTime::Min => same(values.iter().copied().fold(f64::INFINITY, f64::min)),
        // Parts are summed, never ratios averaged; without its parts a ratio cannot be rolled up.
        OverTime::Ratio if values.len() == 1 => same(values[0]),
        OverTime::Ratio => {
            let numerator: f64 = within.iter().map(|point| point.numerator).sum::<Option<f64>>()?;
            let denominator: f64 = within.iter().map(|point| point.denominator).sum::<Option<f64>>()?;
            let scale = scale_of(within);
            (denominator != 0.0).then(|| numerator / denominator * scale).and_then(same)
        }
    }
}

/// A percentage is kept as 0 to 100 by some indicators: the scale of its own points is kept.
fn scale_of(points: &[&Point]) -> f64 {
    let of_one = |point: &&Point| {
        let scale = point.value? * point.denominator? / point.numerator?;
        (scale.is_finite() && scale > 0.0).then_some(scale)
    };
    points.iter().find_map(of_one).unwrap_or(1.0)
}

fn filled(points: Vec<Point>, fiscal_start_month: u32) -> Vec<Point> {
    let mut filled: Vec<Point> = Vec::with_capacity(points.len());
    for point in points {
        while let Some(last) = filled.last() {
            let next = last.period.next(fiscal_start_month);
            if next.first_day(fiscal_start_month) >= point.period.first_day(fiscal_start_month) {
                break;
            }
            filled.push(Point::of(next, None));
        }
        filled.push(point);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    const JULY: u32 = 7;

    fn period(text: &str) -> Period {
        text.parse().expect("a period")
    }

    fn points(values: &[(&str, f64)]) -> Vec<Point> {
        let point = |(at, value): &(&str, f64)| Point::of(period(at), Some(*value));
        values.iter().map(point).collect()
    }

    fn months(values: &[(&str, f64)]) -> Series {
        Series::new(&points(values), Frequency::Month, JULY, "2024-12-31".parse().expect("a day")).0
    }

    #[test]
    fn a_period_without_a_point_is_a_gap_in_its_place() {
        let series = months(&[("2024-04", 4.0), ("2024-01", 1.0)]);
        assert_eq!(series.values(), vec![Some(1.0), None, None, Some(4.0)]);
        assert_eq!(series.latest(), Some((period("2024-04"), 4.0)));
    }

    #[test]
    fn what_is_later_or_of_another_length_is_left_out_and_counted() {
        let given = points(&[("2024-01", 1.0), ("2024-02", 2.0), ("2024-Q1", 3.0)]);
        let (series, left_out) = Series::new(&given, Frequency::Month, JULY, "2024-02-28".parse().expect("a day"));
        assert_eq!(series.values(), vec![Some(1.0)], "February of a leap year is not over on the 28th");
        assert_eq!(left_out, LeftOut { later: 1, other_frequency: 1 });
    }

    #[test]
    fn a_sum_with_missing_months_is_projected_and_says_so() {
        let series = months(&[("2024-01", 10.0), ("2024-03", 20.0)]);
        let year = series.rolled(period("2024-03"), Frequency::Year, OverTime::Sum).expect("known");
        assert_eq!((year.known, year.whole, year.so_far, year.value), (2, 12, 30.0, 180.0));
        assert!(!year.is_complete());
        let fiscal = series.rolled(period("2024-03"), Frequency::FiscalYear, OverTime::Last).expect("known");
        assert_eq!((fiscal.period, fiscal.value), (period("FY2024"), 20.0));
    }

    #[test]
    fn a_ratio_is_rolled_up_by_its_parts() {
        let part = |at: &str, numerator: f64, denominator: f64| Point {
            period: period(at),
            value: Some(100.0 * numerator / denominator),
            numerator: Some(numerator),
            denominator: Some(denominator),
            ..Point::of(period(at), None)
        };
        let given = [part("2024-01", 1.0, 2.0), part("2024-02", 90.0, 100.0)];
        let (series, _) = Series::new(&given, Frequency::Month, JULY, "2024-12-31".parse().expect("a day"));
        let quarter = series.rolled(period("2024-02"), Frequency::Quarter, OverTime::Ratio).expect("parts known");
        assert!((quarter.value - 100.0 * 91.0 / 102.0).abs() < 1e-12, "not the mean of 50 % and 90 %");
        let bare = months(&[("2024-01", 50.0), ("2024-02", 90.0)]);
        assert_eq!(bare.rolled(period("2024-02"), Frequency::Quarter, OverTime::Ratio), None);
    }

    #[test]
    fn a_share_has_its_interval_on_the_scale_of_its_values() {
        let part = |at: &str, numerator: f64, percent: f64| Point {
            numerator: Some(numerator),
            denominator: Some(12.0),
            ..Point::of(period(at), Some(percent))
        };
        let given = [part("2024-01", 0.0, 0.0), part("2024-02", 6.0, 50.0)];
        let (series, _) = Series::new(&given, Frequency::Month, JULY, "2024-12-31".parse().expect("a day"));
        let (interval, method) = series.latest_interval("%").expect("a share");
        assert_eq!(method, "wilson/1");
        assert!(interval.low > 25.0 && interval.low < 26.0 && interval.high > 74.0, "{interval:?}");
        assert_eq!(months(&[("2024-01", 50.0)]).latest_interval("%"), None, "without its parts there is none");
    }

    #[test]
    fn a_rate_has_the_interval_of_its_count() {
        let deaths =
            Point { numerator: Some(3.0), denominator: Some(200_000.0), ..Point::of(period("2024-01"), Some(1.5)) };
        let (series, _) = Series::new(&[deaths], Frequency::Month, JULY, "2024-12-31".parse().expect("a day"));
        let (interval, method) = series.latest_interval("deaths per 100,000 people").expect("a rate");
        assert_eq!(method, "garwood/1");
        assert!((interval.low - 0.3093).abs() < 1e-4 && (interval.high - 4.3836).abs() < 1e-4, "{interval:?}");
    }

    #[test]
    fn a_share_is_held_against_that_of_the_same_month_a_year_before() {
        let part = |at: &str, numerator: f64| Point {
            numerator: Some(numerator),
            denominator: Some(10.0),
            ..Point::of(period(at), Some(10.0 * numerator))
        };
        let given = [part("2023-02", 2.0), part("2024-01", 9.0), part("2024-02", 8.0)];
        let (series, _) = Series::new(&given, Frequency::Month, JULY, "2024-12-31".parse().expect("a day"));
        let found = series.change_over_a_year(12).expect("both known");
        assert_eq!((found.since, found.before), (period("2023-02"), 20.0));
        assert!((found.difference - 60.0).abs() < 1e-9 && found.stands_out());
        assert_eq!(series.change_over_a_year(24), None, "nothing is known so long before");
    }

    #[test]
    fn a_long_period_is_not_cut_into_short_ones() {
        let given = points(&[("2024", 12.0)]);
        let (series, _) = Series::new(&given, Frequency::Year, JULY, "2024-12-31".parse().expect("a day"));
        assert_eq!(series.rolled(period("2024"), Frequency::Month, OverTime::Sum), None);
    }
}
