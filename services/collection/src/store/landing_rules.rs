//! The rows of a landing as validation rules look at them.

use cpas_proto::words::Classification;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// How many good rows of a landing are about an indicator in an area.
#[derive(Debug, Clone, FromRow)]
pub struct Group {
    pub indicator_id: Uuid,
    pub area: String,
    pub rows: i64,
}

/// The good rows of some indicators, counted by area.
pub async fn groups(connection: &mut PgConnection, indicators: &[Uuid]) -> Result<Vec<Group>, sqlx::Error> {
    sqlx::query_as(
        "SELECT indicator_id, area, count(*) AS rows FROM landing WHERE reason = '' AND indicator_id = ANY($1) \
         GROUP BY indicator_id, area ORDER BY indicator_id, area",
    )
    .bind(indicators)
    .fetch_all(connection)
    .await
}

/// A good row of a landing.
#[derive(Debug, Clone, FromRow)]
pub struct LandedRow {
    pub row: i32,
    pub indicator_id: Uuid,
    pub period: String,
    pub area: String,
    pub slice: String,
    pub kind: String,
    pub value: Option<f64>,
    pub numerator: Option<f64>,
    pub denominator: Option<f64>,
    pub level: String,
    pub noted: bool,
}

/// The good rows of some indicators in some areas.
pub async fn landed(
    connection: &mut PgConnection,
    indicators: &[Uuid],
    areas: &[String],
) -> Result<Vec<LandedRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT row, indicator_id, period, area, slice, kind, value, numerator, denominator, level, note <> '' AS noted \
         FROM landing WHERE reason = '' AND indicator_id = ANY($1) AND area = ANY($2) ORDER BY row",
    )
    .bind(indicators)
    .bind(areas)
    .fetch_all(connection)
    .await
}

/// Rejects rows, each for its reason.
pub async fn reject(
    connection: &mut PgConnection,
    rows: &[i32],
    reasons: &[String],
    reasons_fr: &[String],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE landing l SET reason = said.reason, reason_fr = said.reason_fr \
         FROM unnest($1::int[], $2::text[], $3::text[]) AS said(row, reason, reason_fr) \
         WHERE l.row = said.row AND l.reason = ''",
    )
    .bind(rows)
    .bind(reasons)
    .bind(reasons_fr)
    .execute(connection)
    .await
    .map(drop)
}

/// Shows warnings about rows, after those that are shown already.
pub async fn warn(
    connection: &mut PgConnection,
    batch: Uuid,
    classification: Classification,
    rows: &[i32],
    reasons: &[String],
    reasons_fr: &[String],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO import_shown_row (mission_id, batch_id, why, place, row, sheet, cells, \"column\", reason, reason_fr, \
         classification) \
         SELECT (SELECT chassis.mission()), $1, 'warning', said.place + (SELECT coalesce(max(place), 0) \
             FROM import_shown_row WHERE batch_id = $1 AND why = 'warning'), l.file_row, l.sheet, string_to_array(l.cells, E'\\x1f'), \
           '', said.reason, said.reason_fr, $2 \
         FROM unnest($3::int[], $4::text[], $5::text[]) WITH ORDINALITY AS said(row, reason, reason_fr, place) JOIN landing l ON l.row = said.row",
    )
    .bind(batch)
    .bind(classification.rank())
    .bind(rows)
    .bind(reasons)
    .bind(reasons_fr)
    .execute(connection)
    .await
    .map(drop)
}

/// Lets rows wait for a note: committed, they stay drafts.
pub async fn hold(connection: &mut PgConnection, batch: Uuid, rows: &[i32]) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE import_row SET held = true WHERE batch_id = $1 AND row = ANY($2)")
        .bind(batch)
        .bind(rows)
        .execute(connection)
        .await
        .map(drop)
}
