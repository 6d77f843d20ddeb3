//! Failures as HTTP: RFC 9457 problem+json, in one place, in the language of the request.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chassis::{Code, Failure};
use serde::Serialize;
use serde_json::Value;

use crate::language::Answer;

/// A failed request, on its way out.
#[derive(Debug)]
pub struct Problem(pub Failure);

impl<E: Into<Failure>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// The body of every answer that is an error.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemBody {
    /// `about:blank`: the code says it all.
    #[serde(rename = "type")]
    kind: &'static str,
    title: String,
    status: u16,
    /// What was wrong where, what was kept, and what to do.
    detail: String,
    /// One of the nine codes.
    code: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    violations: Vec<cpas_proto::common::v1::FieldViolation>,
    /// For a stale write: the version stored now.
    #[serde(skip_serializing_if = "Option::is_none")]
    current_version: Option<i64>,
    /// For a stale write: what is stored now.
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<Value>,
}

const fn status(code: Code) -> (StatusCode, &'static str) {
    match code {
        Code::Invalid => (StatusCode::UNPROCESSABLE_ENTITY, "Not valid"),
        Code::Unauthenticated => (StatusCode::UNAUTHORIZED, "Not signed in"),
        Code::Denied => (StatusCode::FORBIDDEN, "Not allowed"),
        Code::NotFound => (StatusCode::NOT_FOUND, "Not found"),
        Code::Conflict => (StatusCode::CONFLICT, "Not possible now"),
        Code::Stale => (StatusCode::PRECONDITION_FAILED, "Changed by somebody else"),
        Code::Exhausted => (StatusCode::TOO_MANY_REQUESTS, "Too much"),
        Code::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "Not available now"),
        Code::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "Broken"),
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut failure = self.0;
        log(&failure);
        let (status, title) = status(failure.code);
        let mut answer = Answer::default();
        for violation in &mut failure.violations {
            violation.message = answer.say(&violation.message);
        }
        let (current_version, current) = match failure.current {
            Some((version, json)) => (Some(version), serde_json::from_str(&json).ok()),
            None => (None, None),
        };
        let body = ProblemBody {
            kind: "about:blank",
            title: answer.say(title),
            status: status.as_u16(),
            detail: answer.say(&failure.message),
            code: failure.code.word(),
            violations: failure.violations,
            current_version,
            current,
        };
        let mut response = Response::new(Body::from(serde_json::to_vec(&body).unwrap_or_default()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        answer.mark(headers);
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

/// The status of a failure in the protocols of others, which have no status of ours for what is not valid or stale; what
/// is our own fault is logged. `too_much` is that of a limit.
pub fn foreign_status(failure: &Failure, too_much: StatusCode) -> StatusCode {
    log(failure);
    match failure.code {
        Code::Invalid => StatusCode::BAD_REQUEST,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::Denied => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::Conflict | Code::Stale => StatusCode::CONFLICT,
        Code::Exhausted => too_much,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn log(failure: &Failure) {
    if failure.code == Code::Internal {
        let cause = failure.cause.as_deref().map(ToString::to_string).unwrap_or_default();
        tracing::error!(cause, "a request failed: {}", failure.message);
    }
}

/// The one answer to whatever is not there, or not for this caller.
pub fn nothing_here() -> Problem {
    Problem(Failure::new(Code::NotFound, "There is nothing under this address, or nothing that you may see."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_title_has_its_french() {
        for code in Code::ALL {
            let (_, title) = status(*code);
            let said = crate::french::say(title);
            assert!(said.is_whole && said.text != title, "{title}");
        }
    }
}
