//! Where the points of an indicator come from: from what was observed, from events, or by a formula from
//! the points of other indicators.
//!
//! A formula is computed at the cell that is asked, from its indicators' points at that cell: each is put
//! together by its own rules, and no result of the formula is put together again. So a rate of a year is
//! the year's deaths by the year's people, never a mean of monthly rates.
//!
//! What is not there is never zero: where a part is missing the result is missing; where one is not to be
//! shown, neither is the result. Where one is not applicable, a `sum` or `avg` goes on without it, and
//! anything else is not applicable; so is what is divided by zero. The coverage is that of the part that
//! covers least.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

use cpas_proto::words::{
    Formula, Frequency, Period, Slice,
    formula::{Expression, Function, Operator},
};

use super::{
    cautions::{Caution, cautions},
    counted::Counted,
    cube::{Amount, Cell, Cube, How},
    explain,
};

/// Where one indicator's points come from.
pub enum Source<'a> {
    Observed(Box<Cube<'a>>),
    Counted(Counted),
    Computed(Formula),
}

type Place = (String, String, Period, Slice);

/// An indicator and all that it is computed from, by code.
pub struct Sources<'a> {
    asked: String,
    sources: BTreeMap<String, Source<'a>>,
    known: HashMap<Place, Rc<Cell>>,
    /// The indicators that are being computed: one that names itself has no value.
    way: Vec<String>,
    /// Whether merged areas show what they carry from before.
    carrying: bool,
}

/// What is behind a point of an indicator, or of those that its formula names.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Behind {
    /// Facts, by the code of their indicator and their place among those that it was given.
    pub facts: Vec<(String, usize)>,
    /// Events likewise, each with what it counts for; `None` where that is not known.
    pub events: Vec<(String, usize, Option<f64>)>,
}

impl<'a> Sources<'a> {
    /// Of the indicator `asked`. An input that is not among the sources has no values.
    pub fn new(asked: &str, sources: BTreeMap<String, Source<'a>>) -> Self {
        Self { asked: asked.to_owned(), sources, known: HashMap::new(), way: Vec::new(), carrying: true }
    }

    /// Whether a merged area shows what it carries from before its first day: so at the beginning.
    pub fn set_carrying(&mut self, carrying: bool) {
        if self.carrying != carrying {
            self.known.clear();
            self.carrying = carrying;
        }
    }

    /// The point of a cell.
    pub fn point(&mut self, area: &str, period: Period, slice: &Slice) -> Rc<Cell> {
        let asked = self.asked.clone();
        self.cell(&asked, area, period, slice)
    }

    /// First and last period that there may be values in: of a formula, those that all its inputs reach.
    pub fn range(&self, frequency: Frequency, fiscal_start_month: u32) -> Option<(Period, Period)> {
        let ends: Vec<(Period, Period)> = self
            .leaves()
            .into_iter()
            .map(|code| match self.sources.get(code) {
                Some(Source::Observed(cube)) => cube.range(frequency),
                Some(Source::Counted(counted)) => counted.range(frequency),
                Some(Source::Computed(_)) | None => None,
            })
            .collect::<Option<_>>()?;
        let day = |period: &Period| period.first_day(fiscal_start_month);
        let first = ends.iter().map(|ends| ends.0).max_by_key(day)?;
        let last = ends.iter().map(|ends| ends.1).min_by_key(day)?;
        (day(&first) <= day(&last)).then_some((first, last))
    }

    /// Areas that there is data about.
    pub fn areas(&self) -> BTreeSet<String> {
        let of = |code: &str| match self.sources.get(code) {
            Some(Source::Observed(cube)) => cube.facts().iter().map(|fact| fact.area.clone()).collect(),
            Some(Source::Counted(counted)) => counted.areas(),
            Some(Source::Computed(_)) | None => BTreeSet::new(),
        };
        self.leaves().into_iter().flat_map(of).filter(|area| !area.is_empty()).collect()
    }

    /// True for an indicator that a formula computes.
    pub fn is_computed(&self) -> bool {
        matches!(self.sources.get(&self.asked), Some(Source::Computed(_)))
    }

