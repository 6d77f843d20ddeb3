//! Totals out of slices, and whether they agree.

use std::rc::Rc;

use cpas_proto::words::Slice;

use super::{
    combine::{By, amount},
    cube::{Amount, Cell, Cube, How, Key},
};
use crate::domain::definition::{Dimension, UNKNOWN};

/// How much two totals may differ, as a share of the larger.
const DIFFERS: f64 = 1e-6;

impl Cube<'_> {
    /// The cell by its fact, or by a complete set of slices at the same area and period.
    pub(super) fn given_or_sliced(&mut self, key: Key) -> Option<Cell> {
        let given = self.given(key);
        let checks = given.as_ref().is_none_or(|cell| cell.amount.is_value());
        if !checks || !self.definition.kind.adds_up_over_slices() || !self.sliced.contains_key(&(key.0, key.1)) {
            return given;
        }
        let mut sums: Vec<Cell> = Vec::new();
        for dimension in self.open_dimensions(key) {
            sums.extend(self.complete_sum(key, &dimension));
        }
        let mut candidates = given.into_iter().chain(sums);
        let mut taken = candidates.next()?;
        for other in candidates {
            taken.mismatch |= differ(taken.amount, other.amount);
        }
        Some(taken)
    }

    /// The dimensions that a cell's slice does not speak of, in alphabetical order.
    fn open_dimensions(&self, key: Key) -> Vec<Dimension> {
        let slice = &self.slice_texts[key.2 as usize];
        let mut open: Vec<Dimension> =
            self.definition.dimensions.iter().filter(|own| slice.category(&own.name).is_none()).cloned().collect();
        open.sort_by(|one, other| one.name.cmp(&other.name));
        open
    }

    /// The sum along one dimension, `None` when the set is not complete.
    fn complete_sum(&mut self, key: Key, dimension: &Dimension) -> Option<Cell> {
        let mut parts: Vec<(Key, Rc<Cell>)> = Vec::new();
        for category in dimension.required() {
            let part = self.narrowed(key, &dimension.name, category);
            let cell = self.given_or_sliced(part).filter(|cell| adds(cell.amount))?;
            parts.push((part, Rc::new(cell)));
        }
        let unknown = self.narrowed(key, &dimension.name, UNKNOWN);
        match self.given_or_sliced(unknown) {
            Some(cell) if adds(cell.amount) => parts.push((unknown, Rc::new(cell))),
            Some(_) => return None,
            None if self.says_something(unknown) => return None,
            None => {}
        }
        parts.retain(|(_, cell)| cell.amount.is_value());
        if parts.is_empty() {
            return None;
        }
        Some(Cell {
            amount: amount(By::Sum, parts.iter().map(|(_, cell)| cell.amount)),
            coverage: 1.0,
            observations: parts.iter().map(|(_, cell)| cell.observations).sum(),
            verified: parts.iter().map(|(_, cell)| cell.verified).sum(),
            mismatch: parts.iter().any(|(_, cell)| cell.mismatch),
            areas: vec![key.0],
            how: How::Slices(dimension.name.clone(), parts.iter().map(|(part, _)| *part).collect()),
        })
    }

    /// The cell of one category more.
    fn narrowed(&mut self, key: Key, dimension: &str, category: &str) -> Key {
        let slice = &self.slice_texts[key.2 as usize];
        let pairs = slice.pairs().map(|(name, category)| (name.to_owned(), category.to_owned()));
        let narrowed: Slice = pairs.chain([(dimension.to_owned(), category.to_owned())]).collect();
        (key.0, key.1, self.slice_number(&narrowed))
    }

    /// True when there is a value in the slice or in a part of it.
    fn says_something(&self, key: Key) -> bool {
        let wanted = &self.slice_texts[key.2 as usize];
        self.sliced.get(&(key.0, key.1)).into_iter().flatten().any(|&own| {
            let slice = &self.slice_texts[own as usize];
            wanted.pairs().all(|(dimension, category)| slice.category(dimension) == Some(category))
                && self.given((key.0, key.1, own)).is_some()
        })
    }
}

/// True for what a sum can do with: a value, or nothing to count.
fn adds(amount: Amount) -> bool {
    amount.is_value() || amount == Amount::NotApplicable
}

fn differ(one: Amount, other: Amount) -> bool {
    let apart = |a: f64, b: f64| (a - b).abs() > DIFFERS * a.abs().max(b.abs()).max(1.0);
    match (one, other) {
        (Amount::Number(one), Amount::Number(other)) => apart(one, other),
        (Amount::Ratio { numerator: n1, denominator: d1 }, Amount::Ratio { numerator: n2, denominator: d2 }) => {
            apart(n1, n2) || apart(d1, d2)
        }
        _ => false,
    }
}
