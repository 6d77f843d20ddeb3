//! The work plan as a calendar file, which calendars can subscribe to.

use std::time::Duration;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, Method, StatusCode},
    response::Response,
    routing::get,
};
use chassis::Failure;
use cpas_proto::planning::v1 as pb;
use serde::Deserialize;

use super::{
    files::download,
    rpc::{About, Input, Output, Route},
};
use crate::{App, access::authenticate, problem::Problem};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    #[serde(default)]
    section: String,
    language: Option<String>,
}

pub fn routes() -> Vec<Route> {
    let about = About {
        method: Method::GET,
        path: "/missions/{mission}/plans/{plan_id}/work-plan.ics",
        summary: "The work plan as a calendar file, of one section or of all",
        operation_id: "render_work_plan_calendar",
        tag: "planning",
        created: StatusCode::OK,
        takes_long: false,
        across: false,
    };
    let query: &[_] = &[("section", "Only the activities of this section"), ("language", "en or fr")];
    vec![Route::plain(about, Input::Raw("", query), Output::Raw("text/calendar"), get(render))]
}

async fn render(
    State(app): State<App>,
    method: Method,
    Path((code, plan_id)): Path<(String, String)>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_millis(app.config.call_timeout_ms)).await?;
    let language = wish.language.unwrap_or_else(|| visitor.account.language.clone());
    let request = pb::GetWorkPlanRequest { plan_id, section: wish.section, language };
    let stream = app.planning(&caller).render_work_plan_calendar(request).await.map_err(Failure::from)?.into_inner();
    download(stream).await
}
