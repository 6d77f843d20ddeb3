//! Staggered starts: each area that takes an output up against areas that had not yet, by cohort and period.
//!
//! B. Callaway and P. H. C. Sant'Anna, "Difference-in-differences with multiple time periods", J. Econometrics 225 (2021),
//! without covariates and anticipation. ATT(g, t) is the mean change, from the last period before the start to t, of the areas
//! that start at g, less that of the areas compared with: those that never have the output where there are
//! [`NEVER_MIN`] of them, else those and all that start after t. Before a start each period is held against the one before
//! it. Two-way fixed effects mix early and late areas where effects differ by cohort or grow; this does not.
//!
//! *Simple* is the mean of ATT(g, t) over all t from g on, weighted by the areas of g; *by time* the mean over cohorts at so
//! many periods since the start. Both errors are by area: that of the analytic influence function (with the part of the
//! estimated weights), which is the one of the R package `did` without its bootstrap, and that of the jackknife over areas. p
//! and interval are from the jackknife and Student's t with areas − 1 degrees of freedom, because cohorts of one area
//! and few areas to compare with make the influence function too sure. The simulation in `compared/tests.rs` counts how often
//! the interval covers. Effects and influence-function errors are checked against the Python package csdid to 1e-9, the
//! jackknife against a plain second implementation (`tests/fixtures/make_comparisons.py`).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::{
    super::{
        checks::{AREAS_MIN, PERIODS_MIN},
        effects::squares,
        estimate::student_p,
        unit_of,
    },
    Inapplicable, Starts,
};
use crate::domain::analysis::exact;

/// Name and version of the method.
pub const METHOD: &str = "Callaway-Sant'Anna/1: no covariates; jackknife over areas";
/// Fewest areas that take the output up.
pub const ADOPTERS_MIN: usize = 3;
/// Most areas: the jackknife goes through all effects once for each.
pub const AREAS_MAX: usize = 120;
/// Areas without the output from which only they are compared with.
pub const NEVER_MIN: usize = 5;
/// Fewest areas that the start of a cohort is compared with; an effect with fewer is left out.
pub const COMPARED_MIN: usize = 3;
/// Periods before and since a start that are shown one by one.
pub const SHOWN_BEFORE: usize = 6;
pub const SHOWN_SINCE: usize = 12;
/// The interval is at this.
const CONFIDENCE: f64 = 0.95;
/// Variation below this share of the outcomes' size is rounding.
const NOTHING_SHARE: f64 = 1e-12;

/// What areas that took it up differ from those that had not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Staggered {
    /// Mean effect on those that took it up, since they did, in the outcome's unit.
    #[serde(with = "exact")]
    pub effect: f64,
    /// Standard errors: of the influence function, and of the jackknife over areas.
    #[serde(with = "exact")]
    pub error: f64,
    #[serde(with = "exact")]
    pub jackknife: f64,
    /// 95 % interval and two-sided p, of the jackknife.
    #[serde(with = "exact")]
    pub low: f64,
    #[serde(with = "exact")]
    pub high: f64,
    #[serde(with = "exact")]
    pub p: f64,
    pub areas: usize,
    pub adopters: usize,
    /// Different periods of starting.
    pub cohorts: usize,
    /// Areas that never had it.
    pub without: usize,
    /// Whether only those are compared with; else also those that start later.
    pub never_only: bool,
    pub periods: usize,
    /// Areas that are not looked at: not known throughout, or with it from the first period on.
    pub left_out: usize,
    /// From the earliest on.
    pub by_time: Vec<AtTime>,
}

/// The effect at so many periods since the start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AtTime {
    /// 0: the period of the start; below it, before.
    pub since: i32,
    #[serde(with = "exact")]
    pub effect: f64,
    /// Of the influence function.
    #[serde(with = "exact")]
    pub error: f64,
    /// Areas that took it up of which it is the mean.
    pub areas: usize,
}

