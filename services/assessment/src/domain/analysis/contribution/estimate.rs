//! The association of a dose with an outcome over areas and periods, and how sure it is.
//!
//! The coefficient is that of two-way fixed effects; its errors are clustered by area. CR1 is the one of
//! C. Hansen (2007) with the small-sample factor G/(G−1) · (n−1)/(n−k), which is what linearmodels'
//! `PanelOLS(...).fit(cov_type="clustered", cluster_entity=True, debiased=True, group_debias=True)` and
//! statsmodels' `OLS(...).fit(cov_type="cluster")` with dummies give. It is shown for comparison only:
//! with few areas it rejects true nulls too often. CR3 is the jackknife over areas, sqrt((G−1)/G · Σ(β₍₋g₎ − β)²)
//! (R. M. Bell and D. F. McCaffrey, Survey Methodology 28, 2002; J. G. MacKinnon, M. Ø. Nielsen and
//! M. D. Webb, "Fast and reliable jackknife and bootstrap methods for cluster-robust inference", J. Applied
//! Econometrics 38, 2023). All are checked to 1e-9 in `tests/it/contribution.rs`.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::effects::{Effects, squares};
use crate::domain::analysis::exact;

/// Variation of a column below this share of its size is none: what is left is rounding.
const NOTHING_SHARE: f64 = 1e-18;

/// Columns over areas and periods.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    /// Area and period of each row, from 0.
    pub rows: Vec<(usize, usize)>,
    pub dose: Vec<f64>,
    pub outcome: Vec<f64>,
    /// Columns that are held fixed.
    pub controls: Vec<Vec<f64>>,
}

/// What the regression gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Change of the outcome per unit of the dose.
    #[serde(with = "exact")]
    pub coefficient: f64,
    /// Standard error clustered by area; `None` where there are too few rows for it.
    #[serde(with = "exact")]
    pub cr1: Option<f64>,
    /// Standard error of the jackknife over areas; `None` where the coefficient hangs on one area.
    #[serde(with = "exact")]
    pub cr3: Option<f64>,
    /// Two-sided p of the jackknife's t with areas − 1 degrees of freedom.
    #[serde(with = "exact")]
    pub cr3_p: Option<f64>,
    /// Coefficient without each area in turn; `None` where it cannot be told without it.
    #[serde(with = "exact")]
    pub without_area: Vec<Option<f64>>,
    /// Share of the variation of the dose that each area carries, effects taken out.
    #[serde(with = "exact")]
    pub dose_shares: Vec<f64>,
    /// The same for the outcome.
    #[serde(with = "exact")]
    pub outcome_shares: Vec<f64>,
    /// Standard deviation of dose and outcome, effects taken out.
    #[serde(with = "exact")]
    pub dose_spread: f64,
    #[serde(with = "exact")]
    pub outcome_spread: f64,
}

impl Estimate {
    /// True where every number is one.
    pub(super) fn is_finite(&self) -> bool {
        let optional = [self.cr1, self.cr3, self.cr3_p];
        let one = [self.coefficient, self.dose_spread, self.outcome_spread];
        let lists = self.without_area.iter().flatten().chain(&self.dose_shares).chain(&self.outcome_shares);
        lists.chain(&one).chain(optional.iter().flatten()).all(|value| value.is_finite())
    }
}

/// A fitted regression, which the bootstrap draws from.
#[derive(Debug, Clone)]
pub(super) struct Fitted {
    pub effects: Effects,
    /// Area of each row.
    pub areas: Vec<usize>,
    /// Number of areas with a row.
    pub clusters: usize,
    /// Dose and outcome with effects and controls taken out.
    pub dose: Vec<f64>,
    pub outcome: Vec<f64>,
    pub dose_squares: f64,
    pub coefficient: f64,
}

/// What keeps a coefficient from being estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoEstimate {
    /// Effects explain all of the dose.
    DoseDoesNotVary,
    /// Effects explain all of the outcome.
    OutcomeDoesNotVary,
    /// The result is larger than a number can be.
    TooLarge,
}

/// Fits, and measures how sure it is. Columns are finite and of one length; areas are numbered from 0
/// without gaps.
pub fn estimate(columns: &Columns) -> Result<Estimate, NoEstimate> {
    fitted(columns).map(|(_, estimate)| estimate)
}

/// The same with what the bootstrap draws from.
pub(super) fn fitted(columns: &Columns) -> Result<(Fitted, Estimate), NoEstimate> {
    let fitted = Fitted::of(columns)?;
    let estimate = fitted.estimate(columns);
    Ok((fitted, estimate))
}

/// The coefficient alone.
pub(super) fn coefficient(columns: &Columns) -> Result<f64, NoEstimate> {
    Fitted::of(columns).map(|fitted| fitted.coefficient)
}

impl Fitted {
    pub(super) fn of(columns: &Columns) -> Result<Self, NoEstimate> {
        Self::with(Effects::new(&columns.rows, &columns.controls), columns)
    }

