//! Who is invited to an assessment, as what, and what they answered.

use chrono::{DateTime, Utc};
use cpas_proto::vocabulary;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::assessment::{NotMovable, State as At};

vocabulary! {
    /// What somebody is in an assessment.
    pub enum Part as "a part in an assessment" {
        Lead = "lead",
        Analyst = "analyst",
        Adviser = "adviser",
        Participant = "participant",
    }
}

vocabulary! {
    /// Where an invitation stands.
    pub enum State as "a state of an invitation" {
        Invited = "invited",
        Accepted = "accepted",
        Declined = "declined",
        Withdrawn = "withdrawn",
    }
}

/// An invitation; there is one for each person and assessment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Invitation {
    pub assessment_id: Uuid,
    pub account: Uuid,
    pub part: Part,
    pub state: State,
    /// What was said with the answer.
    pub word: String,
    pub invited_at: DateTime<Utc>,
    pub invited_by: Uuid,
    pub answered_at: Option<DateTime<Utc>>,
    /// From 1.
    pub version: i64,
}

/// An answer that cannot be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnswered {
    #[error(transparent)]
    Over(#[from] NotMovable),
    #[error("the invitation was taken back; ask who coordinates the assessment")]
    Withdrawn,
}

impl Invitation {
    /// Invites, or invites again; the same part again changes nothing of an answer.
    pub fn invite(
        before: Option<Self>,
        assessment_id: Uuid,
        account: Uuid,
        part: Part,
        by: Uuid,
        at: DateTime<Utc>,
    ) -> Self {
        match before {
            Some(before) if before.part == part && before.state != State::Withdrawn => before,
            before => Self {
                assessment_id,
                account,
                part,
                state: State::Invited,
                word: String::new(),
                invited_at: at,
                invited_by: by,
                answered_at: None,
                version: before.map_or(0, |before| before.version) + 1,
            },
        }
    }

    /// Takes it back.
    pub fn withdraw(self) -> Self {
        Self { state: State::Withdrawn, version: self.version + 1, ..self }
    }

    /// Accepts or declines; another answer later takes its place, until the assessment is finalized.
    pub fn answer(self, of: At, accept: bool, word: String, at: DateTime<Utc>) -> Result<Self, NotAnswered> {
        if of == At::Finalized {
            return Err(NotMovable::Finalized.into());
        }
        if self.state == State::Withdrawn {
            return Err(NotAnswered::Withdrawn);
        }
        let state = if accept { State::Accepted } else { State::Declined };
        Ok(Self { state, word, answered_at: Some(at), version: self.version + 1, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: u32) -> DateTime<Utc> {
        format!("2026-07-01T08:00:{second:02}Z").parse().expect("an instant")
    }

    fn invited() -> Invitation {
        Invitation::invite(None, Uuid::nil(), Uuid::max(), Part::Analyst, Uuid::nil(), at(0))
    }

    #[test]
    fn the_same_invitation_again_keeps_the_answer_and_another_part_asks_again() {
        let accepted = invited().answer(At::Analysis, true, "From Monday".to_owned(), at(1)).expect("open");
        assert_eq!((accepted.state, accepted.version), (State::Accepted, 2));
        let again =
            |part| Invitation::invite(Some(accepted.clone()), Uuid::nil(), Uuid::max(), part, Uuid::nil(), at(2));
        assert_eq!(again(Part::Analyst), accepted);
        let lead = again(Part::Lead);
        assert_eq!((lead.state, lead.version, lead.word.as_str()), (State::Invited, 3, ""));
    }

    #[test]
    fn what_was_taken_back_or_is_over_takes_no_answer() {
        let answer = |of, invitation: Invitation| invitation.answer(of, false, String::new(), at(1));
        assert_eq!(answer(At::Workshop, invited().withdraw()), Err(NotAnswered::Withdrawn));
        assert_eq!(answer(At::Finalized, invited()), Err(NotMovable::Finalized.into()));
        assert_eq!(answer(At::Scheduled, invited()).expect("open").state, State::Declined);
    }
}
