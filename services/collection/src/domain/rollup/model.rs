//! The specification in the plainest possible way: no numbers for names, nothing remembered, every
//! question answered by looking through all facts again. Slow, and what the cube is checked against.

use std::collections::BTreeSet;

use cpas_proto::words::{Frequency, Period, Slice};

use super::{Area, Fact, Says};
use crate::domain::definition::{Definition, OverAreas, OverTime};

/// A point as the specification has it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Point {
    pub says: Option<Says>,
    pub coverage: f64,
    pub observations: u32,
    pub mismatch: bool,
}

pub(super) struct Model<'a> {
    pub definition: &'a Definition,
    pub areas: &'a [Area],
    pub facts: &'a [Fact],
    pub start: u32,
}

impl Model<'_> {
    pub(super) fn point(&self, area: &str, period: Period, slice: &Slice) -> Point {
        if let Some(point) = self.at_the_cell(area, period, slice) {
            return point;
        }
        let own = self.definition.frequency;
        let mut frequencies: Vec<Frequency> = vec![own];
        let longest_first = [
            Frequency::FiscalYear,
            Frequency::Year,
            Frequency::HalfYear,
            Frequency::Quarter,
            Frequency::Month,
            Frequency::Day,
        ];
        frequencies.extend(longest_first.into_iter().filter(|&frequency| frequency != own));
        let mut ways = Vec::new();
        for frequency in frequencies {
            if !self.facts.iter().any(|fact| fact.period.frequency() == frequency) {
                continue;
            }
            let parts = period.divided(frequency, self.start);
            let days = |period: Period| (period.last_day(self.start) - period.first_day(self.start)).num_days() + 1;
            let shorter = parts.len() > 1 && parts.iter().map(|part| days(*part)).sum::<i64>() == days(period);
            if shorter && parts.iter().all(|part| period.covers(*part, self.start)) {
                let points = parts.iter().map(|part| self.point(area, *part, slice)).collect();
                ways.extend(self.put_together(points, Way::Time));
            }
        }
        if self.definition.over_areas != OverAreas::None {
            let below = self.areas.iter().filter(|other| {
                let known_parent = self.areas.iter().any(|parent| parent.code == other.parent);
                let parent = if known_parent { other.parent.as_str() } else { "" };
                parent == area
            });
            let points = below.map(|other| self.point(&other.code, period, slice)).collect();
            ways.extend(self.put_together(points, Way::Areas));
        }
        let rank = |point: &Point| if is_value(point) { point.coverage } else { -1.0 };
        ways.into_iter()
            .reduce(|best, next| if rank(&next) > rank(&best) + 1e-9 { next } else { best })
            .unwrap_or(Point { says: None, coverage: 0.0, observations: 0, mismatch: false })
    }

    fn at_the_cell(&self, area: &str, period: Period, slice: &Slice) -> Option<Point> {
        let fact =
            self.facts.iter().rev().find(|fact| fact.area == area && fact.period == period && fact.slice == *slice);
        let given = fact.filter(|fact| fact.says != Says::Missing).map(|fact| Point {
            says: Some(fact.says),
            coverage: if fact.says == Says::Suppressed { 0.0 } else { 1.0 },
            observations: 1,
            mismatch: false,
        });
        if given.as_ref().is_some_and(|given| !is_value(given)) || !self.definition.kind.adds_up_over_slices() {
            return given;
        }
        let dimensions: BTreeSet<&str> = self.definition.dimensions.iter().map(|own| own.name.as_str()).collect();
        let sums = dimensions.into_iter().filter(|name| slice.category(name).is_none());
        let sums = sums.filter_map(|name| self.complete_sum(area, period, slice, name));
        let mut all = given.into_iter().chain(sums);
        let mut taken = all.next()?;
        let rest: Vec<Point> = all.collect();
        taken.mismatch |= rest.iter().any(|other| !same(taken.says, other.says));
        Some(taken)
    }

    fn complete_sum(&self, area: &str, period: Period, slice: &Slice, name: &str) -> Option<Point> {
        let dimension = self.definition.dimension(name)?;
        let with = |category: &str| -> Slice {
            let pairs = slice.pairs().map(|(name, category)| (name.to_owned(), category.to_owned()));
            pairs.chain([(name.to_owned(), category.to_owned())]).collect()
        };
        let mut points = Vec::new();
        for category in dimension.categories.iter().filter(|category| *category != "unknown") {
            points.push(self.at_the_cell(area, period, &with(category))?);
        }
        let unknown = with("unknown");
        let within = |fact: &&Fact| {
            fact.area == area
                && fact.period == period
                && fact.says != Says::Missing
                && unknown.pairs().all(|(name, category)| fact.slice.category(name) == Some(category))
        };
        match self.at_the_cell(area, period, &unknown) {
            Some(point) => points.push(point),
            None if self.facts.iter().any(|fact| within(&fact)) => return None,
            None => {}
        }
        if points.iter().any(|point| point.says == Some(Says::Suppressed)) {
            return None;
        }
        let mut sum = self.put_together(points, Way::Slices)?;
        sum.coverage = 1.0;
        is_value(&sum).then_some(sum)
    }

    fn put_together(&self, points: Vec<Point>, way: Way) -> Option<Point> {
        if points.is_empty() {
            return None;
        }
        let expected: Vec<&Point> = points.iter().filter(|point| point.says != Some(Says::NotApplicable)).collect();
        if expected.is_empty() {
            return Some(Point { says: Some(Says::NotApplicable), coverage: 1.0, observations: 0, mismatch: false });
        }
        let coverage = expected.iter().map(|point| point.coverage).sum::<f64>() / expected.len() as f64;
        let mut valued: Vec<&Point> = expected.iter().copied().filter(|point| is_value(point)).collect();
        if valued.is_empty() {
            let suppressed = expected.iter().all(|point| point.says == Some(Says::Suppressed));
            let says = Some(Says::Suppressed);
            return suppressed.then_some(Point { says, coverage: 0.0, observations: 0, mismatch: false });
        }
        let by = match (way, self.definition.over_time, self.definition.over_areas) {
            (Way::Slices, ..) => "sum",
            (Way::Time, OverTime::Ratio, _) | (Way::Areas, _, OverAreas::Ratio) => "sum",
            (Way::Time, over, _) => over.word(),
            (Way::Areas, _, over) => over.word(),
        };
        if by == "last" {
            valued = vec![*valued.last()?];
        }
        Some(Point {
            says: Some(value_of(by, &valued)),
            coverage,
            observations: valued.iter().map(|point| point.observations).sum(),
            mismatch: valued.iter().any(|point| point.mismatch),
        })
    }
}

