//! What is sent to members: everybody's own, and for a coordinator those of all.

use std::time::Duration;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
    routing::{delete, get, post, put},
};
use chassis::{Caller, Failure, Tx, new_id};
use cpas_proto::words::{MissionState, Role};

use super::{
    rpc::{About, Input, Output, Route, answer, from_body, reference},
    subscription_wish::{Checked, SubscriptionList, SubscriptionView, SubscriptionWish, TimeZoneWish, view},
    webhooks::{bad, parsed},
};
use crate::{
    App,
    access::{Secret, Visitor, authenticate, hash_secret},
    digests::MailTransport,
    problem::{Problem, nothing_here},
    store::{
        members, sendings,
        subscriptions::{self, SubscriptionRow},
    },
    subscriptions::next_due,
    webhooks::SigningSecret,
};

/// Subscriptions of one member in one mission.
const EACH_MAX: usize = 20;
/// Sendings that are shown of each.
const SENDINGS_SHOWN: i64 = 4;

pub fn routes() -> Vec<Route> {
    const ALL: &str = "/missions/{mission}/subscriptions";
    const ONE: &str = "/missions/{mission}/subscriptions/{id}";
    let about = |method, path, summary, operation_id, created| {
        About::own("subscriptions", method, path, summary, operation_id, created)
    };
    let ok = StatusCode::OK;
    vec![
        Route::plain(
            about(
                Method::GET,
                ALL,
                "What is sent to oneself; for a coordinator, to everybody",
                "list_subscriptions",
                ok,
            ),
            Input::Nothing,
            Output::of::<SubscriptionList>(ok),
            get(list),
        )
        .with::<SubscriptionList>(),
        Route::plain(
            about(Method::POST, ALL, "Have something sent", "add_subscription", StatusCode::CREATED),
            Input::Json(reference("SubscriptionWish")),
            Output::of::<SubscriptionView>(StatusCode::CREATED),
            post(add),
        )
        .with::<SubscriptionWish>()
        .with::<SubscriptionView>(),
        Route::plain(
            about(Method::PUT, ONE, "Change what is sent", "revise_subscription", ok),
            Input::Json(reference("SubscriptionWish")),
            Output::of::<SubscriptionView>(ok),
            put(revise),
        )
        .with::<SubscriptionWish>()
        .with::<SubscriptionView>(),
        Route::plain(
            about(Method::DELETE, ONE, "Have it sent no more", "remove_subscription", StatusCode::NO_CONTENT),
            Input::Nothing,
            Output::Nothing,
            delete(remove),
        ),
        Route::plain(
            about(
                Method::PUT,
                "/missions/{mission}/time-zone",
                "Say in which time zone the mission's clocks run",
                "set_time_zone",
                ok,
            ),
            Input::Json(reference("TimeZoneWish")),
            Output::of::<TimeZoneWish>(ok),
            put(set_time_zone),
        )
        .with::<TimeZoneWish>(),
    ]
}

/// A person of the mission: what goes out of it is not for a token to decide.
async fn person(app: &App, code: &str, method: &Method, headers: &HeaderMap) -> Result<(Visitor, Caller), Problem> {
    let visitor = authenticate(app, method, headers).await?;
    let caller = visitor.caller(app, code, Duration::from_secs(15)).await?;
    if !visitor.is_person() {
        return Err(Failure::denied("A token does not choose what is sent to a person; sign in as yourself.").into());
    }
    // Of a closed mission nothing is sent; what still would be is ended.
    let writes = !matches!(*method, Method::GET | Method::DELETE);
    if writes && caller.mission()?.state == MissionState::Closed {
        return Err(Failure::denied("The mission is closed: it can be read, but not changed.").into());
    }
    Ok((visitor, caller))
}

/// One that the caller may change: the caller's own, or a coordinator's to see to.
async fn theirs(tx: &mut Tx, caller: &Caller, id: &str) -> Result<SubscriptionRow, Problem> {
    let found = subscriptions::find(tx, parsed(id)?).await?;
    let may = |row: &SubscriptionRow| row.account_id == caller.account || caller.has(Role::Coordinator);
    found.filter(may).ok_or_else(nothing_here)
}

async fn list(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (_, caller) = person(&app, &code, &method, &headers).await?;
    let mission = caller.mission()?.id;
    let of = (!caller.has(Role::Coordinator)).then_some(caller.account);
    let mut tx = app.db.begin(&caller).await?;
    let rows = subscriptions::all(&mut tx, of).await?;
    let dues = subscriptions::dues(&mut tx, mission).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let sent = sendings::newest(&mut tx, &ids, SENDINGS_SHOWN).await?;
    let time_zone = subscriptions::time_zone(&mut tx, mission).await?;
    drop(tx);
    let people = members::of_mission(&mut *app.db.connection().await?, mission).await?;
    let shown = rows.into_iter().map(|row| {
        let due = dues.iter().find(|(id, _)| *id == row.id).and_then(|(_, due)| *due);
        let own = sent.iter().filter(|sending| sending.subscription_id == row.id).cloned().collect();
        view(row, due, own, &people, &caller, None)
    });
    Ok(Json(SubscriptionList {
        subscriptions: shown.collect(),
        time_zone,
        sends: app.config.mail_transport != MailTransport::None,
    })
    .into_response())
}

