//! Files of evidence: in as they are, out as they were; streamed both ways.

use std::time::Duration;

use axum::{
    body::Body,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::Response,
    routing::{get, post},
};
use chassis::Failure;
use cpas_proto::context::v1 as pb;
use futures::StreamExt as _;
use serde::Deserialize;

use super::{
    files::{FILE_NAME_CHARS_MAX, download, pieces, unless_cut},
    rpc::{About, Input, Output, Route, answer, copy_idempotency_key},
};
use crate::{App, access::authenticate, problem::Problem};

/// A file is shown by the program that it is for, and runs nothing here.
const FILE_POLICY: &str = "default-src 'none'; sandbox";

/// What is said of the file: as for other evidence.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Wish {
    file_name: String,
    title: String,
    source: String,
    date: String,
    reliability: String,
    credibility: u32,
    classification: String,
}

pub fn routes() -> Vec<Route> {
    let about = About {
        method: Method::POST,
        path: "/missions/{mission}/evidence/files",
        summary: "Record evidence that is a file: PDF, PNG, JPEG, WebP, Office or OpenDocument, at most 25 MiB",
        operation_id: "record_evidence_file",
        tag: "context",
        created: StatusCode::CREATED,
        takes_long: false,
        across: false,
    };
    let given = About {
        method: Method::GET,
        path: "/missions/{mission}/evidence/{id}/file",
        summary: "The file of a piece of evidence",
        operation_id: "download_evidence_file",
        created: StatusCode::OK,
        ..about.clone()
    };
    let query: &[_] = &[
        ("file_name", "Name of the file."),
        ("title", "Title of the evidence."),
        ("source", "Its source."),
        ("date", "Date of what it shows, 2024-03-17."),
        ("reliability", "Reliability of the source, A to F."),
        ("credibility", "Credibility of the information, 1 to 6."),
        ("classification", "Empty: unclassified."),
    ];
    vec![
        Route::plain(
            about,
            Input::Raw("application/octet-stream", query),
            Output::of::<pb::Evidence>(StatusCode::CREATED),
            post(record).layer(DefaultBodyLimit::disable()),
        )
        .with::<pb::Evidence>()
        .taking_key(),
        Route::plain(given, Input::Nothing, Output::Raw("application/octet-stream"), get(file)),
    ]
}

async fn record(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_millis(app.config.file_timeout_ms)).await?;
    let Wish { file_name, title, source, date, reliability, credibility, classification } = wish;
    let evidence = pb::RecordEvidenceRequest {
        title,
        source,
        date,
        reliability,
        credibility,
        classification,
        ..Default::default()
    };
    let file_name = file_name.chars().take(FILE_NAME_CHARS_MAX).collect();
    let (pieces, cut) = pieces(body, app.config.file_bytes_max);
    let first = pb::RecordEvidenceFileRequest { evidence: Some(evidence), file_name, data: Vec::new() };
    let rest = pieces.map(|data| pb::RecordEvidenceFileRequest { data, ..Default::default() });
    let mut request = tonic::Request::new(futures::stream::once(async { first }).chain(rest));
    copy_idempotency_key(&headers, &mut request)?;
    let mut context = app.context(&caller);
    answer(StatusCode::CREATED, &unless_cut(context.record_evidence_file(request), cut).await?)
}

async fn file(
    State(app): State<App>,
    method: Method,
    Path((code, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_millis(app.config.file_timeout_ms)).await?;
    let request = pb::DownloadEvidenceFileRequest { id };
    let stream = app.context(&caller).download_evidence_file(request).await.map_err(Failure::from)?.into_inner();
    let mut response = download(stream).await?;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FILE_POLICY));
    Ok(response)
}
