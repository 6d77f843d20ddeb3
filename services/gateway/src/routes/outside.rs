//! Papers that people without an account read: `/public/{mission}/{key}`, below it its languages and files.
//!
//! No session is looked at and none is made. Each request asks anew whether the paper is open: nothing that is kept
//! anywhere outlives a withdrawal without asking.

use std::{net::SocketAddr, time::Duration};

use axum::{
    Extension, Router,
    extract::{ConnectInfo, Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::Response,
    routing::{any, get},
};
use chassis::{Caller, Code, Failure, Mission};
use cpas_proto::{
    reporting::v1 as pb,
    words::{Classification, Language, MissionState},
};
use sha2::{Digest as _, Sha256};

use super::{files::attachment, session::client_address};
use crate::{App, language, outside, store::missions};

/// A paper has its own style and pictures, and runs nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";
const FORMATS: &[&str] = &["pdf", "docx", "xlsx", "csv", "html", "manifest.json"];
const TIME: Duration = Duration::from_secs(15);

pub fn router() -> Router<App> {
    Router::new()
        .route("/public/{mission}/{key}", get(page))
        .route("/public/{mission}/{key}/{document}", get(document))
        .route("/public", any(nothing))
        .route("/public/", any(nothing))
        .route("/public/{mission}", any(nothing))
        .route("/public/{mission}/", any(nothing))
        .route("/public/{mission}/{key}/", any(nothing))
        .route("/public/{mission}/{key}/{document}/", any(nothing))
        .route("/public/{mission}/{key}/{document}/{*rest}", any(nothing))
        .layer(axum::middleware::from_fn(closed))
}

type Peer = Option<Extension<ConnectInfo<SocketAddr>>>;

/// What somebody asks for.
struct Asked {
    mission: String,
    key: String,
    language: Language,
    /// Empty: the page.
    format: &'static str,
}

async fn page(
    State(app): State<App>,
    method: Method,
    peer: Peer,
    Path((mission, key)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let asked = Asked { mission, key, language: language::accepted(&headers), format: "" };
    let mut response = answer(&app, &method, peer, &headers, Some(asked)).await;
    if response.status() != StatusCode::NOT_FOUND {
        response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept-Language"));
    }
    response
}

async fn document(
    State(app): State<App>,
    method: Method,
    peer: Peer,
    Path((mission, key, document)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    let (language, format) = document.split_once('.').unwrap_or((&document, ""));
    let known = FORMATS.iter().find(|known| **known == format).copied();
    let format = if document.contains('.') { known } else { Some("") };
    let asked = match (language.parse(), format) {
        (Ok(language), Some(format)) => Some(Asked { mission, key, language, format }),
        _ => None,
    };
    answer(&app, &method, peer, &headers, asked).await
}

async fn nothing(State(app): State<App>, method: Method, peer: Peer, headers: HeaderMap) -> Response {
    answer(&app, &method, peer, &headers, None).await
}

async fn answer(app: &App, method: &Method, peer: Peer, headers: &HeaderMap, asked: Option<Asked>) -> Response {
    let from = client_address(app, peer.map(|Extension(ConnectInfo(address))| address.ip()), headers);
    if !app.outside.admits(&from, app.db.clock().now()) {
        return outside::too_much();
    }
    let Some(asked) = asked else { return outside::nothing() };
    match read(app, method, &asked).await {
        Ok(paper) => shown(paper, &asked, headers),
        Err(failure) if failure.code == Code::NotFound => outside::nothing(),
        Err(failure) => {
            tracing::warn!("a paper could not be read outside: {failure}");
            outside::away()
        }
    }
}

/// Asks for the paper as nobody: with no clearance, in the mission that the address names.
async fn read(app: &App, method: &Method, asked: &Asked) -> Result<pb::OutsidePaper, Failure> {
    let row = missions::by_code(&mut *app.db.connection().await?, &asked.mission).await?;
    let mission = match &row {
        Some(row) => Mission {
            id: row.id,
            code: row.code.clone(),
            state: row.state.parse().map_err(Failure::internal)?,
            fiscal_year_start_month: u32::try_from(row.fiscal_year_start_month).unwrap_or(1),
        },
        // A mission that is not there takes as long as one that is.
        None => Mission {
            id: uuid::Uuid::nil(),
            code: String::new(),
            state: MissionState::Active,
            fiscal_year_start_month: 1,
        },
    };
    let caller = Caller::service("gateway", mission, std::time::Instant::now() + TIME);
    let caller = Caller { clearance: Classification::Unclassified, ..caller };
    let request = pb::ReadOutsideRequest {
        key: asked.key.clone(),
        language: asked.language.word().to_owned(),
        format: asked.format.to_owned(),
        counted: method == Method::GET,
        base: format!("/public/{}/{}", asked.mission, asked.key),
    };
    Ok(app.reporting(&caller).read_outside(request).await?.into_inner())
}

fn shown(paper: pb::OutsidePaper, asked: &Asked, headers: &HeaderMap) -> Response {
    let is_withdrawn = paper.state == "withdrawn";
    let tag = tag_of(&paper.content);
    let is_known = !is_withdrawn && knows(headers, &tag);
    let mut response = attachment(paper.content, &paper.content_type, &paper.file_name);
    let own = response.headers_mut();
    if paper.file_name.is_empty() {
        own.remove(header::CONTENT_DISPOSITION);
    }
    own.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(asked.language.word()));
    if is_withdrawn || !paper.indexed {
        own.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
    }
    if is_withdrawn {
        own.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        *response.status_mut() = StatusCode::GONE;
        return response;
    }
    // Whoever keeps it asks before showing it again.
    own.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
    own.insert(header::ETAG, tag);
    if is_known {
        own.remove(header::CONTENT_TYPE);
        own.remove(header::CONTENT_DISPOSITION);
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = axum::body::Body::empty();
    }
    response
}

/// Weak: the same bytes also where they are compressed.
fn tag_of(content: &[u8]) -> HeaderValue {
    let hash: String = Sha256::digest(content).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::from_str(&format!("W/\"{hash}\"")).unwrap_or(HeaderValue::from_static("W/\"\""))
}

fn knows(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let own = tag.to_str().map(opaque).unwrap_or_default();
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|value| value.split(',')).any(|value| value.trim() == "*" || opaque(value) == own)
}

/// Headers of all that is read outside: nobody frames it, and no page that it leads to learns its address.
async fn closed(request: axum::extract::Request, next: axum::middleware::Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}
