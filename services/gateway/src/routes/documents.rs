//! Fact sheets as documents.

use std::time::Duration;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::Response,
    routing::get,
};
use chassis::Failure;
use cpas_proto::reporting::v1 as pb;
use serde::Deserialize;

use super::{
    files::{attachment, download},
    rpc::{About, Input, Output, Route},
};
use crate::{
    App,
    access::authenticate,
    problem::{Problem, nothing_here},
};

/// A document stands alone: it has its own style and pictures, and runs nothing.
const DOCUMENT_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox";

/// What a sheet comes as, and its media type.
const FORMATS: &[(&str, &str)] = &[
    ("pdf", "application/pdf"),
    ("html", "text/html; charset=utf-8"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("csv", "text/csv; charset=utf-8"),
];

/// Media type of a key (RFC 8351 names none for public keys alone; this is what is in use).
const PEM: &str = "application/x-pem-file";
/// Time for a question that the gateway asks for itself.
const OWN_TIME: Duration = Duration::from_secs(10);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    language: Option<String>,
}

pub fn routes() -> Vec<Route> {
    let about = About {
        method: Method::GET,
        path: "/missions/{mission}/fact-sheets/{id}/{document}",
        summary: "A fact sheet as document.pdf, .html, .docx, .xlsx or .csv (with HXL tags)",
        operation_id: "render_fact_sheet",
        tag: "reporting",
        created: StatusCode::OK,
        takes_long: false,
        across: false,
    };
    let query: &[_] = &[("language", "en or fr")];
    let rendering = |of: Rendered| {
        get(move |State(app): State<App>, method: Method, Path(place), Query(wish): Query<Wish>, headers: HeaderMap| {
            render(app, of, method, place, wish, headers)
        })
    };
    let manifest_about = About {
        path: "/missions/{mission}/fact-sheets/{id}/manifest.json",
        summary: "What was published in a language, with hashes of snapshot and files, signed",
        operation_id: "get_fact_sheet_manifest",
        ..about.clone()
    };
    let key_about = About {
        path: "/paper-key.pem",
        summary: "The public key that checks manifests; needs no account",
        operation_id: "get_paper_key",
        ..about.clone()
    };
    let board_about = About {
        path: "/missions/{mission}/dashboards/{id}/{document}",
        summary: "What a dashboard shows as document.pdf, .html, .docx, .xlsx or .csv (with HXL tags)",
        operation_id: "render_dashboard",
        ..about.clone()
    };
    vec![
        Route::plain(
            board_about,
            Input::Raw("", query),
            Output::Raw("application/pdf"),
            rendering(Rendered::Dashboard),
        ),
        Route::plain(about, Input::Raw("", query), Output::Raw("application/pdf"), rendering(Rendered::FactSheet)),
        Route::plain(manifest_about, Input::Raw("", query), Output::Raw("application/json"), get(manifest)),
        Route::plain(key_about, Input::Nothing, Output::Raw(PEM), get(paper_key)),
    ]
}

/// What is rendered.
#[derive(Clone, Copy)]
enum Rendered {
    FactSheet,
    Dashboard,
}

async fn render(
    app: App,
    of: Rendered,
    method: Method,
    (code, id, document): (String, String, String),
    wish: Wish,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_millis(app.config.call_timeout_ms) * 4).await?;
    let known = format_of(&document)?;
    let language = wish.language.unwrap_or_else(|| visitor.account.language.clone());
    let (format, mut reporting) = (known.to_owned(), app.reporting(&caller));
    let answer = match of {
        Rendered::FactSheet => reporting.render_fact_sheet(pb::RenderFactSheetRequest { id, format, language }).await,
        Rendered::Dashboard => reporting.render_dashboard(pb::RenderDashboardRequest { id, format, language }).await,
    };
    Ok(alone(download(answer.map_err(Failure::from)?.into_inner()).await?, known))
}

/// The format that "document.pdf" asks for.
fn format_of(document: &str) -> Result<&'static str, Problem> {
    let wanted = document.strip_prefix("document.");
    let known = wanted.and_then(|wanted| FORMATS.iter().find(|(format, _)| *format == wanted));
    known.map(|(format, _)| *format).ok_or_else(nothing_here)
}

/// A document stands alone; a page is read where it is asked for.
pub(super) fn alone(mut response: Response, format: &str) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(DOCUMENT_POLICY));
    if format == "html" {
        headers.remove(header::CONTENT_DISPOSITION);
    }
    response
}

/// The manifest as it was signed, byte for byte.
async fn manifest(
    State(app): State<App>,
    method: Method,
    Path((code, id)): Path<(String, String)>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_millis(app.config.call_timeout_ms)).await?;
    let language = wish.language.unwrap_or_else(|| visitor.account.language.clone());
    let request = pb::GetFactSheetManifestRequest { id, language };
    let found = app.reporting(&caller).get_fact_sheet_manifest(request).await.map_err(Failure::from)?.into_inner();
    Ok(attachment(found.manifest, "application/json", &found.file_name))
}

/// Whoever got a paper needs the key, and has no account.
async fn paper_key(State(app): State<App>) -> Result<Response, Problem> {
    let caller = app.outside_missions(OWN_TIME);
    let key = app.reporting(&caller).get_paper_key(pb::GetPaperKeyRequest {}).await.map_err(Failure::from)?;
    Ok(attachment(key.into_inner().public_pem.into_bytes(), PEM, "paper-key.pem"))
}
