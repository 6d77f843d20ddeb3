//! Observations in force, page by page in the order of their places.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// An observation in force with what a file tells of it.
#[derive(Debug, Clone, FromRow)]
pub struct Exported {
    pub id: Uuid,
    pub definition_version: i32,
    pub period: String,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub area: String,
    pub slice: String,
    pub kind: String,
    pub value: Option<f64>,
    pub numerator: Option<f64>,
    pub denominator: Option<f64>,
    pub level: String,
    pub text: String,
    pub state: String,
    pub classification: i16,
    pub reliability: String,
    pub credibility: i16,
    pub source: String,
    pub note: String,
    pub recorded_at: DateTime<Utc>,
}

/// The place of an observation, which pages go on from.
#[derive(Debug, Clone)]
pub struct Place {
    pub first_day: NaiveDate,
    pub period: String,
    pub area: String,
    pub slice: String,
}

impl Exported {
    /// Where it stands.
    pub fn place(&self) -> Place {
        Place {
            first_day: self.first_day,
            period: self.period.clone(),
            area: self.area.clone(),
            slice: self.slice.clone(),
        }
    }
}

/// What a page is narrowed to.
#[derive(Debug)]
pub struct Narrowed<'a> {
    pub indicator: Uuid,
    pub moment: DateTime<Utc>,
    /// `None`: all, and the mission as a whole.
    pub areas: Option<&'a [String]>,
    pub days: (Option<NaiveDate>, Option<NaiveDate>),
}

/// A page after a place; the same observations as [`super::series::in_force`].
pub async fn page(
    connection: &mut PgConnection,
    of: &Narrowed<'_>,
    after: Option<&Place>,
    limit: i64,
) -> Result<Vec<Exported>, sqlx::Error> {
    sqlx::query_as(
        "SELECT DISTINCT ON (o.first_day, o.period, o.area, o.slice) o.id, o.definition_version, o.period, \
         o.first_day, o.last_day, o.area, o.slice, o.kind, o.value, o.numerator, o.denominator, o.level, o.text, \
         coalesce(last.state, o.recorded_state) AS state, o.classification, o.reliability, o.credibility, o.source, \
         o.note, o.recorded_at \
         FROM observation o LEFT JOIN LATERAL (SELECT s.state FROM observation_step s \
           WHERE s.mission_id = o.mission_id AND s.observation_id = o.id AND s.at <= $2 \
           ORDER BY s.number DESC LIMIT 1) last ON true \
         WHERE o.indicator_id = $1 AND o.recorded_at <= $2 \
           AND ($3::date IS NULL OR o.last_day >= $3) AND ($4::date IS NULL OR o.first_day <= $4) \
           AND ($5::text[] IS NULL OR o.area = ANY($5)) \
           AND ($6::date IS NULL OR o.first_day >= $6) \
           AND ($6::date IS NULL OR (o.first_day, o.period, o.area, o.slice) > ($6, $7, $8, $9)) \
           AND coalesce(last.state, o.recorded_state) IN ('submitted', 'verified', 'approved') \
         ORDER BY o.first_day, o.period, o.area, o.slice, o.classification DESC, o.edition DESC LIMIT $10",
    )
    .bind(of.indicator)
    .bind(of.moment)
    .bind(of.days.0)
    .bind(of.days.1)
    .bind(of.areas)
    .bind(after.map(|place| place.first_day))
    .bind(after.map(|place| place.period.as_str()))
    .bind(after.map(|place| place.area.as_str()))
    .bind(after.map(|place| place.slice.as_str()))
    .bind(limit)
    .fetch_all(connection)
    .await
}
