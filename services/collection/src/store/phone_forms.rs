//! What forms for phones say of indicators and areas, beside what values are checked by.

use chrono::NaiveDate;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use crate::domain::place::Places;

/// The words of an indicator as planning tells them.
#[derive(Debug, Clone, FromRow)]
pub struct Words {
    pub id: Uuid,
    pub name_en: String,
    pub name_fr: String,
    pub unit: String,
    /// Empty: not told yet.
    pub state: String,
}

/// Stores the words that belong to a version of an indicator; those of another version change nothing.
pub async fn keep_words(connection: &mut PgConnection, words: &Words, version: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE indicator SET name_en = $2, name_fr = $3, unit = $4, state = $5 WHERE id = $1 AND version = $6")
        .bind(words.id)
        .bind(&words.name_en)
        .bind(&words.name_fr)
        .bind(&words.unit)
        .bind(&words.state)
        .bind(version)
        .execute(connection)
        .await
        .map(drop)
}

/// The words of all indicators.
pub async fn words(connection: &mut PgConnection) -> Result<Vec<Words>, sqlx::Error> {
    sqlx::query_as("SELECT id, name_en, name_fr, unit, state FROM indicator").fetch_all(connection).await
}

/// An area with its names.
#[derive(Debug, Clone, FromRow)]
pub struct NamedArea {
    pub code: String,
    pub parent_code: String,
    pub name_en: String,
    pub name_fr: String,
}

/// The areas that exist on a day, by level and name.
pub async fn areas_on(connection: &mut PgConnection, day: NaiveDate) -> Result<Vec<NamedArea>, sqlx::Error> {
    sqlx::query_as(
        "SELECT DISTINCT ON (code) code, parent_code, name_en, name_fr FROM area \
         WHERE (valid_from IS NULL OR valid_from <= $1) AND (valid_to IS NULL OR valid_to >= $1) \
         ORDER BY code, version DESC",
    )
    .bind(day)
    .fetch_all(connection)
    .await
}

/// One area with its boundary, where it has one.
pub async fn boundary(connection: &mut PgConnection, code: &str) -> Result<Places, sqlx::Error> {
    type Row = (i32, String, Option<NaiveDate>, Option<NaiveDate>);
    let rows: Vec<Row> =
        sqlx::query_as("SELECT level, geometry, valid_from, valid_to FROM area WHERE code = $1 AND geometry <> ''")
            .bind(code)
            .fetch_all(connection)
            .await?;
    let mut places = Places::default();
    for (level, geometry, from, to) in rows {
        places.add(code, level.try_into().unwrap_or_default(), &geometry, (from, to));
    }
    Ok(places)
}
