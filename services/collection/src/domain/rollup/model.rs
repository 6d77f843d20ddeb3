//! The specification in the plainest possible way: no numbers for names, nothing remembered, every
//! question answered by looking through all facts again. Slow, and what the cube is checked against.

use std::collections::BTreeSet;

use chrono::NaiveDate;
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
    /// Of a merged area with what it carries from before.
    pub(super) fn point(&self, area: &str, period: Period, slice: &Slice) -> Point {
        self.point_of(area, period, slice, true)
    }

    pub(super) fn point_of(&self, area: &str, period: Period, slice: &Slice, carrying: bool) -> Point {
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
                let points = parts.iter().map(|part| self.point_of(area, *part, slice, carrying)).collect();
                ways.extend(self.put_together(points, Way::Time));
            }
        }
        if self.definition.over_areas != OverAreas::None {
            let (first, last) = (period.first_day(self.start), period.last_day(self.start));
            let below: Vec<&Area> = self.areas.iter().filter(|other| self.lies_in(other, area, first, last)).collect();
            let point = |other: &&Area| self.point_of(&other.code, period, slice, false);
            let (below, moved): (Vec<&Area>, Vec<&Area>) = below.into_iter().partition(|own| {
                parent_on(own, own.valid_from.map_or(first, |from| from.max(first)))
                    == parent_on(own, own.valid_to.map_or(last, |to| to.min(last)))
            });
            let unknown = Point { says: None, coverage: 0.0, observations: 0, mismatch: false };
            let mut points = vec![unknown; moved.len()];
            let (mut changed, mut sets) = (!moved.is_empty(), Vec::new());
            for ground in grounds(&below, first, last) {
                // The sets that existed together on a day before or of a change; the best, of equals the latest.
                let mut best: Option<(f64, Vec<(&str, Point)>)> = None;
                for day in days_of(&ground, first, last).into_iter().rev() {
                    let there = ground.iter().copied().filter(|own| day.is_none_or(|day| lives(own, day, day)));
                    let set: Vec<(&str, Point)> = there.map(|own| (own.code.as_str(), point(&own))).collect();
                    if set.is_empty() {
                        continue;
                    }
                    let together = self.put_together(set.iter().map(|own| own.1.clone()).collect(), Way::Areas);
                    let covers = together.map_or(-1.0, |point| if is_value(&point) { point.coverage } else { -1.0 });
                    if best.as_ref().is_none_or(|(best, _)| covers > best + 1e-9) {
                        best = Some((covers, set));
                    }
                }
                changed |= days_of(&ground, first, last).len() > 1;
                sets.extend(best.into_iter().flat_map(|(_, set)| set));
            }
            let sets = self.fallen_back(sets, last, |code| self.point_of(code, period, slice, false));
            points.extend(sets.into_iter().map(|(_, point)| point));
            if !changed || !ways.iter().any(is_value) {
                ways.extend(self.put_together(points, Way::Areas));
            }
            let merged = |one: &&Area| {
                let became = one.became.as_ref();
                became
                    .is_some_and(|own| own.successors.len() == 1 && own.successors[0].code == area && first < own.date)
            };
            if carrying {
                let before = self.areas.iter().filter(merged);
                let points = before.map(|one| self.point_of(&one.code, period, slice, true)).collect();
                ways.extend(self.put_together(points, Way::Areas));
            }
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

impl Model<'_> {
    /// Whether one area is to be found below another, where it lay last in the interval.
    fn lies_in(&self, other: &Area, area: &str, first: NaiveDate, last: NaiveDate) -> bool {
        let on = other.valid_to.map_or(last, |to| to.min(last));
        let parent = parent_on(other, on);
        let known = self.areas.iter().any(|one| one.code == parent);
        lives(other, first, last) && (if known { parent } else { "" }) == area
    }
}