    /// The cautions about one part: those about what it is made of.
    pub fn cautions(&mut self, area: &str, slice: &Slice, points: &[(Period, Rc<Cell>)]) -> BTreeSet<Caution> {
        let leaves: Vec<String> = self.leaves().into_iter().map(str::to_owned).collect();
        let unknown = leaves.iter().any(|code| !self.sources.contains_key(code));
        let mut found = BTreeSet::new();
        for code in &leaves {
            let own: Vec<(Period, Rc<Cell>)> =
                points.iter().map(|&(period, _)| (period, self.cell(code, area, period, slice))).collect();
            match self.sources.get(code) {
                Some(Source::Observed(cube)) => found.extend(cautions(cube, &own)),
                Some(Source::Counted(_)) if own.iter().any(|(_, cell)| is_partial(cell)) => {
                    found.insert(Caution::Partial);
                }
                Some(_) | None => {}
            }
        }
        if self.is_computed() {
            // What one of the inputs looks like says nothing of the result.
            found.retain(|caution| !matches!(caution, Caution::AllZero | Caution::OneArea));
            if unknown {
                found.insert(Caution::InputUnknown);
            }
        }
        found
    }

    /// What is behind a point, and how it came about.
    pub fn explain(&mut self, area: &str, period: Period, slice: &Slice) -> (Behind, explain::Formula) {
        let asked = self.asked.clone();
        let leaves: Vec<String> = self.leaves().into_iter().map(str::to_owned).collect();
        let mut behind = Behind::default();
        for code in &leaves {
            match self.sources.get_mut(code) {
                Some(Source::Observed(cube)) => {
                    let (facts, _) = cube.explain(area, period, slice);
                    behind.facts.extend(facts.into_iter().map(|fact| (code.clone(), fact)));
                }
                Some(Source::Counted(counted)) => {
                    let events = counted.behind(area, period, slice, self.carrying).into_iter();
                    behind.events.extend(events.map(|(event, amount)| (code.clone(), event, amount)));
                }
                _ => {}
            }
        }
        let told = self.told(&asked, area, period, slice);
        (behind, told)
    }

    /// How one indicator's point came about; of a formula, with the values of its inputs.
    fn told(&mut self, code: &str, area: &str, period: Period, slice: &Slice) -> explain::Formula {
        let (text, inputs) = match self.sources.get_mut(code) {
            Some(Source::Observed(cube)) => return cube.explain(area, period, slice).1,
            Some(Source::Counted(_)) => return explain::events(),
            None => return explain::unknown(),
            Some(Source::Computed(formula)) => {
                (formula.to_string(), formula.indicators().into_iter().map(str::to_owned).collect::<Vec<_>>())
            }
        };
        let mut parts = Vec::new();
        for input in inputs {
            let amount = self.cell(&input, area, period, slice).amount;
            let how = match self.sources.get(&input) {
                Some(Source::Computed(formula)) => explain::formula(&formula.to_string()),
                _ => self.told(&input, area, period, slice),
            };
            parts.push((input, amount, how));
        }
        explain::computed(&text, &parts)
    }

    /// The indicators at the ends of all formulas, each once; one that is not known is an end too.
    fn leaves(&self) -> Vec<&str> {
        let (mut waiting, mut seen, mut ends) = (vec![self.asked.as_str()], BTreeSet::new(), Vec::new());
        while let Some(code) = waiting.pop() {
            if !seen.insert(code) {
                continue;
            }
            match self.sources.get(code) {
                Some(Source::Computed(formula)) => waiting.extend(formula.indicators().into_iter().rev()),
                _ => ends.push(code),
            }
        }
        ends
    }

    fn cell(&mut self, code: &str, area: &str, period: Period, slice: &Slice) -> Rc<Cell> {
        let formula = match self.sources.get_mut(code) {
            Some(Source::Observed(cube)) if self.carrying => return cube.point(area, period, slice),
            Some(Source::Observed(cube)) => return cube.own_point(area, period, slice),
            Some(Source::Counted(counted)) => return Rc::new(counted.point(area, period, slice, self.carrying)),
            Some(Source::Computed(formula)) if !self.way.iter().any(|own| own == code) => formula.clone(),
            _ => return Rc::new(missing()),
        };
        let place = (code.to_owned(), area.to_owned(), period, slice.clone());
        if let Some(cell) = self.known.get(&place) {
            return Rc::clone(cell);
        }
        self.way.push(code.to_owned());
        let cell = Rc::new(self.value(formula.expression(), area, period, slice));
        self.way.pop();
        self.known.insert(place, Rc::clone(&cell));
        cell
    }

