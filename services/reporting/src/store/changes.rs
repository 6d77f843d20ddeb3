//! Every event once, as a sentence.

use chrono::{DateTime, Utc};
use cpas_proto::words::Classification;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

/// Newest events among which a home looks for changes of different records.
const LOOKED_AT: i64 = 400;

/// A change to be told; an empty text is not told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    pub text_en: String,
    pub text_fr: String,
    /// In the web app, below the mission.
    pub path: String,
    /// A reader may be told.
    pub published: bool,
}

/// The event that it was.
#[derive(Debug, Clone)]
pub struct Event {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub what: String,
    pub record_id: String,
    pub classification: Classification,
}

/// Writes an event; a second time it does nothing.
pub async fn write(
    connection: &mut PgConnection,
    mission: Uuid,
    generation: i32,
    event: &Event,
    told: &Told,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO change (mission_id, generation, event_id, at, what, record_id, text_en, text_fr, path, published, classification) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
    )
    .bind(mission)
    .bind(generation)
    .bind(event.id)
    .bind(event.at)
    .bind(&event.what)
    .bind(&event.record_id)
    .bind(&told.text_en)
    .bind(&told.text_fr)
    .bind(&told.path)
    .bind(told.published)
    .bind(event.classification.rank())
    .execute(connection)
    .await
    .map(drop)
}

/// A change as it is read back.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    pub at: DateTime<Utc>,
    pub what: String,
    pub text_en: String,
    pub text_fr: String,
    pub path: String,
}

/// The newest changes, of each record the last; newest first.
pub async fn newest(
    connection: &mut PgConnection,
    generation: i32,
    only_published: bool,
    limit: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    // Said apart, so that the index of what is published is taken.
    let told = if only_published { "AND published" } else { "" };
    let newest = format!(
        "SELECT at, what, text_en, text_fr, path FROM (\
           SELECT DISTINCT ON (what, record_id) at, event_id, what, text_en, text_fr, path FROM (\
             SELECT at, event_id, what, record_id, text_en, text_fr, path FROM change \
             WHERE generation = $1 AND text_en <> '' {told} ORDER BY at DESC, event_id DESC LIMIT $2) last \
           ORDER BY what, record_id, at DESC, event_id DESC) each_one \
         ORDER BY at DESC, event_id DESC LIMIT $3",
    );
    sqlx::query_as(AssertSqlSafe(newest)).bind(generation).bind(LOOKED_AT).bind(limit).fetch_all(connection).await
}

/// The newest alarms since a moment, newest first: a stance that shifted, an overdue map, a paper whose data changed.
pub async fn alarms(
    connection: &mut PgConnection,
    generation: i32,
    since: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    // As the index has it.
    sqlx::query_as(
        "SELECT at, what, text_en, text_fr, path FROM change WHERE generation = $1 \
           AND what IN ('stakeholder.shifted', 'context_map.overdue', 'fact_sheet.touched') AND text_en <> '' AND at > $2 \
         ORDER BY at DESC, event_id DESC LIMIT $3",
    )
    .bind(generation)
    .bind(since)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// How many events were applied, and when the last was recorded.
pub async fn extent(
    connection: &mut PgConnection,
    generation: i32,
) -> Result<(i64, Option<DateTime<Utc>>), sqlx::Error> {
    sqlx::query_as("SELECT count(*), max(at) FROM change WHERE generation = $1")
        .bind(generation)
        .fetch_one(connection)
        .await
}

/// When the last event was recorded.
pub async fn last(connection: &mut PgConnection, generation: i32) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar("SELECT at FROM change WHERE generation = $1 ORDER BY at DESC LIMIT 1")
        .bind(generation)
        .fetch_optional(connection)
        .await
}
