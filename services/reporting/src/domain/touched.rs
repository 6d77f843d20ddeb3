//! Which numbers of a sheet rest on data that changed after its snapshot.

use std::collections::{BTreeMap, BTreeSet};

use cpas_proto::words::Period;

use super::{figure::Figure, snapshot::Snapshot};

/// Changes that alter values; the others move observations on and leave them as they are.
const ALTERING: [&str; 7] = ["entered", "corrected", "imported", "reversed", "rejected", "recomputed", "redefined"];
/// Areas above an area; more would be a ring.
const LEVELS_MAX: usize = 12;

/// A change to data: what was touched, and where. Empty areas or periods: too many to name.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    pub indicator_codes: &'a [String],
    pub areas: &'a [String],
    pub periods: &'a [String],
}

/// True when a change of this kind may alter numbers.
pub fn alters_values(kind: &str) -> bool {
    ALTERING.contains(&kind)
}

/// The ids of the numbers that the change may alter: of the indicator, of the area or one that it lies in,
/// of a period that overlaps. `parents` are the areas that areas lie in. When in doubt it is touched: a
/// person looks once too often.
pub fn touched(
    snapshot: &Snapshot,
    change: Change<'_>,
    parents: &BTreeMap<String, String>,
    fiscal_start_month: u32,
) -> Vec<String> {
    let areas: BTreeSet<&str> = change.areas.iter().flat_map(|area| with_those_around(area, parents)).collect();
    let periods: Option<Vec<Period>> = change.periods.iter().map(|period| period.parse().ok()).collect();
    let in_area = |figure: &Figure| figure.area.is_empty() || areas.is_empty() || areas.contains(figure.area.as_str());
    let in_period = |figure: &Figure| match (&periods, figure.period.parse::<Period>()) {
        (Some(changed), Ok(own)) if !changed.is_empty() => {
            changed.iter().any(|period| overlap(own, *period, fiscal_start_month))
        }
        // A period that is not named or cannot be read: in doubt, touched.
        _ => true,
    };
    let figures = snapshot.figures().filter(|(_, measure, figure)| {
        change.indicator_codes.contains(&measure.code) && in_area(figure) && in_period(figure)
    });
    figures.map(|(_, _, figure)| figure.id.clone()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// An area and all that it lies in.
fn with_those_around<'a>(area: &'a str, parents: &'a BTreeMap<String, String>) -> Vec<&'a str> {
    std::iter::successors(Some(area), |area| parents.get(*area).map(String::as_str).filter(|parent| !parent.is_empty()))
        .take(LEVELS_MAX)
        .collect()
}

fn overlap(one: Period, other: Period, fiscal_start_month: u32) -> bool {
    let days = |period: Period| (period.first_day(fiscal_start_month), period.last_day(fiscal_start_month));
    let (one, other) = (days(one), days(other));
    one.0 <= other.1 && other.0 <= one.1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::document::tests::whole_sheet;

    fn ids(codes: &[&str], areas: &[&str], periods: &[&str]) -> Vec<String> {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let (codes, areas, periods) = (owned(codes), owned(areas), owned(periods));
        let change = Change { indicator_codes: &codes, areas: &areas, periods: &periods };
        let parents = BTreeMap::from([("X1A".to_owned(), "X1".to_owned()), ("X1".to_owned(), String::new())]);
        touched(&whole_sheet(), change, &parents, 7)
    }

    #[test]
    fn a_number_is_touched_by_its_indicator_area_and_period_together() {
        assert_eq!(ids(&["OC-1"], &["X9"], &["2024-Q1"]), ["b1:2024-Q1", "n1"], "numbers of the mission as a whole");
        assert_eq!(ids(&["OC-1"], &["X9"], &["2024-11"]), ["b1:2024-Q4"], "a month of the quarter");
        assert!(ids(&["OC-2"], &["X1"], &["2024-Q1"]).is_empty(), "another indicator");
        assert!(ids(&["OC-1"], &["X1"], &["2025-Q1"]).is_empty(), "a period that it does not show");
    }

    #[test]
    fn a_number_of_an_area_is_touched_by_what_lies_in_it() {
        let of_areas = |ids: Vec<String>| ids.into_iter().filter(|id| id.starts_with("b1:X")).collect::<Vec<_>>();
        assert_eq!(of_areas(ids(&["OC-1"], &["X1A"], &["2024-03"])), ["b1:X1"]);
        assert_eq!(of_areas(ids(&["OC-1"], &["X2", "X3"], &["2024"])), ["b1:X2", "b1:X3"]);
        assert_eq!(of_areas(ids(&["OC-1"], &[], &["2024"])).len(), 4, "too many areas to name");
        assert_eq!(ids(&["OC-1"], &[], &[]).len(), 9, "all of it");
    }

    #[test]
    fn moving_data_on_alters_nothing() {
        assert!(alters_values("corrected") && alters_values("reversed") && alters_values("imported"));
        assert!(!alters_values("submitted") && !alters_values("verified") && !alters_values("approved"));
    }

    proptest! {
        /// What a change touches, a wider one touches as well; and areas that lie in a ring end.
        #[test]
        fn a_wider_change_touches_no_less(
            areas in prop::collection::vec("X[0-4]", 1..4),
            periods in prop::collection::vec("202[34]-Q[1-4]", 1..4),
            ring in prop::collection::btree_map("X[0-4]", "X[0-4]", 0..5),
        ) {
            let codes = vec!["OC-1".to_owned()];
            let of = |areas: &[String], periods: &[String]| -> BTreeSet<String> {
                touched(&whole_sheet(), Change { indicator_codes: &codes, areas, periods }, &ring, 7).into_iter().collect()
            };
            let narrow = of(&areas[..1], &periods[..1]);
            prop_assert!(narrow.is_subset(&of(&areas, &periods)));
            prop_assert!(of(&areas, &periods).is_subset(&of(&[], &[])));
        }
    }
}