impl Staggered {
    /// Whether the interval leaves out no effect at all.
    pub fn is_clear(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// Compares. Outcomes are finite; areas and periods are those of [`Starts`].
pub fn staggered(starts: &Starts) -> Result<Staggered, Inapplicable> {
    let (areas, periods) = (starts.areas.len(), starts.periods.len());
    let (adopters, without) = (starts.adopters().count(), starts.never().count());
    if periods < PERIODS_MIN {
        return Err(Inapplicable::FewPeriods { periods, needed: PERIODS_MIN });
    }
    if areas < AREAS_MIN {
        return Err(Inapplicable::FewAreas { areas, needed: AREAS_MIN });
    }
    if areas > AREAS_MAX {
        return Err(Inapplicable::ManyAreas { areas, most: AREAS_MAX });
    }
    if adopters < ADOPTERS_MIN {
        return Err(Inapplicable::FewStarts { areas: adopters, needed: ADOPTERS_MIN });
    }
    let all: Vec<f64> = starts.areas.iter().flat_map(|one| one.outcome.iter().copied()).collect();
    let unit = unit_of(&all);
    let rows: Vec<Row> = starts
        .areas
        .iter()
        .map(|one| Row { start: one.start, outcome: one.outcome.iter().map(|value| value / unit).collect() })
        .collect();
    let design = Design { rows: rows.iter().collect(), never_only: without >= NEVER_MIN, compared_min: COMPARED_MIN };
    let cohorts = design.cohorts();
    let since_start: Vec<(usize, usize)> =
        cohorts.iter().flat_map(|cohort| (*cohort..periods).map(|at| (*cohort, at))).collect();
    let simple =
        design.with_error(&since_start).ok_or(Inapplicable::FewWithout { areas: without, needed: COMPARED_MIN })?;
    let jackknife = design.jackknife(&since_start).ok_or(Inapplicable::TooLarge)?;
    if jackknife <= NOTHING_SHARE || simple.error <= NOTHING_SHARE {
        return Err(Inapplicable::NothingVaries);
    }
    let reach = jackknife * student(areas).ok_or(Inapplicable::TooLarge)?;
    let p = student_p(simple.effect, jackknife, areas).ok_or(Inapplicable::TooLarge)?;
    let by_time = (-(SHOWN_BEFORE as i32)..=SHOWN_SINCE as i32).filter_map(|since| {
        let at = |cohort: &usize| Some((*cohort, cohort.checked_add_signed(since as isize)?));
        let cells: Vec<(usize, usize)> =
            cohorts.iter().filter_map(at).filter(|(_, at)| *at >= 1 && *at < periods).collect();
        let mean = design.with_error(&cells)?;
        Some(AtTime { since, effect: mean.effect * unit, error: mean.error * unit, areas: mean.areas })
    });
    let found = Staggered {
        effect: simple.effect * unit,
        error: simple.error * unit,
        jackknife: jackknife * unit,
        low: (simple.effect - reach) * unit,
        high: (simple.effect + reach) * unit,
        p,
        areas,
        adopters,
        cohorts: cohorts.len(),
        without,
        never_only: design.never_only,
        periods,
        left_out: starts.left_out,
        by_time: by_time.collect(),
    };
    let of_times = found.by_time.iter().flat_map(|one| [one.effect, one.error]);
    let numbers = of_times.chain([found.effect, found.error, found.jackknife, found.low, found.high]);
    if numbers.into_iter().all(f64::is_finite) { Ok(found) } else { Err(Inapplicable::TooLarge) }
}

/// The 97.5 % point of Student's t with areas − 1 degrees of freedom.
fn student(areas: usize) -> Option<f64> {
    let t = StudentsT::new(0.0, 1.0, areas.checked_sub(1)? as f64).ok()?;
    Some(t.inverse_cdf(f64::midpoint(1.0, CONFIDENCE)))
}

/// An area in scaled units.
struct Row {
    start: Option<usize>,
    outcome: Vec<f64>,
}

impl Row {
    /// From the last period before the start of a cohort; before that start, from the period before.
    fn change(&self, cohort: usize, at: usize) -> f64 {
        self.outcome[at] - self.outcome[if at >= cohort { cohort - 1 } else { at - 1 }]
    }
}

struct Design<'a> {
    rows: Vec<&'a Row>,
    never_only: bool,
    compared_min: usize,
}

/// A mean of effects over cohorts and periods.
struct Mean {
    effect: f64,
    error: f64,
    /// Areas that took it up that are in it.
    areas: usize,
}

/// An effect of one cohort in one period.
struct Effect {
    cohort: usize,
    at: usize,
    /// Areas of the cohort, and that it is compared with.
    taking: f64,
    compared: f64,
    /// Mean change of either.
    own: f64,
    others: f64,
}

impl Effect {
    fn effect(&self) -> f64 {
        self.own - self.others
    }
}

impl Design<'_> {
    fn cohorts(&self) -> Vec<usize> {
        let cohorts: BTreeSet<usize> = self.rows.iter().filter_map(|row| row.start).collect();
        cohorts.into_iter().collect()
    }

