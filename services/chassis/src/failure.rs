//! What goes wrong, in nine codes, apart from how it is carried.

use bytes::Bytes;
use cpas_proto::common::v1::{FieldViolation, Problem};
use prost::Message as _;

/// Largest copy of what is stored now that goes with a refusal, in bytes.
const CURRENT_BYTES_MAX: usize = 1 << 20;

cpas_proto::vocabulary! {
    /// Why a call failed.
    pub enum Code as "an error code" {
        /// The request breaks a rule; the violations name the fields.
        Invalid = "invalid",
        /// Nobody, or nobody known, is calling.
        Unauthenticated = "unauthenticated",
        /// The caller's roles do not reach this.
        Denied = "denied",
        /// There is no such thing for this caller.
        NotFound = "not_found",
        /// The thing is not in a state that allows this.
        Conflict = "conflict",
        /// Somebody changed the thing since the caller read it.
        Stale = "stale",
        /// A limit is reached.
        Exhausted = "exhausted",
        /// Something needed is away for now; trying again helps.
        Unavailable = "unavailable",
        /// A bug or a broken machine. Details stay in the log.
        Internal = "internal",
    }
}

/// A failed call: a code, a sentence for the caller, and the fields that were wrong.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    pub code: Code,
    /// What was wrong where, what was kept, and what to do.
    pub message: String,
    pub violations: Vec<FieldViolation>,
    /// For a stale write: version and content of what is stored now.
    pub current: Option<(i64, String)>,
    /// For the log only; never leaves the process.
    #[source]
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Failure {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), violations: Vec::new(), current: None, cause: None }
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(Code::Invalid, message)
    }

    pub fn unauthenticated(message: impl Into<String>) -> Self {
        Self::new(Code::Unauthenticated, message)
    }

    pub fn denied(message: impl Into<String>) -> Self {
        Self::new(Code::Denied, message)
    }

    /// "There is no {what} with this id." The same whether it never was or belongs to others.
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("There is no {what} under this id."))
    }

    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(Code::Conflict, message)
    }

    /// A write that saw an older version. `current_json` is what is stored now, as the API shows it.
    pub fn stale(current_version: i64, current_json: impl Into<String>) -> Self {
        Self {
            current: Some((current_version, current_json.into())),
            ..Self::new(
                Code::Stale,
                "Somebody changed this since you read it. Your change was not stored; compare it with what is stored now.",
            )
        }
    }

    pub fn exhausted(message: impl Into<String>) -> Self {
        Self::new(Code::Exhausted, message)
    }

    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(Code::Unavailable, message)
    }

    /// A bug or a broken machine: the caller gets one sentence, the log gets the cause.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::new(Code::Internal, "Something broke on our side. Nothing was changed; please try again.")
        }
    }

    /// Names a field that was wrong: `factors[2].severity`, "Severity goes from 1 to 5."
    #[must_use]
    pub fn field(mut self, field: impl Into<String>, message: impl Into<String>) -> Self {
        self.violations.push(FieldViolation { field: field.into(), message: message.into() });
        self
    }

    /// Keeps the cause for the log.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// A field of a request that could not be parsed.
    pub fn bad_field(field: impl Into<String>, error: impl std::fmt::Display) -> Self {
        let message = error.to_string();
        Self::invalid(format!("The request has a field that cannot be used: {message}.")).field(field, message)
    }
}

const fn grpc_code(code: Code) -> tonic::Code {
    match code {
        Code::Invalid => tonic::Code::InvalidArgument,
        Code::Unauthenticated => tonic::Code::Unauthenticated,
        Code::Denied => tonic::Code::PermissionDenied,
        Code::NotFound => tonic::Code::NotFound,
        Code::Conflict => tonic::Code::FailedPrecondition,
        Code::Stale => tonic::Code::Aborted,
        Code::Exhausted => tonic::Code::ResourceExhausted,
        Code::Unavailable => tonic::Code::Unavailable,
        Code::Internal => tonic::Code::Internal,
    }
}

impl From<Failure> for tonic::Status {
    /// Logs what is our own fault once, here at the boundary.
    fn from(failure: Failure) -> Self {
        match failure.code {
            Code::Internal | Code::Unavailable => {
                let cause = failure.cause.as_deref().map(chain).unwrap_or_default();
                tracing::error!(code = failure.code.word(), cause, "a call failed: {}", failure.message);
            }
            code => tracing::debug!(code = code.word(), "a call was refused: {}", failure.message),
        }
        let (current_version, mut current_json) = failure.current.unwrap_or_default();
        if current_json.len() > CURRENT_BYTES_MAX {
            // The version says enough to read it again.
            current_json.clear();
        }
        let problem = Problem {
            code: failure.code.word().to_owned(),
            message: failure.message.clone(),
            violations: failure.violations,
            current_version,
            current_json,
        };
        Self::with_details(grpc_code(failure.code), failure.message, Bytes::from(problem.encode_to_vec()))
    }
}

impl From<tonic::Status> for Failure {
    /// What another service answered, as our own failure.
    fn from(status: tonic::Status) -> Self {
        if let Ok(problem) = Problem::decode(status.details())
            && let Ok(code) = problem.code.parse::<Code>()
        {
            return Self {
                code,
                message: problem.message,
                violations: problem.violations,
                current: (problem.current_version != 0).then_some((problem.current_version, problem.current_json)),
                cause: None,
            };
        }
        match status.code() {
            tonic::Code::DeadlineExceeded | tonic::Code::Cancelled | tonic::Code::Unavailable => {
                Self::unavailable("A part of the system did not answer in time. Please try again.").because(status)
            }
            tonic::Code::ResourceExhausted | tonic::Code::OutOfRange => {
                Self::exhausted("The request is larger than the system takes.").because(status)
            }
            tonic::Code::Unauthenticated => Self::unauthenticated("Please sign in again.").because(status),
            tonic::Code::PermissionDenied => Self::denied("Your role does not allow this.").because(status),
            tonic::Code::NotFound => Self::not_found("such thing").because(status),
            _ => Self::internal(status),
        }
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        let transient = match &error {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) | sqlx::Error::BeginFailed => true,
            sqlx::Error::Database(database) => database.code().is_some_and(|state| is_transient(&state)),
            _ => false,
        };
        let unreadable = matches!(&error, sqlx::Error::Database(database)
            if database.code().is_some_and(|state| matches!(&*state, "22021" | "22P05")));
        if unreadable {
            Self::invalid("The request has a character that cannot be stored (NUL). Nothing was changed.")
                .because(error)
        } else if transient {
            Self::unavailable("The database did not answer in time. Nothing was changed; please try again.")
                .because(error)
        } else {
            Self::internal(error)
        }
    }
}

/// SQLSTATEs after which the same transaction may succeed: connection trouble, serialisation,
/// deadlock, lock or statement timeout, shutdown, too many connections.
fn is_transient(state: &str) -> bool {
    state.starts_with("08")
        || matches!(state, "40001" | "40P01" | "55P03" | "57014" | "57P01" | "57P02" | "57P03" | "53300" | "25P03")
}

fn chain(error: &(dyn std::error::Error + Send + Sync)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
