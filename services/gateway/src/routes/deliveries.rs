//! What a subscription of another system was told, and what is sent again.

use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chassis::{Caller, Failure, new_id};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    rpc::{About, Input, Output, Route, from_query},
    webhooks::{bad, coordinator, instant, parsed},
};
use crate::{
    App, language,
    problem::{Problem, nothing_here},
    store::{
        deliveries::{self, DeliveryRow},
        webhooks,
    },
    webhooks::TEST_KIND,
};

/// Messages in a page.
const PAGE_SIZE: usize = 50;

#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeliveriesAsked {
    /// waiting, delivered or dead; empty: all.
    state: String,
    /// Where the page before ended.
    cursor: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DeliveryView {
    /// The webhook-id of the message, the same at every attempt.
    id: String,
    /// plan.recorded
    kind: String,
    record_id: String,
    happened_at: String,
    /// waiting, delivered or dead.
    state: String,
    attempts: i32,
    attempted_at: Option<String>,
    /// What came of the last attempt.
    outcome: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DeliveryList {
    deliveries: Vec<DeliveryView>,
    next_cursor: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Replayed {
    /// Messages that are tried again.
    replayed: u64,
}

pub fn routes() -> Vec<Route> {
    let about = |method, path, summary, operation_id, created| {
        About::own("webhooks", method, path, summary, operation_id, created)
    };
    let ok = StatusCode::OK;
    const SENT: &str = "/missions/{mission}/webhooks/{id}/deliveries";
    vec![
        Route::plain(
            about(
                Method::POST,
                "/missions/{mission}/webhooks/{id}/test",
                "Send a message to try a subscription out",
                "test_webhook",
                ok,
            ),
            Input::Nothing,
            Output::of::<DeliveryView>(StatusCode::CREATED),
            post(test),
        )
        .with::<DeliveryView>(),
        Route::plain(
            about(Method::GET, SENT, "What a subscription was told, newest first", "list_deliveries", ok),
            Input::Query(<DeliveriesAsked as utoipa::PartialSchema>::schema()),
            Output::of::<DeliveryList>(ok),
            get(list_deliveries),
        )
        .with::<DeliveryList>(),
        Route::plain(
            about(
                Method::POST,
                "/missions/{mission}/webhooks/{id}/replay",
                "Send all dead messages of a subscription again",
                "replay_webhook",
                ok,
            ),
            Input::Nothing,
            Output::of::<Replayed>(ok),
            post(replay_all),
        )
        .with::<Replayed>(),
        Route::plain(
            about(
                Method::POST,
                "/missions/{mission}/webhooks/{id}/deliveries/{delivery_id}/replay",
                "Send one message again",
                "replay_delivery",
                ok,
            ),
            Input::Nothing,
            Output::of::<Replayed>(ok),
            post(replay_one),
        )
        .with::<Replayed>(),
    ]
}

async fn test(
    State(app): State<App>,
    method: Method,
    Path((code, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = coordinator(&app, &code, &method, &headers).await?;
    let id = parsed(&id)?;
    let mut tx = app.db.begin(&caller).await?;
    let webhook = webhooks::find(&mut tx, id).await?.ok_or_else(nothing_here)?;
    let now = app.db.clock().now();
    let row = DeliveryRow {
        id: new_id(now),
        webhook_id: webhook.id,
        kind: TEST_KIND.to_owned(),
        record_id: webhook.id.to_string(),
        classification: webhook.classification,
        happened_at: now,
        state: "waiting".to_owned(),
        attempts: 0,
        attempted_at: None,
        outcome: String::new(),
    };
    let mission = tx.mission();
    deliveries::insert(&mut tx, mission, &row, now).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(delivery_view(row))).into_response())
}

async fn list_deliveries(
    State(app): State<App>,
    method: Method,
    Path((code, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = coordinator(&app, &code, &method, &headers).await?;
    let id = parsed(&id)?;
    let asked: DeliveriesAsked = from_query(&[], query.as_deref().unwrap_or_default(), &HeaderMap::new())?;
    if !["", "waiting", "delivered", "dead"].contains(&asked.state.as_str()) {
        return Err(bad("state", "A message is waiting, delivered or dead.").into());
    }
    let before = match asked.cursor.as_str() {
        "" => None,
        cursor => Some(cursor.parse().map_err(|_| bad("cursor", "This is not a cursor of this list."))?),
    };
    let mut tx = app.db.begin(&caller).await?;
    webhooks::find(&mut tx, id).await?.ok_or_else(nothing_here)?;
    let mut rows = deliveries::page(&mut tx, id, &asked.state, before, PAGE_SIZE as i64 + 1).await?;
    let has_more = rows.len() > PAGE_SIZE;
    rows.truncate(PAGE_SIZE);
    let last = rows.last().filter(|_| has_more).map(|row| row.id.to_string());
    let deliveries = rows.into_iter().map(delivery_view).collect();
    Ok(Json(DeliveryList { deliveries, next_cursor: last.unwrap_or_default() }).into_response())
}

async fn replay_all(
    State(app): State<App>,
    method: Method,
    Path((code, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = coordinator(&app, &code, &method, &headers).await?;
    replay(&app, &caller, parsed(&id)?, None).await
}

async fn replay_one(
    State(app): State<App>,
    method: Method,
    Path((code, id, delivery)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = coordinator(&app, &code, &method, &headers).await?;
    replay(&app, &caller, parsed(&id)?, Some(parsed(&delivery)?)).await
}

async fn replay(app: &App, caller: &Caller, webhook: Uuid, only: Option<Uuid>) -> Result<Response, Problem> {
    let mut tx = app.db.begin(caller).await?;
    let row = webhooks::find(&mut tx, webhook).await?.ok_or_else(nothing_here)?;
    if !row.paused.is_empty() {
        let sentence = format!("The subscription is paused ({}) Set it to work first.", row.paused);
        return Err(Failure::conflict(sentence).into());
    }
    let mission = tx.mission();
    let replayed = deliveries::replay(&mut tx, mission, webhook, only, app.db.clock().now()).await?;
    if only.is_some() && replayed == 0 {
        return Err(nothing_here());
    }
    tx.commit().await?;
    Ok(Json(Replayed { replayed }).into_response())
}

fn delivery_view(row: DeliveryRow) -> DeliveryView {
    DeliveryView {
        id: row.id.to_string(),
        kind: row.kind,
        record_id: row.record_id,
        happened_at: instant(row.happened_at),
        state: row.state,
        attempts: row.attempts,
        attempted_at: row.attempted_at.map(instant),
        outcome: language::here(&row.outcome),
    }
}
