//! Missions: opened and closed by an operator at headquarters. How one is closed stands in `closing`.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, patch, post},
};
use chassis::{Fact, Failure, new_id};
use cpas_proto::{
    gateway::v1 as pb,
    words::{Classification, Language, MissionState},
};
use serde::{Deserialize, Serialize};

use super::{
    closing,
    rpc::{About, Input, Output, Route, answer, from_body, reference},
};
use crate::{
    App,
    access::{Via, authenticate},
    problem::{Problem, nothing_here},
    store::missions::{self, MissionRow, StepRow},
};

const CODE_CHARS_MAX: usize = 20;
const NAME_CHARS_MAX: usize = 200;

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMission {
    /// Capital letters and digits, "MINUSCA".
    pub code: String,
    pub name: String,
    /// Its name in French, where it has one of its own.
    #[serde(default)]
    pub name_fr: String,
    #[serde(default)]
    pub countries: Vec<String>,
    /// en, fr.
    pub languages: Vec<String>,
    /// 1 to 12.
    pub fiscal_year_start_month: u32,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MissionChange {
    pub name: Option<String>,
    pub name_fr: Option<String>,
    pub languages: Option<Vec<String>>,
    /// closing, then closed.
    pub state: Option<String>,
    /// Why its state is changed; everybody in the mission reads it.
    #[serde(default)]
    pub reason: String,
    /// Version that was seen; If-Match does as well.
    #[serde(default)]
    pub version: i64,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MissionList {
    missions: Vec<pb::Mission>,
}

pub fn routes() -> Vec<Route> {
    let about = |method, path, summary, operation_id, created| {
        About::own("missions", method, path, summary, operation_id, created)
    };
    vec![
        Route::plain(
            about(Method::GET, "/missions", "Missions that one may enter", "list_missions", StatusCode::OK),
            Input::Nothing,
            Output::of::<MissionList>(StatusCode::OK),
            get(list),
        )
        .with::<MissionList>(),
        Route::plain(
            about(Method::POST, "/missions", "Open a mission", "open_mission", StatusCode::CREATED),
            Input::Json(reference("NewMission")),
            Output::of::<pb::Mission>(StatusCode::CREATED),
            post(open),
        )
        .with::<NewMission>()
        .with::<pb::Mission>(),
        Route::plain(
            about(Method::GET, "/missions/{mission}", "One mission", "get_mission", StatusCode::OK),
            Input::Nothing,
            Output::of::<pb::Mission>(StatusCode::OK),
            get(show),
        ),
        Route::plain(
            about(
                Method::PATCH,
                "/missions/{mission}",
                "Change a mission or its state",
                "change_mission",
                StatusCode::OK,
            ),
            Input::Json(reference("MissionChange")),
            Output::of::<pb::Mission>(StatusCode::OK),
            patch(change),
        )
        .with::<MissionChange>(),
    ]
}

async fn list(State(app): State<App>, method: Method, headers: HeaderMap) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let mut rows: Vec<MissionRow> = if visitor.account.hq || visitor.account.operator {
        missions::all(&mut *app.db.connection().await?).await?
    } else {
        visitor.memberships.iter().map(|(_, mission)| mission.clone()).collect()
    };
    rows.dedup_by(|one, other| one.id == other.id);
    if let Via::Token { mission_id } = visitor.via {
        rows.retain(|row| row.id == mission_id);
    }
    Ok(Json(MissionList { missions: rows.iter().map(message).collect() }).into_response())
}

async fn show(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let entered = visitor.caller(&app, &code, std::time::Duration::from_secs(10)).await;
    if !visitor.account.operator {
        entered?;
    }
    let row = missions::by_code(&mut *app.db.connection().await?, &code).await?.ok_or_else(nothing_here)?;
    answer(StatusCode::OK, &message(&row))
}

async fn open(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    if !visitor.account.operator {
        return Err(Failure::denied("Only an operator at headquarters opens missions.").into());
    }
    let new: NewMission = from_body(&[], &body, &HeaderMap::new())?;
    answer(StatusCode::CREATED, &open_mission(&app, new).await?)
}

/// Opens a mission and tells the services.
///
/// # Errors
/// `Invalid` for a field that breaks a rule, `Conflict` when the code is taken.
pub async fn open_mission(app: &App, new: NewMission) -> Result<pb::Mission, Failure> {
    check(&new)?;
    let now = app.db.clock().now();
    let row = MissionRow {
        id: new_id(now),
        code: new.code,
        name: new.name,
        name_fr: new.name_fr.trim().to_owned(),
        countries: new.countries,
        languages: new.languages,
        fiscal_year_start_month: i16::try_from(new.fiscal_year_start_month).map_err(Failure::internal)?,
        state: MissionState::Active.word().to_owned(),
        version: 1,
    };
    let mut tx = app.db.begin(&app.own_caller(&row)?).await?;
    if !missions::insert(&mut tx, &row, now).await? {
        return Err(Failure::conflict(format!("There is a mission {} already.", row.code)));
    }
    tell(&mut tx, &row, None).await?;
    tx.commit().await?;
    Ok(message(&row))
}

async fn change(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    if !visitor.account.operator {
        visitor.caller(&app, &code, std::time::Duration::from_secs(10)).await?;
        return Err(Failure::denied("Only an operator at headquarters changes missions.").into());
    }
    let change: MissionChange = from_body(&[], &body, &headers)?;
    let mut row = missions::by_code(&mut *app.db.connection().await?, &code).await?.ok_or_else(nothing_here)?;
    if change.version != row.version {
        let current = serde_json::to_string(&message(&row)).map_err(Failure::internal)?;
        return Err(Failure::stale(row.version, current).into());
    }
    let step = match change.state {
        Some(state) => Some(closing::step(&app, &visitor, &row, &state, &change.reason).await?),
        None => None,
    };
    if let Some(step) = &step {
        row.state.clone_from(&step.to_state);
    }
    row.name = change.name.unwrap_or(row.name);
    row.name_fr = change.name_fr.unwrap_or(row.name_fr).trim().to_owned();
    row.languages = change.languages.unwrap_or(row.languages);
    check_names(&row.name, &row.name_fr)?;
    check_languages(&row.languages)?;
    let mut tx = app.db.begin(&app.own_caller(&row)?).await?;
    if !missions::update(&mut tx, &row).await? {
        return Err(Failure::conflict(
            "Somebody changed the mission just now. Nothing was stored; please load it again.",
        )
        .into());
    }
    row.version += 1;
    if let Some(step) = &step {
        missions::insert_step(&mut tx, row.id, step).await?;
    }
    tell(&mut tx, &row, step.as_ref()).await?;
    tx.commit().await?;
    answer(StatusCode::OK, &message(&row))
}

async fn tell(tx: &mut chassis::Tx, row: &MissionRow, step: Option<&StepRow>) -> Result<(), Failure> {
    let recorded = pb::MissionRecorded { mission: Some(message(row)), step: step.map(closing::told) };
    tx.publish(Fact::new("mission", "recorded", row.id, Classification::Unclassified, &recorded)).await
}

fn check(new: &NewMission) -> Result<(), Failure> {
    let code_fits = (2..=CODE_CHARS_MAX).contains(&new.code.len())
        && new.code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if !code_fits {
        let rule = format!("A mission's code has 2 to {CODE_CHARS_MAX} capital letters and digits.");
        return Err(Failure::invalid(rule.clone()).field("code", rule));
    }
    check_names(&new.name, &new.name_fr)?;
    if !(1..=12).contains(&new.fiscal_year_start_month) {
        let rule = "The month in which the fiscal year starts goes from 1 to 12.";
        return Err(Failure::invalid(rule).field("fiscal_year_start_month", rule));
    }
    check_languages(&new.languages)
}

fn check_names(name: &str, name_fr: &str) -> Result<(), Failure> {
    if name.trim().is_empty() || name.chars().count() > NAME_CHARS_MAX {
        let rule = format!("A mission has a name of at most {NAME_CHARS_MAX} characters.");
        return Err(Failure::invalid(rule.clone()).field("name", rule));
    }
    if name_fr.chars().count() > NAME_CHARS_MAX {
        let rule = format!("A mission's name in French has at most {NAME_CHARS_MAX} characters.");
        return Err(Failure::invalid(rule.clone()).field("name_fr", rule));
    }
    Ok(())
}

fn check_languages(languages: &[String]) -> Result<(), Failure> {
    for (place, language) in languages.iter().enumerate() {
        language.parse::<Language>().map_err(|error| Failure::bad_field(format!("languages[{place}]"), error))?;
    }
    if languages.is_empty() {
        return Err(Failure::invalid("A mission has at least one language.").field("languages", "en, fr or both"));
    }
    Ok(())
}

fn message(row: &MissionRow) -> pb::Mission {
    pb::Mission {
        id: row.id.to_string(),
        code: row.code.clone(),
        name: row.name.clone(),
        countries: row.countries.clone(),
        languages: row.languages.clone(),
        fiscal_year_start_month: u32::try_from(row.fiscal_year_start_month).unwrap_or(1),
        state: row.state.clone(),
        version: row.version,
        name_fr: row.name_fr.clone(),
    }
}
