//! Taking a split or merge back.

use super::{Change, Known, Validity};
use crate::domain::{area::Area, ids::AreaId};

/// What to store.
#[derive(Debug, Clone, PartialEq)]
pub struct Undone {
    pub change: Change,
    /// Areas as they were before.
    pub restored: Vec<Area>,
    /// Areas that it had made.
    pub withdrawn: Vec<AreaId>,
}

/// What taking a change back does to the areas; records outside are asked by the caller.
///
/// # Errors
/// A sentence: it was taken back already, or something rests on what it made.
pub fn plan_undo(change: Change, known: Known<'_>) -> Result<Undone, String> {
    if change.undone {
        return Err("This was taken back already.".to_owned());
    }
    let codes = change.successor_codes();
    if change.used {
        return Err(format!("Data or plans speak of {codes}, so it stays. Record what is right as a further change."));
    }
    let made = |id: AreaId| change.successors.iter().any(|one| one.id == id);
    if let Some(next) =
        known.changes.iter().find(|next| next.predecessors.iter().any(|one| next.ended(one.id) && made(one.id)))
    {
        return Err(format!(
            "What came of it became {} on {}; take that back first.",
            next.successor_codes(),
            next.date
        ));
    }
    // What is restored would lie in what ended since.
    if let Some(next) = known.changes.iter().find(|next| !next.undone && next.moved.iter().any(|one| made(one.id))) {
        return Err(format!(
            "What came of it was moved on {}, when {}; take that back first.",
            next.date,
            next.sentence()
        ));
    }
    let is_successor = |code: &super::Code| change.successors.iter().any(|one| one.code == *code);
    let rests = known.areas.iter().map(|stored| &stored.area).find(|area| {
        area.parent.as_ref().is_some_and(is_successor) && !change.moved.iter().any(|one| one.id == area.id)
    });
    if let Some(area) = rests {
        return Err(format!("{} lies in what came of it, and was not there before; it stays.", area.code));
    }
    let mut restored = Vec::new();
    for stored in known.areas {
        let mut area = stored.area.clone();
        if let Some(ended) = change.predecessors.iter().find(|one| one.id == area.id) {
            area.validity = Validity { to: ended.to_before, ..area.validity };
        } else if let Some(moved) = change.moved.iter().find(|one| one.id == area.id) {
            area.former.retain(|former| former.until.succ_opt() != Some(change.date));
            area.parent = Some(moved.from.clone());
        } else {
            continue;
        }
        area.version += 1;
        restored.push(area);
    }
    let withdrawn = change.successors.iter().filter(|one| one.made).map(|one| one.id).collect();
    let change = Change { undone: true, version: change.version + 1, ..change };
    Ok(Undone { change, restored, withdrawn })
}
