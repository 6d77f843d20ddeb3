//! Contribution: is what an output delivered, in its places and times, associated with the outcome as the
//! plan expects, and how much does that say?
//!
//! The answer is a grade by written rules ([`grade`]) that always says why. It is never attribution: the
//! words are "consistent with a contribution". The numbers come from a regression of the outcome on the
//! dose over areas and periods with an effect for each area and each period, and the lag that the plan
//! expects ([`panel`], [`effects`], [`estimate`]); chance is judged by a bootstrap that holds with few areas
//! ([`bootstrap`]); and what could make the numbers speak of something else is looked at one by one
//! ([`checks`], [`before`]). Where areas take the output up and keep it, two more comparisons stand beside it ([`compared`]).
//!
//! Everything that goes in is in [`Case`], and the seed is the same for all, so that nobody can choose one;
//! the same case gives the same bytes.

pub mod before;
pub mod bootstrap;
pub mod checks;
pub mod compared;
pub mod effects;
pub mod estimate;
pub mod grade;
pub mod panel;
pub mod rivals;
mod sentence;
pub mod versions;

use std::collections::BTreeMap;

use cpas_proto::words::Frequency;
use serde::{Deserialize, Serialize};

pub use self::{
    bootstrap::Bootstrap,
    checks::{Check, Checked, Kind},
    compared::{Compared, Staggered, Synthetic},
    estimate::{Columns, Estimate, NoEstimate},
    grade::Grade,
    panel::{Cell, NoPanel, Panel},
    rivals::Rival,
};
use super::{Direction, Horizon, OverTime, Point};
use crate::domain::text::Text;

/// Name and version of the method; a change of any rule or number makes a new version.
pub const METHOD: &str = "contribution/4: two-way fixed effects; wild cluster bootstrap-t (Webb, null imposed); area jackknife; rivals held fixed; contradicted by staggered starts or synthetic control";
/// Seed of all draws.
pub const SEED: u32 = 20_250_701;

/// A series by area, as it was pinned.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    pub side: Side,
    pub over_time: OverTime,
    pub frequency: Frequency,
    pub by_area: BTreeMap<String, Vec<Point>>,
}

/// An indicator of the output or of the outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Side {
    pub code: String,
    pub name: Text,
    pub unit: String,
    pub direction: Direction,
}

/// An output, an outcome, and all that is needed to compute on them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    pub output: Side,
    pub outcome: Side,
    /// Months until the plan expects the effect.
    pub lag_months: u32,
    pub panel: Result<Panel, NoPanel>,
    /// Indicators of the context; only where there is an association that they could explain.
    #[serde(default)]
    pub rivals: Vec<Rival>,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    pub grade: Grade,
    /// Why this grade and no other.
    pub reasons: Vec<Text>,
    pub statement: Text,
    pub checks: Vec<Check>,
    pub estimate: Option<Estimate>,
    pub bootstrap: Option<Bootstrap>,
    /// Areas that took the output up against a mix of areas without; `None`: there is no panel.
    #[serde(default)]
    pub synthetic: Option<Compared<Synthetic>>,
    /// Areas that took it up against those that had not yet; `None`: there is no panel.
    #[serde(default)]
    pub staggered: Option<Compared<Staggered>>,
    /// Areas and periods with dose and outcome known, and how many cells that makes.
    pub areas: Vec<String>,
    pub periods: usize,
    pub n: usize,
    pub method: String,
}

impl Case {
    /// Brings both series together.
    pub fn of(output: &Measured, outcome: &Measured, lag_months: u32, horizon: &Horizon) -> Self {
        Self {
            output: output.side.clone(),
            outcome: outcome.side.clone(),
            lag_months,
            panel: Panel::of(output, outcome, lag_months, horizon),
            rivals: Vec::new(),
        }
    }

    /// +1 where a rise of the outcome with the dose is good, −1 where a fall is, `None` where a range is
    /// wanted and a movement is neither.
    pub fn good_sign(&self) -> Option<f64> {
        let sign = |direction| match direction {
            Direction::Higher => Some(1.0),
            Direction::Lower => Some(-1.0),
            Direction::InRange => None,
        };
        Some(sign(self.output.direction)? * sign(self.outcome.direction)?)
    }
}

/// Computes the contribution of one output to one outcome.
pub fn contribution(case: &Case) -> Contribution {
    with_rivals(case, before_rivals(case))
}

