//! Closing a mission: what is not done in it, its states one after the other, and who changed them and why.
//!
//! What must be ended before is what would be lost half-way: files that are being stored, observations that wait for a
//! decision, plans in review. All else stays as it is, and can be read.

use std::time::Duration;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use chassis::{Caller, Failure};
use chrono::SecondsFormat;
use cpas_proto::{
    common::v1::{ListOpenWorkRequest, OpenWork},
    gateway::v1 as pb,
    words::MissionState,
};
use serde::{Deserialize, Serialize};

use super::rpc::{About, Input, Output, Route};
use crate::{
    App,
    access::{Visitor, authenticate},
    problem::{Problem, nothing_here},
    store::missions::{self, MissionRow, StepRow},
};

const REASON_CHARS_MAX: usize = 1_000;
/// Time for the services to count what is not done.
const LOOK_TIME: Duration = Duration::from_secs(20);
/// What must be ended before a mission is closed: kind, and the states in which it stands.
const FIRST: &[(&str, &[&str])] =
    &[("import", &["under_way"]), ("observation", &["submitted", "verified"]), ("plan", &["in_review", "endorsed"])];

/// Work of a kind that is not done.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
struct OpenWorkLine {
    /// observation, import, task, plan, indicator, context_map, assessment, recommendation, plan_change or fact_sheet.
    kind: String,
    state: String,
    /// Absent: more than is counted in one answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    /// To be ended before the mission is closed.
    first: bool,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OpenWorkList {
    work: Vec<OpenWorkLine>,
}

/// A change of a mission's state.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct StepView {
    from: String,
    to: String,
    reason: String,
    by_name: String,
    at: String,
    /// What was not done then, as whoever did it could see it.
    open_work: Vec<OpenWorkLine>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct StepList {
    steps: Vec<StepView>,
}

pub fn routes() -> Vec<Route> {
    let about =
        |path, summary, operation_id| About::own("missions", Method::GET, path, summary, operation_id, StatusCode::OK);
    vec![
        Route::plain(
            about("/missions/{mission}/open-work", "What is not done in a mission", "list_open_work"),
            Input::Nothing,
            Output::of::<OpenWorkList>(StatusCode::OK),
            get(open_work),
        )
        .with::<OpenWorkList>(),
        Route::plain(
            about(
                "/missions/{mission}/steps",
                "How a mission's state was changed, by whom and why",
                "list_mission_steps",
            ),
            Input::Nothing,
            Output::of::<StepList>(StatusCode::OK),
            get(steps),
        )
        .with::<StepList>(),
    ]
}

async fn open_work(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let (_, caller) = enter(&app, &visitor, &code).await?;
    let work = look(&app, &caller).await?;
    Ok(Json(OpenWorkList { work }).into_response())
}

async fn steps(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let (_, caller) = enter(&app, &visitor, &code).await?;
    let mut tx = app.db.begin(&caller).await?;
    let rows = missions::steps(&mut tx).await?;
    drop(tx);
    // Members read why; what was not done is for those who may ask for it now.
    let sees_work = look_allowed(&caller);
    let steps = rows.into_iter().map(|row| view(row, sees_work)).collect::<Result<_, Failure>>()?;
    Ok(Json(StepList { steps }).into_response())
}

/// The mission, and the visitor in it.
async fn enter(app: &App, visitor: &Visitor, code: &str) -> Result<(MissionRow, Caller), Problem> {
    let row = missions::by_code(&mut *app.db.connection().await?, code).await?.ok_or_else(nothing_here)?;
    let caller = visitor.steward(app, &row, LOOK_TIME).await?;
    Ok((row, caller))
}

/// The next state of a mission with what is not done in it, if the step may be taken.
///
/// # Errors
/// `Invalid` without a reason, `Conflict` for a step that is none or comes too early.
pub(super) async fn step(
    app: &App,
    visitor: &Visitor,
    row: &MissionRow,
    state: &str,
    reason: &str,
) -> Result<StepRow, Problem> {
    let from: MissionState = row.state.parse().map_err(Failure::internal)?;
    let to: MissionState = state.parse().map_err(|error| Failure::bad_field("state", error))?;
    may_follow(from, to)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_CHARS_MAX {
        let rule = format!("Say why in at most {REASON_CHARS_MAX} characters; everybody in the mission reads it.");
        return Err(Failure::invalid(rule.clone()).field("reason", rule).into());
    }
    let caller = visitor.steward(app, row, LOOK_TIME).await?;
    let work = look(app, &caller).await?;
    if to == MissionState::Closed {
        refuse_half_done(&work)?;
    }
    Ok(StepRow {
        from_state: from.word().to_owned(),
        to_state: to.word().to_owned(),
        reason: reason.to_owned(),
        open_work: serde_json::to_value(&work).map_err(Failure::internal)?,
        at: app.db.clock().now(),
        by_account: visitor.account.id,
        by_name: visitor.account.name.clone(),
    })
}

fn may_follow(from: MissionState, to: MissionState) -> Result<(), Failure> {
    use MissionState::{Active, Closed, Closing};
    match (from, to) {
        (Active, Closing) | (Closing, Closed) => Ok(()),
        (Active, Closed) => Err(Failure::conflict(
            "A mission is closing before it is closed, so that its members can end what they work on.",
        )),
        _ if from == to => Err(Failure::conflict(format!("The mission is {from} already."))),
        _ => Err(Failure::conflict(format!(
            "A mission goes from active over closing to closed; it is {from} and cannot become {to}."
        ))),
    }
}

fn refuse_half_done(work: &[OpenWorkLine]) -> Result<(), Failure> {
    let count = |kind: &str| -> u32 {
        let own = work.iter().filter(|one| one.first && one.kind == kind);
        own.map(|one| one.count.unwrap_or(1)).sum()
    };
    let (imports, observations, plans) = (count("import"), count("observation"), count("plan"));
    if imports + observations + plans == 0 {
        return Ok(());
    }
    Err(Failure::conflict(format!(
        "This has to be ended before the mission is closed: imports under way: {imports}; observations that wait for a \
         decision: {observations}; plans in review: {plans}."
    )))
}

/// Whether a caller may ask what is not done: who answers for the whole mission, or looks at all of them.
fn look_allowed(caller: &Caller) -> bool {
    let rule = cpas_proto::policy::rule("/cpas.reporting.v1.ReportingService/ListOpenWork");
    rule.is_some_and(|rule| rule.admits(caller.roles()))
}

/// Asks the services, as the caller.
async fn look(app: &App, caller: &Caller) -> Result<Vec<OpenWorkLine>, Failure> {
    let (mut data, mut records) = (app.collection(caller), app.reporting(caller));
    let (data, records) =
        tokio::try_join!(data.list_open_work(ListOpenWorkRequest {}), records.list_open_work(ListOpenWorkRequest {}))
            .map_err(Failure::from)?;
    let work = data.into_inner().work.into_iter().chain(records.into_inner().work);
    let mut lines: Vec<OpenWorkLine> = work.map(line).collect();
    lines.sort_by_key(|one| !one.first);
    Ok(lines)
}

fn line(work: OpenWork) -> OpenWorkLine {
    let OpenWork { kind, state, count } = work;
    let first = FIRST.iter().any(|(first, states)| *first == kind && states.contains(&state.as_str()));
    OpenWorkLine { kind, state, count, first }
}

/// The step as others are told of it.
pub(super) fn told(step: &StepRow) -> pb::MissionStep {
    pb::MissionStep {
        from: step.from_state.clone(),
        to: step.to_state.clone(),
        reason: step.reason.clone(),
        by_name: step.by_name.clone(),
        at: step.at.to_rfc3339_opts(SecondsFormat::Micros, true),
    }
}

fn view(row: StepRow, sees_work: bool) -> Result<StepView, Failure> {
    let open_work = if sees_work { serde_json::from_value(row.open_work).map_err(Failure::internal)? } else { vec![] };
    Ok(StepView {
        from: row.from_state,
        to: row.to_state,
        reason: row.reason,
        by_name: row.by_name,
        at: row.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        open_work,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_follow_each_other_one_by_one() {
        let all = [MissionState::Active, MissionState::Closing, MissionState::Closed];
        let allowed: Vec<(usize, usize)> = (0..3)
            .flat_map(|from| (0..3).map(move |to| (from, to)))
            .filter(|(from, to)| may_follow(all[*from], all[*to]).is_ok())
            .collect();
        assert_eq!(allowed, [(0, 1), (1, 2)]);
    }

    #[test]
    fn what_would_be_lost_half_way_is_named_and_what_stays_as_it_is_is_not() {
        let work = |kind: &str, state: &str, count| {
            line(OpenWork { kind: kind.to_owned(), state: state.to_owned(), count: Some(count) })
        };
        let harmless =
            [work("observation", "draft", 4), work("recommendation", "proposed", 2), work("task", "late", 9)];
        assert!(refuse_half_done(&harmless).is_ok());
        let half_done =
            [work("observation", "submitted", 4), work("observation", "verified", 3), work("plan", "in_review", 1)];
        let refusal = refuse_half_done(&half_done).expect_err("refused").message;
        assert!(
            refusal.contains("imports under way: 0;") && refusal.contains("decision: 7; plans in review: 1."),
            "{refusal}"
        );
    }
}
