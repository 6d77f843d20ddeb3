//! The results framework: objective → outcome → output → activity, and the links across it.
//!
//! Invariant: siblings are numbered from 0 without gaps, and items are kept in the order in which
//! they are read (`moves_keep_the_tree_whole`).
//! Invariant: neither the activities' dependencies nor the links go round in a circle
//! (`a_link_that_closes_a_circle_is_refused_with_its_path`).

use std::collections::{BTreeMap, BTreeSet};

use super::{
    broken::Broken,
    ids::ItemId,
    item::{Content, Item, ItemKind, Nature},
    library::TemplateLink,
    link::{ResultLink, cycle},
};

/// Most items of one plan.
pub const ITEMS_MAX: usize = 3_000;
/// Most links of one plan.
pub const LINKS_MAX: usize = 6_000;

/// Items in reading order, and links.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Framework {
    items: Vec<Item>,
    links: Vec<ResultLink>,
}

/// Why a change to the framework is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("{0}")]
    Broken(#[from] Broken),
    /// The plan has no such item.
    #[error("the plan has no item {0}")]
    NoItem(ItemId),
    /// The plan has no such link.
    #[error("the plan has no link from {output} to {outcome}")]
    NoLink { output: ItemId, outcome: ItemId },
}

impl Framework {
    /// A framework of what was stored.
    ///
    /// # Errors
    /// The items do not form a tree, or something goes round in a circle.
    pub fn of(items: Vec<Item>, links: Vec<ResultLink>) -> Result<Self, Broken> {
        let count = items.len();
        let mut framework = Self { items, links };
        framework.put_in_order();
        if framework.items.len() != count {
            return Err(Broken::one("items", "There are items whose parent is not in the plan."));
        }
        for item in &framework.items {
            framework.check_parent(item.kind(), item.parent)?;
        }
        framework.check_dependencies()?;
        framework.check_links()?;
        Ok(framework)
    }

    /// # Errors
    /// There are more items or links than one plan takes.
    pub fn check_size(&self) -> Result<(), Broken> {
        let mut broken = Broken::nothing();
        if self.items.len() > ITEMS_MAX {
            broken.add("items", format!("These are {} items; one plan takes {ITEMS_MAX}.", self.items.len()));
        }
        if self.links.len() > LINKS_MAX {
            broken.add("links", format!("These are {} links; one plan takes {LINKS_MAX}.", self.links.len()));
        }
        broken.into_result(())
    }

