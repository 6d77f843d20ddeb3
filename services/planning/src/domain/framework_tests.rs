use cpas_proto::words::Component;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{
    ids::LineageId,
    item::{ActivityStatus, Dimension},
    link::Strength,
    text::Text,
};

pub(in crate::domain) fn id(number: u128) -> ItemId {
    ItemId(Uuid::from_u128(number))
}

pub(in crate::domain) fn content(kind: ItemKind, statement: &str) -> Content {
    let nature = match kind {
        ItemKind::Objective => Nature::Objective { mandate_task: None },
        ItemKind::Outcome => Nature::Outcome { stakeholder: None, dimension: Dimension::Behaviour },
        ItemKind::Output => Nature::Output { component: Component::Civilian },
        ItemKind::Activity => {
            Nature::Activity { status: ActivityStatus::Planned, progress_percent: 0, depends_on: Vec::new() }
        }
    };
    Content {
        statement: Text::of(statement, ""),
        lead_section: Some("Civil Affairs".to_owned()),
        contributing_sections: Vec::new(),
        areas: Vec::new(),
        markers: Vec::new(),
        start: None,
        end: None,
        priority: None,
        nature,
        plan_change: None,
    }
}

pub(in crate::domain) fn item(number: u128, kind: ItemKind, parent: Option<u128>) -> Item {
    Item {
        id: id(number),
        lineage: LineageId(Uuid::from_u128(number)),
        parent: parent.map(id),
        position: u32::MAX,
        content: content(kind, &format!("item {number}")),
        library: None,
    }
}

pub(in crate::domain) fn link(output: u128, outcome: u128) -> ResultLink {
    ResultLink {
        output: id(output),
        outcome: id(outcome),
        hypothesis: Text::of("because", ""),
        assumptions: Vec::new(),
        assumptions_fr: Vec::new(),
        expected_lag_months: 3,
        strength: Strength::Moderate,
    }
}

/// 1 objective, outcomes 11 and 12, outputs 111, 112 and 121, activities 1111, 1112 and 1211.
pub(in crate::domain) fn small() -> Framework {
    use ItemKind::{Activity, Objective, Outcome, Output};
    let items = [
        (1, Objective, None),
        (11, Outcome, Some(1)),
        (12, Outcome, Some(1)),
        (111, Output, Some(11)),
        (112, Output, Some(11)),
        (121, Output, Some(12)),
        (1111, Activity, Some(111)),
        (1112, Activity, Some(111)),
        (1211, Activity, Some(121)),
    ];
    let add =
        |framework: Framework, (number, kind, parent)| framework.added(item(number, kind, parent)).expect("it fits");
    items.into_iter().fold(Framework::default(), add)
}

fn number(framework: &Framework, item: u128) -> String {
    framework.numbers()[&id(item)].clone()
}

fn waits_for(framework: &Framework, activity: u128, before: &[u128]) -> Result<Framework, Refused> {
    let mut content = framework.item(id(activity)).expect("an activity").content.clone();
    let Nature::Activity { depends_on, .. } = &mut content.nature else { panic!("{activity} is no activity") };
    *depends_on = before.iter().copied().map(id).collect();
    framework.revised(id(activity), content)
}

fn message(refused: Result<Framework, Refused>) -> String {
    refused.expect_err("it breaks a rule").to_string()
}

#[test]
fn numbers_come_from_the_tree() {
    let framework = small();
    let read: Vec<_> = framework.items().iter().map(|item| number(&framework, item.id.0.as_u128())).collect();
    assert_eq!(read, ["1", "1.1", "1.1.1", "1.1.1.1", "1.1.1.2", "1.1.2", "1.2", "1.2.1", "1.2.1.1"]);
}

