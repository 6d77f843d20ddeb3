//! What was removed from a draft, kept so that it can be put back as it was.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    Recorded,
    broken::Broken,
    framework::{Framework, Refused},
    ids::{ItemId, PlanId},
    item::{Item, Nature},
    link::ResultLink,
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
    pub awaited: Vec<(ItemId, ItemId)>,
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
    /// What removing an item would take.
    ///
    /// # Errors
    /// The item is missing.
    pub fn taken_by_removing(&self, id: ItemId) -> Result<Taken, Refused> {
        self.item(id).ok_or(Refused::NoItem(id))?;
        let items: Vec<Item> = self.subtree(id).into_iter().cloned().collect();
        let gone: BTreeSet<ItemId> = items.iter().map(|item| item.id).collect();
        let touches = |link: &&ResultLink| gone.contains(&link.output) || gone.contains(&link.outcome);
        let links = self.links().iter().filter(touches).cloned().collect();
        let staying = self.items().iter().filter(|item| !gone.contains(&item.id));
        let awaited = staying
            .flat_map(|item| item.content.depends_on().iter().map(|before| (item.id, *before)))
            .filter(|(_, before)| gone.contains(before))
            .collect();
        Ok(Taken { items, links, awaited })
    }

    /// Puts back what was taken, at its place or at the end of its siblings. Links and dependencies whose
    /// other end is gone meanwhile stay out.
    ///
    /// # Errors
    /// It is there already; what it lay in is gone or full; a circle would close.
    pub fn put_back(&self, taken: Taken) -> Result<Self, Refused> {
        let Some(top) = taken.items.first().cloned() else { return Ok(self.clone()) };
        if self.item(top.id).is_some() {
            return Err(Broken::one("item_id", "This item is in the plan already.").into());
        }
        if let Some(parent) = top.parent
            && self.item(parent).is_none()
        {
            return Err(Broken::one("item_id", "What it lay in was removed too; put that back first.").into());
        }
        let mut items: Vec<Item> = self.items().to_vec();
        items.extend(taken.items);
        let there: BTreeSet<ItemId> = items.iter().map(|item| item.id).collect();
        for item in &mut items {
            let id = item.id;
            if let Nature::Activity { depends_on, .. } = &mut item.content.nature {
                depends_on
                    .extend(taken.awaited.iter().filter(|(waiting, _)| *waiting == id).map(|(_, before)| *before));
                depends_on.retain(|before| there.contains(before));
            }
        }
        let mut next = self.rebuilt(items, top.id, top.position)?;
        let both = |link: &ResultLink| next.item(link.output).is_some() && next.item(link.outcome).is_some();
        let links: Vec<_> = taken.links.into_iter().filter(both).collect();
        for link in links {
            next = next.linked(link)?;
        }
        Ok(next)
    }
}

#[cfg(test)]
#[path = "removed_tests.rs"]
mod tests;
