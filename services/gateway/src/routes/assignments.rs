//! Who enters what. The gateway knows the members, and says what they may enter; collection knows what there is to.

use std::time::Duration;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use chassis::{Caller, Failure};
use cpas_proto::{
    collection::v1::{AssignTasksRequest, AssignedPlace, AssignedTasks},
    common::v1::{EntryReach, Member},
    policy,
    words::{Classification, Component},
};
use serde::Deserialize;
use uuid::Uuid;

use super::rpc::{About, Input, Output, Route, copy_idempotency_key, from_body, reference};
use crate::{
    App,
    access::authenticate,
    problem::Problem,
    store::members::{self, Membership},
};

const ASSIGN: &str = "/cpas.collection.v1.CollectionService/AssignTasks";
const ENTER: &str = "/cpas.collection.v1.CollectionService/EnterObservation";

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskAssignment {
    /// At most 500; all or none.
    #[serde(default)]
    places: Vec<AssignedPlace>,
    /// Account of a member who may enter data there.
    #[serde(default)]
    assignee_id: String,
}

pub fn routes() -> Vec<Route> {
    let about = About {
        method: Method::POST,
        path: "/missions/{mission}/collection-tasks/assign",
        summary: "Say who enters indicators from now on, in some areas or in all",
        operation_id: "assign_tasks",
        tag: "collection",
        created: StatusCode::OK,
        takes_long: false,
        across: false,
    };
    let output = Output::of::<AssignedTasks>(StatusCode::OK);
    vec![
        Route::plain(about, Input::Json(reference("TaskAssignment")), output, post(assign))
            .with::<TaskAssignment>()
            .with::<AssignedTasks>()
            .taking_key(),
    ]
}

async fn assign(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_millis(app.config.call_timeout_ms)).await?;
    if !admits(ASSIGN, &caller) {
        // Before it is looked who is a member.
        return Err(
            Failure::denied("Your role does not allow this. A coordinator of the mission can change roles.").into()
        );
    }
    let asked: TaskAssignment = from_body(&[], &body, &HeaderMap::new())?;
    let assignee = assignee(&app, &caller, &asked.assignee_id).await?;
    let request = AssignTasksRequest { places: asked.places, assignee: Some(assignee) };
    let mut request = tonic::Request::new(request);
    copy_idempotency_key(&headers, &mut request)?;
    let done = app.collection(&caller).assign_tasks(request).await.map_err(Failure::from)?;
    Ok(Json(done.into_inner()).into_response())
}

/// The member of that id as collection is told of them, as far as they work in the caller's component.
async fn assignee(app: &App, caller: &Caller, id: &str) -> Result<Member, Failure> {
    let bad = |message: String| Failure::invalid(&message).field("assignee_id", message);
    let none = || bad("This is no member of the mission who enters data.".to_owned());
    let id: Uuid = id.parse().map_err(|_| none())?;
    let rows = members::of_account(&mut *app.db.connection().await?, caller.mission()?.id, id).await?;
    let Some(name) = rows.first().map(|row| row.name.clone()) else { return Err(none()) };
    let memberships: Vec<Membership> = rows.into_iter().map(|row| row.membership).collect();
    if entering(&memberships).next().is_none() {
        return Err(none());
    }
    let components = components(caller);
    let near = |own: &Membership| match (&components, own.grant().component) {
        (Some(ours), Some(theirs)) => ours.contains(&theirs),
        (None, _) | (_, None) => true,
    };
    let within: Vec<Membership> = memberships.into_iter().filter(near).collect();
    if entering(&within).next().is_none() {
        return Err(bad(format!("{name} enters data for another component than yours. Choose somebody else.")));
    }
    Ok(told(id, name, &within))
}

/// The components that a caller assigns in; `None`: all.
fn components(caller: &Caller) -> Option<Vec<Component>> {
    let rule = policy::rule(ASSIGN)?;
    let own = caller.grants.iter().filter(|grant| rule.admits([grant.role]));
    own.map(|grant| grant.component).collect()
}

fn admits(method: &str, caller: &Caller) -> bool {
    policy::rule(method).is_some_and(|rule| rule.admits(caller.roles()))
}

fn entering(memberships: &[Membership]) -> impl Iterator<Item = &Membership> {
    let rule = policy::rule(ENTER);
    memberships.iter().filter(move |own| rule.is_some_and(|rule| rule.admits([own.grant().role])))
}

/// A member as others are told of them: what they may see and enter.
pub(super) fn told(account: Uuid, name: String, memberships: &[Membership]) -> Member {
    let clearance = memberships.iter().map(|own| own.clearance).max().unwrap_or_default();
    let reach =
        |own: &Membership| EntryReach { section: own.section.clone().unwrap_or_default(), areas: own.areas.clone() };
    Member {
        account_id: account.to_string(),
        name,
        clearance: Classification::of_rank(clearance).word().to_owned(),
        reaches: entering(memberships).map(reach).collect(),
    }
}
