//! Synthetic control: what would an area that took the output up have looked like without it, judged by the mix of areas
//! without it that followed it most closely before?
//!
//! A. Abadie, A. Diamond and J. Hainmueller, "Synthetic control methods for comparative case studies", J. American
//! Statistical Association 105 (2010): weights, none negative, that sum to one, chosen so that the mix comes nearest to the
//! outcomes of the area before its start ([`super::nearest`]); what the area differs from the mix afterwards is the gap.
//! Outcomes before are the only predictors. Chance is judged by placebos: every area that never had the output is treated as
//! if it had taken it up at the same time, against the others that never had it, and the ratio of the distance after to the
//! distance before (root mean squares) is ranked among theirs. p = rank / areas, so it cannot go below 1 / areas.
//!
//! Where several areas took it up, each has its own mix and p. Gaps and ratios are averaged over them (E. Cavallo, S. Galiani,
//! I. Noy and J. Pantano, Review of Economics and Statistics 95, 2013), and the mean ratio is ranked among those of the areas
//! without, each put in the place of all of them at their starts. Of the picks that those authors average over these are the ones in which one
//! area stands for all: an average of different areas scatters less than that, so that the p errs to the high side.
//!
//! Checked against every subset of the areas in turn and SciPy's SLSQP (`tests/fixtures/make_comparisons.py`).

use std::collections::BTreeSet;

use cpas_proto::words::Period;
use serde::{Deserialize, Serialize};

use super::{
    super::{effects::squares, unit_of},
    Followed, Inapplicable, Starts,
    nearest::nearest,
};
use crate::domain::analysis::exact;

/// Name and version of the method.
pub const METHOD: &str = "synthetic control/1: outcomes before as predictors; placebos over areas without";
/// Fewest areas that never had the output; with the one that did that makes ten in the ranking.
pub const WITHOUT_MIN: usize = 9;
/// Fewest periods before a start.
pub const BEFORE_MIN: usize = 8;
/// Fewest periods from a start on.
pub const AFTER_MIN: usize = 3;
/// Most periods before a start that a mix is fitted to: the latest.
pub const BEFORE_MAX: usize = 36;
/// Most areas that never had the output; of more so many are taken, evenly spread by code.
pub const WITHOUT_MAX: usize = 60;
/// Most different starts; areas with later ones are left out.
pub const STARTS_MAX: usize = 10;
/// A mix further from the area before its start than this many times the area's own scatter around its mean does not follow it.
pub const FIT_MAX: f64 = 1.5;
/// Closer than this share of all scatter is as close as that: of a perfect fit the ratio would be without bound.
const FLOOR_SHARE: f64 = 1e-6;
/// Ratios that differ by less than this share are equal: rounding decides no rank.
const TIE_SHARE: f64 = 1e-9;

/// What one area differs from its mix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Adopter {
    pub area: String,
    pub start: Period,
    pub periods_before: usize,
    /// Areas with a share in the mix, which sum to 1.
    pub mix: Vec<Share>,
    /// Root mean square of the distance before and from the start on, in the outcome's unit.
    #[serde(with = "exact")]
    pub before: f64,
    #[serde(with = "exact")]
    pub after: f64,
    /// Mean of the area less its mix from the start on.
    #[serde(with = "exact")]
    pub gap: f64,
    #[serde(with = "exact")]
    pub ratio: f64,
    /// Rank of the ratio among the placebos, divided by their number with it.
    #[serde(with = "exact")]
    pub p: f64,
    /// Whether the mix followed the area before.
    pub follows: bool,
}

/// The part of an area in a mix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Share {
    pub area: String,
    #[serde(with = "exact")]
    pub share: f64,
}

/// What all that took it up differ from their mixes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Synthetic {
    pub adopters: Vec<Adopter>,
    /// Areas that never had it, which the mixes are made of and the placebos made on.
    pub without: usize,
    pub periods: usize,
    /// Areas that are not looked at: not known throughout, with it from the first period on, with too few periods around the
    /// start, or beyond what is compared at most.
    pub left_out: usize,
    /// Means over the adopters.
    #[serde(with = "exact")]
    pub gap: f64,
    #[serde(with = "exact")]
    pub ratio: f64,
    /// rank / (areas without + 1); never below [`Synthetic::p_least`].
    #[serde(with = "exact")]
    pub p: f64,
}

impl Synthetic {
    /// The least that p can be with so many areas.
    pub fn p_least(&self) -> f64 {
        1.0 / (self.without + 1) as f64
    }

    /// Whether the mixes of all followed their areas before.
    pub fn follows(&self) -> bool {
        self.adopters.iter().all(|one| one.follows)
    }
}

