//! Geocoded events.

use chrono::{DateTime, NaiveDate, Utc};
use cpas_proto::words::Classification;
use sqlx::{FromRow, PgConnection, postgres::PgCopyIn};
use uuid::Uuid;

use crate::domain::event::{EventRow, PointPrecision};

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
    pub point_precision: String,
    pub classification: i16,
    pub actor_one: String,
    pub actor_two: String,
    pub notes: String,
    pub version: i64,
    pub corrected_by: String,
    pub correction_reason: String,
}

/// Waits until no other file of events of the mission is being brought in.
pub async fn one_at_a_time(connection: &mut PgConnection, mission: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('cpas events ' || $1::text, 0))")
        .bind(mission)
        .execute(connection)
        .await
        .map(drop)
}

/// Makes the empty landing of this transaction.
pub async fn create_landing(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query(
        "CREATE TEMPORARY TABLE event_landing (id uuid, source text, external_id text, kind text, sub_kind text, \
         date text, date_precision text, first_day date, last_day date, longitude double precision, \
         latitude double precision, place text, area text, deaths_best integer, deaths_low integer, \
         deaths_high integer, deaths_civilians integer, point_precision text, classification smallint, \
         actor_one text, actor_two text, notes text) ON COMMIT DROP",
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
}

/// Brings the landing into the events. Of one key the last row of the file counts; none becomes less classified than
/// `least`. What was corrected by hand stays, but for a higher classification.
pub async fn upsert(
    connection: &mut PgConnection,
    mission: Uuid,
    by: Uuid,
    at: DateTime<Utc>,
    least: Classification,
) -> Result<Upserted, sqlx::Error> {
    sqlx::query("ANALYZE event_landing").execute(&mut *connection).await?;
    reclassify(connection, by, at, least).await?;
    sqlx::query_as(
        "WITH latest AS (SELECT DISTINCT ON (source, external_id) * FROM event_landing \
           ORDER BY source, external_id, id DESC), \
         done AS (INSERT INTO geo_event AS own (mission_id, id, source, external_id, kind, sub_kind, date, \
           date_precision, first_day, last_day, longitude, latitude, place, area, deaths_best, deaths_low, deaths_high, \
           deaths_civilians, point_precision, classification, actor_one, actor_two, notes, recorded_at, recorded_by) \
           SELECT $1, id, source, external_id, kind, sub_kind, date, date_precision, first_day, last_day, longitude, \
           latitude, place, area, deaths_best, deaths_low, deaths_high, deaths_civilians, point_precision, \
           classification, actor_one, actor_two, notes, $3, $2 FROM latest \
           ON CONFLICT (mission_id, source, external_id, classification) DO UPDATE SET kind = excluded.kind, \
           sub_kind = excluded.sub_kind, date = excluded.date, date_precision = excluded.date_precision, \
           first_day = excluded.first_day, last_day = excluded.last_day, longitude = excluded.longitude, \
           latitude = excluded.latitude, place = excluded.place, area = excluded.area, \
           deaths_best = excluded.deaths_best, deaths_low = excluded.deaths_low, deaths_high = excluded.deaths_high, \
           deaths_civilians = excluded.deaths_civilians, \
           point_precision = excluded.point_precision, actor_one = excluded.actor_one, \
           actor_two = excluded.actor_two, notes = excluded.notes, recorded_at = excluded.recorded_at, \
           recorded_by = excluded.recorded_by, version = own.version + 1 \
           WHERE own.correction_reason = '' AND (own.recorded_at = $3 \
             OR (own.kind, own.sub_kind, own.date, own.longitude, own.latitude, own.place, own.area, own.point_precision) \
             IS DISTINCT FROM (excluded.kind, excluded.sub_kind, excluded.date, excluded.longitude, excluded.latitude, \
             excluded.place, excluded.area, excluded.point_precision) \
             OR (own.deaths_best, own.deaths_low, own.deaths_high, own.deaths_civilians) IS DISTINCT FROM \
             (excluded.deaths_best, excluded.deaths_low, excluded.deaths_high, excluded.deaths_civilians) \
             OR (own.actor_one, own.actor_two, own.notes) IS DISTINCT FROM \
             (excluded.actor_one, excluded.actor_two, excluded.notes)) \
           RETURNING version) \
         SELECT (SELECT count(*) FROM done WHERE version = 1) AS added, \
           (SELECT count(*) FROM done WHERE version > 1) AS changed, (SELECT count(*) FROM event_landing) AS total",
    )
    .bind(mission)
    .bind(by)
    .bind(at)
    .fetch_one(connection)
    .await
}

/// Gives the rows that say no classification the one that their event has, and the events the one that their row says.
async fn reclassify(
    connection: &mut PgConnection,
    by: Uuid,
    at: DateTime<Utc>,
    least: Classification,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE event_landing row SET classification = greatest($1, coalesce(row.classification, \
         (SELECT max(own.classification) FROM geo_event own \
          WHERE own.source = row.source AND own.external_id = row.external_id))) \
         WHERE classification IS NULL OR classification < $1",
    )
    .bind(least.rank())
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "UPDATE event_landing row SET classification = own.classification \
         FROM (SELECT source, external_id, max(classification) AS classification FROM geo_event \
           WHERE correction_reason <> '' GROUP BY source, external_id) own \
         WHERE own.source = row.source AND own.external_id = row.external_id AND row.classification < own.classification",
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "UPDATE geo_event own SET classification = latest.classification, recorded_at = $2, recorded_by = $1, \
           version = own.version + 1 \
         FROM (SELECT DISTINCT ON (source, external_id) source, external_id, classification FROM event_landing \
           ORDER BY source, external_id, id DESC) latest \
         WHERE own.source = latest.source AND own.external_id = latest.external_id \
           AND own.classification <> latest.classification AND own.id NOT IN (SELECT id FROM geo_event_shadowed) \
           AND NOT EXISTS (SELECT FROM geo_event other WHERE other.mission_id = own.mission_id \
             AND other.source = own.source AND other.external_id = own.external_id \
             AND other.classification = latest.classification)",
    )
    .bind(by)
    .bind(at)
    .execute(connection)
    .await
    .map(drop)
}

