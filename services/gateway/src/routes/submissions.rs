//! Pictures that came with what phones sent.

use std::time::Duration;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::Response,
    routing::get,
};
use chassis::Failure;
use cpas_proto::collection::v1 as pb;

use super::{
    files::download,
    rpc::{About, Input, Output, Route},
};
use crate::{App, access::authenticate, problem::Problem};

/// A file is shown by the program that it is for, and runs nothing here.
const FILE_POLICY: &str = "default-src 'none'; sandbox";

pub fn routes() -> Vec<Route> {
    let about = About {
        method: Method::GET,
        path: "/missions/{mission}/submissions/{id}/files/{name}",
        summary: "A picture that came with what a phone sent",
        operation_id: "download_attachment",
        tag: "collection",
        created: StatusCode::OK,
        takes_long: false,
        across: false,
    };
    vec![Route::plain(about, Input::Nothing, Output::Raw("application/octet-stream"), get(file))]
}

async fn file(
    State(app): State<App>,
    method: Method,
    Path((code, id, name)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_millis(app.config.file_timeout_ms)).await?;
    let request = pb::DownloadAttachmentRequest { id, name };
    let stream = app.collection(&caller).download_attachment(request).await.map_err(Failure::from)?.into_inner();
    let mut response = download(stream).await?;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FILE_POLICY));
    Ok(response)
}
