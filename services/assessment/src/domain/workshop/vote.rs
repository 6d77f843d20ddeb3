//! A vote: each member present once, to be changed until it is closed; by name, or secret.
//!
//! Of a secret vote only two things are kept, apart from each other: who has voted, and the ballots under the print of
//! a key that the voter's device alone knows. Closing it keeps the counts and drops both.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use cpas_proto::{
    vocabulary,
    words::{Classification, Component},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{NotHeld, State, Written};
use crate::domain::{Invalid, finding, text::Text};

/// Fewest that a secret vote takes, and fewest ballots whose counts are shown.
pub const SECRET_MIN: usize = 3;
/// Bounds of the key of a secret ballot, in bytes.
pub const KEY_BYTES: std::ops::RangeInclusive<usize> = 32..=128;

vocabulary! {
    /// What is voted on.
    pub enum Asked as "a question of a vote" {
        /// The progress rating of the rubric.
        Progress = "progress",
        /// The performance rating of the rubric.
        Performance = "performance",
        /// Yes or no to a text.
        Proposal = "proposal",
    }
}

vocabulary! {
    /// What can be voted.
    pub enum Choice as "a choice of a vote" {
        Achieved = "achieved",
        OnTrack = "on_track",
        AtRisk = "at_risk",
        OffTrack = "off_track",
        NoData = "no_data",
        Strong = "strong",
        Adequate = "adequate",
        Weak = "weak",
        Yes = "yes",
        No = "no",
        Abstain = "abstain",
    }
}

impl Asked {
    /// The choices of this question, in the order in which they are shown.
    pub const fn choices(self) -> &'static [Choice] {
        match self {
            Self::Progress => {
                &[Choice::Achieved, Choice::OnTrack, Choice::AtRisk, Choice::OffTrack, Choice::NoData, Choice::Abstain]
            }
            Self::Performance => &[Choice::Strong, Choice::Adequate, Choice::Weak, Choice::Abstain],
            Self::Proposal => &[Choice::Yes, Choice::No, Choice::Abstain],
        }
    }
}

/// A ballot with a name on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ballot {
    pub name: String,
    pub component: Option<Component>,
    pub choice: Choice,
}

/// The ballots of a vote.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Ballots {
    Named {
        by_account: BTreeMap<Uuid, Ballot>,
    },
    /// Empty once it is closed.
    Secret {
        voted: BTreeSet<Uuid>,
        by_print: BTreeMap<String, Choice>,
    },
}

/// What closing counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Counted {
    pub voted: usize,
    /// How many could have voted.
    pub may_vote: usize,
    /// `None`: too few for a secret vote; the counts were not kept.
    pub counts: Option<BTreeMap<Choice, usize>>,
    pub at: DateTime<Utc>,
}

/// One vote.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Vote {
    pub id: Uuid,
    pub assessment_id: Uuid,
    pub outcome: Uuid,
    /// The finding that it is on, with its question.
    pub finding: Option<(Uuid, finding::Question)>,
    pub asked: Asked,
    pub text: Text,
    pub ballots: Ballots,
    pub counted: Option<Counted>,
    /// 1; 2 when it is closed.
    pub version: i64,
    pub opened: Written,
    pub classification: Classification,
}

/// A vote to be opened.
#[derive(Debug, Clone, PartialEq)]
pub struct NewVote {
    pub outcome: Uuid,
    pub finding: Option<(Uuid, finding::Question)>,
    pub asked: Asked,
    pub text: Text,
    pub secret: bool,
    pub classification: Classification,
}

/// Who votes, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Cast {
    pub account: Uuid,
    pub ballot: Ballot,
    /// Of a secret vote; else empty.
    pub key: String,
}

impl Vote {
    /// A new one; a secret one needs enough who may vote.
    pub fn open(
        id: Uuid,
        assessment_id: Uuid,
        new: NewVote,
        may_vote: usize,
        opened: Written,
    ) -> Result<Self, NotHeld> {
        if new.secret && may_vote < SECRET_MIN {
            return Err(NotHeld::TooFewForSecret(may_vote, SECRET_MIN));
        }
        let ballots = if new.secret {
            Ballots::Secret { voted: BTreeSet::new(), by_print: BTreeMap::new() }
        } else {
            Ballots::Named { by_account: BTreeMap::new() }
        };
        let NewVote { outcome, finding, asked, text, classification, .. } = new;
        let (counted, version) = (None, 1);
        Ok(Self { id, assessment_id, outcome, finding, asked, text, ballots, counted, version, opened, classification })
    }

