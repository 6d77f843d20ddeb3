//! Validation rules: what a value of an indicator has to keep to. An error keeps the value out, a
//! warning asks for a note.
//!
//! The same rules judge a value at entry, in a file, at submission and in the past. What is missing,
//! not applicable or suppressed breaks none.
//!
//! - **range**: the value lies between `least` and `most`, each with it.
//! - **integer**: the value, or numerator and denominator, are whole numbers.
//! - **monotone**: in one area and slice, no value is below (`up`) or above (`down`) the one of the
//!   period before, nor above (below) the one of the period after.
//! - **slices_sum**: a given total differs from the sum of no complete set of its slices by more than
//!   `tolerance`, a share of the larger. Complete is every category but `unknown`, which is added where
//!   it is there.
//! - **ratio_at_most_one**: the numerator is not more than the denominator.
//! - **change**: against the period before, by not more than `share` of it nor more than `absolute`.
//! - **cross_indicator**: at most, at least or equal to `factor` times another indicator's value in the
//!   same period, area and slice.

mod check;
mod values;

#[cfg(test)]
mod tests;

use uuid::Uuid;

use super::{
    definition::{Definition, Kind as IndicatorKind},
    observation::Fault,
};

pub use check::{Breach, Place};
pub use values::{Said, Values};

cpas_proto::vocabulary! {
    /// What a rule looks at.
    pub enum RuleKind as "a kind of rule" {
        Range = "range",
        Integer = "integer",
        Monotone = "monotone",
        SlicesSum = "slices_sum",
        RatioAtMostOne = "ratio_at_most_one",
        Change = "change",
        CrossIndicator = "cross_indicator",
    }
}

cpas_proto::vocabulary! {
    /// What breaking a rule does.
    pub enum Severity as "a severity" {
        Error = "error",
        Warning = "warning",
    }
}

cpas_proto::vocabulary! {
    /// Which way a monotone series goes.
    pub enum Direction as "a direction" { Up = "up", Down = "down" }
}

cpas_proto::vocabulary! {
    /// How a value stands to another indicator's.
    pub enum Comparison as "a comparison" { AtMost = "at_most", AtLeast = "at_least", Equal = "equal" }
}

/// What a rule asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Check {
    Range { least: Option<f64>, most: Option<f64> },
    Integer,
    Monotone(Direction),
    SlicesSum { tolerance: f64 },
    RatioAtMostOne,
    Change { share: Option<f64>, absolute: Option<f64> },
    CrossIndicator { comparison: Comparison, other: Uuid, other_code: String, factor: f64 },
}

/// A rule about the values of one indicator.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub id: Uuid,
    pub indicator: Uuid,
    pub severity: Severity,
    pub check: Check,
    /// What the mission says to who breaks it, in English and French; may be empty.
    pub message: (String, String),
}

/// The parts of a check, as they travel and as they are stored.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parts {
    pub kind: String,
    pub least: Option<f64>,
    pub most: Option<f64>,
    pub direction: String,
    pub tolerance: Option<f64>,
    pub share: Option<f64>,
    pub absolute: Option<f64>,
    pub comparison: String,
    pub factor: Option<f64>,
}

