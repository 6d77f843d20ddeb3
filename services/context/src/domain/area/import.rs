//! What an import of boundaries would do to the areas of a mission: all of it, or nothing.

use std::collections::{BTreeMap, BTreeSet};

use geo::MultiPolygon;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Area, Code,
    geojson::{Feature, Reading, Rejected},
    lineage::Change,
    screen,
    tree::Tree,
};
use crate::domain::ids::AreaId;

/// Most areas of a mission.
pub const AREAS_MAX: usize = 10_000;

/// An area with the boundary that it was loaded from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced {
    pub area: Area,
    /// GeoJSON geometry as checked and mended, not simplified.
    pub source: String,
}

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub read: u32,
    pub added: u32,
    pub updated: u32,
    pub unchanged: u32,
    /// When any is rejected, nothing is stored.
    pub rejected: Vec<Rejected>,
}

/// What to store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    pub report: Report,
    pub added: Vec<Sourced>,
    pub updated: Vec<Sourced>,
}

/// What a file holds, with its boundaries written out and simplified: the long part of an import, apart
/// from what the mission has, so that no transaction waits for it.
#[derive(Debug, Clone, Default)]
pub struct Prepared {
    reading: Reading,
    /// For each feature its boundary as it was loaded, and simplified; none when the file is refused anyway.
    geometries: Vec<(String, String)>,
}

/// Writes out and simplifies the boundaries of a file, level by level: borders are shared within a level.
pub fn prepare(mut reading: Reading) -> Prepared {
    if !reading.rejected.is_empty() {
        return Prepared { reading, geometries: Vec::new() };
    }
    lay_in_what_is_there(&mut reading.features, &[]);
    let features = &reading.features;
    let levels = levels(features, &[], &tree(features, &[]));
    let mut geometries = vec![(String::new(), String::new()); features.len()];
    for level in levels.values().collect::<BTreeSet<_>>() {
        let places: Vec<_> =
            (0..features.len()).filter(|place| levels.get(&features[*place].code) == Some(level)).collect();
        let shapes: Vec<&MultiPolygon<f64>> = places.iter().map(|place| &features[*place].shape).collect();
        for (place, shape) in places.into_iter().zip(screen::simplify(&shapes)) {
            geometries[place] = (screen::geojson(&features[place].shape), screen::geojson(&shape));
        }
    }
    let intricate =
        features.iter().zip(&geometries).filter(|(_, (_, simple))| simple.len() > screen::GEOMETRY_BYTES_MAX);
    let intricate = intricate.map(|(feature, _)| {
        let reason = "Its boundary is too intricate to be simplified for the screen; simplify it in a mapping program and load it again.";
        reject(feature, reason.to_owned())
    });
    reading.rejected = intricate.collect();
    Prepared { reading, geometries }
}

/// Compares a file with the areas of the mission. An area is the same when code and first day are the
/// same; `next_id` makes the ids of those that are added.
pub fn plan(prepared: Prepared, stored: &[Sourced], changes: &[Change], mut next_id: impl FnMut() -> Uuid) -> Plan {
    let Prepared { reading: Reading { read, mut features, mut rejected }, geometries } = prepared;
    lay_in_what_is_there(&mut features, stored);
    rejected.extend(duplicates(&features));
    let tree = tree(&features, stored);
    let levels = levels(&features, stored, &tree);
    let by_code = by_code(stored);
    for feature in &features {
        let reason = misplaced(feature, &tree, &levels)
            .or_else(|| doubled_in_time(feature, &by_code))
            .or_else(|| against_lineage(feature, &by_code, changes));
        if let Some(reason) = reason {
            rejected.push(reject(feature, reason));
        }
    }
    if !rejected.is_empty() {
        rejected.sort_by_key(|rejected| rejected.index);
        // One feature, one line: the first thing that is wrong with it.
        rejected.dedup_by_key(|rejected| rejected.index);
        return Plan { report: Report { read, rejected, ..Report::default() }, ..Plan::default() };
    }
    let mut plan = Plan { report: Report { read, ..Report::default() }, ..Plan::default() };
    for (feature, (source, geometry)) in features.iter().zip(geometries) {
        let before = of_code(feature, &by_code).find(|stored| is_same(feature, stored));
        let area = Area {
            id: before.map_or_else(|| AreaId(next_id()), |before| before.area.id),
            code: feature.code.clone(),
            name: feature.name.clone(),
            aliases: feature.aliases.clone(),
            level: levels[&feature.code],
            parent: feature.parent.clone(),
            former: before.map_or_else(Vec::new, |before| before.area.former.clone()),
            validity: feature.validity,
            geometry: Some(geometry),
            version: before.map_or(1, |before| before.area.version + 1),
        };
        let new = Sourced { area, source };
        match before {
            None => plan.added.push(new),
            Some(before) if says_the_same(before, &new) => plan.report.unchanged += 1,
            Some(_) => plan.updated.push(new),
        }
    }
    plan.report.added = plan.added.len() as u32;
    plan.report.updated = plan.updated.len() as u32;
    plan
}

/// Takes the parent that a feature has if it is there, where it names none.
fn lay_in_what_is_there(features: &mut [Feature], stored: &[Sourced]) {
    let there: BTreeSet<Code> = features
        .iter()
        .map(|feature| &feature.code)
        .chain(stored.iter().map(|stored| &stored.area.code))
        .cloned()
        .collect();
    for feature in features.iter_mut().filter(|feature| feature.parent.is_none()) {
        feature.parent = feature.parent_if_there.clone().filter(|parent| there.contains(parent));
    }
}

