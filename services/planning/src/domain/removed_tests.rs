use proptest::prelude::*;

use super::*;
use crate::domain::framework::tests::{any_framework, id, link, small};

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
    let taken = framework.taken_by_removing(id(11)).expect("an outcome");
    assert_eq!((taken.items.len(), taken.links.len(), taken.awaited.len()), (5, 1, 1));
    let without = framework.removed(id(11)).expect("removed");
    assert_eq!(without.put_back(taken), Ok(framework));
}

#[test]
fn what_its_place_was_in_comes_first() {
    let inner = small().taken_by_removing(id(111)).expect("an output");
    let framework = small().removed(id(111)).expect("removed");
    let outer = framework.taken_by_removing(id(11)).expect("its outcome");
    let framework = framework.removed(id(11)).expect("removed");
    let refused = framework.put_back(inner.clone()).expect_err("nowhere to lie").to_string();
    assert!(refused.contains("put that back first"), "{refused}");
    let framework = framework.put_back(outer).and_then(|framework| framework.put_back(inner.clone())).expect("in turn");
    assert_eq!(framework, small());
    assert!(framework.put_back(inner).expect_err("twice").to_string().contains("already"));
}

#[test]
fn links_to_what_is_gone_stay_out() {
    let framework = small().linked(link(111, 12)).expect("a link");
    let taken = framework.taken_by_removing(id(111)).expect("an output");
    let framework = framework.removed(id(111)).and_then(|framework| framework.removed(id(12))).expect("both removed");
    let back = framework.put_back(taken).expect("the output");
    assert_eq!((back.links().len(), back.items().len()), (0, 6));
}

proptest! {
    #[test]
    fn putting_back_undoes_a_removal(framework in any_framework(), item in 0usize..64) {
        let all = framework.items();
        if all.is_empty() { return Ok(()); }
        let gone = all[item % all.len()].id;
        let taken = framework.taken_by_removing(gone).expect("it is there");
        let stored = serde_json::to_value(&taken).expect("JSON");
        let taken: Taken = serde_json::from_value(stored).expect("as it was stored");
        let back = framework.removed(gone).and_then(|without| without.put_back(taken));
        prop_assert_eq!(back, Ok(framework));
    }
}