    /// Whether an area is compared with a cohort in a period.
    fn compares(&self, row: &Row, cohort: usize, at: usize) -> bool {
        match row.start {
            None => true,
            Some(start) => !self.never_only && start > at && start != cohort,
        }
    }

    /// `None`: too few areas to compare with, or none of the cohort.
    fn effect(&self, cohort: usize, at: usize) -> Option<Effect> {
        let (mut taking, mut compared, mut own, mut others) = (0.0, 0.0, 0.0, 0.0);
        for row in &self.rows {
            if row.start == Some(cohort) {
                taking += 1.0;
                own += row.change(cohort, at);
            } else if self.compares(row, cohort, at) {
                compared += 1.0;
                others += row.change(cohort, at);
            }
        }
        let is_enough = taking > 0.0 && compared >= self.compared_min as f64;
        is_enough.then(|| Effect { cohort, at, taking, compared, own: own / taking, others: others / compared })
    }

    /// The mean of effects, each weighted by the areas of its cohort, with the effects; `None` where there is none.
    fn mean(&self, cells: &[(usize, usize)]) -> Option<(f64, Vec<Effect>)> {
        let effects: Vec<Effect> = cells.iter().filter_map(|(cohort, at)| self.effect(*cohort, *at)).collect();
        let whole: f64 = effects.iter().map(|one| one.taking).sum();
        let mean = effects.iter().map(|one| one.effect() * (one.taking / whole)).sum::<f64>();
        (!effects.is_empty()).then_some((mean, effects))
    }

    /// The same with the error of the influence function.
    fn with_error(&self, cells: &[(usize, usize)]) -> Option<Mean> {
        let (effect, effects) = self.mean(cells)?;
        let count = self.rows.len() as f64;
        let whole: f64 = effects.iter().map(|one| one.taking / count).sum();
        let influence = self.rows.iter().map(|row| {
            let each = effects.iter().map(|one| {
                let (is_in, weight) = (row.start == Some(one.cohort), one.taking / count);
                let own = if is_in {
                    count / one.taking * (row.change(one.cohort, one.at) - one.own)
                } else if self.compares(row, one.cohort, one.at) {
                    -count / one.compared * (row.change(one.cohort, one.at) - one.others)
                } else {
                    0.0
                };
                // The weights are counted from the same areas, and move with them.
                let of_weight = (f64::from(u8::from(is_in)) - weight) / whole * (one.effect() - effect);
                own * weight / whole + of_weight
            });
            each.sum::<f64>()
        });
        let error = squares(&influence.collect::<Vec<f64>>()).sqrt() / count;
        let cohorts: BTreeSet<usize> = effects.iter().map(|one| one.cohort).collect();
        let areas = self.rows.iter().filter(|row| row.start.is_some_and(|start| cohorts.contains(&start))).count();
        Some(Mean { effect, error, areas })
    }

    /// The error of a mean by leaving out each area in turn.
    fn jackknife(&self, cells: &[(usize, usize)]) -> Option<f64> {
        let (whole, _) = self.mean(cells)?;
        let without = |area: usize| {
            let rows = self.rows.iter().enumerate().filter(|(one, _)| *one != area).map(|(_, row)| *row).collect();
            let design = Design { rows, never_only: self.never_only, compared_min: self.compared_min - 1 };
            Some(design.mean(cells)?.0 - whole)
        };
        let moved: Vec<f64> = (0..self.rows.len()).map(without).collect::<Option<_>>()?;
        let count = self.rows.len() as f64;
        Some((squares(&moved) * (count - 1.0) / count).sqrt())
    }
}
