//! What goes wrong in collection, and which of the nine codes it has.

use chassis::Failure;

use crate::domain::{
    file::{NotText, Unreadable, Unusable},
    observation::Fault,
};

/// Every way in which a call fails for a reason of collection's own.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error("{message}")]
    BadField { field: &'static str, message: String },
    #[error("{0}")]
    NotFound(&'static str),
    #[error("{0}")]
    OutOfReach(String),
    #[error("{0}")]
    Conflict(String),
    #[error("version {0} is stored")]
    Stale(i64, String),
    #[error(transparent)]
    NotText(#[from] NotText),
    #[error(transparent)]
    Unusable(#[from] Unusable),
    #[error("{0}")]
    TooLarge(String),
    #[error("{0}")]
    Broken(String),
}

impl Error {
    /// A field that cannot be used.
    pub fn bad(field: &'static str, message: impl ToString) -> Self {
        Self::BadField { field, message: message.to_string() }
    }
}

impl From<Unreadable> for Error {
    fn from(error: Unreadable) -> Self {
        Self::Unusable(error.into())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Fault(fault) => Self::invalid(&fault.message).field(fault.field, &fault.message),
            Error::BadField { field, message } => Self::invalid(&message).field(field, message),
            Error::NotFound(what) => Self::not_found(what),
            Error::OutOfReach(sentence) => Self::denied(sentence),
            Error::Conflict(sentence) => Self::conflict(sentence),
            Error::Stale(version, current) => Self::stale(version, current),
            Error::NotText(error) => Self::invalid(error.to_string()).field("file", error.to_string()),
            Error::Unusable(Unusable::Unreadable(Unreadable::Io(error))) => Self::internal(error),
            Error::Unusable(Unusable::Unclear(error)) => {
                Self::invalid(error.to_string()).field(error.field(), error.to_string())
            }
            Error::Unusable(error) => Self::invalid(error.to_string()).field("file", error.to_string()),
            Error::TooLarge(sentence) => Self::exhausted(&sentence).field("file", sentence),
            Error::Broken(cause) => Self::internal(cause),
        }
    }
}
