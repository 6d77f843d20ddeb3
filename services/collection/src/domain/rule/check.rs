//! Judging one value by one rule.

use std::collections::BTreeMap;

use cpas_proto::words::{Period, Slice};
use uuid::Uuid;

use super::{Check, Comparison, Direction, Rule, Said, Severity, Values};
use crate::domain::definition::{Definition, UNKNOWN};

/// How much two numbers may differ by what computing does to them, as a share of the larger.
const ROUNDING: f64 = 1e-9;

/// The place of a value.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub period: Period,
    /// Area code; empty: the whole mission.
    pub area: &'a str,
    /// Empty: the total.
    pub slice: &'a str,
    /// Month in which the fiscal year starts.
    pub start: u32,
}

/// That a value breaks a rule, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Breach {
    pub rule: Uuid,
    pub severity: Severity,
    pub looks_around: bool,
    pub en: String,
    pub fr: String,
}

impl Rule {
    /// How a value breaks the rule; `None` when it keeps to it. `around` holds what stands in the other
    /// cells.
    pub fn breach(&self, definition: &Definition, at: Place<'_>, said: Said, around: &Values) -> Option<Breach> {
        let (en, fr) = self.how(definition, at, said, around)?;
        let with = |made: String, own: &String| if own.is_empty() { made } else { format!("{made} {own}") };
        Some(Breach {
            rule: self.id,
            severity: self.severity,
            looks_around: self.check.looks_around(),
            en: with(en, &self.message.0),
            fr: with(fr, &self.message.1),
        })
    }

    fn how(&self, definition: &Definition, at: Place<'_>, said: Said, around: &Values) -> Option<(String, String)> {
        if let Check::SlicesSum { tolerance } = self.check {
            // A slice can break it as well as the total, whatever it says itself.
            return slices_sum(definition, at, said, around, tolerance);
        }
        let value = said.number()?;
        match &self.check {
            Check::Range { least, most } => range(value, *least, *most),
            Check::Integer => integer(said),
            Check::Monotone(direction) => monotone(self.indicator, at, value, around, *direction),
            Check::RatioAtMostOne => match said {
                Said::Ratio { numerator, denominator } if numerator > denominator => Some((
                    format!("The numerator {numerator} is more than the denominator {denominator}."),
                    format!("Le numérateur {} dépasse le dénominateur {}.", fr(numerator), fr(denominator)),
                )),
                _ => None,
            },
            Check::Change { share, absolute } => change(self.indicator, at, value, around, *share, *absolute),
            Check::CrossIndicator { comparison, other, other_code, factor } => {
                let theirs = around.said(*other, at.period, at.area, at.slice)?.number()?;
                cross(value, *comparison, theirs * factor, *factor, other_code)
            }
            Check::SlicesSum { .. } => None,
        }
    }
}

fn range(value: f64, least: Option<f64>, most: Option<f64>) -> Option<(String, String)> {
    match (least, most) {
        (Some(least), _) if value < least => Some((
            format!("{value} is below {least}, the least expected."),
            format!("{} est inférieur à {}, le minimum attendu.", fr(value), fr(least)),
        )),
        (_, Some(most)) if value > most => Some((
            format!("{value} is above {most}, the most expected."),
            format!("{} est supérieur à {}, le maximum attendu.", fr(value), fr(most)),
        )),
        _ => None,
    }
}

fn integer(said: Said) -> Option<(String, String)> {
    let broken = match said {
        Said::Number(value) => Some(value),
        Said::Ratio { numerator, denominator } => [numerator, denominator].into_iter().find(|one| one.fract() != 0.0),
        Said::NotApplicable | Said::Nothing => None,
    };
    let value = broken.filter(|value| value.fract() != 0.0)?;
    Some((format!("{value} is not a whole number."), format!("{} n’est pas un nombre entier.", fr(value))))
}

fn monotone(
    indicator: Uuid,
    at: Place<'_>,
    value: f64,
    around: &Values,
    direction: Direction,
) -> Option<(String, String)> {
    let number = |period| around.said(indicator, period, at.area, at.slice).and_then(Said::number);
    let (before, after) = (at.period.previous(at.start), at.period.next(at.start));
    let falls = |earlier: f64, later: f64| match direction {
        Direction::Up => later < earlier,
        Direction::Down => later > earlier,
    };
    let (en_way, fr_way) = match direction {
        Direction::Up => ("never falls", "ne baisse jamais"),
        Direction::Down => ("never rises", "n’augmente jamais"),
    };
    let said = |other: Period, theirs: f64| {
        (
            format!("This series {en_way}, but {value} here stands beside {theirs} in {other}."),
            format!("Cette série {fr_way}, or {} figure ici à côté de {} pour {other}.", fr(value), fr(theirs)),
        )
    };
    if let Some(earlier) = number(before).filter(|earlier| falls(*earlier, value)) {
        return Some(said(before, earlier));
    }
    number(after).filter(|later| falls(value, *later)).map(|later| said(after, later))
}

