//! Dashboards. Each query says whose eyes it looks with: a private one is there for its maker alone.

use chrono::{DateTime, Utc};
use cpas_proto::words::Classification;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::domain::{
    dashboard::Dashboard,
    text::Text,
    tile::{Filters, Tile},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    version: i64,
    title: Json<Text>,
    tiles: Json<Vec<Tile>>,
    filters: Json<Filters>,
    shared: bool,
    maker: Uuid,
    made_by: String,
    classification: i16,
    recorded_at: DateTime<Utc>,
    recorded_by: String,
    removed_at: Option<DateTime<Utc>>,
}

impl From<Row> for Dashboard {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            version: row.version,
            title: row.title.0,
            tiles: row.tiles.0,
            filters: row.filters.0,
            shared: row.shared,
            maker: row.maker,
            made_by: row.made_by,
            classification: Classification::of_rank(row.classification),
            recorded_at: row.recorded_at,
            recorded_by: row.recorded_by,
            removed_at: row.removed_at,
        }
    }
}

/// A dashboard that is shared or the account's own, removed or not.
pub async fn find(connection: &mut PgConnection, account: Uuid, id: Uuid) -> Result<Option<Dashboard>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM dashboard WHERE id = $1 AND (shared OR maker = $2)")
        .bind(id)
        .bind(account)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(Dashboard::from))
}

/// The same, for the one who changes it.
pub async fn find_for_update(
    connection: &mut PgConnection,
    account: Uuid,
    id: Uuid,
) -> Result<Option<Dashboard>, sqlx::Error> {
    let row: Option<Row> =
        sqlx::query_as("SELECT * FROM dashboard WHERE id = $1 AND (shared OR maker = $2) FOR UPDATE")
            .bind(id)
            .bind(account)
            .fetch_optional(connection)
            .await?;
    Ok(row.map(Dashboard::from))
}

/// Those that are shared or the account's own, the account's own first: that are there, or that were removed.
pub async fn list(
    connection: &mut PgConnection,
    account: Uuid,
    removed: bool,
    limit: i64,
) -> Result<Vec<Dashboard>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM dashboard WHERE (shared OR maker = $1) AND (removed_at IS NOT NULL) = $2 \
         ORDER BY (maker = $1) DESC, removed_at DESC, lower(coalesce(nullif(title->>'en', ''), title->>'fr')), id LIMIT $3",
    )
    .bind(account)
    .bind(removed)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Dashboard::from).collect())
}

/// How many an account has that were not removed.
pub async fn count_of(connection: &mut PgConnection, account: Uuid) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM dashboard WHERE maker = $1 AND removed_at IS NULL")
        .bind(account)
        .fetch_one(connection)
        .await
}

/// Stores a new one.
pub async fn insert(connection: &mut PgConnection, mission: Uuid, of: &Dashboard) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO dashboard (mission_id, id, version, title, tiles, filters, shared, maker, made_by, classification, \
           recorded_at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(mission)
    .bind(of.id)
    .bind(of.version)
    .bind(Json(&of.title))
    .bind(Json(&of.tiles))
    .bind(Json(&of.filters))
    .bind(of.shared)
    .bind(of.maker)
    .bind(&of.made_by)
    .bind(of.classification.rank())
    .bind(of.recorded_at)
    .bind(&of.recorded_by)
    .execute(connection)
    .await
    .map(drop)
}

/// Stores the next version of one.
pub async fn update(connection: &mut PgConnection, of: &Dashboard) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE dashboard SET version = $2, title = $3, tiles = $4, filters = $5, shared = $6, classification = $7, \
           recorded_at = $8, recorded_by = $9, removed_at = $10 WHERE id = $1",
    )
    .bind(of.id)
    .bind(of.version)
    .bind(Json(&of.title))
    .bind(Json(&of.tiles))
    .bind(Json(&of.filters))
    .bind(of.shared)
    .bind(of.classification.rank())
    .bind(of.recorded_at)
    .bind(&of.recorded_by)
    .bind(of.removed_at)
    .execute(connection)
    .await
    .map(drop)
}
