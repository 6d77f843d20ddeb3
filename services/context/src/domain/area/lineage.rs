//! Splits and merges of areas: which area came of which, and from what day on.
//!
//! # Rules
//!
//! - What is split or merged exists on the day before, and ends with it. What comes of it begins on the day.
//! - What ended by a split or merge is over: it is not split or merged again, whatever the day. As each area begins
//!   once and ends once, and ends before its successors begin, no area comes of itself.
//! - A successor has a code that the mission never used: the series of the old code stays that of the old area. An
//!   area that was imported and begins on the day is taken as it is, where nothing else made it.
//! - A merge is of areas of one level; the new one lies in what they lie in, or in what is named where that differs.
//! - What lies in an area that ends lies in a successor from the day on. In a split somebody has to say in which; where
//!   it lay before is kept with the day ([`Former`]).
//! - For an area and what it lies in, changes are recorded in the order of their days: one is not recorded for a day
//!   before the area came to lie where it lies, as its successors would begin in what is not there yet.
//! - The shares of a split are known for all parts or for none, and add up to 1.
//! - A change is taken back only while nothing rests on it ([`Change::used`], and [`plan_undo`]): then all is as before.

mod numbers;
mod order;
mod outline;
mod undo;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use cpas_proto::vocabulary;
use geo::MultiPolygon;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Area, Code, Validity, import::Sourced};
use crate::domain::{
    Broken, Text, Who,
    ids::{AreaChangeId, AreaId},
    text::either,
};

pub use undo::{Undone, plan_undo};

/// Most areas that one becomes, or that become one.
pub const PARTS_MAX: usize = 50;

vocabulary! {
    /// What happened.
    pub enum Kind as "a kind of change" {
        Split = "split",
        Merge = "merge",
    }
}

/// What an area lay in before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Former {
    pub parent: Option<Code>,
    /// Last day on which it lay there.
    pub until: NaiveDate,
}

/// An area that ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub id: AreaId,
    pub code: Code,
    /// Its last day as it was before.
    pub to_before: Option<NaiveDate>,
}

/// An area that began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Begun {
    pub id: AreaId,
    pub code: Code,
    /// Share of the area before, 0 to 1.
    pub share: Option<f64>,
    /// Made by the change; otherwise it was imported before.
    pub made: bool,
}

/// An area that lies in another one since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    pub id: AreaId,
    pub code: Code,
    pub from: Code,
    pub to: Code,
}

/// A split or merge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub id: AreaChangeId,
    pub kind: Kind,
    /// First day of what came of it.
    pub date: NaiveDate,
    pub predecessors: Vec<Ended>,
    pub successors: Vec<Begun>,
    #[serde(deserialize_with = "either")]
    pub share_basis: Text,
    #[serde(deserialize_with = "either")]
    pub note: Text,
    pub moved: Vec<Moved>,
    pub undone: bool,
    /// Something outside the context rests on what it made: observations, a plan, a target.
    pub used: bool,
    pub version: i64,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: Who,
}

impl Change {
    /// "CF11, CF12".
    pub fn successor_codes(&self) -> String {
        let codes: Vec<&str> = self.successors.iter().map(|one| one.code.as_str()).collect();
        codes.join(", ")
    }

    /// "CF1 became CF11, CF12".
    fn sentence(&self) -> String {
        let codes: Vec<&str> = self.predecessors.iter().map(|one| one.code.as_str()).collect();
        format!("{} became {}", codes.join(", "), self.successor_codes())
    }

    /// True where it holds and ended this area.
    pub fn ended(&self, area: AreaId) -> bool {
        !self.undone && self.predecessors.iter().any(|one| one.id == area)
    }

    /// True where it holds and this area came of it.
    pub fn began(&self, area: AreaId) -> bool {
        !self.undone && self.successors.iter().any(|one| one.id == area)
    }
}

/// An area that is to come.
#[derive(Debug, Clone, PartialEq)]
pub struct Successor {
    pub code: Code,
    pub name: Text,
    pub aliases: Vec<String>,
    pub shape: Option<MultiPolygon<f64>>,
    pub share: Option<f64>,
}

/// What somebody wants to record.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    pub kind: Kind,
    pub date: NaiveDate,
    pub codes: Vec<Code>,
    pub successors: Vec<Successor>,
    /// Of a merge: what the new area lies in.
    pub parent: Option<Code>,
    pub share_basis: Text,
    pub note: Text,
    /// Of a split: area and part.
    pub moved: Vec<(Code, Code)>,
}

/// What to store.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    pub change: Change,
    pub added: Vec<Sourced>,
    /// Areas whose last day or parent is another one.
    pub updated: Vec<Area>,
}

