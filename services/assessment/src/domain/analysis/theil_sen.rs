//! The Theil–Sen slope: by how much a series rises or falls per period, with its 95 % interval.
//!
//! Sources: H. Theil (1950); P. K. Sen, "Estimates of the regression coefficient based on Kendall's
//! tau", JASA 63 (1968), formula (2.6) for the interval. Checked to 1e-9 against
//! `scipy.stats.theilslopes(y, x, 0.95)`, whose rounding of the ranks this follows.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::mann_kendall::{tie_groups, variance_of_s};

/// Name and version of the method.
pub const METHOD: &str = "theil-sen/1";
/// Fewest values that a slope is given for.
pub const VALUES_MIN: usize = 2;
/// The 97.5 % point of the standard normal distribution.
const Z_95: f64 = 1.959_963_984_540_054;

/// Slope in units per period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TheilSen {
    /// Values that were there.
    pub n: usize,
    /// Median of the slopes of all pairs.
    pub slope: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end of the 95 % interval.
    pub high: f64,
}

/// Estimates the slope of a series in time order; position in the slice is time, `None` is a gap
/// whose time still passes. Returns `None` for fewer than [`VALUES_MIN`] values. Values are finite.
pub fn theil_sen(series: &[Option<f64>]) -> Option<TheilSen> {
    let (positions, values): (Vec<f64>, Vec<f64>) =
        series.iter().enumerate().filter_map(|(position, value)| value.map(|value| (position as f64, value))).unzip();
    let n = values.len();
    if n < VALUES_MIN {
        return None;
    }
    let mut slopes = Slopes::of(&positions, &values);
    let (low, high) = interval_ranks(slopes.keys.len(), variance_of_s(n, &tie_groups(&values)));
    let slope = slopes.median();
    Some(TheilSen { n, slope, low: slopes.at(low), high: slopes.at(high) })
}

/// The slopes of all pairs, of which a few places in their order are asked for: they are chosen, and not all sorted.
struct Slopes {
    /// Slopes as whole numbers of the same order ([`f64::total_cmp`]).
    keys: Vec<i64>,
}

impl Slopes {
    fn of(positions: &[f64], values: &[f64]) -> Self {
        let mut keys = Vec::with_capacity(values.len() * values.len() / 2);
        for (place, (at, value)) in positions.iter().zip(values).enumerate() {
            let later = positions[place + 1..].iter().zip(&values[place + 1..]);
            keys.extend(later.map(|(later, after)| key((after - value) / (later - at))));
        }
        Self { keys }
    }

    /// The slope at a place, from 0, of their order.
    fn at(&mut self, place: usize) -> f64 {
        // What was chosen before stands at its place, with the smaller ones before it.
        let half = self.keys.len() / 2;
        match place.cmp(&half) {
            Ordering::Less => slope_of(*self.keys[..half].select_nth_unstable(place).1),
            Ordering::Equal => slope_of(self.keys[half]),
            Ordering::Greater => slope_of(*self.keys[half + 1..].select_nth_unstable(place - half - 1).1),
        }
    }

    /// Puts the middle in its place, which [`Slopes::at`] starts from.
    fn median(&mut self) -> f64 {
        let count = self.keys.len();
        let (below, middle, _) = self.keys.select_nth_unstable(count / 2);
        let middle = slope_of(*middle);
        match below.iter().max() {
            Some(before) if count.is_multiple_of(2) => (slope_of(*before) + middle) / 2.0,
            _ => middle,
        }
    }
}

