//! Small cells: what a public sheet hides, so that nobody is found out by a number.
//!
//! A count of persons from 1 to the bound is hidden. Where a total and its parts stand in the same sheet,
//! one hidden part could be computed back, so a second one is hidden with it: the smallest that is left.
//! Parts are areas of the mission, categories of one dimension, and periods within a longer one.
//! The same number is hidden wherever the sheet shows it. What this does not do: it knows nothing of
//! numbers that somebody wrote into a sentence, nor of other sheets.

use std::collections::{BTreeMap, BTreeSet};

use cpas_proto::words::{Period, Slice};

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

/// A total and the parts that add up to it.
struct Sum {
    total: Key,
    parts: Vec<Key>,
}

/// Hides small counts of persons, and what would give them away. `small_cell_max` is the highest count
/// that is hidden; 0 hides nothing. Returns how many figures were hidden.
pub fn suppress_small_cells(snapshot: &mut Snapshot, fiscal_start_month: u32, small_cell_max: u32) -> usize {
    let bound = f64::from(small_cell_max);
    let mut shown: BTreeMap<Key, f64> = BTreeMap::new();
    for (_, measure, figure) in snapshot.figures().filter(|(_, measure, _)| measure.persons) {
        if let (Kind::Value, Some(value)) = (figure.kind, figure.value) {
            shown.insert(key(&measure.code, figure), value);
        }
    }
    let small = |value: f64| value > 0.0 && value <= bound;
    let mut hidden: BTreeSet<Key> =
        shown.iter().filter(|(_, value)| small(**value)).map(|(key, _)| key.clone()).collect();
    let sums = sums(&shown, fiscal_start_month);
    // Hiding one more may open another sum; each round hides at least one, so it ends.
    while let Some(next) = sums.iter().find_map(|sum| given_away(sum, &shown, &hidden, bound)) {
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
fn given_away(sum: &Sum, shown: &BTreeMap<Key, f64>, hidden: &BTreeSet<Key>, bound: f64) -> Option<Key> {
    let parts: Vec<(&Key, f64)> = sum.parts.iter().map(|part| (part, shown[part])).collect();
    let (away, left): (Vec<_>, Vec<_>) = parts.into_iter().partition(|(part, _)| hidden.contains(part));
    if hidden.contains(&sum.total) {
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
    told.then(|| smallest(&left).unwrap_or_else(|| sum.total.clone()))
}

/// The smallest that is not zero, else a zero.
fn smallest(parts: &[(&Key, f64)]) -> Option<Key> {
    let by_value = |a: &&(&Key, f64), b: &&(&Key, f64)| a.1.total_cmp(&b.1).then_with(|| a.0.cmp(b.0));
    let above_zero = parts.iter().filter(|(_, value)| *value > 0.0).min_by(by_value);
    above_zero.or_else(|| parts.iter().min_by(by_value)).map(|(key, _)| (*key).clone())
}

/// All totals in the sheet whose parts are in it too.
fn sums(shown: &BTreeMap<Key, f64>, fiscal_start_month: u32) -> Vec<Sum> {
    let mut sums = Vec::new();
    for total in shown.keys() {
        let same = |key: &Key, area: bool, period: bool, slice: bool| {
            key.indicator == total.indicator
                && (!area || key.area == total.area)
                && (!period || key.period == total.period)
                && (!slice || key.slice == total.slice)
        };
        if total.area.is_empty() {
            let parts: Vec<Key> =
                shown.keys().filter(|key| same(key, false, true, true) && !key.area.is_empty()).cloned().collect();
            sums.extend((!parts.is_empty()).then(|| Sum { total: total.clone(), parts }));
        }
        sums.extend(by_dimension(total, shown.keys().filter(|key| same(key, true, true, false))));
        sums.extend(by_period(total, shown.keys().filter(|key| same(key, true, false, true)), fiscal_start_month));
    }
    sums
}

/// Slices that divide a total by one more dimension: one sum for each such dimension.
fn by_dimension<'a>(total: &Key, candidates: impl Iterator<Item = &'a Key>) -> Vec<Sum> {
    let Ok(whole) = total.slice.parse::<Slice>() else { return Vec::new() };
    let mut by: BTreeMap<String, Vec<Key>> = BTreeMap::new();
    for key in candidates {
        let Ok(slice) = key.slice.parse::<Slice>() else { continue };
        let extra: Vec<&str> = slice.dimensions().filter(|dimension| whole.category(dimension).is_none()).collect();
        let agrees = whole.pairs().all(|(dimension, category)| slice.category(dimension) == Some(category));
        if let ([dimension], true) = (extra.as_slice(), agrees) {
            by.entry((*dimension).to_owned()).or_default().push(key.clone());
        }
    }
    by.into_values().map(|parts| Sum { total: total.clone(), parts }).collect()
}

/// Shorter periods within a longer one, one sum for each length.
fn by_period<'a>(total: &Key, candidates: impl Iterator<Item = &'a Key>, fiscal_start_month: u32) -> Vec<Sum> {
    let Ok(whole) = total.period.parse::<Period>() else { return Vec::new() };
    let mut by: BTreeMap<_, Vec<Key>> = BTreeMap::new();
    for key in candidates.filter(|key| key.period != total.period) {
        let Ok(period) = key.period.parse::<Period>() else { continue };
        if period.frequency() < whole.frequency() && whole.covers(period, fiscal_start_month) {
            by.entry(period.frequency()).or_default().push(key.clone());
        }
    }
    by.into_values().map(|parts| Sum { total: total.clone(), parts }).collect()
}

#[cfg(test)]
mod tests;
