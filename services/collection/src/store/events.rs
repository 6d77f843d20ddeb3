//! Geocoded events.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{FromRow, PgConnection, postgres::PgCopyIn};
use uuid::Uuid;

/// An event as it is stored.
#[derive(Debug, Clone, FromRow)]
pub struct EventRecord {
    pub id: Uuid,
    pub source: String,
    pub external_id: String,
    pub kind: String,
    pub sub_kind: String,
    pub date: String,
    pub date_precision: String,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub longitude: f64,
    pub latitude: f64,
    pub place: String,
    pub area: String,
    pub deaths_best: Option<i32>,
    pub deaths_low: Option<i32>,
    pub deaths_high: Option<i32>,
    pub deaths_civilians: Option<i32>,
    pub version: i64,
}

/// Makes the empty landing of this transaction.
pub async fn create_landing(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query(
        "CREATE TEMPORARY TABLE event_landing (id uuid, source text, external_id text, kind text, sub_kind text, \
         date text, date_precision text, first_day date, last_day date, longitude double precision, \
         latitude double precision, place text, area text, deaths_best integer, deaths_low integer, \
         deaths_high integer, deaths_civilians integer) ON COMMIT DROP",
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Fills the landing in the text format of COPY.
pub async fn copy(connection: &mut PgConnection) -> Result<PgCopyIn<&mut PgConnection>, sqlx::Error> {
    connection.copy_in_raw("COPY event_landing FROM STDIN").await
}

/// What an upsert did.
#[derive(Debug, Default, FromRow)]
pub struct Upserted {
    pub added: i64,
    pub changed: i64,
    pub total: i64,
    pub areas: Vec<String>,
}

/// Brings the landing into the events. Of one key the last row of the file counts.
pub async fn upsert(
    connection: &mut PgConnection,
    mission: Uuid,
    by: Uuid,
    at: DateTime<Utc>,
) -> Result<Upserted, sqlx::Error> {
    sqlx::query("ANALYZE event_landing").execute(&mut *connection).await?;
    sqlx::query_as(
        "WITH latest AS (SELECT DISTINCT ON (source, external_id) * FROM event_landing \
           ORDER BY source, external_id, id DESC), \
         done AS (INSERT INTO geo_event AS own (mission_id, id, source, external_id, kind, sub_kind, date, \
           date_precision, first_day, last_day, longitude, latitude, place, area, deaths_best, deaths_low, deaths_high, \
           deaths_civilians, recorded_at, recorded_by) \
           SELECT $1, id, source, external_id, kind, sub_kind, date, date_precision, first_day, last_day, longitude, \
           latitude, place, area, deaths_best, deaths_low, deaths_high, deaths_civilians, $3, $2 FROM latest \
           ON CONFLICT (mission_id, source, external_id) DO UPDATE SET kind = excluded.kind, \
           sub_kind = excluded.sub_kind, date = excluded.date, date_precision = excluded.date_precision, \
           first_day = excluded.first_day, last_day = excluded.last_day, longitude = excluded.longitude, \
           latitude = excluded.latitude, place = excluded.place, area = excluded.area, \
           deaths_best = excluded.deaths_best, deaths_low = excluded.deaths_low, deaths_high = excluded.deaths_high, \
           deaths_civilians = excluded.deaths_civilians, recorded_at = excluded.recorded_at, \
           recorded_by = excluded.recorded_by, version = own.version + 1 \
           WHERE (own.kind, own.sub_kind, own.date, own.longitude, own.latitude, own.place, own.area) \
             IS DISTINCT FROM (excluded.kind, excluded.sub_kind, excluded.date, excluded.longitude, excluded.latitude, \
             excluded.place, excluded.area) \
             OR (own.deaths_best, own.deaths_low, own.deaths_high, own.deaths_civilians) IS DISTINCT FROM \
             (excluded.deaths_best, excluded.deaths_low, excluded.deaths_high, excluded.deaths_civilians) \
           RETURNING version, area) \
         SELECT (SELECT count(*) FROM done WHERE version = 1) AS added, \
           (SELECT count(*) FROM done WHERE version > 1) AS changed, (SELECT count(*) FROM event_landing) AS total, \
           ARRAY(SELECT DISTINCT area FROM done ORDER BY 1) AS areas",
    )
    .bind(mission)
    .bind(by)
    .bind(at)
    .fetch_one(connection)
    .await
}

/// A page of events in the order of their days.
pub async fn list(
    connection: &mut PgConnection,
    area: &str,
    days: (Option<NaiveDate>, Option<NaiveDate>),
    after: Option<(NaiveDate, Uuid)>,
    limit: i64,
) -> Result<Vec<EventRecord>, sqlx::Error> {
    let (after_day, after_id) = after.unzip();
    sqlx::query_as(
        "SELECT * FROM geo_event WHERE ($1 = '' OR area = $1) AND ($2::date IS NULL OR last_day >= $2) \
         AND ($3::date IS NULL OR first_day <= $3) AND ($4::date IS NULL OR (first_day, id) > ($4, $5)) \
         ORDER BY first_day, id LIMIT $6",
    )
    .bind(area)
    .bind(days.0)
    .bind(days.1)
    .bind(after_day)
    .bind(after_id)
    .bind(limit)
    .fetch_all(connection)
    .await
}
