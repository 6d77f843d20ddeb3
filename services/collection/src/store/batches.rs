//! Import batches and the rows that are shown with them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
pub use sqlx::types::Json;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// A batch as it is stored.
#[derive(Debug, Clone, FromRow)]
pub struct Batch {
    pub id: Uuid,
    pub file_name: String,
    pub sha256: String,
    pub state: String,
    pub encoding: String,
    pub delimiter: String,
    pub decimal_sign: String,
    pub hxl_tags: bool,
    pub mapping: Json<BTreeMap<String, String>>,
    pub headings: Vec<String>,
    pub rows_read: i32,
    pub rows_added: i32,
    pub rows_changed: i32,
    pub rows_unchanged: i32,
    pub rows_rejected: i32,
    pub indicator_codes: Vec<String>,
    pub areas: Vec<String>,
    pub first_period: String,
    pub last_period: String,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: Uuid,
    pub recorded_by_name: String,
    pub committed_at: Option<DateTime<Utc>>,
    pub reversed_at: Option<DateTime<Utc>>,
    pub reason: String,
    pub version: i64,
    pub classification: i16,
    /// XLSX or ODS; empty for what is no workbook.
    pub book: String,
    pub sheets: Json<Vec<SheetOfBatch>>,
}

/// A visible sheet of a batch's workbook.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SheetOfBatch {
    pub name: String,
    /// Why it is not read; empty where it is.
    pub left_out: String,
    pub mapping: BTreeMap<String, String>,
    pub headings: Vec<String>,
    /// Row of the headings, from 0; the last of them where there are several.
    pub heading_row: u32,
    /// Columns that its titles, headings and rejected rows take.
    pub width: u32,
    /// A row of it makes a value for each of many cells.
    pub is_wide: bool,
    pub added: i64,
    pub changed: i64,
    pub unchanged: i64,
    pub rejected: i64,
}

impl Batch {
    /// Name of a sheet by its place, from 1; empty for 0.
    pub fn sheet_name(&self, place: i16) -> &str {
        let place = usize::try_from(place).ok().and_then(|place| place.checked_sub(1));
        place.and_then(|place| self.sheets.get(place)).map_or("", |sheet| sheet.name.as_str())
    }

    /// Rows that were good when the file was read.
    pub fn rows_good(&self) -> i32 {
        self.rows_added + self.rows_changed + self.rows_unchanged
    }
}

/// Stores a previewed batch.
pub async fn insert(connection: &mut PgConnection, mission: Uuid, batch: &Batch) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO import_batch (mission_id, id, file_name, sha256, state, encoding, delimiter, decimal_sign, \
         hxl_tags, mapping, headings, rows_read, rows_added, rows_changed, rows_unchanged, rows_rejected, \
         indicator_codes, areas, first_period, last_period, recorded_at, recorded_by, recorded_by_name, \
         classification, book, sheets) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, \
         $23, $24, $25, $26)",
    )
    .bind(mission)
    .bind(batch.id)
    .bind(&batch.file_name)
    .bind(&batch.sha256)
    .bind(&batch.state)
    .bind(&batch.encoding)
    .bind(&batch.delimiter)
    .bind(&batch.decimal_sign)
    .bind(batch.hxl_tags)
    .bind(&batch.mapping)
    .bind(&batch.headings)
    .bind(batch.rows_read)
    .bind(batch.rows_added)
    .bind(batch.rows_changed)
    .bind(batch.rows_unchanged)
    .bind(batch.rows_rejected)
    .bind(&batch.indicator_codes)
    .bind(&batch.areas)
    .bind(&batch.first_period)
    .bind(&batch.last_period)
    .bind(batch.recorded_at)
    .bind(batch.recorded_by)
    .bind(&batch.recorded_by_name)
    .bind(batch.classification)
    .bind(&batch.book)
    .bind(&batch.sheets)
    .execute(connection)
    .await
    .map(drop)
}

/// One batch.
pub async fn find(connection: &mut PgConnection, id: Uuid) -> Result<Option<Batch>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM import_batch WHERE id = $1").bind(id).fetch_optional(connection).await
}

/// One batch, locked until the end of the transaction.
pub async fn find_for_update(connection: &mut PgConnection, id: Uuid) -> Result<Option<Batch>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM import_batch WHERE id = $1 FOR UPDATE").bind(id).fetch_optional(connection).await
}

/// Batches, the latest first, after a cursor.
pub async fn list(
    connection: &mut PgConnection,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<Batch>, sqlx::Error> {
    let (at, id) = after.unzip();
    sqlx::query_as(
        "SELECT * FROM import_batch WHERE $1::timestamptz IS NULL OR (recorded_at, id) < ($1, $2) \
         ORDER BY recorded_at DESC, id DESC LIMIT $3",
    )
    .bind(at)
    .bind(id)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// When a file of the same content was committed and not taken back, if it was.
pub async fn committed_before(
    connection: &mut PgConnection,
    sha256: &str,
) -> Result<Option<(String, DateTime<Utc>)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT file_name, committed_at FROM import_batch WHERE sha256 = $1 AND state = 'committed' \
         ORDER BY committed_at DESC LIMIT 1",
    )
    .bind(sha256)
    .fetch_optional(connection)
    .await
}

/// Stores that a batch moved on; the other columns stay.
pub async fn update(connection: &mut PgConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE import_batch SET state = $2, rows_added = $3, rows_changed = $4, rows_unchanged = $5, \
         committed_at = $6, reversed_at = $7, reason = $8, version = $9, sheets = $10 WHERE id = $1",
    )
    .bind(batch.id)
    .bind(&batch.state)
    .bind(batch.rows_added)
    .bind(batch.rows_changed)
    .bind(batch.rows_unchanged)
    .bind(batch.committed_at)
    .bind(batch.reversed_at)
    .bind(&batch.reason)
    .bind(batch.version)
    .bind(&batch.sheets)
    .execute(connection)
    .await
    .map(drop)
}

/// A row of the file.
#[derive(Debug, Clone, FromRow)]
pub struct ShownRow {
    pub why: String,
    pub place: i32,
    pub row: i32,
    pub cells: Vec<String>,
    pub column: String,
    pub reason: String,
    /// Where the reason is told in both languages.
    pub reason_fr: String,
    /// Place among the sheets, from 1; 0 without sheets.
    pub sheet: i16,
}

/// The first rows of a kind (`sample`, `rejected`, `warning`) from a place on.
pub async fn shown(
    connection: &mut PgConnection,
    batch: Uuid,
    why: &str,
    after_place: i32,
    limit: i64,
) -> Result<Vec<ShownRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT why, place, row, cells, \"column\", reason, reason_fr, sheet FROM import_shown_row \
         WHERE batch_id = $1 AND why = $2 AND place > $3 ORDER BY place LIMIT $4",
    )
    .bind(batch)
    .bind(why)
    .bind(after_place)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// Stores warnings about all of a file.
pub async fn warn(
    connection: &mut PgConnection,
    mission: Uuid,
    batch: Uuid,
    classification: i16,
    sentences: &[String],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO import_shown_row (mission_id, batch_id, why, place, row, cells, \"column\", reason, classification) \
         SELECT $1, $2, 'warning', said.place, 0, '{}', '', said.sentence, $3 \
         FROM unnest($4::text[]) WITH ORDINALITY AS said(sentence, place)",
    )
    .bind(mission)
    .bind(batch)
    .bind(classification)
    .bind(sentences)
    .execute(connection)
    .await
    .map(drop)
}
