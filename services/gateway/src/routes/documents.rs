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
    files::download,
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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    language: Option<String>,
}

pub fn routes() -> Vec<Route> {
    let about = About {
        method: Method::GET,
        path: "/missions/{mission}/fact-sheets/{id}/{document}",
        summary: "A fact sheet as document.pdf or document.html",
        operation_id: "render_fact_sheet",
        tag: "reporting",
        created: StatusCode::OK,
        takes_long: false,
    };
    let query: &[_] = &[("language", "en or fr")];
    vec![Route::plain(about, Input::Raw("", query), Output::Raw("application/pdf"), get(render))]
}

async fn render(
    State(app): State<App>,
    method: Method,
    Path((code, id, document)): Path<(String, String, String)>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_millis(app.config.call_timeout_ms) * 4).await?;
    let (format, content_type) = match document.as_str() {
        "document.pdf" => ("pdf", "application/pdf"),
        "document.html" => ("html", "text/html; charset=utf-8"),
        _ => return Err(nothing_here()),
    };
    let language = wish.language.unwrap_or_else(|| visitor.account.language.clone());
    let request = pb::RenderFactSheetRequest { id, format: format.to_owned(), language };
    let stream = app.reporting(&caller).render_fact_sheet(request).await.map_err(Failure::from)?.into_inner();
    let mut response = download(stream, content_type).await?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(DOCUMENT_POLICY));
    if format == "html" {
        headers.remove(header::CONTENT_DISPOSITION);
    }
    Ok(response)
}
