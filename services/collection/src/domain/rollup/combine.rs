//! Putting parts together.

use std::rc::Rc;

use super::cube::{Amount, Cell, How};
use crate::domain::definition::{OverAreas, OverTime};

/// How values become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Sum,
    Average,
    Last,
    Max,
    Min,
}

impl By {
    pub(super) const fn over_time(over: OverTime) -> Self {
        match over {
            OverTime::Sum | OverTime::Ratio => Self::Sum,
            OverTime::Average => Self::Average,
            OverTime::Last => Self::Last,
            OverTime::Max => Self::Max,
            OverTime::Min => Self::Min,
        }
    }

    /// `None` where the values of areas make nothing together.
    pub(super) const fn over_areas(over: OverAreas) -> Option<Self> {
        match over {
            OverAreas::Sum | OverAreas::Ratio => Some(Self::Sum),
            OverAreas::Average => Some(Self::Average),
            OverAreas::Max => Some(Self::Max),
            OverAreas::Min => Some(Self::Min),
            OverAreas::None => None,
        }
    }
}

/// One cell out of its expected parts, in order; `None` where none of them says anything.
pub(super) fn combine<K: Copy>(by: By, parts: &[(K, Rc<Cell>)], how: impl Fn(Vec<K>) -> How) -> Option<Cell> {
    let expected: Vec<&(K, Rc<Cell>)> = parts.iter().filter(|(_, cell)| cell.amount != Amount::NotApplicable).collect();
    if expected.is_empty() {
        let keys = parts.iter().map(|(key, _)| *key).collect::<Vec<_>>();
        return (!parts.is_empty()).then(|| Cell::without_value(Amount::NotApplicable, 1.0, how(keys)));
    }
    let coverage = expected.iter().map(|(_, cell)| cell.coverage).sum::<f64>() / expected.len() as f64;
    let mut valued: Vec<&(K, Rc<Cell>)> = expected.iter().copied().filter(|(_, cell)| cell.amount.is_value()).collect();
    if valued.is_empty() {
        let all_suppressed = expected.iter().all(|(_, cell)| cell.amount == Amount::Suppressed);
        let keys = expected.iter().map(|(key, _)| *key).collect();
        return all_suppressed.then(|| Cell::without_value(Amount::Suppressed, 0.0, how(keys)));
    }
    if by == By::Last {
        valued = valued.split_off(valued.len() - 1);
    }
    let mut areas: Vec<u32> = valued.iter().flat_map(|(_, cell)| cell.areas.iter().copied()).collect();
    areas.sort_unstable();
    areas.dedup();
    Some(Cell {
        amount: amount(by, valued.iter().map(|(_, cell)| cell.amount)),
        coverage,
        observations: valued.iter().map(|(_, cell)| cell.observations).sum(),
        verified: valued.iter().map(|(_, cell)| cell.verified).sum(),
        mismatch: valued.iter().any(|(_, cell)| cell.mismatch),
        areas,
        how: how(valued.iter().map(|(key, _)| *key).collect()),
    })
}

/// The amount of amounts that all are values; there is at least one.
pub(super) fn amount(by: By, amounts: impl Iterator<Item = Amount>) -> Amount {
    match by {
        By::Max => pick(amounts, |next, best| next > best),
        By::Min => pick(amounts, |next, best| next < best),
        By::Last => amounts.last().unwrap_or(Amount::Missing),
        By::Sum | By::Average => {
            let (mut number, mut numerator, mut denominator, mut count) = (0.0, 0.0, 0.0, 0.0);
            let mut any_ratio = false;
            for amount in amounts {
                match amount {
                    Amount::Number(value) => {
                        number += value;
                        count += 1.0;
                    }
                    Amount::Ratio { numerator: n, denominator: d } => {
                        numerator += n;
                        denominator += d;
                        any_ratio = true;
                    }
                    Amount::Missing | Amount::NotApplicable | Amount::Suppressed => {}
                }
            }
            match by {
                _ if any_ratio => Amount::Ratio { numerator, denominator },
                By::Average => Amount::Number(number / count),
                _ => Amount::Number(number),
            }
        }
    }
}

/// The best of them; of ratios that are as good, the one with more behind it, in whatever order they come.
fn pick(amounts: impl Iterator<Item = Amount>, better: fn(f64, f64) -> bool) -> Amount {
    let behind = |of: Amount| if let Amount::Ratio { denominator, .. } = of { denominator } else { 0.0 };
    amounts
        .reduce(|best, next| match (best.quotient(), next.quotient()) {
            (Some(one), Some(other)) if better(other, one) => next,
            (Some(one), Some(other)) if one == other && behind(next) > behind(best) => next,
            (None, Some(_)) => next,
            _ => best,
        })
        .unwrap_or(Amount::Missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_ratios_that_are_as_great_the_one_with_more_behind_it_counts() {
        let (few, many) =
            (Amount::Ratio { numerator: 6.0, denominator: 2.0 }, Amount::Ratio { numerator: 15.0, denominator: 5.0 });
        for by in [By::Max, By::Min] {
            assert_eq!(amount(by, [few, many].into_iter()), many);
            assert_eq!(amount(by, [many, few].into_iter()), many);
        }
    }
}
