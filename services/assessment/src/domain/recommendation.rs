//! Recommendations, what leadership decides of them, and what becomes of them.

use chrono::{DateTime, NaiveDate, Utc};
use cpas_proto::{vocabulary, words::Classification};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Invalid, text::Text};

vocabulary! {
    /// What a recommendation asks to change.
    pub enum Kind as "a kind of recommendation" {
        /// The plan; accepted, it opens a change to it.
        Plan = "plan",
        Resources = "resources",
        Posture = "posture",
        Data = "data",
    }
}

vocabulary! {
    /// Where a recommendation stands.
    pub enum State as "a state of a recommendation" {
        Proposed = "proposed",
        Accepted = "accepted",
        Partly = "partly",
        Rejected = "rejected",
        InProgress = "in_progress",
        Implemented = "implemented",
        Verified = "verified",
        Lapsed = "lapsed",
    }
}

vocabulary! {
    /// What leadership says to a recommendation.
    pub enum Verdict as "a decision" { Accepted = "accepted", Partly = "partly", Rejected = "rejected" }
}

/// What a recommendation says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    pub text: Text,
    pub kind: Kind,
    pub owner_section: String,
    pub due: Option<NaiveDate>,
    /// Codes of the indicators on which its effect is to be seen.
    pub indicator_codes: Vec<String>,
    pub finding_ids: Vec<Uuid>,
    pub classification: Classification,
}

/// One recommendation of one assessment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recommendation {
    pub id: Uuid,
    pub assessment_id: Uuid,
    pub proposal: Proposal,
    pub state: State,
    pub taken: Option<Taken>,
    /// The change to the plan that it opened.
    pub plan_change_id: Option<Uuid>,
    /// From 1; grows with every change.
    pub version: i64,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: Uuid,
}

/// Who took the decision on it, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    pub by: Uuid,
    pub at: DateTime<Utc>,
    pub reason: String,
}

/// An entry of the decision log; it is written once and never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub id: Uuid,
    pub recommendation_id: Uuid,
    pub verdict: Verdict,
    pub reason: String,
    pub decided_by: Uuid,
    pub decided_at: DateTime<Utc>,
    /// The findings that it was taken on, each with the version that was read.
    pub findings: Vec<(Uuid, i64)>,
    pub classification: Classification,
}

/// A step that is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotPossible {
    #[error("the recommendation is {0}; only a proposed one can be decided on")]
    Decided(State),
    #[error("reason: is empty; say why the recommendation is {0}")]
    NoReason(&'static str),
    #[error("a recommendation that is {from} cannot become {to}; it can become {}", words(*from))]
    NoSuchStep { from: State, to: State },
}

impl Recommendation {
    /// A new one, proposed.
    pub fn propose(id: Uuid, assessment_id: Uuid, proposal: Proposal, by: Uuid, at: DateTime<Utc>) -> Self {
        Self {
            id,
            assessment_id,
            proposal,
            state: State::Proposed,
            taken: None,
            plan_change_id: None,
            version: 1,
            recorded_at: at,
            recorded_by: by,
        }
    }

    /// proposed → accepted, partly or rejected, with the entry for the decision log.
    ///
    /// `findings` are those that it rests on, with the version of each that was read.
    pub fn decide(
        self,
        log_id: Uuid,
        verdict: Verdict,
        taken: Taken,
        findings: Vec<(Uuid, i64)>,
    ) -> Result<(Self, Decision), NotPossible> {
        if self.state != State::Proposed {
            return Err(NotPossible::Decided(self.state));
        }
        if verdict != Verdict::Accepted && taken.reason.is_empty() {
            return Err(NotPossible::NoReason(match verdict {
                Verdict::Partly => "accepted in part only",
                _ => "rejected",
            }));
        }
        let decision = Decision {
            id: log_id,
            recommendation_id: self.id,
            verdict,
            reason: taken.reason.clone(),
            decided_by: taken.by,
            decided_at: taken.at,
            findings,
            classification: self.proposal.classification,
        };
        let state = match verdict {
            Verdict::Accepted => State::Accepted,
            Verdict::Partly => State::Partly,
            Verdict::Rejected => State::Rejected,
        };
        Ok((Self { state, taken: Some(taken), ..self }.next(), decision))
    }

    /// accepted or partly → in_progress → implemented → verified; or lapsed, with a reason.
    pub fn progress(self, to: State, reason: &str) -> Result<Self, NotPossible> {
        if !steps(self.state).contains(&to) {
            return Err(NotPossible::NoSuchStep { from: self.state, to });
        }
        if to == State::Lapsed && reason.is_empty() {
            return Err(NotPossible::NoReason("lapsed"));
        }
        Ok(Self { state: to, ..self }.next())
    }

