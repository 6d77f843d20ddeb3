//! What was observed: a value for one indicator, area, period and slice; its states; and the cell
//! that it fills.
//!
//! Zero, missing, not applicable and suppressed are four different things.

use cpas_proto::words::{Classification, Period, Slice};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::definition::{Definition, Kind};

cpas_proto::vocabulary! {
    /// Where an observation stands.
    pub enum State as "a state of an observation" {
        Draft = "draft",
        Submitted = "submitted",
        Verified = "verified",
        Approved = "approved",
        Returned = "returned",
        Rejected = "rejected",
    }
}

impl State {
    /// True when series count it.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Submitted | Self::Verified | Self::Approved)
    }

    /// True when another person than its author has checked it.
    pub const fn is_verified(self) -> bool {
        matches!(self, Self::Verified | Self::Approved)
    }
}

/// What an observation says.
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    Value(f64),
    Ratio {
        numerator: f64,
        denominator: f64,
    },
    Level(String),
    Text(String),
    /// Looked for and not known.
    Missing,
    /// There is nothing to measure there.
    NotApplicable,
    /// Known and not shown.
    Suppressed,
}

impl Measure {
    /// The word of its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Value(_) => "value",
            Self::Ratio { .. } => "ratio",
            Self::Level(_) => "level",
            Self::Text(_) => "text",
            Self::Missing => "missing",
            Self::NotApplicable => "not_applicable",
            Self::Suppressed => "suppressed",
        }
    }

    /// From its parts, as they travel and as they are stored. An empty kind is told from the parts.
    ///
    /// # Errors
    /// Field and sentence, when the parts do not make one measure.
    pub fn of_parts(
        kind: &str,
        value: Option<f64>,
        numerator: Option<f64>,
        denominator: Option<f64>,
        level: &str,
        text: &str,
    ) -> Result<Self, Fault> {
        let kind = match kind {
            "" if numerator.is_some() || denominator.is_some() => "ratio",
            "" if value.is_some() => "value",
            "" if !level.is_empty() => "level",
            "" if !text.is_empty() => "text",
            other => other,
        };
        match kind {
            "value" => {
                value.map(Self::Value).ok_or_else(|| Fault::new("value", "Give a value, or the kind \"missing\"."))
            }
            "ratio" => {
                let numerator = numerator.ok_or_else(|| Fault::new("numerator", "A ratio needs its numerator."))?;
                let denominator =
                    denominator.ok_or_else(|| Fault::new("denominator", "A ratio needs its denominator."))?;
                Ok(Self::Ratio { numerator, denominator })
            }
            "level" if !level.is_empty() => Ok(Self::Level(level.to_owned())),
            "text" if !text.is_empty() => Ok(Self::Text(text.to_owned())),
            "missing" => Ok(Self::Missing),
            "not_applicable" => Ok(Self::NotApplicable),
            "suppressed" => Ok(Self::Suppressed),
            "" | "level" | "text" => {
                Err(Fault::new("value", "Give a value, a numerator and denominator, a level or a text."))
            }
            other => Err(Fault::new(
                "kind",
                format!(
                    "\"{other}\" is not a kind of observation; expected value, ratio, level, text, missing, \
                     not_applicable or suppressed."
                ),
            )),
        }
    }

    /// Checks it against what the indicator measures.
    ///
    /// # Errors
    /// Field and sentence, when the indicator does not take it.
    pub fn check(&self, definition: &Definition) -> Result<(), Fault> {
        let code = &definition.code;
        match (self, definition.kind) {
            (Self::Missing | Self::NotApplicable | Self::Suppressed, _) => Ok(()),
            (Self::Value(_), Kind::Ratio) => Err(Fault::new(
                "denominator",
                format!("{code} is a ratio: give its numerator and denominator, not only the result."),
            )),
            (Self::Ratio { numerator, denominator }, Kind::Ratio) => check_ratio(*numerator, *denominator),
            (Self::Ratio { .. }, _) => Err(Fault::new("numerator", format!("{code} is not a ratio: give one value."))),
            (Self::Value(_) | Self::Level(_), Kind::Qualitative) => {
                Err(Fault::new("value", format!("{code} is qualitative: give a text.")))
            }
            (Self::Text(_), Kind::Qualitative) => Ok(()),
            (Self::Value(value), _) if !value.is_finite() => Err(Fault::new("value", "The value is not a number.")),
            (Self::Value(value), Kind::Count) if *value < 0.0 => {
                Err(Fault::new("value", format!("{code} counts: {value} is less than zero.")))
            }
            (Self::Value(_), _) => Ok(()),
            (Self::Level(_), Kind::Scale | Kind::Milestone) => Ok(()),
            (Self::Level(_) | Self::Text(_), _) => Err(Fault::new("value", format!("{code} needs a number."))),
        }
    }
}

