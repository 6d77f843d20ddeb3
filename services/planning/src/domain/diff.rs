//! What changed between two versions of a plan, item by item and field by field.
//!
//! Items are matched by lineage. Ids differ between versions and are no change; neither is a number
//! that shifts because something was added before it: a place counts as changed only where an item
//! went to another parent, or passed a sibling that is in both versions.

use std::collections::BTreeMap;

use super::{
    framework::Framework,
    ids::{ItemId, LineageId},
    item::{Item, Nature},
    link::ResultLink,
    plan::PlanHead,
};

/// One field before and after, as a reader sees it; empty where there was or is nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    pub field: &'static str,
    pub before: String,
    pub after: String,
}

/// What happened to an item or a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<T> {
    Added(T),
    Gone(T),
    Changed { before: T, after: T, fields: Vec<FieldChange> },
}

/// What changed, in the reading order of the newer version; what is gone comes last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diff {
    pub items: Vec<Change<Item>>,
    pub links: Vec<Change<ResultLink>>,
}

/// What changed from one version to another.
pub fn diff(from: &Framework, to: &Framework) -> Diff {
    Diff { items: items(from, to), links: links(from, to) }
}

/// What changed of the plan itself, beside what is in it.
pub fn diff_heads(from: &PlanHead, to: &PlanHead) -> Vec<FieldChange> {
    let fields = |head: &PlanHead| {
        vec![
            Field::plain("title.en", &head.title.en),
            Field::plain("title.fr", &head.title.fr),
            Field::plain("start", head.horizon.start.to_string()),
            Field::plain("end", head.horizon.end.to_string()),
        ]
    };
    changed(fields(from), fields(to))
}

fn items(from: &Framework, to: &Framework) -> Vec<Change<Item>> {
    let (old, new) = (Side::of(from), Side::of(to));
    let (old_ranks, new_ranks) = (old.ranks_beside(&new), new.ranks_beside(&old));
    let mut changes = Vec::new();
    for after in to.items() {
        let Some(before) = old.by_lineage.get(&after.lineage).copied() else {
            changes.push(Change::Added(after.clone()));
            continue;
        };
        let mut fields = changed(old.fields(before), new.fields(after));
        if old_ranks.get(&after.lineage) != new_ranks.get(&after.lineage) {
            let place = |item: &Item| (item.position + 1).to_string();
            fields.push(FieldChange { field: "position", before: place(before), after: place(after) });
        }
        if !fields.is_empty() {
            changes.push(Change::Changed { before: before.clone(), after: after.clone(), fields });
        }
    }
    let gone = from.items().iter().filter(|item| !new.by_lineage.contains_key(&item.lineage));
    changes.extend(gone.cloned().map(Change::Gone));
    changes
}

fn links(from: &Framework, to: &Framework) -> Vec<Change<ResultLink>> {
    let (old, new) = (Side::of(from), Side::of(to));
    let before: BTreeMap<_, &ResultLink> = from.links().iter().map(|link| (old.ends(link), link)).collect();
    let after: BTreeMap<_, &ResultLink> = to.links().iter().map(|link| (new.ends(link), link)).collect();
    let mut changes = Vec::new();
    for link in to.links() {
        match before.get(&new.ends(link)) {
            None => changes.push(Change::Added(link.clone())),
            Some(stored) => {
                let fields = changed(link_fields(stored), link_fields(link));
                if !fields.is_empty() {
                    changes.push(Change::Changed { before: (*stored).clone(), after: link.clone(), fields });
                }
            }
        }
    }
    let gone = from.links().iter().filter(|link| !after.contains_key(&old.ends(link)));
    changes.extend(gone.cloned().map(Change::Gone));
    changes
}

/// A field under its name: what it is compared by, and what a reader sees.
struct Field {
    name: &'static str,
    key: String,
    shown: String,
}

impl Field {
    fn plain(name: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        Self { name, key: value.clone(), shown: value }
    }

    /// A list, told apart from another one that only reads the same.
    fn list(name: &'static str, values: &[String], between: &str) -> Self {
        Self { name, key: values.join("\0"), shown: values.join(between) }
    }
}

fn changed(before: Vec<Field>, after: Vec<Field>) -> Vec<FieldChange> {
    let pairs = before.into_iter().zip(after);
    pairs
        .filter(|(before, after)| before.key != after.key)
        .map(|(before, after)| FieldChange { field: after.name, before: before.shown, after: after.shown })
        .collect()
}