#[test]
fn each_kind_lies_in_the_kind_above_it() {
    for (kind, parent) in [
        (ItemKind::Objective, Some(1)),
        (ItemKind::Outcome, None),
        (ItemKind::Outcome, Some(11)),
        (ItemKind::Output, Some(1)),
        (ItemKind::Activity, Some(1111)),
        (ItemKind::Output, Some(99)),
    ] {
        let refused = small().added(item(500, kind, parent)).expect_err("the wrong place");
        let Refused::Broken(broken) = refused else { panic!("{refused}") };
        assert_eq!(broken.violations[0].field, "parent_id", "{kind} in {parent:?}");
    }
    assert_eq!(
        message(small().added(item(500, ItemKind::Output, Some(1)))),
        "An output lies in an outcome; this parent is an objective."
    );
}

#[test]
fn an_item_moves_with_all_below_it() {
    let moved = small().moved(id(111), Some(id(12)), 0).expect("another outcome");
    assert_eq!(number(&moved, 111), "1.2.1");
    assert_eq!(number(&moved, 1112), "1.2.1.2");
    assert_eq!(number(&moved, 121), "1.2.2");
    assert_eq!(number(&moved, 112), "1.1.1");
}

#[test]
fn what_is_removed_takes_links_and_dependencies_with_it() {
    let framework = small().linked(link(111, 12)).and_then(|f| f.linked(link(121, 12))).expect("two links");
    let framework = waits_for(&framework, 1211, &[1111]).expect("a dependency");
    let removed = framework.removed(id(111)).expect("an output");
    assert_eq!(removed.items().len(), 6);
    assert_eq!(removed.links().len(), 1);
    assert!(removed.item(id(1211)).expect("it stays").content.depends_on().is_empty());
    assert_eq!(number(&removed, 112), "1.1.1");
}

#[test]
fn a_link_that_closes_a_circle_is_refused_with_its_path() {
    let framework = small().linked(link(111, 12)).expect("one way");
    let refused = message(framework.linked(link(121, 11)));
    assert!(refused.contains("1.1 → 1.1.1 → 1.2 → 1.2.1 → 1.1."), "{refused}");
    assert!(framework.linked(link(111, 11)).is_ok(), "an output works on the outcome it lies in");
}

#[test]
fn a_move_that_closes_a_circle_is_refused() {
    let framework = small().linked(link(111, 12)).and_then(|f| f.linked(link(112, 12))).expect("two links");
    let framework = framework.added(item(122, ItemKind::Output, Some(11))).expect("an output");
    let framework = framework.linked(link(122, 11)).expect("its own outcome");
    assert!(message(framework.moved(id(122), Some(id(12)), 0)).contains("circle"));
}

#[test]
fn a_link_goes_from_an_output_to_an_outcome() {
    let refused = small().linked(link(11, 111)).expect_err("the wrong way round");
    let Refused::Broken(broken) = refused else { panic!("{refused}") };
    let fields: Vec<_> = broken.violations.iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!(fields, ["link.output_id", "link.outcome_id"]);
}

#[test]
fn a_link_is_replaced_and_taken_away() {
    let framework = small().linked(link(111, 12)).expect("a link");
    let stronger = ResultLink { strength: Strength::Strong, ..link(111, 12) };
    let framework = framework.linked(stronger.clone()).expect("the same ends");
    assert_eq!(framework.links(), [stronger]);
    let framework = framework.unlinked(id(111), id(12)).expect("there is one");
    assert_eq!(framework.unlinked(id(111), id(12)), Err(Refused::NoLink { output: id(111), outcome: id(12) }));
}

#[test]
fn activities_do_not_wait_for_each_other_in_a_circle() {
    let framework = waits_for(&small(), 1112, &[1111]).expect("one way");
    let framework = waits_for(&framework, 1211, &[1112]).expect("further on");
    let refused = message(waits_for(&framework, 1111, &[1211]));
    assert!(refused.contains("1.1.1.1 → 1.2.1.1 → 1.1.1.2 → 1.1.1.1."), "{refused}");
    assert!(message(waits_for(&small(), 1111, &[111])).contains("no activity"));
}

#[test]
fn an_item_keeps_its_kind() {
    let refused = message(small().revised(id(11), content(ItemKind::Output, "now an output")));
    assert_eq!(refused, "This item is an outcome; it cannot become an output. Remove it and add another.");
}

