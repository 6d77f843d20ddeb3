use std::collections::BTreeSet;

use cpas_proto::words::Component;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{
    framework::tests::{any_framework, content, id, link, played, plays, small},
    ids::{ChangeId, StakeholderId, TaskId},
    item::{ActivityStatus, Content, Dimension, ItemKind},
    link::Strength,
    mandate::Priority,
    marker::Marker,
    plan::{
        Horizon,
        tests::{day, plan_of, recorded},
    },
    text::Text,
};

fn copy(framework: &Framework) -> Framework {
    let mut plan = plan_of(framework.clone());
    plan.head.state = crate::domain::lifecycle::PlanState::Active;
    let mut next = 500_000;
    let new_id = || {
        next += 1;
        Uuid::from_u128(next)
    };
    plan.next_version(2, recorded(1), new_id).expect("it is in force").framework
}

#[test]
fn a_change_is_told_field_by_field() {
    let before = small();
    let mut said = content(ItemKind::Outcome, "item 11");
    said.areas = vec!["CF11".to_owned(), "CF12".to_owned()];
    let after = before.revised(id(11), said).expect("an outcome");
    let found = diff(&before, &after);
    let [Change::Changed { fields, after, .. }] = found.items.as_slice() else { panic!("{found:?}") };
    assert_eq!(after.id, id(11));
    assert_eq!(
        fields.as_slice(),
        [FieldChange { field: "areas", before: String::new(), after: "CF11, CF12".to_owned() }]
    );
}

#[test]
fn a_shifted_number_is_no_change_but_a_passed_sibling_is() {
    let before = small();
    let mut first = before.item(id(112)).expect("an output").clone();
    first.id = id(119);
    first.lineage = LineageId(Uuid::from_u128(119));
    first.position = 0;
    let found = diff(&before, &before.added(first).expect("it fits"));
    assert_eq!(found.items.len(), 1, "only the new one, although 1.1.1 is now 1.1.2: {found:?}");

    let found = diff(&before, &before.moved(id(112), Some(id(11)), 0).expect("it fits"));
    let fields: Vec<_> = found
        .items
        .iter()
        .map(|change| matches!(change, Change::Changed { fields, .. } if fields[0].field == "position"))
        .collect();
    assert_eq!(fields, [true, true], "both passed each other");
}

#[test]
fn a_move_names_the_parents_by_their_numbers() {
    let before = small();
    let found = diff(&before, &before.moved(id(111), Some(id(12)), 9).expect("it fits"));
    let moved = found.items.iter().find_map(|change| match change {
        Change::Changed { after, fields, .. } if after.id == id(111) => Some(fields),
        _ => None,
    });
    let expected = FieldChange { field: "parent_id", before: "1.1".to_owned(), after: "1.2".to_owned() };
    assert_eq!(moved.map(Vec::as_slice), Some([expected].as_slice()));
}

#[test]
fn links_are_compared_by_what_they_join() {
    let before = small().linked(link(111, 12)).and_then(|f| f.linked(link(112, 11))).expect("two links");
    let mut slower = link(111, 12);
    slower.expected_lag_months = 9;
    let after = copy(&before);
    assert_eq!(diff(&before, &after), Diff::default(), "a copy has the same links under other ids");
    let after = before.linked(slower).and_then(|f| f.unlinked(id(112), id(11))).and_then(|f| f.linked(link(121, 12)));
    let found = diff(&before, &after.expect("three changes"));
    let [Change::Changed { fields, .. }, Change::Added(added), Change::Gone(gone)] = found.links.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(
        (fields[0].field, fields[0].before.as_str(), fields[0].after.as_str()),
        ("expected_lag_months", "3", "9")
    );
    assert_eq!((added.output, gone.output), (id(121), id(112)));
}

