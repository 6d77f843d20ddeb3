//! Outliers: values far from their neighbours, by the modified z-score.
//!
//! Source: B. Iglewicz and D. C. Hoaglin, "How to Detect and Handle Outliers" (1993): 0.6745 · distance from the
//! median / MAD, beyond 3.5. The distance is from the median of the value's own level, so that a change of
//! level makes no outliers. Where the MAD is zero, which is usual for sparse counts, nothing is flagged:
//! everything that is not zero would be.

use super::change_points::{Changes, mad};

/// Name and version of the method.
pub const METHOD: &str = "outliers/1";
/// Modified z-score beyond which a value is one.
pub const SCORE_MAX: f64 = 3.5;
/// Fewest values that are looked at.
pub const VALUES_MIN: usize = 8;
/// Makes the MAD of normal values their standard deviation.
const SCALE: f64 = 0.6745;

/// Places of the outliers of a series, gaps counted; `changes` are its changes of level.
pub fn outliers(series: &[Option<f64>], changes: Option<&Changes>) -> Vec<usize> {
    let known: Vec<(usize, f64)> =
        series.iter().enumerate().filter_map(|(position, value)| value.map(|value| (position, value))).collect();
    if known.len() < VALUES_MIN {
        return Vec::new();
    }
    let starts: Vec<usize> =
        changes.map(|changes| changes.points.iter().map(|point| point.position).collect()).unwrap_or_default();
    let level = |position: usize| starts.iter().filter(|start| **start <= position).count();
    let mut left = Vec::with_capacity(known.len());
    for of_level in known.chunk_by(|one, other| level(one.0) == level(other.0)) {
        let middle = mad(&of_level.iter().map(|(_, value)| *value).collect::<Vec<_>>()).0;
        left.extend(of_level.iter().map(|(position, value)| (*position, value - middle)));
    }
    let (middle, spread) = mad(&left.iter().map(|(_, value)| *value).collect::<Vec<_>>());
    if spread <= 0.0 {
        return Vec::new();
    }
    left.into_iter()
        .filter(|(_, value)| SCALE * (value - middle).abs() / spread > SCORE_MAX)
        .map(|(position, _)| position)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{
        super::change_points::{Model, SEGMENT_VALUES_MIN, changes},
        *,
    };

    fn known(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn a_wild_value_is_flagged_in_its_place_and_gaps_are_counted() {
        let mut series = known(&[10.0, 11.0, 9.0, 10.5, 9.5, 60.0, 10.0, 11.5, 9.0]);
        series.insert(0, None);
        assert_eq!(outliers(&series, None), [6]);
    }

    #[test]
    fn sparse_counts_are_not_all_flagged() {
        assert!(outliers(&known(&[0.0, 0.0, 3.0, 0.0, 0.0, 0.0, 7.0, 0.0, 0.0, 0.0]), None).is_empty());
    }

    #[test]
    fn a_new_level_is_no_row_of_outliers() {
        let series = known(&[10.1, 9.8, 10.0, 10.2, 9.9, 10.1, 9.9, 10.0, 10.1, 50.0, 50.2, 49.9]);
        let changes = changes(&series, Model::Level, SEGMENT_VALUES_MIN);
        assert!(outliers(&series, changes.as_ref()).is_empty());
        assert!(!outliers(&series, None).is_empty());
    }
}
