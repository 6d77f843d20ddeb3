//! Members of a mission and their roles, managed by its coordinators.

use std::time::Duration;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use chassis::{Fact, Failure, new_id};
use cpas_proto::{
    gateway::v1::MemberRecorded,
    words::{Classification, Component, Role},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    assignments::told,
    rpc::{About, Input, Output, Route, from_body, reference},
};
use crate::{
    App,
    access::authenticate,
    problem::{Problem, nothing_here},
    store::{
        accounts::{self, Account},
        members::{self, Member, Membership},
    },
};

/// Roles that a coordinator may give; that of HQ goes with an account, that of services with none.
const GIVEN: &[Role] = &[
    Role::Contributor,
    Role::FocalPoint,
    Role::Verifier,
    Role::ComponentHead,
    Role::Coordinator,
    Role::Adviser,
    Role::Leadership,
    Role::Reader,
    Role::Auditor,
];

#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMember {
    pub email: String,
    /// Needed for somebody who has no account yet.
    #[serde(default)]
    pub name: String,
    pub role: String,
    /// Empty: all components.
    #[serde(default)]
    pub component: String,
    /// Empty: all sections.
    #[serde(default)]
    pub section: String,
    /// Empty: all areas.
    #[serde(default)]
    pub areas: Vec<String>,
    /// Empty: unclassified.
    #[serde(default)]
    pub clearance: String,
    /// First password of somebody who has no account yet.
    #[serde(default)]
    pub password: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MemberView {
    id: String,
    account_id: String,
    name: String,
    email: String,
    role: String,
    component: String,
    section: String,
    areas: Vec<String>,
    clearance: &'static str,
    /// False for somebody who is known by name only, until headquarters lets them in.
    signs_in: bool,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MemberList {
    members: Vec<MemberView>,
}

pub fn routes() -> Vec<Route> {
    let about = |method, path, summary, operation_id, created| {
        About::own("members", method, path, summary, operation_id, created)
    };
    vec![
        Route::plain(
            about(
                Method::GET,
                "/missions/{mission}/members",
                "Members and their roles",
                "list_members",
                StatusCode::OK,
            ),
            Input::Nothing,
            Output::of::<MemberList>(StatusCode::OK),
            get(list),
        )
        .with::<MemberList>(),
        Route::plain(
            about(
                Method::POST,
                "/missions/{mission}/members",
                "Give somebody a role",
                "add_member",
                StatusCode::CREATED,
            ),
            Input::Json(reference("NewMember")),
            Output::of::<MemberView>(StatusCode::CREATED),
            post(add),
        )
        .with::<NewMember>()
        .with::<MemberView>(),
        Route::plain(
            about(
                Method::DELETE,
                "/missions/{mission}/members/{id}",
                "Take a role away",
                "remove_member",
                StatusCode::NO_CONTENT,
            ),
            Input::Nothing,
            Output::Nothing,
            delete(remove),
        ),
    ]
}

async fn list(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_secs(10)).await?;
    if caller.is_only_reader() && !caller.has(Role::Auditor) {
        return Err(
            Failure::denied("Your role does not allow this. A coordinator of the mission can change roles.").into()
        );
    }
    let rows = members::of_mission(&mut *app.db.connection().await?, caller.mission()?.id).await?;
    Ok(Json(MemberList { members: rows.into_iter().map(view).collect() }).into_response())
}

async fn add(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.keeper(&app, &code).await?;
    let new: NewMember = from_body(&[], &body, &HeaderMap::new())?;
    let clearance = Classification::parse_or_unclassified(&new.clearance)
        .map_err(|error| Failure::bad_field("clearance", error))?;
    if clearance > caller.clearance && !visitor.account.operator {
        let rule = format!("Your own clearance is {}; you cannot give a higher one.", caller.clearance);
        return Err(Failure::invalid(rule.clone()).field("clearance", rule).into());
    }
    let member = add_member(&app, caller.mission()?.id, visitor.account.id, new).await?;
    Ok((StatusCode::CREATED, Json(view(member))).into_response())
}

