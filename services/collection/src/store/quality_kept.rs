//! The quality of what was written, as it is kept.

use std::collections::HashMap;

use chrono::NaiveDate;
use cpas_proto::words::{Classification, Period};
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, PgConnection, types::Json};
use uuid::Uuid;

use crate::domain::quality::{Facts, Filled, PlaceFacts, Quality, Share};

/// True while nothing was written that the snapshot of a head `h` does not see.
macro_rules! stands {
    () => {
        "NOT EXISTS (SELECT FROM series_change c WHERE c.mission_id = h.mission_id AND c.about = ANY(h.about) \
         AND c.written_in >= pg_snapshot_xmin(h.taken_in) AND NOT pg_visible_in_snapshot(c.written_in, h.taken_in))"
    };
}

#[derive(Serialize, Deserialize)]
struct PlaceRow {
    period: String,
    first_day: NaiveDate,
    area: String,
    observation_id: Option<Uuid>,
    slice: String,
    first_recorded: Option<NaiveDate>,
    valid_part: i32,
    valid_of: i32,
    consistent_part: i32,
    consistent_of: i32,
    outlying_part: i32,
    outlying_of: i32,
    verified_part: i32,
    verified_of: i32,
    totals_off_part: i32,
    totals_off_of: i32,
    hints: i32,
}

#[derive(FromRow)]
struct Row {
    indicator_id: Uuid,
    heard_of: Option<NaiveDate>,
    last_filled: String,
    place: Option<Json<PlaceRow>>,
}

/// What is kept of some indicators, of places from a day on, as far as the caller may see; of those only that nothing was
/// written about since. `from_day` is the first day that has been looked at.
pub async fn facts(
    connection: &mut PgConnection,
    indicators: &[Uuid],
    from_day: NaiveDate,
    since: NaiveDate,
) -> Result<HashMap<Uuid, Facts>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(concat!(
        "SELECT l.indicator_id, l.heard_of, l.last_filled, to_jsonb(p) AS place FROM \
         (SELECT DISTINCT ON (l.indicator_id) l.* FROM quality_level l \
            JOIN quality_head h ON h.mission_id = l.mission_id AND h.indicator_id = l.indicator_id \
            WHERE l.indicator_id = ANY($1) AND h.from_day = $2 AND ",
        stands!(),
        " ORDER BY l.indicator_id, l.classification DESC) l \
         LEFT JOIN quality_place p ON p.mission_id = l.mission_id AND p.indicator_id = l.indicator_id \
            AND p.classification = l.classification AND p.first_day >= $3 ORDER BY l.indicator_id, p.area, p.first_day, p.period"
    ))
    .bind(indicators)
    .bind(from_day)
    .bind(since)
    .fetch_all(connection)
    .await?;
    let mut found: HashMap<Uuid, Facts> = HashMap::new();
    for row in rows {
        let last_filled = if row.last_filled.is_empty() { None } else { Some(parsed(&row.last_filled)?) };
        let own = || Facts { places: Vec::new(), heard_of: row.heard_of, last_filled };
        let facts = found.entry(row.indicator_id).or_insert_with(own);
        if let Some(place) = row.place {
            facts.places.push(place.0.try_into()?);
        }
    }
    Ok(found)
}

/// The indicators that take values and of which nothing is kept that still stands, by code.
pub async fn overdue(connection: &mut PgConnection, from_day: NaiveDate) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(concat!(
        "SELECT i.id FROM indicator i LEFT JOIN quality_head h ON h.mission_id = i.mission_id AND h.indicator_id = i.id \
         WHERE NOT i.retired AND i.formula = '' AND i.event_measure IS NULL \
         AND (h.indicator_id IS NULL OR h.from_day <> $1 OR NOT ",
        stands!(),
        ") ORDER BY i.code"
    ))
    .bind(from_day)
    .fetch_all(connection)
    .await
}

/// What was found of one indicator.
#[derive(Debug)]
pub struct Found {
    pub indicator: Uuid,
    pub about: Vec<Uuid>,
    pub snapshot: String,
    pub from_day: NaiveDate,
    /// As far as each classification sees, the lowest first.
    pub levels: Vec<(Classification, Facts)>,
    pub fiscal_start_month: u32,
}

/// Keeps it in the place of what was kept before. Only what is not as it was is written.
pub async fn keep(connection: &mut PgConnection, mission: Uuid, found: &Found) -> Result<(), sqlx::Error> {
    let levels: Vec<i16> = found.levels.iter().map(|(level, _)| level.rank()).collect();
    for table in ["quality_place", "quality_level"] {
        let gone = format!("DELETE FROM {table} WHERE indicator_id = $1 AND classification <> ALL($2)");
        let query = sqlx::query(sqlx::AssertSqlSafe(gone)).bind(found.indicator).bind(&levels);
        query.execute(&mut *connection).await?;
    }
    for (level, facts) in &found.levels {
        keep_level(connection, mission, found, *level, facts).await?;
    }
    sqlx::query(
        "INSERT INTO quality_head (mission_id, indicator_id, about, taken_in, from_day) \
         VALUES ($1, $2, $3, $4::text::pg_snapshot, $5) ON CONFLICT (mission_id, indicator_id) DO UPDATE SET \
         about = excluded.about, taken_in = excluded.taken_in, from_day = excluded.from_day",
    )
    .bind(mission)
    .bind(found.indicator)
    .bind(&found.about)
    .bind(&found.snapshot)
    .bind(found.from_day)
    .execute(connection)
    .await
    .map(drop)
}

