//! The theory of change as a picture: outputs on the left, the outcomes that they should bring about in the
//! middle, objectives on the right.
//!
//! Objectives stand in their own order and outcomes stay with their objective, so that a reader finds them;
//! within that, the order is the one with the fewest crossing links that the sweeps found.
//!
//! Source: K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding of hierarchical system
//! structures", IEEE Transactions on Systems, Man, and Cybernetics 11 (1981): ordering by barycentre, sweep by
//! sweep, keeping the best.

use std::collections::BTreeMap;

use super::{
    framework::Framework,
    ids::ItemId,
    item::{Item, ItemKind},
};

/// Sweeps from side to side.
const SWEEPS: usize = 12;

/// An item in its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed {
    pub item: ItemId,
    pub kind: ItemKind,
    /// From the top; those of one kind are at least 1 apart.
    pub row: f64,
    /// An output that reaches nothing, or an outcome that nothing reaches.
    pub unlinked: bool,
}

/// The picture.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Theory {
    /// Objectives, outcomes and outputs, each from the top.
    pub placed: Vec<Placed>,
    /// Rows that it takes.
    pub rows: u32,
    /// Pairs of links that cross.
    pub crossings: usize,
}

/// Lays out the results of a plan; the same plan has the same picture.
pub fn lay_out(framework: &Framework) -> Theory {
    let of = |kind: ItemKind| framework.items().iter().filter(move |item| item.kind() == kind).collect::<Vec<&Item>>();
    let (objectives, outcomes, outputs) = (of(ItemKind::Objective), of(ItemKind::Outcome), of(ItemKind::Output));
    let number = |items: &[&Item]| -> BTreeMap<ItemId, usize> { items.iter().map(|item| item.id).zip(0..).collect() };
    let (outcome_numbers, output_numbers) = (number(&outcomes), number(&outputs));
    let links: Vec<(usize, usize)> = framework
        .links()
        .iter()
        .filter_map(|link| Some((*output_numbers.get(&link.output)?, *outcome_numbers.get(&link.outcome)?)))
        .collect();
    // Outcomes come in reading order, so that each objective's stand together.
    let groups: Vec<Option<ItemId>> = outcomes.iter().map(|item| item.parent).collect();
    let (left, right, crossings) = ordered(outputs.len(), &groups, &links);

    let left_rows: Vec<f64> = spread(left.iter().map(|_| None));
    let row_of_output: BTreeMap<usize, f64> = left.iter().copied().zip(left_rows.iter().copied()).collect();
    let wanted = right.iter().map(|outcome| {
        mean(links.iter().filter(|link| link.1 == *outcome).filter_map(|link| row_of_output.get(&link.0).copied()))
    });
    let right_rows = spread(wanted);
    let row_of_outcome: BTreeMap<usize, f64> = right.iter().copied().zip(right_rows.iter().copied()).collect();
    let wanted = objectives.iter().map(|objective| {
        let below = (0..outcomes.len()).filter(|place| groups[*place] == Some(objective.id));
        mean(below.filter_map(|place| row_of_outcome.get(&place).copied()))
    });
    let top_rows = spread(wanted);

    let mut placed = Vec::with_capacity(framework.items().len());
    let mut put = |item: &Item, row: f64, unlinked: bool| {
        placed.push(Placed { item: item.id, kind: item.kind(), row, unlinked });
    };
    objectives.iter().zip(&top_rows).for_each(|(item, row)| put(item, *row, false));
    for (place, row) in right.iter().zip(&right_rows) {
        put(outcomes[*place], *row, links.iter().all(|link| link.1 != *place));
    }
    for (place, row) in left.iter().zip(&left_rows) {
        put(outputs[*place], *row, links.iter().all(|link| link.0 != *place));
    }
    let last = placed.iter().map(|one| one.row).fold(-1.0, f64::max);
    Theory { placed, rows: (last + 1.0).ceil().max(0.0) as u32, crossings }
}

/// The order of outputs, that of outcomes, and the crossings that are left.
fn ordered(outputs: usize, groups: &[Option<ItemId>], links: &[(usize, usize)]) -> (Vec<usize>, Vec<usize>, usize) {
    let mut left: Vec<usize> = (0..outputs).collect();
    let mut right: Vec<usize> = (0..groups.len()).collect();
    // Which group comes first is given.
    let mut ranks: BTreeMap<Option<ItemId>, usize> = BTreeMap::new();
    for group in groups {
        let next = ranks.len();
        ranks.entry(*group).or_insert(next);
    }
    let mut best = (left.clone(), right.clone(), crossings(&left, &right, links));
    for _ in 0..SWEEPS {
        let rows = places(&right);
        let key = |output: usize| mean(links.iter().filter(|link| link.0 == output).map(|link| rows[link.1]));
        // What reaches nothing stands at the end.
        left.sort_by(|one, other| order(key(*one), key(*other)).then(one.cmp(other)));
        let rows = places(&left);
        let key = |outcome: usize| mean(links.iter().filter(|link| link.1 == outcome).map(|link| rows[link.0]));
        right.sort_by(|one, other| {
            let group = |outcome: usize| ranks[&groups[outcome]];
            group(*one).cmp(&group(*other)).then(order(key(*one), key(*other))).then(one.cmp(other))
        });
        let found = crossings(&left, &right, links);
        if found < best.2 {
            best = (left.clone(), right.clone(), found);
        }
    }
    best
}

fn order(one: Option<f64>, other: Option<f64>) -> std::cmp::Ordering {
    one.unwrap_or(f64::MAX).total_cmp(&other.unwrap_or(f64::MAX))
}

/// The place of each number in an order.
fn places(order: &[usize]) -> Vec<f64> {
    let mut places = vec![0.0; order.len()];
    for (place, number) in order.iter().enumerate() {
        places[*number] = place as f64;
    }
    places
}

/// Pairs of links that cross: inversions on the right, of links in the order of the left.
fn crossings(left: &[usize], right: &[usize], links: &[(usize, usize)]) -> usize {
    let (left, right) = (places(left), places(right));
    let mut ends: Vec<(usize, usize)> =
        links.iter().map(|link| (left[link.0] as usize, right[link.1] as usize)).collect();
    ends.sort_unstable();
    let (mut seen, mut count) = (Vec::with_capacity(ends.len()), 0);
    for (_, end) in ends {
        let above = seen.partition_point(|other| *other <= end);
        count += seen.len() - above;
        seen.insert(above, end);
    }
    count
}

fn mean(rows: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = rows.fold((0.0, 0_u32), |(sum, count), row| (sum + row, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

/// Rows from the top, each where it is wanted, to a quarter, or the first that is free below the one before.
fn spread(wanted: impl Iterator<Item = Option<f64>>) -> Vec<f64> {
    let mut rows: Vec<f64> = Vec::new();
    for wanted in wanted {
        let free = rows.last().map_or(0.0, |last| last + 1.0);
        rows.push(wanted.map_or(free, |wanted| ((wanted * 4.0).round() / 4.0).max(free)));
    }
    rows
}

#[cfg(test)]
#[path = "theory_tests.rs"]
mod tests;
