//! The difference of two shares with its interval: has a share changed since the same time a year before?
//!
//! Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics
//! in Medicine 17 (1998), method 10, which joins the Wilson intervals of both. Checked to 1e-9 against
//! `statsmodels.stats.proportion.confint_proportions_2indep(method="newcomb", compare="diff")`.
//!
//! Both are taken as counts of independent people or cases; the same people asked twice are not.

use cpas_proto::words::{Language, Period};
use serde::{Deserialize, Serialize};

use super::{
    Interval, Point,
    sentence::{measure, number},
    wilson::wilson,
};

/// Name and version of the method.
pub const METHOD: &str = "newcombe/1";

/// Later less earlier, on the scale that the values are kept in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The earlier period.
    pub since: Period,
    pub before: f64,
    pub difference: f64,
    /// Ends of its 95 % interval.
    pub low: f64,
    pub high: f64,
}

impl Difference {
    /// True where the interval leaves zero out.
    pub fn stands_out(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }

    /// What it says, for a leader.
    pub(super) fn sentence(&self, unit: &str, language: Language) -> String {
        let (since, before) = (self.since, measure(self.before, unit, language));
        // The difference of two percentages is in points, and a percentage of neither.
        let unit = match (unit, language) {
            ("%", Language::En) => "percentage points",
            ("%", Language::Fr) => "points de pourcentage",
            (unit, _) => unit,
        };
        let change = measure(self.difference, unit, language);
        let (low, high) = (number(self.low, language), number(self.high, language));
        match (self.stands_out(), language) {
            (true, Language::En) => format!(
                "In {since} it was {before}: a difference of {change} (95 % interval {low} to {high}), more than chance alone."
            ),
            (false, Language::En) => format!(
                "In {since} it was {before}: a difference of {change} (95 % interval {low} to {high}), which chance alone may give."
            ),
            (true, Language::Fr) => format!(
                "En {since} : {before}, soit un écart de {change} (intervalle à 95 % de {low} à {high}), plus que le seul hasard."
            ),
            (false, Language::Fr) => format!(
                "En {since} : {before}, soit un écart de {change} (intervalle à 95 % de {low} à {high}), que le seul hasard peut donner."
            ),
        }
    }
}

/// The 95 % interval of `one` less `other`, each part and whole; −1 to 1. `None` where either is no share.
pub fn newcombe(one: (f64, f64), other: (f64, f64)) -> Option<(f64, Interval)> {
    let (near_one, near_other) = (wilson(one.0, one.1)?, wilson(other.0, other.1)?);
    let (share_one, share_other) = (one.0 / one.1, other.0 / other.1);
    let difference = share_one - share_other;
    let below = (share_one - near_one.low).hypot(near_other.high - share_other);
    let above = (near_one.high - share_one).hypot(share_other - near_other.low);
    Some((difference, Interval { low: difference - below, high: difference + above }))
}

/// The difference of two points of a ratio, on the given scale.
pub fn difference(later: &Point, earlier: &Point, scale: f64) -> Option<Difference> {
    let (difference, interval) =
        newcombe((later.numerator?, later.denominator?), (earlier.numerator?, earlier.denominator?))?;
    Some(Difference {
        since: earlier.period,
        before: earlier.value?,
        difference: difference * scale,
        low: interval.low * scale,
        high: interval.high * scale,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn point(period: &str, part: f64, whole: f64) -> Point {
        Point {
            numerator: Some(part),
            denominator: Some(whole),
            ..Point::of(period.parse().expect("a period"), Some(100.0 * part / whole))
        }
    }

    #[test]
    fn a_difference_is_said_in_points_and_whether_it_stands_out() {
        let found = difference(&point("2024", 60.0, 100.0), &point("2023", 40.0, 100.0), 100.0).expect("shares");
        assert!((found.difference - 20.0).abs() < 1e-9 && found.stands_out());
        let said = found.sentence("%", Language::En);
        assert!(
            said.starts_with("In 2023 it was 40 %: a difference of 20 percentage points (95 % interval 6."),
            "{said}"
        );
        assert!(said.ends_with("more than chance alone."));
        let few = difference(&point("2024", 6.0, 10.0), &point("2023", 4.0, 10.0), 100.0).expect("shares");
        assert!(!few.stands_out());
        assert!(few.sentence("%", Language::Fr).contains("que le seul hasard peut donner"));
    }

    #[test]
    fn what_is_no_share_has_no_difference() {
        assert_eq!(newcombe((5.0, 4.0), (1.0, 4.0)), None);
        assert_eq!(newcombe((1.0, 4.0), (0.5, 4.0)), None);
        let bare = Point::of("2023".parse().expect("a period"), Some(40.0));
        assert_eq!(difference(&point("2024", 1.0, 2.0), &bare, 100.0), None);
    }

    proptest! {
        #[test]
        fn it_lies_in_its_interval_and_turns_with_its_sides(
            whole in 1u32..500, other_whole in 1u32..500, part in 0u32..500, other_part in 0u32..500,
        ) {
            prop_assume!(part <= whole && other_part <= other_whole);
            let one = (f64::from(part), f64::from(whole));
            let other = (f64::from(other_part), f64::from(other_whole));
            let (found, at) = newcombe(one, other).expect("shares");
            prop_assert!(-1.0 - 1e-12 <= at.low && at.low <= found && found <= at.high && at.high <= 1.0 + 1e-12);
            let (turned, back) = newcombe(other, one).expect("shares");
            prop_assert!((turned + found).abs() < 1e-12 && (back.low + at.high).abs() < 1e-12);
        }
    }
}
