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
//!      aggregation over areas. Below the mission (the empty code) are the areas without a parent. An area
//!      that lay in several within the period is expected in the one that it lay in last, without a value.
//!    - *Carried*: where a merged area is asked for by itself, and the period began before the merge: the
//!      points of the areas that it was made of (with what these carry), by the indicator's aggregation over
//!      areas.
//!
//! A part without a value is left out and never taken for zero. *Coverage* is the mean coverage of the
//! expected parts: 1 for a value given or summed from slices, 0 without a value. What is not
//! applicable is not expected.
//!
//! # Areas that came of one another
//!
//! The series of an area that was split or merged stays as it was, and ends with it. In what lies around
//! it, periods before the day are made of the old areas, and periods from the day on of the new ones, by
//! the days on which each exists. In a period that the day lies within, old and new areas are the same
//! *ground* one after the other, and never both count: of the sets of them that existed together on a day
//! of the period, the one whose points cover most is taken, of equals the latest. As that leaves out what only the other had, *areas* is asked there only where *time*
//! gives no value; the same where an area came to lie in another one within the period. What is said of an area
//! outside its days stands for itself; entry and import refuse it.
//!
//! A split or merge may be recorded after the fact, when values of the old areas are there already for periods
//! from the day on. Where nothing is known of any of the new areas in a period, the old ones stand for them in
//! what lies around, the latest change first; a single new one that says something is enough to leave the old out.
//!
//! A merged area carries what its parts had, but only where it is asked for by itself: beside its parts, as
//! one of all areas, it has its own points only, so that nothing is there twice. A part of a split carries
//! nothing, whatever its share: what happened in it before was not told apart.
//!
//! Aggregations: sum, mean (of the parts, unweighted), last, greatest, least. A ratio is always
//! Σ numerator ∕ Σ denominator over the parts, never a mean of quotients, except that *last*,
//! *greatest* and *least* choose one of them; of those that are as great, the one with the greater
//! denominator.
//!
//! A *cumulative* indicator, reported as what has come together since the fiscal year began, is a count or a sum whose
//! aggregation over time is *last*: a longer period has what stood in the last of its parts that has a value, and parts are
//! never added up. The first part of a fiscal year begins again from what is given there; nothing is carried over from the
//! year before, also where nothing is given yet. So a fiscal year has what stood at its end, a calendar year around the
//! reset what stood in its last part, and coverage is, as ever, the share of the parts that say something, not how much of
//! the year had gone by. Held by `tests::a_running_total_says_what_stood_last_and_begins_again_with_the_fiscal_year`.
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

pub use area_tree::{Area, AreaTree, Became, Former, Successor};
pub use cautions::{Caution, cautions};
pub use counted::{Counted, Incident};
pub use cube::{Amount, Cell, Cube, Fact, Says};
pub use explain::Formula;
pub use sources::{Behind, Source, Sources};

#[cfg(test)]
mod lineage_tests;
#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