impl<'a> Model<'a> {
    /// With what was there before each split and merge, the latest first, that nothing is known after; and what came of
    /// it again, the earliest first, where nothing is known before either.
    fn fallen_back(
        &self,
        mut sets: Vec<(&'a str, Point)>,
        last: NaiveDate,
        point: impl Fn(&str) -> Point,
    ) -> Vec<(&'a str, Point)> {
        let mut back = Vec::new();
        for (before, after) in self.steps_until(last) {
            let silent = |code: &&str| sets.iter().any(|(own, point)| own == code && point.says.is_none());
            if after.iter().all(silent) && !sets.iter().any(|(own, _)| before.contains(own)) {
                sets.retain(|(own, _)| !after.contains(own));
                sets.extend(before.iter().map(|code| (*code, point(code))));
                back.push((before, after));
            }
        }
        for (before, after) in back.into_iter().rev() {
            let silent = |code: &&str| sets.iter().any(|(own, point)| own == code && !is_value(point));
            if before.iter().all(silent) {
                sets.retain(|(own, _)| !before.contains(own));
                sets.extend(after.iter().map(|code| (*code, point(code))));
            }
        }
        sets
    }

    /// What became what, the latest first; what became one area together.
    fn steps_until(&self, last: NaiveDate) -> Vec<(Vec<&'a str>, Vec<&'a str>)> {
        let mut steps: Vec<(NaiveDate, Vec<&str>, Vec<&str>)> = Vec::new();
        for area in self.areas {
            let Some(became) = area.became.as_ref().filter(|became| became.date <= last) else { continue };
            let after: Vec<&str> = became.successors.iter().map(|own| own.code.as_str()).collect();
            match steps.iter_mut().find(|step| step.2 == after) {
                Some(step) => step.1.push(&area.code),
                None => steps.push((became.date, vec![&area.code], after)),
            }
        }
        steps.sort_by_key(|step| std::cmp::Reverse(step.0));
        steps.into_iter().map(|(_, before, after)| (before, after)).collect()
    }
}

/// Code of what an area lies in on a day.
fn parent_on(area: &Area, day: NaiveDate) -> &str {
    let former = area.former.iter().find(|former| former.until >= day);
    former.map_or(area.parent.as_str(), |former| former.parent.as_str())
}

/// Whether an area exists on any day of an interval.
fn lives(area: &Area, first: NaiveDate, last: NaiveDate) -> bool {
    area.valid_from.is_none_or(|from| from <= last) && area.valid_to.is_none_or(|to| first <= to)
}

/// Areas in heaps: those that became one another within the interval together.
fn grounds<'a>(areas: &[&'a Area], first: NaiveDate, last: NaiveDate) -> Vec<Vec<&'a Area>> {
    let follows = |one: &Area, other: &Area| {
        one.became.as_ref().is_some_and(|became| {
            became.date > first && became.date <= last && became.successors.iter().any(|own| own.code == other.code)
        })
    };
    let mut heaps: Vec<Vec<&Area>> = Vec::new();
    for area in areas {
        let of = |heap: &Vec<&Area>| heap.iter().any(|own| follows(own, area) || follows(area, own));
        let (mut own, others): (Vec<_>, Vec<_>) = heaps.into_iter().partition(of);
        own.push(vec![area]);
        heaps = others;
        heaps.push(own.concat());
    }
    heaps
}

/// The days before and of the changes in a heap; none, for one heap of all, where it has none.
fn days_of(heap: &[&Area], first: NaiveDate, last: NaiveDate) -> Vec<Option<NaiveDate>> {
    let dates = heap.iter().filter_map(|own| own.became.as_ref()).map(|became| became.date);
    let dates = dates.filter(|date| *date > first && *date <= last && heap.len() > 1);
    let days: BTreeSet<NaiveDate> = dates.flat_map(|date| [date.pred_opt().expect("a day before"), date]).collect();
    if days.is_empty() { vec![None] } else { days.into_iter().map(Some).collect() }
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
    let behind = |says: Says| if let Says::Ratio { denominator, .. } = says { denominator } else { 0.0 };
    let best = |sign: f64| {
        let mut best = says[0];
        for &next in &says[1..] {
            let (one, other) = (sign * quotient(best), sign * quotient(next));
            if other > one || (other == one && behind(next) > behind(best)) {
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