#[test]
fn what_does_not_hang_together_is_not_read() {
    assert!(Framework::of(vec![item(11, ItemKind::Outcome, Some(1))], Vec::new()).is_err());
}

#[derive(Debug, Clone)]
pub(in crate::domain) enum Play {
    Add(usize, u32),
    Move(usize, usize, u32),
    Remove(usize),
    Link(usize, usize),
}

pub(in crate::domain) fn plays() -> impl Strategy<Value = Vec<Play>> {
    let play = prop_oneof![
        5 => (0usize..64, 0u32..6).prop_map(|(parent, position)| Play::Add(parent, position)),
        3 => (0usize..64, 0usize..64, 0u32..6).prop_map(|(item, parent, position)| Play::Move(item, parent, position)),
        1 => (0usize..64).prop_map(Play::Remove),
        2 => (0usize..64, 0usize..64).prop_map(|(output, outcome)| Play::Link(output, outcome)),
    ];
    prop::collection::vec(play, 0..60)
}

/// Any framework that planners could come to; what is refused leaves it as it was.
pub(in crate::domain) fn any_framework() -> impl Strategy<Value = Framework> {
    plays().prop_map(|plays| played(small(), plays, 10_000))
}

/// The framework after these plays; what they add is numbered from here on.
pub(in crate::domain) fn played(start: Framework, plays: Vec<Play>, first: u128) -> Framework {
    let mut framework = start;
    for (turn, play) in plays.into_iter().enumerate() {
        let at = |framework: &Framework, place: usize| {
            framework.items().get(place % framework.items().len().max(1)).map(|item| (item.id, item.kind()))
        };
        let next = match play {
            Play::Add(parent, position) => {
                let parent = at(&framework, parent);
                let below = |kind| ItemKind::ALL.iter().copied().find(|child| child.parent() == Some(kind));
                let kind = parent.map_or(Some(ItemKind::Objective), |(_, kind)| below(kind));
                let parent = kind.and_then(ItemKind::parent).and(parent.map(|(id, _)| id.0.as_u128()));
                let new = item(first + turn as u128, kind.unwrap_or(ItemKind::Objective), parent);
                framework.added(Item { position, ..new })
            }
            Play::Move(item, parent, position) => match (at(&framework, item), at(&framework, parent)) {
                (Some((id, ItemKind::Objective)), _) => framework.moved(id, None, position),
                (Some((id, _)), Some((parent, _))) => framework.moved(id, Some(parent), position),
                _ => continue,
            },
            Play::Remove(item) => match at(&framework, item) {
                Some((id, _)) => framework.removed(id),
                None => continue,
            },
            Play::Link(output, outcome) => match (at(&framework, output), at(&framework, outcome)) {
                (Some((output, _)), Some((outcome, _))) => {
                    framework.linked(link(output.0.as_u128(), outcome.0.as_u128()))
                }
                _ => continue,
            },
        };
        framework = next.unwrap_or(framework);
    }
    framework
}

proptest! {
    #[test]
    fn moves_keep_the_tree_whole(framework in any_framework()) {
        let numbers = framework.numbers();
        let parents = std::iter::once(None).chain(framework.items().iter().map(|item| Some(item.id)));
        for parent in parents {
            let positions: Vec<u32> = framework.children(parent).map(|item| item.position).collect();
            prop_assert_eq!(&positions, &(0..positions.len() as u32).collect::<Vec<_>>());
        }
        for item in framework.items() {
            let above = item.parent.map(|parent| framework.item(parent).expect("a parent in the plan"));
            prop_assert_eq!(above.map(Item::kind), item.kind().parent());
            let expected = match above {
                None => (item.position + 1).to_string(),
                Some(above) => format!("{}.{}", numbers[&above.id], item.position + 1),
            };
            prop_assert_eq!(&numbers[&item.id], &expected);
        }
        let unique: BTreeSet<_> = numbers.values().collect();
        prop_assert_eq!(unique.len(), framework.items().len());
        prop_assert_eq!(framework.link_cycle(), None);
        let read_again = Framework::of(framework.items().to_vec(), framework.links().to_vec());
        prop_assert_eq!(read_again, Ok(framework));
    }
}