    pub fn state(&self) -> State {
        if self.counted.is_some() { State::Closed } else { State::Open }
    }

    pub fn is_secret(&self) -> bool {
        matches!(self.ballots, Ballots::Secret { .. })
    }

    /// Takes a ballot, or a change of it.
    pub fn cast(mut self, cast: Cast) -> Result<Self, CastError> {
        if self.counted.is_some() {
            return Err(NotHeld::VoteClosed.into());
        }
        let choice = cast.ballot.choice;
        if !self.asked.choices().contains(&choice) {
            let expected: Vec<&str> = self.asked.choices().iter().map(|choice| choice.word()).collect();
            let message = format!("\"{choice}\" is no choice of this vote; expected {}", expected.join(", "));
            return Err(Invalid::new("choice", message).into());
        }
        match &mut self.ballots {
            Ballots::Named { by_account } => {
                by_account.insert(cast.account, cast.ballot);
            }
            Ballots::Secret { voted, by_print } => {
                if !KEY_BYTES.contains(&cast.key.len()) {
                    return Err(Invalid::new(
                        "ballot_key",
                        "is not 32 to 128 letters; a secret vote needs a key of chance",
                    )
                    .into());
                }
                let print = print(self.id, &cast.key);
                // A key under which somebody voted is nobody else's to vote with.
                if voted.contains(&cast.account) != by_print.contains_key(&print) {
                    return Err(NotHeld::OtherDevice.into());
                }
                voted.insert(cast.account);
                by_print.insert(print, choice);
            }
        }
        Ok(self)
    }

    /// open → closed: counted once.
    pub fn close(self, may_vote: usize, at: DateTime<Utc>) -> Result<Self, NotHeld> {
        if self.counted.is_some() {
            return Err(NotHeld::VoteClosed);
        }
        let voted = self.voted();
        let shown = !self.is_secret() || voted >= SECRET_MIN;
        let counted = Counted { voted, may_vote: may_vote.max(voted), counts: shown.then(|| self.count()), at };
        let ballots = match self.ballots {
            named @ Ballots::Named { .. } => named,
            Ballots::Secret { .. } => Ballots::Secret { voted: BTreeSet::new(), by_print: BTreeMap::new() },
        };
        Ok(Self { ballots, counted: Some(counted), version: self.version + 1, ..self })
    }

    /// How many have voted.
    pub fn voted(&self) -> usize {
        match (&self.counted, &self.ballots) {
            (Some(counted), _) => counted.voted,
            (None, Ballots::Named { by_account }) => by_account.len(),
            (None, Ballots::Secret { voted, .. }) => voted.len(),
        }
    }

    /// Whether somebody has; of a closed secret vote nobody can tell.
    pub fn has_voted(&self, account: Uuid) -> bool {
        match &self.ballots {
            Ballots::Named { by_account } => by_account.contains_key(&account),
            Ballots::Secret { voted, .. } => voted.contains(&account),
        }
    }

    /// What may be shown now: of a secret vote nothing until it is closed, for who looks on would see who adds what.
    pub fn counts(&self) -> Option<BTreeMap<Choice, usize>> {
        match (&self.counted, self.is_secret()) {
            (Some(counted), _) => counted.counts.clone(),
            (None, true) => None,
            (None, false) => Some(self.count()),
        }
    }

    /// Of a vote by name, by component. A secret one has none: few of a component would be told by it.
    pub fn by_component(&self) -> BTreeMap<Option<Component>, BTreeMap<Choice, usize>> {
        let mut counts: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        if let Ballots::Named { by_account } = &self.ballots {
            for ballot in by_account.values() {
                *counts.entry(ballot.component).or_default().entry(ballot.choice).or_default() += 1;
            }
        }
        counts
    }

    fn count(&self) -> BTreeMap<Choice, usize> {
        let mut counts = BTreeMap::new();
        let choices: Vec<Choice> = match &self.ballots {
            Ballots::Named { by_account } => by_account.values().map(|ballot| ballot.choice).collect(),
            Ballots::Secret { by_print, .. } => by_print.values().copied().collect(),
        };
        for choice in choices {
            *counts.entry(choice).or_default() += 1;
        }
        counts
    }
}

/// Why a ballot was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CastError {
    #[error(transparent)]
    NotHeld(#[from] NotHeld),
    #[error(transparent)]
    Invalid(#[from] Invalid),
}

/// SHA-256 of vote and key, so that who reads what is stored cannot vote with it.
fn print(vote: Uuid, key: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(vote.as_bytes());
    hash.update(key.as_bytes());
    format!("{:x}", hash.finalize())
}