#[test]
fn two_lists_that_read_the_same_are_told_apart() {
    let mut one = content(ItemKind::Output, "an output");
    one.areas = vec!["Bangui, Begoua".to_owned()];
    let mut two = one.clone();
    two.areas = vec!["Bangui".to_owned(), "Begoua".to_owned()];
    let before = small().revised(id(111), one).expect("an output");
    assert_eq!(diff(&before, &before.revised(id(111), two).expect("an output")).items.len(), 1);
}

/// Items by lineage, so that two versions of one plan speak of the same.
struct Named(BTreeMap<ItemId, ItemId>);

impl Named {
    fn of(framework: &Framework) -> Self {
        Self(framework.items().iter().map(|item| (item.id, ItemId(item.lineage.0))).collect())
    }

    fn id(&self, id: ItemId) -> ItemId {
        self.0[&id]
    }

    fn item(&self, item: &Item) -> Item {
        let mut named = Item { id: self.id(item.id), parent: item.parent.map(|id| self.id(id)), ..item.clone() };
        if let Nature::Activity { depends_on, .. } = &mut named.content.nature {
            depends_on.iter_mut().for_each(|before| *before = self.0[before]);
            depends_on.sort();
        }
        named
    }

    fn link(&self, link: &ResultLink) -> ResultLink {
        ResultLink { output: self.id(link.output), outcome: self.id(link.outcome), ..link.clone() }
    }

    fn framework(&self, framework: &Framework) -> Framework {
        let items = framework.items().iter().map(|item| self.item(item)).collect();
        Framework::of(items, framework.links().iter().map(|link| self.link(link)).collect()).expect("a whole plan")
    }
}

/// Takes over one field, by the name that the diff gives it.
fn take(field: &str, to: &mut Content, from: &Content) {
    match field {
        "statement.en" => to.statement.en.clone_from(&from.statement.en),
        "statement.fr" => to.statement.fr.clone_from(&from.statement.fr),
        "lead_section" => to.lead_section.clone_from(&from.lead_section),
        "contributing_sections" => to.contributing_sections.clone_from(&from.contributing_sections),
        "areas" => to.areas.clone_from(&from.areas),
        "markers" => to.markers.clone_from(&from.markers),
        "start" => to.start = from.start,
        "end" => to.end = from.end,
        "priority" => to.priority = from.priority,
        "plan_change_id" => to.plan_change = from.plan_change,
        _ => match (&mut to.nature, &from.nature, field) {
            (Nature::Objective { mandate_task: to }, Nature::Objective { mandate_task }, "mandate_task_id") => {
                *to = *mandate_task;
            }
            (Nature::Outcome { stakeholder: to, .. }, Nature::Outcome { stakeholder, .. }, "stakeholder_id") => {
                *to = *stakeholder;
            }
            (Nature::Outcome { dimension: to, .. }, Nature::Outcome { dimension, .. }, "dimension") => *to = *dimension,
            (Nature::Output { component: to }, Nature::Output { component }, "component") => *to = *component,
            (Nature::Activity { status: to, .. }, Nature::Activity { status, .. }, "activity_status") => *to = *status,
            (
                Nature::Activity { progress_percent: to, .. },
                Nature::Activity { progress_percent, .. },
                "progress_percent",
            ) => *to = *progress_percent,
            (Nature::Activity { depends_on: to, .. }, Nature::Activity { depends_on, .. }, "depends_on") => {
                to.clone_from(depends_on);
            }
            (_, nature, field) => panic!("no field {field} of {nature:?}"),
        },
    }
}

