//! Dated assessments of a stakeholder: influence, interest, stance. Append-only, one per date.

use chrono::{DateTime, NaiveDate, Utc};
use cpas_proto::words::Confidence;
use serde::{Deserialize, Serialize};

use super::{
    Broken, Text, Who,
    ids::{AssessmentId, StakeholderId},
    text::either,
};

/// A move of the stance by this much or more is an alert.
pub const SHIFT_STEPS: u8 = 2;

/// 1 (little) to 5 (decisive): influence and interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Weight(u8);

impl Weight {
    /// # Errors
    /// Outside 1 to 5.
    pub fn parse(field: &str, number: u32) -> Result<Self, Broken> {
        let mut broken = Broken::default();
        let number = broken.within(field, number, 1, 5);
        broken.into_result(number.map(|number| Self(number as u8)))
    }

    /// 1 to 5.
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// −2 (strongly prevents change) to +2 (strongly promotes it).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stance(i8);

impl Stance {
    /// # Errors
    /// Outside −2 to 2.
    pub fn parse(field: &str, number: i32) -> Result<Self, Broken> {
        let mut broken = Broken::default();
        let number = broken.within(field, number, -2, 2);
        broken.into_result(number.map(|number| Self(number as i8)))
    }

    /// −2 to 2.
    pub const fn number(self) -> i8 {
        self.0
    }
}

/// An assessment as it is entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAssessment {
    pub stakeholder: StakeholderId,
    /// Date that it speaks of.
    pub as_of: NaiveDate,
    pub influence: Weight,
    pub interest: Weight,
    pub stance: Stance,
    pub capability: Text,
    pub attitude: Text,
    pub behaviour: Text,
    pub confidence: Confidence,
    pub note: Text,
}

impl NewAssessment {
    /// # Errors
    /// It speaks of a day after `today`.
    pub fn check_date(&self, today: NaiveDate) -> Result<(), Broken> {
        if self.as_of > today {
            return Err(Broken::one(
                "as_of",
                format!("{} is in the future; an assessment speaks of a day that has come.", self.as_of),
            ));
        }
        Ok(())
    }
}

/// A dated assessment; never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    pub id: AssessmentId,
    pub stakeholder: StakeholderId,
    pub as_of: NaiveDate,
    pub influence: Weight,
    pub interest: Weight,
    pub stance: Stance,
    #[serde(deserialize_with = "either")]
    pub capability: Text,
    #[serde(deserialize_with = "either")]
    pub attitude: Text,
    #[serde(deserialize_with = "either")]
    pub behaviour: Text,
    pub confidence: Confidence,
    #[serde(deserialize_with = "either")]
    pub note: Text,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: Who,
}

impl Assessment {
    /// Writes it down.
    pub fn record(new: NewAssessment, id: AssessmentId, by: Who, at: DateTime<Utc>) -> Self {
        let NewAssessment {
            stakeholder,
            as_of,
            influence,
            interest,
            stance,
            capability,
            attitude,
            behaviour,
            confidence,
            note,
        } = new;
        Self {
            id,
            stakeholder,
            as_of,
            influence,
            interest,
            stance,
            capability,
            attitude,
            behaviour,
            confidence,
            note,
            recorded_at: at,
            recorded_by: by,
        }
    }
}

/// An alert: the stance moved far between two assessments that follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    pub before: Stance,
    pub after: Stance,
}

/// The shift between two stances, if it is one.
pub fn shift(before: Option<Stance>, after: Stance) -> Option<Shift> {
    let before = before?;
    (before.0.abs_diff(after.0) >= SHIFT_STEPS).then_some(Shift { before, after })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_move_of_two_or_more_is_a_shift() {
        for before in -2..=2 {
            for after in -2..=2 {
                let found = shift(Some(Stance(before)), Stance(after));
                let expected =
                    ((after - before).abs() >= 2).then_some(Shift { before: Stance(before), after: Stance(after) });
                assert_eq!(found, expected, "{before} to {after}");
            }
        }
        assert_eq!(shift(None, Stance(-2)), None, "a first assessment moves from nowhere");
    }

    #[test]
    fn scales_end_where_they_end() {
        for (number, fine) in [(-3, false), (-2, true), (0, true), (2, true), (3, false)] {
            assert_eq!(Stance::parse("stance", number).is_ok(), fine, "{number}");
        }
        for (number, fine) in [(0, false), (1, true), (5, true), (6, false), (u32::MAX, false)] {
            assert_eq!(Weight::parse("influence", number).is_ok(), fine, "{number}");
        }
    }
}
