//! Indenting and outdenting: an item takes another level of the framework, with all below it.
//!
//! Planners type a list first and find the levels afterwards. Nothing that was said is lost on the way: what
//! only the old level can say is refused by its name, so that the planner takes it away knowingly.

use std::collections::BTreeSet;

use super::{
    broken::Broken,
    framework::{Framework, Refused},
    ids::ItemId,
    item::{ActivityStatus, Content, Dimension, Item, ItemKind, Nature},
};
use cpas_proto::words::Component;

impl Framework {
    /// Moves an item with all below it below any other, or to the top; each takes the level of its new depth.
    /// At the same depth this is [`Framework::moved`]. A new outcome changes behaviour, a new output is
    /// civilian, until the planner says otherwise.
    ///
    /// # Errors
    /// As [`Framework::moved`]; a level below activities; something that only the old level can say: a
    /// mandate task, a stakeholder, progress, dependencies, a link; an output without lead section; an item
    /// that earlier versions of the plan have, which know it by its level.
    pub fn shifted(&self, id: ItemId, parent: Option<ItemId>, position: u32) -> Result<Self, Refused> {
        let item = self.item(id).ok_or(Refused::NoItem(id))?;
        let target = self.kind_below(parent)?;
        if target == item.kind() {
            return self.moved(id, parent, position);
        }
        if self.subtree(id).iter().any(|below| Some(below.id) == parent) {
            return Err(Broken::one("parent_id", "An item cannot lie in itself.").into());
        }
        let mut broken = Broken::nothing();
        let numbers = self.numbers();
        let number = |item: &Item| numbers.get(&item.id).map_or("", String::as_str);
        let releveled = |item: &&Item| self.releveled(item, number(item), id, target);
        let shifted: Vec<Item> = self.subtree(id).iter().filter_map(|item| broken.keep(releveled(item))).collect();
        broken.into_result(())?;
        let ids: BTreeSet<ItemId> = shifted.iter().map(|item| item.id).collect();
        let mut items: Vec<Item> = self.items().iter().filter(|item| !ids.contains(&item.id)).cloned().collect();
        items.extend(
            shifted.into_iter().map(|item| Item { parent: if item.id == id { parent } else { item.parent }, ..item }),
        );
        Ok(self.rebuilt(items, self.links().to_vec(), id, position)?)
    }

    /// The level of what lies directly in an item; at the top, an objective.
    fn kind_below(&self, parent: Option<ItemId>) -> Result<ItemKind, Broken> {
        let Some(parent) = parent else { return Ok(ItemKind::Objective) };
        let found = self.item(parent).ok_or_else(|| Broken::one("parent_id", "The plan has no item under this id."))?;
        let below = ItemKind::ALL.iter().find(|kind| kind.parent() == Some(found.kind()));
        below.copied().ok_or_else(|| Broken::one("parent_id", "Nothing lies in an activity."))
    }

    /// One of the items that move, at its new level.
    fn releveled(&self, item: &Item, number: &str, top: ItemId, target: ItemKind) -> Result<Item, Broken> {
        let depth_of = |kind: ItemKind| ItemKind::ALL.iter().position(|one| *one == kind).unwrap_or_default();
        let top_depth = self.item(top).map_or(0, |top| depth_of(top.kind()));
        let depth = depth_of(target) + depth_of(item.kind()) - top_depth;
        let Some(kind) = ItemKind::ALL.get(depth) else {
            let sentence =
                format!("{number} lies too deep for this: nothing lies in an activity. Move or remove it first.");
            return Err(Broken::one("parent_id", sentence));
        };
        if item.lineage.0 != item.id.0 {
            let sentence = format!(
                "{number} comes from an earlier version of the plan, as an {}; there it is known by its level. \
                 Remove it and add an {kind}.",
                item.kind()
            );
            return Err(Broken::one("parent_id", sentence));
        }
        if let Some(what) = self.held_by_level(item) {
            let sentence = format!("{number} has {what}, which only an {} has. Take that away first.", item.kind());
            return Err(Broken::one("parent_id", sentence));
        }
        let content = Content { nature: bare(*kind), ..item.content.clone() };
        let content = content.checked().map_err(|broken| naming(number, broken))?;
        // At another level it is not what the library has any more.
        Ok(Item { content, library: None, ..item.clone() })
    }

    /// What an item says that only its level can say.
    fn held_by_level(&self, item: &Item) -> Option<&'static str> {
        let is_linked = self.links().iter().any(|link| link.output == item.id || link.outcome == item.id);
        let is_awaited = self.items().iter().any(|other| other.content.depends_on().contains(&item.id));
        match &item.content.nature {
            Nature::Objective { mandate_task: Some(_) } => Some("a mandate task"),
            Nature::Outcome { stakeholder: Some(_), .. } => Some("a stakeholder"),
            Nature::Activity { depends_on, .. } if !depends_on.is_empty() => Some("activities that must end first"),
            Nature::Activity { status, .. } if *status != ActivityStatus::Planned => Some("progress"),
            _ if is_linked => Some("links in the theory of change"),
            _ if is_awaited => Some("an activity that waits for it"),
            _ => None,
        }
    }
}

/// A level that says nothing of its own yet.
fn bare(kind: ItemKind) -> Nature {
    match kind {
        ItemKind::Objective => Nature::Objective { mandate_task: None },
        ItemKind::Outcome => Nature::Outcome { stakeholder: None, dimension: Dimension::Behaviour },
        ItemKind::Output => Nature::Output { component: Component::Civilian },
        ItemKind::Activity => {
            Nature::Activity { status: ActivityStatus::Planned, progress_percent: 0, depends_on: Vec::new() }
        }
    }
}

/// What is wrong with an item at its new level, told of the move that asked for it.
fn naming(number: &str, broken: Broken) -> Broken {
    let said: Vec<_> = broken.violations.into_iter().map(|violation| violation.message).collect();
    Broken::one("parent_id", format!("{number}: {}", said.join(" ")))
}

#[cfg(test)]
#[path = "shift_tests.rs"]
mod tests;