fn check_ratio(numerator: f64, denominator: f64) -> Result<(), Fault> {
    if !numerator.is_finite() || !denominator.is_finite() {
        return Err(Fault::new("numerator", "Numerator and denominator need to be numbers."));
    }
    if denominator <= 0.0 {
        let said =
            "The denominator needs to be more than zero; where there is nothing to divide by, say not applicable.";
        return Err(Fault::new("denominator", said));
    }
    if numerator < 0.0 {
        return Err(Fault::new("numerator", "The numerator is less than zero."));
    }
    Ok(())
}

/// A field that was wrong, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    pub field: &'static str,
    pub message: String,
}

impl Fault {
    pub fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self { field, message: message.into() }
    }
}

/// The place that an observation fills: indicator, period, area and slice, at one classification.
///
/// The classification is part of it so that a value which somebody may not see never collides with
/// one that they enter: they could infer it from the refusal.
pub fn cell(indicator: Uuid, period: Period, area: &str, slice: &Slice, classification: Classification) -> Uuid {
    cell_of_texts(indicator, &period.to_string(), area, &slice.to_string(), classification)
}

/// The same from texts that were written by `Period` and `Slice` already: an import has millions.
pub fn cell_of_texts(indicator: Uuid, period: &str, area: &str, slice: &str, classification: Classification) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(indicator.as_bytes());
    for part in [period, "\u{1f}", area, "\u{1f}", slice, "\u{1f}", classification.word()] {
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Uuid::from_bytes(bytes)
}

/// The id of the observation that a row of a batch makes: a UUIDv7 with the batch's time, in the
/// order of the rows, so that a million of them fill an index from one end.
pub fn id_of_row(batch: Uuid, row: u32) -> Uuid {
    let mut bytes = *batch.as_bytes();
    // 48 bits of time stay; version and variant stay; 26 bits hold the row; 48 bits of chance stay.
    bytes[6] = 0x70 | ((row >> 22) & 0x0f) as u8;
    bytes[7] = (row >> 14) as u8;
    bytes[8] = 0x80 | ((row >> 8) & 0x3f) as u8;
    bytes[9] = row as u8;
    Uuid::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{super::definition::tests::casualties, *};

    #[test]
    fn zero_and_missing_are_not_the_same() {
        let zero = Measure::of_parts("", Some(0.0), None, None, "", "").expect("zero is a value");
        assert_eq!(zero, Measure::Value(0.0));
        assert_eq!(Measure::of_parts("missing", None, None, None, "", ""), Ok(Measure::Missing));
        assert_eq!(Measure::of_parts("", None, None, None, "", "").expect_err("nothing said").field, "value");
    }

    #[test]
    fn a_ratio_needs_both_parts_and_something_to_divide_by() {
        let ratio = Definition { kind: Kind::Ratio, ..casualties() };
        assert_eq!(Measure::of_parts("", None, Some(3.0), None, "", "").expect_err("half").field, "denominator");
        assert_eq!(Measure::Value(0.4).check(&ratio).expect_err("only the result").field, "denominator");
        let by_zero = Measure::Ratio { numerator: 0.0, denominator: 0.0 };
        assert_eq!(by_zero.check(&ratio).expect_err("nothing to divide by").field, "denominator");
        assert_eq!(Measure::Ratio { numerator: 0.0, denominator: 5.0 }.check(&ratio), Ok(()));
    }

    #[test]
    fn a_count_is_not_negative() {
        assert!(Measure::Value(-1.0).check(&casualties()).is_err());
        assert_eq!(Measure::Value(0.0).check(&casualties()), Ok(()));
    }

    #[test]
    fn a_secret_value_has_a_cell_of_its_own() {
        let cell = |classification| {
            let period = "2024".parse().expect("a period");
            cell(Uuid::from_u128(1), period, "A", &Slice::total(), classification)
        };
        assert_ne!(cell(Classification::Unclassified), cell(Classification::Confidential));
    }

    #[test]
    fn ids_of_rows_are_ordered_and_different() {
        let batch = Uuid::parse_str("0199a0c2-5d31-7abc-9def-0123456789ab").expect("an id");
        let rows = [1, 2, 255, 256, 16_383, 16_384, 1_000_000, 4_194_304, 60_000_000];
        let ids: Vec<Uuid> = rows.iter().map(|&row| id_of_row(batch, row)).collect();
        assert!(ids.is_sorted());
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), rows.len());
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }
}
