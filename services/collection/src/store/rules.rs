//! Validation rules.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// A rule as it is stored.
#[derive(Debug, Clone, FromRow)]
pub struct RuleRow {
    pub id: Uuid,
    pub indicator_id: Uuid,
    pub kind: String,
    pub severity: String,
    pub least: Option<f64>,
    pub most: Option<f64>,
    pub direction: String,
    pub tolerance: Option<f64>,
    pub share: Option<f64>,
    pub absolute: Option<f64>,
    pub comparison: String,
    pub other_indicator_id: Option<Uuid>,
    pub factor: Option<f64>,
    pub message_en: String,
    pub message_fr: String,
    pub active: bool,
    pub classification: i16,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: Uuid,
    pub recorded_by_name: String,
    pub version: i64,
}

/// The rules of an indicator (`None`: of all) in the order in which they were made.
pub async fn list(
    connection: &mut PgConnection,
    indicator: Option<Uuid>,
    limit: i64,
) -> Result<Vec<RuleRow>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM validation_rule WHERE $1::uuid IS NULL OR indicator_id = $1 ORDER BY id LIMIT $2")
        .bind(indicator)
        .bind(limit)
        .fetch_all(connection)
        .await
}

/// The rules of some indicators that are switched on.
pub async fn active(connection: &mut PgConnection, indicators: &[Uuid]) -> Result<Vec<RuleRow>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM validation_rule WHERE active AND indicator_id = ANY($1) ORDER BY id")
        .bind(indicators)
        .fetch_all(connection)
        .await
}

/// When a rule of one of the indicators was last made or changed.
pub async fn changed_at(connection: &mut PgConnection, codes: &[String]) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT max(r.recorded_at) FROM validation_rule r JOIN indicator i ON i.mission_id = r.mission_id \
         AND i.id = r.indicator_id WHERE i.code = ANY($1)",
    )
    .bind(codes)
    .fetch_one(connection)
    .await
}

/// One rule, locked until the end of the transaction.
pub async fn find_for_update(connection: &mut PgConnection, id: Uuid) -> Result<Option<RuleRow>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM validation_rule WHERE id = $1 FOR UPDATE").bind(id).fetch_optional(connection).await
}

/// Stores a rule in place of the one under its id.
pub async fn put(connection: &mut PgConnection, mission: Uuid, rule: &RuleRow) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO validation_rule (mission_id, id, indicator_id, kind, severity, least, most, direction, tolerance, \
         share, absolute, comparison, other_indicator_id, factor, message_en, message_fr, active, classification, \
         recorded_at, recorded_by, recorded_by_name, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
         $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22) \
         ON CONFLICT (mission_id, id) DO UPDATE SET severity = excluded.severity, least = excluded.least, \
         most = excluded.most, direction = excluded.direction, tolerance = excluded.tolerance, share = excluded.share, \
         absolute = excluded.absolute, comparison = excluded.comparison, \
         other_indicator_id = excluded.other_indicator_id, factor = excluded.factor, \
         message_en = excluded.message_en, message_fr = excluded.message_fr, active = excluded.active, \
         classification = excluded.classification, recorded_at = excluded.recorded_at, \
         recorded_by = excluded.recorded_by, recorded_by_name = excluded.recorded_by_name, version = excluded.version",
    )
    .bind(mission)
    .bind(rule.id)
    .bind(rule.indicator_id)
    .bind(&rule.kind)
    .bind(&rule.severity)
    .bind(rule.least)
    .bind(rule.most)
    .bind(&rule.direction)
    .bind(rule.tolerance)
    .bind(rule.share)
    .bind(rule.absolute)
    .bind(&rule.comparison)
    .bind(rule.other_indicator_id)
    .bind(rule.factor)
    .bind(&rule.message_en)
    .bind(&rule.message_fr)
    .bind(rule.active)
    .bind(rule.classification)
    .bind(rule.recorded_at)
    .bind(rule.recorded_by)
    .bind(&rule.recorded_by_name)
    .bind(rule.version)
    .execute(connection)
    .await
    .map(drop)
}
