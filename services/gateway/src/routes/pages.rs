//! The web app: its shell with the first data in it, and its assets.

use axum::{
    Router,
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::SecondsFormat;
use futures::future::join_all;
use rust_embed::RustEmbed;
use serde_json::{Map, Value};
use tower::ServiceExt as _;

use super::{BASE, api};
use crate::{App, language, problem::nothing_here};

#[derive(RustEmbed)]
#[folder = "ui/dist"]
struct Assets;

const SHELL: &str = "index.html";
/// Where the shell stands without anybody's data: what a browser keeps to open without a line.
const BARE_SHELL: &str = "/shell";
/// The worker that keeps the app in the browser; it has charge of every page.
const WORKER: &str = "sw.js";
/// What every page needs, and which chunks a screen and a language need, as the build found them.
const PRELOAD: &str = "preload.json";
/// Where the shell takes the chunks of the screen and the language, so that the browser asks for all at once.
const PRELOAD_MARK: &str = "<!--preload-->";
/// Where the shell takes the first data.
const FIRST_DATA_MARK: &str = "<!--first-data-->";
/// Largest answer that goes into the shell.
const FIRST_DATA_BYTES_MAX: usize = 512 * 1024;

pub fn router() -> Router<App> {
    let own = Router::new().route("/assets/{*path}", get(asset)).route(BARE_SHELL, get(bare_shell));
    own.route(&format!("/{WORKER}"), get(worker)).fallback(get(page))
}

async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    serve(&format!("assets/{path}"), &headers, "public, max-age=31536000, immutable")
}

/// Asked for again at every visit, so that a deployment is noticed.
async fn worker(headers: HeaderMap) -> Response {
    let mut response = serve(WORKER, &headers, "no-cache");
    response.headers_mut().insert("service-worker-allowed", HeaderValue::from_static("/"));
    response
}

