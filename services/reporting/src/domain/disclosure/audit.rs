//! What all sums of a sheet tell together of a count that it hides, by linear programming: the least and the most that it
//! can be. Where there is less than one between the two, the count is found out.
//!
//! A reader is taken to know that a hidden count is not zero, where it is not. Parts that add up to less than their total
//! (not all of them stand in the sheet) tell that they are no more than it; parts that add up to more tell nothing.
//!
//! Source: M. Fischetti, J. J. Salazar, "Models and algorithms for optimizing cell suppression in tabular data with
//! linear constraints", Journal of the American Statistical Association 95 (2000), the attacker's problems; which cell is
//! hidden next is not optimised here.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

use super::{Key, Shown, Sum};

/// Two whole numbers lie this far apart; less than that leaves one.
const ONE: f64 = 1.0 - 1e-6;

/// What the sheet tells of its hidden counts: their weights, and what they add up to, or to at most.
struct Line {
    weights: Vec<(usize, f64)>,
    exactly: bool,
    sum: f64,
}

/// What must be hidden as well because a small count can be computed from all sums together; none: no count can.
pub(super) fn given_away(secret: &[&Key], sums: &[Sum], shown: &Shown, hidden: &BTreeSet<Key>) -> Option<Key> {
    let places: BTreeMap<&Key, usize> = hidden.iter().enumerate().map(|(place, key)| (key, place)).collect();
    let values: Vec<f64> = hidden.iter().map(|key| shown[key].value).collect();
    let lines: Vec<Line> = sums.iter().filter_map(|sum| line(sum, shown, &places)).collect();
    secret.iter().find_map(|key| {
        let place = places[key];
        let own = together(place, &lines);
        let found_out = own.iter().any(|line| line.weights.iter().any(|(other, _)| *other == place))
            && is_found_out(place, &own, &values);
        found_out.then(|| nearest(key, sums, shown, hidden)).flatten()
    })
}

/// What a sum tells of hidden counts, when it has any.
fn line(sum: &Sum, shown: &Shown, places: &BTreeMap<&Key, usize>) -> Option<Line> {
    let compared = sum.compare(shown);
    if compared.is_lt() {
        return None;
    }
    let mut told = Line { weights: Vec::new(), exactly: compared.is_eq(), sum: 0.0 };
    let parts = sum.parts.iter().map(|part| (part, 1.0));
    for (key, weight) in parts.chain(sum.whole.iter().map(|whole| (whole, -1.0))) {
        match places.get(key) {
            Some(place) => told.weights.push((*place, weight)),
            None => told.sum -= weight * shown[key].value,
        }
    }
    (!told.weights.is_empty()).then_some(told)
}

/// The lines that have to do with a hidden count, by way of other hidden counts too.
fn together(place: usize, lines: &[Line]) -> Vec<&Line> {
    let (mut reached, mut own) = (BTreeSet::from([place]), Vec::new());
    let mut left: Vec<&Line> = lines.iter().collect();
    loop {
        let touches = |line: &&Line| line.weights.iter().any(|(place, _)| reached.contains(place));
        let (near, far): (Vec<_>, Vec<_>) = left.into_iter().partition(touches);
        if near.is_empty() {
            return own;
        }
        reached.extend(near.iter().flat_map(|line| line.weights.iter().map(|(place, _)| *place)));
        own.extend(near);
        left = far;
    }
}

/// True where the lines leave a count less than one between its least and its most.
fn is_found_out(place: usize, lines: &[&Line], values: &[f64]) -> bool {
    let least = end(OptimizationDirection::Minimize, place, lines, values);
    let most = end(OptimizationDirection::Maximize, place, lines, values);
    match (least, most) {
        (Ok(least), Ok(most)) => most - least < ONE,
        // Without bound upwards it can be anything.
        (Ok(_), Err(microlp::Error::Unbounded)) => false,
        // What could not be computed is taken for the worse.
        _ => true,
    }
}

/// The least or the most that a count can be.
fn end(
    direction: OptimizationDirection,
    wanted: usize,
    lines: &[&Line],
    values: &[f64],
) -> Result<f64, microlp::Error> {
    let mut problem = Problem::new(direction);
    let mut variables: BTreeMap<usize, Variable> = BTreeMap::new();
    for place in lines.iter().flat_map(|line| line.weights.iter().map(|(place, _)| *place)) {
        let weight = if place == wanted { 1.0 } else { 0.0 };
        variables
            .entry(place)
            .or_insert_with(|| problem.add_var(weight, (values[place].clamp(0.0, 1.0), f64::INFINITY)));
    }
    for line in lines {
        let weights: Vec<(Variable, f64)> =
            line.weights.iter().map(|(place, weight)| (variables[place], *weight)).collect();
        let operator = if line.exactly { ComparisonOp::Eq } else { ComparisonOp::Le };
        problem.add_constraint(weights, operator, line.sum);
    }
    Ok(problem.solve()?.objective())
}

/// What is hidden next for a count that is found out: the smallest part above zero of the sums that it stands in, then a
/// zero, then a total; where all of that is hidden, of the sums that those lead to.
fn nearest(key: &Key, sums: &[Sum], shown: &Shown, hidden: &BTreeSet<Key>) -> Option<Key> {
    let mut reached = BTreeSet::from([key]);
    loop {
        let holds = |sum: &&Sum| sum.whole.iter().chain(&sum.parts).any(|one| reached.contains(one));
        let own: Vec<&Sum> = sums.iter().filter(holds).collect();
        let open = |key: &&Key| !hidden.contains(*key);
        let rank = |key: &Key| (shown[key].value == 0.0, shown[key].value);
        let by_value = |one: &&Key, other: &&Key| {
            rank(one).partial_cmp(&rank(other)).unwrap_or(Ordering::Equal).then_with(|| one.cmp(other))
        };
        // Two ways to divide a total are parts, both of them.
        let parts =
            own.iter().flat_map(|sum| sum.parts.iter().chain(sum.whole.iter().filter(|_| sum.total().is_none())));
        let totals = own.iter().filter_map(|sum| sum.total());
        if let Some(next) = parts.filter(open).min_by(by_value).or_else(|| totals.filter(open).min_by(by_value)) {
            return Some(next.clone());
        }
        let before = reached.len();
        reached.extend(own.iter().flat_map(|sum| sum.whole.iter().chain(&sum.parts)));
        if reached.len() == before {
            return None;
        }
    }
}
