//! Steps of observations, one by one and a whole batch at once.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgConnection, types::Json};
use uuid::Uuid;

/// Who takes a step, when, why.
#[derive(Debug)]
pub struct Step<'a> {
    pub state: &'static str,
    pub at: DateTime<Utc>,
    pub by: Uuid,
    pub by_name: &'a str,
    pub reason: &'a str,
}

/// Takes observations a step on; those of which somebody took the same step meanwhile stay.
/// `numbers` are the numbers of the new steps. Returns how many moved.
pub async fn take(
    connection: &mut PgConnection,
    mission: Uuid,
    ids: &[Uuid],
    numbers: &[i32],
    classifications: &[i16],
    step: &Step<'_>,
) -> Result<u64, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO observation_step (mission_id, observation_id, number, state, at, by, by_name, reason, classification) \
         SELECT $1, taken.id, taken.number, $5, $6, $7, $8, $9, taken.classification \
         FROM unnest($2::uuid[], $3::int[], $4::smallint[]) AS taken(id, number, classification) \
         ON CONFLICT DO NOTHING",
    )
    .bind(mission)
    .bind(ids)
    .bind(numbers)
    .bind(classifications)
    .bind(step.state)
    .bind(step.at)
    .bind(step.by)
    .bind(step.by_name)
    .bind(step.reason)
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// How far somebody's role reaches: `None` is everywhere.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ReachRow {
    pub section: Option<String>,
    pub areas: Option<Vec<String>>,
}

/// What a bulk step touched.
#[derive(Debug, Clone, Default, FromRow)]
pub struct Touched {
    pub rows: i64,
    pub indicator_codes: Vec<String>,
    /// At most 501.
    pub areas: Vec<String>,
    /// At most 501.
    pub periods: Vec<String>,
    pub classification: i16,
}

/// Which observations of a batch take a step.
#[derive(Debug)]
pub struct Whom<'a> {
    /// Those in one of these states,
    pub from: &'a [&'a str],
    /// within this reach,
    pub reach: &'a [ReachRow],
    /// not the author's own,
    pub not_own: bool,
    /// and not these.
    pub kept: &'a [Uuid],
}

/// Takes the observations of a batch a step on that may take it and were not corrected.
pub async fn take_batch(
    connection: &mut PgConnection,
    mission: Uuid,
    batch: Uuid,
    whom: &Whom<'_>,
    step: &Step<'_>,
) -> Result<Touched, sqlx::Error> {
    sqlx::query_as(
        "WITH taken AS ( \
           INSERT INTO observation_step (mission_id, observation_id, number, state, at, by, by_name, reason, classification) \
           SELECT o.mission_id, o.id, coalesce(last.number, 0) + 1, $4, $5, $6, $7, $8, o.classification \
           FROM observation o JOIN indicator i ON i.mission_id = o.mission_id AND i.id = o.indicator_id \
           LEFT JOIN LATERAL (SELECT s.state, s.number FROM observation_step s WHERE s.mission_id = o.mission_id \
             AND s.observation_id = o.id ORDER BY s.number DESC LIMIT 1) last ON true \
           WHERE o.mission_id = $1 AND o.batch_id = $2 AND coalesce(last.state, o.recorded_state) = ANY($3) \
             AND NOT ($9 AND o.recorded_by = $6) AND o.id <> ALL($11) \
             AND EXISTS (SELECT FROM jsonb_to_recordset($10) AS g(section text, areas text[]) \
               WHERE (g.section IS NULL OR i.owner_section IN ('', g.section)) \
               AND (g.areas IS NULL OR o.area = ANY(g.areas))) \
             AND NOT EXISTS (SELECT FROM observation n WHERE n.mission_id = o.mission_id AND n.cell = o.cell \
               AND n.edition > o.edition AND coalesce((SELECT s.state FROM observation_step s \
                 WHERE s.mission_id = n.mission_id AND s.observation_id = n.id ORDER BY s.number DESC LIMIT 1), \
                 n.recorded_state) <> 'rejected') \
           ON CONFLICT DO NOTHING RETURNING observation_id, classification), \
         touched AS (SELECT i.code, o.area, o.period, taken.classification FROM taken \
           JOIN observation o ON o.mission_id = $1 AND o.id = taken.observation_id \
           JOIN indicator i ON i.mission_id = $1 AND i.id = o.indicator_id) \
         SELECT (SELECT count(*) FROM touched) AS rows, \
           ARRAY(SELECT DISTINCT code FROM touched ORDER BY 1) AS indicator_codes, \
           ARRAY(SELECT DISTINCT area FROM touched ORDER BY 1 LIMIT 501) AS areas, \
           ARRAY(SELECT DISTINCT period FROM touched ORDER BY 1 LIMIT 501) AS periods, \
           coalesce((SELECT max(classification) FROM touched), 0::smallint) AS classification",
    )
    .bind(mission)
    .bind(batch)
    .bind(whom.from)
    .bind(step.state)
    .bind(step.at)
    .bind(step.by)
    .bind(step.by_name)
    .bind(step.reason)
    .bind(whom.not_own)
    .bind(Json(whom.reach))
    .bind(whom.kept)
    .fetch_one(connection)
    .await
}