fn change(
    indicator: Uuid,
    at: Place<'_>,
    value: f64,
    around: &Values,
    share: Option<f64>,
    absolute: Option<f64>,
) -> Option<(String, String)> {
    let before = at.period.previous(at.start);
    let was = around.said(indicator, before, at.area, at.slice)?.number()?;
    let by = (value - was).abs();
    // Nothing is a share of zero: from zero only the absolute bound speaks.
    let too_much = absolute.is_some_and(|most| by > most)
        || share.is_some_and(|most| was != 0.0 && by > most * was.abs() * (1.0 + ROUNDING));
    too_much.then(|| {
        (
            format!("{value} differs from {was} in {before} by more than expected."),
            format!("{} diffère de {} pour {before} plus que prévu.", fr(value), fr(was)),
        )
    })
}

fn cross(value: f64, comparison: Comparison, bound: f64, factor: f64, code: &str) -> Option<(String, String)> {
    let room = ROUNDING * value.abs().max(bound.abs()).max(1.0);
    let (broken, en_is, fr_is) = match comparison {
        Comparison::AtMost => (value > bound + room, "at most", "au plus"),
        Comparison::AtLeast => (value < bound - room, "at least", "au moins"),
        Comparison::Equal => ((value - bound).abs() > room, "equal to", "égal à"),
    };
    let times = if factor == 1.0 { String::new() } else { format!("{factor} × ") };
    broken.then(|| {
        (
            format!("{value} should be {en_is} {times}{code}, which is {bound}."),
            format!("{} devrait être {fr_is} {}{code}, soit {}.", fr(value), times.replace('.', ","), fr(bound)),
        )
    })
}

fn slices_sum(
    definition: &Definition,
    at: Place<'_>,
    said: Said,
    around: &Values,
    tolerance: f64,
) -> Option<(String, String)> {
    let mut slices = around.slices(definition.id, at.period, at.area).cloned().unwrap_or_default();
    slices.insert(at.slice.to_owned(), said);
    let (dimensions, given, sum) = mismatch(definition, &slices, tolerance)?;
    let by = dimensions.join(", ");
    Some((
        format!("The total is {given}, but its slices by {by} add up to {sum}."),
        format!("Le total est de {}, mais ses ventilations par {by} donnent {}.", fr(given), fr(sum)),
    ))
}

/// The dimensions of a complete set of slices that does not add up to the given total, with both sums.
/// Of a ratio numerators and denominators are added each for themselves.
pub(crate) fn mismatch<'a>(
    definition: &'a Definition,
    slices: &BTreeMap<String, Said>,
    tolerance: f64,
) -> Option<(Vec<&'a str>, f64, f64)> {
    let total = *slices.get("")?;
    total.number()?;
    for (dimensions, sum) in complete_sums(definition, slices) {
        for (given, sum) in parts(total).into_iter().zip(parts(sum)) {
            let room = tolerance.max(ROUNDING) * given.abs().max(sum.abs()).max(1.0);
            if (given - sum).abs() > room {
                return Some((dimensions, given, sum));
            }
        }
    }
    None
}

fn parts(said: Said) -> Vec<f64> {
    match said {
        Said::Number(value) => vec![value],
        Said::Ratio { numerator, denominator } => vec![numerator, denominator],
        Said::NotApplicable | Said::Nothing => Vec::new(),
    }
}

/// The sum of every complete set, by the dimensions that the slices of the set speak of.
fn complete_sums<'a>(definition: &'a Definition, slices: &BTreeMap<String, Said>) -> Vec<(Vec<&'a str>, Said)> {
    let mut sets: BTreeMap<Vec<&'a str>, Vec<(Slice, Said)>> = BTreeMap::new();
    for (text, said) in slices.iter().filter(|(text, _)| !text.is_empty()) {
        let Ok(slice) = text.parse::<Slice>() else { continue };
        let dimensions: Option<Vec<&'a str>> =
            slice.dimensions().map(|name| definition.dimension(name).map(|own| own.name.as_str())).collect();
        if let Some(dimensions) = dimensions {
            sets.entry(dimensions).or_default().push((slice, *said));
        }
    }
    let mut sums = Vec::new();
    for (dimensions, set) in sets {
        let needed: usize = dimensions
            .iter()
            .filter_map(|name| definition.dimension(name))
            .map(|dimension| dimension.required().count())
            .product();
        let known = set.iter().filter(|(slice, _)| slice.pairs().all(|(_, category)| category != UNKNOWN)).count();
        let whole = set.iter().all(|(_, said)| *said != Said::Nothing);
        let counted = set.iter().any(|(_, said)| said.number().is_some());
        if needed > 0 && known == needed && whole && counted {
            sums.push((dimensions, add_up(set.iter().map(|(_, said)| *said))));
        }
    }
    sums
}

fn add_up(all: impl Iterator<Item = Said>) -> Said {
    all.fold(Said::NotApplicable, |sum, one| match (sum, one) {
        (Said::Number(a), Said::Number(b)) => Said::Number(a + b),
        (Said::Ratio { numerator: n1, denominator: d1 }, Said::Ratio { numerator: n2, denominator: d2 }) => {
            Said::Ratio { numerator: n1 + n2, denominator: d1 + d2 }
        }
        (sum, Said::NotApplicable | Said::Nothing) => sum,
        (_, one) => one,
    })
}

/// A number as French writes it.
fn fr(number: f64) -> String {
    number.to_string().replace('.', ",")
}
