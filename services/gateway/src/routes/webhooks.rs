//! Subscriptions of other systems to what happens in the mission, managed by its coordinators.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
    routing::{delete, get, post, put},
};
use chassis::{Caller, Failure, new_id};
use chrono::{DateTime, SecondsFormat, Utc};
use cpas_proto::words::Classification;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rpc::{About, Input, Output, Route, answer, from_body, reference};
use crate::{
    App,
    access::authenticate,
    language,
    problem::{Problem, nothing_here},
    store::{
        deliveries,
        webhooks::{self, WebhookRow},
    },
    webhooks::{SigningSecret, Topic, check_address},
};

const NAME_CHARS_MAX: usize = 100;
/// Most subscriptions of a mission.
const WEBHOOKS_MAX: usize = 20;
/// Why one is paused that a person paused.
const BY_HAND: &str = "Paused by hand.";

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookWish {
    /// Which system that is.
    name: String,
    /// https://… on the public internet.
    url: String,
    /// observations, events, import, tasks, period, rule, indicator, target, plan, risk, tripwire, area, stakeholder,
    /// context_map, assessment, finding, recommendation, decision or fact_sheet; at least one.
    topics: Vec<String>,
    /// The highest classification that is told, not above one's own; empty: unclassified.
    #[serde(default)]
    clearance: String,
    #[serde(default)]
    paused: bool,
    /// Version that was seen, to change one; If-Match does as well.
    #[serde(default)]
    version: i64,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct WebhookView {
    id: String,
    name: String,
    url: String,
    topics: Vec<String>,
    clearance: &'static str,
    /// Empty: at work. Else why it is not.
    paused: String,
    version: i64,
    recorded_at: String,
    recorded_by: String,
    /// Messages of the last 30 days.
    waiting: i64,
    delivered: i64,
    dead: i64,
    /// What messages are signed with, whsec_…; shown once, when it is made, afterwards absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct WebhookList {
    webhooks: Vec<WebhookView>,
}

pub fn routes() -> Vec<Route> {
    let about = |method, path, summary, operation_id, created| {
        About::own("webhooks", method, path, summary, operation_id, created)
    };
    let ok = StatusCode::OK;
    let wish = || Input::Json(reference("WebhookWish"));
    let view = || Output::of::<WebhookView>(ok);
    const ALL: &str = "/missions/{mission}/webhooks";
    const ONE: &str = "/missions/{mission}/webhooks/{id}";
    vec![
        Route::plain(
            about(Method::GET, ALL, "Subscriptions of other systems", "list_webhooks", ok),
            Input::Nothing,
            Output::of::<WebhookList>(ok),
            get(list),
        )
        .with::<WebhookList>(),
        Route::plain(
            about(Method::POST, ALL, "Subscribe another system; its secret is shown once", "add_webhook", ok),
            wish(),
            Output::of::<WebhookView>(StatusCode::CREATED),
            post(add),
        )
        .with::<WebhookWish>()
        .with::<WebhookView>(),
        Route::plain(
            about(Method::PUT, ONE, "Change a subscription", "revise_webhook", ok),
            wish(),
            view(),
            put(revise),
        )
        .with::<WebhookView>(),
        Route::plain(
            about(Method::DELETE, ONE, "End a subscription", "remove_webhook", StatusCode::NO_CONTENT),
            Input::Nothing,
            Output::Nothing,
            delete(remove),
        ),
    ]
}

/// A coordinator, as a person: what goes out to another system is not for a token to decide.
pub(super) async fn coordinator(
    app: &App,
    code: &str,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Caller, Problem> {
    let visitor = authenticate(app, method, headers).await?;
    match *method {
        // Of a closed mission too: it is read, and what still goes out of it is ended.
        Method::GET | Method::DELETE => visitor.overseer(app, code).await,
        _ => visitor.coordinator(app, code).await,
    }
}

pub(super) fn parsed(id: &str) -> Result<Uuid, Problem> {
    id.parse().map_err(|_| nothing_here())
}

async fn list(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = coordinator(&app, &code, &method, &headers).await?;
    let mut tx = app.db.begin(&caller).await?;
    let (rows, counts) = (webhooks::all(&mut tx).await?, deliveries::counts(&mut tx).await?);
    let counted = |row: WebhookRow| {
        let of = |state: &str| {
            let found = counts.iter().find(|(id, own, _)| *id == row.id && own == state);
            found.map_or(0, |(_, _, count)| *count)
        };
        let (waiting, delivered, dead) = (of("waiting"), of("delivered"), of("dead"));
        WebhookView { waiting, delivered, dead, ..view(row, None) }
    };
    Ok(Json(WebhookList { webhooks: rows.into_iter().map(counted).collect() }).into_response())
}

async fn add(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, Problem> {
    let caller = coordinator(&app, &code, &method, &headers).await?;
    let wish = Checked::of(&app, &caller, from_body(&[], &body, &HeaderMap::new())?)?;
    let (now, secret) = (app.db.clock().now(), SigningSecret::random());
    let row = WebhookRow {
        id: new_id(now),
        name: wish.name,
        url: wish.url,
        topics: wish.topics,
        classification: wish.clearance.rank(),
        secret: secret.bytes().to_vec(),
        paused: wish.paused,
        since: now,
        version: 1,
        recorded_at: now,
        recorded_by: caller.account,
        recorded_by_name: caller.name.clone(),
    };
    let mut tx = app.db.begin(&caller).await?;
    if webhooks::all(&mut tx).await?.len() >= WEBHOOKS_MAX {
        let sentence =
            format!("A mission has at most {WEBHOOKS_MAX} subscriptions. End one that is not needed any more.");
        return Err(Failure::conflict(sentence).into());
    }
    let mission = tx.mission();
    webhooks::insert(&mut tx, mission, &row).await?;
    tx.commit().await?;
    answer(StatusCode::CREATED, &view(row, Some(secret.reveal())))
}

async fn revise(
    State(app): State<App>,
    method: Method,
    Path((code, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, Problem> {
    let caller = coordinator(&app, &code, &method, &headers).await?;
    let id = parsed(&id)?;
    let wish: WebhookWish = from_body(&[], &body, &headers)?;
    let seen = wish.version;
    let wish = Checked::of(&app, &caller, wish)?;
    let mut tx = app.db.begin(&caller).await?;
    let stored = webhooks::find(&mut tx, id).await?.ok_or_else(nothing_here)?;
    let stays_paused = !stored.paused.is_empty() && !wish.paused.is_empty();
    let resumes = !stored.paused.is_empty() && wish.paused.is_empty();
    let changed = WebhookRow {
        name: wish.name,
        url: wish.url,
        topics: wish.topics,
        classification: wish.clearance.rank(),
        paused: if stays_paused { stored.paused.clone() } else { wish.paused },
        // What happened while it was paused is not told afterwards.
        since: if resumes { app.db.clock().now() } else { stored.since },
        version: seen,
        ..stored.clone()
    };
    if !webhooks::update(&mut tx, &changed).await? {
        let current = serde_json::to_string(&view(stored.clone(), None)).map_err(Failure::internal)?;
        return Err(Failure::stale(stored.version, current).into());
    }
    tx.commit().await?;
    answer(StatusCode::OK, &view(WebhookRow { version: seen + 1, ..changed }, None))
}

async fn remove(
    State(app): State<App>,
    method: Method,
    Path((code, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = coordinator(&app, &code, &method, &headers).await?;
    let id = parsed(&id)?;
    let mut tx = app.db.begin(&caller).await?;
    if !webhooks::delete(&mut tx, id).await? {
        return Err(nothing_here());
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(super) fn bad(field: &str, message: impl Into<String>) -> Failure {
    let message = message.into();
    Failure::invalid(&message).field(field, message)
}

/// A wish that can be stored.
struct Checked {
    name: String,
    url: String,
    topics: Vec<String>,
    clearance: Classification,
    paused: String,
}

impl Checked {
    fn of(app: &App, caller: &Caller, wish: WebhookWish) -> Result<Self, Failure> {
        let name = wish.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
            return Err(bad(
                "name",
                format!("A name of at most {NAME_CHARS_MAX} characters says which system this is."),
            ));
        }
        let url = check_address(wish.url.trim(), app.config.webhook_private_allowed)
            .map_err(|refused| bad("url", refused.to_string()))?;
        if wish.topics.is_empty() || wish.topics.len() > Topic::ALL.len() {
            return Err(bad("topics", "A subscription is of one topic or more, each named once."));
        }
        for topic in &wish.topics {
            topic.parse::<Topic>().map_err(|error| bad("topics", format!("{error}.")))?;
        }
        let clearance = Classification::parse_or_unclassified(&wish.clearance)
            .map_err(|error| Failure::bad_field("clearance", error))?;
        if clearance > caller.clearance {
            let rule = format!("Your own clearance is {}; you cannot let more be told.", caller.clearance);
            return Err(bad("clearance", rule));
        }
        let paused = if wish.paused { BY_HAND.to_owned() } else { String::new() };
        Ok(Self { name, url: url.into(), topics: wish.topics, clearance, paused })
    }
}

pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn view(row: WebhookRow, secret: Option<String>) -> WebhookView {
    WebhookView {
        id: row.id.to_string(),
        name: row.name,
        url: row.url,
        topics: row.topics,
        clearance: Classification::of_rank(row.classification).word(),
        paused: language::here(&row.paused),
        version: row.version,
        recorded_at: instant(row.recorded_at),
        recorded_by: row.recorded_by_name,
        waiting: 0,
        delivered: 0,
        dead: 0,
        secret,
    }
}
