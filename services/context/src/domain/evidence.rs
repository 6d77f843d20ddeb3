//! Evidence: what a factor rests on, judged by the admiralty code.

use chrono::{DateTime, NaiveDate, Utc};
use cpas_proto::{vocabulary, words::Classification};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Broken, Text, Who,
    evidence_file::EvidenceFile,
    ids::{ContextMapId, EvidenceId, FactorId},
    text,
};

/// Longest link, in characters.
const LINK_CHARS_MAX: usize = 2_000;

vocabulary! {
    /// Reliability of a source by the admiralty code.
    pub enum Reliability as "a reliability" {
        /// Completely reliable.
        A = "A",
        /// Usually reliable.
        B = "B",
        /// Fairly reliable.
        C = "C",
        /// Not usually reliable.
        D = "D",
        /// Unreliable.
        E = "E",
        /// Cannot be judged.
        F = "F",
    }
}

/// Credibility of a piece of information by the admiralty code: 1 (confirmed) to 6 (cannot be judged).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Credibility(u8);

impl Credibility {
    /// # Errors
    /// Outside 1 to 6.
    pub fn parse(field: &str, number: u32) -> Result<Self, Broken> {
        let mut broken = Broken::default();
        let number = broken.within(field, number, 1, 6);
        broken.into_result(number.map(|number| Self(number as u8)))
    }

    /// 1 to 6.
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// Evidence as it is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvidence {
    pub title: String,
    pub source: String,
    /// Date of what it shows.
    pub date: NaiveDate,
    /// Empty, or a web address.
    pub link: String,
    pub reliability: Reliability,
    pub credibility: Credibility,
    pub classification: Classification,
    /// An observation or an event that it is.
    pub reference: Option<Reference>,
}

/// A record elsewhere that is evidence here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reference {
    Observation(Uuid),
    Event(Uuid),
}

/// A factor that rests on a piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    pub map: ContextMapId,
    pub map_title: Text,
    pub map_state: String,
    pub factor: FactorId,
    pub factor_title: Text,
}

impl NewEvidence {
    /// # Errors
    /// All fields that are wrong; a date after `today` is one.
    pub fn check_date(&self, today: NaiveDate) -> Result<(), Broken> {
        if self.date > today {
            return Err(Broken::one(
                "date",
                format!("{} is in the future; give the date of what the evidence shows.", self.date),
            ));
        }
        Ok(())
    }
}

/// A link that a browser may follow: http or https, or nothing.
///
/// # Errors
/// Another scheme, blanks inside, or too long.
pub fn link(field: &str, link: &str) -> Result<String, Broken> {
    let link = text::free(field, link, LINK_CHARS_MAX)?;
    let web = ["https://", "http://"].iter().any(|scheme| link.len() > scheme.len() && link.starts_with(scheme));
    if !link.is_empty() && (!web || link.chars().any(|letter| letter.is_whitespace() || letter.is_control())) {
        return Err(Broken::one(field, "A link begins with https:// or http:// and has no blanks; or leave it empty."));
    }
    Ok(link)
}

/// Recorded evidence; never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub id: EvidenceId,
    pub title: String,
    pub source: String,
    pub date: NaiveDate,
    pub link: String,
    pub reliability: Reliability,
    pub credibility: Credibility,
    pub classification: Classification,
    pub reference: Option<Reference>,
    pub file: Option<EvidenceFile>,
    pub version: i64,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: Who,
}

impl Evidence {
    /// Writes it down.
    pub fn record(new: NewEvidence, id: EvidenceId, by: Who, at: DateTime<Utc>) -> Self {
        let NewEvidence { title, source, date, link, reliability, credibility, classification, reference } = new;
        Self {
            id,
            title,
            source,
            date,
            link,
            reliability,
            credibility,
            classification,
            reference,
            file: None,
            version: 1,
            recorded_at: at,
            recorded_by: by,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_admiralty_code_has_its_letters_and_numbers_and_no_others() {
        for (word, known) in [("A", true), ("F", true), ("G", false), ("a", false), ("", false)] {
            assert_eq!(word.parse::<Reliability>().is_ok(), known, "{word}");
        }
        for (number, known) in [(0, false), (1, true), (6, true), (7, false)] {
            assert_eq!(Credibility::parse("credibility", number).is_ok(), known, "{number}");
        }
    }

    #[test]
    fn a_link_is_one_that_a_browser_may_follow() {
        for (text, fine) in [
            ("", true),
            ("https://www.un.org/securitycouncil/", true),
            ("http://a", true),
            ("https://", false),
            ("javascript:alert(1)", false),
            ("ftp://host/file", false),
            ("https://a b", false),
        ] {
            assert_eq!(link("link", text).is_ok(), fine, "{text}");
        }
    }
}