/// Holds the rivals of the case fixed, where there is something that they could explain; `found` is what
/// [`before_rivals`] gave of the same case, whatever rivals it had then.
pub fn with_rivals(case: &Case, mut found: Contribution) -> Contribution {
    let Ok(panel) = &case.panel else { return found };
    if !rivals::is_asked_for(case.good_sign(), found.estimate.as_ref(), found.bootstrap.as_ref()) {
        return found;
    }
    found.checks.push(rivals::check(case, panel));
    let (estimate, bootstrap) = (found.estimate.as_ref(), found.bootstrap.as_ref());
    (found.grade, found.reasons) = grade::grade(case.good_sign(), estimate, bootstrap, &found.checks);
    found.statement = sentence::statement(case, &found);
    found
}

/// All of it but the rivals.
pub fn before_rivals(case: &Case) -> Contribution {
    let panel = match &case.panel {
        Ok(panel) => panel,
        Err(why) => return without_numbers(case, checks::no_panel(*why)),
    };
    let (columns, areas, periods) = panel.columns();
    let mut checked = checks::of_data(case, panel, &columns, &areas, &periods);
    let (synthetic, staggered) = (compared::by_synthetic(case, panel), compared::by_starts(case, panel));
    let (scaled, dose_unit, outcome_unit) = scaled(&columns);
    let numbers = estimate::fitted(&scaled).and_then(|(fitted, estimate)| {
        let bootstrap = bootstrap::of_fitted(&fitted, SEED, bootstrap::DRAWS);
        let estimate = in_units(estimate, dose_unit, outcome_unit);
        let bootstrap = of_unit(bootstrap, outcome_unit / dose_unit);
        let ends = [bootstrap.low, bootstrap.high];
        let is_finite = estimate.is_finite() && ends.iter().flatten().all(|end| end.is_finite());
        if is_finite { Ok((estimate, bootstrap)) } else { Err(NoEstimate::TooLarge) }
    });
    let (estimate, bootstrap) = match numbers {
        Ok((estimate, bootstrap)) => {
            checked.extend(checks::of_estimate(case, panel, &estimate, &bootstrap, &areas));
            checked.extend(checks::of_comparisons(&estimate, &synthetic, &staggered));
            (Some(estimate), Some(bootstrap))
        }
        Err(why) => {
            checked.push(checks::no_estimate(why));
            (None, None)
        }
    };
    let (grade, reasons) = grade::grade(case.good_sign(), estimate.as_ref(), bootstrap.as_ref(), &checked);
    let (n, periods) = (columns.rows.len(), periods.len());
    let mut contribution = Contribution {
        grade,
        reasons,
        statement: Text::default(),
        checks: checked,
        estimate,
        bootstrap,
        synthetic: Some(synthetic),
        staggered: Some(staggered),
        areas,
        periods,
        n,
        method: METHOD.to_owned(),
    };
    contribution.statement = sentence::statement(case, &contribution);
    contribution
}

fn without_numbers(case: &Case, check: Check) -> Contribution {
    let mut contribution = Contribution {
        grade: Grade::CannotTell,
        reasons: vec![check.text.clone()],
        statement: Text::default(),
        checks: vec![check],
        estimate: None,
        bootstrap: None,
        synthetic: None,
        staggered: None,
        areas: Vec::new(),
        periods: 0,
        n: 0,
        method: METHOD.to_owned(),
    };
    contribution.statement = sentence::statement(case, &contribution);
    contribution
}

/// Columns divided by powers of two near their size, which loses no bit and keeps squares of squares
/// within what a number can hold.
fn scaled(columns: &Columns) -> (Columns, f64, f64) {
    let (dose, outcome) = (unit_of(&columns.dose), unit_of(&columns.outcome));
    let divided = |column: &[f64], unit: f64| column.iter().map(|value| value / unit).collect();
    let scaled = Columns {
        rows: columns.rows.clone(),
        dose: divided(&columns.dose, dose),
        outcome: divided(&columns.outcome, outcome),
        controls: columns.controls.clone(),
    };
    (scaled, dose, outcome)
}

/// The power of two near the size of a column.
fn unit_of(column: &[f64]) -> f64 {
    let most = column.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    if most > 0.0 { 2f64.powi(most.log2().floor().clamp(-900.0, 900.0) as i32) } else { 1.0 }
}

fn in_units(estimate: Estimate, dose: f64, outcome: f64) -> Estimate {
    let back = |value: f64| value / dose * outcome;
    Estimate {
        coefficient: back(estimate.coefficient),
        cr1: estimate.cr1.map(back),
        cr3: estimate.cr3.map(back),
        without_area: estimate.without_area.iter().map(|one| one.map(back)).collect(),
        dose_spread: estimate.dose_spread * dose,
        outcome_spread: estimate.outcome_spread * outcome,
        ..estimate
    }
}

fn of_unit(bootstrap: Bootstrap, unit: f64) -> Bootstrap {
    Bootstrap { low: bootstrap.low.map(|end| end * unit), high: bootstrap.high.map(|end| end * unit), ..bootstrap }
}

#[cfg(test)]
mod tests;
