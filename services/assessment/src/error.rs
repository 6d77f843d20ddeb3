//! What goes wrong here, and the one place where it gets its code.

use chassis::{Code, Failure};

use crate::domain::{
    Invalid,
    assessment::NotMovable,
    comment::CommentRefused,
    invitation::NotAnswered,
    recommendation::NotPossible,
    workshop::{NotHeld, vote::CastError},
};

/// A use case that did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    NotMovable(#[from] NotMovable),
    #[error(transparent)]
    NotAnswered(#[from] NotAnswered),
    #[error(transparent)]
    NotPossible(#[from] NotPossible),
    #[error(transparent)]
    NotHeld(#[from] NotHeld),
    #[error(transparent)]
    Comment(#[from] CommentRefused),
    /// There is no such thing for this caller.
    #[error("there is no {0}")]
    NotFound(&'static str),
    /// The caller's grants do not reach so far.
    #[error("{0}")]
    OutOfReach(String),
    /// Something is not in a state that allows this.
    #[error("{0}")]
    Conflict(String),
    /// The writer saw an older version; what is stored now, as the API shows it.
    #[error("version {version} is stored now")]
    Stale { version: i64, current: String },
    /// Another service failed while we read from it.
    #[error("{service}: {failure}")]
    Neighbour { service: &'static str, failure: Failure },
    /// The database, or something else beneath us.
    #[error(transparent)]
    Beneath(#[from] Failure),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(Invalid { field, message }) => {
                Self::invalid(format!("Nothing was stored: {field} {message}.")).field(field, message)
            }
            Error::NotMovable(error @ NotMovable::CutOffInFuture { .. }) => Self::bad_field("cut_off", error),
            Error::NotMovable(error) => Self::conflict(sentence(&error.to_string())),
            Error::NotAnswered(error) => Self::conflict(sentence(&error.to_string())),
            Error::NotPossible(error @ NotPossible::NoReason(_)) => Self::bad_field("reason", error),
            Error::NotPossible(error @ NotPossible::NotLookedAt) => Self::bad_field("effect_known_at", error),
            Error::NotPossible(error @ NotPossible::NoDuplicate(_)) => Self::bad_field("duplicate_of", error),
            Error::NotPossible(
                error @ (NotPossible::Decided(_)
                | NotPossible::NoSuchStep { .. }
                | NotPossible::LinkedTooLate(_)
                | NotPossible::DecidedWithItsOriginal),
            ) => Self::conflict(sentence(&error.to_string())),
            Error::NotHeld(error @ NotHeld::TooFewForSecret(..)) => Self::bad_field("secret", error),
            Error::NotHeld(error) => Self::conflict(sentence(&error.to_string())),
            Error::Comment(error @ CommentRefused::NotYours) => Self::denied(sentence(&error.to_string())),
            Error::Comment(error) => Self::conflict(sentence(&error.to_string())),
            Error::NotFound(what) => Self::not_found(what),
            Error::OutOfReach(message) => Self::denied(message),
            Error::Conflict(message) => Self::conflict(message),
            Error::Stale { version, current } => Self::stale(version, current),
            Error::Neighbour { service, failure } => neighbour(service, failure),
            Error::Beneath(failure) => failure,
        }
    }
}

impl From<CastError> for Error {
    fn from(error: CastError) -> Self {
        match error {
            CastError::NotHeld(error) => error.into(),
            CastError::Invalid(error) => error.into(),
        }
    }
}

impl From<Error> for tonic::Status {
    fn from(error: Error) -> Self {
        Failure::from(error).into()
    }
}

/// What a call to another service answered.
pub fn answered(service: &'static str) -> impl Fn(tonic::Status) -> Error {
    move |status| Error::Neighbour { service, failure: Failure::from(status) }
}

fn neighbour(service: &str, failure: Failure) -> Failure {
    match failure.code {
        Code::Unavailable | Code::Exhausted => Failure::unavailable(format!(
            "The {service} service does not answer, and this cannot be done without it. Nothing was changed; please try again."
        ))
        .because(failure),
        Code::Denied | Code::NotFound | Code::Conflict => failure,
        // What it says is wrong is not in our caller's request, so no field is named.
        Code::Invalid => Failure::conflict(format!(
            "The {service} service cannot give what this needs: {} Nothing was changed.",
            failure.message
        )),
        Code::Unauthenticated | Code::Stale | Code::Internal => Failure::internal(failure),
    }
}

/// A domain error's words as a sentence of its own.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
