//! From a request to who sends it.

use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderValue, Method, header};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use chassis::{Caller, Code, Failure, Grant, Mission};
use cpas_proto::words::{Classification, MissionState, Role};
use uuid::Uuid;

use super::{csrf_token, hash_secret, same, trace};
use crate::{
    App,
    problem::{Problem, nothing_here},
    store::{
        accounts::{self, Account},
        members::Membership,
        missions::MissionRow,
        sessions, tokens,
    },
};

/// `__Host-`: only over TLS (or the loopback), only this host, only this path.
pub const SESSION_COOKIE: &str = "__Host-cpas";
const CSRF_HEADER: &str = "x-csrf-token";
/// What headquarters may see of a mission that it is no member of.
pub const HEADQUARTERS_CLEARANCE: Classification = Classification::Confidential;

/// How a visitor came in.
#[derive(Debug, Clone)]
pub enum Via {
    /// A browser, with the secret of its session.
    Session { secret: String },
    /// A program with an API token of one mission; the memberships are those of the token's roles.
    Token { mission_id: Uuid },
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Visitor {
    pub account: Account,
    pub memberships: Vec<(Membership, MissionRow)>,
    pub via: Via,
}

/// Who sends this request.
///
/// # Errors
/// `Unauthenticated` without a valid session or token; `Denied` for a change from a page without the
/// session's CSRF token.
pub async fn authenticate(app: &App, method: &Method, headers: &HeaderMap) -> Result<Visitor, Failure> {
    let signed_out = || Failure::unauthenticated("Please sign in. What you typed is kept in your browser.");
    let now = app.db.clock().now();
    if let Some(token) = bearer(headers) {
        return bearing(app, method, token, Door::Any).await?.ok_or_else(signed_out);
    }
    let secret = cookie(headers).ok_or_else(signed_out)?;
    if changes_something(method) {
        let sent = headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !same(sent, &csrf_token(secret)) {
            return Err(Failure::denied(
                "This page is out of date. Load it again; what you typed is kept in your browser.",
            ));
        }
    }
    let mut connection = app.db.connection().await?;
    let idle = chrono::Duration::minutes(app.config.session_idle_minutes);
    let account =
        sessions::use_session(&mut connection, &hash_secret(secret), now, idle).await?.ok_or_else(signed_out)?;
    let memberships = sessions::memberships(&mut connection, account.id).await?;
    Ok(Visitor { account, memberships, via: Via::Session { secret: secret.to_owned() } })
}

/// What a token is shown at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Any,
    /// The forms for phones.
    Phones,
}

/// Who bears a token; `None` where there is no such token.
async fn bearing(app: &App, method: &Method, token: &str, door: Door) -> Result<Option<Visitor>, Failure> {
    let mut connection = app.db.connection().await?;
    let now = app.db.clock().now();
    let Some(found) = tokens::use_token(&mut connection, &hash_secret(token), now).await? else { return Ok(None) };
    if found.read_only && changes_something(method) {
        return Err(Failure::denied("This token may only read. Make one that may write, and use it for this."));
    }
    if found.phones_only && door != Door::Phones {
        return Err(Failure::denied("This token is for filling forms on a phone, and opens nothing else."));
    }
    let memberships = sessions::memberships(&mut connection, found.account.id).await?;
    // A token has one mission and some roles of its owner, and nothing of what goes with the account.
    let account =
        Account { hq: found.account.hq && found.roles.contains(&Role::HqAnalyst), operator: false, ..found.account };
    let has = |membership: &Membership| {
        membership.mission_id == found.mission_id && found.roles.contains(&membership.grant().role)
    };
    let memberships = memberships.into_iter().filter(|(membership, _)| has(membership)).collect();
    let via = Via::Token { mission_id: found.mission_id };
    Ok(Some(Visitor { account, memberships, via }))
}

/// Who fills forms on a phone: a bearer token, or Basic with an API token as the password, whatever the name. No
/// session: a browser sends it along by itself.
///
/// # Errors
/// `Unauthenticated` without a valid token; `Denied` for one that may only read where something changes.
pub async fn authenticate_phone(app: &App, method: &Method, headers: &HeaderMap) -> Result<Visitor, Failure> {
    let token = basic_password(headers).or_else(|| bearer(headers).map(str::to_owned)).unwrap_or_default();
    bearing(app, method, &token, Door::Phones).await?.ok_or_else(|| {
        Failure::unauthenticated(
            "The password is not a valid API token. Make one under Data, Phones, and scan its code.",
        )
    })
}

