//! What is not done, counted.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgConnection};

/// How many stand in a state.
#[derive(Debug, Clone, FromRow)]
pub struct Count {
    pub state: String,
    pub count: i64,
}

/// Observations that wait for somebody, by state; those that were superseded wait for nobody.
pub async fn observations(connection: &mut PgConnection) -> Result<Vec<Count>, sqlx::Error> {
    sqlx::query_as(
        "SELECT state, count(*) AS count FROM ( \
           SELECT coalesce(last.state, o.recorded_state) AS state, o.mission_id, o.cell, o.edition FROM observation o \
           LEFT JOIN LATERAL (SELECT s.state FROM observation_step s WHERE s.mission_id = o.mission_id \
             AND s.observation_id = o.id ORDER BY s.number DESC LIMIT 1) last ON true) own \
         WHERE state IN ('draft', 'returned', 'submitted', 'verified') \
           AND NOT EXISTS (SELECT FROM observation n WHERE n.mission_id = own.mission_id AND n.cell = own.cell \
             AND n.edition > own.edition AND coalesce((SELECT s.state FROM observation_step s \
               WHERE s.mission_id = n.mission_id AND s.observation_id = n.id ORDER BY s.number DESC LIMIT 1), \
               n.recorded_state) <> 'rejected') \
         GROUP BY state ORDER BY state",
    )
    .fetch_all(connection)
    .await
}

/// Files that are worked on, by anybody, and were told of since a moment.
pub async fn imports_under_way(connection: &mut PgConnection, told_since: DateTime<Utc>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT count(*) FROM import_work WHERE stage IN ('receiving', 'reading', 'checking', 'storing') AND told_at >= $1",
    )
    .bind(told_since)
    .fetch_one(connection)
    .await
}
