//! The part of a series that a tile shows: what lies between two days, every period of it, and the one
//! period in which areas are compared.

use chrono::NaiveDate;
use cpas_proto::words::Period;

use super::{home::SeriesPoint, tile::Filters};

/// Days that a tile looks at, both with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
    /// 1 to 12.
    pub fiscal_start_month: u32,
}

impl Window {
    /// From the first day of the one period to the last day of the other.
    pub fn of(filters: &Filters, fiscal_start_month: u32) -> Self {
        Self {
            first: filters.from.map(|period| period.first_day(fiscal_start_month)),
            last: filters.until.map(|period| period.last_day(fiscal_start_month)),
            fiscal_start_month,
        }
    }

    /// Its first and its last day, as they are written; empty without a bound.
    pub fn days(&self) -> (String, String) {
        let written = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        (written(self.first), written(self.last))
    }

    /// True when all of the period lies in it.
    pub fn holds(&self, period: Period) -> bool {
        self.first.is_none_or(|first| period.first_day(self.fiscal_start_month) >= first)
            && self.last.is_none_or(|last| period.last_day(self.fiscal_start_month) <= last)
    }

    /// The newest periods of some series of one frequency, in order and without a gap, at most so many: from
    /// the first to the last that any of them has in the window.
    pub fn axis<'a>(&self, points: impl IntoIterator<Item = &'a SeriesPoint>, most: usize) -> Vec<Period> {
        let known = points.into_iter().filter_map(|point| point.period.parse::<Period>().ok());
        let inside: Vec<Period> = known.filter(|period| self.holds(*period)).collect();
        let start = |period: &Period| period.first_day(self.fiscal_start_month);
        let Some(last) = inside.iter().copied().max_by_key(start) else { return Vec::new() };
        let first = inside.iter().filter(|period| period.frequency() == last.frequency()).map(start).min();
        let before = |period: &Period| Some(period.previous(self.fiscal_start_month));
        let back = std::iter::successors(Some(last), before).take(most);
        let mut axis: Vec<Period> =
            back.take_while(|period| first.is_some_and(|first| start(period) >= first)).collect();
        axis.reverse();
        axis
    }
}

/// A series on an axis: one point for each of its periods; what the series does not speak of is missing.
pub fn laid_on(points: &[SeriesPoint], axis: &[Period]) -> Vec<SeriesPoint> {
    let at = |period: &Period| {
        let name = period.to_string();
        let missing = || SeriesPoint { period: name.clone(), kind: "missing".to_owned(), ..Default::default() };
        points.iter().find(|point| point.period == name).cloned().unwrap_or_else(missing)
    };
    axis.iter().map(at).collect()
}

/// The place on a common axis at which areas are compared: the last at which at least half of those that
/// have any value have one, else the last at which any has. `None`: there is no value at all.
pub fn place_to_compare(series: &[Vec<SeriesPoint>]) -> Option<usize> {
    let valued = |place: usize| {
        series.iter().filter(|points| points.get(place).is_some_and(|point| point.value.is_some())).count()
    };
    let with_any = series.iter().filter(|points| points.iter().any(|point| point.value.is_some())).count();
    let places = series.iter().map(Vec::len).max().unwrap_or(0);
    let last = |enough: &dyn Fn(usize) -> bool| (0..places).rev().find(|place| enough(valued(*place)));
    last(&|count| count > 0 && count * 2 >= with_any).or_else(|| last(&|count| count > 0))
}

/// The target of a period among those that are set: the one of this very period. One that is set for a longer
/// period which ends with it counts too, unless the indicator adds up over time: a quarter is not held to the
/// target of a year.
pub fn target_at<T>(period: Period, adds_up: bool, targets: &[(Period, T)], fiscal_start_month: u32) -> Option<&T> {
    let own = targets.iter().find(|(of, _)| *of == period);
    let end = period.last_day(fiscal_start_month);
    let longer = || {
        let ending = |of: &Period| of.last_day(fiscal_start_month) == end && of.covers(period, fiscal_start_month);
        targets.iter().find(|(of, _)| !adds_up && ending(of))
    };
    own.or_else(longer).map(|(_, target)| target)
}

