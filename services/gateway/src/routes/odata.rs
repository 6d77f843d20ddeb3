//! OData 4.0, read-only: the mission's tables for spreadsheets, dashboards and other programs.
//!
//! Below `/odata/v4/{mission}/`, and of what stands behind a dashboard below `/odata/v4/{mission}/dashboards/{id}/`.
//! Beside a session and a bearer token it takes what spreadsheets send: Basic, with an API token as the password; here
//! only, where nothing can be changed.

use std::time::Duration;

use axum::{
    Router,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
    routing::get,
};
use chassis::{Caller, Failure};
use cpas_proto::{
    common::v1::{ExpressionStep, TablePage, TableQuery},
    reporting::v1::{GetDashboardRequest, ReadDashboardTableRequest},
    tables::{Expression, Operator, Table, Value},
    words::Language,
};
use uuid::Uuid;

use super::address;
use crate::{
    App,
    access::authenticate_reader,
    odata::{self, Format, Model, Options, Refusal, Resource, Set},
};

/// Rows of an answer when the client names no size, and at most.
const PAGE_SIZE_DEFAULT: u32 = 1_000;
const PAGE_SIZE_MAX: u32 = 5_000;

pub fn router() -> Router<App> {
    Router::new()
        .route("/odata/v4/{mission}", get(service))
        .route("/odata/v4/{mission}/", get(service))
        .route("/odata/v4/{mission}/dashboards/{dashboard}", get(board))
        .route("/odata/v4/{mission}/dashboards/{dashboard}/", get(board))
        .route("/odata/v4/{mission}/dashboards/{dashboard}/{*path}", get(below_board))
        .route("/odata/v4/{mission}/{*path}", get(below))
}

async fn service(
    state: State<App>,
    Path(mission): Path<String>,
    query: RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    below(state, Path((mission, String::new())), query, headers).await
}

