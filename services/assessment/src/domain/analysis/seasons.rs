//! Seasons: what of a series comes back every year, what lasts, and what is left.
//!
//! Source: R. B. Cleveland, W. S. Cleveland, J. E. McRae and I. Terpenning, "STL: A seasonal-trend decomposition
//! procedure based on loess", J. Official Statistics 6 (1990), as [`super::stl`] has it. The season is the same in all
//! years (a window far longer than the series, degree 0) and there are no robust weights: on the 3 to 10 years that a
//! mission has, a season that may change, or robust weights, fit the first and last years all but exactly, and then 5
//! to 35 % of ordinary values are far from what is left; this way it is 0.1 to 1 %. Checked to 1e-9 against
//! `statsmodels.tsa.seasonal.STL(seasonal=10 n + 1, seasonal_deg=0)`.
//!
//! Whether there is a season is judged by Kruskal and Wallis over what is left without the level, at 1 %. Its strength is
//! 1 − Var(rest) / Var(season + rest) (R. J. Hyndman and G. Athanasopoulos, "Forecasting: principles and practice").
//!
//! Where the level of a series changes for good, what is decomposed is its distance from its level, and the level is
//! added back: loess would smear a step over a year, and what it smears would look like outliers.

use cpas_proto::words::{Language, Period};
use serde::{Deserialize, Serialize};

use super::{
    change_points::Changes,
    kruskal_wallis::kruskal_wallis,
    sentence::{measure, number},
    stl::Smoother,
};
use crate::domain::text::Text;

/// Name and version of the method.
pub const METHOD: &str = "stl/1";
/// Fewest full years that a season is looked for in.
pub const CYCLES_MIN: usize = 3;
/// Fewest values of which it is worth saying that they are too few.
const VALUES_SAID_MIN: usize = 4;
/// Values to the year that a season is looked for in: quarters and months.
const CYCLES: [usize; 2] = [4, 12];
/// p at which a season is said to be one.
pub const LEVEL: f64 = 0.01;

/// Variance, of values of the size of one, below which there is nothing but rounding.
const ROUNDING: f64 = 1e-24;

/// A decomposition: value = level + season + rest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seasons {
    /// Place of the first value that was decomposed, gaps counted.
    pub from: usize,
    /// Values to the year.
    pub cycle: usize,
    /// What lasts, one for each value.
    pub level: Vec<f64>,
    pub season: Vec<f64>,
    pub rest: Vec<f64>,
    /// 0 to 1: how much of what is not level is season.
    pub strength: f64,
    /// Of no season (Kruskal and Wallis); absent where nothing varies.
    pub p: Option<f64>,
}

/// Why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoSeasons {
    /// One or two values a year, or one a day: no season is looked for.
    NoCycle,
    /// So many values in a row, the latest, where so many are needed.
    TooFew { values: usize, needed: usize },
}

impl Seasons {
    /// True where the season is more than scatter.
    pub fn stands_out(&self) -> bool {
        self.p.is_some_and(|p| p <= LEVEL)
    }

    /// Places of the highest and lowest season of the latest year, with how far each is from the level.
    pub fn extremes(&self) -> ((usize, f64), (usize, f64)) {
        let first = self.season.len().saturating_sub(self.cycle);
        let latest = || self.season.iter().copied().enumerate().skip(first);
        let at =
            |found: Option<(usize, f64)>| found.map_or((self.from, 0.0), |(place, value)| (self.from + place, value));
        (
            at(latest().max_by(|one, other| one.1.total_cmp(&other.1))),
            at(latest().min_by(|one, other| one.1.total_cmp(&other.1))),
        )
    }

    /// The level a year before the latest, and the latest.
    pub fn over_a_year(&self) -> (f64, f64) {
        let last = self.level.len() - 1;
        (self.level[last.saturating_sub(self.cycle)], self.level[last])
    }

    /// What it says, for a leader; nothing where the season is not more than scatter.
    pub(super) fn sentence(&self, unit: &str, at: impl Fn(usize) -> Period, language: Language) -> String {
        if !self.stands_out() {
            return String::new();
        }
        let ((peak, above), (trough, below)) = self.extremes();
        let (peak, trough) = (at(peak), at(trough));
        let (above, below) = (signed(above, language), signed(below, language));
        let (before, now) = self.over_a_year();
        let (before, now) = (number(before, language), measure(now, unit, language));
        match language {
            Language::En => format!(
                "It has a season, last year highest in {peak} ({above}) and lowest in {trough} ({below}); without it, its level went from {before} to {now} in a year."
            ),
            Language::Fr => format!(
                "Elle suit une saison, au plus haut en {peak} ({above}) et au plus bas en {trough} ({below}) la dernière année ; hors saison, son niveau est passé de {before} à {now} en un an."
            ),
        }
    }
}

