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

vocabulary! {
    /// Whether anybody stands behind the words of a narrative.
    pub enum NarrativeState as "a state of a narrative" {
        /// Put together by rules; nobody has read it.
        Draft = "draft",
        /// Written or changed by somebody.
        Edited = "edited",
        /// Put together by rules, read and found right.
        Accepted = "accepted",
    }
}

/// What was written before there were drafts was written by somebody.
fn edited() -> NarrativeState {
    NarrativeState::Edited
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
    #[serde(default = "edited")]
    pub narrative_state: NarrativeState,
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

    /// The next version. Its classification is not lowered by a revision, and a draft stays one until its words are
    /// changed or accepted.
    pub fn revise(self, content: Content, by: Uuid, at: DateTime<Utc>) -> Self {
        let classification = content.classification.max(self.content.classification);
        let narrative_state = self.narrative_state(&content);
        Self {
            content: Content { classification, narrative_state, ..content },
            version: self.version + 1,
            recorded_at: at,
            recorded_by: by,
            ..self
        }
    }

    /// Words that stay keep their state, but a draft can be accepted. Other words are a draft where they were put together
    /// anew; accepted they cannot be, since what was read is not what stands there now.
    fn narrative_state(&self, next: &Content) -> NarrativeState {
        let before = self.content.narrative_state;
        match (next.narrative == self.content.narrative, next.narrative_state) {
            (true, NarrativeState::Accepted) if before == NarrativeState::Draft => NarrativeState::Accepted,
            (true, _) => before,
            (false, NarrativeState::Draft) => NarrativeState::Draft,
            (false, _) => NarrativeState::Edited,
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
            narrative_state: NarrativeState::Edited,
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

    #[test]
    fn a_draft_stays_one_until_its_words_are_changed_or_accepted() {
        use NarrativeState::{Accepted, Draft, Edited};
        let at: DateTime<Utc> = "2025-07-01T08:00:00Z".parse().expect("an instant");
        let of = |state, words: &str| Content { narrative_state: state, narrative: Text::of(words, ""), ..content() };
        for (before, next, same_words, other_words) in [
            (Draft, Draft, Draft, Draft),
            (Draft, Edited, Draft, Edited),
            (Draft, Accepted, Accepted, Edited),
            (Edited, Draft, Edited, Draft),
            (Edited, Accepted, Edited, Edited),
            (Accepted, Edited, Accepted, Edited),
            (Accepted, Draft, Accepted, Draft),
        ] {
            let stored = Finding::record(Uuid::nil(), Uuid::nil(), of(before, "Composed."), Uuid::nil(), at);
            let after = |words| stored.clone().revise(of(next, words), Uuid::max(), at).content.narrative_state;
            assert_eq!((after("Composed."), after("Other.")), (same_words, other_words), "{before} then {next}");
        }
    }

    #[test]
    fn what_was_stored_before_there_were_drafts_is_read_as_written() {
        let mut stored = serde_json::to_value(content()).expect("JSON");
        stored.as_object_mut().expect("an object").remove("narrative_state");
        let read: Content = serde_json::from_value(stored).expect("it is read");
        assert_eq!(read, content());
    }
}
