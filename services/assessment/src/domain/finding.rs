//! Findings: what the people who assess say of an outcome, and on which evidence.

use chrono::{DateTime, Utc};
use cpas_proto::{
    vocabulary,
    words::{Classification, Confidence},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Invalid, analysis::Status, evidence::Reference, text::Text};

vocabulary! {
    /// The six questions that an assessment answers of every outcome.
    pub enum Question as "a question of the assessment" {
        /// What changed in the stakeholder's behaviour, attitude or capability?
        Change = "change",
        /// Were outputs delivered as planned?
        Delivery = "delivery",
        /// Is the link plausible in time, place and dose?
        Link = "link",
        /// What else explains it?
        Alternatives = "alternatives",
        /// What differs for women, girls, youth?
        GenderAndYouth = "gender_and_youth",
        /// What should continue, stop, change?
        Next = "next",
    }
}

vocabulary! {
    /// How well the mission did.
    pub enum Performance as "a performance rating" { Strong = "strong", Adequate = "adequate", Weak = "weak" }
}

vocabulary! {
    /// Where things went.
    pub enum Direction as "a direction of change" {
        Better = "better",
        Same = "same",
        Worse = "worse",
        Mixed = "mixed",
    }
}

/// What a finding says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Content {
    pub outcome_lineage_id: Uuid,
    pub question: Question,
    pub progress_rating: Option<Status>,
    pub performance_rating: Option<Performance>,
    pub direction: Option<Direction>,
    pub narrative: Text,
    pub evidence: Vec<Reference>,
    pub alternative_explanations: String,
    pub confidence: Option<Confidence>,
    pub dissent: String,
    /// What the author says; with that of the evidence, the higher one counts.
    pub classification: Classification,
}

impl Content {
    /// Refuses a rating without evidence.
    pub fn check(self) -> Result<Self, Invalid> {
        let rated = self.progress_rating.is_some() || self.performance_rating.is_some();
        if rated && self.evidence.is_empty() {
            return Err(Invalid::new(
                "evidence",
                "is empty; a rating needs evidence: name an analysis, an observation, an event, a piece of evidence or a note",
            ));
        }
        Ok(self)
    }
}

/// One finding of one assessment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub id: Uuid,
    pub assessment_id: Uuid,
    pub content: Content,
    /// From 1; every version stays readable.
    pub version: i64,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: Uuid,
}

impl Finding {
    /// A new finding.
    pub fn record(id: Uuid, assessment_id: Uuid, content: Content, by: Uuid, at: DateTime<Utc>) -> Self {
        Self { id, assessment_id, content, version: 1, recorded_at: at, recorded_by: by }
    }

    /// The next version. Its classification is not lowered by a revision.
    pub fn revise(self, content: Content, by: Uuid, at: DateTime<Utc>) -> Self {
        let classification = content.classification.max(self.content.classification);
        Self {
            content: Content { classification, ..content },
            version: self.version + 1,
            recorded_at: at,
            recorded_by: by,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> Content {
        Content {
            outcome_lineage_id: Uuid::max(),
            question: Question::Change,
            progress_rating: None,
            performance_rating: None,
            direction: Some(Direction::Better),
            narrative: Text::of("Patrols are asked for, no longer turned away.", ""),
            evidence: Vec::new(),
            alternative_explanations: String::new(),
            confidence: None,
            dissent: String::new(),
            classification: Classification::Unclassified,
        }
    }

    #[test]
    fn a_rating_without_evidence_is_refused() {
        assert!(content().check().is_ok(), "without a rating it is a remark");
        for rated in [
            Content { progress_rating: Some(Status::OnTrack), ..content() },
            Content { performance_rating: Some(Performance::Weak), ..content() },
        ] {
            assert_eq!(rated.clone().check().expect_err("no evidence").field, "evidence");
            let note = Reference::parse("note", "", "Minutes of the committee").expect("a note");
            assert!(Content { evidence: vec![note], ..rated }.check().is_ok());
        }
    }

    #[test]
    fn a_revision_does_not_lower_the_classification() {
        let at: DateTime<Utc> = "2025-07-01T08:00:00Z".parse().expect("an instant");
        let secret = Content { classification: Classification::Confidential, ..content() };
        let revised =
            Finding::record(Uuid::nil(), Uuid::nil(), secret, Uuid::nil(), at).revise(content(), Uuid::max(), at);
        assert_eq!((revised.version, revised.content.classification), (2, Classification::Confidential));
    }
}
