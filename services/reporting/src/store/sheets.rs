//! Fact sheets.

use chrono::{DateTime, Utc};
use cpas_proto::words::Classification;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::{
    Error,
    domain::{
        block::Block,
        sheet::{FactSheet, Taken},
        text::Text,
    },
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    version: i64,
    title: Json<Text>,
    audience: String,
    state: String,
    assessment_id: Option<Uuid>,
    blocks: Json<Vec<Block>>,
    classification: i16,
    recorded_at: DateTime<Utc>,
    recorded_by: String,
    snapshot: Option<Vec<u8>>,
    snapshot_at: Option<DateTime<Utc>>,
    snapshot_sha256: Option<String>,
    cleared_by: String,
    published_by: String,
    published_at: Option<DateTime<Utc>>,
    signed_by_key: String,
    reason: String,
    template: String,
}

impl TryFrom<Row> for FactSheet {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let snapshot = row.snapshot.zip(row.snapshot_at).zip(row.snapshot_sha256);
        Ok(Self {
            id: row.id,
            version: row.version,
            title: row.title.0,
            audience: row.audience.parse().map_err(chassis::Failure::internal)?,
            state: row.state.parse().map_err(chassis::Failure::internal)?,
            assessment_id: row.assessment_id,
            blocks: row.blocks.0,
            classification: Classification::of_rank(row.classification),
            recorded_at: row.recorded_at,
            recorded_by: row.recorded_by,
            snapshot: snapshot.map(|((bytes, at), sha256)| Taken { at, sha256, bytes }),
            cleared_by: row.cleared_by,
            published_by: row.published_by,
            published_at: row.published_at,
            signed_by_key: row.signed_by_key,
            reason: row.reason,
            template: row.template,
        })
    }
}

/// A fact sheet that the caller may see.
pub async fn find(connection: &mut PgConnection, id: Uuid) -> Result<Option<FactSheet>, Error> {
    let row: Option<Row> =
        sqlx::query_as("SELECT * FROM fact_sheet WHERE id = $1").bind(id).fetch_optional(connection).await?;
    row.map(FactSheet::try_from).transpose()
}

/// The same, for the one who changes it.
pub async fn find_for_update(connection: &mut PgConnection, id: Uuid) -> Result<Option<FactSheet>, Error> {
    let row: Option<Row> =
        sqlx::query_as("SELECT * FROM fact_sheet WHERE id = $1 FOR UPDATE").bind(id).fetch_optional(connection).await?;
    row.map(FactSheet::try_from).transpose()
}

/// The newest fact sheets, with when and which snapshot was taken but without its bytes.
pub async fn list(connection: &mut PgConnection, only_for_readers: bool, limit: i64) -> Result<Vec<FactSheet>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, version, title, audience, state, assessment_id, blocks, classification, recorded_at, recorded_by, \
           CASE WHEN snapshot IS NOT NULL THEN ''::bytea END AS snapshot, snapshot_at, snapshot_sha256, cleared_by, published_by, published_at, \
           signed_by_key, reason, template \
         FROM fact_sheet WHERE NOT $1 OR (state IN ('published', 'withdrawn') AND audience = 'public') \
         ORDER BY recorded_at DESC, id DESC LIMIT $2",
    )
    .bind(only_for_readers)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(FactSheet::try_from).collect()
}

/// Drafts, which wait to be cleared; the oldest first.
pub async fn drafts(connection: &mut PgConnection, limit: i64) -> Result<Vec<FactSheet>, Error> {
    let rows: Vec<Row> =
        sqlx::query_as("SELECT * FROM fact_sheet WHERE state = 'draft' ORDER BY recorded_at, id LIMIT $1")
            .bind(limit)
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(FactSheet::try_from).collect()
}

/// Stores a new sheet.
pub async fn insert(connection: &mut PgConnection, mission: Uuid, sheet: &FactSheet) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO fact_sheet (mission_id, id, version, title, audience, state, assessment_id, blocks, classification, \
           recorded_at, recorded_by, template) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(mission)
    .bind(sheet.id)
    .bind(sheet.version)
    .bind(Json(&sheet.title))
    .bind(sheet.audience.word())
    .bind(sheet.state.word())
    .bind(sheet.assessment_id)
    .bind(Json(&sheet.blocks))
    .bind(sheet.classification.rank())
    .bind(sheet.recorded_at)
    .bind(&sheet.recorded_by)
    .bind(&sheet.template)
    .execute(connection)
    .await
    .map(drop)
}

/// Stores the next version of a sheet.
pub async fn update(connection: &mut PgConnection, sheet: &FactSheet) -> Result<(), sqlx::Error> {
    let snapshot = sheet.snapshot.as_ref();
    sqlx::query(
        "UPDATE fact_sheet SET version = $2, title = $3, audience = $4, state = $5, blocks = $6, classification = $7, \
           recorded_at = $8, recorded_by = $9, snapshot = $10, snapshot_at = $11, snapshot_sha256 = $12, cleared_by = $13, \
           published_by = $14, published_at = $15, reason = $16, signed_by_key = $17 WHERE id = $1",
    )
    .bind(sheet.id)
    .bind(sheet.version)
    .bind(Json(&sheet.title))
    .bind(sheet.audience.word())
    .bind(sheet.state.word())
    .bind(Json(&sheet.blocks))
    .bind(sheet.classification.rank())
    .bind(sheet.recorded_at)
    .bind(&sheet.recorded_by)
    .bind(snapshot.map(|taken| taken.bytes.as_slice()))
    .bind(snapshot.map(|taken| taken.at))
    .bind(snapshot.map(|taken| taken.sha256.as_str()))
    .bind(&sheet.cleared_by)
    .bind(&sheet.published_by)
    .bind(sheet.published_at)
    .bind(&sheet.reason)
    .bind(&sheet.signed_by_key)
    .execute(connection)
    .await
    .map(drop)
}
