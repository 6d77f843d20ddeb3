//! Values of several missions side by side: what may be compared, and who stands where.

use std::collections::BTreeSet;

use cpas_proto::words::{Frequency, Period};

/// Periods of a heat map where nobody says which.
pub const PERIODS_SHOWN: usize = 12;
/// Most periods of a heat map.
pub const PERIODS_MAX: usize = 60;

/// What decides whether two values mean the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Definition {
    pub kind: String,
    pub unit: String,
    pub direction: String,
    pub over_time: String,
    pub over_areas: String,
    pub frequency: String,
    pub formula: String,
    /// The geocoded events that it counts or sums, in words.
    pub event_measure: String,
    /// Version of the library's definition.
    pub library_version: u32,
}

/// A field in which a mission's definition differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caution {
    pub field: &'static str,
    pub own: String,
    pub library: String,
}

/// Where a mission's definition differs from the library's: field by field, and where another mission took a newer
/// version of it. A unit reads the same whatever its capitals. Without the library's definition nothing is known.
pub fn cautions(own: &Definition, library: Option<&Definition>, newest_version: u32) -> Vec<Caution> {
    let Some(library) = library else {
        return vec![Caution { field: "unknown", own: String::new(), library: String::new() }];
    };
    let fields: [(&'static str, &str, &str); 8] = [
        ("kind", &own.kind, &library.kind),
        ("unit", &own.unit, &library.unit),
        ("direction", &own.direction, &library.direction),
        ("over_time", &own.over_time, &library.over_time),
        ("over_areas", &own.over_areas, &library.over_areas),
        ("frequency", &own.frequency, &library.frequency),
        ("formula", &own.formula, &library.formula),
        ("event_measure", &own.event_measure, &library.event_measure),
    ];
    let same = |own: &str, library: &str| own.trim().to_lowercase() == library.trim().to_lowercase();
    let mut found: Vec<Caution> = fields
        .into_iter()
        .filter(|(_, own, library)| !same(own, library))
        .map(|(field, own, library)| Caution { field, own: own.to_owned(), library: library.to_owned() })
        .collect();
    if own.library_version < newest_version {
        let (own, library) = (own.library_version.to_string(), newest_version.to_string());
        found.push(Caution { field: "library_version", own, library });
    }
    found
}

/// A fiscal year that starts in another month than most others' is another year.
pub fn fiscal_caution(frequency: Frequency, own_start: u32, usual_start: u32) -> Option<Caution> {
    let differs = frequency == Frequency::FiscalYear && own_start != usual_start;
    differs.then(|| Caution { field: "fiscal_year", own: own_start.to_string(), library: usual_start.to_string() })
}

/// Ranks from 1, the best first; equal values share one. What is `None` has no rank, and so has nobody where better is
/// to be in a range: each mission sets its own.
pub fn ranks(direction: &str, values: &[Option<f64>]) -> Vec<u32> {
    let better = |one: f64, other: f64| match direction {
        "lower" => one < other,
        _ => one > other,
    };
    let rank = |own: f64| {
        let ahead = values.iter().flatten().filter(|other| better(**other, own)).count();
        u32::try_from(ahead + 1).unwrap_or(u32::MAX)
    };
    values.iter().map(|value| value.filter(|_| direction != "in_range").map_or(0, rank)).collect()
}

/// The periods that a heat map shows: those asked for, else the last [`PERIODS_SHOWN`] up to the newest with a value.
/// Without either there are none. At most [`PERIODS_MAX`], the last ones.
pub fn columns(
    first: Option<Period>,
    last: Option<Period>,
    valued: &BTreeSet<Period>,
    fiscal_start_month: u32,
) -> Vec<Period> {
    let Some(end) = last.or_else(|| valued.last().copied()) else { return Vec::new() };
    let shown = if first.is_some() { PERIODS_MAX } else { PERIODS_SHOWN };
    let back = std::iter::successors(Some(end), |period| Some(period.previous(fiscal_start_month)));
    let mut periods: Vec<Period> =
        back.take(shown).take_while(|period| first.is_none_or(|first| *period >= first)).collect();
    periods.reverse();
    periods
}

/// Themes that a marker counts under; gender 0 says that it does not target gender.
pub fn theme(marker: &str) -> Option<&str> {
    match marker.split_once(':') {
        Some(("gender", "0")) => None,
        Some(("gender", _)) => Some("gender"),
        _ => Some(marker),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shared() -> Definition {
        let word = str::to_owned;
        Definition {
            kind: word("count"),
            unit: word("persons"),
            direction: word("lower"),
            over_time: word("sum"),
            over_areas: word("sum"),
            frequency: word("quarter"),
            library_version: 1,
            ..Default::default()
        }
    }

    fn fields(own: &Definition, newest: u32) -> Vec<&'static str> {
        cautions(own, Some(&shared()), newest).iter().map(|caution| caution.field).collect()
    }

    #[test]
    fn every_field_that_differs_is_named() {
        assert!(fields(&shared(), 1).is_empty());
        assert!(fields(&Definition { unit: " Persons".to_owned(), ..shared() }, 1).is_empty());
        let other = |word: &str| word.to_owned();
        let own = Definition {
            kind: other("sum"),
            unit: other("deaths"),
            direction: other("higher"),
            over_time: other("last"),
            over_areas: other("max"),
            frequency: other("month"),
            formula: other("A + B"),
            event_measure: other("events"),
            library_version: 1,
        };
        let all = ["kind", "unit", "direction", "over_time", "over_areas", "frequency", "formula", "event_measure"];
        assert_eq!(fields(&own, 1), all);
        assert_eq!(fields(&shared(), 2), ["library_version"], "another mission took a newer version");
        let told = cautions(&Definition { unit: other("deaths"), ..shared() }, Some(&shared()), 1);
        assert_eq!(told, [Caution { field: "unit", own: other("deaths"), library: other("persons") }]);
        assert_eq!(cautions(&shared(), None, 1)[0].field, "unknown", "not told is not the same");
    }

    #[test]
    fn a_fiscal_year_of_another_month_is_another_year() {
        assert!(fiscal_caution(Frequency::FiscalYear, 1, 7).is_some());
        assert!(
            fiscal_caution(Frequency::FiscalYear, 7, 7).is_none() && fiscal_caution(Frequency::Month, 1, 7).is_none()
        );
    }

    #[test]
    fn the_best_is_first_and_what_is_missing_is_nowhere() {
        assert_eq!(ranks("higher", &[Some(1.0), None, Some(3.0), Some(3.0), Some(0.0)]), [3, 0, 1, 1, 4]);
        assert_eq!(ranks("lower", &[Some(1.0), None, Some(0.0)]), [2, 0, 1], "zero is a value");
        assert_eq!(ranks("in_range", &[Some(1.0), Some(2.0)]), [0, 0]);
    }

    #[test]
    fn the_columns_are_those_asked_for_or_the_last_twelve() {
        let period = |text: &str| text.parse::<Period>().expect("a period");
        let valued = BTreeSet::from([period("2020-Q1"), period("2024-Q2")]);
        let shown = columns(None, None, &valued, 7);
        assert_eq!((shown.len(), shown[0], shown[11]), (12, period("2021-Q3"), period("2024-Q2")));
        let asked = columns(Some(period("2023-Q4")), Some(period("2024-Q1")), &valued, 7);
        assert_eq!(asked, [period("2023-Q4"), period("2024-Q1")]);
        assert_eq!(columns(Some(period("1990-Q1")), None, &valued, 7).len(), PERIODS_MAX);
        assert!(columns(Some(period("2025-Q1")), Some(period("2024-Q1")), &valued, 7).is_empty());
        assert!(columns(None, None, &BTreeSet::new(), 7).is_empty(), "nobody has a value");
    }

    #[test]
    fn gender_that_is_not_targeted_is_no_theme() {
        assert_eq!((theme("gender:0"), theme("gender:3")), (None, Some("gender")));
        assert_eq!((theme("poc"), theme("sdg16:16.1")), (Some("poc"), Some("sdg16:16.1")));
    }

    proptest! {
        /// A better value never ranks behind a worse one, and turning the direction turns the order.
        #[test]
        fn ranks_follow_the_direction(values in prop::collection::vec(prop::option::of(-1e6..1e6_f64), 0..12)) {
            let (up, down) = (ranks("higher", &values), ranks("lower", &values));
            for (one, a) in values.iter().enumerate() {
                prop_assert_eq!(up[one] == 0, a.is_none());
                for (other, b) in values.iter().enumerate() {
                    if let (Some(a), Some(b)) = (a, b) && a > b {
                        prop_assert!(up[one] < up[other] && down[one] > down[other]);
                    }
                }
            }
        }
    }
}
