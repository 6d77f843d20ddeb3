//! An assessment and its way from scheduled to finalized.

use chrono::{DateTime, Utc};
use cpas_proto::{
    vocabulary,
    words::{Classification, Period},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{finding::Question, text::Text};

/// Most people who can be named as taking part.
pub const PARTICIPANTS_MAX: usize = 200;

vocabulary! {
    /// What the assessment is of.
    pub enum Kind as "a kind of assessment" {
        /// Whether change happened and what the mission contributed.
        Impact = "impact",
        /// Whether the mission did what it planned.
        Performance = "performance",
    }
}

vocabulary! {
    /// Where an assessment stands.
    pub enum State as "a state of an assessment" {
        Scheduled = "scheduled",
        Frozen = "frozen",
        Analysis = "analysis",
        Workshop = "workshop",
        LeadershipReview = "leadership_review",
        Finalized = "finalized",
    }
}

/// What is scheduled.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAssessment {
    pub title: Text,
    pub kind: Kind,
    pub period: Period,
    /// `None`: the plan that is active when it is frozen.
    pub plan_id: Option<Uuid>,
    pub participants: Vec<Uuid>,
    /// The assessment that it goes on from.
    pub follows: Option<Uuid>,
}

/// What freezing pinned; it never changes again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pinned {
    pub plan_id: Uuid,
    pub plan_number: u32,
    /// Data recorded later is not seen.
    pub cut_off: DateTime<Utc>,
    pub frozen_at: DateTime<Utc>,
}

/// One assessment of one mission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    pub id: Uuid,
    pub title: Text,
    pub kind: Kind,
    pub period: Period,
    /// The plan that was asked for; what was pinned is in `pinned`.
    pub plan_id: Option<Uuid>,
    pub participants: Vec<Uuid>,
    #[serde(default)]
    pub follows: Option<Uuid>,
    pub state: State,
    pub pinned: Option<Pinned>,
    /// From 1; grows with every change.
    pub version: i64,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: Uuid,
    pub classification: Classification,
}

/// A step that the state does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotMovable {
    #[error("the assessment is {0}; only a scheduled one can be frozen")]
    NotScheduled(State),
    #[error("the assessment is scheduled; freeze it first, which pins its data and plan")]
    NotFrozenYet,
    #[error("the assessment is {0}; it goes on only by being finalized, which leadership does")]
    NothingToAdvance(State),
    #[error("the assessment is {0}; only one in leadership_review can be finalized")]
    NotInReview(State),
    #[error("the assessment is finalized; its findings and recommendations stay as they are")]
    Finalized,
    #[error("{0} recommendation(s) of the assessment are not decided; decide on them, then finalize")]
    Undecided(u32),
    #[error(
        "the finding on outcome {outcome}, question {question}, has a draft as its narrative; edit or accept it, then finalize"
    )]
    DraftNarrative { outcome: String, question: Question },
    #[error(
        "the assessment is {0}; it is taken back from leadership_review to workshop or analysis, and from finalized to leadership_review"
    )]
    NotBack(State),
    #[error("the cut-off {cut_off} lies in the future; it can be now at the latest")]
    CutOffInFuture { cut_off: DateTime<Utc> },
}

impl Assessment {
    /// A new one, scheduled.
    pub fn schedule(id: Uuid, new: NewAssessment, by: Uuid, at: DateTime<Utc>) -> Self {
        Self {
            id,
            title: new.title,
            kind: new.kind,
            period: new.period,
            plan_id: new.plan_id,
            participants: new.participants,
            follows: new.follows,
            state: State::Scheduled,
            pinned: None,
            version: 1,
            recorded_at: at,
            recorded_by: by,
            // Its title and period say nothing of the data; what is computed carries its own.
            classification: Classification::Unclassified,
        }
    }

