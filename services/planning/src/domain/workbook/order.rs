//! Where the items of a framework stand after a workbook: what it moved moves, what others moved meanwhile stays where
//! they put it, and what is new comes after what stood before it.

use std::collections::{BTreeMap, BTreeSet};

use super::Row;

/// Items in reading order, each with the key of the one that it lies in.
pub type Arranged = Vec<(String, String)>;

/// The items as they are to stand. `file` has only rows that stay or are new; `gone` are rows of `current` that go,
/// with all that lies in them.
pub fn arrange(current: &[Row], base: Option<&[Row]>, file: &[Row], gone: &BTreeSet<String>) -> Arranged {
    let now = by_key(current);
    let then = base.map(by_key);
    let in_file: BTreeSet<&str> = file.iter().map(|row| row.key.as_str()).collect();
    let stays = |key: &str| key.is_empty() || in_file.contains(key) || (now.contains_key(key) && !gone.contains(key));
    let mut parents: BTreeMap<&str, &str> = BTreeMap::new();
    for row in current.iter().filter(|row| !gone.contains(&row.key)) {
        parents.insert(&row.key, &row.parent);
    }
    for row in file {
        let Some(stored) = now.get(row.key.as_str()) else {
            parents.insert(&row.key, &row.parent);
            continue;
        };
        let before = then.as_ref().map_or(stored.parent.as_str(), |then| {
            then.get(row.key.as_str()).map_or(stored.parent.as_str(), |row| row.parent.as_str())
        });
        let moved = row.parent != before || !stays(&stored.parent);
        if moved && stays(&row.parent) {
            parents.insert(&row.key, &row.parent);
        }
    }
    let under = |rows: &[&Row], parent: &str| -> Vec<String> {
        rows.iter().filter(|row| parents.get(row.key.as_str()) == Some(&parent)).map(|row| row.key.clone()).collect()
    };
    let current_rows: Vec<&Row> = current.iter().collect();
    let file_rows: Vec<&Row> = file.iter().collect();
    let base_rows: Vec<&Row> = base.unwrap_or(current).iter().collect();
    let mut arranged = Vec::with_capacity(parents.len());
    let mut open = vec![String::new()];
    let mut seen = BTreeSet::new();
    while let Some(key) = open.pop() {
        if !key.is_empty() {
            if !seen.insert(key.clone()) {
                continue;
            }
            let parent = parents.get(key.as_str()).copied().unwrap_or_default().to_owned();
            arranged.push((key.clone(), parent));
        }
        let (now, told, before) = (under(&current_rows, &key), under(&file_rows, &key), under(&base_rows, &key));
        let siblings = if is_reordered(&told, &before, &now) { woven(told, &now) } else { woven(now, &told) };
        open.extend(siblings.into_iter().rev());
    }
    arranged
}

/// True where the workbook says another order of what was there before and still is.
fn is_reordered(told: &[String], before: &[String], now: &[String]) -> bool {
    let told = told.iter().filter(|key| before.contains(key) && now.contains(key));
    let before = before.iter().filter(|key| now.contains(key));
    let told: Vec<_> = told.collect();
    let before: Vec<_> = before.filter(|key| told.contains(key)).collect();
    told != before
}

/// The first list with what only the second has, each after what stands before it there.
fn woven(mut first: Vec<String>, second: &[String]) -> Vec<String> {
    if !second.iter().any(|key| first.contains(key)) {
        first.extend(second.iter().cloned());
        return first;
    }
    let mut after: Option<&String> = None;
    for key in second {
        if !first.contains(key) {
            let place = after.and_then(|before| first.iter().position(|other| other == before)).map_or(0, |at| at + 1);
            first.insert(place, key.clone());
        }
        after = Some(key);
    }
    first
}

/// The items that somebody must have moved: another parent, or passed by a sibling. As few as explain the order.
pub fn moved(current: &[Row], arranged: &Arranged) -> BTreeSet<String> {
    let now = by_key(current);
    let rank: BTreeMap<&str, usize> =
        current.iter().enumerate().map(|(place, row)| (row.key.as_str(), place)).collect();
    let mut moved = BTreeSet::new();
    let mut siblings: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, parent) in arranged {
        match now.get(key.as_str()) {
            Some(row) if row.parent != *parent => drop(moved.insert(key.clone())),
            Some(_) => siblings.entry(parent).or_default().push(key),
            None => {}
        }
    }
    for keys in siblings.values() {
        let ranks: Vec<usize> = keys.iter().map(|key| rank.get(key).copied().unwrap_or_default()).collect();
        let stay = longest_rising(&ranks);
        moved.extend(keys.iter().zip(ranks).filter(|(_, rank)| !stay.contains(rank)).map(|(key, _)| (*key).to_owned()));
    }
    moved
}

/// One of the longest rising selections of different numbers, in the time of the square of their count.
fn longest_rising(numbers: &[usize]) -> BTreeSet<usize> {
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(numbers.len());
    for (place, number) in numbers.iter().enumerate() {
        let before = (0..place).filter(|other| numbers[*other] < *number).max_by_key(|other| best[*other].0);
        best.push((before.map_or(1, |before| best[before].0 + 1), before));
    }
    let mut at = (0..numbers.len()).max_by_key(|place| best[*place].0);
    let mut chosen = BTreeSet::new();
    while let Some(place) = at {
        chosen.insert(numbers[place]);
        at = best[place].1;
    }
    chosen
}

fn by_key(rows: &[Row]) -> BTreeMap<&str, &Row> {
    rows.iter().map(|row| (row.key.as_str(), row)).collect()
}
