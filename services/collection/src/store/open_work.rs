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

/// How many of a classification stand in a state.
#[derive(Debug, Clone, FromRow)]
pub struct Waiting {
    pub state: String,
    pub classification: i16,
    pub count: i64,
}

/// That nobody took a step with it, or a later one, and that no later edition stands in its place.
macro_rules! stands {
    ($of:literal, $later:literal) => {
        concat!(
            "NOT EXISTS (SELECT FROM observation_step later WHERE later.mission_id = ",
            $of,
            ".mission_id ",
            $later,
            ") AND NOT EXISTS (SELECT FROM observation own JOIN observation n ON n.mission_id = own.mission_id \
               AND n.cell = own.cell AND n.edition > own.edition WHERE own.mission_id = ",
            $of,
            ".mission_id AND own.id = ",
            $of,
            ".observation_id AND coalesce((SELECT s.state FROM observation_step s WHERE s.mission_id = n.mission_id \
               AND s.observation_id = n.id ORDER BY s.number DESC LIMIT 1), n.recorded_state) <> 'rejected')"
        )
    };
}

/// Observations that wait for somebody, by state and classification, up to a bound of each state. Asked after every
/// write: from each state's own rows, and no further than to the bound.
pub async fn waiting(connection: &mut PgConnection, most: i64) -> Result<Vec<Waiting>, sqlx::Error> {
    sqlx::query_as(concat!(
        "SELECT state, classification, count(*) AS count FROM ( \
           (SELECT 'draft' AS state, o.classification FROM (SELECT mission_id, id AS observation_id, classification \
              FROM observation WHERE recorded_state = 'draft') o WHERE ",
        stands!("o", "AND later.observation_id = o.observation_id"),
        " LIMIT $1) UNION ALL (SELECT state, classification FROM (( \
            SELECT 'submitted' AS state, o.classification FROM (SELECT mission_id, id AS observation_id, classification \
              FROM observation WHERE recorded_state = 'submitted') o WHERE ",
        stands!("o", "AND later.observation_id = o.observation_id"),
        " LIMIT $1) UNION ALL (SELECT o.state, o.classification FROM observation_step o WHERE o.state = 'submitted' AND ",
        stands!("o", "AND later.observation_id = o.observation_id AND later.number > o.number"),
        " LIMIT $1)) submitted LIMIT $1) UNION ALL (SELECT o.state, o.classification FROM observation_step o \
            WHERE o.state = 'verified' AND ",
        stands!("o", "AND later.observation_id = o.observation_id AND later.number > o.number"),
        " LIMIT $1)) waiting GROUP BY state, classification ORDER BY state, classification"
    ))
    .bind(most)
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
