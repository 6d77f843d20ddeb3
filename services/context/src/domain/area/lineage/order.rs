//! The order in which changes are recorded.

use super::{Code, Known, Sourced, Wanted};
use crate::domain::Broken;

const THEN: &str = "Choose that day or a later one, or take that change back first.";

/// Refuses a day before an area that is to end, or one in it, came to lie where it lies; and before that began by
/// another change. `parent` is what the successors are to lie in.
pub(super) fn check(
    wanted: &Wanted,
    before: &[&Sourced],
    parent: Option<&Code>,
    known: Known<'_>,
    broken: &mut Broken,
) {
    let ends = |code: &Code| before.iter().any(|stored| stored.area.code == *code);
    for area in known.areas.iter().map(|stored| &stored.area) {
        let later = area.former.iter().rev().find(|former| former.until >= wanted.date);
        let is_in =
            area.parent.as_ref().is_some_and(ends) || later.is_some_and(|own| own.parent.as_ref().is_some_and(ends));
        let Some(later) = later.filter(|_| is_in || before.iter().any(|stored| stored.area.id == area.id)) else {
            continue;
        };
        let since = later.until.succ_opt().unwrap_or(later.until);
        let moves = known
            .changes
            .iter()
            .find(|change| !change.undone && change.date == since && change.moved.iter().any(|one| one.id == area.id));
        let lies = area.parent.as_ref().map(Code::as_str).unwrap_or_default();
        let why = moves.map(|change| format!(", when {}", change.sentence())).unwrap_or_default();
        broken.add("date", format!("{} lies in {lies} only since {since}{why}. {THEN}", area.code));
    }
    let Some(parent) = parent else { return };
    let begins = known.areas.iter().filter(|stored| stored.area.code == *parent);
    let mut begins = begins.filter_map(|stored| known.changes.iter().find(|change| change.began(stored.area.id)));
    if let Some(change) = begins.find(|change| change.date > wanted.date)
        && broken.violations.is_empty()
    {
        let codes: Vec<&str> = before.iter().map(|stored| stored.area.code.as_str()).collect();
        broken.add(
            "date",
            format!(
                "{} lies in {parent}, which begins on {}, when {}. {THEN}",
                codes.join(", "),
                change.date,
                change.sentence()
            ),
        );
    }
}
