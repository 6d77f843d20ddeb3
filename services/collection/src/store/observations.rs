//! Observations as they were known at a moment.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use super::all;
use crate::domain::observation::State;

/// An observation with what was known of it at a moment.
#[derive(Debug, Clone, FromRow)]
pub struct Known {
    pub id: Uuid,
    pub indicator_id: Uuid,
    pub indicator_code: String,
    pub owner_section: String,
    pub definition_version: i32,
    pub period: String,
    pub area: String,
    pub slice: String,
    pub cell: Uuid,
    pub edition: i32,
    pub supersedes: Option<Uuid>,
    pub kind: String,
    pub value: Option<f64>,
    pub numerator: Option<f64>,
    pub denominator: Option<f64>,
    pub level: String,
    pub text: String,
    pub note: String,
    pub source: String,
    pub reliability: String,
    pub credibility: i16,
    pub reason: String,
    pub classification: i16,
    pub batch_id: Option<Uuid>,
    pub batch_row: Option<i32>,
    pub batch_sheet: String,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: Uuid,
    pub recorded_by_name: String,
    pub state: String,
    /// Steps taken until the moment.
    pub steps: i32,
    pub superseded_by: Option<Uuid>,
    pub verified_by: Option<String>,
    pub approved_by: Option<String>,
}

impl Known {
    /// Its version: 1 and one more for every step.
    pub fn version(&self) -> i64 {
        i64::from(self.steps) + 1
    }
}

/// All of [`Known`] as known at `$1`, followed by the rest of the statement. `last` is the last step.
macro_rules! known {
    ($rest:literal) => {
        concat!(
            "SELECT o.id, o.indicator_id, i.code AS indicator_code, i.owner_section, o.definition_version, o.period, \
             o.area, o.slice, o.cell, o.edition, o.supersedes, o.kind, o.value, o.numerator, o.denominator, o.level, \
             o.text, o.note, o.source, o.reliability, o.credibility, \
             CASE WHEN coalesce(last.reason, '') <> '' THEN last.reason ELSE o.reason END AS reason, \
             o.classification, o.batch_id, o.batch_row, o.batch_sheet, o.recorded_at, o.recorded_by, \
             o.recorded_by_name, \
             coalesce(last.state, o.recorded_state) AS state, coalesce(last.number, 0) AS steps, \
             later.id AS superseded_by, \
             CASE WHEN coalesce(last.state, '') IN ('verified', 'approved') THEN (SELECT s.by_name \
               FROM observation_step s WHERE s.mission_id = o.mission_id AND s.observation_id = o.id \
               AND s.state = 'verified' AND s.at <= $1 ORDER BY s.number DESC LIMIT 1) END AS verified_by, \
             CASE WHEN last.state = 'approved' THEN last.by_name END AS approved_by \
             FROM observation o JOIN indicator i ON i.mission_id = o.mission_id AND i.id = o.indicator_id \
             LEFT JOIN LATERAL (SELECT s.state, s.number, s.reason, s.by_name FROM observation_step s \
               WHERE s.mission_id = o.mission_id AND s.observation_id = o.id AND s.at <= $1 \
               ORDER BY s.number DESC LIMIT 1) last ON true \
             LEFT JOIN LATERAL (SELECT n.id FROM observation n WHERE n.mission_id = o.mission_id \
               AND n.cell = o.cell AND n.edition > o.edition AND n.recorded_at <= $1 \
               AND coalesce((SELECT s.state FROM observation_step s WHERE s.mission_id = n.mission_id \
                 AND s.observation_id = n.id AND s.at <= $1 ORDER BY s.number DESC LIMIT 1), n.recorded_state) \
                 <> 'rejected' ORDER BY n.edition LIMIT 1) later ON true \
             WHERE o.recorded_at <= $1 ",
            $rest
        )
    };
}

/// One observation as known at a moment.
pub async fn find(
    connection: &mut PgConnection,
    moment: DateTime<Utc>,
    id: Uuid,
) -> Result<Option<Known>, sqlx::Error> {
    sqlx::query_as(known!("AND o.id = $2")).bind(moment).bind(id).fetch_optional(connection).await
}

/// Several observations, in the order of their ids.
pub async fn find_all(
    connection: &mut PgConnection,
    moment: DateTime<Utc>,
    ids: &[Uuid],
) -> Result<Vec<Known>, sqlx::Error> {
    sqlx::query_as(known!("AND o.id = ANY($2) ORDER BY o.id")).bind(moment).bind(ids).fetch_all(connection).await
}

