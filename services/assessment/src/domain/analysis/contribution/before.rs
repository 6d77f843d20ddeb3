//! What came first: was the outcome moving before the output began, and does the output follow the
//! outcome instead of leading it?
//!
//! *Before adoption* uses only rows in which the output had not begun yet: all of areas that never had it,
//! and of areas that took it up the periods before. Among them, a ramp towards the beginning (1, 2, 3 …
//! over the last [`RAMP_PERIODS`]) must explain nothing beyond area and period effects. Rows after the
//! beginning are left out, because a lead of the dose beside the dose itself also fires on true effects:
//! doses persist (L. Sun and S. Abraham, J. Econometrics 225, 2021; J. Roth, AER: Insights 4, 2022, on what
//! such a test can and cannot find).
//!
//! *The reverse direction* asks whether the outcome of a period helps to foretell the dose of the next one,
//! given the dose that there was (C. W. J. Granger, Econometrica 37, 1969), within area and period effects.
//!
//! Both are judged by the bootstrap of [`super::bootstrap`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Columns, bootstrap::p_of_fitted, estimate::fitted, panel::Panel};

/// Periods over which the ramp towards the beginning rises.
pub const RAMP_PERIODS: i64 = 6;
/// Fewest areas that took it up after at least [`PERIODS_BEFORE_MIN`] known periods without.
pub const ADOPTERS_MIN: usize = 3;
/// Fewest known periods without the output that a beginning must come after.
pub const PERIODS_BEFORE_MIN: usize = 3;
/// Fewest rows and areas that either test is made with.
const ROWS_MIN: usize = 30;
const AREAS_MIN: usize = 6;

/// A test of what came first.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct First {
    /// Change per step of the ramp, or of the dose per unit of the outcome of the period before.
    pub coefficient: f64,
    /// Two-sided.
    pub p: f64,
    /// Areas that were looked at.
    pub areas: usize,
    /// Areas that took the output up and show what was before.
    pub adopters: usize,
}

/// Tests the periods before the output began. `None`: no area shows a clear beginning, or too few do.
pub fn before_adoption(panel: &Panel, seed: u32, draws: usize) -> Option<First> {
    let mut rows = Rows::default();
    let mut adopters = 0;
    for cells in by_area(panel).values() {
        let begun = cells.iter().position(|(_, dose, _)| dose.is_some_and(|dose| dose != 0.0));
        let none_before = |count: &usize| cells[..*count].iter().filter(|(_, dose, _)| *dose == Some(0.0)).count();
        let begins_at = match begun {
            Some(place) if none_before(&place) >= PERIODS_BEFORE_MIN => Some(cells[place].0),
            Some(_) => continue,
            None => None,
        };
        let before: Vec<(i64, f64, f64)> = cells
            .iter()
            .filter(|(place, dose, _)| *dose == Some(0.0) && begins_at.is_none_or(|begins| *place < begins))
            .filter_map(|(place, _, outcome)| {
                let ramp = begins_at.map_or(0, |begins| (RAMP_PERIODS + 1 - (begins - place)).max(0));
                Some((*place, ramp as f64, (*outcome)?))
            })
            .collect();
        if before.is_empty() {
            continue;
        }
        adopters += usize::from(begins_at.is_some());
        rows.add(before.into_iter().map(|(place, ramp, outcome)| (place, ramp, outcome, Vec::new())));
    }
    if adopters < ADOPTERS_MIN {
        return None;
    }
    rows.tested(adopters, seed, draws)
}

/// Tests whether the dose follows the outcome. `None`: too little is known for it.
pub fn reverse(panel: &Panel, seed: u32, draws: usize) -> Option<First> {
    let lag = i64::from(panel.lag_periods);
    let mut rows = Rows::default();
    for cells in by_area(panel).values() {
        // The dose as it was delivered, in its own time.
        let dose: BTreeMap<i64, f64> =
            cells.iter().filter_map(|(place, dose, _)| Some((place - lag, (*dose)?))).collect();
        let outcome: BTreeMap<i64, f64> =
            cells.iter().filter_map(|(place, _, outcome)| Some((*place, (*outcome)?))).collect();
        let row = |(place, now): (&i64, &f64)| {
            let mut held = vec![*dose.get(&(place - 1))?];
            if lag > 0 {
                held.push(*dose.get(&(place - 1 - lag))?);
            }
            Some((*place, *outcome.get(&(place - 1))?, *now, held))
        };
        rows.add(dose.iter().filter_map(row));
    }
    rows.tested(0, seed, draws)
}

type Known = (i64, Option<f64>, Option<f64>);

fn by_area(panel: &Panel) -> BTreeMap<&String, Vec<Known>> {
    let mut by_area: BTreeMap<&String, Vec<Known>> = BTreeMap::new();
    for cell in &panel.cells {
        by_area.entry(&cell.area).or_default().push((panel.place(cell.period), cell.dose, cell.outcome));
    }
    by_area
}

/// Rows as they come together, area by area.
#[derive(Default)]
struct Rows {
    areas: usize,
    places: Vec<(usize, i64)>,
    explaining: Vec<f64>,
    explained: Vec<f64>,
    held: Vec<Vec<f64>>,
}

impl Rows {
    fn add(&mut self, of_area: impl Iterator<Item = (i64, f64, f64, Vec<f64>)>) {
        let before = self.places.len();
        for (place, explaining, explained, held) in of_area {
            self.places.push((self.areas, place));
            self.explaining.push(explaining);
            self.explained.push(explained);
            self.held.push(held);
        }
        self.areas += usize::from(self.places.len() > before);
    }

    fn tested(self, adopters: usize, seed: u32, draws: usize) -> Option<First> {
        if self.places.len() < ROWS_MIN || self.areas < AREAS_MIN {
            return None;
        }
        let first = self.places.iter().map(|(_, place)| *place).min()?;
        let controls = self.held.first().map_or(0, Vec::len);
        let columns = Columns {
            rows: self.places.iter().map(|(area, place)| (*area, (place - first) as usize)).collect(),
            dose: self.explaining,
            outcome: self.explained,
            controls: (0..controls).map(|at| self.held.iter().map(|held| held[at]).collect()).collect(),
        };
        let (fitted, estimate) = fitted(&columns).ok()?;
        // A comparison that hangs on one area compares nothing.
        estimate.cr3?;
        let p = p_of_fitted(&fitted, seed, draws);
        Some(First { coefficient: estimate.coefficient, p, areas: self.areas, adopters })
    }
}