/// The observations of a batch in one of the states whose indicators have rules that are switched on.
pub async fn ruled_of_batch(
    connection: &mut PgConnection,
    batch: Uuid,
    states: &[&str],
    limit: i64,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT o.id FROM observation o LEFT JOIN LATERAL (SELECT s.state FROM observation_step s \
           WHERE s.mission_id = o.mission_id AND s.observation_id = o.id ORDER BY s.number DESC LIMIT 1) last ON true \
         WHERE o.batch_id = $1 AND coalesce(last.state, o.recorded_state) = ANY($2) \
           AND o.indicator_id IN (SELECT indicator_id FROM validation_rule WHERE active) ORDER BY o.id LIMIT $3",
    )
    .bind(batch)
    .bind(states)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// The observations about a section's indicators that are in one of the states and were not corrected,
/// in the order of their ids.
pub async fn of_section(
    connection: &mut PgConnection,
    section: &str,
    states: &[&str],
    limit: i64,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT o.id FROM observation o JOIN indicator i ON i.mission_id = o.mission_id AND i.id = o.indicator_id \
         LEFT JOIN LATERAL (SELECT s.state FROM observation_step s WHERE s.mission_id = o.mission_id \
           AND s.observation_id = o.id ORDER BY s.number DESC LIMIT 1) last ON true \
         WHERE i.owner_section = $1 AND coalesce(last.state, o.recorded_state) = ANY($2) \
           AND NOT EXISTS (SELECT FROM observation n WHERE n.mission_id = o.mission_id AND n.cell = o.cell \
             AND n.edition > o.edition AND coalesce((SELECT s.state FROM observation_step s \
               WHERE s.mission_id = n.mission_id AND s.observation_id = n.id ORDER BY s.number DESC LIMIT 1), \
               n.recorded_state) <> 'rejected') \
         ORDER BY o.id LIMIT $3",
    )
    .bind(section)
    .bind(states)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// The periods of a batch's observations that are in one of the states.
pub async fn periods_of_batch(connection: &mut PgConnection, batch: Uuid) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT DISTINCT period FROM observation WHERE batch_id = $1 ORDER BY 1")
        .bind(batch)
        .fetch_all(connection)
        .await
}

/// Rejects all observations of a batch that are not rejected, corrected or not. Returns how many;
/// `None`: somebody else moved one of them meanwhile, and the transaction is lost.
pub async fn reject_batch(
    connection: &mut PgConnection,
    mission: Uuid,
    batch: Uuid,
    step: &Step<'_>,
) -> Result<Option<u64>, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO observation_step (mission_id, observation_id, number, state, at, by, by_name, reason, classification) \
         SELECT o.mission_id, o.id, coalesce(last.number, 0) + 1, $3, $4, $5, $6, $7, o.classification \
         FROM observation o \
         LEFT JOIN (SELECT DISTINCT ON (observation_id) observation_id, state, number FROM observation_step \
           ORDER BY observation_id, number DESC) last ON last.observation_id = o.id \
         WHERE o.mission_id = $1 AND o.batch_id = $2 AND coalesce(last.state, o.recorded_state) <> 'rejected'",
    )
    .bind(mission)
    .bind(batch)
    .bind(step.state)
    .bind(step.at)
    .bind(step.by)
    .bind(step.by_name)
    .bind(step.reason)
    .execute(connection)
    .await;
    super::staging::unless_collided(done)
}
