//! The roll-up: from observations to the value of any area, period and slice.
//!
//! # Specification
//!
//! A *fact* is what the observation in force says about one cell: area × period × slice. The *point*
//! of a cell is found by the first of these that gives one:
//!
//! 1. **Given.** A fact at the cell itself. A value wins over anything that could be computed, so a
//!    given total wins over its slices and a given parent over its children; "not applicable" and
//!    "suppressed" end the search too, so that nothing suppressed is computed after all. "Missing"
//!    says only that nobody knows, and the search goes on.
//! 2. **Slices**, for counts, sums and ratios: along one dimension that the slice does not speak of,
//!    the sum over a *complete* set at the same area and period. Complete means every category of the
//!    indicator's definition but `unknown`, which is added where it is there. A category may itself be
//!    the sum of its own complete slices. The first dimension in alphabetical order that is complete
//!    is taken, never two.
//! 3. **Time or areas**, whichever covers more, time where they cover the same:
//!    - *Time*: the points of the periods that the period divides into, by the indicator's aggregation
//!      over time. Of the frequencies that there are facts in, the one that covers most; of equals the
//!      indicator's own, then the longest.
//!    - *Areas*: the points of the areas directly below that exist in the period, by the indicator's
//!      aggregation over areas. Below the mission (the empty code) are the areas without a parent.
//!
//! A part without a value is left out and never taken for zero. *Coverage* is the mean coverage of the
//! expected parts: 1 for a value given or summed from slices, 0 without a value. What is not
//! applicable is not expected.
//!
//! Aggregations: sum, mean (of the parts, unweighted), last, greatest, least. A ratio is always
//! Σ numerator ∕ Σ denominator over the parts, never a mean of quotients, except that *last*,
//! *greatest* and *least* choose one of them.
//!
//! *Mismatch* marks a cell where a given total differs from the sum of a complete slice set, or two
//! complete sets differ, by more than a millionth; and every point made of such a cell.
//!
//! What is computed by a formula is said in `sources.rs`, what is counted from events in `counted.rs`.
//!
//! Checked against `model.rs`, the same rules in the plainest possible way.

mod area_tree;
mod cautions;
mod combine;
mod counted;
mod cube;
mod explain;
mod slices;
mod sources;

pub use area_tree::{Area, AreaTree};
pub use cautions::{Caution, cautions};
pub use counted::{Counted, Incident};
pub use cube::{Amount, Cell, Cube, Fact, Says};
pub use explain::Formula;
pub use sources::{Source, Sources};

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