async fn below(
    State(app): State<App>,
    Path((mission, path)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let visitor = authenticate_reader(&app, &headers).await?;
    let caller = visitor.caller(&app, &mission, Duration::from_millis(app.config.file_timeout_ms)).await?;
    let root = root(&app, &mission, &headers);
    let asked = Asked { root, query: query.unwrap_or_default(), app, caller, dashboard: None };
    asked.answer(&path, &Model::of_mission(), &headers).await
}

async fn board(
    state: State<App>,
    Path((mission, dashboard)): Path<(String, String)>,
    query: RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    below_board(state, Path((mission, dashboard, String::new())), query, headers).await
}

async fn below_board(
    State(app): State<App>,
    Path((mission, id, path)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let visitor = authenticate_reader(&app, &headers).await?;
    let caller = visitor.caller(&app, &mission, Duration::from_millis(app.config.file_timeout_ms)).await?;
    let found = app.reporting(&caller).get_dashboard(GetDashboardRequest { id: id.clone() }).await;
    let dashboard = found.map_err(Failure::from)?.into_inner();
    let language = visitor.account.language.parse().unwrap_or(Language::En);
    let model = Model::of_dashboard(&dashboard, language);
    let root = format!("{}/dashboards/{id}", root(&app, &mission, &headers));
    let asked = Asked { root, query: query.unwrap_or_default(), app, caller, dashboard: Some(id) };
    asked.answer(&path, &model, &headers).await
}

/// A client that reads older versions only cannot read this one.
fn check_version(headers: &HeaderMap) -> Result<(), Refusal> {
    let Some(most) = headers.get("odata-maxversion") else { return Ok(()) };
    let major = most.to_str().ok().and_then(|version| version.split('.').next()?.trim().parse::<u32>().ok());
    if major.is_some_and(|major| major >= 4) {
        return Ok(());
    }
    Err(Refusal::bad("OData-MaxVersion", "This is OData 4.0; it has no older version."))
}

fn metadata(model: &Model, format: Option<Format>, headers: &HeaderMap) -> Response {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let wants_json = accepted.contains("application/json") && !accepted.contains("xml") && !accepted.contains("*/*");
    if format == Some(Format::Json) || (format.is_none() && wants_json) {
        let mut response = odata::with_version(odata::metadata_json(model).to_string(), "application/json");
        // That form came with this version.
        response.headers_mut().insert("odata-version", HeaderValue::from_static("4.01"));
        return response;
    }
    odata::with_version(odata::metadata_xml(model), "application/xml")
}

/// The size that the client prefers, within bounds; `None`: it says nothing.
fn page_size(headers: &HeaderMap) -> Option<u32> {
    let preferences = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    preferences.flat_map(|line| line.split([',', ';'])).find_map(|preference| {
        let (name, size) = preference.trim().split_once('=')?;
        let is_size = matches!(name.trim().to_ascii_lowercase().as_str(), "odata.maxpagesize" | "maxpagesize");
        let size: u32 = size.trim().trim_matches('"').parse().ok()?;
        is_size.then(|| size.clamp(1, PAGE_SIZE_MAX))
    })
}

/// The address of the service, as links in answers begin.
fn root(app: &App, mission: &str, headers: &HeaderMap) -> String {
    format!("{}/odata/v4/{mission}", address::outside(app, headers))
}

struct Asked {
    app: App,
    caller: Caller,
    root: String,
    query: String,
    /// Whose tables are asked for; `None`: the mission's.
    dashboard: Option<String>,
}

impl Asked {
    async fn answer(&self, path: &str, model: &Model, headers: &HeaderMap) -> Result<Response, Refusal> {
        check_version(headers)?;
        match Resource::parse(path, model)? {
            Resource::Service => {
                self.options(None)?;
                Ok(odata::service_document(&self.root, model))
            }
            Resource::Metadata => Ok(metadata(model, self.options(None)?.format, headers)),
            Resource::Rows(set) => self.rows(set, page_size(headers)).await,
            Resource::Count(set) => self.count(set).await,
            Resource::Row(set, id) => self.row(set, id).await,
        }
    }

    fn options(&self, table: Option<&Table>) -> Result<Options, Refusal> {
        let options = Options::parse(&self.query, table)?;
        if table.is_some() && options.format == Some(Format::Xml) {
            return Err(Refusal::bad("$format", "Rows are given as json; only $metadata as xml."));
        }
        Ok(options)
    }

    async fn ask(&self, set: &Set, question: TableQuery) -> Result<TablePage, Refusal> {
        let answer = match (&self.dashboard, set.table.service) {
            (Some(id), _) => {
                let (id, tile) = (id.clone(), set.tile.clone());
                let request = ReadDashboardTableRequest { id, tile, query: Some(question) };
                self.app.reporting(&self.caller).read_dashboard_table(request).await
            }
            (None, "planning") => self.app.planning(&self.caller).read_table(question).await,
            (None, "reporting") => self.app.reporting(&self.caller).read_table(question).await,
            (None, _) => self.app.collection(&self.caller).read_table(question).await,
        };
        Ok(answer.map_err(Failure::from)?.into_inner())
    }

    async fn rows(&self, set: &Set, preferred: Option<u32>) -> Result<Response, Refusal> {
        let table = set.table;
        let options = self.options(Some(table))?;
        let most = u64::from(preferred.unwrap_or(PAGE_SIZE_DEFAULT));
        let wanted = options.top.map_or(most, |top| top.min(most));
        // Also who wants none is told when they may not.
        let size = u32::try_from(wanted.max(1)).unwrap_or(PAGE_SIZE_MAX);
        let mut page = self.ask(set, options.question(table, size)).await?;
        page.rows.truncate(usize::try_from(wanted).unwrap_or(usize::MAX));
        let count = match options.count {
            true => Some(self.how_many(set, &options, &page).await?),
            false => None,
        };
        let given = page.rows.len() as u64;
        let has_more = !page.next_cursor.is_empty() && options.top.is_none_or(|top| top > given);
        let next = has_more.then(|| {
            let query = Options::next_query(&self.query, &page.next_cursor, given);
            format!("{}/{}?{query}", self.root, set.name)
        });
        let mut response = odata::collection(&self.root, set, &options.select, &page.rows, count, next);
        if let Some(size) = preferred
            && let Ok(applied) = HeaderValue::from_str(&format!("odata.maxpagesize={size}"))
        {
            response.headers_mut().insert("preference-applied", applied);
        }
        Ok(response)
    }

    /// All rows that the filter keeps, of the moment of the page; whatever is passed over or left for later.
    async fn how_many(&self, set: &Set, options: &Options, page: &TablePage) -> Result<u64, Refusal> {
        let table = set.table;
        let as_known_at = if table.known_at { page.as_known_at.clone() } else { String::new() };
        let question = options.question(table, 0);
        let question =
            TableQuery { skip: 0, cursor: String::new(), order: Vec::new(), as_known_at, only_count: true, ..question };
        Ok(self.ask(set, question).await?.count)
    }

    async fn count(&self, set: &Set) -> Result<Response, Refusal> {
        let table = set.table;
        let options = self.options(Some(table))?;
        let only_filter = Options { filter: None, as_known_at: String::new(), ..self.options(Some(table))? };
        if only_filter != Options::default() {
            return Err(Refusal::bad("$count", "How many rows there are depends on $filter and as_known_at only."));
        }
        let question = TableQuery { only_count: true, ..options.question(table, 0) };
        let count = self.ask(set, question).await?.count;
        Ok(odata::with_version(count.to_string(), "text/plain;charset=utf-8"))
    }

    async fn row(&self, set: &Set, id: Uuid) -> Result<Response, Refusal> {
        let table = set.table;
        let options = self.options(Some(table))?;
        let plain =
            Options { select: Vec::new(), format: None, as_known_at: String::new(), ..self.options(Some(table))? };
        if plain != Options::default() {
            return Err(Refusal::bad("key", "Of one row there are $select and as_known_at only."));
        }
        let is_it = Expression::Apply(
            Operator::Eq,
            vec![Expression::Column(table.key().name.to_owned()), Expression::Value(Value::Id(id))],
        );
        let condition: Vec<ExpressionStep> = is_it.steps();
        let page = self.ask(set, TableQuery { condition, ..options.question(table, 1) }).await?;
        let row = page.rows.first().ok_or_else(Refusal::nothing_here)?;
        Ok(odata::one(&self.root, set, &options.select, row))
    }
}
