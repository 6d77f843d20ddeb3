//! API tokens of the person who is signed in.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use chassis::{Failure, new_id};
use chrono::{Duration, SecondsFormat};
use cpas_proto::words::Role;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    address,
    rpc::{About, Input, Output, Route, from_body, reference},
};
use crate::{
    App,
    access::{Secret, Visitor, authenticate, hash_secret},
    openrosa,
    problem::{Problem, nothing_here},
    store::tokens,
};

const NAME_CHARS_MAX: usize = 100;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What it is for.
    name: String,
    /// Code of the mission that it opens.
    mission: String,
    /// Some of one's own roles there.
    roles: Vec<String>,
    expires_in_days: i64,
    /// Changes nothing, whatever its roles: for spreadsheets and dashboards.
    #[serde(default)]
    read_only: bool,
    /// Fills forms on a phone, and does nothing else; the answer has what the phone scans.
    #[serde(default)]
    phones_only: bool,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TokenView {
    id: String,
    name: String,
    mission: String,
    roles: Vec<String>,
    read_only: bool,
    phones_only: bool,
    expires_at: String,
    recorded_at: String,
    used_at: Option<String>,
    /// Shown once, when it is made; afterwards absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// For a phone, shown once too.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<PhoneSettings>,
}

/// What a phone has to know to reach the forms.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PhoneSettings {
    server_url: String,
    username: String,
    /// All of it as a QR code that ODK Collect scans; an SVG picture.
    qr_svg: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TokenList {
    tokens: Vec<TokenView>,
}

pub fn routes() -> Vec<Route> {
    let about = |method, path, summary, operation_id, created| {
        About::own("tokens", method, path, summary, operation_id, created)
    };
    vec![
        Route::plain(
            about(Method::GET, "/tokens", "One's own API tokens", "list_tokens", StatusCode::OK),
            Input::Nothing,
            Output::of::<TokenList>(StatusCode::OK),
            get(list),
        )
        .with::<TokenList>(),
        Route::plain(
            about(Method::POST, "/tokens", "Make an API token; it is shown once", "create_token", StatusCode::CREATED),
            Input::Json(reference("NewToken")),
            Output::of::<TokenView>(StatusCode::CREATED),
            post(create),
        )
        .with::<NewToken>()
        .with::<TokenView>(),
        Route::plain(
            about(Method::DELETE, "/tokens/{id}", "End an API token", "end_token", StatusCode::NO_CONTENT),
            Input::Nothing,
            Output::Nothing,
            delete(end),
        ),
    ]
}

async fn person(app: &App, method: &Method, headers: &HeaderMap) -> Result<Visitor, Failure> {
    let visitor = authenticate(app, method, headers).await?;
    if visitor.is_person() {
        Ok(visitor)
    } else {
        Err(Failure::denied("A token cannot manage tokens; sign in as a person."))
    }
}

async fn list(State(app): State<App>, method: Method, headers: HeaderMap) -> Result<Response, Problem> {
    let visitor = person(&app, &method, &headers).await?;
    let rows = tokens::of_account(&mut *app.db.connection().await?, visitor.account.id).await?;
    Ok(Json(TokenList { tokens: rows.into_iter().map(|row| view(row, None)).collect() }).into_response())
}

async fn create(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, Problem> {
    let visitor = person(&app, &method, &headers).await?;
    let new: NewToken = from_body(&[], &body, &HeaderMap::new())?;
    let caller = visitor.caller(&app, &new.mission, std::time::Duration::from_secs(10)).await?;
    let mission = caller.mission()?.id;
    if new.name.trim().is_empty() || new.name.chars().count() > NAME_CHARS_MAX {
        let rule = format!("A token has a name of at most {NAME_CHARS_MAX} characters that says what it is for.");
        return Err(Failure::invalid(rule.clone()).field("name", rule).into());
    }
    if !(1..=app.config.token_life_days_max).contains(&new.expires_in_days) {
        let rule = format!("A token lives 1 to {} days.", app.config.token_life_days_max);
        return Err(Failure::invalid(rule.clone()).field("expires_in_days", rule).into());
    }
    for (place, word) in new.roles.iter().enumerate() {
        let field = format!("roles[{place}]");
        let role: Role = word.parse().map_err(|error| Failure::bad_field(&field, error))?;
        if !caller.has(role) {
            let rule = format!("You are not {role} in this mission; a token has only roles of its owner.");
            return Err(Failure::invalid(rule.clone()).field(field, rule).into());
        }
    }
    let enters = |word: &String| matches!(word.as_str(), "contributor" | "focal_point" | "coordinator");
    if new.phones_only && (new.read_only || !new.roles.iter().any(enters)) {
        let rule = "A token for phones fills forms: it is not read-only, and has a role that enters data.";
        return Err(Failure::invalid(rule).field("phones_only", rule).into());
    }
    if new.roles.is_empty() {
        return Err(Failure::invalid("A token needs at least one role.").field("roles", "At least one role.").into());
    }
    let now = app.db.clock().now();
    let secret = Secret::random("cpas_");
    let row = tokens::Token {
        id: new_id(now),
        name: new.name,
        mission_code: new.mission,
        roles: new.roles,
        read_only: new.read_only,
        phones_only: new.phones_only,
        expires_at: now + Duration::days(new.expires_in_days),
        recorded_at: now,
        used_at: None,
    };
    let hash = hash_secret(secret.reveal());
    tokens::insert(&mut *app.db.connection().await?, &row, &hash, visitor.account.id, mission).await?;
    let phone = match row.phones_only {
        true => Some(phone(&app, &headers, &row.mission_code, &visitor.account.email, secret.reveal())?),
        false => None,
    };
    let view = TokenView { phone, ..view(row, Some(secret.reveal().to_owned())) };
    Ok((StatusCode::CREATED, Json(view)).into_response())
}

fn phone(app: &App, headers: &HeaderMap, mission: &str, email: &str, secret: &str) -> Result<PhoneSettings, Failure> {
    let server_url = format!("{}/openrosa/{mission}", address::outside(app, headers));
    let settings = openrosa::settings(mission, &server_url, email, secret).map_err(Failure::internal)?;
    let qr_svg = openrosa::qr_svg(&settings).map_err(Failure::internal)?;
    Ok(PhoneSettings { server_url, username: email.to_owned(), qr_svg })
}

async fn end(
    State(app): State<App>,
    method: Method,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = person(&app, &method, &headers).await?;
    let id: Uuid = id.parse().map_err(|_| nothing_here())?;
    if tokens::delete(&mut *app.db.connection().await?, visitor.account.id, id).await? {
        Ok(StatusCode::NO_CONTENT.into_response())
    } else {
        Err(nothing_here())
    }
}

fn view(row: tokens::Token, token: Option<String>) -> TokenView {
    let instant = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    TokenView {
        id: row.id.to_string(),
        name: row.name,
        mission: row.mission_code,
        roles: row.roles,
        read_only: row.read_only,
        phones_only: row.phones_only,
        expires_at: instant(row.expires_at),
        recorded_at: instant(row.recorded_at),
        used_at: row.used_at.map(instant),
        token,
        phone: None,
    }
}