/// The first target that ends after a period; of several that end on one day the one for the shortest time.
pub fn next_target<T: Copy>(after: Period, targets: &[(Period, T)], fiscal_start_month: u32) -> Option<T> {
    let end = |of: Period| of.last_day(fiscal_start_month);
    let later = targets.iter().filter(|(of, _)| end(*of) > end(after));
    later
        .min_by_key(|(of, _)| (end(*of), std::cmp::Reverse(of.first_day(fiscal_start_month))))
        .map(|(_, target)| *target)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn points(values: &[(&str, Option<f64>)]) -> Vec<SeriesPoint> {
        let point = |(period, value): &(&str, Option<f64>)| SeriesPoint {
            period: (*period).to_owned(),
            value: *value,
            kind: "value".to_owned(),
            observations: 1,
            ..Default::default()
        };
        values.iter().map(point).collect()
    }

    fn window(from: &str, until: &str) -> Window {
        let period = |text: &str| (!text.is_empty()).then(|| text.parse().expect("a period"));
        Window::of(&Filters { from: period(from), until: period(until), ..Default::default() }, 7)
    }

    fn words(axis: &[Period]) -> Vec<String> {
        axis.iter().map(Period::to_string).collect()
    }

    #[test]
    fn an_axis_has_no_gaps_and_ends_with_the_newest() {
        let series = points(&[("2023-Q4", Some(1.0)), ("2024-Q2", Some(2.0)), ("2024-Q4", None)]);
        let all = window("", "").axis(&series, 12);
        assert_eq!(words(&all), ["2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"]);
        assert_eq!(words(&window("", "").axis(&series, 2)), ["2024-Q3", "2024-Q4"]);
        assert_eq!(words(&window("2024", "2024-Q2").axis(&series, 12)), ["2024-Q2"]);
        assert!(window("2025", "").axis(&series, 12).is_empty());
        let laid = laid_on(&series, &all);
        assert_eq!((laid[1].value, laid[1].kind.as_str()), (None, "missing"), "a gap is missing, and never zero");
        assert_eq!(laid[2].value, Some(2.0));
    }

    #[test]
    fn a_window_of_a_fiscal_year_holds_its_quarters() {
        let window = window("FY2024", "FY2024");
        let holds = |text: &str| window.holds(text.parse().expect("a period"));
        assert!(holds("2023-Q3") && holds("2024-Q2") && holds("2024-H1") && holds("FY2024"));
        assert!(!holds("2024-Q3") && !holds("2024") && !holds("2023-06"));
    }

    #[test]
    fn areas_are_compared_where_half_of_them_have_a_value() {
        let full = points(&[("2024-Q1", Some(1.0)), ("2024-Q2", Some(1.0)), ("2024-Q3", Some(1.0))]);
        let early = points(&[("2024-Q1", Some(1.0)), ("2024-Q2", Some(0.0)), ("2024-Q3", None)]);
        let never = points(&[("2024-Q1", None), ("2024-Q2", None), ("2024-Q3", None)]);
        assert_eq!(place_to_compare(&[full.clone(), early.clone(), early.clone(), never.clone()]), Some(1));
        assert_eq!(place_to_compare(&[full, early]), Some(2));
        assert_eq!(place_to_compare(&[never]), None);
        assert_eq!(place_to_compare(&[]), None);
    }

    #[test]
    fn a_quarter_is_not_held_to_the_target_of_a_year_that_adds_up() {
        let targets: Vec<(Period, f64)> = [("2024-Q1", 5.0), ("2024", 40.0), ("FY2024", 30.0)]
            .map(|(period, value)| (period.parse().expect("a period"), value))
            .to_vec();
        let at = |text: &str, adds_up| target_at(text.parse().expect("a period"), adds_up, &targets, 7).copied();
        assert_eq!((at("2024-Q1", true), at("2024-Q1", false)), (Some(5.0), Some(5.0)));
        assert_eq!((at("2024-Q4", true), at("2024-Q4", false)), (None, Some(40.0)));
        assert_eq!((at("2024-Q2", true), at("2024-Q2", false)), (None, Some(30.0)));
        assert_eq!(at("2024-Q3", false), None, "no target ends with it");
    }

    #[test]
    fn the_next_target_ends_after_what_is_shown() {
        let targets: Vec<(Period, f64)> = [("2024-Q2", 1.0), ("2024", 2.0), ("2024-Q4", 3.0), ("2026", 4.0)]
            .map(|(period, value)| (period.parse().expect("a period"), value))
            .to_vec();
        let after = |text: &str| next_target(text.parse().expect("a period"), &targets, 7);
        assert_eq!(after("2024-Q1"), Some(1.0));
        assert_eq!(after("2024-Q2"), Some(3.0), "the quarter before the year that ends with it");
        assert_eq!(after("2024-Q4"), Some(4.0));
        assert_eq!(after("2027"), None);
    }

    proptest! {
        /// However a series is torn, its axis goes on from period to period, ends with its newest, and no
        /// value of it is changed or lost but for room.
        #[test]
        fn an_axis_goes_from_period_to_period(months in prop::collection::btree_set(0..48_u32, 1..20), most in 1..60_usize) {
            let name = |month: u32| format!("{:04}-{:02}", 2021 + month / 12, month % 12 + 1);
            let series: Vec<SeriesPoint> = months.iter().map(|month| SeriesPoint {
                period: name(*month), value: Some(f64::from(*month)), kind: "value".into(), observations: 1,
                ..Default::default()
            }).collect();
            let axis = window("", "").axis(&series, most);
            prop_assert!(axis.len() <= most);
            prop_assert!(axis.windows(2).all(|two| two[0].next(7) == two[1]));
            prop_assert_eq!(axis.last().map(Period::to_string), series.last().map(|point| point.period.clone()));
            let laid = laid_on(&series, &axis);
            let valued: Vec<&SeriesPoint> = laid.iter().filter(|point| point.value.is_some()).collect();
            prop_assert!(series.iter().rev().zip(valued.iter().rev()).all(|(one, other)| one == *other));
            if axis.len() < most {
                prop_assert_eq!(valued.len(), series.len());
            }
        }
    }
}
