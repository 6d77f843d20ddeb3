//! The areas of a mission: which lies in which, and which came of which, on any day.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One area.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Area {
    pub code: String,
    /// Code of the area that it lies in; empty at the top.
    pub parent: String,
    /// First and last day on which it exists; `None` without a bound.
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    /// What it lay in before, the oldest first.
    pub former: Vec<Former>,
    /// What it became by a split or merge.
    pub became: Option<Became>,
}

/// What an area lay in, and its last day there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Former {
    /// Empty at the top.
    pub parent: String,
    pub until: NaiveDate,
}

/// What an area became, and the first day of that.
#[derive(Debug, Clone, PartialEq)]
pub struct Became {
    pub date: NaiveDate,
    pub successors: Vec<Successor>,
}

/// One of the areas that another became.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Successor {
    pub code: String,
    /// Share of the area before, 0 to 1, where it is known.
    pub share: Option<f64>,
}

/// Number of the mission as a whole, which every area lies in.
pub(super) const MISSION: u32 = 0;

/// What lies in an area in a period: each inner list is areas that existed together; where there are
/// several, they are of the same ground one after the other, and only one counts.
pub(super) type Ground = Vec<Vec<u32>>;

/// What lies directly below an area in a period.
#[derive(Debug, Default)]
pub(super) struct Below {
    pub grounds: Vec<Ground>,
    /// Areas that came into it within the period, and lay elsewhere before.
    pub moved: Vec<u32>,
}

impl Below {
    /// True where what lies there changed within the period.
    pub(super) fn changed(&self) -> bool {
        !self.moved.is_empty() || self.grounds.iter().any(|ground| ground.len() > 1)
    }
}

/// A split or merge: what was there before the day, and what from it on.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub date: NaiveDate,
    pub before: Vec<u32>,
    pub after: Vec<u32>,
}

/// The areas by number, with their children.
#[derive(Debug, Clone, Default)]
pub struct AreaTree {
    codes: Vec<String>,
    numbers: HashMap<String, u32>,
    /// Areas that lie, or lay, in one.
    children: Vec<Vec<u32>>,
    valid: Vec<(NaiveDate, NaiveDate)>,
    /// Last day in each area that one lay in, in order; the last has no end.
    lay_in: Vec<Vec<(NaiveDate, u32)>>,
    became: BTreeMap<u32, (NaiveDate, Vec<u32>)>,
    /// Of a merged area: the day, and what it was made of.
    merged_of: BTreeMap<u32, (NaiveDate, Vec<u32>)>,
    /// The latest first.
    steps: Vec<Step>,
    /// Of a merged area: the number of itself with what it carries from before.
    carrying: BTreeMap<u32, u32>,
}

impl AreaTree {
    /// From the areas, in any order. One whose parent is not known, or lies in itself, is at the top.
    pub fn new(areas: &[Area]) -> Self {
        let mut tree = Self::default();
        tree.add("", None, None);
        let mut sorted: Vec<&Area> = areas.iter().collect();
        sorted.sort_by(|one, other| (&one.code, one.valid_from).cmp(&(&other.code, other.valid_from)));
        for area in &sorted {
            tree.add(&area.code, area.valid_from, area.valid_to);
        }
        let parents: HashMap<&str, &str> =
            sorted.iter().map(|area| (area.code.as_str(), area.parent.as_str())).collect();
        for area in &sorted {
            let number = tree.numbers[&area.code];
            let parent = if is_in_itself(&area.code, &parents) { None } else { tree.numbers.get(&area.parent) };
            let parent = parent.copied().unwrap_or(MISSION);
            if number != MISSION {
                tree.put(number, parent, area.valid_from);
            }
        }
        for area in &sorted {
            tree.add_former(area);
        }
        for area in &sorted {
            tree.add_became(area);
        }
        tree.add_merged();
        tree.add_steps();
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
        let number = self.push(code.to_owned(), valid);
        self.numbers.insert(code.to_owned(), number);
        number
    }