async fn add(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, Problem> {
    let (_, caller) = person(&app, &code, &method, &headers).await?;
    let wish = Checked::of(&app, &caller, from_body(&[], &body, &HeaderMap::new())?).await?;
    let mission = caller.mission()?.id;
    let people = members::of_mission(&mut *app.db.connection().await?, mission).await?;
    if !people.iter().any(|person| person.account_id == wish.account_id) {
        return Err(bad("account_id", "This is no member of the mission.").into());
    }
    let (now, key) = (app.db.clock().now(), Secret::random(""));
    let secret = (!wish.webhook_url.is_empty()).then(SigningSecret::random);
    let row = wish.row(new_id(now), &caller, now, key.reveal(), secret.as_ref());
    let mut tx = app.db.begin(&caller).await?;
    if subscriptions::all(&mut tx, Some(row.account_id)).await?.len() >= EACH_MAX {
        let sentence =
            format!("A member has at most {EACH_MAX} subscriptions in a mission. End one that is not needed any more.");
        return Err(Failure::conflict(sentence).into());
    }
    subscriptions::insert(&mut tx, mission, &row).await?;
    let due = next_due(&mut tx, mission, &row, now).await?;
    subscriptions::put_on_clock(&mut tx, mission, row.id, &hash_secret(&row.unsubscribe_key), due).await?;
    tx.commit().await?;
    let secret = secret.map(|secret| secret.reveal());
    answer(StatusCode::CREATED, &view(row, due, Vec::new(), &people, &caller, secret))
}

async fn revise(
    State(app): State<App>,
    method: Method,
    Path((code, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, Problem> {
    let (_, caller) = person(&app, &code, &method, &headers).await?;
    let mission = caller.mission()?.id;
    let mut wish: SubscriptionWish = from_body(&[], &body, &headers)?;
    let mut tx = app.db.begin(&caller).await?;
    let stored = theirs(&mut tx, &caller, &id).await?;
    drop(tx);
    wish.account_id = stored.account_id.to_string();
    let seen = wish.version;
    let wish = Checked::changing(&app, &caller, wish, &stored).await?;
    let now = app.db.clock().now();
    // Another address is another system: it gets a key of its own.
    let secret = (!wish.webhook_url.is_empty() && wish.webhook_url != stored.webhook_url).then(SigningSecret::random);
    let changed = wish.changed(&stored, seen, now, secret.as_ref());
    let people = members::of_mission(&mut *app.db.connection().await?, mission).await?;
    let mut tx = app.db.begin(&caller).await?;
    if !subscriptions::update(&mut tx, &changed).await? {
        let now_stored = theirs(&mut tx, &caller, &id).await?;
        let version = now_stored.version;
        let shown = view(now_stored, None, Vec::new(), &people, &caller, None);
        return Err(Failure::stale(version, serde_json::to_string(&shown).map_err(Failure::internal)?).into());
    }
    let due = match changed.stopped.as_str() {
        "" => next_due(&mut tx, mission, &changed, now).await?,
        _ => None,
    };
    subscriptions::set_due(&mut tx, changed.id, due).await?;
    tx.commit().await?;
    let changed = SubscriptionRow { version: seen + 1, ..changed };
    let secret = secret.map(|secret| secret.reveal());
    answer(StatusCode::OK, &view(changed, due, Vec::new(), &people, &caller, secret))
}

async fn remove(
    State(app): State<App>,
    method: Method,
    Path((code, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (_, caller) = person(&app, &code, &method, &headers).await?;
    let mut tx = app.db.begin(&caller).await?;
    let row = theirs(&mut tx, &caller, &id).await?;
    subscriptions::delete(&mut tx, row.id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn set_time_zone(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, Problem> {
    let (visitor, _) = person(&app, &code, &method, &headers).await?;
    let caller = visitor.coordinator(&app, &code).await?;
    let wish: TimeZoneWish = from_body(&[], &body, &HeaderMap::new())?;
    let mut tx = app.db.begin(&caller).await?;
    let mission = tx.mission();
    if !subscriptions::set_time_zone(&mut tx, mission, &wish.time_zone).await? {
        return Err(bad("time_zone", "This is no time zone; write a name such as Africa/Bangui.").into());
    }
    // What is due by the clock is due at the same hour of the new one.
    let now = app.db.clock().now();
    for row in subscriptions::all(&mut tx, None).await?.iter().filter(|row| row.stopped.is_empty()) {
        let due = next_due(&mut tx, mission, row, now).await?;
        subscriptions::set_due(&mut tx, row.id, due).await?;
    }
    tx.commit().await?;
    Ok(Json(wish).into_response())
}
