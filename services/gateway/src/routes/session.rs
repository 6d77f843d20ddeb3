//! Signing in and out.

use std::net::{IpAddr, SocketAddr};

use axum::{
    Extension, Json,
    extract::{ConnectInfo, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{delete, get, patch, post},
};
use chassis::Failure;
use chrono::Duration;
use cpas_proto::words::{Classification, Language};
use serde::{Deserialize, Serialize};

use super::rpc::{About, Input, Output, Route, reference};
use crate::{
    App,
    access::{Secret, Via, Visitor, authenticate, clear_cookie, csrf_token, hash_secret, session_cookie},
    problem::Problem,
    store::{accounts, logins, sessions},
};

/// Longest e-mail address, RFC 5321.
const EMAIL_BYTES_MAX: usize = 254;

/// Who is signed in, and where to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Session {
    account: AccountView,
    /// To be sent as `X-CSRF-Token` with every change; empty for a token.
    csrf_token: String,
    missions: Vec<SessionMission>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AccountView {
    id: String,
    name: String,
    email: String,
    language: String,
    hq: bool,
    operator: bool,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SessionMission {
    code: String,
    name: String,
    /// Empty: it has none of its own.
    name_fr: String,
    state: String,
    languages: Vec<String>,
    fiscal_year_start_month: u32,
    roles: Vec<String>,
    /// Sections that a role is confined to; empty where no role is.
    sections: Vec<String>,
    clearance: &'static str,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    email: String,
    password: String,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionChange {
    /// en or fr.
    language: String,
}

pub fn routes() -> Vec<Route> {
    let about = |method, summary, operation_id, created| {
        About::own("session", method, "/session", summary, operation_id, created)
    };
    vec![
        Route::plain(
            about(Method::GET, "Who is signed in", "get_session", StatusCode::OK),
            Input::Nothing,
            Output::of::<Session>(StatusCode::OK),
            get(show),
        )
        .with::<Session>(),
        Route::plain(
            about(Method::POST, "Sign in", "sign_in", StatusCode::OK),
            Input::Json(reference("SignIn")),
            Output::of::<Session>(StatusCode::OK),
            post(sign_in),
        )
        .with::<SignIn>()
        .with::<Session>(),
        Route::plain(
            about(Method::PATCH, "Change the language", "change_session", StatusCode::OK),
            Input::Json(reference("SessionChange")),
            Output::of::<Session>(StatusCode::OK),
            patch(change),
        )
        .with::<SessionChange>(),
        Route::plain(
            about(Method::DELETE, "Sign out", "sign_out", StatusCode::NO_CONTENT),
            Input::Nothing,
            Output::Nothing,
            delete(sign_out),
        ),
    ]
}

async fn show(State(app): State<App>, method: Method, headers: HeaderMap) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    Ok(Json(view(&app, &visitor).await?).into_response())
}

async fn sign_in(
    State(app): State<App>,
    address: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, Problem> {
    let request: SignIn = super::rpc::from_body(&[], &body, &HeaderMap::new())?;
    if request.email.len() > EMAIL_BYTES_MAX {
        return Err(Failure::unauthenticated("The e-mail address or the password is not right.").into());
    }
    let now = app.db.clock().now();
    let since = now - Duration::minutes(app.config.login_window_minutes);
    let from = client_address(&app, address.map(|Extension(ConnectInfo(address))| address.ip()), &headers);
    let keys = [format!("email {}", request.email.to_lowercase()), format!("address {from}")];
    let mut connection = app.db.connection().await?;
    let bounds = [app.config.login_failures_per_email, app.config.login_failures_per_address];
    for (key, bound) in keys.iter().zip(bounds) {
        if logins::failures(&mut connection, key, since).await? >= bound {
            let minutes = app.config.login_window_minutes;
            return Err(Failure::exhausted(format!(
                "Too many sign-ins failed. Please try again in {minutes} minutes."
            ))
            .into());
        }
    }
    let found = accounts::by_email(&mut connection, &request.email).await?;
    let (account, hash) = match found {
        Some((account, hash)) if !hash.is_empty() => (Some(account), Some(hash)),
        _ => (None, None),
    };
    // Argon2 takes its time, and there are few connections.
    drop(connection);
    let right = app.passwords.is_right(request.password, hash).await?;
    let mut connection = app.db.connection().await?;
    let Some(account) = account.filter(|_| right) else {
        logins::note(&mut connection, &keys, now, since).await?;
        return Err(Failure::unauthenticated("The e-mail address or the password is not right.").into());
    };
    logins::forget(&mut connection, &keys[0]).await?;
    // A session from before the sign-in ends here: its secret is never carried over.
    if let Ok(Visitor { via: Via::Session { secret }, .. }) = authenticate(&app, &Method::GET, &headers).await {
        sessions::delete(&mut connection, &hash_secret(&secret), now).await?;
    }
    let secret = Secret::random("");
    let life = Duration::hours(app.config.session_life_hours);
    sessions::insert(&mut connection, &hash_secret(secret.reveal()), account.id, now, life).await?;
    let memberships = sessions::memberships(&mut connection, account.id).await?;
    drop(connection);
    let visitor = Visitor { account, memberships, via: Via::Session { secret: secret.reveal().to_owned() } };
    let cookie = session_cookie(secret.reveal(), life);
    Ok(([(header::SET_COOKIE, cookie)], Json(view(&app, &visitor).await?)).into_response())
}

async fn change(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, Problem> {
    let mut visitor = authenticate(&app, &method, &headers).await?;
    let change: SessionChange = super::rpc::from_body(&[], &body, &HeaderMap::new())?;
    let language: Language = change.language.parse().map_err(|error| Failure::bad_field("language", error))?;
    accounts::set_language(&mut *app.db.connection().await?, visitor.account.id, language.word()).await?;
    visitor.account.language = language.word().to_owned();
    Ok(Json(view(&app, &visitor).await?).into_response())
}

async fn sign_out(State(app): State<App>, method: Method, headers: HeaderMap) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    if let Via::Session { secret } = &visitor.via {
        let now = app.db.clock().now();
        sessions::delete(&mut *app.db.connection().await?, &hash_secret(secret), now).await?;
    }
    let clear = [
        (header::SET_COOKIE, clear_cookie()),
        (header::HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\"")),
    ];
    Ok((StatusCode::NO_CONTENT, clear).into_response())
}

async fn view(app: &App, visitor: &Visitor) -> Result<Session, Failure> {
    let mut missions: Vec<SessionMission> = Vec::new();
    for (membership, mission) in &visitor.memberships {
        let clearance = Classification::of_rank(membership.clearance).word();
        match missions.last_mut().filter(|last| last.code == mission.code) {
            Some(last) => {
                last.roles.push(membership.role.clone());
                last.roles.dedup();
                last.sections.extend(membership.section.clone().filter(|section| !last.sections.contains(section)));
            }
            None => missions.push(SessionMission {
                code: mission.code.clone(),
                name: mission.name.clone(),
                name_fr: mission.name_fr.clone(),
                state: mission.state.clone(),
                languages: mission.languages.clone(),
                fiscal_year_start_month: u32::try_from(mission.fiscal_year_start_month).unwrap_or(1),
                roles: vec![membership.role.clone()],
                sections: membership.section.iter().cloned().collect(),
                clearance,
            }),
        }
    }
    if visitor.account.hq {
        let mut connection = app.db.connection().await?;
        for mission in crate::store::missions::all(&mut connection).await? {
            let reached = !matches!(visitor.via, Via::Token { mission_id } if mission_id != mission.id);
            if reached && !missions.iter().any(|known| known.code == mission.code) {
                missions.push(SessionMission {
                    code: mission.code,
                    name: mission.name,
                    name_fr: mission.name_fr,
                    state: mission.state,
                    languages: mission.languages,
                    fiscal_year_start_month: u32::try_from(mission.fiscal_year_start_month).unwrap_or(1),
                    roles: vec!["hq_analyst".to_owned()],
                    sections: Vec::new(),
                    clearance: Classification::Confidential.word(),
                });
            }
        }
    }
    let csrf_token = match &visitor.via {
        Via::Session { secret } => csrf_token(secret),
        Via::Token { .. } => String::new(),
    };
    let account = &visitor.account;
    Ok(Session {
        account: AccountView {
            id: account.id.to_string(),
            name: account.name.clone(),
            email: account.email.clone(),
            language: account.language.clone(),
            hq: account.hq,
            operator: account.operator,
        },
        csrf_token,
        missions,
    })
}

/// Where the request comes from: the peer, or what a trusted proxy in front says.
pub(super) fn client_address(app: &App, peer: Option<IpAddr>, headers: &HeaderMap) -> String {
    let trusted = &app.config.client_address_header;
    let named = headers.get(trusted.as_str()).filter(|_| !trusted.is_empty()).and_then(|value| value.to_str().ok());
    // The last address is the one that our own proxy added.
    let named = named.and_then(|list| list.rsplit(',').next()).map(|address| address.trim().to_owned());
    named.or_else(|| peer.map(|peer| peer.to_string())).unwrap_or_default()
}
