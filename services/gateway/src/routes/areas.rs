//! Areas from a GeoJSON file.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::{HeaderMap, Method, StatusCode},
    response::Response,
    routing::post,
};
use chassis::Failure;
use cpas_proto::context::v1 as pb;
use serde::Deserialize;

use super::rpc::{About, Input, Output, Route, answer, copy_idempotency_key};
use crate::{App, access::authenticate, problem::Problem};

/// The body limit of the route; the configured one is checked in the handler.
const BYTES_MAX: usize = 64 << 20;

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Wish {
    dry_run: bool,
}

pub fn routes() -> Vec<Route> {
    let about = About {
        method: Method::POST,
        path: "/missions/{mission}/areas",
        summary: "Import areas from a GeoJSON FeatureCollection; all or nothing",
        operation_id: "import_areas",
        tag: "context",
        created: StatusCode::OK,
        takes_long: false,
        across: false,
    };
    let query: &[_] = &[("dry_run", "Check and count only.")];
    vec![
        Route::plain(
            about,
            Input::Raw("application/geo+json", query),
            Output::of::<pb::ImportAreasResponse>(StatusCode::OK),
            post(import).layer(DefaultBodyLimit::max(BYTES_MAX)),
        )
        .with::<pb::ImportAreasResponse>()
        .taking_key(),
    ]
}

async fn import(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_millis(app.config.call_timeout_ms)).await?;
    if body.len() > app.config.geojson_bytes_max {
        let most = app.config.geojson_bytes_max / 1_000_000;
        return Err(Failure::exhausted(format!(
            "The file is larger than {most} MB. Simplify its outlines, or import it in parts; nothing was stored."
        ))
        .into());
    }
    let mut request = tonic::Request::new(pb::ImportAreasRequest { geojson: body.to_vec(), dry_run: wish.dry_run });
    copy_idempotency_key(&headers, &mut request)?;
    let response = app.context(&caller).import_areas(request).await.map_err(Failure::from)?.into_inner();
    answer(StatusCode::OK, &response)
}