/// An event that is kept under an area that is not there on its day.
#[derive(Debug, FromRow)]
pub struct Astray {
    pub id: Uuid,
    pub longitude: f64,
    pub latitude: f64,
    pub first_day: NaiveDate,
    /// Of the area that it is kept under; of one that never was, that of what it was to come of; 0 where neither is known.
    pub level: i32,
}

/// Events whose area is not there on their day: a split or merge, or its undoing, was told after them.
pub async fn astray(connection: &mut PgConnection) -> Result<Vec<Astray>, sqlx::Error> {
    sqlx::query_as(
        "SELECT own.id, own.longitude, own.latitude, own.first_day, \
         COALESCE((SELECT max(level) FROM area WHERE area.mission_id = own.mission_id AND area.code = own.area), \
           (SELECT max(before.level) FROM area_change, jsonb_array_elements(successors) AS part, area before \
            WHERE area_change.mission_id = own.mission_id AND part ->> 'code' = own.area \
            AND before.mission_id = own.mission_id AND before.code = ANY(predecessors)), 0) AS level \
         FROM geo_event own WHERE NOT EXISTS (SELECT FROM area WHERE area.mission_id = own.mission_id \
         AND area.code = own.area AND (valid_from IS NULL OR valid_from <= own.first_day) \
         AND (valid_to IS NULL OR own.first_day <= valid_to))",
    )
    .fetch_all(connection)
    .await
}

/// Puts each of the events under an area of its own; how many.
pub async fn move_to(
    connection: &mut PgConnection,
    moves: &[(Uuid, String)],
    at: DateTime<Utc>,
) -> Result<u64, sqlx::Error> {
    let (ids, areas): (Vec<Uuid>, Vec<&str>) = moves.iter().map(|(id, area)| (*id, area.as_str())).unzip();
    sqlx::query(
        "UPDATE geo_event own SET area = moved.area, recorded_at = $3, version = own.version + 1 \
         FROM unnest($1::uuid[], $2::text[]) AS moved(id, area) WHERE own.id = moved.id AND own.area <> moved.area",
    )
    .bind(ids)
    .bind(areas)
    .bind(at)
    .execute(connection)
    .await
    .map(|done| done.rows_affected())
}

