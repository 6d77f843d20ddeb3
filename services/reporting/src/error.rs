//! What can go wrong in reporting, and the one place where it becomes a code.

use chassis::Failure;

use crate::domain::{
    Invalid,
    citation::TooRestricted,
    dashboard::{DASHBOARDS_A_PERSON_MAX, Refused},
    output::NotWritten,
    outside::NotOutside,
    sheet::{NotNow, Withdrawal},
};

/// Why a use case did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("{0}")]
    Denied(&'static str),
    #[error(transparent)]
    NotNow(#[from] NotNow),
    #[error(transparent)]
    NotOutside(#[from] NotOutside),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(
        "You have {} dashboards in this mission, as many as one person keeps. Remove one that you no longer use; nothing was changed.",
        DASHBOARDS_A_PERSON_MAX
    )]
    TooManyDashboards,
    #[error(transparent)]
    TooRestricted(#[from] TooRestricted),
    /// The version that is stored, and the record as the API shows it.
    #[error("somebody changed it")]
    Stale { version: i64, json: String },
    #[error(
        "This fact sheet was published without a signature: the installation had no key for papers then. Its files can be read, but not checked."
    )]
    Unsigned,
    #[error("This installation signs no papers: no key is named for it (service.paper_key_file of reporting).")]
    NoPaperKey,
    #[error("A rebuild of the read model is under way. Look at its state again in a minute.")]
    Rebuilding,
    #[error(transparent)]
    NotWritten(#[from] NotWritten),
    #[error(transparent)]
    Elsewhere(#[from] Failure),
}

impl From<Withdrawal> for Error {
    fn from(refused: Withdrawal) -> Self {
        match refused {
            Withdrawal::Invalid(invalid) => Self::Invalid(invalid),
            Withdrawal::NotNow(not_now) => Self::NotNow(not_now),
        }
    }
}

impl From<tonic::Status> for Error {
    fn from(status: tonic::Status) -> Self {
        Self::Elsewhere(status.into())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::Invalid(invalid) => {
                Self::invalid(format!("{message}. Nothing was changed.")).field(invalid.field, invalid.message)
            }
            Error::NotFound(what) => Self::not_found(what),
            Error::Denied(_) | Error::Refused(_) => Self::denied(message),
            Error::NotNow(_)
            | Error::NotOutside(_)
            | Error::TooRestricted(_)
            | Error::TooManyDashboards
            | Error::Unsigned
            | Error::NoPaperKey
            | Error::Rebuilding => Self::conflict(message),
            Error::Stale { version, json } => Self::stale(version, json),
            Error::NotWritten(cause) => Self::internal(cause),
            Error::Elsewhere(failure) => failure,
        }
    }
}

impl From<Error> for tonic::Status {
    fn from(error: Error) -> Self {
        Failure::from(error).into()
    }
}
