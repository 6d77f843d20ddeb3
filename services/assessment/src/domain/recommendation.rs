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
    /// How far the change to the plan is that it opened, as planning tells.
    pub enum ChangeState as "a state of a plan change" { Open = "open", InDraft = "in_draft", Done = "done" }
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
    /// The recommendation that says the same, with which it is decided.
    #[serde(default)]
    pub duplicate_of: Option<Uuid>,
    /// How far that change is, and the version of the plan that takes it up.
    #[serde(default)]
    pub change_state: Option<ChangeState>,
    #[serde(default)]
    pub changed_plan: Option<Uuid>,
    #[serde(default)]
    pub implemented_at: Option<DateTime<Utc>>,
    /// The moment of the effect that was looked at when it was verified.
    #[serde(default)]
    pub effect_known_at: Option<DateTime<Utc>>,
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

/// A version of the plan, as planning tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeardPlan {
    pub id: Uuid,
    pub number: u32,
    /// draft, in_review, endorsed, approved, active, superseded or archived: planning's word.
    pub state: String,
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
    #[error(
        "effect_known_at: is empty; look at the effect on the indicators that it names, or say in the reason why it is verified without"
    )]
    NotLookedAt,
    #[error("the recommendation is {0}; only a proposed one can be linked as a duplicate or taken back")]
    LinkedTooLate(State),
    #[error("duplicate_of: {0}")]
    NoDuplicate(&'static str),
    #[error("the recommendation is a duplicate of one that is not decided; decide on that one, and both are decided")]
    DecidedWithItsOriginal,
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
            duplicate_of: None,
            change_state: None,
            changed_plan: None,
            implemented_at: None,
            effect_known_at: None,
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

    /// Links it to the one that says the same. That one is no duplicate itself, so that nothing is decided along a chain,
    /// and no more restricted than this one: who reads the one may know of the other.
    pub fn duplicate_of(self, original: &Self, has_duplicates: bool) -> Result<Self, NotPossible> {
        if self.state != State::Proposed {
            return Err(NotPossible::LinkedTooLate(self.state));
        }
        if original.id == self.id {
            return Err(NotPossible::NoDuplicate("names the recommendation itself"));
        }
        if original.duplicate_of.is_some() {
            return Err(NotPossible::NoDuplicate("is a duplicate of another one; link that one"));
        }
        if has_duplicates {
            return Err(NotPossible::NoDuplicate(
                "cannot be set: others are linked to this recommendation as duplicates",
            ));
        }
        if matches!(original.state, State::Rejected | State::Lapsed) {
            return Err(NotPossible::NoDuplicate("was rejected or lapsed; nobody would carry this one out with it"));
        }
        if original.proposal.kind != self.proposal.kind {
            return Err(NotPossible::NoDuplicate("is of another kind"));
        }
        if original.proposal.classification > self.proposal.classification {
            return Err(NotPossible::NoDuplicate(
                "is more restricted than this recommendation; link it the other way round",
            ));
        }
        Ok(Self { duplicate_of: Some(original.id), ..self }.next())
    }

    /// It is no duplicate after all; `None` where it was none.
    pub fn no_duplicate(self) -> Result<Option<Self>, NotPossible> {
        if self.state != State::Proposed {
            return Err(NotPossible::LinkedTooLate(self.state));
        }
        Ok(self.duplicate_of.is_some().then(|| Self { duplicate_of: None, ..self }.next()))
    }

    /// Stands for itself where the one that it repeats is carried out by nobody.
    pub fn without(self, original: Option<&Self>) -> Self {
        match original.map(|original| original.state) {
            Some(State::Rejected | State::Lapsed) => Self { duplicate_of: None, ..self },
            _ => self,
        }
    }

    /// accepted or partly → in_progress → implemented → verified; or lapsed, with a reason.
    ///
    /// `looked_at` is the moment of the effect that was looked at. It is needed for verified where indicators are named, or a
    /// reason why nobody looked; of any other step it is not kept.
    pub fn progress(
        self,
        to: State,
        reason: &str,
        looked_at: Option<DateTime<Utc>>,
        at: DateTime<Utc>,
    ) -> Result<Self, NotPossible> {
        if !steps(self.state).contains(&to) {
            return Err(NotPossible::NoSuchStep { from: self.state, to });
        }
        if to == State::Lapsed && reason.is_empty() {
            return Err(NotPossible::NoReason("lapsed"));
        }
        let names_indicators = !self.proposal.indicator_codes.is_empty();
        if to == State::Verified && names_indicators && looked_at.is_none() && reason.is_empty() {
            return Err(NotPossible::NotLookedAt);
        }
        let implemented_at = match to {
            State::Implemented => Some(at),
            State::Verified => self.implemented_at,
            _ => None,
        };
        let effect_known_at = looked_at.filter(|_| to == State::Verified);
        Ok(Self { state: to, implemented_at, effect_known_at, ..self }.next())
    }

    /// Links the change to the plan that it opened; `None` where it is linked already.
    pub fn link(self, plan_change_id: Uuid) -> Option<Self> {
        (self.plan_change_id != Some(plan_change_id))
            .then(|| Self { plan_change_id: Some(plan_change_id), ..self }.next())
    }

    /// Follows that change; of the version of it nothing else changes.
    pub fn followed(self, state: ChangeState, plan: Option<Uuid>) -> Self {
        Self { change_state: Some(state), changed_plan: plan, ..self }
    }

    /// True where planning opens a change to the plan for it.
    pub fn changes_plan(&self) -> bool {
        let is_taken_up = matches!(self.state, State::Accepted | State::Partly);
        self.proposal.kind == Kind::Plan && is_taken_up && self.duplicate_of.is_none()
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
mod tests;
