//! Forms for phones: what a section reports, as an XForm that ODK Collect fills (OpenRosa), and what comes back.
//!
//! A form asks for one period and one place, and there for the values of the section's indicators: the total, each
//! category of each dimension, and why there is no value. It has no state: it is made from what is known now, its
//! version is a fingerprint of it, and an instance of any version is read by the names of its questions.

mod answers;
mod binds;
mod instance;
pub mod names;
mod texts;
mod writer;
mod xform;

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

use cpas_proto::words::{Frequency, Period};

pub use answers::{Given, Judged, Nowhere, given, place_of};
pub use instance::{Answered, Instance, Point, Unreadable};
pub use names::Part;
pub use xform::{Rendered, render};

use super::{
    definition::{Definition, Kind},
    rule::{Check, Rule, Severity},
};

/// Depth to which areas are chosen, one in another.
pub const DEPTH_MAX: usize = 6;
/// The answer for the mission as a whole.
pub const WHOLE: &str = "-";

/// The form of a section.
#[derive(Debug, Clone)]
pub struct Form {
    pub section: String,
    pub indicators: Vec<Asked>,
    pub areas: Vec<Offered>,
    /// True where the mission as a whole may be reported for.
    pub whole: bool,
    /// Latest first.
    pub periods: Vec<Period>,
    /// Month in which the fiscal year starts.
    pub start: u32,
}

/// An indicator that is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub definition: Definition,
    /// In English and French; empty: its code is shown.
    pub name: (String, String),
    pub unit: String,
    pub limits: Limits,
}

/// An area that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    pub code: String,
    /// Code of the offered area around it; empty: none.
    pub parent: String,
    /// In English and French.
    pub name: (String, String),
    /// False: only on the way to one inside it.
    pub own: bool,
}

/// What a single value has to keep to, of the rules whose severity is error.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Limits {
    pub least: Option<f64>,
    pub most: Option<f64>,
    pub integer: bool,
    pub at_most_one: bool,
    /// What the mission says to who breaks them, in English and French.
    pub said: (String, String),
}

impl Limits {
    /// Of the rules of one indicator. Rules that look at other values are judged when an instance arrives.
    pub fn of<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> Self {
        let mut limits = Self::default();
        for rule in rules.into_iter().filter(|rule| rule.severity == Severity::Error) {
            match rule.check {
                Check::Range { least, most } => {
                    let tighter = |old: Option<f64>, new: Option<f64>, pick: fn(f64, f64) -> f64| match (old, new) {
                        (Some(old), Some(new)) => Some(pick(old, new)),
                        (old, new) => old.or(new),
                    };
                    limits.least = tighter(limits.least, least, f64::max);
                    limits.most = tighter(limits.most, most, f64::min);
                }
                Check::Integer => limits.integer = true,
                Check::RatioAtMostOne => limits.at_most_one = true,
                _ => continue,
            }
            for (all, own) in [(&mut limits.said.0, &rule.message.0), (&mut limits.said.1, &rule.message.1)] {
                if !own.is_empty() {
                    all.push_str(if all.is_empty() { "" } else { " " });
                    all.push_str(own);
                }
            }
        }
        limits
    }
}

/// A question for a number, a level or a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub part: Part,
    pub slice: String,
}

impl Asked {
    /// Its questions, the total first.
    pub fn fields(&self) -> Vec<Field> {
        let single = |dimension: &super::definition::Dimension| {
            let name = dimension.name.clone();
            dimension.categories.iter().map(move |category| format!("{name}={category}")).collect::<Vec<_>>()
        };
        let takes_slices = !self.is_text();
        let slices = self.definition.dimensions.iter().filter(|_| takes_slices).flat_map(single);
        let parts: &[Part] = match self.definition.kind {
            Kind::Ratio => &[Part::Numerator, Part::Denominator],
            _ => &[Part::Value],
        };
        let each = |slice: String| parts.iter().map(move |&part| Field { part, slice: slice.clone() });
        std::iter::once(String::new()).chain(slices).flat_map(each).collect()
    }

    /// True where words are asked for, not a number.
    pub const fn is_text(&self) -> bool {
        matches!(self.definition.kind, Kind::Scale | Kind::Milestone | Kind::Qualitative)
    }

    /// True where only whole numbers are.
    pub const fn is_whole(&self) -> bool {
        matches!(self.definition.kind, Kind::Count) || self.limits.integer
    }
}

impl Form {
    /// Its id.
    pub fn id(&self) -> String {
        names::of_form(&self.section)
    }

    /// The section, as it is listed.
    pub fn title(&self) -> &str {
        if self.section.is_empty() { "No section · Sans section" } else { &self.section }
    }

    /// How often its indicators are collected.
    pub fn frequencies(&self) -> Vec<Frequency> {
        let all: BTreeSet<Frequency> = self.indicators.iter().map(|one| one.definition.frequency).collect();
        all.into_iter().collect()
    }

    /// Values that it can take.
    pub fn questions(&self) -> usize {
        self.indicators.iter().map(|one| one.fields().len()).sum()
    }

    /// Areas chosen one in another, from 1.
    pub fn depth(&self) -> usize {
        let parents: HashMap<&str, &str> =
            self.areas.iter().map(|area| (area.code.as_str(), area.parent.as_str())).collect();
        let deep = |area: &Offered| {
            let mut depth = 1;
            let mut around = area.parent.as_str();
            while let Some(next) = parents.get(around).filter(|_| depth < DEPTH_MAX) {
                (depth, around) = (depth + 1, next);
            }
            depth
        };
        self.areas.iter().map(deep).max().unwrap_or(1)
    }
}

/// How far back periods are offered, by frequency. Days are asked for as a date.
const fn offered(frequency: Frequency) -> usize {
    match frequency {
        Frequency::Day => 0,
        Frequency::Month => 13,
        Frequency::Quarter => 6,
        Frequency::HalfYear => 4,
        Frequency::Year | Frequency::FiscalYear => 3,
    }
}

/// The periods that can be reported on: those of the frequencies that have begun, the latest first, without what
/// `closed` says.
pub fn open_periods(
    frequencies: &[Frequency],
    today: chrono::NaiveDate,
    start: u32,
    closed: impl Fn(Period) -> bool,
) -> Vec<Period> {
    let mut open = Vec::new();
    for &frequency in frequencies {
        let mut period = Period::containing(today, frequency, start);
        for _ in 0..offered(frequency) {
            if !closed(period) {
                open.push(period);
            }
            period = period.previous(start);
        }
    }
    open
}
