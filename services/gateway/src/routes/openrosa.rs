//! Forms for phones (OpenRosa 1.0): the list, the forms, their manifests, and what was filled.
//!
//! Below `/openrosa/{mission}/`. It takes API tokens only, as a bearer or as the password of Basic, and no session. A
//! browser that keeps Basic cannot be made to write here from another page: writing needs a header that forms of
//! pages cannot send.

use std::time::Duration;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Multipart, Path, Query, State, multipart::MultipartRejection},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::Response,
    routing::{any, get, head},
};
use chassis::{Caller, Failure};
use cpas_proto::collection::v1 as pb;
use serde::Deserialize;
use tokio::sync::SemaphorePermit;

use super::address;
use crate::{
    App,
    access::{Visitor, authenticate_phone},
    openrosa::{self, REQUEST_BYTES_MAX, ROOM_KIB, Refusal},
};

const VERSION: &str = "x-openrosa-version";
const ACCEPT_LENGTH: HeaderName = HeaderName::from_static("x-openrosa-accept-content-length");
const INSTANCE_PART: &str = "xml_submission_file";
/// What is around the parts of a request, in bytes.
const AROUND_BYTES: usize = 64 << 10;
/// A request of this size waits for no room: an instance without pictures.
const SMALL_BYTES: usize = 256 << 10;
/// Pieces in which a part travels on, in bytes.
const CHUNK_BYTES: usize = 256 << 10;

pub fn router() -> Router<App> {
    let submission = head(announce).post(submit).layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX + AROUND_BYTES));
    Router::new()
        .route("/openrosa/{mission}/formList", get(form_list))
        .route("/openrosa/{mission}/forms/{form}", get(form))
        .route("/openrosa/{mission}/forms/{form}/manifest", get(manifest))
        .route("/openrosa/{mission}/submission", submission)
        .route("/openrosa/{mission}", any(nothing))
        .route("/openrosa/{mission}/", any(nothing))
        .route("/openrosa/{mission}/{*path}", any(nothing))
}

async fn enter(app: &App, method: &Method, mission: &str, headers: &HeaderMap) -> Result<(Visitor, Caller), Refusal> {
    let visitor = authenticate_phone(app, method, headers).await?;
    let caller = visitor.caller(app, mission, Duration::from_millis(app.config.file_timeout_ms)).await?;
    Ok((visitor, caller))
}

fn root(app: &App, mission: &str, headers: &HeaderMap) -> String {
    format!("{}/openrosa/{mission}", address::outside(app, headers))
}

/// What a list is narrowed to; what else a client says is its own business.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    #[serde(rename = "formID")]
    form_id: String,
}

async fn form_list(
    State(app): State<App>,
    method: Method,
    Path(mission): Path<String>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (_, caller) = enter(&app, &method, &mission, &headers).await?;
    let asked = app.collection(&caller).list_phone_forms(pb::ListPhoneFormsRequest {}).await;
    let mut forms = asked.map_err(Failure::from)?.into_inner().forms;
    forms.retain(|form| wish.form_id.is_empty() || form.id == wish.form_id);
    Ok(openrosa::form_list(&root(&app, &mission, &headers), &forms))
}

async fn fetched(app: &App, caller: &Caller, id: &str) -> Result<pb::PhoneFormFile, Refusal> {
    let request = pb::GetPhoneFormRequest { id: id.to_owned() };
    Ok(app.collection(caller).get_phone_form(request).await.map_err(Failure::from)?.into_inner())
}

