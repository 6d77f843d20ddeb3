//! Missions: the tenants.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MissionRow {
    pub id: Uuid,
    pub code: String,
    pub name: String,
    pub countries: Vec<String>,
    pub languages: Vec<String>,
    pub fiscal_year_start_month: i16,
    pub state: String,
    pub version: i64,
}

pub async fn by_code(connection: &mut PgConnection, code: &str) -> Result<Option<MissionRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, code, name, countries, languages, fiscal_year_start_month, state, version FROM mission WHERE code = $1",
    )
    .bind(code)
    .fetch_optional(connection)
    .await
}

/// All missions in order of their codes, at most 1000.
pub async fn all(connection: &mut PgConnection) -> Result<Vec<MissionRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, code, name, countries, languages, fiscal_year_start_month, state, version FROM mission ORDER BY code LIMIT 1000",
    )
    .fetch_all(connection)
    .await
}

/// Stores a new mission; false when the code is taken.
pub async fn insert(connection: &mut PgConnection, row: &MissionRow, now: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    let stored = sqlx::query(
        "INSERT INTO mission (id, code, name, countries, languages, fiscal_year_start_month, state, recorded_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
    )
    .bind(row.id)
    .bind(&row.code)
    .bind(&row.name)
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
        "UPDATE mission SET name = $3, languages = $4, state = $5, version = version + 1 WHERE id = $1 AND version = $2",
    )
    .bind(row.id)
    .bind(row.version)
    .bind(&row.name)
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
