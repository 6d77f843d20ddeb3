//! What is said in the places around a value.

use std::collections::{BTreeMap, HashMap};

use cpas_proto::words::Period;
use uuid::Uuid;

use crate::domain::{observation::Measure, rollup::Says};

/// What a cell says, as far as rules look at it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Said {
    Number(f64),
    /// The denominator is more than zero.
    Ratio {
        numerator: f64,
        denominator: f64,
    },
    NotApplicable,
    /// Missing, suppressed, or words.
    Nothing,
}

impl Said {
    /// From what is stored. A level that is a number counts as one.
    pub fn of_stored(
        kind: &str,
        value: Option<f64>,
        numerator: Option<f64>,
        denominator: Option<f64>,
        level: &str,
    ) -> Self {
        match (kind, value, numerator, denominator) {
            ("value", Some(value), ..) => Self::Number(value),
            ("ratio", _, Some(numerator), Some(denominator)) if denominator > 0.0 => {
                Self::Ratio { numerator, denominator }
            }
            ("level", ..) => level.parse().map_or(Self::Nothing, Self::Number),
            ("not_applicable", ..) => Self::NotApplicable,
            _ => Self::Nothing,
        }
    }

    /// From what a fact of the roll-up says.
    pub fn of(says: Says) -> Self {
        match says {
            Says::Value(value) => Self::Number(value),
            Says::Ratio { numerator, denominator } if denominator > 0.0 => Self::Ratio { numerator, denominator },
            Says::NotApplicable => Self::NotApplicable,
            _ => Self::Nothing,
        }
    }

    /// The number that a reader sees.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Number(value) => Some(value),
            Self::Ratio { numerator, denominator } => Some(numerator / denominator),
            Self::NotApplicable | Self::Nothing => None,
        }
    }
}

impl From<&Measure> for Said {
    fn from(measure: &Measure) -> Self {
        match measure {
            Measure::Value(value) => Self::Number(*value),
            Measure::Ratio { numerator, denominator } => {
                Self::Ratio { numerator: *numerator, denominator: *denominator }
            }
            Measure::Level(level) => level.parse().map_or(Self::Nothing, Self::Number),
            Measure::NotApplicable => Self::NotApplicable,
            Measure::Text(_) | Measure::Missing | Measure::Suppressed => Self::Nothing,
        }
    }
}

/// What the cells of some indicators say. What is put later stands in place of what was put before.
#[derive(Debug, Clone, Default)]
pub struct Values {
    /// Indicator, period and area → slice → what it says.
    places: HashMap<(Uuid, Period, String), BTreeMap<String, Said>>,
}

impl Values {
    pub fn put(&mut self, indicator: Uuid, period: Period, area: &str, slice: &str, said: Said) {
        self.places.entry((indicator, period, area.to_owned())).or_default().insert(slice.to_owned(), said);
    }

    /// What a cell says.
    pub fn said(&self, indicator: Uuid, period: Period, area: &str, slice: &str) -> Option<Said> {
        self.slices(indicator, period, area)?.get(slice).copied()
    }

    /// What all slices of a place say, the total under the empty one.
    pub fn slices(&self, indicator: Uuid, period: Period, area: &str) -> Option<&BTreeMap<String, Said>> {
        self.places.get(&(indicator, period, area.to_owned()))
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.places.clear();
    }
}
