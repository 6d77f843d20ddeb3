use std::collections::BTreeSet;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{
    framework::tests::{any_framework, content, id, link, small},
    item::{ActivityStatus, ItemKind},
    plan::tests::{plan_of, recorded},
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

/// Applies what changed to the older version; a reader with the older plan and the diff has the newer one.
fn applied(from: &Framework, changes: &Diff) -> Framework {
    let mut stayed: Vec<Item> = from.items().to_vec();
    let mut placed: Vec<Item> = Vec::new();
    for change in &changes.items {
        match change {
            Change::Added(item) => placed.push(item.clone()),
            Change::Gone(item) => stayed.retain(|other| other.lineage != item.lineage),
            Change::Changed { after, fields, .. } => {
                let moved = fields.iter().any(|field| matches!(field.field, "parent_id" | "position"));
                match stayed.iter().position(|item| item.lineage == after.lineage) {
                    Some(_) if moved => {
                        stayed.retain(|other| other.lineage != after.lineage);
                        placed.push(after.clone());
                    }
                    Some(place) => stayed[place].content = after.content.clone(),
                    None => panic!("a changed item is in both versions"),
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
    let mut links = from.links().to_vec();
    for change in &changes.links {
        let (Change::Added(link) | Change::Gone(link) | Change::Changed { after: link, .. }) = change;
        links.retain(|other| (other.output, other.outcome) != (link.output, link.outcome));
        if !matches!(change, Change::Gone(_)) {
            links.push(link.clone());
        }
    }
    Framework::of(stayed, links).expect("what changed leads to a whole plan")
}

fn said_otherwise(framework: &Framework, places: &[usize]) -> Framework {
    let mut next = framework.clone();
    for place in places {
        let Some(item) = next.items().get(place % next.items().len().max(1)).cloned() else { continue };
        let mut content = item.content;
        content.statement.fr = format!("dit autrement {place}");
        if let Nature::Activity { status, progress_percent, .. } = &mut content.nature {
            (*status, *progress_percent) = (ActivityStatus::Ongoing, 40);
        }
        next = next.revised(item.id, content).expect("the same kind");
    }
    next
}

proptest! {
    #[test]
    fn a_plan_does_not_differ_from_itself_or_its_copy(framework in any_framework()) {
        prop_assert_eq!(diff(&framework, &framework), Diff::default());
        prop_assert_eq!(diff(&framework, &copy(&framework)), Diff::default());
    }

    #[test]
    fn the_older_plan_and_the_diff_make_the_newer(
        from in any_framework(),
        to in any_framework(),
        places in prop::collection::vec(0usize..64, 0..8),
    ) {
        let to = said_otherwise(&to, &places);
        prop_assert_eq!(applied(&from, &diff(&from, &to)), to);
    }
}
