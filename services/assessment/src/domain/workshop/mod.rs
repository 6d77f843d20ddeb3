//! The workshop of an assessment: a room that goes from outcome to outcome, votes, and decides.

pub mod minutes;
#[cfg(test)]
mod tests;
pub mod vote;

use chrono::{DateTime, Utc};
use cpas_proto::{
    vocabulary,
    words::{Classification, Component},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Invalid, analysis::Status, assessment, assessment::Assessment, finding::Performance, finding::Question, text::Text,
};

/// Longest name of a guest or a section, in characters.
pub const NAME_CHARS_MAX: usize = 200;
/// Longest decision, remark, dissent or correction, in characters.
pub const WORDS_CHARS_MAX: usize = 4_000;
/// Most people and guests of one workshop.
pub const PRESENCES_MAX: usize = 300;
/// Most votes, and most entries, of one workshop.
pub const RECORDS_MAX: usize = 1_000;

vocabulary! {
    /// Where a workshop, or a vote in it, stands.
    pub enum State as "a state of a workshop" { Open = "open", Closed = "closed" }
}

vocabulary! {
    /// What happened to a workshop as a whole.
    pub enum Step as "a step of a workshop" { Opened = "opened", Closed = "closed", Reopened = "reopened" }
}

/// Something that the workshop does not take now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotHeld {
    #[error("the assessment is {0}; its workshop is held while it is workshop")]
    NotInWorkshop(assessment::State),
    #[error("the workshop is closed; its minutes stay as they are, and a correction is added to them")]
    Closed,
    #[error("the workshop is open; write a remark, a correction is for minutes that are closed")]
    StillOpen,
    #[error("the workshop has {0} open vote(s); close them, then close the workshop")]
    OpenVotes(usize),
    #[error("the vote is closed; what was counted stays")]
    VoteClosed,
    #[error("{0} member(s) present could vote, and a secret vote needs {1}; fewer could tell who voted what")]
    TooFewForSecret(usize, usize),
    #[error("your secret vote was given on another device, which alone can change it; it counts as it was given")]
    OtherDevice,
    #[error("the workshop is open; close it, then go on with the assessment")]
    GoesOn,
    #[error("the workshop is open; only a closed one can be reopened")]
    NotClosed,
}

/// The workshop of one assessment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Workshop {
    pub assessment_id: Uuid,
    /// Lineage ids of the outcomes of the frozen plan, in the order in which the room takes them.
    pub agenda: Vec<Uuid>,
    /// The outcome that the room is at.
    pub at: Option<Uuid>,
    pub state: State,
    /// What the wall shows at most.
    pub room: Classification,
    /// From 1; grows with every change of the workshop itself, not with what is done in it.
    pub version: i64,
    /// That of the frozen plan.
    pub classification: Classification,
}

impl Workshop {
    /// A new one, at the first outcome.
    pub fn open(
        of: &Assessment,
        agenda: Vec<Uuid>,
        room: Classification,
        classification: Classification,
    ) -> Result<Self, NotHeld> {
        held_of(of)?;
        let at = agenda.first().copied();
        Ok(Self { assessment_id: of.id, agenda, at, state: State::Open, room, version: 1, classification })
    }

    /// Refuses what a closed workshop, or one whose assessment has gone on, does not take.
    pub fn held(&self, of: &Assessment) -> Result<(), NotHeld> {
        held_of(of)?;
        if self.state == State::Closed { Err(NotHeld::Closed) } else { Ok(()) }
    }

    /// Another order of the same outcomes, and what the wall shows.
    pub fn revise(self, agenda: Option<Vec<Uuid>>, room: Option<Classification>) -> Result<Self, Invalid> {
        let agenda = agenda.unwrap_or_else(|| self.agenda.clone());
        let (mut before, mut now) = (self.agenda.clone(), agenda.clone());
        before.sort_unstable();
        now.sort_unstable();
        if before != now {
            return Err(Invalid::new("agenda", "does not name each outcome of the agenda once"));
        }
        Ok(Self { agenda, room: room.unwrap_or(self.room), version: self.version + 1, ..self })
    }

    /// The room goes to another outcome.
    pub fn turn(self, to: Uuid) -> Result<Self, Invalid> {
        self.check_outcome(to)?;
        Ok(Self { at: Some(to), version: self.version + 1, ..self })
    }