/// All editions of a cell, oldest first.
pub async fn history(
    connection: &mut PgConnection,
    moment: DateTime<Utc>,
    cell: Uuid,
) -> Result<Vec<Known>, sqlx::Error> {
    sqlx::query_as(known!("AND o.cell = $2 ORDER BY o.edition")).bind(moment).bind(cell).fetch_all(connection).await
}

/// All editions of several cells, oldest first within a cell. Each cell is looked up by itself, and the statement is
/// planned for each call: most of what is entered is new, and a plan that was kept from when the table was nearly empty
/// would go through all of it once for every cell.
pub async fn histories(
    connection: &mut PgConnection,
    moment: DateTime<Utc>,
    cells: &[Uuid],
) -> Result<Vec<Known>, sqlx::Error> {
    sqlx::query_as(known!(
        "AND o.id = ANY(ARRAY(SELECT own.id FROM unnest($2::uuid[]) AS wanted(cell) \
         CROSS JOIN LATERAL (SELECT n.id FROM observation n WHERE n.cell = wanted.cell OFFSET 0) own)) \
         ORDER BY o.cell, o.edition"
    ))
    .persistent(false)
    .bind(moment)
    .bind(cells)
    .fetch_all(connection)
    .await
}

/// What a list is narrowed to; empty: not at all.
#[derive(Debug, Default)]
pub struct Filter {
    pub indicator: Option<Uuid>,
    pub area: Option<String>,
    pub period: String,
    pub state: String,
    pub batch: Option<Uuid>,
    pub after: Option<Uuid>,
}

