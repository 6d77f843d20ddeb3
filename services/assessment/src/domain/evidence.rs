//! What a finding rests on.

use cpas_proto::vocabulary;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Invalid, text::plain, word};

/// Most references of one finding.
pub const REFERENCES_MAX: usize = 100;
/// Longest note of a reference, in characters.
pub const NOTE_CHARS_MAX: usize = 2_000;

vocabulary! {
    /// What a reference points to.
    pub enum Kind as "a kind of evidence" {
        /// A computed analysis of the same assessment.
        Analysis = "analysis",
        /// A computed contribution of the same assessment.
        Contribution = "contribution",
        /// An area of the same assessment where events gather.
        HotSpot = "hot_spot",
        /// A cluster of events of the same assessment.
        Cluster = "cluster",
        /// A finding of an assessment that was finalized.
        Finding = "finding",
        /// A factor of a published context map.
        Factor = "factor",
        /// A stakeholder of context, whose stance moved or did not.
        Stakeholder = "stakeholder",
        /// An observation of collection.
        Observation = "observation",
        /// A piece of evidence of context.
        Evidence = "evidence",
        /// An event of collection.
        Event = "event",
        /// Words of its own, where nothing in the system can be pointed to.
        Note = "note",
    }
}

/// One reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    pub kind: Kind,
    /// `None` for a note only.
    pub id: Option<Uuid>,
    /// What it shows; a note has one.
    pub note: String,
}

impl Reference {
    /// Parses one reference: a note has words, everything else has an id.
    pub fn parse(kind: &str, id: &str, note: &str) -> Result<Self, Invalid> {
        let kind: Kind = word("kind", kind)?;
        let note = plain("note", note, NOTE_CHARS_MAX)?;
        let id = match (kind, id) {
            (Kind::Note, "") if note.is_empty() => {
                return Err(Invalid::new("note", "is empty; a note says what it shows"));
            }
            (Kind::Note, "") => None,
            (Kind::Note, _) => return Err(Invalid::new("id", "a note has no id; leave it empty")),
            (kind, id) => {
                let id =
                    id.parse().map_err(|_| Invalid::new("id", format!("\"{id}\" is no id of its kind, \"{kind}\"")))?;
                Some(id)
            }
        };
        Ok(Self { kind, id, note })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_has_words_and_everything_else_an_id() {
        assert!(Reference::parse("note", "", "Elders of three villages say so").is_ok());
        assert_eq!(Reference::parse("note", "", " ").expect_err("no words").field, "note");
        assert_eq!(Reference::parse("analysis", "", "shows it").expect_err("no id").field, "id");
        assert_eq!(Reference::parse("hearsay", "", "x").expect_err("no such kind").field, "kind");
        assert!(Reference::parse("event", &Uuid::max().to_string(), "").is_ok());
    }
}