const fn key(slope: f64) -> i64 {
    let bits = slope.to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

const fn slope_of(key: i64) -> f64 {
    f64::from_bits((key ^ (((key >> 63) as u64) >> 1) as i64) as u64)
}

/// Lag-one autocorrelation of what is left when the slope is taken out, −1 to 1.
///
/// Neighbours are values one period apart; `None` where nothing is left or nothing has a neighbour.
/// After Yue and Wang (2002), who take the Theil–Sen slope out before they look at it.
pub fn autocorrelation_without_slope(series: &[Option<f64>], slope: f64) -> Option<f64> {
    let left: Vec<Option<f64>> =
        series.iter().enumerate().map(|(at, value)| value.map(|value| value - slope * at as f64)).collect();
    let known: Vec<f64> = left.iter().copied().flatten().collect();
    let mean = known.iter().sum::<f64>() / known.len() as f64;
    let spread: f64 = known.iter().map(|value| (value - mean).powi(2)).sum();
    let products: Vec<f64> = left.windows(2).filter_map(|pair| Some((pair[0]? - mean) * (pair[1]? - mean))).collect();
    (spread > 0.0 && !products.is_empty()).then(|| products.iter().sum::<f64>() / spread)
}

/// Places, from 0, of the ends of the interval among the sorted slopes.
fn interval_ranks(slopes: usize, variance: f64) -> (usize, usize) {
    let reach = Z_95 * variance.max(0.0).sqrt();
    let count = slopes as f64;
    let low = (((count - reach) / 2.0).round_ties_even() - 1.0).max(0.0);
    let high = ((count + reach) / 2.0).round_ties_even().min(count - 1.0);
    (low as usize, high as usize)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_gap_keeps_its_place_in_time() {
        let slope = theil_sen(&[Some(0.0), None, Some(2.0), None, None, Some(5.0)]).expect("three values");
        assert_eq!((slope.n, slope.slope), (3, 1.0));
    }

    #[test]
    fn one_value_has_no_slope() {
        assert_eq!(theil_sen(&[None, Some(3.0), None]), None);
    }

    #[test]
    fn one_wild_value_does_not_move_it() {
        let mut values: Vec<Option<f64>> = (0..20).map(|at| Some(f64::from(at))).collect();
        values[10] = Some(1000.0);
        assert!((theil_sen(&values).expect("values").slope - 1.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn what_is_chosen_is_what_sorting_gives_to_the_bit(
            values in prop::collection::vec(
                prop::option::of(prop_oneof![-1e300f64..1e300, -3.0f64..3.0, Just(0.0), Just(-0.0), Just(2.0)]), 2..50,
            ),
        ) {
            let known: Vec<(f64, f64)> =
                values.iter().enumerate().filter_map(|(at, value)| Some((at as f64, (*value)?))).collect();
            let mut sorted = Vec::new();
            for (place, (at, value)) in known.iter().enumerate() {
                sorted.extend(known[place + 1..].iter().map(|(later, after)| (after - value) / (later - at)));
            }
            sorted.sort_by(f64::total_cmp);
            prop_assume!(!sorted.is_empty());
            let half = sorted.len() / 2;
            let middle =
                if sorted.len() % 2 == 1 { sorted[half] } else { (sorted[half - 1] + sorted[half]) / 2.0 };
            let (positions, values): (Vec<f64>, Vec<f64>) = known.into_iter().unzip();
            let mut slopes = Slopes::of(&positions, &values);
            prop_assert_eq!(slopes.median().to_bits(), middle.to_bits());
            for place in [0, half / 3, half, sorted.len() - 1, half / 2] {
                prop_assert_eq!(slopes.at(place).to_bits(), sorted[place].to_bits());
            }
        }

        #[test]
        fn the_slope_lies_in_its_interval(values in prop::collection::vec(prop::option::of(-1e6f64..1e6), 2..40)) {
            if let Some(found) = theil_sen(&values) {
                prop_assert!(found.low <= found.slope && found.slope <= found.high);
            }
        }

        #[test]
        fn a_straight_line_gives_its_slope(slope in -100i32..100, from in -1000i32..1000, n in 2usize..30) {
            let line: Vec<_> = (0..n).map(|at| Some(f64::from(from) + f64::from(slope) * at as f64)).collect();
            let found = theil_sen(&line).expect("a line");
            prop_assert!((found.slope - f64::from(slope)).abs() < 1e-9);
        }
    }
}
