//! The interval of a share: how far chance alone could move it.
//!
//! Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22
//! (1927). Checked to 1e-9 against `statsmodels.stats.proportion.proportion_confint(method="wilson")`.

use serde::{Deserialize, Serialize};

/// Name and version of the method.
pub const METHOD: &str = "wilson/1";
/// The 97.5 % point of the standard normal distribution.
const Z_95: f64 = 1.959_963_984_540_054;

/// An interval, low ≤ high.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

/// The 95 % interval of `numerator` out of `denominator`, 0 to 1. `None` where they are no count out of a
/// count: not whole, none in all, negative, or more than all (a rate, not a share).
pub fn wilson(numerator: f64, denominator: f64) -> Option<Interval> {
    let is_whole = |value: f64| value >= 0.0 && value.is_finite() && value.fract() == 0.0;
    if !is_whole(numerator) || !is_whole(denominator) || denominator < 1.0 || numerator > denominator {
        return None;
    }
    let share = numerator / denominator;
    let square = Z_95 * Z_95;
    let whole = 1.0 + square / denominator;
    let middle = (share + square / (2.0 * denominator)) / whole;
    let reach =
        Z_95 * (share * (1.0 - share) / denominator + square / (4.0 * denominator * denominator)).sqrt() / whole;
    let low = if numerator == 0.0 { 0.0 } else { middle - reach };
    let high = if numerator == denominator { 1.0 } else { middle + reach };
    Some(Interval { low, high })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_share_has_no_interval() {
        for (numerator, denominator) in
            [(1.5, 3.0), (1.0, 0.0), (-1.0, 4.0), (5.0, 4.0), (f64::NAN, 4.0), (1.0, f64::INFINITY)]
        {
            assert_eq!(wilson(numerator, denominator), None, "{numerator} of {denominator}");
        }
    }

    proptest! {
        #[test]
        fn the_share_lies_in_its_interval(all in 1u32..5000, part in 0u32..5000) {
            prop_assume!(part <= all);
            let found = wilson(f64::from(part), f64::from(all)).expect("a share");
            let share = f64::from(part) / f64::from(all);
            prop_assert!(0.0 <= found.low && found.low <= share && share <= found.high && found.high <= 1.0);
        }
    }
}
