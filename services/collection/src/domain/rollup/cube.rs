//! The facts of one indicator, and the point of any cell.

use std::{
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use cpas_proto::words::{Frequency, Period, Slice};

use super::{
    area_tree::{AreaTree, Below},
    combine::{By, combine},
};
use crate::domain::definition::Definition;

/// What the observation in force says about a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Says {
    Value(f64),
    /// The denominator is more than zero.
    Ratio {
        numerator: f64,
        denominator: f64,
    },
    Missing,
    NotApplicable,
    Suppressed,
}

/// One fact. There is at most one for a cell; of several the last is taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    pub period: Period,
    /// Area code; empty: the mission as a whole.
    pub area: String,
    pub slice: Slice,
    pub says: Says,
    /// Verified or approved.
    pub verified: bool,
    pub definition_version: u32,
}

/// The amount of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amount {
    Number(f64),
    Ratio { numerator: f64, denominator: f64 },
    Missing,
    NotApplicable,
    Suppressed,
}

impl Amount {
    /// True for a number or a ratio.
    pub const fn is_value(self) -> bool {
        matches!(self, Self::Number(_) | Self::Ratio { .. })
    }

    /// The number that a reader sees; a ratio as its quotient.
    pub fn quotient(self) -> Option<f64> {
        match self {
            Self::Number(value) => Some(value),
            Self::Ratio { numerator, denominator } => Some(numerator / denominator),
            Self::Missing | Self::NotApplicable | Self::Suppressed => None,
        }
    }

    /// The word of what kind of point it makes.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Number(_) | Self::Ratio { .. } => "value",
            Self::Missing => "missing",
            Self::NotApplicable => "not_applicable",
            Self::Suppressed => "suppressed",
        }
    }
}

/// Area, period and slice by number.
pub(super) type Key = (u32, Period, u32);

/// Cells with their keys.
type Cells = Vec<(Key, Rc<Cell>)>;

/// How a cell came about.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum How {
    Nothing,
    /// By the fact of this number.
    Given(usize),
    /// Summed over the categories of a dimension.
    Slices(String, Vec<Key>),
    Time(Frequency, Vec<Key>),
    Areas(Vec<Key>),
    /// By what the area was merged of.
    Carried(Vec<Key>),
}

/// The point of a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    pub amount: Amount,
    /// 0 to 1.
    pub coverage: f64,
    /// Facts behind it.
    pub observations: u32,
    /// Those of them that are verified.
    pub verified: u32,
    pub mismatch: bool,
    /// Numbers of the areas whose facts are behind it, sorted.
    pub(super) areas: Vec<u32>,
    pub(super) how: How,
}

impl Cell {
    pub(super) fn without_value(amount: Amount, coverage: f64, how: How) -> Self {
        Self { amount, coverage, observations: 0, verified: 0, mismatch: false, areas: Vec::new(), how }
    }

    /// Share of the facts behind it that are verified, 0 to 1; 0 without any.
    pub fn share_verified(&self) -> f64 {
        if self.observations == 0 { 0.0 } else { f64::from(self.verified) / f64::from(self.observations) }
    }
}

/// How much more one way must cover to be preferred to one that comes before it.
const COVERS_MORE: f64 = 1e-9;

/// All facts of one indicator, ready to be asked.
pub struct Cube<'a> {
    pub(super) definition: &'a Definition,
    pub(super) tree: AreaTree,
    pub(super) fiscal_start_month: u32,
    pub(super) facts: Vec<Fact>,
    pub(super) given: HashMap<Key, usize>,
    pub(super) slices: HashMap<Slice, u32>,
    pub(super) slice_texts: Vec<Slice>,
    /// The slices that there are facts about, for areas and periods that have some.
    pub(super) sliced: HashMap<(u32, Period), Vec<u32>>,
    frequencies: Vec<Frequency>,
    pub(super) known: HashMap<Key, Rc<Cell>>,
}

impl<'a> Cube<'a> {
    /// `fiscal_start_month` is 1 to 12.
    pub fn new(definition: &'a Definition, tree: &AreaTree, fiscal_start_month: u32, facts: Vec<Fact>) -> Self {
        let mut cube = Self {
            definition,
            tree: tree.clone(),
            fiscal_start_month,
            facts: Vec::new(),
            given: HashMap::new(),
            slices: HashMap::new(),
            slice_texts: Vec::new(),
            sliced: HashMap::new(),
            frequencies: Vec::new(),
            known: HashMap::new(),
        };
        cube.slice_number(&Slice::total());
        for (number, fact) in facts.iter().enumerate() {
            let (area, slice) = (cube.tree.number_or_add(&fact.area), cube.slice_number(&fact.slice));
            let carrying = cube.tree.carrying(area);
            for own in if carrying == area { vec![area] } else { vec![area, carrying] } {
                cube.given.insert((own, fact.period, slice), number);
                if !fact.slice.is_total() {
                    cube.sliced.entry((own, fact.period)).or_default().push(slice);
                }
            }
        }
        let mut frequencies: Vec<Frequency> =
            facts.iter().map(|fact| fact.period.frequency()).collect::<BTreeSet<_>>().into_iter().collect();
        // The indicator's own first, then from the longest to the shortest.
        frequencies.reverse();
        frequencies.sort_by_key(|&frequency| frequency != definition.frequency);
        cube.frequencies = frequencies;
        cube.facts = facts;
        cube
    }