    fn with(effects: Effects, columns: &Columns) -> Result<Self, NoEstimate> {
        let [dose, outcome] = effects.residuals([&columns.dose, &columns.outcome]);
        let dose_squares = squares(&dose);
        if !varies(dose_squares, &columns.dose) {
            return Err(NoEstimate::DoseDoesNotVary);
        }
        if !varies(squares(&outcome), &columns.outcome) {
            return Err(NoEstimate::OutcomeDoesNotVary);
        }
        let along: f64 = dose.iter().zip(&outcome).map(|(one, other)| one * other).sum();
        let areas: Vec<usize> = columns.rows.iter().map(|(area, _)| *area).collect();
        let clusters = areas.iter().max().map_or(0, |last| last + 1);
        Ok(Self { effects, areas, clusters, dose, outcome, dose_squares, coefficient: along / dose_squares })
    }

    /// Sums of a column by area.
    pub(super) fn by_area(&self, column: impl Iterator<Item = f64>) -> Vec<f64> {
        let mut sums = vec![0.0; self.clusters];
        let mut column = column;
        for of_area in self.areas.chunk_by(|one, other| one == other) {
            let sum = column.by_ref().take(of_area.len()).fold(sums[of_area[0]], |sum, value| sum + value);
            sums[of_area[0]] = sum;
        }
        sums
    }

    /// Dose times residual, summed by area, for a coefficient of `at`.
    pub(super) fn scores(&self, at: f64) -> Vec<f64> {
        self.by_area(self.dose.iter().zip(&self.outcome).map(|(dose, outcome)| dose * (outcome - at * dose)))
    }

    fn estimate(&self, columns: &Columns) -> Estimate {
        let without_area = self.without_each_area(columns);
        let cr3 = self.jackknife(&without_area);
        let shares = |column: &[f64]| {
            let whole = squares(column);
            self.by_area(column.iter().map(|value| value * value)).iter().map(|part| part / whole).collect()
        };
        let n = self.areas.len() as f64;
        Estimate {
            coefficient: self.coefficient,
            cr1: self.cr1(),
            cr3,
            cr3_p: cr3.and_then(|error| student_p(self.coefficient, error, self.clusters)),
            without_area,
            dose_shares: shares(&self.dose),
            outcome_shares: shares(&self.outcome),
            dose_spread: (self.dose_squares / n).sqrt(),
            outcome_spread: (squares(&self.outcome) / n).sqrt(),
        }
    }

    fn cr1(&self) -> Option<f64> {
        let (n, k, g) = (self.areas.len(), self.effects.rank() + 1, self.clusters);
        if g < 2 || n <= k {
            return None;
        }
        let (n, k, g) = (n as f64, k as f64, g as f64);
        let factor = g / (g - 1.0) * (n - 1.0) / (n - k);
        Some((factor * squares(&self.scores(self.coefficient))).sqrt() / self.dose_squares)
    }

    fn without_each_area(&self, columns: &Columns) -> Vec<Option<f64>> {
        let mut before: Option<Effects> = None;
        (0..self.clusters)
            .map(|left_out| {
                let kept = |column: &[f64]| -> Vec<f64> {
                    column
                        .iter()
                        .zip(&self.areas)
                        .filter(|(_, area)| **area != left_out)
                        .map(|(value, _)| *value)
                        .collect()
                };
                let renumbered = |(area, period): &(usize, usize)| (area - usize::from(*area > left_out), *period);
                let others = Columns {
                    rows: columns.rows.iter().filter(|(area, _)| *area != left_out).map(renumbered).collect(),
                    dose: kept(&columns.dose),
                    outcome: kept(&columns.outcome),
                    controls: columns.controls.iter().map(|control| kept(control)).collect(),
                };
                let effects = Effects::beside(before.as_ref(), &others.rows, &others.controls);
                before = Some(effects.clone());
                match Self::with(effects, &others) {
                    Ok(fitted) => Some(fitted.coefficient),
                    // An outcome that does not vary any more goes with no dose.
                    Err(NoEstimate::OutcomeDoesNotVary) => Some(0.0),
                    Err(NoEstimate::DoseDoesNotVary | NoEstimate::TooLarge) => None,
                }
            })
            .collect()
    }

    fn jackknife(&self, without_area: &[Option<f64>]) -> Option<f64> {
        let g = self.clusters as f64;
        let spread: f64 =
            without_area.iter().map(|one| Some((one.as_ref()? - self.coefficient).powi(2))).sum::<Option<f64>>()?;
        (self.clusters >= 2).then(|| ((g - 1.0) / g * spread).sqrt())
    }
}

fn varies(left: f64, whole: &[f64]) -> bool {
    left > NOTHING_SHARE * squares(whole).max(f64::MIN_POSITIVE) && left.is_finite()
}

pub(super) fn student_p(coefficient: f64, error: f64, clusters: usize) -> Option<f64> {
    if error <= 0.0 {
        return None;
    }
    let t = StudentsT::new(0.0, 1.0, clusters as f64 - 1.0).ok()?;
    Some(2.0 * t.cdf(-(coefficient / error).abs()))
}
