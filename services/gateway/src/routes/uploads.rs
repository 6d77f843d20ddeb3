//! The parts of a file, one after the other from its beginning. What is there stays when the line breaks.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, Path, RawQuery, State},
    http::{HeaderMap, Method, StatusCode},
    response::Response,
    routing::patch,
};
use chassis::Failure;
use cpas_proto::collection::v1 as pb;

use super::rpc::{About, Input, Output, Route, answer, from_query, split_mission};
use crate::{App, access::authenticate, problem::Problem};

/// Longest part that is taken, in bytes; the service says the same.
const PART_BYTES_MAX: usize = 1 << 20;

pub fn routes() -> Vec<Route> {
    let about = |method, path, summary, operation_id, created| {
        About::own("collection", method, path, summary, operation_id, created)
    };
    let asked: &[_] = &[("offset", "Where in the file the part begins: the offset that the upload had.")];
    let handler = patch(part).layer(DefaultBodyLimit::max(PART_BYTES_MAX));
    vec![
        Route::plain(
            about(
                Method::PATCH,
                "/missions/{mission}/uploads/{upload_id}",
                "Send the next part of a file",
                "put_upload_part",
                StatusCode::OK,
            ),
            Input::Raw("application/offset+octet-stream", asked),
            Output::of::<pb::Upload>(StatusCode::OK),
            handler,
        )
        .with::<pb::Upload>(),
    ]
}

async fn part(
    State(app): State<App>,
    method: Method,
    Path(path): Path<Vec<(String, String)>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    data: Bytes,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let (mission, fields) = split_mission(path)?;
    let caller = visitor.caller(&app, &mission, Duration::from_millis(app.config.call_timeout_ms)).await?;
    let asked: pb::PutUploadPartRequest = from_query(&fields, query.as_deref().unwrap_or_default(), &headers)?;
    let request = pb::PutUploadPartRequest { data: data.to_vec(), ..asked };
    let put = app.collection(&caller).put_upload_part(request).await.map_err(Failure::from)?;
    answer(StatusCode::OK, &put.into_inner())
}