    /// The point of a cell, of a merged area with what it carries from before.
    pub fn point(&mut self, area: &str, period: Period, slice: &Slice) -> Rc<Cell> {
        let key = self.asked(area, period, slice);
        self.cell(key)
    }

    /// The point of a cell, of a merged area without what it carries.
    pub fn own_point(&mut self, area: &str, period: Period, slice: &Slice) -> Rc<Cell> {
        let key = self.key(area, period, slice);
        self.cell(key)
    }

    /// The key of a cell that is asked for by itself.
    pub(super) fn asked(&mut self, area: &str, period: Period, slice: &Slice) -> Key {
        let (number, period, slice) = self.key(area, period, slice);
        (self.tree.carrying(number), period, slice)
    }

    pub(super) fn key(&mut self, area: &str, period: Period, slice: &Slice) -> Key {
        (self.tree.number_or_add(area), period, self.slice_number(slice))
    }

    /// The facts in the order that they were given.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// First and last period of a frequency that there are facts about; `None` without facts.
    pub fn range(&self, frequency: Frequency) -> Option<(Period, Period)> {
        let start = self.fiscal_start_month;
        let first = self.facts.iter().map(|fact| fact.period.first_day(start)).min()?;
        let last = self.facts.iter().map(|fact| fact.period.last_day(start)).max()?;
        Some((Period::containing(first, frequency, start), Period::containing(last, frequency, start)))
    }

    pub(super) fn slice_number(&mut self, slice: &Slice) -> u32 {
        if let Some(&number) = self.slices.get(slice) {
            return number;
        }
        let number = self.slice_texts.len() as u32;
        self.slices.insert(slice.clone(), number);
        self.slice_texts.push(slice.clone());
        number
    }

    pub(super) fn cell(&mut self, key: Key) -> Rc<Cell> {
        if let Some(cell) = self.known.get(&key) {
            return Rc::clone(cell);
        }
        let cell = Rc::new(self.compute(key));
        self.known.insert(key, Rc::clone(&cell));
        cell
    }

    fn compute(&mut self, key: Key) -> Cell {
        if let Some(cell) = self.given_or_sliced(key) {
            return cell;
        }
        let mut best: Option<Cell> = None;
        for frequency in self.frequencies.clone() {
            take_better(&mut best, self.over_time(key, frequency));
        }
        let below = self.below(key);
        // Where areas changed within the period, its parts tell them apart.
        if !below.changed() || !best.as_ref().is_some_and(|best| best.amount.is_value()) {
            take_better(&mut best, self.over_areas(key, below));
        }
        take_better(&mut best, self.carried(key));
        best.unwrap_or_else(|| Cell::without_value(Amount::Missing, 0.0, How::Nothing))
    }

    /// The fact at the cell, but for one that says "missing".
    pub(super) fn given(&self, key: Key) -> Option<Cell> {
        let number = *self.given.get(&key)?;
        let fact = &self.facts[number];
        let (amount, coverage) = match fact.says {
            Says::Value(value) => (Amount::Number(value), 1.0),
            Says::Ratio { numerator, denominator } => (Amount::Ratio { numerator, denominator }, 1.0),
            Says::NotApplicable => (Amount::NotApplicable, 1.0),
            Says::Suppressed => (Amount::Suppressed, 0.0),
            Says::Missing => return None,
        };
        Some(Cell {
            amount,
            coverage,
            observations: 1,
            verified: u32::from(fact.verified),
            mismatch: false,
            areas: vec![key.0],
            how: How::Given(number),
        })
    }

    fn over_time(&mut self, (area, period, slice): Key, frequency: Frequency) -> Option<Cell> {
        let parts = self.parts_of(period, frequency)?;
        let parts: Vec<(Key, Rc<Cell>)> = parts
            .into_iter()
            .map(|part| {
                let key = (area, part, slice);
                (key, self.cell(key))
            })
            .collect();
        combine(By::over_time(self.definition.over_time), &parts, |keys| How::Time(frequency, keys))
    }

    /// The periods that one divides into without a rest; `None` where it does not.
    fn parts_of(&self, period: Period, frequency: Frequency) -> Option<Vec<Period>> {
        let start = self.fiscal_start_month;
        if !divides(frequency, period.frequency()) {
            return None;
        }
        let parts = period.divided(frequency, start);
        let whole = parts.first().is_some_and(|first| first.first_day(start) == period.first_day(start))
            && parts.last().is_some_and(|last| last.last_day(start) == period.last_day(start));
        whole.then_some(parts)
    }