    /// Links the change to the plan that it opened; `None` where it is linked already.
    pub fn link(self, plan_change_id: Uuid) -> Option<Self> {
        (self.plan_change_id != Some(plan_change_id))
            .then(|| Self { plan_change_id: Some(plan_change_id), ..self }.next())
    }

    /// True where planning opens a change to the plan for it.
    pub fn changes_plan(&self) -> bool {
        self.proposal.kind == Kind::Plan && matches!(self.state, State::Accepted | State::Partly)
    }

    fn next(self) -> Self {
        Self { version: self.version + 1, ..self }
    }
}

/// The steps that follow a decision.
const fn steps(from: State) -> &'static [State] {
    match from {
        State::Accepted | State::Partly => &[State::InProgress, State::Lapsed],
        State::InProgress => &[State::Implemented, State::Lapsed],
        State::Implemented => &[State::Verified, State::InProgress],
        State::Proposed | State::Rejected | State::Verified | State::Lapsed => &[],
    }
}

fn words(from: State) -> String {
    match steps(from) {
        [] => "nothing else".to_owned(),
        steps => steps.iter().map(|state| state.word()).collect::<Vec<_>>().join(" or "),
    }
}

/// Parses the day by which it is due; empty is none.
pub fn parse_due(text: &str) -> Result<Option<NaiveDate>, Invalid> {
    if text.is_empty() {
        return Ok(None);
    }
    let day = text.parse().map_err(|_| Invalid::new("due", format!("\"{text}\" is not a date; write 2025-09-30")))?;
    Ok(Some(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> DateTime<Utc> {
        "2025-07-01T08:00:00Z".parse().expect("an instant")
    }

    fn proposed() -> Recommendation {
        let proposal = Proposal {
            text: Text::of("Move two patrols to the north", ""),
            kind: Kind::Plan,
            owner_section: "Sector North".to_owned(),
            due: parse_due("2025-09-30").expect("a date"),
            indicator_codes: Vec::new(),
            finding_ids: vec![Uuid::max()],
            classification: Classification::Confidential,
        };
        Recommendation::propose(Uuid::nil(), Uuid::nil(), proposal, Uuid::nil(), at())
    }

    fn taken(reason: &str) -> Taken {
        Taken { by: Uuid::max(), at: at(), reason: reason.to_owned() }
    }

    #[test]
    fn a_decision_is_logged_with_who_when_why_and_on_what() {
        let (accepted, decision) = proposed()
            .decide(Uuid::max(), Verdict::Accepted, taken(""), vec![(Uuid::max(), 3)])
            .expect("needs no reason");
        assert!(accepted.changes_plan());
        assert_eq!((accepted.state, accepted.version), (State::Accepted, 2));
        assert_eq!((decision.decided_by, decision.decided_at), (Uuid::max(), at()));
        assert_eq!(decision.findings, vec![(Uuid::max(), 3)]);
        assert_eq!(decision.classification, Classification::Confidential);
        assert_eq!(
            accepted.decide(Uuid::max(), Verdict::Rejected, taken("late"), Vec::new()),
            Err(NotPossible::Decided(State::Accepted))
        );
    }

    #[test]
    fn a_no_and_half_a_yes_need_a_reason() {
        for verdict in [Verdict::Partly, Verdict::Rejected] {
            assert!(matches!(
                proposed().decide(Uuid::max(), verdict, taken(""), Vec::new()),
                Err(NotPossible::NoReason(_))
            ));
            assert!(proposed().decide(Uuid::max(), verdict, taken("No fuel until May"), Vec::new()).is_ok());
        }
    }

    #[test]
    fn it_is_followed_up_step_by_step() {
        let (accepted, _) = proposed().decide(Uuid::max(), Verdict::Accepted, taken(""), Vec::new()).expect("decided");
        let early = accepted.clone().progress(State::Verified, "").expect_err("not implemented yet");
        assert_eq!(
            early.to_string(),
            "a recommendation that is accepted cannot become verified; it can become in_progress or lapsed"
        );
        let lapsed = accepted.clone().progress(State::Lapsed, "");
        assert!(matches!(lapsed, Err(NotPossible::NoReason(_))));
        let mut moving = accepted;
        for to in [State::InProgress, State::Implemented, State::Verified] {
            moving = moving.progress(to, "").expect("one step");
        }
        assert_eq!((moving.state, moving.version), (State::Verified, 5));
        assert!(proposed().progress(State::InProgress, "").is_err(), "undecided");
    }

    #[test]
    fn a_plan_change_is_linked_once() {
        let linked = proposed().link(Uuid::max()).expect("new to it");
        assert_eq!(linked.version, 2);
        assert_eq!(linked.link(Uuid::max()), None);
    }
}