    /// The moment up to which data is seen, when it is frozen at `now`.
    pub fn cut_off(&self, asked: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<DateTime<Utc>, NotMovable> {
        if self.state != State::Scheduled {
            return Err(NotMovable::NotScheduled(self.state));
        }
        match asked {
            Some(cut_off) if cut_off > now => Err(NotMovable::CutOffInFuture { cut_off }),
            asked => Ok(asked.unwrap_or(now)),
        }
    }

    /// scheduled → frozen.
    pub fn freeze(self, pinned: Pinned) -> Result<Self, NotMovable> {
        self.cut_off(Some(pinned.cut_off), pinned.frozen_at)?;
        Ok(Self { state: State::Frozen, plan_id: Some(pinned.plan_id), pinned: Some(pinned), ..self }.next())
    }

    /// frozen → analysis → workshop → leadership_review.
    pub fn advance(self) -> Result<Self, NotMovable> {
        let state = match self.state {
            State::Scheduled => return Err(NotMovable::NotFrozenYet),
            State::Frozen => State::Analysis,
            State::Analysis => State::Workshop,
            State::Workshop => State::LeadershipReview,
            State::LeadershipReview | State::Finalized => return Err(NotMovable::NothingToAdvance(self.state)),
        };
        Ok(Self { state, ..self }.next())
    }

    /// leadership_review → finalized, when every recommendation is decided and no narrative is a draft; the first draft is named.
    pub fn finalize(self, undecided: u32, draft: Option<(String, Question)>) -> Result<Self, NotMovable> {
        if self.state != State::LeadershipReview {
            return Err(NotMovable::NotInReview(self.state));
        }
        if undecided > 0 {
            return Err(NotMovable::Undecided(undecided));
        }
        if let Some((outcome, question)) = draft {
            return Err(NotMovable::DraftNarrative { outcome, question });
        }
        Ok(Self { state: State::Finalized, ..self }.next())
    }

    /// leadership_review → workshop or analysis, finalized → leadership_review. Never further back: what was frozen
    /// stays frozen.
    pub fn reopen(self, to: State) -> Result<Self, NotMovable> {
        match (self.state, to) {
            (State::LeadershipReview, State::Workshop | State::Analysis)
            | (State::Finalized, State::LeadershipReview) => Ok(Self { state: to, ..self }.next()),
            (state, _) => Err(NotMovable::NotBack(state)),
        }
    }

    /// What freezing pinned, for what needs frozen data: findings and recommendations are taken from
    /// freezing until it is finalized.
    pub fn open(&self) -> Result<&Pinned, NotMovable> {
        match (self.state, &self.pinned) {
            (State::Finalized, _) => Err(NotMovable::Finalized),
            (_, Some(pinned)) => Ok(pinned),
            (_, None) => Err(NotMovable::NotFrozenYet),
        }
    }

    fn next(self) -> Self {
        Self { version: self.version + 1, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn scheduled() -> Assessment {
        let new = NewAssessment {
            title: Text::of("Mid-year", ""),
            kind: Kind::Impact,
            period: "FY2025".parse().expect("a period"),
            plan_id: None,
            participants: Vec::new(),
            follows: None,
        };
        Assessment::schedule(Uuid::nil(), new, Uuid::nil(), at("2025-07-01T08:00:00Z"))
    }

    fn pinned() -> Pinned {
        Pinned {
            plan_id: Uuid::max(),
            plan_number: 2,
            cut_off: at("2025-07-10T00:00:00Z"),
            frozen_at: at("2025-07-11T09:00:00Z"),
        }
    }

    #[test]
    fn it_goes_its_way_step_by_step() {
        let frozen = scheduled().freeze(pinned()).expect("scheduled");
        assert_eq!((frozen.state, frozen.version, frozen.plan_id), (State::Frozen, 2, Some(Uuid::max())));
        let mut moving = frozen;
        for state in [State::Analysis, State::Workshop, State::LeadershipReview] {
            moving = moving.advance().expect("one step further");
            assert_eq!(moving.state, state);
        }
        assert_eq!(moving.clone().advance(), Err(NotMovable::NothingToAdvance(State::LeadershipReview)));
        assert_eq!(moving.clone().finalize(2, None), Err(NotMovable::Undecided(2)));
        let (outcome, question) = ("1.1".to_owned(), Question::Link);
        let draft = moving.clone().finalize(0, Some((outcome.clone(), question)));
        assert_eq!(draft, Err(NotMovable::DraftNarrative { outcome, question }));
        let done = moving.finalize(0, None).expect("all decided");
        assert_eq!((done.state, done.version), (State::Finalized, 6));
        assert_eq!(done.open(), Err(NotMovable::Finalized));
    }

    #[test]
    fn no_step_is_left_out() {
        assert_eq!(scheduled().advance(), Err(NotMovable::NotFrozenYet));
        assert_eq!(scheduled().finalize(0, None), Err(NotMovable::NotInReview(State::Scheduled)));
        assert_eq!(scheduled().open(), Err(NotMovable::NotFrozenYet));
        let frozen = scheduled().freeze(pinned()).expect("scheduled");
        assert_eq!(frozen.freeze(pinned()), Err(NotMovable::NotScheduled(State::Frozen)));
    }

    #[test]
    fn it_is_taken_back_to_where_work_goes_on_and_never_to_before_it_was_frozen() {
        let at = |state| Assessment { state, ..scheduled().freeze(pinned()).expect("scheduled") };
        let allowed = [
            (State::LeadershipReview, State::Workshop),
            (State::LeadershipReview, State::Analysis),
            (State::Finalized, State::LeadershipReview),
        ];
        for from in State::ALL {
            for to in State::ALL {
                let moved = at(*from).reopen(*to);
                if allowed.contains(&(*from, *to)) {
                    let moved = moved.expect("taken back");
                    assert_eq!((moved.state, moved.version), (*to, 3));
                    assert_eq!(moved.pinned, Some(pinned()), "what was frozen stays");
                } else {
                    assert_eq!(moved, Err(NotMovable::NotBack(*from)), "{from} to {to}");
                }
            }
        }
    }

    #[test]
    fn data_of_the_future_cannot_be_pinned() {
        let now = at("2025-07-11T09:00:00Z");
        let later = at("2025-07-11T09:00:01Z");
        assert_eq!(scheduled().cut_off(Some(later), now), Err(NotMovable::CutOffInFuture { cut_off: later }));
        assert_eq!(scheduled().cut_off(None, now), Ok(now));
    }
}