/// Gives an account a role in a mission, making the account where there is none.
///
/// # Errors
/// `Invalid` for a field that breaks a rule, `Conflict` when the account has this very role.
pub async fn add_member(app: &App, mission: Uuid, by: Uuid, new: NewMember) -> Result<Member, Failure> {
    let role: Role = new.role.parse().map_err(|error| Failure::bad_field("role", error))?;
    if !GIVEN.contains(&role) {
        return Err(
            Failure::invalid("This role is not given in a mission.").field("role", "HQ's role goes with the account.")
        );
    }
    if !new.component.is_empty() {
        new.component.parse::<Component>().map_err(|error| Failure::bad_field("component", error))?;
    }
    let clearance = Classification::parse_or_unclassified(&new.clearance)
        .map_err(|error| Failure::bad_field("clearance", error))?;
    let now = app.db.clock().now();
    let mut connection = app.db.connection().await?;
    let known = accounts::by_email(&mut connection, &new.email).await?;
    drop(connection);
    let (account, signs_in) = match known {
        Some((account, hash)) => (account, !hash.is_empty()),
        None => (add_account(app, &new.email, &new.name, new.password.clone(), false, false).await?, true),
    };
    let set = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let membership = Membership {
        membership_id: new_id(now),
        mission_id: mission,
        role: role.word().to_owned(),
        component: set(&new.component),
        section: set(&new.section),
        areas: new.areas,
        clearance: clearance.rank(),
    };
    if !members::insert(&mut *app.db.connection().await?, account.id, &membership, by, now).await? {
        return Err(Failure::conflict(format!("{} is {role} with this reach already.", account.name)));
    }
    Ok(Member { account_id: account.id, email: account.email, name: account.name, signs_in, membership })
}

/// Makes an account.
///
/// # Errors
/// `Invalid` for an address, a name or a password that breaks a rule, `Conflict` for an address that has one.
pub async fn add_account(
    app: &App,
    email: &str,
    name: &str,
    password: String,
    hq: bool,
    operator: bool,
) -> Result<Account, Failure> {
    let looks_right =
        email.len() <= 254 && email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
    if !looks_right {
        return Err(
            Failure::invalid("The e-mail address is not one.").field("email", "Expected name@organisation.example")
        );
    }
    if name.trim().is_empty() {
        return Err(Failure::invalid("Somebody new needs a name.").field("name", "Expected a name."));
    }
    let hash = app.passwords.hash(password).await?;
    let now = app.db.clock().now();
    let account = Account {
        id: new_id(now),
        email: email.to_owned(),
        name: name.to_owned(),
        language: "en".to_owned(),
        hq,
        operator,
    };
    match accounts::insert(&mut *app.db.connection().await?, &account, &hash, now).await? {
        Some(_) => Ok(account),
        None => Err(Failure::conflict("There is an account for this e-mail address already.")),
    }
}

async fn remove(
    State(app): State<App>,
    method: Method,
    Path((code, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.coordinator(&app, &code).await?;
    let id: Uuid = id.parse().map_err(|_| nothing_here())?;
    let mission = caller.mission()?.id;
    let mut tx = app.db.begin(&caller).await?;
    let account = members::delete(&mut tx, mission, id).await?.ok_or_else(nothing_here)?;
    let left = members::of_account(&mut tx, mission, account).await?;
    let name = left.first().map(|own| own.name.clone()).unwrap_or_default();
    let left: Vec<Membership> = left.into_iter().map(|own| own.membership).collect();
    // What they were asked to enter and may not any more is nobody's.
    let recorded = MemberRecorded { member: Some(told(account, name, &left)) };
    tx.publish(Fact::new("member", "recorded", account, Classification::Unclassified, &recorded)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn view(member: Member) -> MemberView {
    let Member { account_id, email, name, signs_in, membership } = member;
    MemberView {
        id: membership.membership_id.to_string(),
        account_id: account_id.to_string(),
        name,
        email,
        signs_in,
        role: membership.role,
        component: membership.component.unwrap_or_default(),
        section: membership.section.unwrap_or_default(),
        areas: membership.areas,
        clearance: Classification::of_rank(membership.clearance).word(),
    }
}
