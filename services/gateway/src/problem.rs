//! Failures as HTTP: RFC 9457 problem+json, in one place.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chassis::{Code, Failure};
use serde::Serialize;
use serde_json::Value;

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
    title: &'static str,
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
        let failure = self.0;
        if failure.code == Code::Internal {
            let cause = failure.cause.as_deref().map(ToString::to_string).unwrap_or_default();
            tracing::error!(cause, "a request failed: {}", failure.message);
        }
        let (status, title) = status(failure.code);
        let (current_version, current) = match failure.current {
            Some((version, json)) => (Some(version), serde_json::from_str(&json).ok()),
            None => (None, None),
        };
        let body = ProblemBody {
            kind: "about:blank",
            title,
            status: status.as_u16(),
            detail: failure.message,
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
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

/// The one answer to whatever is not there, or not for this caller.
pub fn nothing_here() -> Problem {
    Problem(Failure::new(Code::NotFound, "There is nothing under this address, or nothing that you may see."))
}