fn reject(feature: &Feature, reason: String) -> Rejected {
    Rejected { index: feature.index, code: feature.code.to_string(), reason }
}

/// Areas of the mission by code; one code may return after the area before it has ended.
type ByCode<'a> = BTreeMap<&'a Code, Vec<&'a Sourced>>;

fn by_code(stored: &[Sourced]) -> ByCode<'_> {
    let mut by_code = ByCode::new();
    for stored in stored {
        by_code.entry(&stored.area.code).or_default().push(stored);
    }
    by_code
}

fn of_code<'a>(feature: &Feature, stored: &'a ByCode<'_>) -> impl Iterator<Item = &'a Sourced> {
    stored.get(&feature.code).into_iter().flatten().copied()
}

fn is_same(feature: &Feature, stored: &Sourced) -> bool {
    stored.area.validity.from() == feature.validity.from()
}

/// The simplified geometry follows from the source and its neighbours; it alone is no change.
fn says_the_same(before: &Sourced, new: &Sourced) -> bool {
    let (one, other) = (&before.area, &new.area);
    before.source == new.source
        && (&one.name, &one.aliases, one.level, &one.parent, one.validity)
            == (&other.name, &other.aliases, other.level, &other.parent, other.validity)
}

fn duplicates(features: &[Feature]) -> Vec<Rejected> {
    let mut first: BTreeMap<&Code, u32> = BTreeMap::new();
    let mut rejected = Vec::new();
    for feature in features {
        match first.get(&feature.code) {
            Some(index) => rejected.push(reject(
                feature,
                format!(
                    "The code \"{}\" is in the file twice; feature {index} (counted from 0) has it too.",
                    feature.code
                ),
            )),
            None => {
                first.insert(&feature.code, feature.index);
            }
        }
    }
    rejected
}

/// The tree as it would stand: what the file says goes before what is stored.
fn tree(features: &[Feature], stored: &[Sourced]) -> Tree {
    let pair = |code: &Code, parent: &Option<Code>| (code.to_string(), parent.as_ref().map(Code::to_string));
    let stored = stored.iter().map(|stored| pair(&stored.area.code, &stored.area.parent));
    stored.chain(features.iter().map(|feature| pair(&feature.code, &feature.parent))).collect()
}

/// The level of each code: as given, else one below the parent's, 1 without a parent.
fn levels(features: &[Feature], stored: &[Sourced], tree: &Tree) -> BTreeMap<Code, u8> {
    let mut given: BTreeMap<&str, u8> =
        stored.iter().map(|stored| (stored.area.code.as_str(), stored.area.level)).collect();
    for feature in features {
        match feature.level {
            Some(level) => given.insert(feature.code.as_str(), level),
            None => given.remove(feature.code.as_str()),
        };
    }
    let level = |code: &Code| {
        let way = tree.upwards(code.as_str());
        let known =
            way.iter().enumerate().find_map(|(steps, code)| given.get(code).map(|level| usize::from(*level) + steps));
        known.unwrap_or(way.len()).min(usize::from(u8::MAX)) as u8
    };
    let codes = features.iter().map(|feature| &feature.code).chain(stored.iter().map(|stored| &stored.area.code));
    codes.map(|code| (code.clone(), level(code))).collect()
}

fn misplaced(feature: &Feature, tree: &Tree, levels: &BTreeMap<Code, u8>) -> Option<String> {
    let parent = feature.parent.as_ref()?;
    if !tree.contains(parent.as_str()) {
        return Some(format!(
            "Its parent \"{parent}\" is neither in the file nor among the areas of the mission; load the parent first, or with it."
        ));
    }
    if let Some(circle) = tree.circle(feature.code.as_str()) {
        return Some(format!("It lies in itself: {}. Correct the parents.", circle.join(" in ")));
    }
    let (own, above) = (levels.get(&feature.code)?, levels.get(parent)?);
    (own <= above).then(|| {
        format!(
            "It is of level {own}, but its parent \"{parent}\" is of level {above}; a parent has the smaller number."
        )
    })
}

fn doubled_in_time(feature: &Feature, stored: &ByCode<'_>) -> Option<String> {
    let mut others = of_code(feature, stored).filter(|stored| !is_same(feature, stored));
    let other = others.find(|other| other.area.validity.overlaps(feature.validity))?;
    Some(format!(
        "The mission has an area of this code that is valid {}, and this one is valid {}. \
         Load the older one again with a valid_to before this one begins; or, where they are the same, give this one the same valid_from.",
        other.area.validity, feature.validity
    ))
}

/// A file from before a split or merge brings back nothing that is over.
fn against_lineage(feature: &Feature, stored: &ByCode<'_>, changes: &[Change]) -> Option<String> {
    let ended = |stored: &Sourced| changes.iter().find(|change| change.ended(stored.area.id));
    let before = of_code(feature, stored).find(|stored| is_same(feature, stored));
    if let Some((before, change)) = before.and_then(|before| Some((before, ended(before)?)))
        && before.area.validity != feature.validity
    {
        return Some(format!(
            "It became {} on {}, so it is valid {}. Leave it out of the file, or give it that valid_to.",
            change.successor_codes(),
            change.date,
            before.area.validity
        ));
    }
    let parent = feature.parent.as_ref().and_then(|parent| stored.get(parent)).into_iter().flatten();
    let change = parent.filter_map(|parent| ended(parent)).next()?;
    feature.validity.to().is_none_or(|to| to >= change.date).then(|| {
        format!("Its parent became {} on {}; name the one that it lies in now.", change.successor_codes(), change.date)
    })
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
