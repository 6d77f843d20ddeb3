//! How often a member gets what waits by e-mail: everybody's own choice.

use std::time::Duration;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, put},
};
use chassis::{Caller, Failure};
use serde::{Deserialize, Serialize};

use super::rpc::{About, Input, Output, Route, from_body, reference};
use crate::{
    App,
    access::{Visitor, authenticate},
    digests::{MailTransport, Rhythm},
    problem::Problem,
    store::digests,
};

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DigestChoice {
    /// daily, weekly or never.
    rhythm: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DigestView {
    /// daily, weekly or never; weekly until something is chosen.
    rhythm: &'static str,
    /// Where it goes.
    email: String,
    /// Hour of UTC at which it is sent.
    hour_utc: u32,
    /// So many days before data are due, they are reminded of.
    remind_days: u32,
    /// False: this installation sends no e-mail.
    sends: bool,
}

pub fn routes() -> Vec<Route> {
    let about = |method, summary, operation_id| About {
        method,
        path: "/missions/{mission}/digest",
        summary,
        operation_id,
        tag: "members",
        created: StatusCode::OK,
        takes_long: false,
        across: false,
    };
    let view = || Output::of::<DigestView>(StatusCode::OK);
    vec![
        Route::plain(
            about(Method::GET, "How often one gets what waits by e-mail", "get_digest"),
            Input::Nothing,
            view(),
            get(show),
        )
        .with::<DigestView>(),
        Route::plain(
            about(Method::PUT, "Choose how often one gets what waits by e-mail", "choose_digest"),
            Input::Json(reference("DigestChoice")),
            view(),
            put(choose),
        )
        .with::<DigestChoice>()
        .with::<DigestView>(),
    ]
}

async fn show(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, caller) = person(&app, &code, &method, &headers).await?;
    let mut tx = app.db.begin(&caller).await?;
    let rhythm = Rhythm::stored(digests::rhythm_of(&mut tx, visitor.account.id).await?.as_deref());
    Ok(Json(view(&app, visitor, rhythm)).into_response())
}

async fn choose(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, Problem> {
    let (visitor, caller) = person(&app, &code, &method, &headers).await?;
    let choice: DigestChoice = from_body(&[], &body, &HeaderMap::new())?;
    let rhythm: Rhythm = choice.rhythm.parse().map_err(|error| Failure::bad_field("rhythm", error))?;
    let mut tx = app.db.begin(&caller).await?;
    let (mission, now) = (tx.mission(), app.db.clock().now());
    digests::set_rhythm(&mut tx, mission, visitor.account.id, rhythm.word(), now).await?;
    tx.commit().await?;
    Ok(Json(view(&app, visitor, rhythm)).into_response())
}

/// A person of the mission: what goes to their address is not for a token to decide.
async fn person(app: &App, code: &str, method: &Method, headers: &HeaderMap) -> Result<(Visitor, Caller), Problem> {
    let visitor = authenticate(app, method, headers).await?;
    let caller = visitor.caller(app, code, Duration::from_secs(10)).await?;
    if !visitor.is_person() {
        return Err(Failure::denied("A token does not choose what is sent to a person; sign in as yourself.").into());
    }
    Ok((visitor, caller))
}

fn view(app: &App, visitor: Visitor, rhythm: Rhythm) -> DigestView {
    DigestView {
        rhythm: rhythm.word(),
        email: visitor.account.email,
        hour_utc: app.config.digest_hour_utc,
        remind_days: app.config.digest_remind_days,
        sends: app.config.mail_transport != MailTransport::None,
    }
}
