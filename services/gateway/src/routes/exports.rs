//! Data out, as files; streamed.

use std::time::Duration;

use axum::{
    extract::{Path, RawQuery, State},
    http::{HeaderMap, Method, StatusCode},
    response::Response,
    routing::get,
};
use chassis::{Caller, Failure};
use cpas_proto::collection::v1 as pb;
use serde::de::DeserializeOwned;
use utoipa::PartialSchema as _;

use super::{
    files::download,
    rpc::{About, Input, Output, Route, from_query},
};
use crate::{App, access::authenticate, problem::Problem};

pub fn routes() -> Vec<Route> {
    let about = |path, summary, operation_id| About {
        method: Method::GET,
        path,
        summary,
        operation_id,
        tag: "collection",
        created: StatusCode::OK,
        takes_long: true,
        across: false,
    };
    let observations = about(
        "/missions/{mission}/exports/observations",
        "The observations in force as CSV with HXL tags, XLSX, JSON lines or a DHIS2 data value set",
        "export_observations",
    );
    let events =
        about("/missions/{mission}/exports/events", "Geocoded events as CSV with HXL tags or GeoJSON", "export_events");
    vec![
        Route::plain(
            observations,
            Input::Query(pb::ExportObservationsRequest::schema()),
            Output::Raw("text/csv"),
            get(export_observations),
        ),
        Route::plain(
            events,
            Input::Query(pb::ExportEventsRequest::schema()),
            Output::Raw("text/csv"),
            get(export_events),
        ),
    ]
}

/// Who asks, and for what.
async fn asked<T: DeserializeOwned>(
    app: &App,
    code: &str,
    query: Option<String>,
    headers: &HeaderMap,
) -> Result<(Caller, T), Problem> {
    let visitor = authenticate(app, &Method::GET, headers).await?;
    let caller = visitor.caller(app, code, Duration::from_millis(app.config.file_timeout_ms)).await?;
    Ok((caller, from_query(&[], query.as_deref().unwrap_or_default(), headers)?))
}

async fn export_observations(
    State(app): State<App>,
    Path(code): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (caller, asked) = asked::<pb::ExportObservationsRequest>(&app, &code, query, &headers).await?;
    download(app.collection(&caller).export_observations(asked).await.map_err(Failure::from)?.into_inner()).await
}

async fn export_events(
    State(app): State<App>,
    Path(code): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (caller, asked) = asked::<pb::ExportEventsRequest>(&app, &code, query, &headers).await?;
    download(app.collection(&caller).export_events(asked).await.map_err(Failure::from)?.into_inner()).await
}
