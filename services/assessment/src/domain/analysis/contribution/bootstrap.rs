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
    let fitted = Fitted::of(columns)?;
    let drawn = Drawn::of(&fitted, seed, draws);
    let scale = squares(&fitted.scores(fitted.coefficient)).sqrt() / fitted.dose_squares;
    // A line without scatter leaves nothing to be unsure of.
    let (low, high) = match scale > 0.0 {
        true => (drawn.end(&fitted, -scale), drawn.end(&fitted, scale)),
        false => (Some(fitted.coefficient), Some(fitted.coefficient)),
    };
    Ok(Bootstrap { p: drawn.p(&fitted, 0.0), low, high, draws, seed })
}

/// The test alone, without the interval.
pub fn bootstrap_p(columns: &Columns, seed: u32, draws: usize) -> Result<f64, NoEstimate> {
    let fitted = Fitted::of(columns)?;
    Ok(Drawn::of(&fitted, seed, draws).p(&fitted, 0.0))
}

/// Each draw's statistic as a function of the value b that is taken as the null: numerator and scores are
/// linear in b, so that their squares are parabolas.
struct Drawn {
    numerators: Vec<Line>,
    denominators: Vec<Parabola>,
}

#[derive(Clone, Copy)]
struct Line {
    at_zero: f64,
    slope: f64,
}

#[derive(Clone, Copy, Default)]
struct Parabola {
    at_zero: f64,
    linear: f64,
    square: f64,
}

impl Drawn {
    fn of(fitted: &Fitted, seed: u32, draws: usize) -> Self {
        let clusters = fitted.clusters;
        let outcome = Shocks::of(fitted, &fitted.outcome);
        let dose = Shocks::of(fitted, &fitted.dose);
        let own = fitted.by_area(fitted.dose.iter().map(|value| value * value));
        let mut chance = ChaCha8Rng::seed_from_u64(u64::from(seed));
        let mut weights = vec![0.0; clusters];
        let (mut numerators, mut denominators) = (Vec::with_capacity(draws), Vec::with_capacity(draws));
        for _ in 0..draws {
            weights.iter_mut().for_each(|weight| *weight = webb(&mut chance));
            let numerator =
                Line { at_zero: dot(&weights, &outcome.numerators), slope: -dot(&weights, &dose.numerators) };
            let mut denominator = Parabola::default();
            for (area, own) in own.iter().enumerate() {
                let share = own / fitted.dose_squares;
                let row = area * clusters..(area + 1) * clusters;
                let at_zero = dot(&weights, &outcome.scores[row.clone()]) - share * numerator.at_zero;
                let slope = -dot(&weights, &dose.scores[row]) - share * numerator.slope;
                denominator.at_zero += at_zero * at_zero;
                denominator.linear += 2.0 * at_zero * slope;
                denominator.square += slope * slope;
            }
            numerators.push(numerator);
            denominators.push(denominator);
        }
        Self { numerators, denominators }
    }

    /// Two-sided p of the coefficient being `null`.
    fn p(&self, fitted: &Fitted, null: f64) -> f64 {
        let numerator = ((fitted.coefficient - null) * fitted.dose_squares).powi(2);
        let denominator = squares(&fitted.scores(fitted.coefficient));
        let as_strong = |(top, bottom): (&Line, &Parabola)| {
            let top = (top.at_zero + null * top.slope).powi(2);
            let bottom = (bottom.at_zero + null * (bottom.linear + null * bottom.square)).max(0.0);
            top * denominator >= numerator * bottom * (1.0 - TIE_SHARE)
        };
        let count = self.numerators.iter().zip(&self.denominators).filter(|pair| as_strong(*pair)).count();
        (1 + count) as f64 / (1 + self.numerators.len()) as f64
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
        for shocked in 0..clusters {
            let only: Vec<f64> = residual
                .iter()
                .zip(&fitted.areas)
                .map(|(value, area)| if *area == shocked { *value } else { 0.0 })
                .collect();
            let left = fitted.effects.residual(&only);
            let by_area = fitted.by_area(fitted.dose.iter().zip(&left).map(|(dose, value)| dose * value));
            for (area, score) in by_area.into_iter().enumerate() {
                scores[area * clusters + shocked] = score;
            }
        }
        Self { numerators, scores }
    }
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(one, other)| one * other).sum()
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