/// Who reads, also where a spreadsheet sends it: Basic, with an API token as the password, whatever the name.
/// Only for routes that change nothing: a browser keeps Basic and sends it along by itself.
///
/// # Errors
/// `Unauthenticated` without a valid session or token.
pub async fn authenticate_reader(app: &App, headers: &HeaderMap) -> Result<Visitor, Failure> {
    let Some(token) = basic_password(headers) else { return authenticate(app, &Method::GET, headers).await };
    let mut bearing = HeaderMap::new();
    let refused = || {
        Failure::unauthenticated("The password is not a valid API token. Make one under API tokens, beside your name.")
    };
    let bearer = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| refused())?;
    bearing.insert(header::AUTHORIZATION, bearer);
    let entered = authenticate(app, &Method::GET, &bearing).await;
    entered.map_err(|failure| if failure.code == Code::Unauthenticated { refused() } else { failure })
}

/// A member as if they had come themselves, for what is done for them while they are away; `None` where they may not, or the
/// mission is closed.
///
/// # Errors
/// `Unavailable` when the database is away.
pub async fn absent_member(app: &App, account: Uuid, mission: Uuid) -> Result<Option<(Visitor, MissionRow)>, Failure> {
    let mut connection = app.db.connection().await?;
    let Some(account) = accounts::by_id(&mut connection, account).await? else { return Ok(None) };
    let mut memberships = sessions::memberships(&mut connection, account.id).await?;
    memberships.retain(|(_, row)| row.id == mission && row.state != MissionState::Closed.word());
    let row = memberships.first().map(|(_, row)| row.clone());
    let via = Via::Session { secret: String::new() };
    Ok(row.map(|row| (Visitor { account, memberships, via }, row)))
}

impl Visitor {
    /// The missions that the visitor may enter, in order of their codes; HQ enters all (`others`).
    pub fn mission(&self, code: &str) -> Option<&MissionRow> {
        self.memberships.iter().map(|(_, mission)| mission).find(|mission| mission.code == code)
    }

    /// The visitor as a caller in one mission.
    ///
    /// # Errors
    /// The same not-found for a mission that is not there and for one that is not the visitor's.
    pub async fn caller(&self, app: &App, code: &str, time: Duration) -> Result<Caller, Problem> {
        let row = match self.mission(code) {
            Some(row) => row.clone(),
            None if self.account.hq => {
                let mut connection = app.db.connection().await?;
                crate::store::missions::by_code(&mut connection, code).await?.ok_or_else(nothing_here)?
            }
            None => return Err(nothing_here()),
        };
        let own = self.memberships.iter().filter(|(membership, _)| membership.mission_id == row.id);
        let mut clearance = own.clone().map(|(membership, _)| membership.clearance).max().unwrap_or_default();
        let mut grants: Vec<Grant> = own.map(|(membership, _)| membership.grant()).collect();
        if self.account.hq {
            grants.push(Grant::mission_wide(Role::HqAnalyst));
            clearance = clearance.max(HEADQUARTERS_CLEARANCE.rank());
        }
        let elsewhere = matches!(self.via, Via::Token { mission_id } if mission_id != row.id);
        if elsewhere || grants.is_empty() {
            return Err(nothing_here());
        }
        self.entered(&row, grants, clearance, time)
    }

    /// True for somebody who has no role in the mission: what they see of it, they see from outside.
    fn is_outside(&self, row: &MissionRow) -> bool {
        self.memberships.iter().all(|(membership, _)| membership.mission_id != row.id)
    }

    fn entered(&self, row: &MissionRow, grants: Vec<Grant>, clearance: i16, time: Duration) -> Result<Caller, Problem> {
        let state = row.state.parse().map_err(Failure::internal)?;
        let caller = Caller {
            account: self.account.id,
            name: self.account.name.clone(),
            mission: Some(Mission {
                id: row.id,
                code: row.code.clone(),
                state,
                fiscal_year_start_month: u32::try_from(row.fiscal_year_start_month).unwrap_or(1),
            }),
            grants,
            clearance: Classification::of_rank(clearance),
            deadline: Instant::now() + time,
            idempotency: None,
        };
        if self.is_outside(row) {
            trace::enters_from_outside(&caller);
        }
        Ok(caller)
    }

