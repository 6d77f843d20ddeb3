//! The minutes of a workshop as a document.

use std::time::Duration;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, Method, StatusCode},
    response::Response,
    routing::get,
};
use chassis::Failure;
use cpas_proto::assessment::v1 as pb;
use serde::Deserialize;

use super::{
    documents::alone,
    files::attachment,
    rpc::{About, Input, Output, Route},
};
use crate::{App, access::authenticate, problem::Problem};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    language: Option<String>,
}

pub fn routes() -> Vec<Route> {
    let about = About {
        method: Method::GET,
        path: "/missions/{mission}/workshops/{assessment_id}/minutes.html",
        summary: "The minutes of a workshop, as a page that stands alone",
        operation_id: "render_workshop_minutes",
        tag: "assessment",
        created: StatusCode::OK,
        takes_long: false,
        across: false,
    };
    let query: &[_] = &[("language", "en or fr")];
    vec![Route::plain(about, Input::Raw("", query), Output::Raw("text/html"), get(render))]
}

async fn render(
    State(app): State<App>,
    method: Method,
    Path((code, assessment_id)): Path<(String, String)>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_millis(app.config.call_timeout_ms)).await?;
    let language = wish.language.unwrap_or_else(|| visitor.account.language.clone());
    let request = pb::RenderWorkshopMinutesRequest { assessment_id, language };
    let found = app.assessment(&caller).render_workshop_minutes(request).await.map_err(Failure::from)?.into_inner();
    Ok(alone(attachment(found.document, "text/html; charset=utf-8", &found.file_name), "html"))
}
