//! What changed between two context maps, factor by factor and area by area.

use std::collections::{BTreeMap, BTreeSet};

use cpas_proto::{vocabulary, words::FactorKind};

use super::{
    context_map::ContextMap,
    factor::{Effect, Factor, Trend},
    fold::fold,
};

vocabulary! {
    /// What became of a factor, seen from peace.
    pub enum FactorChange as "a change of a factor" {
        Added = "added",
        Gone = "gone",
        Worsened = "worsened",
        Improved = "improved",
        Same = "same",
    }
}

/// A factor in two maps; at least one of them has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    pub before: Option<Factor>,
    pub after: Option<Factor>,
}

impl Pair {
    pub fn change(&self) -> FactorChange {
        change(self.before.as_ref(), self.after.as_ref())
    }
}

/// What changed in one area.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AreaChange {
    pub added: u32,
    pub gone: u32,
    pub worsened: u32,
    pub improved: u32,
    pub same: u32,
    /// Severity of what inhibits peace there, less that of what promotes it.
    pub burden_before: i32,
    pub burden_after: i32,
}

/// Two maps side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    pub before: ContextMap,
    pub after: ContextMap,
    /// In the order of the later map, then those that are gone.
    pub factors: Vec<Pair>,
    /// By code; an empty one is the whole mission.
    pub areas: BTreeMap<String, AreaChange>,
}

impl Comparison {
    /// Compares two maps. A factor is the same by its id, which it keeps from map to map; else by kind,
    /// effect and title, in either language.
    pub fn of(before: ContextMap, after: ContextMap) -> Self {
        let factors = pairs(&before.factors, &after.factors);
        let mut areas: BTreeMap<String, AreaChange> = BTreeMap::new();
        for pair in &factors {
            let (was, is) = (areas_of(pair.before.as_ref(), &before), areas_of(pair.after.as_ref(), &after));
            for area in was.union(&is) {
                // In one area a factor is there or not: what spreads is added where it was not.
                let here =
                    |factor: &Option<Factor>, areas: &BTreeSet<String>| factor.clone().filter(|_| areas.contains(area));
                let (was, is) = (here(&pair.before, &was), here(&pair.after, &is));
                let counts = areas.entry(area.clone()).or_default();
                *counts.count(change(was.as_ref(), is.as_ref())) += 1;
                counts.burden_before += was.as_ref().map_or(0, burden);
                counts.burden_after += is.as_ref().map_or(0, burden);
            }
        }
        Self { before, after, factors, areas }
    }
}

impl AreaChange {
    fn count(&mut self, change: FactorChange) -> &mut u32 {
        match change {
            FactorChange::Added => &mut self.added,
            FactorChange::Gone => &mut self.gone,
            FactorChange::Worsened => &mut self.worsened,
            FactorChange::Improved => &mut self.improved,
            FactorChange::Same => &mut self.same,
        }
    }
}

/// How much a factor weighs on peace: its severity, negative when it promotes it.
fn burden(factor: &Factor) -> i32 {
    let severity = i32::from(factor.content.severity.number());
    match factor.content.effect {
        Effect::Inhibits => severity,
        Effect::Promotes => -severity,
    }
}

/// More burden is worse; of the same burden, a worse trend is.
fn change(before: Option<&Factor>, after: Option<&Factor>) -> FactorChange {
    let weight = |factor: &Factor| {
        let heading = match factor.content.trend {
            Trend::Improving => 0,
            Trend::Stable => 1,
            Trend::Worsening => 2,
        };
        (burden(factor), heading)
    };
    match (before, after) {
        (Some(before), Some(after)) => match weight(after).cmp(&weight(before)) {
            std::cmp::Ordering::Less => FactorChange::Improved,
            std::cmp::Ordering::Equal => FactorChange::Same,
            std::cmp::Ordering::Greater => FactorChange::Worsened,
        },
        (None, _) => FactorChange::Added,
        (Some(_), None) => FactorChange::Gone,
    }
}

fn pairs(before: &[Factor], after: &[Factor]) -> Vec<Pair> {
    let mut left: Vec<Option<&Factor>> = before.iter().map(Some).collect();
    let mut take = |fits: &dyn Fn(&Factor) -> bool| {
        left.iter_mut().find(|factor| factor.is_some_and(fits)).and_then(Option::take).cloned()
    };
    // All by id first, so that a title never takes what an id belongs to.
    let mut found: Vec<Option<Factor>> = after.iter().map(|is| take(&|was| was.id == is.id)).collect();
    for (was, is) in found.iter_mut().zip(after) {
        if was.is_none() {
            *was = take(&|was| says_the_same(was, is));
        }
    }
    let kept = found.into_iter().zip(after).map(|(before, after)| Pair { before, after: Some(after.clone()) });
    let mut pairs: Vec<Pair> = kept.collect();
    pairs.extend(left.into_iter().flatten().map(|was| Pair { before: Some(was.clone()), after: None }));
    pairs
}

fn says_the_same(one: &Factor, other: &Factor) -> bool {
    let kind = |factor: &Factor| -> (FactorKind, Effect) { (factor.content.kind, factor.content.effect) };
    let same = |one: &str, other: &str| !one.is_empty() && fold(one) == fold(other);
    let (title, others) = (&one.content.title, &other.content.title);
    kind(one) == kind(other) && (same(&title.en, &others.en) || same(&title.fr, &others.fr))
}

/// Where a factor is: its own areas, or all that its map covers, or the whole mission.
fn areas_of(factor: Option<&Factor>, map: &ContextMap) -> BTreeSet<String> {
    let Some(factor) = factor else { return BTreeSet::new() };
    let areas = if factor.content.areas.is_empty() { &map.areas } else { &factor.content.areas };
    if areas.is_empty() { [String::new()].into() } else { areas.iter().cloned().collect() }
}

#[cfg(test)]
#[path = "comparison_tests.rs"]
mod tests;
