//! The back-test of a forecast: from earlier ends of the series, with what was known then, how often did the interval hold
//! what came?
//!
//! Source: L. J. Tashman, "Out-of-sample tests of forecasting accuracy", International J. Forecasting 16 (2000), rolling
//! origins with the model chosen and fitted anew at each.

use serde::{Deserialize, Serialize};

use super::{Learned, VALUES_MIN};

/// Most ends that are tried, the latest.
const ORIGINS_MAX: usize = 12;
/// Half the width of a 95 % interval, in standard deviations.
const Z_95: f64 = 1.959_963_984_540_054;
/// Values from which it is said that too few were held.
const VALUES_SAID_MIN: usize = 10;
/// Share below which intervals are called too narrow.
const SHARE_MIN: f64 = 0.8;

/// How forecasts would have done.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BackTest {
    /// Earlier ends that were tried; 0: the series is too short for any.
    pub origins: usize,
    /// Values that were forecast, one to as many periods ahead as the target lies, and those that their intervals held.
    pub values: usize,
    pub held: usize,
    /// Mean distance from what came, as a share of that of carrying the last value forward; absent where that was never
    /// wrong.
    pub error_share: Option<f64>,
}

impl BackTest {
    /// Share of the values that lay in their 95 % interval; `None` without any.
    pub fn coverage(&self) -> Option<f64> {
        (self.values > 0).then(|| self.held as f64 / self.values as f64)
    }

    /// True where enough were tried to say that the intervals are too narrow.
    pub fn is_too_narrow(&self) -> bool {
        self.values >= VALUES_SAID_MIN && self.coverage().is_some_and(|share| share < SHARE_MIN)
    }
}

/// Tries the forecast of up to `ahead` periods from each of the latest ends that leave enough values before them.
pub(super) fn back_test(values: &[f64], cycle: usize, ahead: usize) -> BackTest {
    let first = VALUES_MIN.max(values.len().saturating_sub(ORIGINS_MAX));
    let mut tried = BackTest { origins: 0, values: 0, held: 0, error_share: None };
    let (mut away, mut carried) = (0.0, 0.0);
    for end in first..values.len() {
        let Some(learned) = Learned::of(&values[..end], cycle) else { continue };
        tried.origins += 1;
        for (step, value) in values[end..].iter().take(ahead).enumerate() {
            let (expected, spread) = learned.ahead(step + 1);
            tried.values += 1;
            tried.held += usize::from((value - expected).abs() <= Z_95 * spread);
            away += (value - expected).abs();
            carried += (value - values[end - 1]).abs();
        }
    }
    tried.error_share = (carried > 0.0).then(|| away / carried).filter(|share| share.is_finite());
    tried
}
