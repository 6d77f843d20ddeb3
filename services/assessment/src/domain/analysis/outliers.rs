//! Outliers: values far from their neighbours, by the modified z-score.
//!
//! Source: B. Iglewicz and D. C. Hoaglin, "How to Detect and Handle Outliers" (1993): 0.6745 · distance from the
//! median / MAD, beyond 3.5. The distance is what is left after level and season ([`super::seasons`]), so that
//! neither a change of level nor a dry season makes outliers; without a decomposition it is from the median of the
//! value's own level. Where the MAD is zero, which is usual for sparse counts, nothing is flagged, and that is
//! said: everything that is not zero would be. Checked against the same rule in NumPy, on what statsmodels' STL
//! leaves.

use super::{
    change_points::{Changes, mad},
    seasons::Seasons,
};

/// Name and version of the method.
pub const METHOD: &str = "outliers/2";
/// Modified z-score beyond which a value is one.
pub const SCORE_MAX: f64 = 3.5;
/// Fewest values that are looked at.
pub const VALUES_MIN: usize = 8;
/// Share of the largest value below which a spread is nothing but rounding.
const ROUNDING: f64 = 1e-13;
/// Makes the MAD of normal values their standard deviation.
const SCALE: f64 = 0.6745;

/// What was found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outliers {
    /// Places in the series, gaps counted.
    pub places: Vec<usize>,
    /// Half of the values or more are no distance from their level: nothing can be told from them.
    pub no_spread: bool,
}

/// The outliers of a series; `changes` are its changes of level, and `seasons` its decomposition where there is one.
pub fn outliers(series: &[Option<f64>], changes: Option<&Changes>, seasons: Option<&Seasons>) -> Outliers {
    let left = match seasons {
        Some(seasons) => seasons.rest.iter().enumerate().map(|(place, rest)| (seasons.from + place, *rest)).collect(),
        None => distances(series, changes),
    };
    if left.len() < VALUES_MIN {
        return Outliers::default();
    }
    let (middle, spread) = mad(&left.iter().map(|(_, value)| *value).collect::<Vec<_>>());
    let most = series.iter().flatten().fold(0.0f64, |most, value| most.max(value.abs()));
    if spread <= ROUNDING * most {
        return Outliers { places: Vec::new(), no_spread: true };
    }
    let is_far = |(_, value): &(usize, f64)| SCALE * (value - middle).abs() / spread > SCORE_MAX;
    Outliers { places: left.into_iter().filter(is_far).map(|(position, _)| position).collect(), no_spread: false }
}

/// How far each value is from the middle of its level.
fn distances(series: &[Option<f64>], changes: Option<&Changes>) -> Vec<(usize, f64)> {
    let known: Vec<(usize, f64)> =
        series.iter().enumerate().filter_map(|(position, value)| value.map(|value| (position, value))).collect();
    let starts: Vec<usize> =
        changes.map(|changes| changes.points.iter().map(|point| point.position).collect()).unwrap_or_default();
    let level = |position: usize| starts.iter().filter(|start| **start <= position).count();
    let mut left = Vec::with_capacity(known.len());
    for of_level in known.chunk_by(|one, other| level(one.0) == level(other.0)) {
        let middle = mad(&of_level.iter().map(|(_, value)| *value).collect::<Vec<_>>()).0;
        left.extend(of_level.iter().map(|(position, value)| (*position, value - middle)));
    }
    left
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            change_points::{Model, SEGMENT_VALUES_MIN, changes},
            seasons::seasons,
        },
        *,
    };

    fn known(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn a_wild_value_is_flagged_in_its_place_and_gaps_are_counted() {
        let mut series = known(&[10.0, 11.0, 9.0, 10.5, 9.5, 60.0, 10.0, 11.5, 9.0]);
        series.insert(0, None);
        assert_eq!(outliers(&series, None, None).places, [6]);
    }

    #[test]
    fn sparse_counts_are_not_all_flagged() {
        let found = outliers(&known(&[0.0, 0.0, 3.0, 0.0, 0.0, 0.0, 7.0, 0.0, 0.0, 0.0]), None, None);
        assert!(found.places.is_empty() && found.no_spread);
    }

    #[test]
    fn a_dry_season_is_no_row_of_outliers_and_a_wild_month_is_one() {
        let mut series: Vec<Option<f64>> =
            (0..60).map(|at| Some(if at % 12 == 6 { 90.0 } else { 10.0 } + f64::from((at * 7919) % 7))).collect();
        let split = |series: &[Option<f64>]| seasons(series, None, 12).expect("five years");
        assert_eq!(outliers(&series, None, None).places.len(), 5, "without its season each July is one");
        assert!(outliers(&series, None, Some(&split(&series))).places.is_empty());
        series[40] = Some(70.0);
        assert_eq!(outliers(&series, None, Some(&split(&series))).places, [40]);
    }

    #[test]
    fn a_new_level_is_no_row_of_outliers() {
        let series = known(&[10.1, 9.8, 10.0, 10.2, 9.9, 10.1, 9.9, 10.0, 10.1, 50.0, 50.2, 49.9]);
        let changes = changes(&series, Model::Level, SEGMENT_VALUES_MIN);
        assert!(outliers(&series, changes.as_ref(), None).places.is_empty());
        assert!(!outliers(&series, None, None).places.is_empty());
    }
}