/// What the mission has.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// Areas of all times, with both geometries.
    pub areas: &'a [Sourced],
    pub changes: &'a [Change],
}

/// Judges a split or merge against what the mission has. `next_id` makes ids, first the change's.
///
/// # Errors
/// Every rule that it breaks, by field.
pub fn plan(
    wanted: Wanted,
    known: Known<'_>,
    by: Who,
    at: DateTime<Utc>,
    mut next_id: impl FnMut() -> Uuid,
) -> Result<Planned, Broken> {
    let mut broken = Broken::default();
    let before: Vec<&Sourced> = predecessors(&wanted, known, &mut broken);
    numbers::check(&wanted, &mut broken);
    let home = home(&wanted, &before, known, &mut broken);
    let taken: Vec<Option<&Sourced>> = taken(&wanted, known, home.level, &mut broken);
    let moved = moved(&wanted, &before, known, &mut broken);
    order::check(&wanted, &before, home.parent.as_ref(), known, &mut broken);
    broken.into_result(Some(()))?;

    let id = AreaChangeId(next_id());
    let mut added = Vec::new();
    let mut successors = Vec::new();
    let shapes = outline::geometries(&wanted, &before);
    for ((one, taken), (source, geometry)) in wanted.successors.into_iter().zip(taken).zip(shapes) {
        let id = taken.map_or_else(|| AreaId(next_id()), |taken| taken.area.id);
        successors.push(Begun { id, code: one.code.clone(), share: one.share, made: taken.is_none() });
        if taken.is_none() {
            let area = Area {
                id,
                code: one.code,
                name: one.name,
                aliases: one.aliases,
                level: home.level,
                parent: home.parent.clone(),
                former: Vec::new(),
                validity: Validity { from: Some(wanted.date), to: None },
                geometry: Some(geometry),
                version: 1,
            };
            added.push(Sourced { area, source });
        }
    }
    let last = wanted.date.pred_opt().unwrap_or(wanted.date);
    let mut updated: Vec<Area> = Vec::new();
    let mut ended = Vec::new();
    for stored in before {
        let area = stored.area.clone();
        ended.push(Ended { id: area.id, code: area.code.clone(), to_before: area.validity.to });
        let validity = Validity { to: Some(last), ..area.validity };
        updated.push(Area { validity, version: area.version + 1, ..area });
    }
    for one in &moved {
        let Some(stored) = known.areas.iter().find(|stored| stored.area.id == one.id) else { continue };
        updated.push(lies_in(&stored.area, one, last));
    }
    let change = Change {
        id,
        kind: wanted.kind,
        date: wanted.date,
        predecessors: ended,
        successors,
        share_basis: wanted.share_basis,
        note: wanted.note,
        moved,
        undone: false,
        used: false,
        version: 1,
        recorded_at: at,
        recorded_by: by,
    };
    Ok(Planned { change, added, updated })
}

/// The area with its new parent; where it lay before is kept if it lay there on any day.
fn lies_in(area: &Area, moved: &Moved, last: NaiveDate) -> Area {
    let mut area = area.clone();
    if area.validity.from.is_none_or(|from| from <= last) {
        area.former.push(Former { parent: area.parent.take(), until: last });
    }
    area.parent = Some(moved.to.clone());
    area.version += 1;
    area
}

/// The areas that are to end, each there on the day before.
fn predecessors<'a>(wanted: &Wanted, known: Known<'a>, broken: &mut Broken) -> Vec<&'a Sourced> {
    let field = if wanted.kind == Kind::Split { "code" } else { "codes" };
    let Some(last) = wanted.date.pred_opt() else {
        broken.add("date", "There is no day before this date.");
        return Vec::new();
    };
    let mut found: Vec<&Sourced> = Vec::new();
    for code in &wanted.codes {
        let named = known.areas.iter().filter(|stored| stored.area.code == *code);
        let ended = |stored: &Sourced| known.changes.iter().find(|change| change.ended(stored.area.id));
        if let Some(change) = named.clone().find_map(ended) {
            broken.add(
                field,
                format!(
                    "{code} became {} on {}; what ended by a split or merge is over. Change what came of it, or take that back first.",
                    change.successor_codes(),
                    change.date
                ),
            );
        } else if let Some(one) = named.clone().find(|stored| stored.area.validity.includes(last)) {
            if !found.iter().any(|own| own.area.id == one.area.id) {
                found.push(one);
            }
        } else if named.clone().next().is_some() {
            broken.add("date", format!("{code} does not exist on {last}, the day before; choose another date."));
        } else {
            broken.add(field, format!("There is no area \"{code}\" in this mission."));
        }
    }
    if wanted.kind == Kind::Merge && found.len() < 2 && broken.violations.is_empty() {
        broken.add(field, "A merge is of two areas or more.");
    }
    found
}