    /// Items in reading order: each followed by what lies in it.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    pub fn links(&self) -> &[ResultLink] {
        &self.links
    }

    pub fn item(&self, id: ItemId) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// Items that lie directly in one, in their order; `None`: the objectives.
    pub fn children(&self, parent: Option<ItemId>) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.parent == parent)
    }

    /// An item and all below it, in reading order.
    pub fn subtree(&self, top: ItemId) -> Vec<&Item> {
        let mut inside: BTreeSet<ItemId> = BTreeSet::from([top]);
        // In reading order a parent comes before what lies in it.
        let below = |item: &&Item| {
            let is_inside = item.id == top || item.parent.is_some_and(|parent| inside.contains(&parent));
            if is_inside {
                inside.insert(item.id);
            }
            is_inside
        };
        self.items.iter().filter(below).collect()
    }

    /// Number of every item, "1.2.3".
    pub fn numbers(&self) -> BTreeMap<ItemId, String> {
        let mut numbers: BTreeMap<ItemId, String> = BTreeMap::new();
        for item in &self.items {
            let own = item.position + 1;
            let number = match item.parent.and_then(|parent| numbers.get(&parent)) {
                Some(above) => format!("{above}.{own}"),
                None => own.to_string(),
            };
            numbers.insert(item.id, number);
        }
        numbers
    }

    /// Adds an item among the children of its parent, at its position or at the end.
    ///
    /// # Errors
    /// The parent is missing or of the wrong kind, a dependency is unknown or circular, the plan is full.
    pub fn added(&self, item: Item) -> Result<Self, Refused> {
        if self.items.len() >= ITEMS_MAX {
            return Err(Broken::one("item", format!("The plan is full: it takes {ITEMS_MAX} items.")).into());
        }
        self.check_parent(item.kind(), item.parent)?;
        let mut next = self.clone();
        next.place(item);
        next.check_dependencies()?;
        Ok(next)
    }

    /// Replaces what an item says; its place and kind stay.
    ///
    /// # Errors
    /// The item is missing, the kind differs, a dependency is unknown or circular.
    pub fn revised(&self, id: ItemId, content: Content) -> Result<Self, Refused> {
        let mut next = self.clone();
        let item = next.items.iter_mut().find(|item| item.id == id).ok_or(Refused::NoItem(id))?;
        if item.kind() != content.nature.kind() {
            let (was, asked) = (item.kind(), content.nature.kind());
            let message = format!("This item is an {was}; it cannot become an {asked}. Remove it and add another.");
            return Err(Broken::one("item.kind", message).into());
        }
        item.content = content;
        next.check_dependencies()?;
        Ok(next)
    }

    /// Keeps which part of the library an item is.
    #[must_use]
    pub fn linked_to_library(mut self, id: ItemId, link: TemplateLink) -> Self {
        if let Some(item) = self.items.iter_mut().find(|item| item.id == id) {
            item.library = Some(link);
        }
        self
    }

    /// Moves an item with all below it; a position past the end is the end.
    ///
    /// # Errors
    /// The item or parent is missing, the parent's kind is wrong, a link would go round in a circle.
    pub fn moved(&self, id: ItemId, parent: Option<ItemId>, position: u32) -> Result<Self, Refused> {
        let mut item = self.item(id).ok_or(Refused::NoItem(id))?.clone();
        self.check_parent(item.kind(), parent)?;
        let mut next = self.clone();
        let left_behind = item.parent;
        next.items.retain(|other| other.id != id);
        next.close_gaps(left_behind);
        item.parent = parent;
        item.position = position;
        next.place(item);
        next.check_links()?;
        Ok(next)
    }

    /// Removes an item with all below it, the links that touch it, and dependencies on what is gone.
    ///
    /// # Errors
    /// The item is missing.
    pub fn removed(&self, id: ItemId) -> Result<Self, Refused> {
        let item = self.item(id).ok_or(Refused::NoItem(id))?;
        let gone: BTreeSet<ItemId> = self.subtree(id).into_iter().map(|item| item.id).collect();
        let mut next = self.clone();
        next.items.retain(|item| !gone.contains(&item.id));
        next.links.retain(|link| !gone.contains(&link.output) && !gone.contains(&link.outcome));
        for item in &mut next.items {
            if let Nature::Activity { depends_on, .. } = &mut item.content.nature {
                depends_on.retain(|activity| !gone.contains(activity));
            }
        }
        next.close_gaps(item.parent);
        Ok(next)
    }

    /// Adds a link, or replaces the one between the same two items.
    ///
    /// # Errors
    /// An end is missing or of the wrong kind; the link would close a circle, which is named.
    pub fn linked(&self, link: ResultLink) -> Result<Self, Refused> {
        let mut broken = Broken::nothing();
        for (field, id, kind) in
            [("link.output_id", link.output, ItemKind::Output), ("link.outcome_id", link.outcome, ItemKind::Outcome)]
        {
            match self.item(id).map(Item::kind) {
                None => broken.add(field, "The plan has no item under this id."),
                Some(found) if found != kind => {
                    broken.add(field, format!("A link goes from an output to an outcome; this is an {found}."));
                }
                Some(_) => {}
            }
        }
        broken.into_result(())?;
        let mut next = self.clone();
        next.links.retain(|other| (other.output, other.outcome) != (link.output, link.outcome));
        if next.links.len() >= LINKS_MAX {
            return Err(Broken::one("link", format!("The plan is full: it takes {LINKS_MAX} links.")).into());
        }
        next.links.push(link);
        next.sort_links();
        next.check_links()?;
        Ok(next)
    }

    /// Takes a link away.
    ///
    /// # Errors
    /// There is no such link.
    pub fn unlinked(&self, output: ItemId, outcome: ItemId) -> Result<Self, Refused> {
        let mut next = self.clone();
        next.links.retain(|link| (link.output, link.outcome) != (output, outcome));
        if next.links.len() == self.links.len() { Err(Refused::NoLink { output, outcome }) } else { Ok(next) }
    }

    /// A circle in the theory of change, as numbers: an outcome is pursued by the outputs that lie in it,
    /// and an output works on the outcomes that it is linked to. Working on its own outcome is no circle.
    pub fn link_cycle(&self) -> Option<Vec<ItemId>> {
        let parent_of: BTreeMap<ItemId, ItemId> =
            self.items.iter().filter_map(|item| item.parent.map(|parent| (item.id, parent))).collect();
        let across: Vec<_> =
            self.links.iter().filter(|link| parent_of.get(&link.output) != Some(&link.outcome)).collect();
        let down = across.iter().filter_map(|link| parent_of.get(&link.output).map(|outcome| (*outcome, link.output)));
        cycle(down.chain(across.iter().map(|link| (link.output, link.outcome))))
    }

    /// A path as a planner reads it, "1.1 → 1.1.2 → 2.1 → 2.1.1 → 1.1".
    pub fn path(&self, way: &[ItemId]) -> String {
        let numbers = self.numbers();
        let name = |id: &ItemId| numbers.get(id).cloned().unwrap_or_else(|| id.to_string());
        way.iter().map(name).collect::<Vec<_>>().join(" → ")
    }

    /// Other items and links; one of the items takes its place anew among its siblings.
    ///
    /// # Errors
    /// Too many of them, or what [`Framework::of`] refuses.
    pub(super) fn rebuilt(
        &self,
        items: Vec<Item>,
        links: Vec<ResultLink>,
        placed: ItemId,
        position: u32,
    ) -> Result<Self, Broken> {
        if items.len() > ITEMS_MAX || links.len() > LINKS_MAX {
            let message = format!("The plan is full: it takes {ITEMS_MAX} items and {LINKS_MAX} links.");
            return Err(Broken::one("item", message));
        }
        let (mut moving, staying): (Vec<Item>, Vec<Item>) = items.into_iter().partition(|item| item.id == placed);
        let left = self.item(placed).and_then(|item| item.parent);
        let Some(mut item) = moving.pop() else { return Self::of(staying, links) };
        item.position = position;
        // What lies in it hangs on nothing until it is placed.
        let mut next = Self { items: staying, links };
        next.close_gaps(left);
        next.place(item);
        Self::of(next.items, next.links)
    }

    fn check_parent(&self, kind: ItemKind, parent: Option<ItemId>) -> Result<(), Broken> {
        let found = match parent {
            None => None,
            Some(id) => {
                Some(self.item(id).ok_or_else(|| Broken::one("parent_id", "The plan has no item under this id."))?)
            }
        };
        let message = match (kind.parent(), found.map(Item::kind)) {
            (wanted, found) if wanted == found => return Ok(()),
            (None, Some(_)) => "An objective stands at the top; leave the parent empty.".to_owned(),
            (Some(wanted), None) => format!("An {kind} lies in an {wanted}; name it as the parent."),
            (Some(wanted), Some(found)) => format!("An {kind} lies in an {wanted}; this parent is an {found}."),
            (None, None) => return Ok(()),
        };
        Err(Broken::one("parent_id", message))
    }

    fn check_dependencies(&self) -> Result<(), Broken> {
        let activities: BTreeSet<ItemId> =
            self.items.iter().filter(|item| item.kind() == ItemKind::Activity).map(|item| item.id).collect();
        let mut broken = Broken::nothing();
        let mut edges = Vec::new();
        for item in &self.items {
            for (place, before) in item.content.depends_on().iter().enumerate() {
                if !activities.contains(before) {
                    broken.add(format!("item.depends_on[{place}]"), "The plan has no activity under this id.");
                }
                edges.push((item.id, *before));
            }
        }
        if let Some(way) = cycle(edges) {
            let message = format!("Activities cannot wait for each other in a circle: {}.", self.path(&way));
            broken.add("item.depends_on", message);
        }
        broken.into_result(())
    }

    fn check_links(&self) -> Result<(), Broken> {
        match self.link_cycle() {
            None => Ok(()),
            Some(way) => {
                let path = self.path(&way);
                let message = format!(
                    "The links would go round in a circle: {path}. Nothing was changed; leave one of them out."
                );
                Err(Broken::one("link", message))
            }
        }
    }

    /// Puts an item among its siblings, which make room for it.
    fn place(&mut self, mut item: Item) {
        let siblings = u32::try_from(self.children(item.parent).count()).unwrap_or(u32::MAX);
        item.position = item.position.min(siblings);
        for other in
            self.items.iter_mut().filter(|other| other.parent == item.parent && other.position >= item.position)
        {
            other.position += 1;
        }
        self.items.push(item);
        self.put_in_order();
    }

    fn close_gaps(&mut self, parent: Option<ItemId>) {
        for (position, item) in (0..).zip(self.items.iter_mut().filter(|item| item.parent == parent)) {
            item.position = position;
        }
    }

    /// Reading order; what hangs on no parent in the plan is left out.
    fn put_in_order(&mut self) {
        let mut below: BTreeMap<Option<ItemId>, Vec<Item>> = BTreeMap::new();
        let count = self.items.len();
        for item in self.items.drain(..) {
            below.entry(item.parent).or_default().push(item);
        }
        for siblings in below.values_mut() {
            // Taken from the end, so the first comes last.
            siblings.sort_by_key(|item| std::cmp::Reverse((item.position, item.id)));
        }
        let mut ordered = Vec::with_capacity(count);
        let mut open = vec![None];
        while let Some(parent) = open.last().copied() {
            match below.get_mut(&parent).and_then(Vec::pop) {
                Some(item) => {
                    open.push(Some(item.id));
                    ordered.push(item);
                }
                None => {
                    open.pop();
                }
            }
        }
        self.items = ordered;
        self.sort_links();
    }

    fn sort_links(&mut self) {
        let place: BTreeMap<ItemId, usize> =
            self.items.iter().enumerate().map(|(place, item)| (item.id, place)).collect();
        self.links.sort_by_key(|link| (place.get(&link.output).copied(), place.get(&link.outcome).copied()));
    }
}

#[cfg(test)]
#[path = "framework_tests.rs"]
pub(in crate::domain) mod tests;
