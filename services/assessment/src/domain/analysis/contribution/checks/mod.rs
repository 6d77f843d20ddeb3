//! What could make the numbers speak of something else, looked at one by one, each with its words.

mod comparisons;
mod data;
mod numbers;

use cpas_proto::vocabulary;
use serde::{Deserialize, Serialize};

pub use self::{
    comparisons::of_comparisons,
    data::of_data,
    numbers::{no_estimate, of_estimate},
};
use super::NoPanel;
use crate::domain::text::Text;

/// Fewest areas with dose and outcome known.
pub const AREAS_MIN: usize = 10;
/// Fewest areas in which the dose changes.
pub const MOVING_AREAS_MIN: usize = 5;
/// Fewest periods with dose and outcome known.
pub const PERIODS_MIN: usize = 8;
/// Share of the area-periods with a known outcome that must have a known dose too; below it says so.
pub const COVERAGE_CAREFUL: f64 = 0.8;
/// The same, below which nothing can be told.
pub const COVERAGE_MIN: f64 = 0.4;
/// Largest share of the variation of dose or outcome that one area may carry.
pub const LARGEST_SHARE_MAX: f64 = 0.5;
/// The same, from which it says so.
pub const LARGEST_SHARE_CAREFUL: f64 = 1.0 / 3.0;
/// Share of the areas that may have nothing but zeros in the outcome.
pub const ZERO_AREAS_MAX: f64 = 0.5;
/// Fewest areas of a period as a share of the most; below it the set of areas changes.
pub const SAME_AREAS_SHARE: f64 = 0.8;

vocabulary! {
    /// What is looked at.
    pub enum Kind as "a check" {
        /// The two can be brought together at all.
        Comparable = "comparable",
        /// A rise or fall is good or bad, not only near or far from a range.
        Direction = "direction",
        Areas = "areas",
        Periods = "periods",
        /// How much of what is known of the outcome has a known dose; unknown is not zero.
        Coverage = "coverage",
        /// The output was there.
        Delivery = "delivery",
        /// Dose and outcome change beyond what areas and periods have in common.
        Variation = "variation",
        /// No area carries most of the variation.
        LargestArea = "largest_area",
        /// Areas in which the outcome is never anything but zero.
        Zeros = "zeros",
        /// A series that starts or stops being recorded looks like a change.
        CodingBreak = "coding_break",
        /// The same areas in every period.
        ChangingAreas = "changing_areas",
        /// The outcome did not move before the output began.
        BeforeAdoption = "before_adoption",
        /// The output does not follow the outcome.
        Reverse = "reverse",
        /// Without any one area it says the same.
        LeaveOneOut = "leave_one_out",
        /// The usual error would have been surer than the data allow.
        Errors = "errors",
        /// No measured rival explains the association.
        Rivals = "rivals",
        /// Areas that had not yet taken it up say the same.
        Staggered = "staggered",
        /// A mix of areas without it says nothing else.
        Synthetic = "synthetic",
    }
}

vocabulary! {
    /// What a check says.
    pub enum Checked as "a result of a check" {
        Holds = "holds",
        /// To be careful about: not graded strong.
        Careful = "careful",
        /// Nothing can be told.
        Stops = "stops",
        /// The data do not allow the test.
        Untested = "untested",
    }
}

/// One check with its words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    pub kind: Kind,
    pub checked: Checked,
    pub text: Text,
}

impl Check {
    fn new(kind: Kind, checked: Checked, en: impl Into<String>, fr: impl Into<String>) -> Self {
        Self { kind, checked, text: Text::of(en, fr) }
    }
}

/// Why two series cannot be brought together.
pub fn no_panel(why: NoPanel) -> Check {
    let (en, fr) = match why {
        NoPanel::NoAreas => (
            "Output and outcome are not both known by area, so that places with and without cannot be compared.",
            "Le produit et l'effet ne sont pas tous deux connus par zone : on ne peut comparer les lieux avec et sans.",
        ),
        NoPanel::NoSharedArea => (
            "Output and outcome are known in different areas only.",
            "Le produit et l'effet ne sont connus que dans des zones différentes.",
        ),
        NoPanel::YearsUnlike => (
            "One is known by calendar year, the other by fiscal year, and the two do not line up.",
            "L'un est connu par année civile, l'autre par exercice, et les deux ne coïncident pas.",
        ),
        NoPanel::TooManyAreas => {
            ("There are more areas than are compared at once.", "Il y a plus de zones que l'on n'en compare à la fois.")
        }
    };
    Check::new(Kind::Comparable, Checked::Stops, en, fr)
}
