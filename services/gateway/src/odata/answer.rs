//! Answers and refusals, as OData has them.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chassis::Failure;
use serde_json::{Value, json};

use super::{Model, Set};
use crate::{
    language::Answer,
    problem::{Problem, foreign_status},
};

const VERSION: HeaderName = HeaderName::from_static("odata-version");
const JSON: &str = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

/// A request that is not answered.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    pub code: &'static str,
    /// What was wrong, and what to do.
    pub message: String,
    /// The option or the part of the address that was wrong; may be empty.
    pub target: String,
}

impl Refusal {
    /// An option that cannot be used.
    pub fn bad(target: &str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code: "invalid", message: message.into(), target: target.to_owned() }
    }

    /// A part of the protocol that is not served.
    pub fn not_supported(target: &str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::NOT_IMPLEMENTED, code: "not_supported", ..Self::bad(target, message) }
    }

    /// The same for what is not there and what is not the caller's.
    pub fn nothing_here() -> Self {
        crate::problem::nothing_here().into()
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        problem.0.into()
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        let status = foreign_status(&failure, StatusCode::TOO_MANY_REQUESTS);
        let target = match failure.violations.first().map(|violation| violation.field.as_str()) {
            Some("condition") => "$filter",
            Some("order") => "$orderby",
            Some("columns") => "$select",
            Some("cursor") => "$skiptoken",
            Some("skip") => "$skip",
            Some("as_known_at") => "as_known_at",
            _ => "",
        };
        Self { status, code: failure.code.word(), message: failure.message, target: target.to_owned() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut answer = Answer::default();
        let mut error = json!({"code": self.code, "message": answer.say(&self.message)});
        if !self.target.is_empty() {
            error["target"] = self.target.into();
        }
        let mut response = with_version(Body::from(json!({"error": error}).to_string()), JSON);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        answer.mark(headers);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status == StatusCode::UNAUTHORIZED {
            // So that spreadsheets ask for a name and a password: the token.
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static(
                    "Basic realm=\"CPAS: any user name, an API token as the password\", charset=\"UTF-8\"",
                ),
            );
        }
        if matches!(self.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

/// A body in a media type, with the version of the protocol.
pub fn with_version(body: impl Into<Body>, content_type: &'static str) -> Response {
    let mut response = Response::new(body.into());
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(VERSION, HeaderValue::from_static("4.0"));
    response
}

/// What there is.
pub fn service_document(root: &str, model: &Model) -> Response {
    let set = |set: &Set| {
        let mut told = json!({"name": set.name, "kind": "EntitySet", "url": set.name});
        if !set.title.is_empty() {
            told["title"] = set.title.as_str().into();
        }
        told
    };
    let sets: Vec<Value> = model.sets.iter().map(set).collect();
    with_version(json!({"@odata.context": format!("{root}/$metadata"), "value": sets}).to_string(), JSON)
}

/// The context of rows: the table, and its columns where not all are given.
fn context(root: &str, set: &Set, select: &[String]) -> String {
    let columns = if select.is_empty() { String::new() } else { format!("({})", select.join(",")) };
    Value::from(format!("{root}/$metadata#{}{columns}", set.name)).to_string()
}

/// Rows, each a JSON object.
pub fn collection(
    root: &str,
    set: &Set,
    select: &[String],
    rows: &[String],
    count: Option<u64>,
    next_link: Option<String>,
) -> Response {
    let mut body = format!("{{\"@odata.context\":{}", context(root, set, select));
    if let Some(count) = count {
        body.push_str(&format!(",\"@odata.count\":{count}"));
    }
    body.push_str(",\"value\":[");
    for (place, row) in rows.iter().enumerate() {
        body.push_str(if place == 0 { "" } else { "," });
        body.push_str(row);
    }
    body.push(']');
    if let Some(link) = next_link {
        body.push_str(&format!(",\"@odata.nextLink\":{}", Value::from(link)));
    }
    body.push('}');
    with_version(body, JSON)
}

/// One row by its key.
pub fn one(root: &str, set: &Set, select: &[String], row: &str) -> Response {
    let context = context(root, set, select);
    let context = format!("{}/$entity\"", context.trim_end_matches('"'));
    let fields = row.trim_start().trim_start_matches('{');
    with_version(format!("{{\"@odata.context\":{context},{fields}"), JSON)
}
