//! What can go wrong in the context, and the one place where it becomes a code.

use chassis::Failure;

use crate::domain::{
    Broken, area::geojson::NotBoundaries, context_map::NotNow, evidence_file::NotEvidence, family::NotOne,
};

/// What can go wrong in the context.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request breaks rules; each names its field.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// A file that is no boundaries.
    #[error(transparent)]
    NotBoundaries(#[from] NotBoundaries),
    /// A file that is no evidence.
    #[error(transparent)]
    NotEvidence(#[from] NotEvidence),
    /// A context map is not in a state for this.
    #[error(transparent)]
    NotNow(#[from] NotNow),
    /// Two records are not merged, or one is not taken apart.
    #[error(transparent)]
    NotOne(#[from] NotOne),
    /// There is no such thing for this caller, whether it never was or is hidden or another's.
    #[error("there is no {0}")]
    Missing(&'static str),
    /// The caller saw an older version; what is stored now, as the API shows it.
    #[error("the caller saw another version than {version}")]
    Stale { version: i64, current_json: String },
    /// The caller's role or clearance does not reach this.
    #[error("{0}")]
    OutOfReach(String),
    /// Something that is there already.
    #[error("{0}")]
    Duplicate(String),
    /// A limit is reached.
    #[error("{0}")]
    TooMany(String),
    /// What chassis answered: the database is away, a key was used twice.
    #[error(transparent)]
    Chassis(#[from] Failure),
}

impl Error {
    /// A stale write, with what is stored now in the shape of the API.
    pub fn stale(version: i64, current: &impl serde::Serialize) -> Self {
        Self::Stale { version, current_json: serde_json::to_string(current).unwrap_or_default() }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Broken(broken) => {
                let failure = Self::invalid(format!("{broken} Nothing was changed."));
                broken
                    .violations
                    .into_iter()
                    .fold(failure, |failure, broken| failure.field(broken.field, broken.message))
            }
            Error::NotBoundaries(refused) => {
                Self::invalid(format!("{refused} Nothing was changed.")).field("geojson", refused.to_string())
            }
            Error::NotEvidence(NotEvidence::TooLarge) => {
                Self::exhausted(format!("{} Nothing was recorded.", NotEvidence::TooLarge))
            }
            Error::NotEvidence(refused) => {
                Self::invalid(format!("{refused} Nothing was recorded.")).field("file", refused.to_string())
            }
            Error::NotNow(NotNow::AuthorReviews) => Self::denied(NotNow::AuthorReviews.to_string()),
            Error::NotNow(NotNow::NoSuchFactor) => Self::not_found("factor"),
            Error::NotNow(NotNow::TooManyFactors) => Self::exhausted(NotNow::TooManyFactors.to_string()),
            Error::NotNow(
                refused @ (NotNow::Immutable(_)
                | NotNow::NotADraft(_)
                | NotNow::NotReviewed(_)
                | NotNow::NoFactors
                | NotNow::WithoutEvidence(_)),
            ) => Self::conflict(refused.to_string()),
            Error::NotOne(refused @ NotOne::TooMany) => Self::exhausted(format!("{refused} Nothing was changed.")),
            Error::NotOne(
                refused @ (NotOne::Same | NotOne::Merged(_) | NotOne::PersonAndGroup | NotOne::NotMerged),
            ) => Self::conflict(format!("{refused} Nothing was changed.")),
            Error::Missing(what) => Self::not_found(what),
            Error::Stale { version, current_json } => Self::stale(version, current_json),
            Error::OutOfReach(sentence) => Self::denied(sentence),
            Error::Duplicate(sentence) => Self::conflict(sentence),
            Error::TooMany(sentence) => Self::exhausted(sentence),
            Error::Chassis(failure) => failure,
        }
    }
}

impl From<Error> for tonic::Status {
    fn from(error: Error) -> Self {
        Failure::from(error).into()
    }
}

impl From<Broken> for tonic::Status {
    fn from(broken: Broken) -> Self {
        Error::from(broken).into()
    }
}