/// The shell that is the same for everybody: no first data, and no chunk named.
async fn bare_shell() -> Response {
    let Some(shell) = Assets::get(SHELL) else { return nothing_here().into_response() };
    let html = String::from_utf8_lossy(&shell.data).replace(PRELOAD_MARK, "").replace(FIRST_DATA_MARK, "");
    let mut response = Body::from(html).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// A file as it was built, compressed where the build did so and the browser takes it.
fn serve(path: &str, headers: &HeaderMap, cache: &'static str) -> Response {
    let Some(plain) = Assets::get(path) else { return nothing_here().into_response() };
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let packed = [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(name, _)| accepts.split(',').any(|part| part.trim().split(';').next() == Some(name)))
        .find_map(|(name, ending)| Assets::get(&format!("{path}.{ending}")).map(|file| (name, file)));
    let (encoding, file) = packed.map_or((None, plain), |(name, file)| (Some(name), file));
    let mut response = Body::from(file.data).into_response();
    let answer = response.headers_mut();
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    if let Ok(kind) = HeaderValue::from_str(kind.as_ref()) {
        answer.insert(header::CONTENT_TYPE, kind);
    }
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    answer.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Some(encoding) = encoding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// Files at the top (icon, manifest), and for every other address the shell: the app reads the address.
async fn page(State(app): State<App>, request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/').to_owned();
    if path.starts_with("api/")
        || path.starts_with("odata/")
        || path.starts_with("public/")
        || path.starts_with("unsubscribe/")
    {
        return nothing_here().into_response();
    }
    if path != SHELL && !path.is_empty() && Assets::get(&path).is_some() {
        return serve(&path, request.headers(), "public, max-age=3600");
    }
    let Some(shell) = Assets::get(SHELL) else {
        let sentence = "The web app is not built into this gateway. Build it (npm run build in services/gateway/ui), then the gateway again. The API works.\n";
        return (StatusCode::NOT_FOUND, sentence).into_response();
    };
    let shell = String::from_utf8_lossy(&shell.data).into_owned();
    let headers = request.headers().clone();
    let at = app.db.clock().now().to_rfc3339_opts(SecondsFormat::Millis, true);
    let data = first_data(app, &path, &headers).await;
    // "<" could end the element it stands in.
    let json = data.to_string().replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
    let wanted: Value =
        Assets::get(PRELOAD).and_then(|file| serde_json::from_slice(&file.data).ok()).unwrap_or_default();
    let chunks = chunks_of(&wanted, &path, &headers);
    let preload: String =
        chunks.iter().map(|chunk| format!("<link rel=\"modulepreload\" crossorigin href=\"{chunk}\">")).collect();
    let html = shell.replace(PRELOAD_MARK, &preload).replace(
        FIRST_DATA_MARK,
        &format!("<script type=\"application/json\" id=\"first-data\" data-at=\"{at}\">{json}</script>"),
    );
    let mut response = Body::from(html).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Some(links) = link_header(&wanted, &chunks) {
        response.headers_mut().insert(header::LINK, links);
    }
    response
}

/// The chunks that this page will ask for beside what every page does: messages, and what the screen is made of.
fn chunks_of(wanted: &Value, path: &str, headers: &HeaderMap) -> Vec<String> {
    let mut parts = path.split('/');
    let screen = match parts.next() {
        Some("m") => parts.nth(1).unwrap_or_default(),
        first => first.unwrap_or_default(),
    };
    let chunks = wanted["routes"][screen].as_array();
    let messages = &wanted["languages"][language::of_page(headers).word()];
    // Home and sign in say what is in the first part; every screen of its own says more.
    let says = wanted["says"][screen].as_array().into_iter().flatten().filter_map(Value::as_str);
    std::iter::once("first")
        .chain(says)
        .map(|part| &messages[part])
        .chain(chunks.into_iter().flatten())
        .filter_map(|chunk| chunk.as_str().map(str::to_owned))
        .collect()
}

/// What the page is made of, told before the page itself: its data are longer than the way there.
fn link_header(wanted: &Value, chunks: &[String]) -> Option<HeaderValue> {
    let every = wanted["every"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let links: Vec<String> = every
        .chain(chunks.iter().map(String::as_str))
        .map(|file| match file.ends_with(".css") {
            true => format!("<{file}>; rel=preload; as=style; crossorigin"),
            false => format!("<{file}>; rel=modulepreload; crossorigin"),
        })
        .collect();
    HeaderValue::from_str(&links.join(", ")).ok().filter(|value| !value.is_empty())
}

/// What the page would ask for first, answered as if it had asked.
async fn first_data(app: App, path: &str, headers: &HeaderMap) -> Value {
    let mut wanted = vec![format!("{BASE}/session")];
    let mut parts = path.split('/');
    if let (Some("m"), Some(mission)) = (parts.next(), parts.next()) {
        let page = parts.collect::<Vec<_>>();
        wanted.extend(first_paths(&page).into_iter().map(|below| format!("{BASE}/missions/{mission}{below}")));
    }
    let mut rest = Router::new();
    for route in api() {
        rest = rest.route(route.path, route.handler);
    }
    let rest = Router::new().nest(BASE, rest).with_state(app);
    let answers = join_all(wanted.into_iter().map(|path| ask(rest.clone(), path, headers))).await;
    Value::Object(answers.into_iter().flatten().collect::<Map<_, _>>())
}

/// Below the mission: page -> API paths, exactly as the app asks for them.
fn first_paths(page: &[&str]) -> Vec<String> {
    match page {
        // With what the home asks of late data, LATE_WITHIN_MONTHS in home.tsx.
        [] => vec!["/home".to_owned(), "/collection-tasks?months=3&most=1".to_owned()],
        // The level that most maps are drawn at; events are more than a page should wait for.
        ["context"] => vec!["/areas".to_owned(), "/areas?with_geometry=true&level=1".to_owned()],
        ["context-maps", id] => {
            vec![format!("/context-maps/{id}"), "/areas".to_owned(), "/areas?with_geometry=true&level=1".to_owned()]
        }
        ["stakeholders"] => vec!["/stakeholder-grid".to_owned()],
        ["plan"] => vec!["/plans".to_owned(), "/plans/active".to_owned()],
        ["plan", id] => vec!["/plans".to_owned(), format!("/plans/{id}")],
        ["indicators"] => vec!["/indicators?page_size=500".to_owned(), "/home".to_owned()],
        ["indicators", code] => vec![format!("/indicators/{code}"), format!("/series/{code}")],
        ["library"] => vec!["/library".to_owned()],
        ["imports"] => vec!["/imports".to_owned()],
        ["imports", id] => vec![format!("/imports/{id}")],
        ["locks"] => vec!["/period-locks?with_unlocked=true".to_owned()],
        ["phones"] => vec!["/phone-forms".to_owned(), "/submissions?page_size=50".to_owned()],
        ["assessments"] => vec!["/assessments".to_owned(), "/assessment-invitations".to_owned()],
        ["assessments", id] => vec![format!("/assessments/{id}"), format!("/assessments/{id}/findings")],
        ["recommendations"] => vec!["/recommendations".to_owned()],
        ["fact-sheets"] => vec!["/fact-sheets".to_owned()],
        ["fact-sheets", id] => vec![format!("/fact-sheets/{id}")],
        ["dashboards"] => vec!["/dashboards".to_owned()],
        ["dashboards", id] => vec![format!("/dashboards/{id}"), format!("/dashboards/{id}/data")],
        ["subscriptions"] => vec!["/subscriptions".to_owned(), "/dashboards".to_owned()],
        ["members"] => vec!["/members".to_owned()],
        _ => Vec::new(),
    }
}

async fn ask(rest: Router, path: String, headers: &HeaderMap) -> Option<(String, Value)> {
    let mut request = Request::get(&path).body(Body::empty()).ok()?;
    if let Some(cookie) = headers.get(header::COOKIE) {
        request.headers_mut().insert(header::COOKIE, cookie.clone());
    }
    let response = rest.oneshot(request).await.ok()?;
    if response.status() != StatusCode::OK {
        return None;
    }
    let body = axum::body::to_bytes(response.into_body(), FIRST_DATA_BYTES_MAX).await.ok()?;
    Some((path, serde_json::from_slice(&body).ok()?))
}
