//! Mann–Kendall season by season: do Januaries rise, Februaries …, taken together?
//!
//! Source: R. M. Hirsch, J. R. Slack and R. A. Smith, "Techniques of trend analysis for monthly water quality data", Water
//! Resources Research 18 (1982): S and its variance, ties corrected, summed over the seasons, which are taken as independent
//! of each other; p from the normal distribution, S corrected for continuity. Checked to 1e-9 against
//! `pymannkendall.seasonal_test` (`tests/fixtures/make_seasonal_trend.py`).

use cpas_proto::words::Language;
use serde::{Deserialize, Serialize};
use statrs::function::erf::erfc;

use super::{
    mann_kendall::{LEVEL, tie_groups, variance_of_s},
    sentence::probability,
};
use crate::domain::text::Text;

/// Name and version of the method.
pub const METHOD: &str = "seasonal-mann-kendall/1";
/// Fewest full years that seasons are compared over.
pub const YEARS_MIN: usize = 3;
/// Values to the year that have seasons: quarters and months.
const CYCLES: [usize; 2] = [4, 12];

/// What the test says.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SeasonalMannKendall {
    /// Pairs of the same season that rise less pairs that fall.
    pub s: i64,
    /// Two-sided, 0 to 1.
    pub p: f64,
}

/// Tests a series in time order, `cycle` values to the year; a `None` is a gap, which its season goes without. `None` for
/// other cycles than quarters and months, for fewer values than [`YEARS_MIN`] years have, and where nothing varies. Values
/// are finite.
pub fn seasonal_mann_kendall(series: &[Option<f64>], cycle: usize) -> Option<SeasonalMannKendall> {
    if !CYCLES.contains(&cycle) || series.iter().flatten().count() < YEARS_MIN * cycle {
        return None;
    }
    let (mut s, mut variance) = (0, 0.0);
    for season in 0..cycle {
        let values: Vec<f64> = series.iter().skip(season).step_by(cycle).copied().flatten().collect();
        s += score(&values);
        variance += variance_of_s(values.len(), &tie_groups(&values));
    }
    if variance <= 0.0 {
        return None;
    }
    let z = (s.abs() - 1).max(0) as f64 / variance.sqrt();
    Some(SeasonalMannKendall { s, p: if s == 0 { 1.0 } else { erfc(z / std::f64::consts::SQRT_2) } })
}

fn score(values: &[f64]) -> i64 {
    let later = |(place, one): (usize, &f64)| {
        let rises = values[place + 1..].iter().filter(|other| *other > one).count() as i64;
        rises - values[place + 1..].iter().filter(|other| *other < one).count() as i64
    };
    values.iter().enumerate().map(later).sum()
}

impl SeasonalMannKendall {
    /// What it says, beside the test that knows no seasons.
    pub(super) fn said(&self) -> Text {
        let p = |language| probability(self.p, language);
        let (en, fr) = match (self.p <= LEVEL, self.s > 0) {
            (true, true) => ("they rise", "elles montent"),
            (true, false) => ("they fall", "elles baissent"),
            (false, _) => ("no trend stands out", "aucune tendance ne ressort"),
        };
        Text::of(
            format!(
                "Each season held against the same of other years only (seasonal Mann–Kendall): {en}, p {}.",
                p(Language::En)
            ),
            format!(
                "Chaque saison comparée à la même des autres années seulement (Mann–Kendall saisonnier) : {fr}, p {}.",
                p(Language::Fr)
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_season_hides_no_rise_and_makes_none() {
        let rains = |at: usize| 40.0 * ((at % 12) as f64 * std::f64::consts::TAU / 12.0).sin();
        let rising: Vec<_> = (0..60).map(|at| Some(rains(at) + at as f64 / 4.0)).collect();
        let found = seasonal_mann_kendall(&rising, 12).expect("five years");
        assert!(found.p < 1e-6 && found.s == 12 * 10, "{found:?}");
        let still: Vec<_> = (0..60).map(|at| Some(rains(at))).collect();
        assert_eq!(seasonal_mann_kendall(&still, 12), None, "nothing varies within a season");
        assert!(found.said().en.contains("they rise") && found.said().fr.contains("elles montent"));
    }

    #[test]
    fn years_and_less_than_three_years_have_none() {
        let series: Vec<_> = (0..35).map(|at| Some(f64::from(at))).collect();
        assert_eq!(seasonal_mann_kendall(&series, 12), None);
        assert_eq!(seasonal_mann_kendall(&series, 1), None);
        assert!(seasonal_mann_kendall(&series, 4).is_some());
    }

    proptest! {
        #[test]
        fn neither_scale_nor_what_is_missing_turns_it(
            values in prop::collection::vec(prop::option::weighted(0.9, -1e6f64..1e6), 0..80), cycle in prop::sample::select(vec![4usize, 12]),
        ) {
            let found = seasonal_mann_kendall(&values, cycle);
            prop_assert!(found.is_none_or(|found| (0.0..=1.0).contains(&found.p)));
            let doubled: Vec<_> = values.iter().map(|value| value.map(|value| 2.0 * value)).collect();
            prop_assert_eq!(seasonal_mann_kendall(&doubled, cycle), found);
            let mut later = vec![None; cycle];
            later.extend(values);
            prop_assert_eq!(seasonal_mann_kendall(&later, cycle), found, "a year before of which nothing is known");
        }
    }
}