    fn push(&mut self, code: String, valid: (NaiveDate, NaiveDate)) -> u32 {
        let number = self.codes.len() as u32;
        self.codes.push(code);
        self.children.push(Vec::new());
        self.lay_in.push(Vec::new());
        self.valid.push(valid);
        number
    }

    /// In what it lies; of a code that comes twice the later one lies there from its first day on.
    fn put(&mut self, number: u32, parent: u32, from: Option<NaiveDate>) {
        let lay_in = &mut self.lay_in[number as usize];
        if let (Some(before), Some(from)) = (lay_in.last_mut(), from) {
            before.0 = from.pred_opt().unwrap_or(from);
        }
        lay_in.push((NaiveDate::MAX, parent));
        if !self.children[parent as usize].contains(&number) {
            self.children[parent as usize].push(number);
        }
    }

    /// Where it lay before; a place that lies in the area itself is left out.
    fn add_former(&mut self, area: &Area) {
        let number = self.numbers[&area.code];
        for former in area.former.iter().rev() {
            let parent = self.numbers.get(&former.parent).copied().unwrap_or(MISSION);
            if number == MISSION || self.is_below(parent, number) {
                continue;
            }
            if !self.children[parent as usize].contains(&number) {
                self.children[parent as usize].push(number);
            }
            self.lay_in[number as usize].insert(0, (former.until, parent));
        }
    }

    fn is_below(&self, below: u32, above: u32) -> bool {
        let (mut waiting, mut seen) = (vec![above], BTreeSet::new());
        while let Some(number) = waiting.pop() {
            if number == below {
                return true;
            }
            if seen.insert(number) {
                waiting.extend(&self.children[number as usize]);
            }
        }
        false
    }

    fn add_became(&mut self, area: &Area) {
        let Some(became) = &area.became else { return };
        let successors: Vec<u32> =
            became.successors.iter().filter_map(|one| self.numbers.get(&one.code).copied()).collect();
        if !successors.is_empty() {
            self.became.insert(self.numbers[&area.code], (became.date, successors));
        }
    }

    /// A merged area carries what its parts had; it has a second number for that, which lies in nothing.
    fn add_merged(&mut self) {
        for (&before, (date, successors)) in &self.became {
            if let [into] = successors[..]
                && into != before
            {
                self.merged_of.entry(into).or_insert_with(|| (*date, Vec::new())).1.push(before);
            }
        }
        for &into in self.merged_of.keys().copied().collect::<Vec<_>>().iter() {
            let number = self.push(self.codes[into as usize].clone(), self.valid[into as usize]);
            self.carrying.insert(into, number);
        }
    }

    fn add_steps(&mut self) {
        let splits = self.became.iter().filter(|(_, (_, after))| after.len() > 1);
        let splits = splits.map(|(&own, (date, after))| Step { date: *date, before: vec![own], after: after.clone() });
        let merges = self.merged_of.iter();
        let merges =
            merges.map(|(&into, (date, before))| Step { date: *date, before: before.clone(), after: vec![into] });
        self.steps = splits.chain(merges).collect();
        self.steps.sort_by(|one, other| (other.date, &other.before).cmp(&(one.date, &one.before)));
    }

    /// The splits and merges up to a day, the latest first.
    pub(super) fn steps_until(&self, day: NaiveDate) -> Vec<Step> {
        self.steps.iter().filter(|step| step.date <= day).cloned().collect()
    }

    /// Number of an area; one that the tree does not have is added at the top.
    pub(super) fn number_or_add(&mut self, code: &str) -> u32 {
        if let Some(&number) = self.numbers.get(code) {
            return number;
        }
        let number = self.add(code, None, None);
        self.put(number, MISSION, None);
        number
    }

    /// The number of an area with what it carries from before; itself where it carries nothing.
    pub(super) fn carrying(&self, number: u32) -> u32 {
        self.carrying.get(&number).copied().unwrap_or(number)
    }

    /// The area behind a number, without what it carries.
    fn plain(&self, number: u32) -> u32 {
        self.carrying.iter().find_map(|(&plain, &own)| (own == number).then_some(plain)).unwrap_or(number)
    }