async fn form(
    State(app): State<App>,
    method: Method,
    Path((mission, form)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (_, caller) = enter(&app, &method, &mission, &headers).await?;
    let id = form.strip_suffix(".xml").unwrap_or(&form);
    Ok(openrosa::form(fetched(&app, &caller, id).await?.xml))
}

async fn manifest(
    State(app): State<App>,
    method: Method,
    Path((mission, form)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (_, caller) = enter(&app, &method, &mission, &headers).await?;
    fetched(&app, &caller, &form).await?;
    Ok(openrosa::manifest())
}

/// Before it sends, a phone asks where to, and how much at a time.
async fn announce(
    State(app): State<App>,
    method: Method,
    Path(mission): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    enter(&app, &method, &mission, &headers).await?;
    let mut response = openrosa::with_version(StatusCode::NO_CONTENT, "");
    let own = response.headers_mut();
    own.insert(ACCEPT_LENGTH, HeaderValue::from(REQUEST_BYTES_MAX));
    let location = format!("{}/submission", root(&app, &mission, &headers));
    own.insert(header::LOCATION, HeaderValue::from_str(&location).map_err(Failure::internal)?);
    Ok(response)
}

async fn submit(
    State(app): State<App>,
    method: Method,
    Path(mission): Path<String>,
    headers: HeaderMap,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Refusal> {
    let (visitor, caller) = enter(&app, &method, &mission, &headers).await?;
    if !headers.contains_key(VERSION) {
        return Err(Refusal::bad("Send the header X-OpenRosa-Version: 1.0. Nothing was stored."));
    }
    let parts = parts.map_err(|error| Refusal::bad(format!("{error}. Nothing was stored.")))?;
    let time = Duration::from_millis(app.config.file_timeout_ms);
    let taking = async { Ok::<_, Refusal>((room(&app, &headers).await?, taken(parts).await?)) };
    let late = |_| Failure::unavailable("The request did not come in time. Nothing was stored; please send it again.");
    let (room, pieces) = tokio::time::timeout(time, taking).await.map_err(late)??;
    let request = tonic::Request::new(futures::stream::iter(pieces));
    let answer = app.collection(&caller).submit_instance(request).await.map_err(Failure::from)?.into_inner();
    drop(room);
    let message = answer.message.unwrap_or_default();
    Ok(openrosa::received(if visitor.account.language == "fr" { &message.fr } else { &message.en }))
}

/// Room for a request with pictures; it waits while others fill it. One without finds room always.
async fn room<'a>(app: &'a App, headers: &HeaderMap) -> Result<Option<SemaphorePermit<'a>>, Failure> {
    let said = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let bytes = said.unwrap_or(REQUEST_BYTES_MAX).min(REQUEST_BYTES_MAX);
    if bytes <= SMALL_BYTES {
        return Ok(None);
    }
    let kib = u32::try_from(bytes / 1024 + 1).unwrap_or(ROOM_KIB).min(ROOM_KIB);
    app.phones.acquire_many(kib).await.map(Some).map_err(Failure::internal)
}

/// The parts of a request, in pieces that travel on.
async fn taken(mut parts: Multipart) -> Result<Vec<pb::SubmitInstanceRequest>, Refusal> {
    let mut pieces = Vec::new();
    let refused = |error: axum::extract::multipart::MultipartError| {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            return Refusal::too_large();
        }
        Refusal::bad(format!(
            "The request is not in parts that can be read: {}. Nothing was stored.",
            error.body_text()
        ))
    };
    while let Some(part) = parts.next_field().await.map_err(refused)? {
        let own = part.name().unwrap_or_default();
        // The name of a file is in its part's name with some clients, and in its file name with all.
        let name = if own == INSTANCE_PART { own } else { part.file_name().unwrap_or(own) }.to_owned();
        let content_type = part.content_type().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(refused)?;
        // Collect says by the second that more requests follow for the same instance.
        if name.is_empty() || name == "*isIncomplete*" {
            continue;
        }
        pieces.push(pb::SubmitInstanceRequest { name, content_type, data: Vec::new() });
        let rest = bytes.chunks(CHUNK_BYTES);
        pieces.extend(rest.map(|data| pb::SubmitInstanceRequest { data: data.to_vec(), ..Default::default() }));
    }
    Ok(pieces)
}

/// Whatever else is asked for below a mission, by whoever has a token.
async fn nothing(
    State(app): State<App>,
    method: Method,
    Path(path): Path<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let mission = path.into_iter().find(|(name, _)| name == "mission").map(|(_, code)| code).unwrap_or_default();
    enter(&app, &method, &mission, &headers).await?;
    Err(crate::problem::nothing_here().into())
}