    /// The visitor as headquarters, in no mission: what somebody may see in one of them is no measure for the others.
    ///
    /// # Errors
    /// The same not-found as for what is not there, for everybody else and for tokens, which have one mission.
    pub fn headquarters(&self, time: Duration) -> Result<Caller, Problem> {
        if !self.account.hq || !self.is_person() {
            return Err(nothing_here());
        }
        Ok(Caller {
            account: self.account.id,
            name: self.account.name.clone(),
            mission: None,
            grants: vec![Grant::mission_wide(Role::HqAnalyst)],
            clearance: HEADQUARTERS_CLEARANCE,
            deadline: Instant::now() + time,
            idempotency: None,
        })
    }

    /// The visitor as who looks at what is not done in a mission before it is closed: members, and an operator, who sees of a
    /// mission that is not theirs no more than headquarters would, and without that role only what is unclassified.
    ///
    /// # Errors
    /// Not found for strangers.
    pub async fn steward(&self, app: &App, row: &MissionRow, time: Duration) -> Result<Caller, Problem> {
        if !(self.account.operator && self.is_person()) {
            return self.caller(app, &row.code, time).await;
        }
        let own = self.memberships.iter().filter(|(membership, _)| membership.mission_id == row.id);
        let mut clearance = own.clone().map(|(membership, _)| membership.clearance).max().unwrap_or_default();
        if self.account.hq {
            clearance = clearance.max(HEADQUARTERS_CLEARANCE.rank());
        }
        let mut grants: Vec<Grant> = own.map(|(membership, _)| membership.grant()).collect();
        grants.push(Grant::mission_wide(Role::HqAnalyst));
        self.entered(row, grants, clearance, time)
    }

    /// As [`Visitor::caller`], and the caller may manage the mission's members.
    ///
    /// # Errors
    /// Not found for strangers, `Denied` for members who are not coordinators, and in a closed mission.
    pub async fn coordinator(&self, app: &App, code: &str) -> Result<Caller, Problem> {
        let caller = self.overseer(app, code).await?;
        if caller.mission()?.state == MissionState::Closed && !self.account.operator {
            return Err(Failure::denied("The mission is closed: it can be read, but not changed.").into());
        }
        Ok(caller)
    }

    /// Who gives somebody a role: a coordinator of the mission, and an operator, also where nobody coordinates it yet.
    ///
    /// # Errors
    /// As [`Visitor::coordinator`].
    pub async fn keeper(&self, app: &App, code: &str) -> Result<Caller, Problem> {
        if !(self.account.operator && self.is_person()) {
            return self.coordinator(app, code).await;
        }
        let row = crate::store::missions::by_code(&mut *app.db.connection().await?, code).await?;
        self.steward(app, &row.ok_or_else(nothing_here)?, Duration::from_secs(10)).await
    }

    /// As [`Visitor::coordinator`], of a closed mission too: what is read there, and what is only ended.
    ///
    /// # Errors
    /// As [`Visitor::coordinator`], but for the mission's state.
    pub async fn overseer(&self, app: &App, code: &str) -> Result<Caller, Problem> {
        let caller = self.caller(app, code, Duration::from_secs(10)).await?;
        if !self.is_person() {
            return Err(Failure::denied("A token cannot manage members or webhooks; sign in as a person.").into());
        }
        if !(caller.has(Role::Coordinator) || self.account.operator) {
            return Err(Failure::denied("Only a coordinator of the mission may do this.").into());
        }
        Ok(caller)
    }

    /// True for a person at a browser; tokens cannot make tokens or members.
    pub fn is_person(&self) -> bool {
        matches!(self.via, Via::Session { .. })
    }
}

fn changes_something(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// The password of Basic; where there is only a name, the name.
fn basic_password(headers: &HeaderMap) -> Option<String> {
    let encoded = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (name, password) = decoded.split_once(':').unwrap_or((&decoded, ""));
    Some(if password.is_empty() { name.to_owned() } else { password.to_owned() })
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == SESSION_COOKIE).then_some(value))
}

/// The cookie of a new session.
pub fn session_cookie(secret: &str, life: chrono::Duration) -> HeaderValue {
    let life_s = life.num_seconds();
    let cookie = format!("{SESSION_COOKIE}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={life_s}");
    HeaderValue::from_str(&cookie).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The cookie that takes the session's away.
pub fn clear_cookie() -> HeaderValue {
    HeaderValue::from_static("__Host-cpas=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}
