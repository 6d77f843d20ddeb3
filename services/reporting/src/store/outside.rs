//! Addresses under which papers are read outside, and how often they were.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::outside::OutsideAddress;

#[derive(sqlx::FromRow)]
struct Row {
    key: String,
    fact_sheet_id: Uuid,
    indexed: bool,
    opened_at: DateTime<Utc>,
    opened_by: String,
    closed_at: Option<DateTime<Utc>>,
    closed_by: String,
}

impl From<Row> for OutsideAddress {
    fn from(row: Row) -> Self {
        let Row { key, fact_sheet_id, indexed, opened_at, opened_by, closed_at, closed_by } = row;
        Self { key, fact_sheet_id, indexed, opened_at, opened_by, closed_at, closed_by }
    }
}

/// How often a document was read.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Count {
    pub document: String,
    pub reads: i64,
}

/// The address that is open under a key.
pub async fn find_open(connection: &mut PgConnection, key: &str) -> Result<Option<OutsideAddress>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT key, fact_sheet_id, indexed, opened_at, opened_by, closed_at, closed_by FROM outside_address \
         WHERE key = $1 AND closed_at IS NULL",
    )
    .bind(key)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Into::into))
}

/// The newest address of a sheet, open or taken back.
pub async fn newest(connection: &mut PgConnection, sheet: Uuid) -> Result<Option<OutsideAddress>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT key, fact_sheet_id, indexed, opened_at, opened_by, closed_at, closed_by FROM outside_address \
         WHERE fact_sheet_id = $1 ORDER BY closed_at DESC NULLS FIRST LIMIT 1",
    )
    .bind(sheet)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Into::into))
}

/// Stores a new address.
pub async fn insert(connection: &mut PgConnection, mission: Uuid, address: &OutsideAddress) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO outside_address (mission_id, key, fact_sheet_id, indexed, opened_at, opened_by) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(mission)
    .bind(&address.key)
    .bind(address.fact_sheet_id)
    .bind(address.indexed)
    .bind(address.opened_at)
    .bind(&address.opened_by)
    .execute(connection)
    .await
    .map(drop)
}

/// Stores what became of an address.
pub async fn update(connection: &mut PgConnection, address: &OutsideAddress) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE outside_address SET indexed = $2, closed_at = $3, closed_by = $4 WHERE key = $1")
        .bind(&address.key)
        .bind(address.indexed)
        .bind(address.closed_at)
        .bind(&address.closed_by)
        .execute(connection)
        .await
        .map(drop)
}

/// One more read of a document on a day.
pub async fn count(
    connection: &mut PgConnection,
    mission: Uuid,
    sheet: Uuid,
    day: NaiveDate,
    document: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO outside_read AS r (mission_id, fact_sheet_id, day, document, reads) VALUES ($1, $2, $3, $4, 1) \
         ON CONFLICT (mission_id, fact_sheet_id, day, document) DO UPDATE SET reads = r.reads + 1",
    )
    .bind(mission)
    .bind(sheet)
    .bind(day)
    .bind(document)
    .execute(connection)
    .await
    .map(drop)
}

/// How often each document of a sheet was read, the most read first.
pub async fn counts(connection: &mut PgConnection, sheet: Uuid) -> Result<Vec<Count>, sqlx::Error> {
    sqlx::query_as(
        "SELECT document, sum(reads)::bigint AS reads FROM outside_read WHERE fact_sheet_id = $1 \
         GROUP BY document ORDER BY 2 DESC, 1",
    )
    .bind(sheet)
    .fetch_all(connection)
    .await
}
