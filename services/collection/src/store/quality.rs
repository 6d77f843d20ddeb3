//! What is in force, with the day on which each place was first heard of.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// An observation in force, and when something about its place was first recorded.
#[derive(Debug, Clone, FromRow)]
pub struct Standing {
    pub id: Uuid,
    pub indicator_id: Uuid,
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
    pub first_recorded_at: DateTime<Utc>,
}

/// The observations of some indicators that count, about days from the given one on. Of several
/// classifications the highest that the caller may see.
pub async fn standing(
    connection: &mut PgConnection,
    indicators: &[Uuid],
    from: NaiveDate,
    limit: i64,
) -> Result<Vec<Standing>, sqlx::Error> {
    sqlx::query_as(
        "SELECT DISTINCT ON (o.indicator_id, o.first_day, o.period, o.area, o.slice) o.id, o.indicator_id, o.period, \
         o.area, o.slice, o.kind, o.value, o.numerator, o.denominator, o.level, \
         coalesce(last.state, o.recorded_state) AS state, o.definition_version, \
         min(o.recorded_at) OVER (PARTITION BY o.indicator_id, o.period, o.area, o.slice) AS first_recorded_at \
         FROM observation o LEFT JOIN LATERAL (SELECT s.state FROM observation_step s \
           WHERE s.mission_id = o.mission_id AND s.observation_id = o.id ORDER BY s.number DESC LIMIT 1) last ON true \
         WHERE o.indicator_id = ANY($1) AND o.first_day >= $2 \
           AND coalesce(last.state, o.recorded_state) IN ('submitted', 'verified', 'approved') \
         ORDER BY o.indicator_id, o.first_day, o.period, o.area, o.slice, o.classification DESC, o.edition DESC LIMIT $3",
    )
    .bind(indicators)
    .bind(from)
    .bind(limit)
    .fetch_all(connection)
    .await
}
