//! Answers and refusals, as OpenRosa has them.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chassis::Failure;
use cpas_proto::collection::v1::PhoneForm;
use quick_xml::escape::escape;

use crate::{
    language::Answer,
    problem::{Problem, foreign_status},
};

const VERSION: HeaderName = HeaderName::from_static("x-openrosa-version");
const XML: &str = "text/xml; charset=utf-8";
const PROLOG: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// A request that is not answered.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    message: String,
}

impl Refusal {
    /// A request that is not as the protocol has it.
    pub fn bad(message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, message: message.into() }
    }

    /// A request that is larger than was announced.
    pub fn too_large() -> Self {
        let message = "The request is larger than 10 MB. Nothing was stored; send the pictures in several requests.";
        Self { status: StatusCode::PAYLOAD_TOO_LARGE, message: message.to_owned() }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        problem.0.into()
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        let status = foreign_status(&failure, StatusCode::PAYLOAD_TOO_LARGE);
        Self { status, message: failure.message }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut answer = Answer::default();
        let mut response = said(self.status, "submit_failure", &answer.say(&self.message));
        let headers = response.headers_mut();
        answer.mark(headers);
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static(
                    "Basic realm=\"CPAS: any user name, an API token as the password\", charset=\"UTF-8\"",
                ),
            );
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

/// A body with the version of the protocol.
pub fn with_version(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(XML));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(VERSION, HeaderValue::from_static("1.0"));
    response
}

/// A message to the person at the phone.
fn said(status: StatusCode, nature: &str, message: &str) -> Response {
    let body = format!(
        "{PROLOG}<OpenRosaResponse xmlns=\"http://openrosa.org/http/response\"><message nature=\"{nature}\">{}</message>\
         </OpenRosaResponse>\n",
        escape(message)
    );
    with_version(status, body)
}

/// That an instance is stored.
pub fn received(message: &str) -> Response {
    said(StatusCode::CREATED, "submit_success", message)
}

/// The forms of a mission; `root` is the address below which they are.
pub fn form_list(root: &str, forms: &[PhoneForm]) -> Response {
    let mut body = format!("{PROLOG}<xforms xmlns=\"http://openrosa.org/xforms/xformsList\">\n");
    for form in forms {
        let title = form.title.as_ref().map(|title| title.en.as_str()).unwrap_or_default();
        let codes = form.indicator_codes.join(", ");
        body.push_str(&format!(
            "<xform><formID>{id}</formID><name>{}</name><version>{}</version><hash>md5:{}</hash>\
             <descriptionText>{}</descriptionText><downloadUrl>{root}/forms/{id}.xml</downloadUrl>\
             <manifestUrl>{root}/forms/{id}/manifest</manifestUrl></xform>\n",
            escape(title),
            escape(&form.version),
            escape(&form.md5),
            escape(&codes),
            id = escape(&form.id),
            root = escape(root),
        ));
    }
    body.push_str("</xforms>\n");
    with_version(StatusCode::OK, body)
}

/// A form.
pub fn form(xml: String) -> Response {
    with_version(StatusCode::OK, xml)
}

/// The files beside a form: none, all of it is in the form.
pub fn manifest() -> Response {
    let body = format!("{PROLOG}<manifest xmlns=\"http://openrosa.org/xforms/xformsManifest\"></manifest>\n");
    with_version(StatusCode::OK, body)
}
