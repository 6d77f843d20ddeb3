//! The states of a plan, the steps between them, and who may take which.
//!
//! Which role may take a step is in `cpas_proto::policy`; here is what no role can waive: the order
//! of the steps, a reason for a return, and that the endorser is not the approver.

use cpas_proto::vocabulary;

use super::Who;

vocabulary! {
    /// State of one version of a plan.
    pub enum PlanState as "a state of a plan" {
        Draft = "draft",
        InReview = "in_review",
        Endorsed = "endorsed",
        Approved = "approved",
        Active = "active",
        Superseded = "superseded",
        Archived = "archived",
    }
}

impl PlanState {
    /// True for what a mere reader may see: plans that are or were in force.
    pub const fn is_published(self) -> bool {
        matches!(self, Self::Active | Self::Superseded | Self::Archived)
    }

    /// True once leadership has said yes: from then on it is never changed, only followed by a next version.
    pub const fn can_be_followed(self) -> bool {
        matches!(self, Self::Approved | Self::Active | Self::Superseded)
    }
}

vocabulary! {
    /// A step from one state to another.
    pub enum Step as "a step" {
        Submit = "submit",
        Return = "return",
        Endorse = "endorse",
        Approve = "approve",
        Activate = "activate",
        Supersede = "supersede",
        Archive = "archive",
    }
}

impl Step {
    /// States that it starts from, and the one that it leads to.
    pub const fn way(self) -> (&'static [PlanState], PlanState) {
        use PlanState::{Active, Approved, Archived, Draft, Endorsed, InReview, Superseded};
        match self {
            Self::Submit => (&[Draft], InReview),
            Self::Return => (&[InReview, Endorsed], Draft),
            Self::Endorse => (&[InReview], Endorsed),
            Self::Approve => (&[Endorsed], Approved),
            Self::Activate => (&[Approved], Active),
            Self::Supersede => (&[Active], Superseded),
            Self::Archive => (&[Superseded], Archived),
        }
    }

    const fn done(self) -> &'static str {
        match self {
            Self::Submit => "submitted",
            Self::Return => "returned",
            Self::Endorse => "endorsed",
            Self::Approve => "approved",
            Self::Activate => "activated",
            Self::Supersede => "superseded",
            Self::Archive => "archived",
        }
    }
}

/// Why a step is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotNow {
    #[error("A plan that is {state} cannot be {}; it must be {} for that.", .step.done(), list(.step.way().0))]
    WrongState { step: Step, state: PlanState },
    #[error("You endorsed this plan, so another person has to approve it.")]
    EndorserApproves,
    #[error("Say why the plan is returned, so that its planners know what to change.")]
    NoReason,
}

fn list(states: &[PlanState]) -> String {
    states.iter().map(|state| state.word()).collect::<Vec<_>>().join(" or ")
}

/// The state after a step.
///
/// # Errors
/// The step does not start from this state, needs a reason, or needs another person.
pub fn after(
    state: PlanState,
    step: Step,
    by: &Who,
    endorsed_by: Option<&Who>,
    reason: Option<&str>,
) -> Result<PlanState, NotNow> {
    let (from, to) = step.way();
    if !from.contains(&state) {
        return Err(NotNow::WrongState { step, state });
    }
    match step {
        Step::Approve if endorsed_by.is_some_and(|endorser| endorser.account == by.account) => {
            Err(NotNow::EndorserApproves)
        }
        Step::Return if reason.is_none_or(|reason| reason.trim().is_empty()) => Err(NotNow::NoReason),
        _ => Ok(to),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn who(number: u128) -> Who {
        Who { account: Uuid::from_u128(number), name: format!("person {number}") }
    }

    #[test]
    fn only_the_steps_of_the_way_are_possible() {
        use PlanState::*;
        let ways = [
            (Draft, Step::Submit, InReview),
            (InReview, Step::Return, Draft),
            (InReview, Step::Endorse, Endorsed),
            (Endorsed, Step::Return, Draft),
            (Endorsed, Step::Approve, Approved),
            (Approved, Step::Activate, Active),
            (Active, Step::Supersede, Superseded),
            (Superseded, Step::Archive, Archived),
        ];
        for state in PlanState::ALL {
            for step in Step::ALL {
                let way = ways.iter().find(|(from, by, _)| (from, by) == (state, step));
                let found = after(*state, *step, &who(1), Some(&who(2)), Some("because"));
                let expected = way.map(|(_, _, to)| *to).ok_or(NotNow::WrongState { step: *step, state: *state });
                assert_eq!(found, expected, "{step} from {state}");
            }
        }
    }

    #[test]
    fn the_endorser_does_not_approve() {
        let refused = after(PlanState::Endorsed, Step::Approve, &who(1), Some(&who(1)), None);
        assert_eq!(refused, Err(NotNow::EndorserApproves));
    }

    #[test]
    fn a_return_says_why() {
        for reason in [None, Some(""), Some("  ")] {
            assert_eq!(after(PlanState::InReview, Step::Return, &who(1), None, reason), Err(NotNow::NoReason));
        }
    }

    #[test]
    fn a_wrong_state_says_what_would_be_right() {
        let refused = after(PlanState::Draft, Step::Approve, &who(1), None, None).expect_err("a draft");
        assert_eq!(refused.to_string(), "A plan that is draft cannot be approved; it must be endorsed for that.");
    }
}
