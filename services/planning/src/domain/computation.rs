//! Indicators whose values nobody enters: computed by a formula over others, or counted from geocoded events.
//!
//! A formula is computed anew at every area and period, from the values of its indicators there; nothing
//! is put together from finer results of the formula itself.

use std::{collections::BTreeMap, fmt};

use cpas_proto::{
    vocabulary,
    words::{
        Formula, Frequency,
        formula::{Expression, Function, Operator},
    },
};
use serde::{Deserialize, Serialize};

use super::{
    broken::Broken,
    definition::{Definition, Kind, OverAreas, OverTime},
    text::WORD_CHARS_MAX,
};

/// Most types of events that one indicator names.
pub const EVENT_KINDS_MAX: usize = 50;
/// Most indicators that one is computed from, through all formulas below it.
pub const BELOW_MAX: usize = 30;

const FIELD: &str = "indicator.formula";

vocabulary! {
    /// What is counted or summed.
    pub enum Measured as "a measure of events" {
        Events = "events",
        DeathsBest = "deaths_best",
        DeathsLow = "deaths_low",
        DeathsHigh = "deaths_high",
        DeathsCivilians = "deaths_civilians",
    }
}

/// What of the geocoded events an indicator counts or sums.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventMeasure {
    pub measure: Measured,
    /// Types of events; empty: all.
    pub kinds: Vec<String>,
    /// Sub-types; empty: all.
    pub sub_kinds: Vec<String>,
}

impl Definition {
    /// The rules of how it is computed that need no other indicator.
    pub(super) fn check_computation(&self, broken: &mut Broken) {
        let numeric = !matches!(self.kind, Kind::Milestone | Kind::Qualitative);
        if let Some(formula) = &self.formula {
            if self.events.is_some() {
                broken.add(FIELD, "An indicator has a formula or counts events, not both; put the count in an indicator of its own and name that in the formula.");
            }
            if !numeric {
                broken.add(FIELD, format!("A {} is not computed; choose another type.", self.kind));
            }
            let of_parts = matches!(formula.expression(), Expression::Call(Function::Ratio, _));
            if self.kind == Kind::Ratio && !of_parts {
                broken.add(FIELD, "The formula of a ratio is ratio(part, whole), so that both stay known; for anything around it choose the type index.");
            }
        }
        if let Some(events) = &self.events {
            self.check_events(events, broken);
        }
    }

    fn check_events(&self, events: &EventMeasure, broken: &mut Broken) {
        let field = "indicator.event_measure";
        let wanted = if events.measure == Measured::Events { Kind::Count } else { Kind::Sum };
        if !matches!(self.kind, Kind::Count | Kind::Sum) {
            broken.add("indicator.kind", format!("What is counted from events is of type {wanted}."));
        } else if self.over_time != OverTime::Sum || self.over_areas != OverAreas::Sum {
            broken.add(field, "Events are summed over time and over areas; choose sum for both.");
        }
        if !self.disaggregations.is_empty() {
            broken.add("indicator.disaggregations", "Events say nothing of sex, age or the like; leave this empty.");
        }
        for (name, words) in [("kinds", &events.kinds), ("sub_kinds", &events.sub_kinds)] {
            let too_long = |word: &String| word.trim().is_empty() || word.chars().count() > WORD_CHARS_MAX;
            if words.len() > EVENT_KINDS_MAX || words.iter().any(too_long) {
                let said = format!("Name at most {EVENT_KINDS_MAX} types, each of 1 to {WORD_CHARS_MAX} characters.");
                broken.add(format!("{field}.{name}"), said);
            }
        }
    }

    /// True where its values are computed and none is entered.
    pub const fn is_computed(&self) -> bool {
        self.formula.is_some() || self.events.is_some()
    }
}

