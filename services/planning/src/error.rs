//! What can go wrong in planning, and the one place where it becomes a code.

use chassis::Failure;

use crate::{
    app::workbook::open::Unreadable,
    domain::{
        broken::Broken, change::NotOpen, check::waiver::WaiverRefused, comment::CommentRefused, framework::Refused,
        indicator::IndicatorRefused, lifecycle::NotNow, plan::PlanRefused, rbb::RbbRefused, risk::RiskRefused,
        target::TargetRefused,
    },
};

/// What can go wrong in planning.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request breaks rules; each names its field.
    #[error(transparent)]
    Broken(#[from] Broken),
    #[error(transparent)]
    Plan(#[from] PlanRefused),
    #[error(transparent)]
    Indicator(#[from] IndicatorRefused),
    #[error(transparent)]
    Target(#[from] TargetRefused),
    #[error(transparent)]
    Risk(#[from] RiskRefused),
    #[error(transparent)]
    Waiver(#[from] WaiverRefused),
    #[error(transparent)]
    Comment(#[from] CommentRefused),
    #[error(transparent)]
    Change(#[from] NotOpen),
    #[error(transparent)]
    Rbb(#[from] RbbRefused),
    #[error(transparent)]
    Workbook(#[from] Unreadable),
    /// There is no such thing for this caller, whether it never was or is another's.
    #[error("there is no {0}")]
    Missing(&'static str),
    /// The caller saw an older version; what is stored now, as the API shows it.
    #[error("the caller saw another version than {version}")]
    Stale { version: i64, current_json: String },
    /// The caller's role does not reach this part of the mission.
    #[error("{0}")]
    OutOfReach(String),
    /// The state of something else forbids it.
    #[error("{0}")]
    Conflict(String),
    /// A record has grown past what can be told in one event.
    #[error("{0}")]
    TooLarge(String),
    /// What chassis answered: the database or the stream is away, a key was used twice.
    #[error(transparent)]
    Chassis(#[from] Failure),
}

impl Error {
    /// Something stored that cannot be read back: a bug, never the caller's fault.
    pub fn unreadable(what: impl std::fmt::Display) -> Self {
        Self::Chassis(Failure::internal(format!("stored, but not readable: {what}")))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Broken(broken) => invalid(broken),
            Error::Plan(PlanRefused::Framework(Refused::Broken(broken))) => invalid(broken),
            Error::Plan(PlanRefused::Framework(Refused::NoItem(_))) => Self::not_found("plan item"),
            Error::Plan(PlanRefused::Framework(Refused::NoLink { .. })) => Self::not_found("link"),
            Error::Plan(PlanRefused::NotNow(NotNow::NoReason)) => {
                Self::invalid(NotNow::NoReason.to_string()).field("reason", NotNow::NoReason.to_string())
            }
            Error::Plan(PlanRefused::NotNow(NotNow::EndorserApproves)) => {
                Self::denied(NotNow::EndorserApproves.to_string())
            }
            Error::Plan(refused @ PlanRefused::NotNow(NotNow::WrongState { .. })) => {
                Self::conflict(refused.to_string())
            }
            Error::Plan(
                refused
                @ (PlanRefused::NotADraft(_) | PlanRefused::NoProgressNow(_) | PlanRefused::CannotBeFollowed(_)),
            ) => Self::conflict(refused.to_string()),
            Error::Indicator(IndicatorRefused::Broken(broken)) | Error::Target(TargetRefused::Broken(broken)) => {
                invalid(broken)
            }
            Error::Indicator(refused @ (IndicatorRefused::WrongState { .. } | IndicatorRefused::Retired)) => {
                Self::conflict(refused.to_string())
            }
            Error::Waiver(WaiverRefused::Broken(broken)) => invalid(broken),
            Error::Waiver(refused) => Self::conflict(refused.to_string()),
            Error::Comment(CommentRefused::Broken(broken)) => invalid(broken),
            Error::Comment(refused @ CommentRefused::NotYours) => Self::denied(refused.to_string()),
            Error::Comment(refused) => Self::conflict(refused.to_string()),
            Error::Risk(RiskRefused::Broken(broken)) => invalid(broken),
            Error::Risk(refused) => Self::conflict(refused.to_string()),
            Error::Target(refused @ TargetRefused::Retired) => Self::conflict(refused.to_string()),
            // The use case answers with what is stored; here it is not at hand.
            Error::Target(TargetRefused::Stale) => Self::stale(0, String::new()),
            Error::Rbb(RbbRefused::Broken(broken)) => invalid(broken),
            Error::Rbb(refused) => Self::conflict(refused.to_string()),
            Error::Workbook(refused @ (Unreadable::NoWorkbook | Unreadable::Password)) => {
                Self::invalid(refused.to_string())
            }
            Error::Workbook(refused) => Self::exhausted(refused.to_string()),
            Error::Change(refused) => Self::conflict(refused.to_string()),
            Error::Missing(what) => Self::not_found(what),
            Error::Stale { version, current_json } => Self::stale(version, current_json),
            Error::OutOfReach(sentence) => Self::denied(sentence),
            Error::Conflict(sentence) => Self::conflict(sentence),
            Error::TooLarge(sentence) => Self::exhausted(sentence),
            Error::Chassis(failure) => failure,
        }
    }
}

/// What a neighbour refused.
impl From<tonic::Status> for Error {
    fn from(status: tonic::Status) -> Self {
        Self::Chassis(status.into())
    }
}

impl From<Error> for tonic::Status {
    fn from(error: Error) -> Self {
        Failure::from(error).into()
    }
}

fn invalid(broken: Broken) -> Failure {
    let failure = Failure::invalid(format!("{broken} Nothing was changed."));
    broken.violations.into_iter().fold(failure, |failure, violation| failure.field(violation.field, violation.message))
}
