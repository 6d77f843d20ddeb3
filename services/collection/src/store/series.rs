//! The observations that series are made of: of every cell the one in force at a moment.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// An observation in force.
#[derive(Debug, Clone, FromRow)]
pub struct InForce {
    pub id: Uuid,
    pub period: String,
    pub area: String,
    pub slice: String,
    pub kind: String,
    pub value: Option<f64>,
    pub numerator: Option<f64>,
    pub denominator: Option<f64>,
    pub level: String,
    pub state: String,
    pub definition_version: i32,
    pub classification: i16,
}

/// The observations of an indicator that count at a moment, about days between two. Of several
/// editions the last that counts; of several classifications the highest that the caller may see.
pub async fn in_force(
    connection: &mut PgConnection,
    indicator: Uuid,
    moment: DateTime<Utc>,
    days: (Option<NaiveDate>, Option<NaiveDate>),
    limit: i64,
) -> Result<Vec<InForce>, sqlx::Error> {
    sqlx::query_as(
        "SELECT DISTINCT ON (o.first_day, o.period, o.area, o.slice) o.id, o.period, o.area, o.slice, o.kind, o.value, \
         o.numerator, o.denominator, o.level, coalesce(last.state, o.recorded_state) AS state, o.definition_version, o.classification \
         FROM observation o LEFT JOIN LATERAL (SELECT s.state FROM observation_step s \
           WHERE s.mission_id = o.mission_id AND s.observation_id = o.id AND s.at <= $2 \
           ORDER BY s.number DESC LIMIT 1) last ON true \
         WHERE o.indicator_id = $1 AND o.recorded_at <= $2 \
           AND ($3::date IS NULL OR o.last_day >= $3) AND ($4::date IS NULL OR o.first_day <= $4) \
           AND coalesce(last.state, o.recorded_state) IN ('submitted', 'verified', 'approved') \
         ORDER BY o.first_day, o.period, o.area, o.slice, o.classification DESC, o.edition DESC LIMIT $5",
    )
    .bind(indicator)
    .bind(moment)
    .bind(days.0)
    .bind(days.1)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// What is in force at an earlier and at a later moment, where it is not the same observation: newest period first.
pub async fn differing(
    connection: &mut PgConnection,
    indicator: Uuid,
    moments: (DateTime<Utc>, DateTime<Utc>),
    limit: i64,
) -> Result<Vec<(Option<Uuid>, Option<Uuid>)>, sqlx::Error> {
    sqlx::query_as(
        "WITH known AS (SELECT DISTINCT ON (m.place, o.first_day, o.period, o.area, o.slice) \
           m.place, o.id, o.first_day, o.period, o.area, o.slice \
           FROM (VALUES (1, $2::timestamptz), (2, $3::timestamptz)) AS m(place, moment) \
           JOIN observation o ON o.indicator_id = $1 AND o.recorded_at <= m.moment \
           LEFT JOIN LATERAL (SELECT s.state FROM observation_step s \
             WHERE s.mission_id = o.mission_id AND s.observation_id = o.id AND s.at <= m.moment \
             ORDER BY s.number DESC LIMIT 1) last ON true \
           WHERE coalesce(last.state, o.recorded_state) IN ('submitted', 'verified', 'approved') \
           ORDER BY m.place, o.first_day, o.period, o.area, o.slice, o.classification DESC, o.edition DESC), \
         earlier AS (SELECT * FROM known WHERE place = 1), later AS (SELECT * FROM known WHERE place = 2) \
         SELECT earlier.id, later.id FROM earlier FULL JOIN later USING (first_day, period, area, slice) \
         WHERE earlier.id IS DISTINCT FROM later.id ORDER BY first_day DESC, period, area, slice LIMIT $4",
    )
    .bind(indicator)
    .bind(moments.0)
    .bind(moments.1)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// The indicators that have observations, or are computed.
pub async fn indicators_with_data(connection: &mut PgConnection) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT i.id FROM indicator i WHERE i.formula <> '' OR i.event_measure IS NOT NULL OR EXISTS (SELECT FROM observation o WHERE o.mission_id = i.mission_id \
         AND o.indicator_id = i.id) ORDER BY i.code",
    )
    .fetch_all(connection)
    .await
}
