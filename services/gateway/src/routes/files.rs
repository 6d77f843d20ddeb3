//! Files of data in, rejected rows out; streamed both ways.

use std::{collections::HashMap, time::Duration};

use axum::{
    body::Body,
    extract::{DefaultBodyLimit, Path, Query, RawQuery, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chassis::Failure;
use cpas_proto::{collection::v1 as pb, common::v1::FileChunk};
use futures::{Stream, StreamExt as _};

use super::rpc::{About, Input, Output, Route, answer};
use crate::{App, access::authenticate, problem::Problem};

/// Pieces in which a file travels on; a request's own pieces may be larger.
const CHUNK_BYTES: usize = 256 * 1024;
pub(super) const FILE_NAME_CHARS_MAX: usize = 200;

pub fn routes() -> Vec<Route> {
    let about = |method, path, summary, operation_id, created| About {
        method,
        path,
        summary,
        operation_id,
        tag: "collection",
        created,
        takes_long: false,
        across: false,
    };
    let import: &[_] = &[
        ("file_name", "Name of the file."),
        ("work", "A UUID under which /import-work tells how far the work on the file is."),
        ("upload", "A file that was sent in parts, by its id; then there is no body."),
        (
            "mapping.{field}",
            "Heading of the column of a field, where headings do not say; mapping.{field}@{sheet} of one sheet of a \
             workbook; mapping.sheet the sheets that are read, with / between them.",
        ),
    ];
    let events: &[_] = &[
        ("file_name", "Name of the file."),
        ("classification", "None of its events is less classified than this; else as their rows say, or unclassified."),
        ("dry_run", "true: what would be done is told, and nothing is stored."),
        ("upload", "A file that was sent in parts, by its id; then there is no body."),
    ];
    let rejected_events: &[_] =
        &[("upload", "A file that was sent in parts, by its id."), ("language", "en or fr; else that of the person.")];
    vec![
        Route::plain(
            about(
                Method::POST,
                "/missions/{mission}/imports",
                "Read and check a file of observations; a dry run",
                "preview_import",
                StatusCode::CREATED,
            ),
            Input::Raw("text/csv", import),
            Output::of::<pb::ImportBatch>(StatusCode::CREATED),
            post(preview).layer(DefaultBodyLimit::disable()),
        )
        .with::<pb::ImportBatch>(),
        Route::plain(
            about(
                Method::GET,
                "/missions/{mission}/imports/{id}/rejected",
                "The rejected rows, with the reason in the last column; of a workbook as a workbook",
                "download_rejected",
                StatusCode::OK,
            ),
            Input::Raw("", &[("language", "en or fr; else that of the person.")]),
            Output::Raw("text/csv"),
            get(rejected),
        ),
        Route::plain(
            about(
                Method::POST,
                "/missions/{mission}/events",
                "Upsert geocoded events from a CSV or a workbook, or tell what that would do",
                "import_events",
                StatusCode::OK,
            ),
            Input::Raw("text/csv", events),
            Output::of::<pb::ImportEventsResponse>(StatusCode::OK),
            post(import_events).layer(DefaultBodyLimit::disable()),
        )
        .with::<pb::ImportEventsResponse>(),
        Route::plain(
            about(
                Method::GET,
                "/missions/{mission}/events/rejected",
                "The rows of a file of events that are none, with the reason in the last column",
                "download_rejected_events",
                StatusCode::OK,
            ),
            Input::Raw("", rejected_events),
            Output::Raw("text/csv"),
            get(rejected_events_of),
        ),
    ]
}

async fn preview(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_millis(app.config.file_timeout_ms)).await?;
    let (mut file_name, mut work, mut upload_id) = (String::new(), String::new(), String::new());
    let mut mapping = HashMap::new();
    for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        match name.strip_prefix("mapping.") {
            Some(field) => drop(mapping.insert(field.to_owned(), value.into_owned())),
            None if name == "work" => work = value.into_owned(),
            None if name == "upload" => upload_id = value.into_owned(),
            None if name == "file_name" => file_name = value.chars().take(FILE_NAME_CHARS_MAX).collect(),
            None => {
                return Err(
                    Failure::bad_field(name.as_ref(), "there are file_name, work, upload and mapping.<field>").into()
                );
            }
        }
    }
    let (pieces, cut) = pieces(body, app.config.file_bytes_max);
    let first = pb::PreviewImportRequest { data: Vec::new(), file_name, mapping, work, upload_id };
    let rest = pieces.map(|data| pb::PreviewImportRequest { data, ..Default::default() });
    let stream = futures::stream::once(async { first }).chain(rest);
    let mut collection = app.collection(&caller);
    answer(StatusCode::CREATED, &unless_cut(collection.preview_import(tonic::Request::new(stream)), cut).await?)
}

