//! What adds up to what in a sheet.

use std::collections::{BTreeMap, BTreeSet};

use cpas_proto::words::{Frequency, Period, Slice};

use super::{Key, Shown};

/// Sums that differ by less are equal, relative to the whole.
const EQUAL: f64 = 1e-9;
/// Dimensions of a slice that are looked at; an indicator has at most a few.
const DIMENSIONS_MAX: usize = 6;

/// What is one and the same number: a total, and the parts that add up to it; or two ways to divide a total that does
/// not stand in the sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) whole: Vec<Key>,
    pub(super) parts: Vec<Key>,
}

impl Sum {
    /// The total, where it stands in the sheet.
    pub(super) fn total(&self) -> Option<&Key> {
        match self.whole.as_slice() {
            [total] => Some(total),
            _ => None,
        }
    }

    /// How both sides compare; parts may be fewer than there are.
    pub(super) fn compare(&self, shown: &Shown) -> std::cmp::Ordering {
        compare(together(&self.whole, shown), together(&self.parts, shown))
    }
}

/// A number, as what it speaks of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Cell {
    key: Key,
    slice: Slice,
    period: Period,
}

/// In what the parts are finer than their total: together those that are so in the same way divide it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Finer {
    /// Areas of one block, which are of one level; none: of all blocks.
    block: Option<String>,
    areas: bool,
    dimensions: Vec<String>,
    periods: Option<Frequency>,
}

/// All sums in the sheet: by area, by the categories of one dimension or of several, by the periods of one length, and by
/// several of these at once; and what is the same because it divides the same total, which need not be there.
pub(super) fn sums(shown: &Shown, fiscal_start_month: u32) -> Vec<Sum> {
    let cell =
        |key: &Key| Some(Cell { slice: key.slice.parse().ok()?, period: key.period.parse().ok()?, key: key.clone() });
    let cells: Vec<Cell> = shown.keys().filter_map(cell).collect();
    let mut sums = Vec::new();
    for total in &cells {
        let ways = ways(total, &cells, shown, fiscal_start_month);
        sums.extend(ways.into_iter().map(|parts| Sum { whole: vec![total.key.clone()], parts }));
    }
    let absent: BTreeSet<Cell> = cells.iter().flat_map(|one| coarser(one, &cells, fiscal_start_month)).collect();
    for total in absent.iter().filter(|total| !shown.contains_key(&total.key)) {
        let ways = ways(total, &cells, shown, fiscal_start_month);
        // The one that has most of it; the others as far as they have as much.
        let Some(whole) = ways.iter().max_by(|one, other| together(one, shown).total_cmp(&together(other, shown)))
        else {
            continue;
        };
        let as_much =
            |parts: &&Vec<Key>| *parts != whole && compare(together(whole, shown), together(parts, shown)).is_eq();
        let same = ways.iter().filter(as_much);
        sums.extend(same.map(|parts| Sum { whole: whole.clone(), parts: parts.clone() }));
    }
    sums
}

fn together(keys: &[Key], shown: &Shown) -> f64 {
    keys.iter().map(|key| shown[key].value).sum()
}

fn compare(whole: f64, parts: f64) -> std::cmp::Ordering {
    // What nobody knows may be whatever makes both equal.
    let is_unknown = whole.is_nan() || parts.is_nan();
    if is_unknown || (whole - parts).abs() <= EQUAL * whole.abs().max(1.0) {
        std::cmp::Ordering::Equal
    } else {
        whole.total_cmp(&parts)
    }
}

/// The ways in which numbers of the sheet divide a total.
fn ways(total: &Cell, cells: &[Cell], shown: &Shown, fiscal_start_month: u32) -> Vec<Vec<Key>> {
    let mut by: BTreeMap<Finer, Vec<Key>> = BTreeMap::new();
    for part in cells.iter().filter(|part| part.key.indicator == total.key.indicator) {
        let Some((areas, dimensions, periods)) = finer(total, part, fiscal_start_month) else { continue };
        let blocks = shown[&part.key].blocks.iter().filter(|_| areas).map(|block| Some(block.clone()));
        for block in blocks.chain([None]) {
            let finer = Finer { block, areas, dimensions: dimensions.clone(), periods };
            by.entry(finer).or_default().push(part.key.clone());
        }
    }
    let mut ways: Vec<Vec<Key>> = by.into_values().collect();
    ways.sort();
    ways.dedup();
    ways
}

/// In what a cell is finer than another one; none where it is no part of it.
fn finer(total: &Cell, part: &Cell, fiscal_start_month: u32) -> Option<(bool, Vec<String>, Option<Frequency>)> {
    let areas = match (total.key.area.as_str(), part.key.area.as_str()) {
        (whole, own) if whole == own => false,
        ("", _) => true,
        _ => return None,
    };
    if total.slice.pairs().any(|(dimension, category)| part.slice.category(dimension) != Some(category)) {
        return None;
    }
    let own = part.slice.dimensions().filter(|dimension| total.slice.category(dimension).is_none());
    let dimensions: Vec<String> = own.map(str::to_owned).collect();
    let periods = if total.key.period == part.key.period {
        None
    } else if is_within(part.period, total.period, fiscal_start_month) {
        Some(part.period.frequency())
    } else {
        return None;
    };
    let is_finer = areas || !dimensions.is_empty() || periods.is_some();
    is_finer.then_some((areas, dimensions, periods))
}

fn is_within(part: Period, whole: Period, fiscal_start_month: u32) -> bool {
    part.frequency() < whole.frequency() && whole.covers(part, fiscal_start_month)
}

/// What a number may be a part of: of the whole mission, of fewer dimensions, of a longer period that the sheet knows.
fn coarser(one: &Cell, cells: &[Cell], fiscal_start_month: u32) -> Vec<Cell> {
    let longer = cells.iter().filter(|other| is_within(one.period, other.period, fiscal_start_month));
    let periods: BTreeSet<(&str, Period)> = longer
        .map(|other| (other.key.period.as_str(), other.period))
        .chain([(one.key.period.as_str(), one.period)])
        .collect();
    let areas = BTreeSet::from(["", one.key.area.as_str()]);
    let pairs: Vec<(String, String)> =
        one.slice.pairs().map(|(dimension, category)| (dimension.to_owned(), category.to_owned())).collect();
    let kept = |choice: usize| -> Slice {
        pairs.iter().enumerate().filter(|(place, _)| choice >> place & 1 == 1).map(|(_, pair)| pair.clone()).collect()
    };
    let slices: Vec<Slice> = (0..1_usize << pairs.len().min(DIMENSIONS_MAX)).map(kept).collect();
    let mut found = Vec::new();
    for (name, period) in periods {
        for area in &areas {
            for slice in &slices {
                let key = Key {
                    indicator: one.key.indicator.clone(),
                    area: (*area).to_owned(),
                    period: name.to_owned(),
                    slice: slice.to_string(),
                };
                found.push(Cell { key, slice: slice.clone(), period });
            }
        }
    }
    found
}