    fn below(&self, (area, period, _): Key) -> Below {
        let start = self.fiscal_start_month;
        self.tree.below(area, period.first_day(start), period.last_day(start))
    }

    fn over_areas(&mut self, key: Key, below: Below) -> Option<Cell> {
        let (_, period, slice) = key;
        let by = By::over_areas(self.definition.over_areas)?;
        let mut parts = Cells::new();
        for ground in below.grounds {
            let mut best: Option<(f64, Cells)> = None;
            // The latest first: of equals it is taken.
            for together in ground.into_iter().rev() {
                let cells = self.cells(together, period, slice);
                let rank = combine(by, &cells, How::Areas).map_or(-1.0, |cell| rank(&cell));
                if best.as_ref().is_none_or(|(best, _)| rank > best + COVERS_MORE) {
                    best = Some((rank, cells));
                }
            }
            parts.extend(best.into_iter().flat_map(|(_, cells)| cells));
        }
        let mut parts = self.fallen_back(key, parts);
        // What lay in two areas within the period is not told apart: it is expected here, and not known.
        let unknown = Rc::new(Cell::without_value(Amount::Missing, 0.0, How::Nothing));
        parts.extend(below.moved.into_iter().map(|area| ((area, period, slice), Rc::clone(&unknown))));
        combine(by, &parts, How::Areas)
    }

    /// Where nothing is known of all that came of a split or merge, what was there before stands for it, never both: a
    /// change that is recorded after the fact finds values of what it ended.
    fn fallen_back(&mut self, key: Key, mut parts: Cells) -> Cells {
        let (_, period, _) = key;
        let steps =
            if parts.is_empty() { Vec::new() } else { self.tree.steps_until(period.last_day(self.fiscal_start_month)) };
        let mut taken = Vec::new();
        for step in steps {
            let silent = step.after.iter().all(|own| says(&parts, *own) == Some(Amount::Missing));
            if silent && step.before.iter().all(|own| says(&parts, *own).is_none()) {
                // News that go in a circle end here.
                self.known.insert(key, Rc::new(Cell::without_value(Amount::Missing, 0.0, How::Nothing)));
                self.replace(&mut parts, &step.after, &step.before, key);
                taken.push(step);
            }
        }
        for step in taken.into_iter().rev() {
            let is_silent = |own: &u32| says(&parts, *own).is_some_and(|amount| !amount.is_value());
            if step.before.iter().all(is_silent) {
                self.replace(&mut parts, &step.before, &step.after, key);
            }
        }
        parts
    }

    fn replace(&mut self, parts: &mut Cells, gone: &[u32], come: &[u32], (_, period, slice): Key) {
        parts.retain(|((own, ..), _)| !gone.contains(own));
        parts.extend(self.cells(come.to_vec(), period, slice));
    }

    /// What a merged area carries from those that it was made of.
    fn carried(&mut self, (area, period, slice): Key) -> Option<Cell> {
        let by = By::over_areas(self.definition.over_areas)?;
        let before = self.tree.carries(area, period.first_day(self.fiscal_start_month));
        let parts = self.cells(before, period, slice);
        combine(by, &parts, How::Carried)
    }

    fn cells(&mut self, areas: Vec<u32>, period: Period, slice: u32) -> Cells {
        let keys = areas.into_iter().map(|area| (area, period, slice));
        keys.map(|key| (key, self.cell(key))).collect()
    }
}

/// What an area says among these; `None` where it is not one of them.
fn says(parts: &[(Key, Rc<Cell>)], area: u32) -> Option<Amount> {
    parts.iter().find(|((own, ..), _)| *own == area).map(|(_, cell)| cell.amount)
}

/// True when periods of one frequency can be parts of those of the other.
fn divides(part: Frequency, whole: Frequency) -> bool {
    const fn length(frequency: Frequency) -> u8 {
        match frequency {
            Frequency::Day => 0,
            Frequency::Month => 1,
            Frequency::Quarter => 3,
            Frequency::HalfYear => 6,
            Frequency::Year | Frequency::FiscalYear => 12,
        }
    }
    length(part) < length(whole)
}

/// How much of it is known; less than nothing without a value.
fn rank(cell: &Cell) -> f64 {
    if cell.amount.is_value() { cell.coverage } else { -1.0 }
}

/// A value before none, and the one that covers more.
fn take_better(best: &mut Option<Cell>, candidate: Option<Cell>) {
    let Some(candidate) = candidate else { return };
    if best.as_ref().is_none_or(|best| rank(&candidate) > rank(best) + COVERS_MORE) {
        *best = Some(candidate);
    }
}
