//! Events as indicators count them.

use chrono::{DateTime, NaiveDate, Utc};
use cpas_proto::words::Classification;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use crate::domain::{definition::EventMeasure, rollup::Incident};

/// The events of a measure.
#[derive(Debug)]
pub struct Incidents {
    pub incidents: Vec<Incident>,
    /// Their ids, in the same order.
    pub ids: Vec<Uuid>,
    /// The highest among them.
    pub classification: Classification,
}

/// The events of a measure as they were known at a moment, that lie between two days.
pub async fn incidents(
    connection: &mut PgConnection,
    measure: &EventMeasure,
    moment: DateTime<Utc>,
    days: (Option<NaiveDate>, Option<NaiveDate>),
    limit: i64,
) -> Result<Incidents, sqlx::Error> {
    let lower = |words: &[String]| words.iter().map(|word| word.to_lowercase()).collect::<Vec<_>>();
    let rows: Vec<(Uuid, String, NaiveDate, NaiveDate, Option<f64>, i16)> = sqlx::query_as(
        "SELECT id, area, first_day, last_day, CASE $6 WHEN 'events' THEN 1 WHEN 'deaths_best' THEN deaths_best \
           WHEN 'deaths_low' THEN deaths_low WHEN 'deaths_high' THEN deaths_high ELSE deaths_civilians \
           END::double precision, classification \
         FROM (SELECT id, classification, area, first_day, last_day, kind, sub_kind, deaths_best, deaths_low, deaths_high, deaths_civilians \
             FROM geo_event WHERE recorded_at <= $1 \
           UNION ALL SELECT id, classification, area, first_day, last_day, kind, sub_kind, deaths_best, deaths_low, \
             deaths_high, deaths_civilians FROM geo_event_past WHERE recorded_at <= $1 AND superseded_at > $1) known \
         WHERE (cardinality($2::text[]) = 0 OR lower(kind) = ANY($2)) \
           AND (cardinality($3::text[]) = 0 OR lower(sub_kind) = ANY($3)) \
           AND ($4::date IS NULL OR first_day >= $4) AND ($5::date IS NULL OR last_day <= $5) \
           AND id NOT IN (SELECT id FROM geo_event_shadowed) LIMIT $7",
    )
    .bind(moment)
    .bind(lower(&measure.kinds))
    .bind(lower(&measure.sub_kinds))
    .bind(days.0)
    .bind(days.1)
    .bind(measure.measure.word())
    .bind(limit)
    .fetch_all(connection)
    .await?;
    let mut found = Incidents { incidents: Vec::new(), ids: Vec::new(), classification: Classification::Unclassified };
    for (id, area, first_day, last_day, amount, classification) in rows {
        found.classification = found.classification.max(Classification::of_rank(classification));
        found.ids.push(id);
        found.incidents.push(Incident { area, first_day, last_day, amount });
    }
    Ok(found)
}

/// An event as it was known at a moment; what it is called and where exactly it was, as it stands.
#[derive(Debug, Clone, FromRow)]
pub struct KnownEvent {
    pub id: Uuid,
    pub source: String,
    pub external_id: String,
    pub kind: String,
    pub sub_kind: String,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub place: String,
    pub area: String,
    pub classification: i16,
    /// It says something else by now.
    pub changed_since: bool,
}

/// Some events as they were known at a moment.
pub async fn known(
    connection: &mut PgConnection,
    moment: DateTime<Utc>,
    ids: &[Uuid],
) -> Result<Vec<KnownEvent>, sqlx::Error> {
    sqlx::query_as(
        "SELECT known.id, now.source, now.external_id, known.kind, known.sub_kind, known.first_day, known.last_day, now.place, \
           known.area, now.classification, known.version <> now.version AS changed_since \
         FROM (SELECT id, version, kind, sub_kind, first_day, last_day, area FROM geo_event WHERE id = ANY($2) AND recorded_at <= $1 \
           UNION ALL SELECT id, version, kind, sub_kind, first_day, last_day, area FROM geo_event_past \
             WHERE id = ANY($2) AND recorded_at <= $1 AND superseded_at > $1) known \
         JOIN geo_event now ON now.id = known.id ORDER BY known.first_day, known.id",
    )
    .bind(moment)
    .bind(ids)
    .fetch_all(connection)
    .await
}

/// First and last day that the events known at a moment are about; `None` without any.
pub async fn reach(
    connection: &mut PgConnection,
    moment: DateTime<Utc>,
) -> Result<Option<(NaiveDate, NaiveDate)>, sqlx::Error> {
    let (first, last): (Option<NaiveDate>, Option<NaiveDate>) =
        sqlx::query_as(
            "SELECT min(first_day), max(last_day) FROM (SELECT first_day, last_day FROM geo_event WHERE recorded_at <= $1 \
             UNION ALL SELECT first_day, last_day FROM geo_event_past WHERE recorded_at <= $1 AND superseded_at > $1) known",
        )
        .bind(moment)
        .fetch_one(connection)
        .await?;
    Ok(first.zip(last))
}
