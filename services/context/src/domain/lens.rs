//! Two lenses on every factor: what differs for women, men, girls and boys, and what it means for the protection
//! of civilians. A lens that nobody has looked through is not the same as one that shows nothing.

use serde::{Deserialize, Serialize};

use super::{Broken, Text};

/// 0 (nothing differs) to 3 (the factor is about that), as the gender marker of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Gender(u8);

impl Gender {
    /// # Errors
    /// Outside 0 to 3.
    pub fn parse(field: &str, number: u32) -> Result<Self, Broken> {
        let mut broken = Broken::default();
        let number = broken.within(field, number, 0, 3);
        broken.into_result(number.map(|number| Self(number as u8)))
    }

    /// 0 to 3.
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// What the two lenses show; `None`: nobody has looked yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lenses {
    pub gender: Option<Gender>,
    pub gender_note: Text,
    pub poc: Option<bool>,
    pub poc_note: Text,
}

impl Lenses {
    /// Checks that what a lens shows is said, and that what is said was seen through it.
    ///
    /// # Errors
    /// A marker without its word, or a word without its marker.
    pub fn checked(self) -> Result<Self, Broken> {
        let mut broken = Broken::default();
        let differs = self.gender.is_some_and(|gender| gender.number() > 0);
        match (differs, self.gender_note.is_blank()) {
            (true, true) => broken.add("factor.gender_note", "Say what differs for women, men, girls and boys."),
            (false, false) if self.gender.is_none() => {
                broken.add("factor.gender", "There is a note on gender; say too how far it differs, 0 to 3.");
            }
            _ => {}
        }
        match (self.poc, self.poc_note.is_blank()) {
            (Some(true), true) => broken.add("factor.poc_note", "Say what it means for the protection of civilians."),
            (None, false) => {
                broken.add(
                    "factor.poc",
                    "There is a note on the protection of civilians; say too whether it bears on it.",
                );
            }
            _ => {}
        }
        broken.into_result(Some(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::factor::FactorContent;

    fn lenses(gender: Option<u32>, gender_note: &str, poc: Option<bool>, poc_note: &str) -> Lenses {
        Lenses {
            gender: gender.map(|number| Gender::parse("factor.gender", number).expect("a marker")),
            gender_note: Text::of(gender_note, ""),
            poc,
            poc_note: Text::of("", poc_note),
        }
    }

    #[test]
    fn what_a_lens_shows_is_said_and_what_is_said_was_seen() {
        for (lenses, wrong) in [
            (lenses(None, "", None, ""), vec![]),
            (lenses(Some(0), "", Some(false), ""), vec![]),
            (lenses(Some(0), "Looked at: the same for all", Some(false), "No civilians near"), vec![]),
            (lenses(Some(2), "Women are taxed at the market", Some(true), "Les marchés sont visés"), vec![]),
            (lenses(Some(1), "", Some(true), ""), vec!["factor.gender_note", "factor.poc_note"]),
            (lenses(None, "Women", None, "Civils"), vec!["factor.gender", "factor.poc"]),
        ] {
            let found = lenses.clone().checked().err().map(|broken| broken.violations).unwrap_or_default();
            assert_eq!(found.iter().map(|one| one.field.as_str()).collect::<Vec<_>>(), wrong, "{lenses:?}");
        }
        assert!(Gender::parse("factor.gender", 4).is_err());
    }

    #[test]
    fn a_factor_that_was_stored_before_there_were_lenses_reads_as_not_looked_at() {
        let stored = r#"{"kind": "security", "title": {"en": "Raids", "fr": ""}, "narrative": {"en": "", "fr": ""},
            "effect": "inhibits", "severity": 3, "trend": "stable", "confidence": "low", "areas": [], "evidence": []}"#;
        let content: FactorContent = serde_json::from_str(stored).expect("a factor");
        assert_eq!((content.themes, content.lenses), (vec![], Lenses::default()));
    }
}
