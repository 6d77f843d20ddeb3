//! The wild cluster bootstrap-t: how often would chance alone give so strong an association?
//!
//! Sources: A. C. Cameron, J. B. Gelbach and D. L. Miller, "Bootstrap-based improvements for inference with
//! clustered errors", Review of Economics and Statistics 90 (2008), with the null imposed; M. D. Webb,
//! "Reworking wild bootstrap-based inference for clustered errors", Canadian J. Economics 56 (2023), for
//! the six-point weights; D. Roodman et al., "Fast and wild", Stata Journal 19 (2019), for the algebra that
//! makes a draw cost areas² steps, and for the interval, which is every value that the test does not
//! reject. Checked against a second implementation that refits the regression for every draw
//! (`tests/fixtures/make_contribution.py`), within four Monte Carlo errors.
//!
//! Draws come from ChaCha8 (D. J. Bernstein, 2008) with a seed that stands in the result: the same
//! inputs give the same bytes on any machine.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};
use serde::{Deserialize, Serialize};

use super::{
    effects::squares,
    estimate::{Columns, Fitted, NoEstimate},
};
use crate::domain::analysis::exact;

/// Draws of one test.
pub const DRAWS: usize = 1_999;
/// The interval is at 1 − this.
pub const LEVEL: f64 = 0.05;
/// Steps of halving that place an end of the interval.
const HALVINGS: usize = 40;
/// Steps, each twice as long as the one before and the first one standard error, in which an end is looked
/// for before it is said to be open.
const DOUBLINGS: usize = 24;
/// Areas that are shocked, and draws that are made, at once.
const TOGETHER: usize = 4;
/// Two statistics that differ by less than this share are equal: rounding decides nothing.
const TIE_SHARE: f64 = 1e-10;

/// What the bootstrap says.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bootstrap {
    /// Two-sided p of no association, (1 + draws as strong) / (1 + draws) (Davison and Hinkley 1997).
    #[serde(with = "exact")]
    pub p: f64,
    /// Ends of the 95 % interval of the coefficient; `None`: open, the data do not bound it.
    #[serde(with = "exact")]
    pub low: Option<f64>,
    #[serde(with = "exact")]
    pub high: Option<f64>,
    pub draws: usize,
    pub seed: u32,
}

/// Tests that the coefficient is zero, and inverts the test for its interval.
pub fn bootstrap(columns: &Columns, seed: u32, draws: usize) -> Result<Bootstrap, NoEstimate> {
    Ok(of_fitted(&Fitted::of(columns)?, seed, draws))
}

/// The same of what is fitted already.
pub(super) fn of_fitted(fitted: &Fitted, seed: u32, draws: usize) -> Bootstrap {
    let drawn = Drawn::of(fitted, seed, draws);
    let scale = squares(&fitted.scores(fitted.coefficient)).sqrt() / fitted.dose_squares;
    // A line without scatter leaves nothing to be unsure of.
    let (low, high) = match scale > 0.0 {
        true => (drawn.end(fitted, -scale), drawn.end(fitted, scale)),
        false => (Some(fitted.coefficient), Some(fitted.coefficient)),
    };
    Bootstrap { p: drawn.p(fitted, 0.0), low, high, draws, seed }
}

/// The test alone, without the interval.
pub fn bootstrap_p(columns: &Columns, seed: u32, draws: usize) -> Result<f64, NoEstimate> {
    Ok(p_of_fitted(&Fitted::of(columns)?, seed, draws))
}

/// The same of what is fitted already.
pub(super) fn p_of_fitted(fitted: &Fitted, seed: u32, draws: usize) -> f64 {
    Drawn::of(fitted, seed, draws).p(fitted, 0.0)
}

/// Each draw's statistic as a function of the value b that is taken as the null: numerator and scores are
/// linear in b, so that their squares are parabolas. One of each for every draw.
struct Drawn {
    numerator: Vec<f64>,
    numerator_slope: Vec<f64>,
    denominator: Vec<f64>,
    denominator_linear: Vec<f64>,
    denominator_square: Vec<f64>,
    /// What the denominator is without a draw.
    own: f64,
}

impl Drawn {
    fn of(fitted: &Fitted, seed: u32, draws: usize) -> Self {
        let clusters = fitted.clusters;
        let outcome = Shocks::of(fitted, &fitted.outcome);
        let dose = Shocks::of(fitted, &fitted.dose);
        let own = fitted.by_area(fitted.dose.iter().map(|value| value * value));
        let mut chance = ChaCha8Rng::seed_from_u64(u64::from(seed));
        let mut weights = vec![[0.0; TOGETHER]; clusters];
        let room = || Vec::with_capacity(draws);
        let mut drawn = Self {
            numerator: room(),
            numerator_slope: room(),
            denominator: room(),
            denominator_linear: room(),
            denominator_square: room(),
            own: squares(&fitted.scores(fitted.coefficient)),
        };
        for first in (0..draws).step_by(TOGETHER) {
            let count = TOGETHER.min(draws - first);
            for at in 0..count {
                weights.iter_mut().for_each(|weight| weight[at] = webb(&mut chance));
            }
            let numerator = dots(&weights, &outcome.numerators);
            let slope = dots(&weights, &dose.numerators).map(|one| -one);
            let [mut constant, mut linear, mut square] = [[0.0; TOGETHER]; 3];
            let rows = outcome.scores.chunks_exact(clusters).zip(dose.scores.chunks_exact(clusters));
            for (own, (outcome, dose)) in own.iter().zip(rows) {
                let share = own / fitted.dose_squares;
                let (of_outcome, of_dose) = (dots(&weights, outcome), dots(&weights, dose));
                for at in 0..TOGETHER {
                    let at_zero = of_outcome[at] - share * numerator[at];
                    let along = -of_dose[at] - share * slope[at];
                    constant[at] += at_zero * at_zero;
                    linear[at] += 2.0 * at_zero * along;
                    square[at] += along * along;
                }
            }
            drawn.numerator.extend(&numerator[..count]);
            drawn.numerator_slope.extend(&slope[..count]);
            drawn.denominator.extend(&constant[..count]);
            drawn.denominator_linear.extend(&linear[..count]);
            drawn.denominator_square.extend(&square[..count]);
        }
        drawn
    }