    /// Refuses an outcome that is not on the agenda.
    pub fn check_outcome(&self, lineage: Uuid) -> Result<(), Invalid> {
        if self.agenda.contains(&lineage) {
            return Ok(());
        }
        Err(Invalid::new("outcome_lineage_id", "is not the lineage id of an outcome on the agenda"))
    }

    /// open → closed, when no vote is open.
    pub fn close(self, open_votes: usize) -> Result<Self, NotHeld> {
        match self.state {
            State::Closed => Err(NotHeld::Closed),
            State::Open if open_votes > 0 => Err(NotHeld::OpenVotes(open_votes)),
            State::Open => Ok(Self { state: State::Closed, version: self.version + 1, ..self }),
        }
    }

    /// closed → open, as long as the assessment is in workshop.
    pub fn reopen(self, of: &Assessment) -> Result<Self, NotHeld> {
        held_of(of)?;
        match self.state {
            State::Open => Err(NotHeld::NotClosed),
            State::Closed => Ok(Self { state: State::Open, version: self.version + 1, ..self }),
        }
    }
}

fn held_of(of: &Assessment) -> Result<(), NotHeld> {
    if of.state == assessment::State::Workshop { Ok(()) } else { Err(NotHeld::NotInWorkshop(of.state)) }
}

/// Somebody in the room, or following from the field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Presence {
    pub id: Uuid,
    pub assessment_id: Uuid,
    /// `None`: a guest, who does not vote.
    pub account_id: Option<Uuid>,
    pub name: String,
    pub section: String,
    pub component: Option<Component>,
    /// What the person may see; told to nobody.
    pub clearance: Classification,
    pub joined_at: DateTime<Utc>,
    pub left_at: Option<DateTime<Utc>>,
}

impl Presence {
    /// True for a member who is here and may see what is voted on.
    pub fn may_vote(&self, on: Classification) -> bool {
        self.account_id.is_some() && self.left_at.is_none() && self.clearance >= on
    }
}

/// Who wrote something, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Written {
    pub by: Uuid,
    pub name: String,
    pub at: DateTime<Utc>,
}

/// What is said once and stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Entry {
    Step(StepTaken),
    Decision(Decision),
    Dissent(Dissent),
    Correction(Correction),
}

impl Entry {
    /// The kind as it is stored.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Step(_) => "step",
            Self::Decision(_) => "decision",
            Self::Dissent(_) => "dissent",
            Self::Correction(_) => "correction",
        }
    }
}

/// The workshop was opened, closed or reopened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepTaken {
    pub step: Step,
    pub reason: String,
    pub written: Written,
}

/// A rating that a finding took over from a decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TakenOver {
    pub finding_id: Uuid,
    pub question: Question,
    /// The version of the finding that has it.
    pub version: i64,
    pub progress: Option<Status>,
    pub performance: Option<Performance>,
}

/// What the room decided on an outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    pub id: Uuid,
    pub assessment_id: Uuid,
    pub outcome: Uuid,
    pub text: Text,
    pub proposed_by: String,
    pub vote_id: Option<Uuid>,
    pub taken_over: Option<TakenOver>,
    pub recommendation_id: Option<Uuid>,
    pub written: Written,
    pub classification: Classification,
}

/// Somebody in the room sees a finding otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dissent {
    pub id: Uuid,
    pub assessment_id: Uuid,
    pub outcome: Uuid,
    pub finding_id: Uuid,
    pub question: Question,
    pub text: String,
    pub component: Option<Component>,
    pub written: Written,
    pub classification: Classification,
}

/// An addition to closed minutes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    pub id: Uuid,
    pub assessment_id: Uuid,
    pub text: Text,
    pub written: Written,
    pub classification: Classification,
}

/// A remark of the minutes on an outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remark {
    pub assessment_id: Uuid,
    pub outcome: Uuid,
    pub text: Text,
    /// From 1.
    pub version: i64,
    pub written: Written,
    pub classification: Classification,
}

/// All of a workshop that one reader may see.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub workshop: Workshop,
    pub title: Text,
    pub outcomes: Vec<super::frozen::Outcome>,
    pub presences: Vec<Presence>,
    pub votes: Vec<vote::Vote>,
    pub entries: Vec<Entry>,
    pub remarks: Vec<Remark>,
}

impl Record {
    /// How many may vote on something of this classification now.
    pub fn may_vote(&self, on: Classification) -> usize {
        self.presences.iter().filter(|presence| presence.may_vote(on)).count()
    }
}