    /// What an area was merged of, each with what it carries itself, where `number` stands for an area with
    /// what it carries and the period began before the merge.
    pub(super) fn carries(&self, number: u32, first: NaiveDate) -> Vec<u32> {
        let plain = self.plain(number);
        let Some((date, before)) = self.merged_of.get(&plain).filter(|_| plain != number) else { return Vec::new() };
        // A part is older than the whole; news that says otherwise are not followed.
        let older = |part: &u32| self.merged_of.get(part).is_none_or(|(own, _)| own < date);
        if first >= *date {
            return Vec::new();
        }
        before.iter().copied().filter(older).map(|part| self.carrying(part)).collect()
    }

    /// The areas directly below one that exist on any day of an interval, each in the one area that it lay
    /// in last. Areas that followed one another within it come as one ground.
    pub(super) fn below(&self, number: u32, first: NaiveDate, last: NaiveDate) -> Below {
        let number = self.plain(number);
        let (children, moved): (Vec<u32>, Vec<u32>) = self.children[number as usize]
            .iter()
            .copied()
            .filter(|&child| {
                let (from, to) = self.valid[child as usize];
                from <= to && from <= last && first <= to && self.lies_in(child, last.min(to)) == Some(number)
            })
            .partition(|&child| self.lies_in(child, first.max(self.valid[child as usize].0)) == Some(number));
        let within = |child: &u32| self.became.get(child).filter(|(date, _)| *date > first && *date <= last);
        if !children.iter().any(|child| within(child).is_some()) {
            return Below { grounds: children.into_iter().map(|child| vec![vec![child]]).collect(), moved };
        }
        let mut grounds: Vec<BTreeSet<u32>> = Vec::new();
        for &child in &children {
            let mut ground = BTreeSet::from([child]);
            let after = within(&child).map(|(_, successors)| successors.as_slice()).unwrap_or_default();
            ground.extend(after.iter().filter(|one| children.contains(one)));
            let (joined, apart): (Vec<_>, Vec<_>) = grounds.into_iter().partition(|other| !other.is_disjoint(&ground));
            ground.extend(joined.into_iter().flatten());
            grounds = apart;
            grounds.push(ground);
        }
        grounds.sort();
        let grounds = grounds.into_iter().map(|ground| self.one_after_the_other(&ground, first, last)).collect();
        Below { grounds, moved }
    }

    fn one_after_the_other(&self, ground: &BTreeSet<u32>, first: NaiveDate, last: NaiveDate) -> Ground {
        let dates = ground.iter().filter_map(|own| self.became.get(own)).map(|(date, _)| *date);
        let dates = dates.filter(|date| *date > first && *date <= last);
        let days: BTreeSet<NaiveDate> = dates.flat_map(|date| [date.pred_opt().unwrap_or(date), date]).collect();
        let exists = |number: u32, day: NaiveDate| {
            let (from, to) = self.valid[number as usize];
            from <= day && day <= to
        };
        let mut together: Ground =
            days.iter().map(|&day| ground.iter().copied().filter(|&own| exists(own, day)).collect()).collect();
        together.retain(|set| !set.is_empty());
        together.dedup();
        if ground.len() == 1 || together.is_empty() { vec![ground.iter().copied().collect()] } else { together }
    }

    fn lies_in(&self, number: u32, day: NaiveDate) -> Option<u32> {
        self.lay_in[number as usize].iter().find(|(until, _)| *until >= day).map(|(_, parent)| *parent)
    }

    /// One number for all areas that came of one another: what stands for the same ground.
    pub(super) fn ground_of(&self, number: u32) -> u32 {
        let (mut waiting, mut all) = (vec![self.plain(number)], BTreeSet::new());
        while let Some(one) = waiting.pop() {
            if all.insert(one) {
                waiting.extend(self.became.get(&one).iter().flat_map(|(_, after)| after));
                waiting.extend(self.became.iter().filter(|(_, (_, after))| after.contains(&one)).map(|(own, _)| *own));
            }
        }
        all.first().copied().unwrap_or(number)
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
