//! Live changes: what happened in the mission, as server-sent events, so that screens refresh themselves.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, Method, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use chassis::Inbound;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use cpas_proto::reporting::v1::{DashboardRecorded, FactSheetRecorded};
use futures::{StreamExt as _, stream::iter};
use prost::Name as _;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rpc::{About, Input, Output, Route};
use crate::{App, access::authenticate, problem::Problem};

const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// A stream ends after this time; the browser comes again and is checked again.
const LIFE: Duration = Duration::from_secs(15 * 60);
/// Most changes that are told again to who was away; beyond them the screen reads everything anew.
const MISSED_MAX: u64 = 500;
/// Nobody is told again what is older.
const MISSED_LONGEST: TimeDelta = TimeDelta::hours(1);
/// The clocks of the gateway and of the stream are not further apart; what is told twice is read twice, no more.
const CLOCKS_APART: TimeDelta = TimeDelta::seconds(5);
/// Where the browser says what it heard last when it comes again by itself.
const LAST_EVENT_ID: &str = "last-event-id";

pub fn routes() -> Vec<Route> {
    let about = About {
        method: Method::GET,
        path: "/missions/{mission}/changes",
        summary: "What happens in the mission, as server-sent events",
        operation_id: "watch_changes",
        tag: "missions",
        created: StatusCode::OK,
        takes_long: false,
        across: false,
    };
    let query: &[_] = &[(
        "since",
        "An instant, RFC 3339: what was told since then is told first. Last-Event-ID counts before it. Instead of \
         'open', 'missed' comes first where that is too much or more than an hour ago: read anew.",
    )];
    vec![Route::plain(about, Input::Raw("", query), Output::Raw("text/event-stream"), get(watch))]
}

/// Noun, verb and time only: the screen asks for the rest, and is answered by what its user may see.
#[derive(Serialize)]
struct Change<'a> {
    noun: &'a str,
    verb: &'a str,
    at: String,
}

#[derive(Deserialize)]
struct Wish {
    since: Option<DateTime<Utc>>,
}

async fn watch(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_secs(10)).await?;
    let (mission, clock) = (caller.mission()?.id, app.db.clock().clone());
    let from = clock.now();
    // First the live ones: what is told between the two is heard in both.
    let live = app.bus.listen(format!("cpas.*.*.*.{mission}")).await?;
    let since = headers.get(LAST_EVENT_ID).and_then(|id| id.to_str().ok()?.parse().ok()).or(wish.since);
    let missed = match since {
        Some(since) if since < from - MISSED_LONGEST => None,
        Some(since) => app.bus.told_since(mission, since - CLOCKS_APART, MISSED_MAX).await?,
        None => Some(Vec::new()),
    };
    let opening = if missed.is_some() { "open" } else { "missed" };
    let published_only = caller.is_only_reader();
    let (clearance, account) = (caller.clearance, caller.account);
    let told = move |event: Inbound| {
        // What one may not see, one does not hear of.
        let heard = event.classification <= clearance
            && (!published_only || is_published(&event))
            && !is_anothers(&event, account);
        let (noun, verb) = event.noun_and_verb();
        let at = event.recorded_at.to_rfc3339_opts(SecondsFormat::Millis, true);
        heard.then(|| Event::default().event("change").json_data(Change { noun, verb, at }).ok()).flatten()
    };
    // Only when all that was missed is told, it need not be told again: until then nothing has an instant.
    let opened = iter([Event::default().event(opening).data("{}")]);
    let missed = iter(missed.unwrap_or_default().into_iter().filter_map(told));
    let caught_up = iter([marked(Event::default().event("told").data("{}"), from)]);
    let live = live.filter_map(move |event| std::future::ready(told(event).map(|event| marked(event, clock.now()))));
    let changes = opened.chain(missed).chain(caught_up).chain(live).map(Ok::<_, Infallible>);
    let closing = app.closing.clone();
    let ends = Box::pin(async move { closing.or_after(LIFE).await });
    Ok(Sse::new(changes.take_until(ends)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response())
}

/// With the instant at which it is told: who comes again says it, and misses nothing.
fn marked(event: Event, at: DateTime<Utc>) -> Event {
    event.id(at.to_rfc3339_opts(SecondsFormat::Millis, true))
}

/// A dashboard that is not shared, and was not before, is its maker's alone.
fn is_anothers(event: &Inbound, account: Uuid) -> bool {
    if event.kind != DashboardRecorded::full_name() {
        return false;
    }
    let Ok(told) = event.decode::<DashboardRecorded>() else { return true };
    let shared = told.was_shared || told.dashboard.is_some_and(|dashboard| dashboard.shared);
    !shared && told.maker_id != account.to_string()
}

/// A reader hears of a sheet that is out, or was; not of a draft.
fn is_published(event: &Inbound) -> bool {
    let sheet = event.decode::<FactSheetRecorded>().ok().and_then(|recorded| recorded.fact_sheet);
    event.kind == FactSheetRecorded::full_name()
        && sheet.is_some_and(|sheet| {
            sheet.audience == "public" && matches!(sheet.state.as_str(), "published" | "withdrawn")
        })
}
