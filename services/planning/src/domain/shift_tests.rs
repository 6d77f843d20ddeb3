use proptest::prelude::*;

use super::*;
use crate::domain::{
    framework::tests::{any_framework, content, id, item, link, small},
    ids::{LineageId, StakeholderId},
};

fn number(framework: &Framework, item: u128) -> String {
    framework.numbers()[&id(item)].clone()
}

fn refused(result: Result<Framework, Refused>) -> String {
    result.expect_err("it is refused").to_string()
}

#[test]
fn an_output_is_outdented_to_an_outcome_with_its_activities_as_outputs() {
    let shifted = small().shifted(id(111), Some(id(1)), 1).expect("it says nothing that only an output has");
    assert_eq!((number(&shifted, 111), number(&shifted, 1111)), ("1.2".to_owned(), "1.2.1".to_owned()));
    assert_eq!(shifted.item(id(111)).map(Item::kind), Some(ItemKind::Outcome));
    assert_eq!(shifted.item(id(1111)).map(Item::kind), Some(ItemKind::Output));
    assert_eq!(number(&shifted, 112), "1.1.1", "those left behind close the gap");
    let back = shifted.shifted(id(111), Some(id(11)), 0).expect("indented again");
    assert_eq!(back, small());
}

#[test]
fn at_the_top_an_item_becomes_an_objective() {
    let shifted = small().shifted(id(12), None, 0).expect("an objective");
    assert_eq!((number(&shifted, 12), number(&shifted, 1)), ("1".to_owned(), "2".to_owned()));
    assert_eq!(shifted.item(id(1211)).map(Item::kind), Some(ItemKind::Output));
}

#[test]
fn nothing_lies_below_activities() {
    let sentence = refused(small().shifted(id(111), Some(id(112)), 0));
    assert!(sentence.contains("1.1.1.1 lies too deep"), "{sentence}");
    assert!(refused(small().shifted(id(112), Some(id(1111)), 0)).contains("Nothing lies in an activity"));
    assert!(refused(small().shifted(id(11), Some(id(111)), 0)).contains("cannot lie in itself"));
}

#[test]
fn what_only_the_old_level_can_say_is_never_lost() {
    let with = |number: u128, nature: Nature| {
        let kept = Content { nature, ..small().item(id(number)).expect("there").content.clone() };
        small().revised(id(number), kept).expect("it fits")
    };
    let stakeholder = Some(StakeholderId(uuid::Uuid::from_u128(7)));
    let named = with(12, Nature::Outcome { stakeholder, dimension: Dimension::Attitude });
    assert!(refused(named.shifted(id(12), None, 0)).contains("1.2 has a stakeholder"));
    let waiting = Nature::Activity { status: ActivityStatus::Planned, progress_percent: 0, depends_on: vec![id(1112)] };
    let framework = with(1111, waiting);
    assert!(refused(framework.shifted(id(1111), Some(id(11)), 0)).contains("activities that must end first"));
    assert!(refused(framework.shifted(id(1112), Some(id(11)), 0)).contains("an activity that waits for it"));
    let begun =
        with(1111, Nature::Activity { status: ActivityStatus::Ongoing, progress_percent: 5, depends_on: vec![] });
    assert!(refused(begun.shifted(id(1111), Some(id(11)), 0)).contains("progress"));
    let linked = small().linked(link(111, 12)).expect("a link");
    assert!(refused(linked.shifted(id(111), Some(id(1)), 0)).contains("links in the theory of change"));
    assert!(refused(linked.shifted(id(12), None, 0)).contains("links in the theory of change"));
}

#[test]
fn an_output_still_needs_its_lead_and_earlier_versions_their_level() {
    let mut nobodys = item(1113, ItemKind::Activity, Some(111));
    nobodys.content = Content { lead_section: None, ..content(ItemKind::Activity, "nobody leads it") };
    let framework = small().added(nobodys).expect("an activity without lead");
    let sentence = refused(framework.shifted(id(1113), Some(id(11)), 0));
    assert!(sentence.contains("1.1.1.3: An output has one section that leads it"), "{sentence}");
    let mut known = item(113, ItemKind::Output, Some(11));
    known.lineage = LineageId(uuid::Uuid::from_u128(9));
    let framework = small().added(known).expect("an output of an earlier version");
    assert!(refused(framework.shifted(id(113), Some(id(1)), 0)).contains("comes from an earlier version"));
    assert!(framework.shifted(id(113), Some(id(12)), 0).is_ok(), "another place at the same level");
}

proptest! {
    #[test]
    fn a_shift_keeps_the_tree_whole_and_every_statement(
        framework in any_framework(), item in 0usize..64, parent in 0usize..64, position in 0u32..6,
    ) {
        let all = framework.items();
        if all.is_empty() { return Ok(()); }
        let moving = all[item % all.len()].id;
        let parent = all.get(parent % (all.len() + 1)).map(|item| item.id);
        if let Ok(shifted) = framework.shifted(moving, parent, position) {
            let said = |framework: &Framework| {
                let mut said: Vec<_> = framework.items().iter().map(|item| (item.id, item.content.statement.clone())).collect();
                said.sort_by_key(|(id, _)| *id);
                said
            };
            prop_assert_eq!(said(&shifted), said(&framework));
            let read = Framework::of(shifted.items().to_vec(), framework.links().to_vec()).expect("whole");
            prop_assert_eq!(shifted.links(), read.links());
            prop_assert_eq!(shifted.item(moving).and_then(|item| item.parent), parent);
            for item in shifted.items() {
                let above = item.parent.and_then(|parent| shifted.item(parent)).map(Item::kind);
                prop_assert_eq!(above, item.kind().parent());
                let place = shifted.children(item.parent).position(|other| other.id == item.id);
                prop_assert_eq!(place, usize::try_from(item.position).ok());
            }
        }
    }
}
