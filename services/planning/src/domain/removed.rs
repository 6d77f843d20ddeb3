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

impl Taken {
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
    /// other end is gone meanwhile, or has another level, stay out.
    ///
    /// # Errors
    /// It is there already; what it lay in is gone or full; a circle would close.
    pub fn put_back(&self, taken: Taken) -> Result<Self, Refused> {
        let Some(top) = taken.items.first().cloned() else { return Ok(self.clone()) };
        if taken.items.iter().any(|item| self.item(item.id).is_some()) {
            return Err(Broken::one("item_id", "This item is in the plan already.").into());
        }
        if let Some(parent) = top.parent
            && self.item(parent).is_none()
        {
            return Err(Broken::one("item_id", "What it lay in was removed too; put that back first.").into());
        }
        let mut items: Vec<Item> = self.items().to_vec();
        items.extend(taken.items);
        let kinds: BTreeMap<ItemId, ItemKind> = items.iter().map(|item| (item.id, item.kind())).collect();
        let is = |id: &ItemId, kind: ItemKind| kinds.get(id) == Some(&kind);
        for item in &mut items {
            let id = item.id;
            if let Nature::Activity { depends_on, .. } = &mut item.content.nature {
                let waits = taken.waits.iter().filter(|(waiting, _)| *waiting == id).map(|(_, before)| *before);
                depends_on.extend(waits);
                depends_on.retain(|before| is(before, ItemKind::Activity));
            }
        }
        let whole = |link: &ResultLink| is(&link.output, ItemKind::Output) && is(&link.outcome, ItemKind::Outcome);
        let links = self.links().iter().cloned().chain(taken.links.into_iter().filter(whole)).collect();
        Ok(self.rebuilt(items, links, top.id, top.position)?)
    }
}

#[cfg(test)]
#[path = "removed_tests.rs"]
mod tests;
