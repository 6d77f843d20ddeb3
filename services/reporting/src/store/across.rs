//! Read models of several missions, for headquarters: what is large is read mission by mission, so that no more than
//! one is held at a time. The role shows those that the transaction has noted, up to the caller's clearance.

use chrono::{DateTime, Utc};
use futures::stream::BoxStream;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{model::Model, records, series};
use crate::domain::home::SeriesPoint;

/// A record with the mission that it belongs to.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    pub mission_id: Uuid,
    #[sqlx(flatten)]
    pub record: records::Row,
}

/// A series with the mission that it belongs to.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Part {
    pub mission_id: Uuid,
    #[sqlx(flatten)]
    pub part: series::Part,
}

/// A mission that there is.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Mission {
    pub mission_id: Uuid,
    pub generation: i32,
    #[sqlx(flatten)]
    pub record: records::Row,
}

/// The missions that there are, in order of their codes; nothing of what they hold.
pub async fn missions(connection: &mut PgConnection) -> Result<Vec<Mission>, sqlx::Error> {
    sqlx::query_as(
        "SELECT r.mission_id, m.generation, r.kind, r.id, r.code, r.state, r.classification, r.recorded_at, r.body \
         FROM model m JOIN record r ON r.mission_id = m.mission_id AND r.generation = m.generation AND r.kind = 'mission' \
         ORDER BY r.code",
    )
    .fetch_all(connection)
    .await
}

/// When the last event of each mission was recorded.
pub async fn known(connection: &mut PgConnection) -> Result<Vec<(Uuid, DateTime<Utc>)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT m.mission_id, last.at FROM model m CROSS JOIN LATERAL (SELECT c.at FROM change c \
         WHERE c.mission_id = m.mission_id AND c.generation = m.generation ORDER BY c.at DESC LIMIT 1) last",
    )
    .fetch_all(connection)
    .await
}

/// An indicator that was cloned from the library, with the series of its mission as a whole.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Shared {
    pub mission_id: Uuid,
    pub library_code: String,
    /// The mission's indicator and the library's, as their event told them; the latter empty where it told none.
    pub own: Vec<u8>,
    pub library: Vec<u8>,
    pub frequency: Option<String>,
    #[sqlx(json(nullable))]
    pub points: Option<Vec<SeriesPoint>>,
}

/// The approved and active indicators that missions cloned from the library, by code and mission: of one of the
/// library's with its points, or of all of them without.
pub async fn shared(connection: &mut PgConnection, library_code: Option<&str>) -> Result<Vec<Shared>, sqlx::Error> {
    sqlx::query_as(
        "SELECT i.mission_id, l.code AS library_code, i.body AS own, l.body AS library, s.frequency, s.points \
         FROM model m \
         JOIN record l ON l.mission_id = m.mission_id AND l.generation = m.generation AND l.kind = 'library_indicator' \
         JOIN record i ON i.mission_id = m.mission_id AND i.generation = m.generation AND i.kind = 'indicator' AND i.id = l.id \
         LEFT JOIN series s ON $1::text IS NOT NULL AND s.mission_id = m.mission_id AND s.generation = m.generation \
           AND s.indicator_code = i.code AND s.area = '' AND s.slice = '' \
         WHERE ($1::text IS NULL OR l.code = $1) AND i.state IN ('approved', 'active') ORDER BY l.code, i.mission_id, i.code",
    )
    .bind(library_code)
    .fetch_all(connection)
    .await
}

/// All of them, with their points.
pub async fn shared_with_points(connection: &mut PgConnection) -> Result<Vec<Shared>, sqlx::Error> {
    sqlx::query_as(
        "SELECT i.mission_id, l.code AS library_code, i.body AS own, l.body AS library, s.frequency, s.points \
         FROM model m \
         JOIN record l ON l.mission_id = m.mission_id AND l.generation = m.generation AND l.kind = 'library_indicator' \
         JOIN record i ON i.mission_id = m.mission_id AND i.generation = m.generation AND i.kind = 'indicator' AND i.id = l.id \
         LEFT JOIN series s ON s.mission_id = m.mission_id AND s.generation = m.generation \
           AND s.indicator_code = i.code AND s.area = '' AND s.slice = '' \
         WHERE i.state IN ('approved', 'active') ORDER BY l.code, i.mission_id, i.code",
    )
    .fetch_all(connection)
    .await
}

/// What can be late in a mission, but what is kept otherwise: published maps and the schedule of mapping, assessments that
/// are not finalized.
pub async fn of_dues(connection: &mut PgConnection, of: Model) -> Result<Vec<records::Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE mission_id = $1 AND generation = $2 AND ((kind = 'context_map' AND state = 'published') \
           OR kind = 'mapping_schedule' OR (kind = 'assessment' AND state <> 'finalized')) ORDER BY kind, code, id",
    )
    .bind(of.mission)
    .bind(of.generation)
    .fetch_all(connection)
    .await
}

/// What says how the themes of a mission were rated and what became of what was recommended: findings, finalized
/// assessments and recommendations. They come one by one and in no order, so that not all bodies are held.
pub fn of_themes(connection: &mut PgConnection, of: Model) -> BoxStream<'_, Result<records::Row, sqlx::Error>> {
    sqlx::query_as(
        "SELECT kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE mission_id = $1 AND generation = $2 AND (kind IN ('finding', 'recommendation') \
           OR (kind = 'assessment' AND state = 'finalized'))",
    )
    .bind(of.mission)
    .bind(of.generation)
    .fetch(connection)
}

/// What a line of time is made of: of one's own mission, or of those whose read was noted.
pub async fn of_time_lines(connection: &mut PgConnection) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT r.mission_id, r.kind, r.id, r.code, r.state, r.classification, r.recorded_at, r.body \
         FROM model m JOIN record r ON r.mission_id = m.mission_id AND r.generation = m.generation \
         WHERE r.kind IN ('finding', 'target') OR (r.kind = 'plan' AND r.state IN ('active', 'superseded', 'archived')) \
           OR (r.kind = 'plan_change' AND r.state = 'done') OR (r.kind = 'assessment' AND r.state = 'finalized') \
           OR (r.kind = 'recommendation' AND r.state IN ('implemented', 'verified')) \
           OR (r.kind = 'context_map' AND r.state IN ('published', 'superseded')) \
           OR (r.kind = 'indicator' AND r.state IN ('approved', 'active')) \
         UNION ALL (SELECT DISTINCT ON (r.mission_id, r.code) \
             r.mission_id, r.kind, r.id, r.code, r.state, r.classification, r.recorded_at, r.body \
           FROM model m JOIN record r ON r.mission_id = m.mission_id AND r.generation = m.generation \
           WHERE r.kind = 'analysis' AND r.code NOT LIKE '%|%' ORDER BY r.mission_id, r.code, r.recorded_at DESC, r.id)",
    )
    .fetch_all(connection)
    .await
}

/// The series of each mission as a whole, of all indicators, with all their points.
pub async fn whole_series(connection: &mut PgConnection) -> Result<Vec<Part>, sqlx::Error> {
    sqlx::query_as(
        "SELECT s.mission_id, s.indicator_code, s.area, s.slice, s.frequency, s.observations, s.points, s.classification \
         FROM model m JOIN series s ON s.mission_id = m.mission_id AND s.generation = m.generation \
         WHERE s.area = '' AND s.slice = ''",
    )
    .fetch_all(connection)
    .await
}