/// Compares. Outcomes are finite; areas and periods are those of [`Starts`].
pub fn synthetic(starts: &Starts) -> Result<Synthetic, Inapplicable> {
    let never: Vec<&Followed> = starts.never().collect();
    let taken = never.len().min(WITHOUT_MAX);
    let without: Vec<&Followed> = (0..taken).map(|at| never[at * never.len() / taken]).collect();
    if without.len() < WITHOUT_MIN {
        return Err(Inapplicable::FewWithout { areas: without.len(), needed: WITHOUT_MIN });
    }
    let periods = starts.periods.len();
    let is_enough = |start: usize| start >= BEFORE_MIN && periods - start >= AFTER_MIN;
    let mut adopters: Vec<(&Followed, usize)> = starts.adopters().filter(|(_, start)| is_enough(*start)).collect();
    let different: BTreeSet<usize> = adopters.iter().map(|(_, start)| *start).collect();
    adopters.retain(|(_, start)| different.iter().take(STARTS_MAX).any(|one| one == start));
    if adopters.is_empty() {
        return Err(match periods < BEFORE_MIN + AFTER_MIN {
            true => Inapplicable::FewPeriods { periods, needed: BEFORE_MIN + AFTER_MIN },
            false => Inapplicable::FewStarts { areas: 0, needed: 1 },
        });
    }
    let all: Vec<f64> = starts.areas.iter().flat_map(|one| one.outcome.iter().copied()).collect();
    let unit = unit_of(&all);
    let scaled = |one: &Followed| one.outcome.iter().map(|value| value / unit).collect::<Vec<f64>>();
    let pool: Vec<Vec<f64>> = without.iter().map(|one| scaled(one)).collect();
    let floor = FLOOR_SHARE * scatter(&all.iter().map(|value| value / unit).collect::<Vec<f64>>());
    if floor == 0.0 {
        return Err(Inapplicable::NothingVaries);
    }
    let mut placebos = Placebos { pool: &pool, floor, by_start: Vec::new() };
    let mut found = Vec::new();
    for (one, start) in &adopters {
        let outcome = scaled(one);
        let fit = Fit::of(&outcome, *start, &pool, floor).ok_or(Inapplicable::TooLarge)?;
        let ratios = placebos.at(*start).ok_or(Inapplicable::TooLarge)?;
        let own_scatter = scatter(&outcome[start.saturating_sub(BEFORE_MAX)..*start]);
        let named = fit.weights.iter().zip(&without).filter(|(weight, _)| **weight > 0.0);
        found.push(Adopter {
            area: one.area.clone(),
            start: starts.periods[*start],
            periods_before: *start,
            mix: named.map(|(share, one)| Share { area: one.area.clone(), share: *share }).collect(),
            before: fit.before * unit,
            after: fit.after * unit,
            gap: fit.gap * unit,
            ratio: fit.ratio,
            p: ranked(fit.ratio, ratios),
            follows: fit.before <= (FIT_MAX * own_scatter).max(floor),
        });
    }
    let count = found.len() as f64;
    let mean = |of: &dyn Fn(&Adopter) -> f64| found.iter().map(|one| of(one) / count).sum::<f64>();
    let (gap, ratio) = (mean(&|one| one.gap), mean(&|one| one.ratio));
    // Each area without, in the place of all that took it up.
    let in_place: Vec<f64> = (0..pool.len())
        .map(|at| adopters.iter().filter_map(|(_, start)| Some(placebos.at(*start)?[at] / count)).sum())
        .collect();
    let p = ranked(ratio, &in_place);
    let left_out = starts.left_out + starts.areas.len() - found.len() - without.len();
    let synthetic = Synthetic { adopters: found, without: without.len(), periods, left_out, gap, ratio, p };
    let numbers = synthetic.adopters.iter().flat_map(|one| [one.before, one.after, one.gap, one.ratio]);
    let is_finite = numbers.chain([gap, ratio]).all(f64::is_finite);
    if is_finite { Ok(synthetic) } else { Err(Inapplicable::TooLarge) }
}

/// An area against its mix, in scaled units.
struct Fit {
    weights: Vec<f64>,
    before: f64,
    after: f64,
    gap: f64,
    ratio: f64,
}

impl Fit {
    fn of(outcome: &[f64], start: usize, pool: &[Vec<f64>], floor: f64) -> Option<Self> {
        let from = start.saturating_sub(BEFORE_MAX);
        let before: Vec<Vec<f64>> = pool.iter().map(|one| one[from..start].to_vec()).collect();
        let weights = nearest(&outcome[from..start], &before)?;
        let mix = |at: usize| pool.iter().zip(&weights).map(|(one, weight)| weight * one[at]).sum::<f64>();
        let gaps: Vec<f64> = outcome.iter().enumerate().map(|(at, value)| value - mix(at)).collect();
        let (before, after) = (root_mean_square(&gaps[from..start]), root_mean_square(&gaps[start..]));
        let gap = gaps[start..].iter().sum::<f64>() / gaps[start..].len() as f64;
        Some(Self { weights, before, after, gap, ratio: after / before.max(floor) })
    }
}

/// Ratios of the areas without, each against the others, by the place of the start.
struct Placebos<'a> {
    pool: &'a [Vec<f64>],
    floor: f64,
    by_start: Vec<(usize, Vec<f64>)>,
}

impl Placebos<'_> {
    fn at(&mut self, start: usize) -> Option<&[f64]> {
        if !self.by_start.iter().any(|(known, _)| *known == start) {
            let ratio = |at: usize| {
                let others: Vec<Vec<f64>> =
                    self.pool.iter().enumerate().filter(|(one, _)| *one != at).map(|(_, one)| one.clone()).collect();
                Fit::of(&self.pool[at], start, &others, self.floor).map(|fit| fit.ratio)
            };
            let ratios = (0..self.pool.len()).map(ratio).collect::<Option<Vec<f64>>>()?;
            self.by_start.push((start, ratios));
        }
        self.by_start.iter().find(|(known, _)| *known == start).map(|(_, ratios)| ratios.as_slice())
    }
}

/// Rank of a ratio among placebos, the largest first, as a share of all.
fn ranked(ratio: f64, placebos: &[f64]) -> f64 {
    let as_large = placebos.iter().filter(|one| **one >= ratio * (1.0 - TIE_SHARE)).count();
    (1 + as_large) as f64 / (1 + placebos.len()) as f64
}

/// Standard deviation around the mean.
fn scatter(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    root_mean_square(&values.iter().map(|value| value - mean).collect::<Vec<f64>>())
}

fn root_mean_square(values: &[f64]) -> f64 {
    (squares(values) / values.len() as f64).sqrt()
}