#[derive(Clone, Copy)]
enum Way {
    Slices,
    Time,
    Areas,
}

fn is_value(point: &Point) -> bool {
    matches!(point.says, Some(Says::Value(_) | Says::Ratio { .. }))
}

fn quotient(says: Says) -> f64 {
    match says {
        Says::Value(value) => value,
        Says::Ratio { numerator, denominator } => numerator / denominator,
        _ => f64::NAN,
    }
}

fn value_of(by: &str, valued: &[&Point]) -> Says {
    let says: Vec<Says> = valued.iter().filter_map(|point| point.says).collect();
    let best = |sign: f64| {
        let mut best = says[0];
        for &next in &says[1..] {
            if sign * quotient(next) > sign * quotient(best) {
                best = next;
            }
        }
        best
    };
    match by {
        "max" => best(1.0),
        "min" => best(-1.0),
        "last" => says[says.len() - 1],
        _ => {
            let parts = |says: &Says| match says {
                Says::Ratio { numerator, denominator } => (*numerator, *denominator),
                _ => (0.0, 0.0),
            };
            let (numerator, denominator) =
                says.iter().map(parts).fold((0.0, 0.0), |sum, next| (sum.0 + next.0, sum.1 + next.1));
            if denominator > 0.0 {
                return Says::Ratio { numerator, denominator };
            }
            let sum: f64 = says.iter().map(|says| quotient(*says)).sum();
            Says::Value(if by == "average" { sum / says.len() as f64 } else { sum })
        }
    }
}

fn same(one: Option<Says>, other: Option<Says>) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * a.abs().max(b.abs()).max(1.0);
    match (one, other) {
        (Some(Says::Value(one)), Some(Says::Value(other))) => near(one, other),
        (
            Some(Says::Ratio { numerator: n1, denominator: d1 }),
            Some(Says::Ratio { numerator: n2, denominator: d2 }),
        ) => near(n1, n2) && near(d1, d2),
        _ => true,
    }
}