/// Checks a definition against the other indicators of the mission: what its formula names, and the
/// formulas that name it. `before` is its definition until now.
///
/// # Errors
/// An indicator that is not known or gives no number; units, frequencies or breakdowns that do not fit; a
/// formula that comes back to itself, with the way; a formula of another one that would not hold any more.
pub fn check_among(definition: &Definition, before: Option<&Definition>, others: &[Definition]) -> Result<(), Broken> {
    let known: BTreeMap<&str, &Definition> =
        others.iter().chain([definition]).map(|own| (own.code.as_str(), own)).collect();
    let mut broken = Broken::nothing();
    if definition.formula.is_some() {
        check_formula(definition, &known, &mut broken);
    }
    // What is wrong with itself is said before what that would do to others.
    if !broken.violations.is_empty() {
        return Err(broken);
    }
    let old = before.map_or(definition.code.as_str(), |before| before.code.as_str());
    let users = others.iter().filter(|own| names(own, old));
    for user in users {
        if old != definition.code {
            let said = format!("The formula of {} names {old}; change that formula first.", user.code);
            broken.add("indicator.code", said);
            continue;
        }
        let mut theirs = Broken::nothing();
        check_formula(user, &known, &mut theirs);
        for violation in theirs.violations {
            broken.add(FIELD, format!("{} is computed from this indicator: {}", user.code, violation.message));
        }
    }
    broken.into_result(())
}

fn names(definition: &Definition, code: &str) -> bool {
    definition.formula.as_ref().is_some_and(|formula| formula.indicators().contains(&code))
}

fn check_formula(definition: &Definition, known: &BTreeMap<&str, &Definition>, broken: &mut Broken) {
    let Some(formula) = &definition.formula else { return };
    if let Some(way) = circle(&definition.code, known) {
        broken.add(FIELD, format!("The formula would be computed from itself: {}.", way.join(" → ")));
        return;
    }
    let mut all_known = true;
    for code in formula.indicators() {
        match known.get(code) {
            None => {
                broken.add(FIELD, format!("The mission has no indicator \"{code}\"."));
                all_known = false;
            }
            Some(input) => check_input(definition, input, broken),
        }
    }
    let below = below(&definition.code, known);
    if below > BELOW_MAX {
        broken.add(FIELD, format!("It would be computed from {below} indicators; at most {BELOW_MAX} are taken."));
    }
    if all_known {
        check_units(definition, formula, known, broken);
    }
}

fn check_input(definition: &Definition, input: &Definition, broken: &mut Broken) {
    let code = &input.code;
    if matches!(input.kind, Kind::Milestone | Kind::Qualitative) {
        broken.add(FIELD, format!("{code} is a {} and has no number to compute with.", input.kind));
    }
    if !gives(input.frequency, definition.frequency) {
        let said = format!(
            "{code} has values by {}, so there is none for a {}; choose a longer frequency.",
            input.frequency, definition.frequency
        );
        broken.add("indicator.frequency", said);
    }
    for wanted in &definition.disaggregations {
        let has = input.disaggregations.iter().find(|own| own.dimension == wanted.dimension);
        let lacks = wanted.categories.iter().find(|category| has.is_none_or(|own| !own.categories.contains(category)));
        if let Some(category) = lacks {
            let said = format!(
                "{code} has no values for {}={category}; a formula is broken down only as all that it names.",
                wanted.dimension
            );
            broken.add("indicator.disaggregations", said);
        }
    }
    if input.classification > definition.classification {
        let said = format!("{code} is {}; what is computed from it is at least as classified.", input.classification);
        broken.add("indicator.classification", said);
    }
}

/// True where values of one frequency make values of the other.
fn gives(input: Frequency, wanted: Frequency) -> bool {
    const fn months(frequency: Frequency) -> u8 {
        match frequency {
            Frequency::Day => 0,
            Frequency::Month => 1,
            Frequency::Quarter => 3,
            Frequency::HalfYear => 6,
            Frequency::Year | Frequency::FiscalYear => 12,
        }
    }
    input == wanted || months(input) < months(wanted)
}

/// The way from an indicator through formulas back to itself.
fn circle(code: &str, known: &BTreeMap<&str, &Definition>) -> Option<Vec<String>> {
    fn search(at: &str, known: &BTreeMap<&str, &Definition>, way: &mut Vec<String>, seen: &mut Vec<String>) -> bool {
        let inputs = known.get(at).and_then(|own| own.formula.as_ref()).map(Formula::indicators).unwrap_or_default();
        inputs.into_iter().any(|input| {
            way.push(input.to_owned());
            if way[0] == input {
                return true;
            }
            if !seen.iter().any(|own| own == input) {
                seen.push(input.to_owned());
                if search(input, known, way, seen) {
                    return true;
                }
            }
            way.pop();
            false
        })
    }
    let mut way = vec![code.to_owned()];
    search(code, known, &mut way, &mut Vec::new()).then_some(way)
}