impl NoSeasons {
    /// Why no season is looked for, where that is worth saying.
    pub(super) fn caution(self) -> Option<Text> {
        match self {
            Self::TooFew { values, needed } if values >= VALUES_SAID_MIN => Some(Text::of(
                format!(
                    "Seasons are not looked for: that needs {CYCLES_MIN} full years without a gap, {needed} values, and the latest {values} are without one."
                ),
                format!(
                    "Aucune saison n'est recherchée : il faudrait {CYCLES_MIN} années entières sans lacune, soit {needed} valeurs ; les {values} dernières sont sans lacune."
                ),
            )),
            Self::NoCycle | Self::TooFew { .. } => None,
        }
    }
}

/// Decomposes the latest values without a gap, `cycle` of them to the year; `changes` are the series' changes of
/// level. Values are finite.
pub fn seasons(series: &[Option<f64>], changes: Option<&Changes>, cycle: usize) -> Result<Seasons, NoSeasons> {
    if !CYCLES.contains(&cycle) {
        return Err(NoSeasons::NoCycle);
    }
    let (from, values) = latest_run(series);
    let needed = CYCLES_MIN * cycle;
    if values.len() < needed {
        return Err(NoSeasons::TooFew { values: values.len(), needed });
    }
    let steps: Vec<f64> = (from..from + values.len()).map(|place| step(changes, place)).collect();
    let around: Vec<f64> = values.iter().zip(&steps).map(|(value, step)| value - step).collect();
    // Divided by a power of two near their size, which loses no bit and keeps sums of squares finite.
    let most = around.iter().fold(0.0f64, |most, value| most.max(value.abs()));
    let unit = if most > 0.0 { 2f64.powi(most.log2().floor().clamp(-900.0, 900.0) as i32) } else { 1.0 };
    let scaled: Vec<f64> = around.iter().map(|value| value / unit).collect();
    let refused = NoSeasons::TooFew { values: values.len(), needed };
    let found = Smoother::kept(values.len(), cycle).ok_or(refused)?.parts(&scaled);
    let back = |part: &[f64]| part.iter().map(|value| value * unit).collect::<Vec<f64>>();
    let (level, season) = (back(&found.level), back(&found.season));
    Ok(Seasons {
        from,
        cycle,
        level: level.iter().zip(&steps).map(|(level, step)| level + step).collect(),
        season,
        rest: back(&found.rest),
        strength: strength(&found.season, &found.rest).min(1.0),
        p: p(&found.season, &found.rest, cycle),
    })
}

/// The latest values without a gap between them, and the place of the first.
pub(super) fn latest_run(series: &[Option<f64>]) -> (usize, Vec<f64>) {
    let end = series.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    let from = series[..end].iter().rposition(Option::is_none).map_or(0, |gap| gap + 1);
    (from, series[from..end].iter().copied().flatten().collect())
}

/// How far the level at a place is from the first one.
fn step(changes: Option<&Changes>, place: usize) -> f64 {
    let points = changes.map(|changes| changes.points.as_slice()).unwrap_or_default();
    points.iter().filter(|point| point.position <= place).map(|point| point.after - point.before).sum()
}

/// Of all Januaries, Februaries … lying at the same height, once the level is taken away.
fn p(season: &[f64], rest: &[f64], cycle: usize) -> Option<f64> {
    let without_level: Vec<f64> = season.iter().zip(rest).map(|(season, rest)| season + rest).collect();
    if variance(&without_level) <= ROUNDING {
        return None;
    }
    let group = |first: usize| without_level.iter().skip(first).step_by(cycle).copied().collect();
    kruskal_wallis(&(0..cycle).map(group).collect::<Vec<Vec<f64>>>())
}

fn strength(season: &[f64], rest: &[f64]) -> f64 {
    let both: Vec<f64> = season.iter().zip(rest).map(|(season, rest)| season + rest).collect();
    let (all, left) = (variance(&both), variance(rest));
    if all > ROUNDING { (1.0 - left / all).max(0.0) } else { 0.0 }
}