/// One version, ready to be compared.
struct Side<'a> {
    framework: &'a Framework,
    by_lineage: BTreeMap<LineageId, &'a Item>,
    by_id: BTreeMap<ItemId, &'a Item>,
    numbers: BTreeMap<ItemId, String>,
}

impl<'a> Side<'a> {
    fn of(framework: &'a Framework) -> Self {
        let items = framework.items();
        Self {
            framework,
            by_lineage: items.iter().map(|item| (item.lineage, item)).collect(),
            by_id: items.iter().map(|item| (item.id, item)).collect(),
            numbers: framework.numbers(),
        }
    }

    fn lineage(&self, id: ItemId) -> LineageId {
        self.by_id.get(&id).map_or(LineageId(id.0), |item| item.lineage)
    }

    fn parent(&self, item: &Item) -> Option<LineageId> {
        item.parent.map(|parent| self.lineage(parent))
    }

    fn ends(&self, link: &ResultLink) -> (LineageId, LineageId) {
        (self.lineage(link.output), self.lineage(link.outcome))
    }

    /// Place of each item among those siblings that lie beside it in the other version too.
    fn ranks_beside(&self, other: &Side<'_>) -> BTreeMap<LineageId, usize> {
        let mut next: BTreeMap<Option<LineageId>, usize> = BTreeMap::new();
        let mut ranks = BTreeMap::new();
        for item in self.framework.items() {
            let parent = self.parent(item);
            let stayed = other.by_lineage.get(&item.lineage).is_some_and(|there| other.parent(there) == parent);
            if stayed {
                let rank = next.entry(parent).or_default();
                ranks.insert(item.lineage, *rank);
                *rank += 1;
            }
        }
        ranks
    }

    fn named(&self, name: &'static str, ids: impl IntoIterator<Item = ItemId>) -> Field {
        let mut found: Vec<_> =
            ids.into_iter().map(|id| (self.lineage(id), self.numbers.get(&id).cloned().unwrap_or_default())).collect();
        found.sort();
        let key = found.iter().map(|(lineage, _)| lineage.to_string()).collect::<Vec<_>>().join(",");
        let mut numbers: Vec<_> = found.into_iter().map(|(_, number)| number).collect();
        numbers.sort();
        Field { name, key, shown: numbers.join(", ") }
    }

    fn fields(&self, item: &Item) -> Vec<Field> {
        let content = &item.content;
        let option = |value: Option<String>| value.unwrap_or_default();
        let markers: Vec<String> = content.markers.iter().map(ToString::to_string).collect();
        let mut fields = vec![
            self.named("parent_id", item.parent),
            Field::plain("statement.en", &content.statement.en),
            Field::plain("statement.fr", &content.statement.fr),
            Field::plain("lead_section", option(content.lead_section.clone())),
            Field::list("contributing_sections", &content.contributing_sections, ", "),
            Field::list("areas", &content.areas, ", "),
            Field::list("markers", &markers, ", "),
            Field::plain("start", option(content.start.map(|day| day.to_string()))),
            Field::plain("end", option(content.end.map(|day| day.to_string()))),
            Field::plain("priority", option(content.priority.map(|priority| priority.get().to_string()))),
            Field::plain("plan_change_id", option(content.plan_change.map(|id| id.to_string()))),
        ];
        match &content.nature {
            Nature::Objective { mandate_task } => {
                fields.push(Field::plain("mandate_task_id", option(mandate_task.map(|id| id.to_string()))));
            }
            Nature::Outcome { stakeholder, dimension } => {
                fields.push(Field::plain("stakeholder_id", option(stakeholder.map(|id| id.to_string()))));
                fields.push(Field::plain("dimension", dimension.word()));
            }
            Nature::Output { component } => fields.push(Field::plain("component", component.word())),
            Nature::Activity { status, progress_percent, depends_on } => {
                fields.push(Field::plain("activity_status", status.word()));
                fields.push(Field::plain("progress_percent", progress_percent.to_string()));
                fields.push(self.named("depends_on", depends_on.iter().copied()));
            }
        }
        fields
    }
}

fn link_fields(link: &ResultLink) -> Vec<Field> {
    vec![
        Field::plain("hypothesis.en", &link.hypothesis.en),
        Field::plain("hypothesis.fr", &link.hypothesis.fr),
        Field::list("assumptions", &link.assumptions, "; "),
        Field::list("assumptions_fr", &link.assumptions_fr, "; "),
        Field::plain("expected_lag_months", link.expected_lag_months.to_string()),
        Field::plain("strength", link.strength.word()),
    ]
}

#[cfg(test)]
#[path = "diff_tests.rs"]
mod tests;
