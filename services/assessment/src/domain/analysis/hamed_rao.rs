//! Mann–Kendall corrected for values that resemble their neighbours.
//!
//! Source: K. H. Hamed and A. R. Rao, "A modified Mann-Kendall trend test for autocorrelated data",
//! J. Hydrology 204 (1998): the variance of S is multiplied by what the significant autocorrelations of the
//! ranks, trend taken out, add to it. Checked to 1e-9 against
//! `pymannkendall.hamed_rao_modification_test` (`tests/fixtures/make_fixtures.py`), whose choices (all lags,
//! the Theil–Sen slope taken out, lags beyond ±1.96/√n) this follows.

use serde::{Deserialize, Serialize};
use statrs::function::erf::erfc;

use super::{
    mann_kendall::{MannKendall, tie_groups, variance_of_s},
    theil_sen::theil_sen,
};

/// Name and version of the method.
pub const METHOD: &str = "hamed-rao/1";
/// Fewest values that are corrected.
pub const VALUES_MIN: usize = 10;
/// The 97.5 % point of the standard normal distribution.
const Z_95: f64 = 1.959_963_984_540_054;

/// The corrected test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HamedRao {
    /// What the variance of S is multiplied by, more than 0.
    pub factor: f64,
    /// Two-sided, from the normal distribution.
    pub p: f64,
}

/// Corrects the test of a series. `None` where there are fewer than [`VALUES_MIN`] values, a gap between
/// them (neighbours would not be neighbours), no variation, or where the correction would leave no variance.
pub fn hamed_rao(series: &[Option<f64>], test: &MannKendall) -> Option<HamedRao> {
    with_slope(series, test, theil_sen(series)?.slope)
}

/// The same of a series whose slope is known.
pub(super) fn with_slope(series: &[Option<f64>], test: &MannKendall, slope: f64) -> Option<HamedRao> {
    let first = series.iter().position(Option::is_some)?;
    let last = series.iter().rposition(Option::is_some)?;
    let values: Vec<f64> = series[first..=last].iter().copied().collect::<Option<_>>()?;
    let n = values.len();
    if n < VALUES_MIN {
        return None;
    }
    let left: Vec<f64> = values.iter().enumerate().map(|(at, value)| value - (at + 1) as f64 * slope).collect();
    let ranks = ranks(&left);
    let mean = ranks.iter().sum::<f64>() / n as f64;
    let around: Vec<f64> = ranks.iter().map(|rank| rank - mean).collect();
    let spread: f64 = around.iter().map(|rank| rank.powi(2)).sum();
    if spread <= 0.0 {
        return None;
    }
    let bound = Z_95 / (n as f64).sqrt();
    let weight = |lag: usize| (n - lag) as f64 * (n as f64 - lag as f64 - 1.0) * (n as f64 - lag as f64 - 2.0);
    let added: f64 = (1..n)
        .map(|lag| {
            let along = around.iter().zip(&around[lag..]).map(|(one, later)| one * later).sum::<f64>() / spread;
            if along.abs() > bound { weight(lag) * along } else { 0.0 }
        })
        .sum();
    let factor = 1.0 + 2.0 * added / weight(0);
    let variance = variance_of_s(n, &tie_groups(&values)) * factor;
    if !(variance > 0.0 && factor > 0.0) {
        return None;
    }
    let z = (test.s.abs() - 1).max(0) as f64 / variance.sqrt();
    Some(HamedRao { factor, p: if test.s == 0 { 1.0 } else { erfc(z / std::f64::consts::SQRT_2) } })
}

/// Ranks from 1; equal values share the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|one, other| values[*one].total_cmp(&values[*other]));
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    for group in order.chunk_by(|one, other| values[*one] == values[*other]) {
        let rank = from as f64 + (group.len() as f64 + 1.0) / 2.0;
        group.iter().for_each(|place| ranks[*place] = rank);
        from += group.len();
    }
    ranks
}