async fn import_events(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_millis(app.config.file_timeout_ms)).await?;
    let query = query.unwrap_or_default();
    let said = |wanted: &str| -> String {
        let found = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.chars().take(FILE_NAME_CHARS_MAX).collect()).unwrap_or_default()
    };
    let dry_run = match said("dry_run").as_str() {
        "" | "false" => false,
        "true" => true,
        _ => return Err(Failure::bad_field("dry_run", "write true or false").into()),
    };
    let first = FileChunk {
        data: Vec::new(),
        file_name: said("file_name"),
        content_type: "text/csv".to_owned(),
        classification: said("classification"),
        dry_run,
        upload_id: said("upload"),
    };
    let (pieces, cut) = pieces(body, app.config.file_bytes_max);
    let stream =
        futures::stream::once(async { first }).chain(pieces.map(|data| FileChunk { data, ..Default::default() }));
    let mut collection = app.collection(&caller);
    answer(StatusCode::OK, &unless_cut(collection.import_events(tonic::Request::new(stream)), cut).await?)
}

#[derive(serde::Deserialize)]
struct Wish {
    language: Option<String>,
}

async fn rejected(
    State(app): State<App>,
    method: Method,
    Path((code, id)): Path<(String, String)>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_millis(app.config.file_timeout_ms)).await?;
    let language = wish.language.unwrap_or_else(|| visitor.account.language.clone());
    let request = pb::DownloadRejectedRequest { id, language, ..Default::default() };
    let stream = app.collection(&caller).download_rejected(request).await.map_err(Failure::from)?.into_inner();
    download(stream).await
}

#[derive(serde::Deserialize)]
struct OfEvents {
    #[serde(default)]
    upload: String,
    language: Option<String>,
}

async fn rejected_events_of(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    Query(wish): Query<OfEvents>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_millis(app.config.file_timeout_ms)).await?;
    let language = wish.language.unwrap_or_else(|| visitor.account.language.clone());
    let request = pb::DownloadRejectedRequest { id: String::new(), language, events_upload_id: wish.upload };
    let stream = app.collection(&caller).download_rejected(request).await.map_err(Failure::from)?.into_inner();
    download(stream).await
}

/// A file from a service, streamed on; its name and media type come in the first piece.
pub async fn download(mut chunks: tonic::Streaming<FileChunk>) -> Result<Response, Problem> {
    let first = chunks.message().await.map_err(Failure::from)?.unwrap_or_default();
    let head_data = first.data;
    let head = futures::stream::once(async move { Ok(head_data) });
    let rest = chunks.map(|chunk| chunk.map(|chunk| chunk.data));
    let body = head.chain(rest).map(|piece| piece.map(bytes::Bytes::from).map_err(std::io::Error::other));
    Ok(attachment(Body::from_stream(body), &first.content_type, &first.file_name))
}

/// An answer that is kept as a file.
pub fn attachment(body: impl Into<Body>, content_type: &str, file_name: &str) -> Response {
    let safe = |symbol: char| symbol.is_ascii_alphanumeric() || matches!(symbol, '.' | '-' | '_');
    let name: String = file_name.chars().map(|symbol| if safe(symbol) { symbol } else { '_' }).collect();
    let mut response = body.into().into_response();
    let known = HeaderValue::from_str(content_type).ok().filter(|told| !told.is_empty());
    let content_type = known.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

pub(super) type Cut = tokio::sync::oneshot::Receiver<Failure>;

/// The pieces of a body, and why it was cut, if it is: too large, or the line broke. After a cut the
/// pieces do not end: an end would say that the file is whole.
pub(super) fn pieces(body: Body, bytes_max: usize) -> (impl Stream<Item = Vec<u8>> + Send + 'static, Cut) {
    let (tell, cut) = tokio::sync::oneshot::channel();
    let chunks = async_stream::stream! {
        let mut total = 0;
        let mut body = body.into_data_stream();
        let failure = loop {
            match body.next().await {
                None => return,
                Some(Err(error)) => {
                    break Failure::invalid("The file did not arrive whole. Nothing of it was stored; please send it again.")
                        .because(error);
                }
                Some(Ok(piece)) => {
                    total += piece.len();
                    if total > bytes_max {
                        break Failure::exhausted(format!(
                            "The file is larger than {} MB. Split it; nothing of it was stored.",
                            bytes_max / 1_000_000
                        ));
                    }
                    for part in piece.chunks(CHUNK_BYTES) {
                        yield part.to_vec();
                    }
                }
            }
        };
        drop(tell.send(failure));
        std::future::pending::<()>().await;
    };
    (chunks, cut)
}

/// Waits for the call, unless the file is cut: then the call is dropped, and with it what it had taken.
pub(super) async fn unless_cut<T>(
    call: impl Future<Output = Result<tonic::Response<T>, tonic::Status>>,
    cut: Cut,
) -> Result<T, Failure> {
    tokio::pin!(call);
    tokio::select! {
        biased;
        Ok(failure) = cut => Err(failure),
        outcome = &mut call => Ok(outcome?.into_inner()),
    }
}
