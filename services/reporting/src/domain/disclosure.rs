//! Small cells: what a public sheet hides, so that nobody is found out by a number.
//!
//! A count of persons from 1 to the bound is hidden. Where a total and its parts stand in the same sheet,
//! one hidden part could be computed back, so a second one is hidden with it: the smallest that is left.
//! Parts are areas of the mission, categories of one or several dimensions, and periods within a longer one, also
//! several of these at once ([`sums`]). Then all sums are looked at together ([`audit`]): where they leave a small
//! count no way to be another one, one more is hidden, until they do.
//! The same number is hidden wherever the sheet shows it. What this does not do: it knows nothing of
//! numbers that somebody wrote into a sentence, nor of other sheets.

mod audit;
mod sums;
pub mod told;

use std::collections::{BTreeMap, BTreeSet};

use self::sums::{Sum, sums};
use super::{
    figure::{Figure, Kind},
    snapshot::{Line, Measure, Snapshot},
};

/// What a figure speaks of: two figures with one key are one number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    indicator: String,
    area: String,
    period: String,
    slice: String,
}

/// The counts of persons that a sheet shows, each with the blocks that it stands in.
type Shown = BTreeMap<Key, Count>;

#[derive(Debug, Clone, PartialEq)]
struct Count {
    value: f64,
    blocks: BTreeSet<String>,
}

/// Hides small counts of persons, and what would give them away. `small_cell_max` is the highest count
/// that is hidden; 0 hides nothing. Returns how many figures were hidden.
pub fn suppress_small_cells(snapshot: &mut Snapshot, fiscal_start_month: u32, small_cell_max: u32) -> usize {
    let bound = f64::from(small_cell_max);
    let mut shown = Shown::new();
    for (part, measure, figure) in snapshot.figures().filter(|(_, measure, _)| measure.persons) {
        if let (Kind::Value, Some(value)) = (figure.kind, figure.value) {
            let count = shown.entry(key(&measure.code, figure));
            count.or_insert(Count { value, blocks: BTreeSet::new() }).blocks.insert(part.id.clone());
        }
    }
    let small = |value: f64| value > 0.0 && value <= bound;
    let secret: Vec<&Key> = shown.iter().filter(|(_, count)| small(count.value)).map(|(key, _)| key).collect();
    let mut hidden: BTreeSet<Key> = secret.iter().map(|key| (*key).clone()).collect();
    let sums = sums(&shown, fiscal_start_month);
    // Hiding one more may open another sum; each round hides at least one, so it ends.
    let one_more = |hidden: &BTreeSet<Key>| {
        let of_one_sum = sums.iter().find_map(|sum| given_away(sum, &shown, hidden, bound));
        of_one_sum.or_else(|| audit::given_away(&secret, &sums, &shown, hidden))
    };
    while let Some(next) = one_more(&hidden) {
        hidden.insert(next);
    }
    let mut count = 0;
    let mut hide = |measure: &mut Measure, figures: &mut dyn Iterator<Item = &mut Figure>| {
        for figure in figures {
            if figure.kind == Kind::Value && hidden.contains(&key(&measure.code, figure)) {
                figure.suppress();
                count += 1;
            }
        }
        // A baseline is a count too: a small one, or one of a period whose count is hidden, goes as well.
        let of_hidden_period = hidden
            .iter()
            .any(|key| key.indicator == measure.code && key.area.is_empty() && key.period == measure.baseline_period);
        if measure.persons && (measure.baseline.is_some_and(small) || of_hidden_period) {
            measure.baseline = None;
        }
    };
    for part in &mut snapshot.parts {
        if let Some(measure) = &mut part.measure {
            hide(measure, &mut part.figures.iter_mut());
        }
        for Line { measure, figure } in &mut part.rows {
            hide(measure, &mut std::iter::once(figure));
        }
    }
    count
}

fn key(code: &str, figure: &Figure) -> Key {
    Key {
        indicator: code.to_owned(),
        area: figure.area.clone(),
        period: figure.period.clone(),
        slice: figure.slice.clone(),
    }
}

/// What must be hidden as well, so that the hidden parts of a sum cannot be computed back.
fn given_away(sum: &Sum, shown: &Shown, hidden: &BTreeSet<Key>, bound: f64) -> Option<Key> {
    let total = sum.total()?;
    let parts: Vec<(&Key, f64)> = sum.parts.iter().map(|part| (part, shown[part].value)).collect();
    let (away, left): (Vec<_>, Vec<_>) = parts.into_iter().partition(|(part, _)| hidden.contains(part));
    if hidden.contains(total) {
        // All parts shown add up to the hidden total.
        return away.is_empty().then(|| smallest(&left)).flatten();
    }
    let together: f64 = away.iter().map(|(_, value)| value).sum();
    let count = away.len() as f64;
    let told = match away.len() {
        0 => false,
        1 => true,
        // All of them one, or all of them the bound: the sum says so.
        _ => together <= count || (together >= count * bound && away.iter().all(|(_, value)| *value <= bound)),
    };
    told.then(|| smallest(&left).unwrap_or_else(|| total.clone()))
}

/// The smallest that is not zero, else a zero.
fn smallest(parts: &[(&Key, f64)]) -> Option<Key> {
    let by_value = |a: &&(&Key, f64), b: &&(&Key, f64)| a.1.total_cmp(&b.1).then_with(|| a.0.cmp(b.0));
    let above_zero = parts.iter().filter(|(_, value)| *value > 0.0).min_by(by_value);
    above_zero.or_else(|| parts.iter().min_by(by_value)).map(|(key, _)| (*key).clone())
}

#[cfg(test)]
mod tests;