/// A page of observations in the order of their ids.
pub async fn list(
    connection: &mut PgConnection,
    moment: DateTime<Utc>,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Known>, sqlx::Error> {
    // The ids first, so that what else is known is looked up for those of the page only.
    sqlx::query_as(known!(
        "AND o.id = ANY(ARRAY(SELECT n.id FROM observation n LEFT JOIN LATERAL (SELECT s.state FROM observation_step s \
           WHERE s.mission_id = n.mission_id AND s.observation_id = n.id AND s.at <= $1 ORDER BY s.number DESC LIMIT 1) \
           step ON true \
         WHERE n.recorded_at <= $1 AND ($2::uuid IS NULL OR n.indicator_id = $2) AND ($3::text IS NULL OR n.area = $3) \
           AND ($4 = '' OR n.period = $4) AND ($5 = '' OR coalesce(step.state, n.recorded_state) = $5) \
           AND ($6::uuid IS NULL OR n.batch_id = $6) AND ($7::uuid IS NULL OR n.id > $7) \
           AND EXISTS (SELECT FROM indicator i WHERE i.mission_id = n.mission_id AND i.id = n.indicator_id) \
         ORDER BY n.id LIMIT $8)) \
         ORDER BY o.id"
    ))
    .bind(moment)
    .bind(filter.indicator)
    .bind(&filter.area)
    .bind(&filter.period)
    .bind(&filter.state)
    .bind(filter.batch)
    .bind(filter.after)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// An observation to be recorded.
#[derive(Debug)]
pub struct New {
    pub id: Uuid,
    pub indicator: Uuid,
    pub definition_version: i32,
    pub period: String,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub area: String,
    pub slice: String,
    pub cell: Uuid,
    pub edition: i32,
    pub supersedes: Option<Uuid>,
    pub kind: &'static str,
    pub value: Option<f64>,
    pub numerator: Option<f64>,
    pub denominator: Option<f64>,
    pub level: String,
    pub text: String,
    pub note: String,
    pub source: String,
    pub reliability: String,
    pub credibility: i16,
    pub reason: String,
    pub classification: i16,
    /// The state in which it is recorded.
    pub state: State,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: Uuid,
    pub recorded_by_name: String,
}

/// Records one observation. False: somebody recorded that edition of the cell already.
pub async fn insert(connection: &mut PgConnection, mission: Uuid, new: &New) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO observation (mission_id, id, indicator_id, definition_version, period, first_day, last_day, \
         area, slice, cell, edition, supersedes, kind, value, numerator, denominator, level, text, note, source, \
         reliability, credibility, reason, classification, recorded_state, recorded_at, recorded_by, recorded_by_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, \
         $23, $24, $25, $26, $27, $28) ON CONFLICT (mission_id, cell, edition) DO NOTHING",
    )
    .bind(mission)
    .bind(new.id)
    .bind(new.indicator)
    .bind(new.definition_version)
    .bind(&new.period)
    .bind(new.first_day)
    .bind(new.last_day)
    .bind(&new.area)
    .bind(&new.slice)
    .bind(new.cell)
    .bind(new.edition)
    .bind(new.supersedes)
    .bind(new.kind)
    .bind(new.value)
    .bind(new.numerator)
    .bind(new.denominator)
    .bind(&new.level)
    .bind(&new.text)
    .bind(&new.note)
    .bind(&new.source)
    .bind(&new.reliability)
    .bind(new.credibility)
    .bind(&new.reason)
    .bind(new.classification)
    .bind(new.state.word())
    .bind(new.recorded_at)
    .bind(new.recorded_by)
    .bind(&new.recorded_by_name)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Records many observations in one statement; the ids of those that were recorded. Of the others somebody
/// recorded that edition of the cell already.
pub async fn insert_many(
    connection: &mut PgConnection,
    mission: Uuid,
    rows: &[&New],
) -> Result<HashSet<Uuid>, sqlx::Error> {
    let recorded: Vec<Uuid> = sqlx::query_scalar(
        "INSERT INTO observation (mission_id, id, indicator_id, definition_version, period, first_day, last_day, \
         area, slice, cell, edition, supersedes, kind, value, numerator, denominator, level, text, note, source, \
         reliability, credibility, reason, classification, recorded_state, recorded_at, recorded_by, recorded_by_name) \
         SELECT $1, id, indicator, version, period, first_day, last_day, area, slice, cell, edition, supersedes, kind, \
         value, numerator, denominator, level, text, note, source, reliability, credibility, reason, classification, \
         state, at, by, by_name FROM unnest($2::uuid[], $3::uuid[], $4::int4[], $5::text[], $6::date[], $7::date[], \
         $8::text[], $9::text[], $10::uuid[], $11::int4[], $12::uuid[], $13::text[], $14::float8[], $15::float8[], \
         $16::float8[], $17::text[], $18::text[], $19::text[], $20::text[], $21::text[], $22::int2[], $23::text[], \
         $24::int2[], $25::text[], $26::timestamptz[], $27::uuid[], $28::text[]) AS one(id, indicator, version, period, first_day, \
         last_day, area, slice, cell, edition, supersedes, kind, value, numerator, denominator, level, text, note, \
         source, reliability, credibility, reason, classification, state, at, by, by_name) \
         ON CONFLICT (mission_id, cell, edition) DO NOTHING RETURNING id",
    )
    .bind(mission)
    .bind(all(rows, |row| row.id))
    .bind(all(rows, |row| row.indicator))
    .bind(all(rows, |row| row.definition_version))
    .bind(all(rows, |row| row.period.as_str()))
    .bind(all(rows, |row| row.first_day))
    .bind(all(rows, |row| row.last_day))
    .bind(all(rows, |row| row.area.as_str()))
    .bind(all(rows, |row| row.slice.as_str()))
    .bind(all(rows, |row| row.cell))
    .bind(all(rows, |row| row.edition))
    .bind(all(rows, |row| row.supersedes))
    .bind(all(rows, |row| row.kind))
    .bind(all(rows, |row| row.value))
    .bind(all(rows, |row| row.numerator))
    .bind(all(rows, |row| row.denominator))
    .bind(all(rows, |row| row.level.as_str()))
    .bind(all(rows, |row| row.text.as_str()))
    .bind(all(rows, |row| row.note.as_str()))
    .bind(all(rows, |row| row.source.as_str()))
    .bind(all(rows, |row| row.reliability.as_str()))
    .bind(all(rows, |row| row.credibility))
    .bind(all(rows, |row| row.reason.as_str()))
    .bind(all(rows, |row| row.classification))
    .bind(all(rows, |row| row.state.word()))
    .bind(all(rows, |row| row.recorded_at))
    .bind(all(rows, |row| row.recorded_by))
    .bind(all(rows, |row| row.recorded_by_name.as_str()))
    .fetch_all(connection)
    .await?;
    Ok(recorded.into_iter().collect())
}
