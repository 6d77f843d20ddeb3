use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::domain::framework::tests::{id, item, link};

/// One objective for each count of outcomes; outputs under the first outcome; links by number.
fn framework(outcomes: &[usize], outputs: usize, links: &[(usize, usize)]) -> Framework {
    let mut framework = Framework::default();
    let (mut all, mut next) = (Vec::new(), 1_u128);
    for count in outcomes {
        let objective = next;
        framework = framework.added(item(objective, ItemKind::Objective, None)).expect("an objective");
        next += 1;
        for _ in 0..*count {
            framework = framework.added(item(next, ItemKind::Outcome, Some(objective))).expect("an outcome");
            all.push(next);
            next += 1;
        }
    }
    let Some(first) = all.first().copied() else { return framework };
    let of_outputs: Vec<u128> = (0..outputs as u128).map(|number| 10_000 + number).collect();
    for output in &of_outputs {
        framework = framework.added(item(*output, ItemKind::Output, Some(first))).expect("an output");
    }
    for (output, outcome) in links {
        if of_outputs.is_empty() {
            break;
        }
        let one = link(of_outputs[output % of_outputs.len()], all[outcome % all.len()]);
        // One that goes round in a circle is refused, and left out here.
        framework = framework.linked(one).unwrap_or(framework);
    }
    framework
}

#[test]
fn links_do_not_cross_where_they_need_not() {
    let crossed = framework(&[3], 3, &[(0, 2), (1, 1), (2, 0)]);
    let theory = lay_out(&crossed);
    assert_eq!((theory.crossings, theory.rows), (0, 3));
    let rows: BTreeMap<ItemId, f64> = theory.placed.iter().map(|one| (one.item, one.row)).collect();
    assert_eq!(rows[&id(10_000)], rows[&id(4)], "an output stands beside the only outcome that it works on");
    assert_eq!(rows[&id(1)], 1.0, "the objective stands in the middle of its outcomes");
}

#[test]
fn what_is_not_linked_is_marked() {
    let theory = lay_out(&framework(&[2], 2, &[(0, 0)]));
    let unlinked: Vec<ItemId> = theory.placed.iter().filter(|one| one.unlinked).map(|one| one.item).collect();
    assert_eq!(unlinked, [id(3), id(10_001)]);
    assert_eq!(lay_out(&Framework::default()), Theory::default());
}

proptest! {
    #[test]
    fn every_result_has_a_place_of_its_own_and_no_order_is_worse_than_the_readers(
        outcomes in proptest::collection::vec(0_usize..5, 0..5),
        outputs in 0_usize..12,
        links in proptest::collection::vec((0_usize..12, 0_usize..20), 0..40),
    ) {
        let framework = framework(&outcomes, outputs, &links);
        let theory = lay_out(&framework);
        prop_assert_eq!(theory.placed.len(), framework.items().len());
        let mut columns: BTreeMap<ItemKind, Vec<f64>> = BTreeMap::new();
        for placed in &theory.placed {
            columns.entry(placed.kind).or_default().push(placed.row);
            prop_assert!(placed.row >= 0.0 && placed.row < f64::from(theory.rows));
        }
        for rows in columns.values() {
            prop_assert!(rows.windows(2).all(|pair| pair[1] - pair[0] >= 1.0), "{:?}", rows);
        }
        // Outcomes stay with their objective.
        let parents: Vec<Option<ItemId>> = theory
            .placed
            .iter()
            .filter(|placed| placed.kind == ItemKind::Outcome)
            .map(|placed| framework.item(placed.item).and_then(|item| item.parent))
            .collect();
        let mut changes = parents.clone();
        changes.dedup();
        let apart: std::collections::BTreeSet<_> = changes.iter().collect();
        prop_assert_eq!(changes.len(), apart.len());
        // Against the order as it is read.
        let plain = |kind: ItemKind| framework.items().iter().filter(move |item| item.kind() == kind).map(|item| item.id).collect::<Vec<_>>();
        let (left, right) = (plain(ItemKind::Output), plain(ItemKind::Outcome));
        let at = |order: &[ItemId], id: ItemId| order.iter().position(|own| *own == id).unwrap_or_default() as i64;
        let ends: Vec<(i64, i64)> = framework.links().iter().map(|link| (at(&left, link.output), at(&right, link.outcome))).collect();
        let crossing = ends.iter().enumerate().flat_map(|(place, one)| ends[..place].iter().map(move |other| (one.0 - other.0) * (one.1 - other.1))).filter(|product| *product < 0).count();
        prop_assert!(theory.crossings <= crossing);
        prop_assert_eq!(lay_out(&framework), theory);
    }
}
