//! Series of indicators as collection last gave them, and what waits there.

use cpas_proto::words::Classification;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::domain::home::SeriesPoint;

/// A series of one area and slice.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Part {
    pub indicator_code: String,
    pub area: String,
    pub slice: String,
    pub frequency: String,
    pub observations: i64,
    #[sqlx(json)]
    pub points: Vec<SeriesPoint>,
    pub classification: i16,
}

/// One writer of a mission's series at a time: who reads later from collection writes later here.
pub async fn lock(connection: &mut PgConnection, mission: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('series ' || $1::text, 0))")
        .bind(mission)
        .execute(connection)
        .await
        .map(drop)
}

/// Remembers that indicators have data, and the highest classification of an event about them.
pub async fn touch(
    connection: &mut PgConnection,
    mission: Uuid,
    generation: i32,
    codes: &[String],
    classification: Classification,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO touched (mission_id, generation, indicator_code, classification) \
         SELECT DISTINCT $1, $2, code, $4::smallint FROM unnest($3::text[]) code ORDER BY code \
         ON CONFLICT (mission_id, generation, indicator_code) DO UPDATE \
         SET classification = greatest(touched.classification, excluded.classification)",
    )
    .bind(mission)
    .bind(generation)
    .bind(codes)
    .bind(classification.rank())
    .execute(connection)
    .await
    .map(drop)
}

/// How classified the data of these indicators are, as far as the caller may see.
pub async fn classifications(
    connection: &mut PgConnection,
    generation: i32,
    codes: &[String],
) -> Result<Vec<(String, i16)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT indicator_code, max(classification) FROM series WHERE generation = $1 AND indicator_code = ANY($2) \
         GROUP BY indicator_code ORDER BY 1",
    )
    .bind(generation)
    .bind(codes)
    .fetch_all(connection)
    .await
}

/// Drops the series of these indicators.
pub async fn clear(connection: &mut PgConnection, generation: i32, codes: &[String]) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM series WHERE generation = $1 AND indicator_code = ANY($2)")
        .bind(generation)
        .bind(codes)
        .execute(connection)
        .await
        .map(drop)
}

/// Writes a series.
pub async fn write(
    connection: &mut PgConnection,
    mission: Uuid,
    generation: i32,
    part: &Part,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO series (mission_id, generation, indicator_code, area, slice, frequency, observations, points, classification) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (mission_id, generation, indicator_code, area, slice) DO UPDATE SET frequency = excluded.frequency, \
           observations = excluded.observations, points = excluded.points, classification = excluded.classification",
    )
    .bind(mission)
    .bind(generation)
    .bind(&part.indicator_code)
    .bind(&part.area)
    .bind(&part.slice)
    .bind(&part.frequency)
    .bind(part.observations)
    .bind(Json(&part.points))
    .bind(part.classification)
    .execute(connection)
    .await
    .map(drop)
}

/// The series of the mission as a whole, of all indicators.
pub async fn of_mission(connection: &mut PgConnection, generation: i32) -> Result<Vec<Part>, sqlx::Error> {
    sqlx::query_as(
        "SELECT indicator_code, area, slice, frequency, observations, points, classification FROM series \
         WHERE generation = $1 AND area = '' AND slice = ''",
    )
    .bind(generation)
    .fetch_all(connection)
    .await
}

/// What tiles show: the series of the mission as a whole of some indicators, of some also each area's, and of
/// some each slice's, of the mission as a whole and of some areas.
pub async fn of_tiles(
    connection: &mut PgConnection,
    generation: i32,
    whole: &[String],
    by_area: &[String],
    by_slice: &[String],
    slice_areas: &[String],
) -> Result<Vec<Part>, sqlx::Error> {
    sqlx::query_as(
        "SELECT indicator_code, area, slice, frequency, observations, points, classification FROM series \
         WHERE generation = $1 AND ((indicator_code = ANY($2) AND area = '' AND slice = '') \
           OR (indicator_code = ANY($3) AND area <> '' AND slice = '') \
           OR (indicator_code = ANY($4) AND slice <> '' AND (area = '' OR area = ANY($5)))) \
         ORDER BY indicator_code, area, slice",
    )
    .bind(generation)
    .bind(whole)
    .bind(by_area)
    .bind(by_slice)
    .bind(slice_areas)
    .fetch_all(connection)
    .await
}

/// The totals of one indicator: the mission as a whole first, then each area.
pub async fn of_indicator(
    connection: &mut PgConnection,
    generation: i32,
    code: &str,
) -> Result<Vec<Part>, sqlx::Error> {
    sqlx::query_as(
        "SELECT indicator_code, area, slice, frequency, observations, points, classification FROM series \
         WHERE generation = $1 AND indicator_code = $2 AND slice = '' ORDER BY area",
    )
    .bind(generation)
    .bind(code)
    .fetch_all(connection)
    .await
}

/// Those of the indicators that have a series for an area, as far as the caller may see.
pub async fn codes_with_areas(
    connection: &mut PgConnection,
    generation: i32,
    codes: &[String],
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT code FROM unnest($2::text[]) code WHERE EXISTS (\
           SELECT FROM series WHERE generation = $1 AND indicator_code = code AND area <> '')",
    )
    .bind(generation)
    .bind(codes)
    .fetch_all(connection)
    .await
}

/// Replaces what waits in collection, by state and classification.
pub async fn write_waiting(
    connection: &mut PgConnection,
    mission: Uuid,
    generation: i32,
    waiting: &[(String, Classification, i32)],
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM waiting WHERE generation = $1").bind(generation).execute(&mut *connection).await?;
    for (state, classification, observations) in waiting {
        sqlx::query(
            "INSERT INTO waiting (mission_id, generation, state, classification, observations) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(mission)
        .bind(generation)
        .bind(state)
        .bind(classification.rank())
        .bind(observations)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// All indicators whose data ever changed.
pub async fn touched_codes(connection: &mut PgConnection, generation: i32) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT indicator_code FROM touched WHERE generation = $1 ORDER BY 1")
        .bind(generation)
        .fetch_all(connection)
        .await
}
