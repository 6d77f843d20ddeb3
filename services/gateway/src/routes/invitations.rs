//! Members who are known by name only, let in: those of a mission that was restored have no password here.
//!
//! An operator does it and nobody else: an account reaches all of its missions, so that whoever gives it a password could
//! enter those of others.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use chassis::Failure;
use serde::Deserialize;
use uuid::Uuid;

use super::rpc::{About, Input, Output, Route, from_body, reference};
use crate::{
    App,
    access::authenticate,
    problem::{Problem, nothing_here},
    store::{accounts, missions},
};

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// First password.
    pub password: String,
}

pub fn routes() -> Vec<Route> {
    let about = |path, summary, operation_id| {
        About::own("members", Method::POST, path, summary, operation_id, StatusCode::NO_CONTENT)
    };
    vec![
        Route::plain(
            about(
                "/missions/{mission}/members/{id}/invitation",
                "Let a member sign in who is known by name only",
                "invite_member",
            ),
            Input::Json(reference("Invitation")),
            Output::Nothing,
            post(invite),
        )
        .with::<Invitation>(),
    ]
}

async fn invite(
    State(app): State<App>,
    method: Method,
    Path((code, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    if !(visitor.account.operator && visitor.is_person()) {
        visitor.caller(&app, &code, std::time::Duration::from_secs(10)).await?;
        return Err(Failure::denied("Only an operator at headquarters lets somebody sign in.").into());
    }
    let asked: Invitation = from_body(&[], &body, &HeaderMap::new())?;
    let row = missions::by_code(&mut *app.db.connection().await?, &code).await?.ok_or_else(nothing_here)?;
    let id: Uuid = id.parse().map_err(|_| nothing_here())?;
    let hash = app.passwords.hash(asked.password).await?;
    if !accounts::set_first_password(&mut *app.db.connection().await?, (row.id, id), &hash).await? {
        return Err(
            Failure::conflict("This is nobody of the mission who cannot sign in yet. Nothing was changed.").into()
        );
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
