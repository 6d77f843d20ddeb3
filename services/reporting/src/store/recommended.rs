//! Recommendations by what is kept of them beside their bodies: state, day, section, what they name.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::{model::Model, records::Row};

/// How many of some states are past a day, and the day of the first of them; a duplicate is carried out with its original.
pub async fn past(
    connection: &mut PgConnection,
    of: Model,
    states: &[&str],
    today: NaiveDate,
) -> Result<(i64, Option<NaiveDate>), sqlx::Error> {
    sqlx::query_as(
        "SELECT count(*), min(due) FROM record WHERE mission_id = $1 AND generation = $2 AND kind = 'recommendation' \
           AND state = ANY($3) AND due < $4 AND about = '-'",
    )
    .bind(of.mission)
    .bind(of.generation)
    .bind(states)
    .bind(today)
    .fetch_one(connection)
    .await
}

/// Of each section how many of some states are past a day, and how many are due until another one.
pub async fn by_section(
    connection: &mut PgConnection,
    of: Model,
    states: &[&str],
    today: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<(String, i64, i64)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT section, count(*) FILTER (WHERE due < $4), count(*) FILTER (WHERE due >= $4) FROM record \
         WHERE mission_id = $1 AND generation = $2 AND kind = 'recommendation' AND state = ANY($3) AND due <= $5 AND about = '-' \
         GROUP BY section",
    )
    .bind(of.mission)
    .bind(of.generation)
    .bind(states)
    .bind(today)
    .bind(until)
    .fetch_all(connection)
    .await
}

/// The latest of some states: past a day, the first day first.
pub async fn latest(
    connection: &mut PgConnection,
    of: Model,
    states: &[&str],
    today: NaiveDate,
    limit: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE mission_id = $1 AND generation = $2 AND kind = 'recommendation' AND state = ANY($3) AND due < $4 AND about = '-' \
         ORDER BY due, id LIMIT $5",
    )
    .bind(of.mission)
    .bind(of.generation)
    .bind(states)
    .bind(today)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// How many of some states there are, past a day, and due until another one; of all, or of those that name an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Counted {
    pub open: i64,
    pub late: i64,
    pub due: i64,
}

pub async fn counted(
    connection: &mut PgConnection,
    of: Model,
    (states, codes): (&[&str], &[String]),
    today: NaiveDate,
    until: NaiveDate,
) -> Result<Counted, sqlx::Error> {
    sqlx::query_as(
        "SELECT count(*) AS open, count(*) FILTER (WHERE due < $5) AS late, count(*) FILTER (WHERE due BETWEEN $5 AND $6) AS due \
         FROM record WHERE mission_id = $1 AND generation = $2 AND kind = 'recommendation' AND state = ANY($3) AND about = '-' \
           AND (cardinality($4::text[]) = 0 OR indicator_codes && $4)",
    )
    .bind(of.mission)
    .bind(of.generation)
    .bind(states)
    .bind(codes)
    .bind(today)
    .bind(until)
    .fetch_one(connection)
    .await
}

/// The first of some states by their days, those without one last; of all, or of those that name an indicator.
pub async fn first(
    connection: &mut PgConnection,
    of: Model,
    (states, codes): (&[&str], &[String]),
    limit: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE mission_id = $1 AND generation = $2 AND kind = 'recommendation' AND state = ANY($3) AND about = '-' \
           AND (cardinality($4::text[]) = 0 OR indicator_codes && $4) ORDER BY due NULLS LAST, id LIMIT $5",
    )
    .bind(of.mission)
    .bind(of.generation)
    .bind(states)
    .bind(codes)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// Those of which it is not kept beside the body what they say.
pub async fn unread(connection: &mut PgConnection, of: Model) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT kind, id, code, state, classification, recorded_at, body FROM record \
         WHERE mission_id = $1 AND generation = $2 AND kind = 'recommendation' AND about = ''",
    )
    .bind(of.mission)
    .bind(of.generation)
    .fetch_all(connection)
    .await
}

/// Keeps it of one, unless it has another state since.
pub async fn read(
    connection: &mut PgConnection,
    of: Model,
    (id, recorded_at): (&str, DateTime<Utc>),
    kept: &super::records::Kept,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE record SET about = $5, due = $6, section = $7, indicator_codes = $8 \
         WHERE mission_id = $1 AND generation = $2 AND kind = 'recommendation' AND id = $3 AND recorded_at = $4",
    )
    .bind(of.mission)
    .bind(of.generation)
    .bind(id)
    .bind(recorded_at)
    .bind(&kept.about)
    .bind(kept.due)
    .bind(&kept.section)
    .bind(&kept.indicator_codes)
    .execute(connection)
    .await
    .map(drop)
}
