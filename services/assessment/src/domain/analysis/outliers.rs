//! Outliers: values far from their neighbours, by the modified z-score.
//!
//! Source: B. Iglewicz and D. C. Hoaglin, "How to Detect and Handle Outliers" (1993): 0.6745 · distance from the
//! median / MAD, beyond 3.5. The distance is what is left after level and season ([`super::seasons`]), so that
//! neither a change of level nor a dry season makes outliers; without a decomposition it is from the median of the
//! value's own level. Where the MAD is zero, which is usual for sparse counts, nothing is flagged, and that is
//! said: everything that is not zero would be. Checked against the same rule in NumPy, on what statsmodels' STL
//! leaves.

use std::collections::BTreeSet;

use super::{
    change_points::{Changes, mad},
    seasons::{self, Seasons},
};

/// Name and version of the method.
pub const METHOD: &str = "outliers/2";
/// Modified z-score beyond which a value is one.
pub const SCORE_MAX: f64 = 3.5;
/// Fewest values that are looked at.
pub const VALUES_MIN: usize = 8;
/// Most values that are flagged around a season.
const FLAGGED_MAX: usize = 20;
/// How often what is flagged is replaced and the rest decomposed again.
const REPLACED: usize = 4;
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
///
/// With a decomposition one is flagged at a time, the farthest: a wild value lifts its month of all years, and would
/// make outliers of them. What is flagged is replaced by what level and season have it, and decomposed again.
pub fn outliers(series: &[Option<f64>], changes: Option<&Changes>, seasons: Option<&Seasons>) -> Outliers {
    let most = series.iter().flatten().fold(0.0f64, |most, value| most.max(value.abs()));
    let Some(seasons) = seasons else {
        let left = distances(series, changes);
        return found(&left, ROUNDING * most).map_or(NO_SPREAD, |far| Outliers {
            places: far.into_iter().map(|(place, _)| place).collect(),
            no_spread: false,
        });
    };
    let (mut split, mut places) = (seasons.clone(), BTreeSet::new());
    for _ in 0..FLAGGED_MAX {
        let left: Vec<(usize, f64)> = rest(series, &split).filter(|(place, _)| !places.contains(place)).collect();
        let Some(far) = found(&left, ROUNDING * most) else {
            return Outliers { places: places.into_iter().collect(), ..NO_SPREAD };
        };
        let farthest = far.into_iter().max_by(|one, other| one.1.total_cmp(&other.1));
        let Some((place, _)) = farthest else { break };
        places.insert(place);
        split = without(series, changes, split, &places);
    }
    Outliers { places: places.into_iter().collect(), no_spread: false }
}

const NO_SPREAD: Outliers = Outliers { places: Vec::new(), no_spread: true };

/// Values beyond the bound, with their scores; `None` where there is no spread to measure them by.
fn found(left: &[(usize, f64)], rounding: f64) -> Option<Vec<(usize, f64)>> {
    if left.len() < VALUES_MIN {
        return Some(Vec::new());
    }
    let (middle, spread) = mad(&left.iter().map(|(_, value)| *value).collect::<Vec<_>>());
    if spread <= rounding {
        return None;
    }
    let score = |(place, value): &(usize, f64)| (*place, SCALE * (value - middle).abs() / spread);
    Some(left.iter().map(score).filter(|(_, score)| *score > SCORE_MAX).collect())
}

/// What a series leaves of a decomposition.
fn rest<'a>(series: &'a [Option<f64>], split: &'a Seasons) -> impl Iterator<Item = (usize, f64)> + 'a {
    let fitted = split.level.iter().zip(&split.season).map(|(level, season)| level + season);
    fitted.enumerate().filter_map(|(at, fitted)| Some((split.from + at, series[split.from + at]? - fitted)))
}

/// The decomposition of a series without what is flagged: each time nearer to what the others have it.
fn without(
    series: &[Option<f64>],
    changes: Option<&Changes>,
    mut split: Seasons,
    flagged: &BTreeSet<usize>,
) -> Seasons {
    for _ in 0..REPLACED {
        let mut replaced = series.to_vec();
        for place in flagged {
            let at = place - split.from;
            replaced[*place] = Some(split.level[at] + split.season[at]);
        }
        match seasons::seasons(&replaced, changes, split.cycle) {
            Ok(next) => split = next,
            Err(_) => break,
        }
    }
    split
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
