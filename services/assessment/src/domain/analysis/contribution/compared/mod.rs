//! Two more comparisons, for outputs that areas take up at some time and keep: a weighted mix of areas without it
//! ([`synthetic`]), and areas against those that had not yet taken it up ([`staggered`]).
//!
//! They apply only where an output starts and stays ([`Starts`]), and say why where they do not. They raise no grade: what
//! contradicts the association lowers it (`checks::of_comparisons`).

mod nearest;
pub mod staggered;
mod starts;
pub mod synthetic;
mod words;

use serde::{Deserialize, Serialize};

pub use self::{
    staggered::{Staggered, staggered},
    starts::{Followed, Starts},
    synthetic::{Synthetic, synthetic},
};
use super::{Case, Panel};
use crate::domain::text::Text;

/// What a comparison gives, with its sentence; or the sentence that says why it does not apply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compared<T> {
    pub statement: Text,
    /// `None`: it does not apply.
    pub found: Option<T>,
    pub method: String,
}

/// Why a comparison over starts does not apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inapplicable {
    /// In so many areas the output does not stay near one dose once it has begun.
    RisesAndFalls { areas: usize },
    /// No area takes the output up within the periods that are known.
    NothingStarts,
    /// Of areas without the output there are so many of the so many that it takes.
    FewWithout { areas: usize, needed: usize },
    /// Areas that are known throughout.
    FewAreas { areas: usize, needed: usize },
    /// More areas than are compared at once.
    ManyAreas { areas: usize, most: usize },
    /// Of areas that take it up, with enough periods around the start, there are so many of the so many that it takes.
    FewStarts { areas: usize, needed: usize },
    /// Periods that are known of all areas.
    FewPeriods { periods: usize, needed: usize },
    /// The outcome is the same everywhere.
    NothingVaries,
    /// The numbers are too far apart in size.
    TooLarge,
}

/// The synthetic control of a case.
pub(super) fn by_synthetic(case: &Case, panel: &Panel) -> Compared<Synthetic> {
    let found = Starts::of(panel).and_then(|starts| synthetic(&starts));
    let statement = match &found {
        Ok(found) => words::of_synthetic(case, found),
        Err(why) => words::inapplicable(*why),
    };
    Compared { statement, found: found.ok(), method: synthetic::METHOD.to_owned() }
}

/// The comparison over staggered starts of a case.
pub(super) fn by_starts(case: &Case, panel: &Panel) -> Compared<Staggered> {
    let found = Starts::of(panel).and_then(|starts| staggered(&starts));
    let statement = match &found {
        Ok(found) => words::of_staggered(case, found),
        Err(why) => words::inapplicable(*why),
    };
    Compared { statement, found: found.ok(), method: staggered::METHOD.to_owned() }
}

#[cfg(test)]
mod tests;