async fn keep_level(
    connection: &mut PgConnection,
    mission: Uuid,
    found: &Found,
    level: Classification,
    facts: &Facts,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO quality_level (mission_id, indicator_id, classification, heard_of, last_filled) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (mission_id, indicator_id, classification) DO UPDATE SET \
         heard_of = excluded.heard_of, last_filled = excluded.last_filled",
    )
    .bind(mission)
    .bind(found.indicator)
    .bind(level.rank())
    .bind(facts.heard_of)
    .bind(facts.last_filled.map(|period| period.to_string()).unwrap_or_default())
    .execute(&mut *connection)
    .await?;
    let rows: Vec<PlaceRow> = facts.places.iter().map(|place| row(place, found.fiscal_start_month)).collect();
    sqlx::query(
        "WITH said AS (SELECT $1::uuid AS mission_id, $2::uuid AS indicator_id, $3::smallint AS classification, place.* \
           FROM jsonb_to_recordset($4) AS place(period text, first_day date, area text, observation_id uuid, slice text, \
           first_recorded date, valid_part integer, valid_of integer, consistent_part integer, consistent_of integer, \
           outlying_part integer, outlying_of integer, verified_part integer, verified_of integer, \
           totals_off_part integer, totals_off_of integer, hints integer)), \
         gone AS (DELETE FROM quality_place own WHERE own.indicator_id = $2 AND own.classification = $3 \
           AND NOT EXISTS (SELECT FROM said WHERE said.period = own.period AND said.area = own.area)) \
         INSERT INTO quality_place AS own SELECT said.* FROM said \
           LEFT JOIN quality_place old USING (mission_id, indicator_id, classification, period, area) \
           WHERE old IS NULL OR to_jsonb(old) <> to_jsonb(said) \
         ON CONFLICT (mission_id, indicator_id, classification, period, area) DO UPDATE SET \
           first_day = excluded.first_day, observation_id = excluded.observation_id, slice = excluded.slice, \
           first_recorded = excluded.first_recorded, valid_part = excluded.valid_part, valid_of = excluded.valid_of, \
           consistent_part = excluded.consistent_part, consistent_of = excluded.consistent_of, \
           outlying_part = excluded.outlying_part, outlying_of = excluded.outlying_of, \
           verified_part = excluded.verified_part, verified_of = excluded.verified_of, \
           totals_off_part = excluded.totals_off_part, totals_off_of = excluded.totals_off_of, hints = excluded.hints",
    )
    .bind(mission)
    .bind(found.indicator)
    .bind(level.rank())
    .bind(Json(rows))
    .execute(connection)
    .await
    .map(drop)
}

fn row(place: &PlaceFacts, fiscal_start_month: u32) -> PlaceRow {
    let PlaceFacts { area, period, filled, measures } = place;
    let count = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    PlaceRow {
        period: period.to_string(),
        first_day: period.first_day(fiscal_start_month),
        area: area.clone(),
        observation_id: filled.as_ref().map(|filled| filled.observation),
        slice: filled.as_ref().map(|filled| filled.slice.to_string()).unwrap_or_default(),
        first_recorded: filled.as_ref().map(|filled| filled.first_recorded),
        valid_part: count(measures.valid.part),
        valid_of: count(measures.valid.of),
        consistent_part: count(measures.consistent.part),
        consistent_of: count(measures.consistent.of),
        outlying_part: count(measures.outlying.part),
        outlying_of: count(measures.outlying.of),
        verified_part: count(measures.verified.part),
        verified_of: count(measures.verified.of),
        totals_off_part: count(measures.totals_off.part),
        totals_off_of: count(measures.totals_off.of),
        hints: count(measures.hints),
    }
}

impl TryFrom<PlaceRow> for PlaceFacts {
    type Error = sqlx::Error;

    fn try_from(row: PlaceRow) -> Result<Self, sqlx::Error> {
        let count = |number: i32| u32::try_from(number).unwrap_or_default();
        let share = |part, of| Share { part: count(part), of: count(of) };
        let filled = row.observation_id.zip(row.first_recorded).map(|(observation, first_recorded)| {
            let slice = row.slice.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
            Ok::<_, sqlx::Error>(Filled { observation, slice, first_recorded })
        });
        Ok(Self {
            area: row.area,
            period: parsed(&row.period)?,
            filled: filled.transpose()?,
            measures: Quality {
                valid: share(row.valid_part, row.valid_of),
                consistent: share(row.consistent_part, row.consistent_of),
                outlying: share(row.outlying_part, row.outlying_of),
                verified: share(row.verified_part, row.verified_of),
                totals_off: share(row.totals_off_part, row.totals_off_of),
                hints: count(row.hints),
                ..Quality::default()
            },
        })
    }
}

fn parsed(period: &str) -> Result<Period, sqlx::Error> {
    period.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))
}