/// Applies what changed to the older version, field by field as it is told; who has the older plan and the
/// diff has the newer one.
fn applied(from: &Framework, to: &Framework, changes: &Diff) -> Framework {
    let (old, new) = (Named::of(from), Named::of(to));
    let mut stayed: Vec<Item> = from.items().iter().map(|item| old.item(item)).collect();
    let mut placed: Vec<Item> = Vec::new();
    for change in &changes.items {
        match change {
            Change::Added(item) => placed.push(new.item(item)),
            Change::Gone(item) => stayed.retain(|other| other.lineage != item.lineage),
            Change::Changed { after, fields, .. } => {
                let after = new.item(after);
                let place = stayed.iter().position(|item| item.lineage == after.lineage);
                let place = place.expect("a changed item is in both versions");
                let is_place = |field: &str| matches!(field, "parent_id" | "position");
                for field in fields.iter().filter(|field| !is_place(field.field)) {
                    take(field.field, &mut stayed[place].content, &after.content);
                }
                if fields.iter().any(|field| is_place(field.field)) {
                    let moved = stayed.remove(place);
                    placed.push(Item { parent: after.parent, position: after.position, ..moved });
                }
            }
        }
    }
    // What stayed keeps its order and takes the places that are left over.
    let taken: BTreeSet<(Option<ItemId>, u32)> = placed.iter().map(|item| (item.parent, item.position)).collect();
    let mut next: BTreeMap<Option<ItemId>, u32> = BTreeMap::new();
    for item in &mut stayed {
        let place = next.entry(item.parent).or_default();
        while taken.contains(&(item.parent, *place)) {
            *place += 1;
        }
        item.position = *place;
        *place += 1;
    }
    stayed.extend(placed);
    Framework::of(stayed, applied_links(from, to, &changes.links)).expect("what changed leads to a whole plan")
}

fn applied_links(from: &Framework, to: &Framework, changes: &[Change<ResultLink>]) -> Vec<ResultLink> {
    let (old, new) = (Named::of(from), Named::of(to));
    let mut links: Vec<ResultLink> = from.links().iter().map(|link| old.link(link)).collect();
    let same = |one: &ResultLink, other: &ResultLink| (one.output, one.outcome) == (other.output, other.outcome);
    for change in changes {
        match change {
            Change::Added(link) => links.push(new.link(link)),
            Change::Gone(link) => links.retain(|other| !same(other, &old.link(link))),
            Change::Changed { after, fields, .. } => {
                let after = new.link(after);
                let own = links.iter_mut().find(|other| same(other, &after)).expect("it is in both versions");
                for field in fields {
                    match field.field {
                        "hypothesis.en" => own.hypothesis.en.clone_from(&after.hypothesis.en),
                        "hypothesis.fr" => own.hypothesis.fr.clone_from(&after.hypothesis.fr),
                        "assumptions" => own.assumptions.clone_from(&after.assumptions),
                        "assumptions_fr" => own.assumptions_fr.clone_from(&after.assumptions_fr),
                        "expected_lag_months" => own.expected_lag_months = after.expected_lag_months,
                        "strength" => own.strength = after.strength,
                        other => panic!("no field {other} of a link"),
                    }
                }
            }
        }
    }
    links
}

/// Which item or link, which field of it, and what it says from then on.
type Words = Vec<(usize, usize, u8)>;

fn words() -> impl Strategy<Value = Words> {
    prop::collection::vec((0usize..64, 0usize..16, 0u8..3), 0..24)
}

/// The framework with other words; what would wait for itself stays as it was.
fn reworded(framework: &Framework, words: &Words) -> Framework {
    let mut next = framework.clone();
    for (place, field, value) in words.iter().copied() {
        if let Some(item) = next.items().get(place % next.items().len().max(1)).cloned() {
            let mut content = item.content;
            let activities =
                next.items().iter().filter(|other| other.kind() == ItemKind::Activity && other.id != item.id);
            let before = activities.map(|other| other.id).nth(place % 4);
            reword(&mut content, field, value, before);
            next = next.revised(item.id, content).unwrap_or(next);
        }
        if let Some(link) = next.links().get(place % next.links().len().max(1)).cloned() {
            let mut link = link;
            match field % 5 {
                4 => link.assumptions_fr = list(value),
                0 => link.hypothesis = Text::of(said(value), said(2 - value)),
                1 => link.assumptions = list(value),
                2 => link.expected_lag_months = value,
                _ => link.strength = Strength::ALL[usize::from(value)],
            }
            next = next.linked(link).expect("the same ends");
        }
    }
    next
}

