//! Workbooks of planning, out and in.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Query, RawQuery, State},
    http::{HeaderMap, Method, StatusCode},
    response::Response,
    routing::{get, post},
};
use chassis::Failure;
use cpas_proto::planning::v1 as pb;
use serde::Deserialize;

use super::{
    files::download,
    rpc::{About, Input, Output, Route, answer, copy_idempotency_key, from_query},
};
use crate::{App, access::authenticate, problem::Problem};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub fn routes() -> Vec<Route> {
    let about = |method, path, summary, operation_id| About {
        method,
        path,
        summary,
        operation_id,
        tag: "planning",
        created: StatusCode::OK,
        takes_long: false,
        across: false,
    };
    let crosswalk = about(
        Method::GET,
        "/missions/{mission}/plans/{plan_id}/rbb-crosswalk.xlsx",
        "The crosswalk to the results-based budget as a workbook",
        "render_rbb_crosswalk",
    );
    let query: &[_] = &[("period", "Only lines of this year of the budget"), ("language", "en or fr")];
    let out = about(
        Method::GET,
        "/missions/{mission}/plans/{plan_id}/workbook.xlsx",
        "The framework as a workbook, to be edited and sent back",
        "render_workbook",
    );
    let language: &[_] = &[("language", "en or fr")];
    let previewed = about(
        Method::POST,
        "/missions/{mission}/plans/{plan_id}/workbook/preview",
        "What a workbook would change in a draft",
        "preview_workbook",
    );
    let applied = about(
        Method::POST,
        "/missions/{mission}/plans/{plan_id}/workbook/apply",
        "Change a draft as the preview of a workbook said",
        "apply_workbook",
    );
    vec![
        Route::plain(crosswalk, Input::Raw("", query), Output::Raw(XLSX), get(render_crosswalk)),
        Route::plain(out, Input::Raw("", language), Output::Raw(XLSX), get(render)),
        Route::plain(
            About { takes_long: true, ..previewed },
            Input::Raw(XLSX, WISHED),
            Output::of::<pb::WorkbookPreview>(StatusCode::OK),
            post(preview).layer(DefaultBodyLimit::max(BYTES_MAX)),
        )
        .with::<pb::WorkbookPreview>(),
        Route::plain(
            About { takes_long: true, ..applied },
            Input::Raw(XLSX, WISHED),
            Output::of::<pb::WorkbookPreview>(StatusCode::OK),
            post(apply).layer(DefaultBodyLimit::max(BYTES_MAX)),
        )
        .with::<pb::WorkbookPreview>()
        .taking_key(),
    ]
}

/// What is asked beside the workbook.
const WISHED: &[(&str, &str)] = &[
    ("remove_missing", "Items and links that are not in the workbook any more are removed."),
    ("take_mine", "Where somebody else changed the same cell meanwhile, the workbook counts."),
    ("version", "To apply: the version of the plan that the preview gave; or If-Match."),
    ("digest", "To apply: the digest that the preview gave."),
    ("language", "en or fr, in which the preview names rows."),
    ("default_section", "Of a workbook of another make: the section of outputs that name none."),
    ("default_component", "Likewise the component of outputs."),
    ("default_dimension", "Likewise the dimension of outcomes."),
    ("layout.sheet", "How a workbook of another make is laid out: its sheet."),
    ("layout.heading_row", "Row of its headings, from 1; 0: none."),
    ("layout.shape", "columns, kind or indented."),
    ("layout.language", "Language of its statements, en or fr."),
    ("column.{field}", "Letter of the column of a field."),
];

/// The body limit of the routes; the planning service has its own below it, and says it in words.
const BYTES_MAX: usize = 16 << 20;

/// The request of a workbook: its options from the query, `layout.…` and `column.…` as the layout.
fn request(
    plan_id: String,
    query: Option<&str>,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<pb::WorkbookRequest, Failure> {
    let mut plain = url::form_urlencoded::Serializer::new(String::new());
    let mut layout = pb::WorkbookLayout::default();
    let mut is_laid_out = false;
    for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let value = value.into_owned();
        let field = name.strip_prefix("layout.");
        is_laid_out |= field.is_some() || name.starts_with("column.");
        match field {
            Some("sheet") => layout.sheet = value,
            Some("shape") => layout.shape = value,
            Some("language") => layout.language = value,
            Some("heading_row") => {
                let wrong = || Failure::bad_field("layout.heading_row", "a row is a number from 0");
                layout.heading_row = value.parse().map_err(|_| wrong())?;
            }
            Some(_) => {
                return Err(Failure::bad_field(name.as_ref(), "there are sheet, heading_row, shape and language"));
            }
            None => match name.strip_prefix("column.") {
                Some(field) => drop(layout.columns.insert(field.to_owned(), value)),
                None => drop(plain.append_pair(&name, &value)),
            },
        }
    }
    let plain = plain.finish();
    let asked: pb::WorkbookRequest = from_query(&[("plan_id".to_owned(), plan_id)], &plain, headers)?;
    Ok(pb::WorkbookRequest { workbook: body.to_vec(), layout: is_laid_out.then_some(layout), ..asked })
}

async fn preview(
    State(app): State<App>,
    method: Method,
    Path((code, plan_id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_millis(app.config.file_timeout_ms)).await?;
    let request = request(plan_id, query.as_deref(), &headers, &body)?;
    let preview = app.planning(&caller).preview_workbook(request).await.map_err(Failure::from)?.into_inner();
    answer(StatusCode::OK, &preview)
}

async fn apply(
    State(app): State<App>,
    method: Method,
    Path((code, plan_id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_millis(app.config.file_timeout_ms)).await?;
    let mut request = tonic::Request::new(request(plan_id, query.as_deref(), &headers, &body)?);
    copy_idempotency_key(&headers, &mut request)?;
    let applied = app.planning(&caller).apply_workbook(request).await.map_err(Failure::from)?.into_inner();
    answer(StatusCode::OK, &applied)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    language: Option<String>,
}

async fn render(
    State(app): State<App>,
    method: Method,
    Path((code, plan_id)): Path<(String, String)>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_millis(app.config.file_timeout_ms)).await?;
    let language = wish.language.unwrap_or_else(|| visitor.account.language.clone());
    let request = pb::RenderWorkbookRequest { plan_id, language };
    let stream = app.planning(&caller).render_workbook(request).await.map_err(Failure::from)?.into_inner();
    download(stream).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CrosswalkWish {
    #[serde(default)]
    period: String,
    language: Option<String>,
}

async fn render_crosswalk(
    State(app): State<App>,
    method: Method,
    Path((code, plan_id)): Path<(String, String)>,
    Query(wish): Query<CrosswalkWish>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_millis(app.config.call_timeout_ms)).await?;
    let language = wish.language.unwrap_or_else(|| visitor.account.language.clone());
    let request = pb::RenderRbbCrosswalkRequest { plan_id, period: wish.period, language };
    let stream = app.planning(&caller).render_rbb_crosswalk(request).await.map_err(Failure::from)?.into_inner();
    download(stream).await
}
