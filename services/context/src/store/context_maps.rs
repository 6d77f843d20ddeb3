//! Rows of context maps.

use chassis::Failure;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{classification, stored, who};
use crate::domain::{
    Text, Who,
    context_map::{ContextMap, MapState},
    factor::Factor,
    ids::ContextMapId,
    page::PageOf,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    title: Json<Text>,
    period: String,
    areas: Vec<String>,
    themes: Vec<String>,
    narrative: Json<Text>,
    state: String,
    factors: Json<Vec<Factor>>,
    own_classification: i16,
    classification: i16,
    version: i64,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    recorded_by_name: String,
    authors: Vec<Uuid>,
    reviewed_by: Option<Uuid>,
    reviewed_by_name: Option<String>,
    published_at: Option<DateTime<Utc>>,
}

impl Row {
    fn into_map(self) -> Result<ContextMap, Failure> {
        Ok(ContextMap {
            id: ContextMapId(self.id),
            title: self.title.0,
            period: stored(&self.period)?,
            areas: self.areas,
            themes: self.themes,
            narrative: self.narrative.0,
            state: stored(&self.state)?,
            factors: self.factors.0,
            own_classification: classification(self.own_classification),
            classification: classification(self.classification),
            version: self.version,
            recorded_at: self.recorded_at,
            recorded_by: who(self.recorded_by, self.recorded_by_name),
            authors: self.authors,
            reviewed_by: self.reviewed_by.zip(self.reviewed_by_name).map(|(account, name)| Who { account, name }),
            published_at: self.published_at,
        })
    }
}

/// Stores a draft.
pub async fn insert(db: &mut PgConnection, mission: Uuid, map: &ContextMap) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO context_map (mission_id, id, title, period, areas, themes, narrative, state, factors, own_classification, \
             classification, version, recorded_at, recorded_by, recorded_by_name, authors) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    )
    .bind(mission)
    .bind(map.id.0)
    .bind(Json(&map.title))
    .bind(map.period.to_string())
    .bind(&map.areas)
    .bind(&map.themes)
    .bind(Json(&map.narrative))
    .bind(map.state.word())
    .bind(Json(&map.factors))
    .bind(map.own_classification.rank())
    .bind(map.classification.rank())
    .bind(map.version)
    .bind(map.recorded_at)
    .bind(map.recorded_by.account)
    .bind(&map.recorded_by.name)
    .bind(&map.authors)
    .execute(db)
    .await?;
    Ok(())
}

/// Stores what a step changed; the row was locked when the map was read.
pub async fn update(db: &mut PgConnection, map: &ContextMap) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE context_map SET state = $2, factors = $3, classification = $4, version = $5, authors = $6, reviewed_by = $7, \
             reviewed_by_name = $8, published_at = $9, title = $10, period = $11, areas = $12, themes = $13, \
             narrative = $14, own_classification = $15 \
         WHERE id = $1",
    )
    .bind(map.id.0)
    .bind(map.state.word())
    .bind(Json(&map.factors))
    .bind(map.classification.rank())
    .bind(map.version)
    .bind(&map.authors)
    .bind(map.reviewed_by.as_ref().map(|by| by.account))
    .bind(map.reviewed_by.as_ref().map(|by| &by.name))
    .bind(map.published_at)
    .bind(Json(&map.title))
    .bind(map.period.to_string())
    .bind(&map.areas)
    .bind(&map.themes)
    .bind(Json(&map.narrative))
    .bind(map.own_classification.rank())
    .execute(db)
    .await?;
    Ok(())
}

/// A map, if the caller may see it.
pub async fn get(db: &mut PgConnection, id: ContextMapId) -> Result<Option<ContextMap>, Failure> {
    let row: Option<Row> =
        sqlx::query_as("SELECT * FROM context_map WHERE id = $1").bind(id.0).fetch_optional(db).await?;
    row.map(Row::into_map).transpose()
}

/// A map to be changed; nobody else changes it until the transaction ends.
pub async fn lock(db: &mut PgConnection, id: ContextMapId) -> Result<Option<ContextMap>, Failure> {
    let row: Option<Row> =
        sqlx::query_as("SELECT * FROM context_map WHERE id = $1 FOR UPDATE").bind(id.0).fetch_optional(db).await?;
    row.map(Row::into_map).transpose()
}

/// The maps that are published now, to be superseded.
pub async fn lock_published(db: &mut PgConnection) -> Result<Vec<ContextMap>, Failure> {
    let rows: Vec<Row> = sqlx::query_as("SELECT * FROM context_map WHERE state = $1 ORDER BY id FOR UPDATE")
        .bind(MapState::Published.word())
        .fetch_all(db)
        .await?;
    rows.into_iter().map(Row::into_map).collect()
}

/// A page and the row after it, the latest drafted first; of one state, or of all.
pub async fn page(db: &mut PgConnection, page: &PageOf, only: Option<MapState>) -> Result<Vec<ContextMap>, Failure> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM context_map WHERE ($1::uuid IS NULL OR id < $1) AND ($2::text IS NULL OR state = $2) \
         ORDER BY id DESC LIMIT $3",
    )
    .bind(page.after.as_ref().map(|after| after.id))
    .bind(only.map(MapState::word))
    .bind(page.fetched())
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Row::into_map).collect()
}