/// Where the successors are: what they lie in, and how deep.
struct Home {
    level: u8,
    parent: Option<Code>,
}

fn home(wanted: &Wanted, before: &[&Sourced], known: Known<'_>, broken: &mut Broken) -> Home {
    let Some(first) = before.first().map(|stored| &stored.area) else { return Home { level: 0, parent: None } };
    let mut home = Home { level: first.level, parent: first.parent.clone() };
    if let Some(other) = before.iter().find(|stored| stored.area.level != first.level) {
        broken.add(
            "codes",
            format!(
                "{} is of level {} and {} of level {}; a merge is of areas of one level.",
                first.code, first.level, other.area.code, other.area.level
            ),
        );
    }
    if let Some(named) = &wanted.parent {
        let there = known.areas.iter().find(|stored| {
            stored.area.code == *named && stored.area.validity.includes(wanted.date) && stored.area.level < first.level
        });
        if there.is_none_or(|stored| known.changes.iter().any(|change| change.ended(stored.area.id))) {
            broken.add("parent_code", format!("There is no area \"{named}\" of a level above on {}.", wanted.date));
        }
        home.parent = Some(named.clone());
    } else if before.iter().any(|stored| stored.area.parent != first.parent) {
        broken.add("parent_code", "They lie in different areas; say which one the new area lies in.");
    }
    home
}

/// For each successor the area that is there already, if there is one that may be taken.
fn taken<'a>(wanted: &Wanted, known: Known<'a>, level: u8, broken: &mut Broken) -> Vec<Option<&'a Sourced>> {
    let mut seen: BTreeSet<&Code> = BTreeSet::new();
    let mut all = Vec::new();
    for (place, one) in wanted.successors.iter().enumerate() {
        let field = if wanted.kind == Kind::Split { format!("parts[{place}].code") } else { "into.code".to_owned() };
        let code = &one.code;
        if !seen.insert(code) {
            broken.add(field.clone(), format!("The code {code} is there twice."));
        }
        let mut of_code = known.areas.iter().filter(|stored| stored.area.code == *code);
        let there = of_code.clone().find(|stored| stored.area.validity.from == Some(wanted.date));
        if wanted.codes.contains(code) || (there.is_none() && of_code.next().is_some()) {
            broken.add(
                field,
                format!("The code {code} is or was that of another area, whose series stays its own; give a new code."),
            );
        } else if let Some(there) = there {
            if known.changes.iter().any(|change| change.began(there.area.id)) {
                broken.add(field, format!("{code} came of another split or merge."));
            } else if there.area.level != level {
                broken.add(field, format!("{code} is of level {}, not {level}.", there.area.level));
            }
        } else if one.name.is_blank() {
            broken.add(field.replace("code", "name"), "A name is needed, in English or French.");
        }
        all.push(there);
    }
    all
}

/// What lies in the areas that end, and where it lies then.
fn moved(wanted: &Wanted, before: &[&Sourced], known: Known<'_>, broken: &mut Broken) -> Vec<Moved> {
    let mut moved = Vec::new();
    let ends = |code: &Code| before.iter().any(|stored| stored.area.code == *code);
    let children = known.areas.iter().map(|stored| &stored.area).filter(|area| area.parent.as_ref().is_some_and(ends));
    let left = children.filter(|area| area.validity.to.is_none_or(|to| to >= wanted.date));
    for area in left {
        let Some(from) = area.parent.clone() else { continue };
        let to = match wanted.kind {
            Kind::Merge => wanted.successors.first().map(|one| one.code.clone()),
            Kind::Split => wanted.moved.iter().find(|(code, _)| *code == area.code).map(|(_, to)| to.clone()),
        };
        match to {
            Some(to) if wanted.successors.iter().any(|one| one.code == to) => {
                moved.push(Moved { id: area.id, code: area.code.clone(), from, to });
            }
            Some(to) => broken.add("moved", format!("{to}, which {} is to lie in, is none of the parts.", area.code)),
            None => {
                broken.add("moved", format!("{} lies in {from}; say in which part it lies from then on.", area.code))
            }
        }
    }
    for (code, _) in &wanted.moved {
        if !moved.iter().any(|one| one.code == *code) && broken.violations.is_empty() {
            broken.add("moved", format!("{code} does not lie in the area that is split."));
        }
    }
    moved
}

#[cfg(test)]
#[path = "lineage_tests.rs"]
mod tests;
