use proptest::prelude::*;

use super::*;
use crate::domain::framework::tests::{any_framework, id, link, small};

fn taken(framework: &Framework, gone: ItemId) -> Taken {
    let without = framework.removed(gone).expect("it is there");
    let mut taken = framework.lost_to(&without);
    assert_eq!(taken.len(), 1, "one place");
    taken.remove(0)
}

fn back(framework: &Framework, taken: Taken) -> Result<Framework, Refused> {
    let (back, left) = framework.put_back(taken)?;
    assert_eq!(left, Left::default());
    Ok(back)
}

fn waiting_for(framework: &Framework, activity: u128, before: u128) -> Framework {
    let mut content = framework.item(id(activity)).expect("an activity").content.clone();
    let Nature::Activity { depends_on, .. } = &mut content.nature else { panic!("no activity") };
    depends_on.push(id(before));
    framework.revised(id(activity), content).expect("no circle")
}

#[test]
fn what_was_removed_comes_back_with_its_links_and_what_waited_for_it() {
    let framework = small().linked(link(111, 12)).expect("a link");
    let framework = waiting_for(&framework, 1211, 1111);
    let taken = taken(&framework, id(11));
    assert_eq!((taken.items.len(), taken.links.len(), taken.waits.len()), (5, 1, 1));
    let without = framework.removed(id(11)).expect("removed");
    assert_eq!(back(&without, taken), Ok(framework));
}

#[test]
fn what_its_place_was_in_comes_first() {
    let inner = taken(&small(), id(111));
    let framework = small().removed(id(111)).expect("removed");
    let outer = taken(&framework, id(11));
    let framework = framework.removed(id(11)).expect("removed");
    let refused = framework.put_back(inner.clone()).expect_err("nowhere to lie").to_string();
    assert!(refused.contains("put that back first"), "{refused}");
    let framework = back(&framework, outer).and_then(|framework| back(&framework, inner.clone())).expect("in turn");
    assert_eq!(framework, small());
    assert!(framework.put_back(inner).expect_err("twice").to_string().contains("already"));
}

#[test]
fn a_link_comes_back_with_the_end_that_comes_back_last() {
    let whole = small().linked(link(111, 12)).expect("a link");
    let output = taken(&whole, id(111));
    let framework = whole.removed(id(111)).expect("removed");
    let mut outcome = taken(&framework, id(12));
    let framework = framework.removed(id(12)).expect("removed");
    let (framework, left) = framework.put_back(output).expect("the output");
    assert_eq!((framework.links().len(), left.links.len(), framework.items().len()), (0, 1, 6));
    assert!(outcome.take_over(&left) && !taken(&whole, id(112)).take_over(&left));
    assert_eq!(back(&framework, outcome), Ok(whole));
}

#[test]
fn a_dependency_comes_back_with_the_end_that_comes_back_last_whichever_that_is() {
    let whole = waiting_for(&small(), 1112, 1111);
    for (first, second) in [(1111, 1112), (1112, 1111)] {
        let one = taken(&whole, id(first));
        let framework = whole.removed(id(first)).expect("removed");
        let mut other = taken(&framework, id(second));
        let framework = framework.removed(id(second)).expect("removed");
        let (framework, left) = framework.put_back(one).expect("the first");
        assert_eq!(left.waits, [(id(1112), id(1111))]);
        assert!(other.take_over(&left));
        let again = back(&framework, other).expect("the second");
        assert_eq!(again.item(id(1112)).map(|item| item.content.depends_on()), Some(&[id(1111)][..]));
    }
}

#[test]
fn what_took_another_level_meanwhile_is_not_waited_for() {
    let framework = waiting_for(&small(), 1112, 1111);
    let gone = taken(&framework, id(1112));
    let framework = framework.removed(id(1112)).and_then(|next| next.shifted(id(1111), Some(id(11)), 0));
    let back = framework.and_then(|next| back(&next, gone)).expect("back");
    assert_eq!(back.item(id(1112)).map(|item| item.content.depends_on().len()), Some(0));
}

#[test]
fn what_was_moved_away_first_is_not_taken() {
    let before = small();
    let after = before.moved(id(111), Some(id(12)), 0).and_then(|moved| moved.removed(id(11))).expect("moved, removed");
    let lost = before.lost_to(&after);
    let ids: Vec<Vec<ItemId>> = lost.iter().map(|taken| taken.items.iter().map(|item| item.id).collect()).collect();
    assert_eq!(ids, [vec![id(11), id(112)]]);
    assert!(after.put_back(lost[0].clone()).is_ok());
}

proptest! {
    #[test]
    fn putting_back_undoes_a_removal(framework in any_framework(), item in 0usize..64) {
        let all = framework.items();
        if all.is_empty() { return Ok(()); }
        let gone = all[item % all.len()].id;
        let taken = taken(&framework, gone);
        let stored = serde_json::to_value(&taken).expect("JSON");
        let taken: Taken = serde_json::from_value(stored).expect("as it was stored");
        let back = framework.removed(gone).and_then(|without| back(&without, taken));
        prop_assert_eq!(back, Ok(framework));
    }

    /// Whatever is removed, and in whatever order it comes back, all of it does: items, links and what waits for what.
    #[test]
    fn whatever_is_removed_comes_back_whole_in_any_order(
        framework in any_framework(),
        waits in prop::collection::vec((0usize..16, 0usize..16), 0..6),
        removals in prop::collection::vec(0usize..64, 1..6),
        order in Just((0..6).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        let mut whole = framework;
        for (one, other) in waits {
            let activities: Vec<ItemId> = whole.items().iter().filter(|item| item.kind() == ItemKind::Activity).map(|item| item.id).collect();
            let (Some(one), Some(other)) = (activities.get(one), activities.get(other)) else { continue };
            let mut content = whole.item(*one).expect("an activity").content.clone();
            let Nature::Activity { depends_on, .. } = &mut content.nature else { panic!("no activity") };
            if !depends_on.contains(other) {
                depends_on.push(*other);
            }
            whole = whole.revised(*one, content).unwrap_or(whole);
        }
        let mut framework = whole.clone();
        let mut kept: Vec<Taken> = Vec::new();
        for place in removals {
            let Some(item) = framework.items().get(place % framework.items().len().max(1)) else { break };
            kept.push(taken(&framework, item.id));
            framework = framework.removed(item.id).expect("it is there");
        }
        // What lay in something that was removed later waits for that, as the planner is told.
        while !kept.is_empty() {
            let next = order.iter().filter(|place| **place < kept.len()).find(|place| {
                let top = &kept[**place].items[0];
                top.parent.is_none_or(|parent| framework.item(parent).is_some())
            });
            let taken = kept.remove(*next.expect("something can always come back"));
            let (back, left) = framework.put_back(taken).expect("its place is there");
            for other in &mut kept {
                other.take_over(&left);
            }
            framework = back;
        }
        let said = |of: &Framework| {
            let mut items: Vec<Item> = of.items().iter().map(|item| Item { position: 0, ..item.clone() }).collect();
            for item in &mut items {
                if let Nature::Activity { depends_on, .. } = &mut item.content.nature {
                    depends_on.sort_unstable();
                }
            }
            items.sort_by_key(|item| item.id);
            let mut links = of.links().to_vec();
            links.sort_by_key(|link| (link.output, link.outcome));
            (items, links)
        };
        prop_assert_eq!(said(&framework), said(&whole));
    }
}
