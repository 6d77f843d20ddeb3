//! How many take part in a split or merge, and with what shares.

use super::{Kind, PARTS_MAX, Wanted};
use crate::domain::Broken;

/// How far the shares of a split may be from 1 together: they are often rounded.
const SHARES_OFF_MAX: f64 = 0.015;

/// Notes what is wrong with the number of areas and with the shares.
pub(super) fn check(wanted: &Wanted, broken: &mut Broken) {
    if wanted.successors.len().max(wanted.codes.len()) > PARTS_MAX {
        broken.add("parts", format!("At most {PARTS_MAX} areas take part in one change."));
    }
    if wanted.kind == Kind::Merge {
        return;
    }
    if wanted.successors.len() < 2 {
        broken.add("parts", "A split has two parts or more.");
    }
    let shares: Vec<f64> = wanted.successors.iter().filter_map(|one| one.share).collect();
    if shares.is_empty() {
        return;
    }
    if shares.len() < wanted.successors.len() {
        broken.add("parts", "Some parts have a share and some have none; give all of them, or none.");
    } else if shares.iter().any(|share| !(*share > 0.0 && *share <= 1.0)) {
        broken.add("parts", "A share is more than 0 and at most 1.");
    } else if (shares.iter().sum::<f64>() - 1.0).abs() > SHARES_OFF_MAX {
        let sum = (shares.iter().sum::<f64>() * 1000.0).round() / 10.0;
        broken.add("parts", format!("The shares add up to {sum} %, not to 100 %."));
    }
    if wanted.share_basis.is_blank() {
        broken.add("share_basis", "Say what the shares are shares of: \"people, census of 2024\".");
    }
}
