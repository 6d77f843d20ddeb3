//! Changes that accepted recommendations ask of the plan.

use chrono::{DateTime, Utc};
use cpas_proto::{vocabulary, words::Classification};

use super::{
    ids::{ChangeId, PlanId, RecommendationId},
    lifecycle::PlanState,
    text::Text,
};

vocabulary! {
    /// How far a change to the plan is.
    pub enum ChangeState as "a state of a plan change" {
        Open = "open",
        /// A draft takes it up.
        InDraft = "in_draft",
        /// The plan that took it up is in force.
        Done = "done",
    }
}

/// A change that an accepted recommendation asks of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanChange {
    pub id: ChangeId,
    pub recommendation: RecommendationId,
    pub text: Text,
    pub state: ChangeState,
    /// The draft that takes it up.
    pub plan: Option<PlanId>,
    pub version: i64,
    pub recorded_at: DateTime<Utc>,
    /// That of the recommendation.
    pub classification: Classification,
}

/// Why a change cannot be taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotOpen {
    #[error("Another draft takes this change up already; work on that one.")]
    InAnotherDraft,
    #[error("This change is done: the plan that took it up is in force.")]
    Done,
}

/// What a recommendation asks of the plan: nothing, unless leadership accepted it, and it is about the plan.
pub fn asks_for_change(kind: &str, state: &str) -> bool {
    kind == "plan" && matches!(state, "accepted" | "partly")
}

impl PlanChange {
    /// The change as it is opened.
    pub fn opened(
        id: ChangeId,
        recommendation: RecommendationId,
        text: Text,
        classification: Classification,
        at: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            recommendation,
            text,
            state: ChangeState::Open,
            plan: None,
            version: 1,
            recorded_at: at,
            classification,
        }
    }

    /// The change as a draft takes it up; taking it up twice in one draft changes nothing.
    ///
    /// # Errors
    /// Another draft has it, or it is done.
    pub fn taken_up(&self, by: PlanId, at: DateTime<Utc>) -> Result<Self, NotOpen> {
        match self.state {
            ChangeState::Open => Ok(Self {
                state: ChangeState::InDraft,
                plan: Some(by),
                version: self.version + 1,
                recorded_at: at,
                ..self.clone()
            }),
            ChangeState::InDraft if self.plan == Some(by) => Ok(self.clone()),
            ChangeState::InDraft => Err(NotOpen::InAnotherDraft),
            ChangeState::Done => Err(NotOpen::Done),
        }
    }

    /// The change once a plan is in force: the draft that took it up, or a later version that has it from that one
    /// (`is_in_it`) and overtook it. `None` where nothing changes.
    pub fn after(&self, plan: PlanId, is_in_it: bool, state: PlanState, at: DateTime<Utc>) -> Option<Self> {
        let brings_it = is_in_it || self.plan == Some(plan);
        let now_done = self.state == ChangeState::InDraft && brings_it && state == PlanState::Active;
        now_done.then(|| Self {
            state: ChangeState::Done,
            plan: Some(plan),
            version: self.version + 1,
            recorded_at: at,
            ..self.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn plan(number: u128) -> PlanId {
        PlanId(Uuid::from_u128(number))
    }

    fn open() -> PlanChange {
        PlanChange::opened(
            ChangeId(Uuid::from_u128(1)),
            RecommendationId(Uuid::from_u128(2)),
            Text::of("Shift patrols to the market roads", ""),
            Classification::Confidential,
            DateTime::UNIX_EPOCH,
        )
    }

    #[test]
    fn only_what_leadership_accepted_for_the_plan_asks_for_a_change() {
        for (kind, state, asks) in [
            ("plan", "accepted", true),
            ("plan", "partly", true),
            ("plan", "proposed", false),
            ("plan", "rejected", false),
            ("data", "accepted", false),
        ] {
            assert_eq!(asks_for_change(kind, state), asks, "{kind} {state}");
        }
    }

    #[test]
    fn a_change_goes_from_open_through_one_draft_to_done() {
        let at = DateTime::UNIX_EPOCH;
        let taken = open().taken_up(plan(7), at).expect("it is open");
        assert_eq!((taken.state, taken.plan, taken.version), (ChangeState::InDraft, Some(plan(7)), 2));
        assert_eq!(taken.taken_up(plan(7), at).expect("the same draft"), taken);
        assert_eq!(taken.taken_up(plan(8), at), Err(NotOpen::InAnotherDraft));
        assert_eq!(taken.after(plan(7), false, PlanState::Approved, at), None);
        assert_eq!(taken.after(plan(8), false, PlanState::Active, at), None);
        let overtaken = taken.after(plan(8), true, PlanState::Active, at).expect("a later version has it");
        assert_eq!((overtaken.state, overtaken.plan), (ChangeState::Done, Some(plan(8))));
        let done = taken.after(plan(7), false, PlanState::Active, at).expect("its plan is in force");
        assert_eq!((done.state, done.version), (ChangeState::Done, 3));
        assert_eq!(done.taken_up(plan(9), at), Err(NotOpen::Done));
    }

    /// What may happen to a change: a draft takes it up, or it is told of a plan in some state.
    fn call() -> impl Strategy<Value = (u128, Option<(PlanState, bool)>)> {
        let told = (prop::sample::select(PlanState::ALL), prop::bool::weighted(0.2));
        (1u128..4, prop::option::of(told))
    }

    proptest! {
        /// Whatever happens in whatever order: one draft takes it up, that one or a version that has it from there
        /// brings it about, and done it stays.
        #[test]
        fn no_order_of_calls_gives_a_change_to_two_drafts(calls in prop::collection::vec(call(), 0..20)) {
            let at = DateTime::UNIX_EPOCH;
            let (mut change, mut taker, mut is_done, mut version) = (open(), None, false, 1);
            for (number, told) in calls {
                let before = change.clone();
                match told {
                    None => {
                        let allowed = !is_done && taker.is_none_or(|own| own == number);
                        let taken = before.taken_up(plan(number), at);
                        prop_assert_eq!(taken.is_ok(), allowed, "{:?}", before.state);
                        version += i64::from(allowed && taker.is_none());
                        change = taken.unwrap_or(before);
                        taker = taker.or(allowed.then_some(number));
                    }
                    Some((state, is_in_it)) => {
                        let brings = taker == Some(number) || (taker.is_some() && is_in_it);
                        let ends = !is_done && brings && state == PlanState::Active;
                        let after = before.after(plan(number), is_in_it, state, at);
                        prop_assert_eq!(after.is_some(), ends, "{} of {:?}", state, before.state);
                        change = after.unwrap_or(before);
                        (is_done, version) = (is_done || ends, version + i64::from(ends));
                        taker = if ends { Some(number) } else { taker };
                    }
                }
                let state = match (taker, is_done) {
                    (None, _) => ChangeState::Open,
                    (Some(_), false) => ChangeState::InDraft,
                    (Some(_), true) => ChangeState::Done,
                };
                prop_assert_eq!((change.state, change.plan, change.version), (state, taker.map(plan), version));
            }
        }
    }
}