    fn value(&mut self, expression: &Expression, area: &str, period: Period, slice: &Slice) -> Cell {
        let mut value = |part: &Expression| self.value(part, area, period, slice);
        match expression {
            Expression::Number(number) => Cell::without_value(Amount::Number(*number), 1.0, How::Nothing),
            Expression::Indicator(code) => {
                Cell { how: How::Nothing, ..(*self.cell(code, area, period, slice)).clone() }
            }
            Expression::Negative(part) => made(&[value(part)], |numbers| Amount::Number(-numbers[0])),
            Expression::Two(operator, left, right) => {
                let parts = [value(left), value(right)];
                made(&parts, |numbers| match operator {
                    Operator::Plus => Amount::Number(numbers[0] + numbers[1]),
                    Operator::Minus => Amount::Number(numbers[0] - numbers[1]),
                    Operator::Times => Amount::Number(numbers[0] * numbers[1]),
                    Operator::Over => over(numbers[0], numbers[1]),
                })
            }
            Expression::Call(Function::Ratio, parts) => {
                let parts: Vec<Cell> = parts.iter().map(value).collect();
                made(&parts, |numbers| match numbers {
                    [numerator, denominator] if *denominator > 0.0 => {
                        Amount::Ratio { numerator: *numerator, denominator: *denominator }
                    }
                    [numerator, denominator] => over(*numerator, *denominator),
                    _ => Amount::Missing,
                })
            }
            Expression::Call(function, parts) => {
                let parts: Vec<Cell> = parts.iter().map(value).collect();
                // Of what is not applicable there is nothing to add.
                let some: Vec<Cell> =
                    parts.iter().filter(|cell| cell.amount != Amount::NotApplicable).cloned().collect();
                let parts = if some.is_empty() { parts } else { some };
                let count = parts.len() as f64;
                made(&parts, |numbers| {
                    let sum: f64 = numbers.iter().sum();
                    Amount::Number(if *function == Function::Average { sum / count } else { sum })
                })
            }
        }
    }
}

fn missing() -> Cell {
    Cell::without_value(Amount::Missing, 0.0, How::Nothing)
}

fn is_partial(cell: &Cell) -> bool {
    cell.amount.is_value() && cell.coverage < 1.0 - 1e-9
}

fn over(numerator: f64, denominator: f64) -> Amount {
    if denominator == 0.0 { Amount::NotApplicable } else { Amount::Number(numerator / denominator) }
}

/// One cell out of parts that all are needed.
fn made(parts: &[Cell], compute: impl Fn(&[f64]) -> Amount) -> Cell {
    let is = |amount: Amount| parts.iter().any(|cell| cell.amount == amount);
    let numbers: Option<Vec<f64>> = parts.iter().map(|cell| cell.amount.quotient()).collect();
    let amount = match numbers {
        _ if is(Amount::Suppressed) => Amount::Suppressed,
        _ if is(Amount::Missing) => Amount::Missing,
        None => Amount::NotApplicable,
        Some(numbers) => match compute(&numbers) {
            amount if amount.quotient().is_none_or(f64::is_finite) => amount,
            // Too large to be a number.
            _ => Amount::NotApplicable,
        },
    };
    let coverage = match amount {
        Amount::NotApplicable => 1.0,
        _ if amount.is_value() => parts.iter().map(|cell| cell.coverage).fold(1.0, f64::min),
        _ => 0.0,
    };
    if !amount.is_value() {
        return Cell::without_value(amount, coverage, How::Nothing);
    }
    Cell {
        observations: parts.iter().map(|cell| cell.observations).sum(),
        verified: parts.iter().map(|cell| cell.verified).sum(),
        mismatch: parts.iter().any(|cell| cell.mismatch),
        ..Cell::without_value(amount, coverage, How::Nothing)
    }
}

#[cfg(test)]
#[path = "sources_tests.rs"]
mod tests;
