//! Comments on items of a plan in review.

use super::{
    Recorded, Who,
    broken::Broken,
    ids::{CommentId, ItemId, PlanId},
    lifecycle::PlanState,
    text::parse_prose,
};

/// Most comments on one version of a plan.
pub const COMMENTS_MAX: usize = 2_000;

/// A comment on an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub id: CommentId,
    pub plan: PlanId,
    pub item: ItemId,
    pub text: String,
    pub written: Recorded,
    pub resolved: Option<Recorded>,
    pub version: i64,
}

/// Why a comment, or its end, is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommentRefused {
    #[error(transparent)]
    Broken(#[from] Broken),
    #[error("This plan is {0}; comments are written while it is in_review or endorsed.")]
    NotInReview(PlanState),
    #[error("This plan is {0}; its comments stay as they are.")]
    Decided(PlanState),
    #[error("This comment is resolved already, by {0}.")]
    Resolved(String),
    #[error("A comment is resolved by who wrote it, or by a planner who reaches its item.")]
    NotYours,
    #[error("This plan has {COMMENTS_MAX} comments, which is the most that it takes.")]
    Full,
}

impl Comment {
    /// A new comment, while the plan is in review.
    ///
    /// # Errors
    /// The plan is in another state, or nothing is said.
    pub fn written(
        id: CommentId,
        plan: PlanId,
        item: ItemId,
        text: &str,
        state: PlanState,
        written: Recorded,
    ) -> Result<Self, CommentRefused> {
        if !matches!(state, PlanState::InReview | PlanState::Endorsed) {
            return Err(CommentRefused::NotInReview(state));
        }
        let text = parse_prose("text", text)?.ok_or_else(|| Broken::one("text", "Write what you want to say."))?;
        Ok(Self { id, plan, item, text, written, resolved: None, version: 1 })
    }

    /// The comment as done with: in review, or in the draft that it was returned to.
    ///
    /// # Errors
    /// Somebody else's and the caller is no planner of its item; resolved before; the plan was decided on.
    pub fn resolved(&self, by: Recorded, is_planner: bool, state: PlanState) -> Result<Self, CommentRefused> {
        if !matches!(state, PlanState::Draft | PlanState::InReview | PlanState::Endorsed) {
            return Err(CommentRefused::Decided(state));
        }
        if !is_planner && !self.is_by(&by.by) {
            return Err(CommentRefused::NotYours);
        }
        match &self.resolved {
            Some(before) => Err(CommentRefused::Resolved(before.by.name.clone())),
            None => Ok(Self { resolved: Some(by), version: self.version + 1, ..self.clone() }),
        }
    }

    pub fn is_by(&self, who: &Who) -> bool {
        self.written.by.account == who.account
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::plan::tests::recorded;

    fn write(text: &str, state: PlanState) -> Result<Comment, CommentRefused> {
        let (id, plan, item) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        Comment::written(CommentId(id), PlanId(plan), ItemId(item), text, state, recorded(7))
    }

    #[test]
    fn a_comment_says_something_while_the_plan_is_in_review() {
        for state in PlanState::ALL {
            let in_review = matches!(state, PlanState::InReview | PlanState::Endorsed);
            assert_eq!(write("Who pays for this?", *state).is_ok(), in_review, "{state}");
        }
        assert!(matches!(write("  ", PlanState::InReview), Err(CommentRefused::Broken(_))));
    }

    #[test]
    fn its_author_or_a_planner_resolves_it_once() {
        let comment = write("Who pays for this?", PlanState::InReview).expect("a comment");
        assert_eq!(comment.resolved(recorded(8), false, PlanState::Draft), Err(CommentRefused::NotYours));
        for (person, is_planner) in [(7, false), (8, true)] {
            let done = comment.resolved(recorded(person), is_planner, PlanState::Draft).expect("resolved");
            assert_eq!((done.version, done.resolved.as_ref()), (2, Some(&recorded(person))));
            assert!(matches!(done.resolved(recorded(7), true, PlanState::Draft), Err(CommentRefused::Resolved(_))));
        }
    }

    proptest! {
        /// Whatever is tried in whatever order: what the plan's state and the person allow is done, once, and nothing else.
        #[test]
        fn no_order_of_tries_resolves_it_twice(
            tries in prop::collection::vec((7u128..10, any::<bool>(), prop::sample::select(PlanState::ALL)), 0..12),
        ) {
            let mut comment = write("Who pays for this?", PlanState::InReview).expect("a comment");
            let mut resolver = None;
            for (person, is_planner, state) in tries {
                let is_decided = !["draft", "in_review", "endorsed"].contains(&state.word());
                let allowed = !is_decided && (is_planner || person == 7) && resolver.is_none();
                let done = comment.resolved(recorded(person), is_planner, state);
                prop_assert_eq!(done.is_ok(), allowed, "{} by {} in {}", comment.version, person, state);
                if let Ok(done) = done {
                    (comment, resolver) = (done, Some(recorded(person)));
                }
                prop_assert_eq!(&comment.resolved, &resolver);
                prop_assert_eq!(comment.version, 1 + i64::from(resolver.is_some()));
                prop_assert_eq!(comment.text.as_str(), "Who pays for this?");
            }
        }
    }
}