fn variance(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64
}

fn signed(value: f64, language: Language) -> String {
    let text = number(value, language);
    if value > 0.0 { format!("+{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::change_points::{Model, changes, shortest_level},
        *,
    };

    fn rainy(years: usize) -> Vec<Option<f64>> {
        (0..12 * years).map(|at| Some(if at % 12 < 5 { 40.0 } else { 20.0 } + ((at * 7919) % 7) as f64 - 3.0)).collect()
    }

    #[test]
    fn fewer_than_three_years_or_a_gap_in_them_are_refused_with_the_reason() {
        assert_eq!(seasons(&rainy(2), None, 12), Err(NoSeasons::TooFew { values: 24, needed: 36 }));
        let mut gap = rainy(4);
        gap[20] = None;
        let refused = seasons(&gap, None, 12).expect_err("27 in a row");
        assert_eq!(refused, NoSeasons::TooFew { values: 27, needed: 36 });
        let said = refused.caution().expect("worth saying");
        assert!(said.en.contains("36 values, and the latest 27") && said.fr.contains("les 27 dernières"), "{said:?}");
        assert_eq!(seasons(&rainy(4), None, 1), Err(NoSeasons::NoCycle));
        assert_eq!(seasons(&rainy(4), None, 2), Err(NoSeasons::NoCycle));
        assert_eq!(NoSeasons::NoCycle.caution(), None);
        gap[20] = Some(20.0);
        gap[2] = None;
        assert_eq!(seasons(&gap, None, 12).expect("45 in a row").from, 3);
    }

    #[test]
    fn a_season_is_said_and_scatter_is_not() {
        let found = seasons(&rainy(5), None, 12).expect("five years");
        assert!(found.stands_out(), "{found:?}");
        let ((peak, above), (trough, below)) = found.extremes();
        assert!(peak % 12 < 5 && trough % 12 >= 5 && above > 8.0 && below < -5.0, "{peak} {above} {trough} {below}");
        let said = found.sentence("attacks", |_| "2024-03".parse().expect("a period"), Language::En);
        assert!(said.starts_with("It has a season, last year highest in 2024-03 (+"), "{said}");
        let scatter: Vec<Option<f64>> = (0..60).map(|at| Some(((at * at * 7919) % 101) as f64)).collect();
        let found = seasons(&scatter, None, 12).expect("five years");
        assert_eq!(found.sentence("", |_| "2024".parse().expect("a period"), Language::En), "");
    }

    #[test]
    fn a_step_stays_a_step() {
        let series: Vec<Option<f64>> = rainy(6)
            .into_iter()
            .enumerate()
            .map(|(at, value)| value.map(|value| if at < 36 { value } else { value + 100.0 }))
            .collect();
        let found = changes(&series, Model::Level, shortest_level(72, 12)).expect("values");
        assert_eq!(found.points.iter().map(|point| point.position).collect::<Vec<_>>(), [36]);
        let split = seasons(&series, Some(&found), 12).expect("six years");
        assert!(split.level[36] - split.level[35] > 90.0, "{} to {}", split.level[35], split.level[36]);
        assert!(split.rest.iter().all(|rest| rest.abs() < 12.0));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]
        #[test]
        fn the_parts_make_the_value_whatever_it_is(
            values in prop::collection::vec(prop::option::weighted(0.98, -1e9f64..1e9), 0..90), cycle in 0usize..14,
        ) {
            if let Ok(found) = seasons(&values, None, cycle) {
                for (at, level) in found.level.iter().enumerate() {
                    let sum = level + found.season[at] + found.rest[at];
                    prop_assert!(sum.is_finite() && (sum - values[found.from + at].expect("no gap")).abs() <= 1e-3);
                }
                prop_assert!((0.0..=1.0).contains(&found.strength));
                prop_assert!(found.p.is_none_or(|p| (0.0..=1.0).contains(&p)));
            }
        }

        #[test]
        fn constant_series_have_no_season(value in -1e6f64..1e6, cycle in prop::sample::select(vec![4usize, 12])) {
            let found = seasons(&vec![Some(value); 4 * cycle], None, cycle).expect("four years");
            prop_assert!(found.season.iter().all(|season| season.abs() <= 1e-6 * value.abs().max(1.0)));
        }
    }
}
