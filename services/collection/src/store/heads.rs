//! Heads: of every place the last observation that was not rejected, in whichever state.

use chrono::NaiveDate;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// The last observation of a place.
#[derive(Debug, Clone, FromRow)]
pub struct Head {
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
    pub text: String,
    pub note: String,
    pub reason: String,
    pub state: String,
    pub steps: i32,
    pub recorded_by_name: String,
    pub classification: i16,
}

/// The heads of some indicators in some areas (`None`: in all), about days between two. Of several
/// classifications the highest that the caller may see.
pub async fn heads(
    connection: &mut PgConnection,
    indicators: &[Uuid],
    areas: Option<&[String]>,
    days: (Option<NaiveDate>, Option<NaiveDate>),
    limit: i64,
) -> Result<Vec<Head>, sqlx::Error> {
    sqlx::query_as(
        "SELECT DISTINCT ON (o.indicator_id, o.first_day, o.period, o.area, o.slice) o.id, o.indicator_id, o.period, \
         o.area, o.slice, o.kind, o.value, o.numerator, o.denominator, o.level, o.text, o.note, \
         CASE WHEN coalesce(last.reason, '') <> '' THEN last.reason ELSE o.reason END AS reason, \
         coalesce(last.state, o.recorded_state) AS state, coalesce(last.number, 0) AS steps, o.recorded_by_name, o.classification \
         FROM observation o LEFT JOIN LATERAL (SELECT s.state, s.number, s.reason FROM observation_step s \
           WHERE s.mission_id = o.mission_id AND s.observation_id = o.id ORDER BY s.number DESC LIMIT 1) last ON true \
         WHERE o.indicator_id = ANY($1) AND ($2::text[] IS NULL OR o.area = ANY($2)) \
           AND ($3::date IS NULL OR o.last_day >= $3) AND ($4::date IS NULL OR o.first_day <= $4) \
           AND coalesce(last.state, o.recorded_state) <> 'rejected' \
         ORDER BY o.indicator_id, o.first_day, o.period, o.area, o.slice, o.classification DESC, o.edition DESC LIMIT $5",
    )
    .bind(indicators)
    .bind(areas)
    .bind(days.0)
    .bind(days.1)
    .bind(limit)
    .fetch_all(connection)
    .await
}
