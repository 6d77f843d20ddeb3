//! The areas of a mission and which lies in which.

use std::collections::HashMap;

use chrono::NaiveDate;

/// One area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    pub code: String,
    /// Code of the area that it lies in; empty at the top.
    pub parent: String,
    /// First and last day on which it exists; `None` without a bound.
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
}

/// Number of the mission as a whole, which every area lies in.
pub(super) const MISSION: u32 = 0;

/// The areas by number, with their children.
#[derive(Debug, Clone, Default)]
pub struct AreaTree {
    codes: Vec<String>,
    numbers: HashMap<String, u32>,
    children: Vec<Vec<u32>>,
    valid: Vec<(NaiveDate, NaiveDate)>,
}

impl AreaTree {
    /// From the areas, in any order. One whose parent is not known, or lies in itself, is at the top.
    pub fn new(areas: &[Area]) -> Self {
        let mut tree = Self::default();
        tree.add("", None, None);
        let mut sorted: Vec<&Area> = areas.iter().collect();
        sorted.sort_by(|one, other| one.code.cmp(&other.code));
        for area in &sorted {
            tree.add(&area.code, area.valid_from, area.valid_to);
        }
        let parents: HashMap<&str, &str> =
            sorted.iter().map(|area| (area.code.as_str(), area.parent.as_str())).collect();
        for area in &sorted {
            let number = tree.numbers[&area.code];
            let parent = if is_in_itself(&area.code, &parents) { None } else { tree.numbers.get(&area.parent) };
            let parent = parent.copied().unwrap_or(MISSION);
            if !tree.children[parent as usize].contains(&number) && number != MISSION {
                tree.children[parent as usize].push(number);
            }
        }
        tree
    }

    fn add(&mut self, code: &str, from: Option<NaiveDate>, to: Option<NaiveDate>) -> u32 {
        let valid = (from.unwrap_or(NaiveDate::MIN), to.unwrap_or(NaiveDate::MAX));
        if let Some(&number) = self.numbers.get(code) {
            // The same code twice, one after the other: it exists while either does.
            let known = &mut self.valid[number as usize];
            *known = (known.0.min(valid.0), known.1.max(valid.1));
            return number;
        }
        let number = self.codes.len() as u32;
        self.codes.push(code.to_owned());
        self.numbers.insert(code.to_owned(), number);
        self.children.push(Vec::new());
        self.valid.push(valid);
        number
    }

    /// Number of an area; one that the tree does not have is added at the top.
    pub(super) fn number_or_add(&mut self, code: &str) -> u32 {
        if let Some(&number) = self.numbers.get(code) {
            return number;
        }
        let number = self.add(code, None, None);
        self.children[MISSION as usize].push(number);
        number
    }

    /// The areas directly below one that exist on any day of an interval.
    pub(super) fn children(&self, number: u32, first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = u32> {
        let children = self.children[number as usize].iter().copied();
        children.filter(move |&child| {
            let (from, to) = self.valid[child as usize];
            from <= last && first <= to
        })
    }
}

fn is_in_itself(code: &str, parents: &HashMap<&str, &str>) -> bool {
    let mut at = code;
    for _ in 0..=parents.len() {
        match parents.get(at) {
            Some(parent) if *parent == code => return true,
            Some(parent) => at = parent,
            None => return false,
        }
    }
    // A circle further up: those in it are taken out of it, which ends it.
    false
}