/// Where and when events of one classification changed.
#[derive(Debug, FromRow)]
pub struct TouchedEvents {
    pub classification: i16,
    pub areas: Vec<String>,
    pub months: Vec<String>,
    pub events: i64,
}

/// Areas and months that events changed in at a moment: where they are, and where they were before.
pub async fn touched(connection: &mut PgConnection, moment: DateTime<Utc>) -> Result<Vec<TouchedEvents>, sqlx::Error> {
    sqlx::query_as(
        "WITH touched AS (SELECT id, classification, area, first_day, last_day FROM geo_event WHERE recorded_at = $1 \
           UNION ALL SELECT id, classification, area, first_day, last_day FROM geo_event_past WHERE superseded_at = $1) \
         SELECT classification, array_agg(DISTINCT area ORDER BY area) AS areas, \
           array_agg(DISTINCT to_char(day, 'YYYY-MM') ORDER BY to_char(day, 'YYYY-MM')) AS months, \
           count(DISTINCT id) AS events \
         FROM touched, LATERAL (VALUES (first_day), (last_day)) AS ends(day) GROUP BY classification ORDER BY 1",
    )
    .bind(moment)
    .fetch_all(connection)
    .await
}

/// One event.
pub async fn find(connection: &mut PgConnection, id: Uuid) -> Result<Option<EventRecord>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM geo_event WHERE id = $1").bind(id).fetch_optional(connection).await
}

/// A correction by hand.
#[derive(Debug)]
pub struct Correction<'a> {
    pub event: &'a EventRow,
    pub days: (NaiveDate, NaiveDate),
    pub area: &'a str,
    pub classification: Classification,
    pub at: DateTime<Utc>,
    pub by: Uuid,
    pub by_name: &'a str,
    pub reason: &'a str,
}

/// Corrects an event. False: the same event stands there with this classification, and nothing is changed.
pub async fn correct(connection: &mut PgConnection, id: Uuid, to: &Correction<'_>) -> Result<bool, sqlx::Error> {
    let event = to.event;
    let done = sqlx::query(
        "UPDATE geo_event own SET kind = $2, sub_kind = $3, date = $4, date_precision = $5, first_day = $6, last_day = $7, \
         longitude = $8, latitude = $9, place = $10, area = $11, deaths_best = $12, deaths_low = $13, deaths_high = $14, \
         deaths_civilians = $15, point_precision = $16, classification = $17, actor_one = $18, actor_two = $19, \
         notes = $20, recorded_at = $21, recorded_by = $22, corrected_by = $23, correction_reason = $24, \
         version = own.version + 1 WHERE own.id = $1 AND NOT EXISTS (SELECT FROM geo_event other \
           WHERE other.mission_id = own.mission_id AND other.source = own.source \
           AND other.external_id = own.external_id AND other.classification = $17 AND other.id <> own.id)",
    )
    .bind(id)
    .bind(&event.kind)
    .bind(&event.sub_kind)
    .bind(event.when.text())
    .bind(event.when.precision())
    .bind(to.days.0)
    .bind(to.days.1)
    .bind(event.longitude)
    .bind(event.latitude)
    .bind(&event.place)
    .bind(to.area)
    .bind(event.deaths_best)
    .bind(event.deaths_low)
    .bind(event.deaths_high)
    .bind(event.deaths_civilians)
    .bind(event.point_precision.map(PointPrecision::word).unwrap_or_default())
    .bind(to.classification.rank())
    .bind(&event.actor_one)
    .bind(&event.actor_two)
    .bind(&event.notes)
    .bind(to.at)
    .bind(to.by)
    .bind(to.by_name)
    .bind(to.reason)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
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
         AND id NOT IN (SELECT id FROM geo_event_shadowed) \
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