    /// Two-sided p of the coefficient being `null`.
    fn p(&self, fitted: &Fitted, null: f64) -> f64 {
        let numerator = ((fitted.coefficient - null) * fitted.dose_squares).powi(2);
        let tops = self.numerator.iter().zip(&self.numerator_slope);
        let bottoms = self.denominator.iter().zip(&self.denominator_linear).zip(&self.denominator_square);
        let as_strong = tops.zip(bottoms).map(|((top, slope), ((constant, linear), square))| {
            let top = (top + null * slope).powi(2);
            let bottom = (constant + null * (linear + null * square)).max(0.0);
            u64::from(top * self.own >= numerator * bottom * (1.0 - TIE_SHARE))
        });
        (1 + as_strong.sum::<u64>()) as f64 / (1 + self.numerator.len()) as f64
    }

    /// The value, going from the coefficient in steps of `scale`, from which the test rejects.
    fn end(&self, fitted: &Fitted, scale: f64) -> Option<f64> {
        let (mut inside, mut reach) = (fitted.coefficient, scale);
        let mut outside = None;
        for _ in 0..DOUBLINGS {
            let tried = fitted.coefficient + reach;
            if self.p(fitted, tried) <= LEVEL {
                outside = Some(tried);
                break;
            }
            inside = tried;
            reach *= 2.0;
        }
        let mut outside = outside?;
        for _ in 0..HALVINGS {
            let middle = inside + (outside - inside) / 2.0;
            if self.p(fitted, middle) <= LEVEL { outside = middle } else { inside = middle }
        }
        Some(outside)
    }
}

/// What a shock to one area's residuals does to the numerator and to every area's score.
struct Shocks {
    numerators: Vec<f64>,
    /// Row: the area whose score it is; column: the area that is shocked.
    scores: Vec<f64>,
}

impl Shocks {
    fn of(fitted: &Fitted, residual: &[f64]) -> Self {
        let clusters = fitted.clusters;
        let numerators = fitted.by_area(fitted.dose.iter().zip(residual).map(|(dose, value)| dose * value));
        let mut scores = vec![0.0; clusters * clusters];
        let only = |shocked: usize| -> Vec<f64> {
            let values = residual.iter().zip(&fitted.areas);
            values.map(|(value, area)| if *area == shocked { *value } else { 0.0 }).collect()
        };
        for first in (0..clusters).step_by(TOGETHER) {
            // Past the last area nothing is shocked.
            let shocked: [Vec<f64>; TOGETHER] = std::array::from_fn(|at| only(first + at));
            let left = fitted.effects.residuals(shocked.each_ref().map(Vec::as_slice));
            for (shocked, left) in (first..clusters).zip(&left) {
                let by_area = fitted.by_area(fitted.dose.iter().zip(left).map(|(dose, value)| dose * value));
                for (area, score) in by_area.into_iter().enumerate() {
                    scores[area * clusters + shocked] = score;
                }
            }
        }
        Self { numerators, scores }
    }
}

/// What several draws of weights make of values: each a sum from the first to the last.
fn dots(weights: &[[f64; TOGETHER]], values: &[f64]) -> [f64; TOGETHER] {
    let mut sums = [-0.0; TOGETHER];
    for (weights, value) in weights.iter().zip(values) {
        for at in 0..TOGETHER {
            sums[at] += weights[at] * value;
        }
    }
    sums
}

/// One of ±√½, ±1, ±√1½, each as likely. The mapping from random bits is ours, so that no new version of a
/// library changes what a seed gives.
fn webb(chance: &mut ChaCha8Rng) -> f64 {
    const SIDES: u32 = 6;
    const FAIR: u32 = u32::MAX - u32::MAX % SIDES;
    let drawn = loop {
        let bits = chance.next_u32();
        if bits < FAIR {
            break bits % SIDES;
        }
    };
    match drawn {
        0 => -1.5f64.sqrt(),
        1 => -1.0,
        2 => -0.5f64.sqrt(),
        3 => 0.5f64.sqrt(),
        4 => 1.0,
        _ => 1.5f64.sqrt(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_six_weights_are_as_likely_as_each_other_with_mean_zero_and_variance_one() {
        let mut chance = ChaCha8Rng::seed_from_u64(1);
        let drawn: Vec<f64> = (0..60_000).map(|_| webb(&mut chance)).collect();
        let mean = drawn.iter().sum::<f64>() / 60_000.0;
        let variance = squares(&drawn) / 60_000.0;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
        for side in [1.5f64, 1.0, 0.5].map(f64::sqrt).into_iter().flat_map(|side| [side, -side]) {
            let count = drawn.iter().filter(|value| **value == side).count();
            assert!((9_500..10_500).contains(&count), "{side}: {count}");
        }
    }
}