/// How many indicators one is computed from.
fn below(code: &str, known: &BTreeMap<&str, &Definition>) -> usize {
    let (mut waiting, mut seen) = (vec![code], Vec::new());
    while let Some(at) = waiting.pop() {
        for input in known.get(at).and_then(|own| own.formula.as_ref()).map(Formula::indicators).unwrap_or_default() {
            if !seen.contains(&input) {
                seen.push(input);
                waiting.push(input);
            }
        }
    }
    seen.len()
}

/// The unit of a part: powers of plain units, `None` for a mere number that takes the unit beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Unit {
    powers: Option<BTreeMap<String, i32>>,
    /// Multiplied or divided by a mere number: it may be the same in another measure.
    scaled: bool,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let powers = self.powers.iter().flatten();
        let words: Vec<String> = powers
            .map(|(unit, power)| match (unit.as_str(), power) {
                ("", _) => "no unit".to_owned(),
                (unit, 1) => unit.to_owned(),
                (unit, power) => format!("{unit}^{power}"),
            })
            .collect();
        if words.is_empty() { f.write_str("a share") } else { f.write_str(&words.join(" × ")) }
    }
}

fn check_units(definition: &Definition, formula: &Formula, known: &BTreeMap<&str, &Definition>, broken: &mut Broken) {
    let unit = match unit(formula.expression(), known) {
        Ok(unit) => unit,
        Err(said) => return broken.add(FIELD, said),
    };
    let Some(powers) = unit.powers.as_ref().filter(|_| !unit.scaled) else { return };
    let own = plain(&definition.unit);
    let mut only = powers.iter();
    if let (Some((given, 1)), None) = (only.next(), only.next())
        && *given != own
    {
        let said = format!("The formula gives {unit}, but the unit is \"{}\"; make them the same.", definition.unit);
        broken.add("indicator.unit", said);
    }
}

fn plain(unit: &str) -> String {
    unit.trim().to_lowercase()
}

fn unit(expression: &Expression, known: &BTreeMap<&str, &Definition>) -> Result<Unit, String> {
    Ok(match expression {
        Expression::Number(_) => Unit { powers: None, scaled: false },
        Expression::Indicator(code) => {
            let own = known.get(code.as_str()).map(|own| plain(&own.unit)).unwrap_or_default();
            Unit { powers: Some(BTreeMap::from([(own, 1)])), scaled: false }
        }
        Expression::Negative(part) => unit(part, known)?,
        Expression::Two(Operator::Plus | Operator::Minus, left, right) => same(&[&**left, &**right], known)?,
        Expression::Two(Operator::Times, left, right) => product(&unit(left, known)?, &unit(right, known)?, 1),
        Expression::Two(Operator::Over, left, right) => product(&unit(left, known)?, &unit(right, known)?, -1),
        Expression::Call(Function::Ratio, parts) => match parts.as_slice() {
            [part, whole] => product(&unit(part, known)?, &unit(whole, known)?, -1),
            _ => Unit { powers: None, scaled: false },
        },
        Expression::Call(Function::Sum | Function::Average, parts) => same(&parts.iter().collect::<Vec<_>>(), known)?,
    })
}

/// The one unit of parts that are added.
fn same(parts: &[&Expression], known: &BTreeMap<&str, &Definition>) -> Result<Unit, String> {
    let mut taken: Option<(&Expression, Unit)> = None;
    let mut scaled = false;
    for part in parts {
        let own = unit(part, known)?;
        scaled |= own.scaled;
        if own.powers.is_none() {
            continue;
        }
        match &taken {
            Some((first, before)) if before.powers != own.powers => {
                return Err(format!("{first} is in {before} and {part} in {own}; they cannot be added."));
            }
            Some(_) => {}
            None => taken = Some((part, own)),
        }
    }
    Ok(Unit { powers: taken.and_then(|(_, unit)| unit.powers), scaled })
}

fn product(left: &Unit, right: &Unit, sign: i32) -> Unit {
    let scaled = left.scaled || right.scaled || left.powers.is_none() || right.powers.is_none();
    if left.powers.is_none() && right.powers.is_none() {
        return Unit { powers: None, scaled };
    }
    let mut powers = left.powers.clone().unwrap_or_default();
    for (unit, power) in right.powers.iter().flatten() {
        *powers.entry(unit.clone()).or_default() += sign * power;
    }
    powers.retain(|_, power| *power != 0);
    Unit { powers: Some(powers), scaled }
}

#[cfg(test)]
#[path = "computation_tests.rs"]
mod tests;
