//! Missions: the tenants.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MissionRow {
    pub id: Uuid,
    pub code: String,
    pub name: String,
    /// Empty: it has none of its own.
    pub name_fr: String,
    pub countries: Vec<String>,
    pub languages: Vec<String>,
    pub fiscal_year_start_month: i16,
    pub state: String,
    pub version: i64,
}

pub async fn by_code(connection: &mut PgConnection, code: &str) -> Result<Option<MissionRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, code, name, name_fr, countries, languages, fiscal_year_start_month, state, version FROM mission WHERE code = $1",
    )
    .bind(code)
    .fetch_optional(connection)
    .await
}

/// All missions in order of their codes, at most 1000.
pub async fn all(connection: &mut PgConnection) -> Result<Vec<MissionRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, code, name, name_fr, countries, languages, fiscal_year_start_month, state, version FROM mission ORDER BY code LIMIT 1000",
    )
    .fetch_all(connection)
    .await
}

/// Stores a new mission; false when the code is taken.
pub async fn insert(connection: &mut PgConnection, row: &MissionRow, now: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    let stored = sqlx::query(
        "INSERT INTO mission (id, code, name, name_fr, countries, languages, fiscal_year_start_month, state, recorded_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
    )
    .bind(row.id)
    .bind(&row.code)
    .bind(&row.name)
    .bind(&row.name_fr)
    .bind(&row.countries)
    .bind(&row.languages)
    .bind(row.fiscal_year_start_month)
    .bind(&row.state)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(stored.rows_affected() == 1)
}

/// Changes a mission that still has the version; false when it has not.
pub async fn update(connection: &mut PgConnection, row: &MissionRow) -> Result<bool, sqlx::Error> {
    let changed = sqlx::query(
        "UPDATE mission SET name = $3, name_fr = $4, languages = $5, state = $6, version = version + 1 \
         WHERE id = $1 AND version = $2",
    )
    .bind(row.id)
    .bind(row.version)
    .bind(&row.name)
    .bind(&row.name_fr)
    .bind(&row.languages)
    .bind(&row.state)
    .execute(connection)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// The code of a mission; empty when there is none.
pub async fn code_of(connection: &mut PgConnection, id: Uuid) -> Result<String, sqlx::Error> {
    let code: Option<String> =
        sqlx::query_scalar("SELECT code FROM mission WHERE id = $1").bind(id).fetch_optional(connection).await?;
    Ok(code.unwrap_or_default())
}

/// A change of a mission's state.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StepRow {
    pub from_state: String,
    pub to_state: String,
    pub reason: String,
    pub open_work: serde_json::Value,
    pub at: DateTime<Utc>,
    pub by_account: Uuid,
    pub by_name: String,
}

/// Keeps a change of the mission's state.
pub async fn insert_step(connection: &mut PgConnection, mission: Uuid, step: &StepRow) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO mission_step (mission_id, number, from_state, to_state, reason, open_work, at, by_account, by_name) \
         SELECT $1, (SELECT count(*) + 1 FROM mission_step WHERE mission_id = $1), $2, $3, $4, $5, $6, $7, $8",
    )
    .bind(mission)
    .bind(&step.from_state)
    .bind(&step.to_state)
    .bind(&step.reason)
    .bind(&step.open_work)
    .bind(step.at)
    .bind(step.by_account)
    .bind(&step.by_name)
    .execute(connection)
    .await
    .map(drop)
}

/// All changes of the mission's state, the first one first.
pub async fn steps(connection: &mut PgConnection) -> Result<Vec<StepRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT from_state, to_state, reason, open_work, at, by_account, by_name FROM mission_step ORDER BY number",
    )
    .fetch_all(connection)
    .await
}
