//! The rejected rows of a workbook as they stood in it, and what stood above them.

use serde_json::Value;
use sqlx::{FromRow, PgConnection, types::Json};
use uuid::Uuid;

/// Why a row was rejected: the column, what stands in the last column (of a wide table the heading of the cell), and the
/// reason in English and, of a rule, in French.
pub type Reason = (String, String, String, String);

/// A row of a sheet.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct BookRow {
    /// Place among the sheets, from 1.
    pub sheet: i16,
    /// From 0.
    pub row: i32,
    /// A title, a heading or a tag.
    pub is_head: bool,
    /// Column from 0 and value, in pairs.
    pub cells: Json<Value>,
    /// Of a rejected row: why.
    pub reasons: Option<Json<Vec<Reason>>>,
}

/// The rows of the landing that are rejected, as sheet and row from 1, in order.
pub async fn rejected(connection: &mut PgConnection) -> Result<Vec<(i16, i32)>, sqlx::Error> {
    sqlx::query_as("SELECT DISTINCT sheet, file_row FROM landing WHERE reason <> '' AND sheet > 0 ORDER BY 1, 2")
        .fetch_all(connection)
        .await
}

/// Stores rows.
pub async fn insert(
    connection: &mut PgConnection,
    mission: Uuid,
    batch: Uuid,
    classification: i16,
    rows: &[BookRow],
) -> Result<(), sqlx::Error> {
    let sheets: Vec<i16> = rows.iter().map(|row| row.sheet).collect();
    let numbers: Vec<i32> = rows.iter().map(|row| row.row).collect();
    let heads: Vec<bool> = rows.iter().map(|row| row.is_head).collect();
    let cells: Vec<Json<&Value>> = rows.iter().map(|row| Json(&row.cells.0)).collect();
    sqlx::query(
        "INSERT INTO import_book_row (mission_id, batch_id, sheet, row, is_head, cells, classification) \
         SELECT $1, $2, own.sheet, own.row, own.is_head, own.cells, $3 \
         FROM unnest($4::smallint[], $5::int[], $6::bool[], $7::jsonb[]) AS own(sheet, row, is_head, cells)",
    )
    .bind(mission)
    .bind(batch)
    .bind(classification)
    .bind(sheets)
    .bind(numbers)
    .bind(heads)
    .bind(cells)
    .execute(connection)
    .await
    .map(drop)
}

/// Rows of a batch in order, after a place, each with the reasons why it was rejected.
pub async fn list(
    connection: &mut PgConnection,
    batch: Uuid,
    after: (i16, i32),
    limit: i64,
) -> Result<Vec<BookRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT b.sheet, b.row, b.is_head, b.cells, why.reasons FROM import_book_row b \
         LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_array(s.\"column\", \
           coalesce(s.cells[cardinality(s.cells)], ''), s.reason, s.reason_fr) ORDER BY s.place) AS reasons \
           FROM import_shown_row s WHERE s.mission_id = b.mission_id AND s.batch_id = b.batch_id AND s.why = 'rejected' \
           AND s.sheet = b.sheet AND s.row = b.row + 1 AND NOT b.is_head) why ON true \
         WHERE b.batch_id = $1 AND (b.sheet, b.row) > ($2, $3) ORDER BY b.sheet, b.row LIMIT $4",
    )
    .bind(batch)
    .bind(after.0)
    .bind(after.1)
    .bind(limit)
    .fetch_all(connection)
    .await
}
