//! The grade, by rules that are written down. They are the project's own; they read the evidence in the
//! order that contribution analysis asks for (J. Mayne, "Contribution analysis: an approach to exploring
//! cause and effect", ILAC Brief 16, 2008): was it delivered, does the result follow, what else could be.
//!
//! 1. A check that stops, or no number at all: *cannot tell*, for that reason.
//! 2. An association against what the plan expects, p ≤ 5 % by the bootstrap and in the same direction
//!    without any one area: *contrary*. It is held against rivals as the others are.
//! 3. As expected, p ≤ 1 %, jackknife p ≤ 5 %, the same direction without any one area, nothing to be
//!    careful about, and what came before was tested: *strong*.
//! 4. As expected, p ≤ 5 %, jackknife p ≤ 10 %, the same direction without any one area: *moderate*.
//! 5. As expected, p ≤ 10 %: *weak*.
//! 6. The 95 % interval leaves room for a small effect only (a usual change of the dose moves the outcome by
//!    less than a fifth of its own usual change, either way): *weak*, because more is excluded.
//! 7. Else *cannot tell*: chance alone could give as much.
//!
//! Staggered starts and synthetic control enter as checks, where they apply: what contradicts the association stops it, and
//! neither raises a grade.

use cpas_proto::vocabulary;

use super::{Bootstrap, Check, Checked, Estimate, Kind, bootstrap::LEVEL};
use crate::domain::{
    analysis::sentence::{percent, probability},
    text::Text,
};
use cpas_proto::words::Language;

/// p of the bootstrap up to which it may be strong.
pub const STRONG_P_MAX: f64 = 0.01;
/// p of the bootstrap up to which it may be weak.
pub const WEAK_P_MAX: f64 = 0.10;
/// p of the jackknife up to which it may be moderate.
pub const MODERATE_JACKKNIFE_P_MAX: f64 = 0.10;
/// Usual changes of the outcome per usual change of the dose below which an effect is small (J. Cohen 1988).
pub const SMALL_EFFECT: f64 = 0.2;

vocabulary! {
    /// How much the data speak for a contribution.
    pub enum Grade as "a grade" {
        Strong = "strong",
        Moderate = "moderate",
        Weak = "weak",
        /// The outcome moved against what the plan expects of the output.
        Contrary = "contrary",
        CannotTell = "cannot_tell",
    }
}

/// The grade and its reasons.
pub fn grade(
    good_sign: Option<f64>,
    estimate: Option<&Estimate>,
    bootstrap: Option<&Bootstrap>,
    checks: &[Check],
) -> (Grade, Vec<Text>) {
    let stopping: Vec<Text> =
        checks.iter().filter(|check| check.checked == Checked::Stops).map(|check| check.text.clone()).collect();
    let (Some(sign), Some(estimate), Some(bootstrap)) = (good_sign, estimate, bootstrap) else {
        return (Grade::CannotTell, stopping);
    };
    let effect = estimate.coefficient * sign;
    let steady = estimate.without_area.iter().all(|one| one.is_some_and(|one| one * sign * effect > 0.0));
    let careful: Vec<Text> =
        checks.iter().filter(|check| check.checked == Checked::Careful).map(|check| check.text.clone()).collect();
    if !stopping.is_empty() {
        return (Grade::CannotTell, with_chance([stopping, careful].concat(), bootstrap));
    }
    let jackknife = estimate.cr3_p.unwrap_or(1.0);
    let tested = |kind| checks.iter().any(|check| check.kind == kind && check.checked == Checked::Holds);
    if effect < 0.0 && bootstrap.p <= LEVEL && steady {
        return (Grade::Contrary, [vec![clear(bootstrap)], careful].concat());
    }
    let is_clear = effect > 0.0 && bootstrap.p <= STRONG_P_MAX && jackknife <= LEVEL;
    if is_clear && steady && careful.is_empty() && tested(Kind::BeforeAdoption) && tested(Kind::Reverse) {
        return (Grade::Strong, vec![clear(bootstrap)]);
    }
    if effect > 0.0 && bootstrap.p <= LEVEL && jackknife <= MODERATE_JACKKNIFE_P_MAX && steady {
        let mut reasons = vec![clear(bootstrap)];
        reasons.extend(careful);
        reasons.extend(untested(checks));
        return (Grade::Moderate, reasons);
    }
    if effect > 0.0 && bootstrap.p <= WEAK_P_MAX {
        let mut reasons = vec![chance(bootstrap)];
        reasons.extend(careful);
        return (Grade::Weak, reasons);
    }
    if is_small(estimate, bootstrap) {
        return (Grade::Weak, vec![small()]);
    }
    (Grade::CannotTell, with_chance(careful, bootstrap))
}

/// True where the interval has no room for more than a small effect.
fn is_small(estimate: &Estimate, bootstrap: &Bootstrap) -> bool {
    let (Some(low), Some(high)) = (bootstrap.low, bootstrap.high) else { return false };
    low.abs().max(high.abs()) * estimate.dose_spread < SMALL_EFFECT * estimate.outcome_spread
}

fn with_chance(mut reasons: Vec<Text>, bootstrap: &Bootstrap) -> Vec<Text> {
    if bootstrap.p > LEVEL {
        reasons.push(chance(bootstrap));
    }
    reasons
}

fn untested(checks: &[Check]) -> impl Iterator<Item = Text> + '_ {
    checks.iter().filter(|check| check.checked == Checked::Untested).map(|check| check.text.clone())
}

fn clear(bootstrap: &Bootstrap) -> Text {
    Text::of(
        format!("Chance alone would rarely give as much (p {}).", probability(bootstrap.p, Language::En)),
        format!("Le hasard seul en donnerait rarement autant (p {}).", probability(bootstrap.p, Language::Fr)),
    )
}

fn chance(bootstrap: &Bootstrap) -> Text {
    let (en, fr) = (percent(bootstrap.p, Language::En), percent(bootstrap.p, Language::Fr));
    Text::of(
        format!("Chance alone would give as much or more in {en} of cases."),
        format!("Le hasard seul en donnerait autant ou plus dans {fr} des cas."),
    )
}

fn small() -> Text {
    Text::of(
        "The data leave room for a small contribution only, if any.",
        "Les données ne laissent place qu'à une faible contribution, s'il y en a une.",
    )
}
