//! Marks and comments of cells.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// The place of a cell.
#[derive(Debug, Clone)]
pub struct Place {
    pub indicator: Uuid,
    pub period: String,
    pub days: (NaiveDate, NaiveDate),
    pub area: String,
    pub slice: String,
}

/// Who says something, when, and how classified it is.
#[derive(Debug)]
pub struct Saying<'a> {
    pub id: Uuid,
    pub classification: i16,
    pub at: DateTime<Utc>,
    pub by: Uuid,
    pub by_name: &'a str,
}

/// A mark, in force or taken off.
#[derive(Debug, FromRow)]
pub struct MarkRow {
    pub id: Uuid,
    pub classification: i16,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by_name: String,
    pub cleared_at: Option<DateTime<Utc>>,
    pub cleared_by_name: String,
}

/// A comment.
#[derive(Debug, FromRow)]
pub struct CommentRow {
    pub id: Uuid,
    pub text: String,
    pub classification: i16,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by_name: String,
}

/// A cell that is marked or was said something about.
#[derive(Debug, FromRow)]
pub struct SignRow {
    pub indicator_id: Uuid,
    pub period: String,
    pub area: String,
    pub slice: String,
    pub marked: bool,
    pub comments: i64,
}

/// The last marks of a cell, the last first.
pub async fn marks(connection: &mut PgConnection, place: &Place, most: i64) -> Result<Vec<MarkRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, classification, recorded_at, recorded_by_name, cleared_at, cleared_by_name FROM cell_mark \
         WHERE indicator_id = $1 AND period = $2 AND area = $3 AND slice = $4 ORDER BY recorded_at DESC, id DESC LIMIT $5",
    )
    .bind(place.indicator)
    .bind(&place.period)
    .bind(&place.area)
    .bind(&place.slice)
    .bind(most)
    .fetch_all(connection)
    .await
}

/// The last comments of a cell, the last first.
pub async fn comments(connection: &mut PgConnection, place: &Place, most: i64) -> Result<Vec<CommentRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, text, classification, recorded_at, recorded_by_name FROM cell_comment \
         WHERE indicator_id = $1 AND period = $2 AND area = $3 AND slice = $4 ORDER BY recorded_at DESC, id DESC LIMIT $5",
    )
    .bind(place.indicator)
    .bind(&place.period)
    .bind(&place.area)
    .bind(&place.slice)
    .bind(most)
    .fetch_all(connection)
    .await
}

/// Stores a mark. False: the cell is marked already, by somebody at this moment.
pub async fn mark(
    connection: &mut PgConnection,
    mission: Uuid,
    place: &Place,
    new: &Saying<'_>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO cell_mark (mission_id, id, indicator_id, period, first_day, last_day, area, slice, classification, \
         recorded_at, recorded_by, recorded_by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
         ON CONFLICT (mission_id, indicator_id, period, area, slice, classification) WHERE cleared_at IS NULL DO NOTHING",
    )
    .bind(mission)
    .bind(new.id)
    .bind(place.indicator)
    .bind(&place.period)
    .bind(place.days.0)
    .bind(place.days.1)
    .bind(&place.area)
    .bind(&place.slice)
    .bind(new.classification)
    .bind(new.at)
    .bind(new.by)
    .bind(new.by_name)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes the marks of a cell off, as far as the caller sees them. How classified they were.
pub async fn clear(connection: &mut PgConnection, place: &Place, by: &Saying<'_>) -> Result<Vec<i16>, sqlx::Error> {
    sqlx::query_scalar(
        "UPDATE cell_mark SET cleared_at = $5, cleared_by = $6, cleared_by_name = $7 WHERE indicator_id = $1 \
         AND period = $2 AND area = $3 AND slice = $4 AND cleared_at IS NULL RETURNING classification",
    )
    .bind(place.indicator)
    .bind(&place.period)
    .bind(&place.area)
    .bind(&place.slice)
    .bind(by.at)
    .bind(by.by)
    .bind(by.by_name)
    .fetch_all(connection)
    .await
}

/// Stores a comment.
pub async fn comment(
    connection: &mut PgConnection,
    mission: Uuid,
    place: &Place,
    new: &Saying<'_>,
    text: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO cell_comment (mission_id, id, indicator_id, period, first_day, last_day, area, slice, text, \
         classification, recorded_at, recorded_by, recorded_by_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(mission)
    .bind(new.id)
    .bind(place.indicator)
    .bind(&place.period)
    .bind(place.days.0)
    .bind(place.days.1)
    .bind(&place.area)
    .bind(&place.slice)
    .bind(text)
    .bind(new.classification)
    .bind(new.at)
    .bind(new.by)
    .bind(new.by_name)
    .execute(connection)
    .await
    .map(drop)
}

/// Which cells of some indicators, in some areas (`None`: in all) and about days between two, are marked or commented.
pub async fn signs(
    connection: &mut PgConnection,
    indicators: &[Uuid],
    areas: Option<&[String]>,
    days: (Option<NaiveDate>, Option<NaiveDate>),
    most: i64,
) -> Result<Vec<SignRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT indicator_id, period, area, slice, bool_or(mark) AS marked, count(*) FILTER (WHERE NOT mark) AS comments \
         FROM (SELECT indicator_id, period, area, slice, first_day, last_day, true AS mark FROM cell_mark \
             WHERE cleared_at IS NULL \
           UNION ALL SELECT indicator_id, period, area, slice, first_day, last_day, false FROM cell_comment) AS said \
         WHERE indicator_id = ANY($1) AND ($2::text[] IS NULL OR area = ANY($2)) \
           AND ($3::date IS NULL OR last_day >= $3) AND ($4::date IS NULL OR first_day <= $4) \
         GROUP BY indicator_id, period, area, slice ORDER BY min(first_day), period, indicator_id, area, slice LIMIT $5",
    )
    .bind(indicators)
    .bind(areas)
    .bind(days.0)
    .bind(days.1)
    .bind(most)
    .fetch_all(connection)
    .await
}
