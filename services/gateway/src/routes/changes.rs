//! Live changes: what happened in the mission, as server-sent events, so that screens refresh themselves.

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
use chassis::Inbound;
use cpas_proto::reporting::v1::FactSheetRecorded;
use futures::StreamExt as _;
use prost::Name as _;
use serde::Serialize;

use super::rpc::{About, Input, Output, Route};
use crate::{App, access::authenticate, problem::Problem};

const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// A stream ends after this time; the browser comes again and is checked again.
const LIFE: Duration = Duration::from_secs(15 * 60);

pub fn routes() -> Vec<Route> {
    let about = About {
        method: Method::GET,
        path: "/missions/{mission}/changes",
        summary: "What happens in the mission, as server-sent events",
        operation_id: "watch_changes",
        tag: "missions",
        created: StatusCode::OK,
        takes_long: false,
    };
    vec![Route::plain(about, Input::Nothing, Output::Raw("text/event-stream"), get(watch))]
}

/// Noun, verb and time only: the screen asks for the rest, and is answered by what its user may see.
#[derive(Serialize)]
struct Change<'a> {
    noun: &'a str,
    verb: &'a str,
    at: String,
}

async fn watch(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_secs(10)).await?;
    let subject = format!("cpas.*.*.*.{}", caller.mission()?.id);
    let published_only = caller.is_only_reader();
    let clearance = caller.clearance;
    let events = app.bus.listen(subject).await?.filter_map(move |event: Inbound| async move {
        // What one may not see, one does not hear of.
        let heard = event.classification <= clearance && (!published_only || is_published(&event));
        let (noun, verb) = event.noun_and_verb();
        let at = event.recorded_at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        let message = Event::default().event("change").json_data(Change { noun, verb, at }).ok();
        message.filter(|_| heard).map(Ok::<_, Infallible>)
    });
    let closing = app.closing.clone();
    let ends = Box::pin(async move { closing.or_after(LIFE).await });
    let opened = futures::stream::once(async { Ok(Event::default().event("open").data("{}")) });
    let stream = opened.chain(events).take_until(ends);
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response())
}

/// A reader hears of a sheet that is out, or was; not of a draft.
fn is_published(event: &Inbound) -> bool {
    let sheet = event.decode::<FactSheetRecorded>().ok().and_then(|recorded| recorded.fact_sheet);
    event.kind == FactSheetRecorded::full_name()
        && sheet.is_some_and(|sheet| {
            sheet.audience == "public" && matches!(sheet.state.as_str(), "published" | "withdrawn")
        })
}
