//! The way of an observation from its author to its approval.
//!
//! ```text
//! draft → submitted → verified → approved
//! submitted, verified → returned → submitted
//! submitted, verified → rejected
//! ```

use uuid::Uuid;

use super::observation::State;

cpas_proto::vocabulary! {
    /// A step that somebody takes with an observation, by the state that it leads to.
    pub enum Move as "a move" {
        Submit = "submitted",
        Verify = "verified",
        Approve = "approved",
        Return = "returned",
        Reject = "rejected",
    }
}

impl Move {
    /// The states that it starts from.
    pub const fn from(self) -> &'static [State] {
        match self {
            Self::Submit => &[State::Draft, State::Returned],
            Self::Verify => &[State::Submitted],
            Self::Approve => &[State::Verified],
            Self::Return | Self::Reject => &[State::Submitted, State::Verified],
        }
    }

    /// The state that it leads to.
    pub const fn to(self) -> State {
        match self {
            Self::Submit => State::Submitted,
            Self::Verify => State::Verified,
            Self::Approve => State::Approved,
            Self::Return => State::Returned,
            Self::Reject => State::Rejected,
        }
    }

    /// True when it needs a reason.
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::Return | Self::Reject)
    }

    /// True when it changes which values count, which a lock forbids to all but a coordinator.
    pub const fn changes_what_counts(self) -> bool {
        matches!(self, Self::Submit | Self::Return | Self::Reject)
    }
}

/// Why an observation stays where it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stays {
    #[error("It is {state}; only what is {} can be {to}.", list(.to.from()))]
    WrongState { state: State, to: Move },
    #[error("You entered it yourself; another person verifies it.")]
    OwnEntry,
    #[error("It was corrected; the correction is what can be {0}.")]
    Superseded(Move),
}

fn list(states: &[State]) -> String {
    states.iter().map(|state| state.word()).collect::<Vec<_>>().join(" or ")
}

/// The state after a move.
///
/// # Errors
/// Why it stays.
pub fn step(state: State, author: Uuid, superseded: bool, by: Uuid, to: Move) -> Result<State, Stays> {
    if superseded {
        return Err(Stays::Superseded(to));
    }
    if !to.from().contains(&state) {
        return Err(Stays::WrongState { state, to });
    }
    if to == Move::Verify && author == by {
        return Err(Stays::OwnEntry);
    }
    Ok(to.to())
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUTHOR: Uuid = Uuid::from_u128(1);
    const OTHER: Uuid = Uuid::from_u128(2);

    #[test]
    fn the_way_to_approval() {
        let mut state = State::Draft;
        for to in [Move::Submit, Move::Verify, Move::Return, Move::Submit, Move::Verify, Move::Approve] {
            state = step(state, AUTHOR, false, OTHER, to).expect("a step on the way");
        }
        assert_eq!(state, State::Approved);
    }

    #[test]
    fn the_author_submits_and_does_not_verify() {
        assert_eq!(step(State::Draft, AUTHOR, false, AUTHOR, Move::Submit), Ok(State::Submitted));
        assert_eq!(step(State::Submitted, AUTHOR, false, AUTHOR, Move::Verify), Err(Stays::OwnEntry));
    }

    #[test]
    fn only_the_steps_of_the_drawing_exist() {
        let drawn = [
            (State::Draft, Move::Submit),
            (State::Returned, Move::Submit),
            (State::Submitted, Move::Verify),
            (State::Verified, Move::Approve),
            (State::Submitted, Move::Return),
            (State::Verified, Move::Return),
            (State::Submitted, Move::Reject),
            (State::Verified, Move::Reject),
        ];
        for &state in State::ALL {
            for &to in Move::ALL {
                let taken = step(state, AUTHOR, false, OTHER, to).is_ok();
                assert_eq!(taken, drawn.contains(&(state, to)), "{state} to {to}");
                assert!(step(state, AUTHOR, true, OTHER, to).is_err(), "a superseded one stays");
            }
        }
    }

    #[test]
    fn a_refusal_says_from_where_it_would_go() {
        let refusal = step(State::Draft, AUTHOR, false, OTHER, Move::Return).expect_err("a draft is not returned");
        assert_eq!(refusal.to_string(), "It is draft; only what is submitted or verified can be returned.");
    }
}
