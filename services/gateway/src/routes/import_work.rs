//! How far the work on files is, as server-sent events.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::{Path, State},
    http::{HeaderMap, Method, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use chassis::Failure;
use cpas_proto::collection::v1 as pb;
use futures::StreamExt as _;

use super::rpc::{About, Input, Output, Route};
use crate::{App, access::authenticate, language, problem::Problem};

const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// How often it is looked how far the work is.
const LOOK_EVERY: Duration = Duration::from_millis(400);
/// A stream ends after this time; the browser comes again and is checked again.
const LIFE: Duration = Duration::from_secs(15 * 60);

pub fn routes() -> Vec<Route> {
    let about = About {
        method: Method::GET,
        path: "/missions/{mission}/import-work/changes",
        summary: "How far the work on one's files is, as server-sent events",
        operation_id: "watch_import_work",
        tag: "collection",
        created: StatusCode::OK,
        takes_long: false,
        across: false,
    };
    vec![Route::plain(about, Input::Nothing, Output::Raw("text/event-stream"), get(watch))]
}

async fn watch(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, LIFE).await?;
    let mut collection = app.collection(&caller);
    let mut before =
        collection.list_import_work(pb::ListImportWorkRequest {}).await.map_err(Failure::from)?.into_inner();
    let first = event(&before, &headers);
    let closing = app.closing.clone();
    let later = async_stream::stream! {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            // A service that is away is looked for again.
            let Ok(now) = collection.list_import_work(pb::ListImportWorkRequest {}).await else { continue };
            let now = now.into_inner();
            if now != before {
                yield event(&now, &headers);
                before = now;
            }
        }
    };
    let told = futures::stream::iter([first]).chain(later).filter_map(std::future::ready).map(Ok::<_, Infallible>);
    let ends = Box::pin(async move { closing.or_after(LIFE).await });
    Ok(Sse::new(told.take_until(ends)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response())
}

fn event(work: &pb::ListImportWorkResponse, headers: &HeaderMap) -> Option<Event> {
    let mut said = serde_json::to_value(work).ok()?;
    language::as_for_page(headers, || language::say_within(&mut said));
    Event::default().event("work").json_data(said).ok()
}