fn said(value: u8) -> String {
    ["", "one", "two"][usize::from(value)].to_owned()
}

/// Lists that read alike and are not the same.
fn list(value: u8) -> Vec<String> {
    [&[][..], &["one, two; three"], &["one", "two; three"]][usize::from(value)]
        .iter()
        .map(|one| (*one).to_owned())
        .collect()
}

fn reword(content: &mut Content, field: usize, value: u8, before: Option<ItemId>) {
    let id = (value > 0).then(|| Uuid::from_u128(value.into()));
    let day = (value > 0).then(|| day(&format!("2026-01-0{value}")));
    match field {
        0 => content.statement.en = said(value),
        1 => content.statement.fr = said(value),
        2 => content.lead_section = (value > 0).then(|| said(value)),
        3 => content.contributing_sections = list(value),
        4 => content.areas = list(value),
        5 => content.markers = (0..value).map(Marker::Gender).collect(),
        6 => content.start = day,
        7 => content.end = day,
        8 => content.priority = Priority::parse("priority", value.into()).expect("0 to 3"),
        9 => content.plan_change = id.map(ChangeId),
        _ => match &mut content.nature {
            Nature::Objective { mandate_task } => *mandate_task = id.map(TaskId),
            Nature::Outcome { stakeholder, .. } if field.is_multiple_of(2) => *stakeholder = id.map(StakeholderId),
            Nature::Outcome { dimension, .. } => *dimension = Dimension::ALL[usize::from(value)],
            Nature::Output { component } => *component = Component::ALL[usize::from(value)],
            Nature::Activity { status, .. } if field.is_multiple_of(3) => {
                *status = ActivityStatus::ALL[usize::from(value)]
            }
            Nature::Activity { progress_percent, .. } if field % 3 == 1 => *progress_percent = value,
            Nature::Activity { depends_on, .. } => *depends_on = before.filter(|_| value > 0).into_iter().collect(),
        },
    }
}

fn any_head() -> impl Strategy<Value = PlanHead> {
    (0u8..3, 0u8..3, 1u32..4, 1u32..4).prop_map(|(en, fr, start, end)| {
        let mut head = plan_of(Framework::default()).head;
        head.title = Text::of(said(en), said(fr));
        head.horizon = Horizon { start: day(&format!("2025-0{start}-01")), end: day(&format!("2027-0{end}-28")) };
        head
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_plan_does_not_differ_from_itself_or_its_copy(framework in any_framework(), words in words()) {
        let framework = reworded(&framework, &words);
        prop_assert_eq!(diff(&framework, &framework), Diff::default());
        prop_assert_eq!(diff(&framework, &copy(&framework)), Diff::default());
    }

    /// From one version of a plan to the next one, which has other ids, whatever planners did to either.
    #[test]
    fn the_older_plan_and_the_diff_make_the_newer(
        before in (plays(), words()),
        after in (plays(), words()),
    ) {
        let from = reworded(&played(small(), before.0, 10_000), &before.1);
        let to = reworded(&played(copy(&from), after.0, 20_000), &after.1);
        prop_assert_eq!(applied(&from, &to, &diff(&from, &to)), Named::of(&to).framework(&to));
    }

    #[test]
    fn the_older_head_and_its_diff_make_the_newer(from in any_head(), to in any_head()) {
        let mut made = from.clone();
        for field in diff_heads(&from, &to) {
            match field.field {
                "title.en" => made.title.en = field.after,
                "title.fr" => made.title.fr = field.after,
                "start" => made.horizon.start = day(&field.after),
                "end" => made.horizon.end = day(&field.after),
                other => panic!("no field {other} of a plan"),
            }
        }
        prop_assert_eq!((&made.title, made.horizon), (&to.title, to.horizon));
        prop_assert_eq!(diff_heads(&from, &from), vec![]);
    }
}
