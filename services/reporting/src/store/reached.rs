//! When records first reached a state that later ones hide.

use chrono::{DateTime, Utc};
use cpas_proto::words::Classification;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::events::ASSESSMENT_CYCLE;

/// Kinds of records and the states of which it is kept when they were reached.
const KEPT: [(&str, &str); 4] =
    [("plan", "active"), ("plan_change", "done"), ("recommendation", "implemented"), ("assessment", "finalized")];

/// True for a state of which it is kept when it was reached: one of these, or what a cycle of assessing asks for.
pub fn is_kept(kind: &str, state: &str) -> bool {
    KEPT.contains(&(kind, state)) || (kind == ASSESSMENT_CYCLE && !state.is_empty())
}

/// A state that a record reached.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Reached {
    pub mission_id: Uuid,
    pub kind: String,
    pub id: String,
    pub state: String,
    pub at: DateTime<Utc>,
}

/// Keeps that a record was in a state then: the earliest time stays, and the highest classification, in whatever order
/// the events arrive.
pub async fn keep(
    connection: &mut PgConnection,
    mission: Uuid,
    generation: i32,
    classification: Classification,
    at: DateTime<Utc>,
    (kind, id, state): (&str, &str, &str),
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO reached (mission_id, generation, kind, id, state, at, classification) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (mission_id, generation, kind, id, state) DO UPDATE SET at = least(reached.at, excluded.at), \
           classification = greatest(reached.classification, excluded.classification)",
    )
    .bind(mission)
    .bind(generation)
    .bind(kind)
    .bind(id)
    .bind(state)
    .bind(at)
    .bind(classification.rank())
    .execute(connection)
    .await
    .map(drop)
}

/// When a record was first in a state; `None`: that was not kept then.
pub async fn when(
    connection: &mut PgConnection,
    generation: i32,
    (kind, id, state): (&str, &str, &str),
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar("SELECT at FROM reached WHERE generation = $1 AND kind = $2 AND id = $3 AND state = $4")
        .bind(generation)
        .bind(kind)
        .bind(id)
        .bind(state)
        .fetch_optional(connection)
        .await
}

/// All that the caller may see: of its mission, or of the missions whose read was noted.
pub async fn all(connection: &mut PgConnection) -> Result<Vec<Reached>, sqlx::Error> {
    sqlx::query_as(
        "SELECT r.mission_id, r.kind, r.id, r.state, r.at FROM model m \
         JOIN reached r ON r.mission_id = m.mission_id AND r.generation = m.generation ORDER BY r.at, r.id",
    )
    .fetch_all(connection)
    .await
}
