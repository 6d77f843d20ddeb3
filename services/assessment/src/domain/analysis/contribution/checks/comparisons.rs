//! Whether the comparisons over starts contradict the association. They lower a grade and raise none; where one does not
//! apply there is no check.

use super::{
    super::{Compared, Estimate, Staggered, Synthetic, bootstrap::LEVEL, grade::WEAK_P_MAX},
    Check, Checked, Kind,
};

/// What of the two applies.
pub fn of_comparisons(
    estimate: &Estimate,
    synthetic: &Compared<Synthetic>,
    staggered: &Compared<Staggered>,
) -> Vec<Check> {
    let of_staggered = staggered.found.as_ref().map(|found| by_starts(estimate, found));
    let of_synthetic = synthetic.found.as_ref().map(|found| by_synthetic(estimate, found));
    of_staggered.into_iter().chain(of_synthetic).collect()
}

fn by_starts(estimate: &Estimate, found: &Staggered) -> Check {
    let agrees = found.effect * estimate.coefficient.signum() > 0.0;
    let (checked, en, fr) = match (found.is_clear(), agrees) {
        (true, true) => (
            Checked::Holds,
            "Against areas that had not yet taken the output up the outcome differs in the same direction.",
            "Face aux zones qui n'avaient pas encore adopté le produit, l'effet diffère dans le même sens.",
        ),
        (true, false) => (
            Checked::Stops,
            "Against areas that had not yet taken the output up the outcome differs in the other direction: effects that differ between areas, or grow, may have been mixed up in the association.",
            "Face aux zones qui n'avaient pas encore adopté le produit, l'effet diffère dans l'autre sens : des effets qui diffèrent entre zones, ou croissent, ont pu se mêler dans l'association.",
        ),
        (false, _) => (
            Checked::Careful,
            "Against areas that had not yet taken the output up alone, chance could give as much.",
            "Face aux seules zones qui n'avaient pas encore adopté le produit, le hasard pourrait en donner autant.",
        ),
    };
    Check::new(Kind::Staggered, checked, en, fr)
}

fn by_synthetic(estimate: &Estimate, found: &Synthetic) -> Check {
    let contradicts = found.gap * estimate.coefficient.signum() < 0.0 && found.p <= WEAK_P_MAX;
    let (checked, en, fr) = if !contradicts {
        (
            Checked::Holds,
            "Against a mix of areas without the output nothing contradicts it.",
            "Face à un mélange de zones sans le produit, rien ne le contredit.",
        )
    } else if found.p <= LEVEL && found.follows() {
        (
            Checked::Stops,
            "Against a mix of areas without the output the outcome went the other way, more than in nearly all areas without.",
            "Face à un mélange de zones sans le produit, l'effet est allé dans l'autre sens, plus que dans presque toutes les zones sans.",
        )
    } else {
        (
            Checked::Careful,
            "Against a mix of areas without the output the outcome went the other way.",
            "Face à un mélange de zones sans le produit, l'effet est allé dans l'autre sens.",
        )
    };
    Check::new(Kind::Synthetic, checked, en, fr)
}