impl Check {
    /// From its parts, for an indicator. `other` is the other indicator of a comparison.
    ///
    /// # Errors
    /// Field and sentence, when the parts make no check, or none that fits the indicator.
    pub fn of_parts(parts: &Parts, definition: &Definition, other: Option<&Definition>) -> Result<Self, Fault> {
        let kind: RuleKind = parts.kind.parse().map_err(|error| Fault::new("kind", format!("{error}.")))?;
        if definition.kind == IndicatorKind::Qualitative {
            return Err(Fault::new(
                "indicator_code",
                format!("{} is qualitative; it has no numbers.", definition.code),
            ));
        }
        for (field, number) in [
            ("least", parts.least),
            ("most", parts.most),
            ("tolerance", parts.tolerance),
            ("share", parts.share),
            ("absolute", parts.absolute),
            ("factor", parts.factor),
        ] {
            if number.is_some_and(|number| !number.is_finite()) {
                return Err(Fault::new(field, "This is not a number."));
            }
        }
        let at_least_zero = |field, number: Option<f64>| match number {
            Some(number) if number < 0.0 => Err(Fault::new(field, "This needs to be zero or more.")),
            other => Ok(other),
        };
        match kind {
            RuleKind::Range => range(parts.least, parts.most),
            RuleKind::Integer => Ok(Self::Integer),
            RuleKind::Monotone => {
                let direction = parts.direction.parse();
                Ok(Self::Monotone(direction.map_err(|error| Fault::new("direction", format!("{error}.")))?))
            }
            RuleKind::SlicesSum if definition.dimensions.is_empty() || !definition.kind.adds_up_over_slices() => {
                let said = format!("{} has no slices that add up to a total.", definition.code);
                Err(Fault::new("kind", said))
            }
            RuleKind::SlicesSum => {
                let tolerance = at_least_zero("tolerance", parts.tolerance)?.unwrap_or_default();
                Ok(Self::SlicesSum { tolerance })
            }
            RuleKind::RatioAtMostOne if definition.kind != IndicatorKind::Ratio => {
                Err(Fault::new("kind", format!("{} is not a ratio.", definition.code)))
            }
            RuleKind::RatioAtMostOne => Ok(Self::RatioAtMostOne),
            RuleKind::Change => {
                let (share, absolute) =
                    (at_least_zero("share", parts.share)?, at_least_zero("absolute", parts.absolute)?);
                if share.is_none() && absolute.is_none() {
                    return Err(Fault::new("share", "Say by how much a value may change, as a share or absolutely."));
                }
                Ok(Self::Change { share, absolute })
            }
            RuleKind::CrossIndicator => cross(parts, definition, other),
        }
    }

    /// The word of its kind.
    pub const fn kind(&self) -> RuleKind {
        match self {
            Self::Range { .. } => RuleKind::Range,
            Self::Integer => RuleKind::Integer,
            Self::Monotone(_) => RuleKind::Monotone,
            Self::SlicesSum { .. } => RuleKind::SlicesSum,
            Self::RatioAtMostOne => RuleKind::RatioAtMostOne,
            Self::Change { .. } => RuleKind::Change,
            Self::CrossIndicator { .. } => RuleKind::CrossIndicator,
        }
    }

    /// True when it needs more than the value itself.
    pub const fn looks_around(&self) -> bool {
        !matches!(self, Self::Range { .. } | Self::Integer | Self::RatioAtMostOne)
    }
}

fn range(least: Option<f64>, most: Option<f64>) -> Result<Check, Fault> {
    match (least, most) {
        (None, None) => Err(Fault::new("least", "Say the least or the most that a value may be.")),
        (Some(least), Some(most)) if least > most => Err(Fault::new("most", "The most is less than the least.")),
        _ => Ok(Check::Range { least, most }),
    }
}

fn cross(parts: &Parts, definition: &Definition, other: Option<&Definition>) -> Result<Check, Fault> {
    let comparison = parts.comparison.parse().map_err(|error| Fault::new("comparison", format!("{error}.")))?;
    let other = other.ok_or_else(|| Fault::new("other_indicator_code", "Name another indicator to compare with."))?;
    if other.id == definition.id {
        return Err(Fault::new("other_indicator_code", "An indicator is not compared with itself."));
    }
    if other.frequency != definition.frequency {
        let said = format!("{} and {} are not collected as often as each other.", definition.code, other.code);
        return Err(Fault::new("other_indicator_code", said));
    }
    let factor = parts.factor.unwrap_or(1.0);
    Ok(Check::CrossIndicator { comparison, other: other.id, other_code: other.code.clone(), factor })
}
