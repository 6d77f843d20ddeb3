//! The interval of a rate: incidents per patrol, victims per 100,000 people.
//!
//! Source: F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936): a count is taken as
//! Poisson around rate × exposure, and the interval is every expectation that the count is not too rare under.
//! Checked to 1e-9 against `scipy.stats.chi2.ppf`, of which half the 2.5 % and 97.5 % points (2x and 2x + 2
//! degrees of freedom) are the ends.

use statrs::function::gamma::gamma_lr;

use super::Interval;

/// Name and version of the method.
pub const METHOD: &str = "garwood/1";
/// What is left out at each end.
const TAIL: f64 = 0.025;
/// What "per so many" starts at.
const MANY_MIN: f64 = 1_000.0;
/// Steps of halving after which an end no longer moves.
const HALVINGS: usize = 200;

/// The 95 % interval of `count` / `exposure`. `None` where the count is not whole or negative, or there is
/// no exposure.
pub fn garwood(count: f64, exposure: f64) -> Option<Interval> {
    let is_count = count >= 0.0 && count.is_finite() && count.fract() == 0.0;
    if !is_count || !exposure.is_finite() || exposure <= 0.0 {
        return None;
    }
    let low = if count == 0.0 { 0.0 } else { expectation(count, TAIL)? };
    let high = expectation(count + 1.0, 1.0 - TAIL)?;
    let ends = Interval { low: low / exposure, high: high / exposure };
    (ends.low.is_finite() && ends.high.is_finite()).then_some(ends)
}

/// True for a unit that says per how many: "deaths per 100,000 people", "pour 1 000 habitants". Only then is
/// a ratio taken as events in a population; days per case or dollars per day are sums, and no counts.
pub fn is_per_many(unit: &str) -> bool {
    let unit = unit.to_lowercase();
    let follows = |word: &str| {
        unit.split(word).skip(1).any(|rest| {
            let is_separator = |letter: &char| matches!(letter, ',' | '.' | ' ' | '\'' | '\u{a0}' | '\u{202f}');
            let digits: String = rest
                .trim_start()
                .chars()
                .take_while(|letter| letter.is_ascii_digit() || is_separator(letter))
                .filter(char::is_ascii_digit)
                .collect();
            digits.parse::<f64>().is_ok_and(|many| many >= MANY_MIN)
        })
    };
    ["per ", "pour ", "/"].iter().any(|word| follows(word))
}

/// The point below which the gamma distribution of this shape holds `share`, by halving.
fn expectation(shape: f64, share: f64) -> Option<f64> {
    let reach = 12.0 * shape.sqrt() + 12.0;
    let (mut low, mut high) = ((shape - reach).max(0.0), shape + reach);
    for _ in 0..HALVINGS {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        let below = gamma_lr(shape, middle);
        if !below.is_finite() {
            return None;
        }
        if below < share { low = middle } else { high = middle }
    }
    Some(low + (high - low) / 2.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_rate_has_no_interval() {
        for (count, exposure) in
            [(1.5, 3.0), (-1.0, 4.0), (2.0, 0.0), (2.0, -1.0), (f64::NAN, 4.0), (1.0, f64::INFINITY)]
        {
            assert_eq!(garwood(count, exposure), None, "{count} of {exposure}");
        }
    }

    #[test]
    fn only_a_unit_per_so_many_people_is_a_rate() {
        for unit in ["deaths per 100,000 people", "pour 1 000 habitants", "cases/10000", "Per 1.000"] {
            assert!(is_per_many(unit), "{unit}");
        }
        for unit in ["%", "days per case", "dollars per day", "per 100 patrols", "km/h", ""] {
            assert!(!is_per_many(unit), "{unit}");
        }
    }

    #[test]
    fn of_nothing_seen_the_upper_end_is_that_of_three() {
        // The 97.5 % point of what may stand behind a zero is −ln 0.025.
        let found = garwood(0.0, 2.0).expect("a rate");
        assert_eq!(found.low, 0.0);
        assert!((found.high - -(0.025f64.ln()) / 2.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn the_rate_lies_in_its_interval(count in 0u32..200_000, exposure in 1e-3f64..1e9) {
            let found = garwood(f64::from(count), exposure).expect("a rate");
            let rate = f64::from(count) / exposure;
            prop_assert!(0.0 <= found.low && found.low <= rate && rate <= found.high && found.high.is_finite());
        }
    }
}
