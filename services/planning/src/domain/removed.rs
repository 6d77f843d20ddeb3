//! What was removed from a draft, kept so that it can be put back as it was.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    Recorded,
    broken::Broken,
    framework::{Framework, Refused},
    ids::{ItemId, PlanId},
    item::{Item, ItemKind, Nature},
    link::ResultLink,
    risk::Place,
};

/// Most removals that a plan keeps; the oldest go first.
pub const REMOVALS_MAX: i64 = 200;

/// An item with all below it, and what held it to the rest of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// In reading order, the top first.
    pub items: Vec<Item>,
    /// Links that touch one of them.
    pub links: Vec<ResultLink>,
    /// Activities that stayed, and those of them that they waited for.
    pub waits: Vec<(ItemId, ItemId)>,
}

/// What could not be put back with an item, as its other end is gone: it comes back with that one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Left {
    pub links: Vec<ResultLink>,
    /// Activities, and those that they waited for.
    pub waits: Vec<(ItemId, ItemId)>,
}

impl Taken {
    fn has(&self, item: ItemId) -> bool {
        self.items.iter().any(|own| own.id == item)
    }

    /// Takes over what waits for one of its items; true when there was something.
    pub fn take_over(&mut self, left: &Left) -> bool {
        let links: Vec<_> =
            left.links.iter().filter(|link| self.has(link.output) || self.has(link.outcome)).cloned().collect();
        let waits: Vec<_> = left.waits.iter().copied().filter(|(_, before)| self.has(*before)).collect();
        let mut any = !links.is_empty() || !waits.is_empty();
        self.links.extend(links);
        self.waits.extend(waits);
        for item in &mut self.items {
            let id = item.id;
            if let Nature::Activity { depends_on, .. } = &mut item.content.nature {
                let own = left.waits.iter().filter(|(waiting, _)| *waiting == id).map(|(_, before)| *before);
                let own: Vec<_> = own.filter(|before| !depends_on.contains(before)).collect();
                any |= !own.is_empty();
                depends_on.extend(own);
            }
        }
        any
    }

    /// True when something hung on one of its items or links.
    pub fn holds(&self, place: &Place) -> bool {
        match *place {
            Place::Item(item) => self.items.iter().any(|own| own.id == item),
            Place::Link { output, outcome } => {
                self.links.iter().any(|link| (link.output, link.outcome) == (output, outcome))
            }
        }
    }
}

/// A removal, as a planner reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    pub plan: PlanId,
    /// Its number when it was removed.
    pub number: String,
    pub taken: Taken,
    pub recorded: Recorded,
}

impl Removal {
    /// The item that was removed; the others lay in it.
    ///
    /// # Errors
    /// Nothing was taken.
    pub fn top(&self) -> Result<&Item, Broken> {
        self.taken.items.first().ok_or_else(|| Broken::one("item_id", "This removal took nothing."))
    }
}

impl Framework {
    /// What a later state of the same plan has lost: each item whose place is still there, with all of those
    /// below it that are gone too.
    pub fn lost_to(&self, after: &Self) -> Vec<Taken> {
        let gone: BTreeSet<ItemId> =
            self.items().iter().map(|item| item.id).filter(|id| after.item(*id).is_none()).collect();
        let is_top = |item: &&Item| gone.contains(&item.id) && item.parent.is_none_or(|parent| !gone.contains(&parent));
        self.items().iter().filter(is_top).map(|top| self.taken_with(top, &gone)).collect()
    }

    fn taken_with(&self, top: &Item, gone: &BTreeSet<ItemId>) -> Taken {
        let mut inside: BTreeSet<ItemId> = BTreeSet::from([top.id]);
        let mut items = vec![top.clone()];
        // In reading order a parent comes before what lies in it.
        for item in self.items().iter().filter(|item| gone.contains(&item.id)) {
            if item.parent.is_some_and(|parent| inside.contains(&parent)) && inside.insert(item.id) {
                items.push(item.clone());
            }
        }
        let touches = |link: &&ResultLink| inside.contains(&link.output) || inside.contains(&link.outcome);
        let links = self.links().iter().filter(touches).cloned().collect();
        let others = self.items().iter().filter(|item| !inside.contains(&item.id));
        let waits = others
            .flat_map(|item| item.content.depends_on().iter().map(|before| (item.id, *before)))
            .filter(|(_, before)| inside.contains(before))
            .collect();
        Taken { items, links, waits }
    }

    /// Puts back what was taken, at its place or at the end of its siblings. Links and dependencies whose
    /// other end is gone meanwhile are left, to come back with that one; where it has another level now, they
    /// stay out for good.
    ///
    /// # Errors
    /// It is there already; what it lay in is gone or full; a circle would close.
    pub fn put_back(&self, taken: Taken) -> Result<(Self, Left), Refused> {
        let Some(top) = taken.items.first().cloned() else { return Ok((self.clone(), Left::default())) };
        if taken.items.iter().any(|item| self.item(item.id).is_some()) {
            return Err(Broken::one("item_id", "This item is in the plan already.").into());
        }
        if let Some(parent) = top.parent
            && self.item(parent).is_none()
        {
            return Err(Broken::one("item_id", "What it lay in was removed too; put that back first.").into());
        }
        let mut left = Left::default();
        let mut items: Vec<Item> = self.items().to_vec();
        items.extend(taken.items);
        let kinds: BTreeMap<ItemId, ItemKind> = items.iter().map(|item| (item.id, item.kind())).collect();
        let is = |id: &ItemId, kind: ItemKind| kinds.get(id) == Some(&kind);
        let is_gone = |id: &ItemId| !kinds.contains_key(id);
        left.waits.extend(taken.waits.iter().filter(|(waiting, _)| is_gone(waiting)));
        for item in &mut items {
            let id = item.id;
            if let Nature::Activity { depends_on, .. } = &mut item.content.nature {
                let waits = taken.waits.iter().filter(|(waiting, _)| *waiting == id).map(|(_, before)| *before);
                depends_on.extend(waits);
                left.waits.extend(depends_on.iter().filter(|before| is_gone(before)).map(|before| (id, *before)));
                depends_on.retain(|before| is(before, ItemKind::Activity));
            }
        }
        let mut links = self.links().to_vec();
        for link in taken.links {
            if is(&link.output, ItemKind::Output) && is(&link.outcome, ItemKind::Outcome) {
                links.push(link);
            } else if is_gone(&link.output) || is_gone(&link.outcome) {
                left.links.push(link);
            }
        }
        Ok((self.rebuilt(items, links, top.id, top.position)?, left))
    }
}

#[cfg(test)]
#[path = "removed_tests.rs"]
mod tests;
