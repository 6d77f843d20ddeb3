//! What parts of the plan in force are shown from, and no more of it than is asked for; of one's own mission, or of one
//! whose read was noted.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{model::Model, records::Row, series::Part};

/// A plan in force, without what it says.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PlanInForce {
    pub id: String,
    pub version: i64,
    pub recorded_at: DateTime<Utc>,
    pub classification: i16,
}

/// The plan in force; while one follows another, both may be for a moment.
pub async fn plans(connection: &mut PgConnection, of: Model) -> Result<Vec<PlanInForce>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, version, recorded_at, classification FROM record \
         WHERE mission_id = $1 AND generation = $2 AND kind = 'plan' AND state = 'active' ORDER BY id",
    )
    .bind(of.mission)
    .bind(of.generation)
    .fetch_all(connection)
    .await
}

/// What a plan says, if it is as it was seen.
pub async fn plan_body(
    connection: &mut PgConnection,
    of: Model,
    seen: &PlanInForce,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT body FROM record WHERE mission_id = $1 AND generation = $2 AND kind = 'plan' AND id = $3 AND version = $4 \
           AND recorded_at = $5",
    )
    .bind(of.mission)
    .bind(of.generation)
    .bind(&seen.id)
    .bind(seen.version)
    .bind(seen.recorded_at)
    .fetch_optional(connection)
    .await
}

/// The indicators in use that measure one of these parts of the plan, or have one of these codes; and those of which the
/// model does not know what they measure.
pub async fn indicators(
    connection: &mut PgConnection,
    of: Model,
    lineages: &[String],
    codes: &[String],
) -> Result<Vec<Row>, sqlx::Error> {
    // Each way by itself, so that each has its index.
    sqlx::query_as(
        "SELECT kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE mission_id = $1 AND generation = $2 AND kind = 'indicator' AND about = ANY($3) \
           AND state IN ('approved', 'active') \
         UNION SELECT kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE mission_id = $1 AND generation = $2 AND kind = 'indicator' AND about = '' AND state IN ('approved', 'active') \
         UNION SELECT kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE mission_id = $1 AND generation = $2 AND kind = 'indicator' AND code = ANY($4) AND state IN ('approved', 'active')",
    )
    .bind(of.mission)
    .bind(of.generation)
    .bind(lineages)
    .bind(codes)
    .fetch_all(connection)
    .await
}

/// The targets of some indicators, by their ids.
pub async fn targets(connection: &mut PgConnection, of: Model, ids: &[String]) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE mission_id = $1 AND generation = $2 AND kind = 'target' AND parent = ANY($3) ORDER BY parent, code, id",
    )
    .bind(of.mission)
    .bind(of.generation)
    .bind(ids)
    .fetch_all(connection)
    .await
}

/// Of some indicators the newest analysis of the mission as a whole.
pub async fn analyses(connection: &mut PgConnection, of: Model, codes: &[String]) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT DISTINCT ON (code) kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE mission_id = $1 AND generation = $2 AND kind = 'analysis' AND code NOT LIKE '%|%' AND code = ANY($3) \
         ORDER BY code, recorded_at DESC, id",
    )
    .bind(of.mission)
    .bind(of.generation)
    .bind(codes)
    .fetch_all(connection)
    .await
}

/// Of some indicators the newest analysis for the whole mission of the assessment before the newest one.
pub async fn analyses_before(
    connection: &mut PgConnection,
    of: Model,
    codes: &[String],
) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT kind, id, code, state, classification, recorded_at, body FROM (\
           SELECT *, row_number() OVER (PARTITION BY code ORDER BY recorded_at DESC, id) AS place FROM (\
             SELECT DISTINCT ON (code, parent) * FROM record \
             WHERE mission_id = $1 AND generation = $2 AND kind = 'analysis' AND code NOT LIKE '%|%' AND code = ANY($3) \
             ORDER BY code, parent, recorded_at DESC, id) newest_of_each) placed \
         WHERE place = 2",
    )
    .bind(of.mission)
    .bind(of.generation)
    .bind(codes)
    .fetch_all(connection)
    .await
}

/// The series of the mission as a whole, of some indicators.
pub async fn whole_series(
    connection: &mut PgConnection,
    of: Model,
    codes: &[String],
) -> Result<Vec<Part>, sqlx::Error> {
    sqlx::query_as(
        "SELECT indicator_code, area, slice, frequency, observations, points, classification FROM series \
         WHERE mission_id = $1 AND generation = $2 AND area = '' AND slice = '' AND indicator_code = ANY($3)",
    )
    .bind(of.mission)
    .bind(of.generation)
    .bind(codes)
    .fetch_all(connection)
    .await
}
