//! Table `analyses`: written once, at freezing.

use std::collections::BTreeSet;

use chassis::Failure;
use cpas_proto::words::Classification;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::domain::frozen::Analysis;

/// Most analyses that are listed of one assessment.
pub const LIST_MAX: i64 = 10_000;
/// Rows of one statement.
const CHUNK: usize = 500;

#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    indicators: Vec<Uuid>,
    codes: Vec<String>,
    areas: Vec<String>,
    statuses: Vec<String>,
    trends: Vec<String>,
    achievements: Vec<Option<f64>>,
    bodies: Vec<serde_json::Value>,
    classifications: Vec<i16>,
}

impl Columns {
    fn push(&mut self, analysis: &Analysis) -> Result<(), Failure> {
        self.ids.push(analysis.id);
        self.indicators.push(analysis.indicator_id);
        self.codes.push(analysis.indicator_code.clone());
        self.areas.push(analysis.area.clone().unwrap_or_default());
        self.statuses.push(analysis.computed.status.word().to_owned());
        self.trends.push(analysis.computed.trend.verdict.word().to_owned());
        self.achievements.push(analysis.computed.achievement);
        self.bodies.push(serde_json::to_value(analysis).map_err(Failure::internal)?);
        self.classifications.push(analysis.classification.rank());
        Ok(())
    }
}

/// Stores what was computed for an assessment.
pub async fn insert(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    analyses: &[Analysis],
) -> Result<(), Failure> {
    for chunk in analyses.chunks(CHUNK) {
        let mut columns = Columns::default();
        for analysis in chunk {
            columns.push(analysis)?;
        }
        sqlx::query(
            "INSERT INTO analyses (mission_id, assessment_id, id, indicator_id, indicator_code, area, status, trend, achievement, body, classification) \
             SELECT $1, $2, a.* FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::float8[], $10::jsonb[], $11::smallint[]) AS a",
        )
        .bind(mission)
        .bind(assessment)
        .bind(columns.ids)
        .bind(columns.indicators)
        .bind(columns.codes)
        .bind(columns.areas)
        .bind(columns.statuses)
        .bind(columns.trends)
        .bind(columns.achievements)
        .bind(columns.bodies)
        .bind(columns.classifications)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The analyses of an assessment by indicator and area, at most [`LIST_MAX`].
pub async fn of_assessment(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
) -> Result<Vec<Analysis>, Failure> {
    let bodies: Vec<Json<Analysis>> = sqlx::query_scalar(
        "SELECT body FROM analyses WHERE mission_id = $1 AND assessment_id = $2 ORDER BY indicator_code, area LIMIT $3",
    )
    .bind(mission)
    .bind(assessment)
    .bind(LIST_MAX)
    .fetch_all(connection)
    .await?;
    Ok(bodies.into_iter().map(|Json(analysis)| analysis).collect())
}

/// The analyses of the mission as a whole of an outcome's or output's own indicators, by code.
pub async fn of_item(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    lineage_id: Uuid,
) -> Result<Vec<Analysis>, Failure> {
    let rows: Vec<Json<Analysis>> = sqlx::query_scalar(
        "SELECT a.body FROM analyses a JOIN frozen_inputs i USING (mission_id, assessment_id, indicator_id) \
         WHERE a.mission_id = $1 AND a.assessment_id = $2 AND a.area = '' \
         AND i.body->'indicator'->>'plan_item_lineage_id' = $3 ORDER BY a.indicator_code LIMIT $4",
    )
    .bind(mission)
    .bind(assessment)
    .bind(lineage_id.to_string())
    .bind(LIST_MAX)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// The analyses of the mission as a whole of the given codes.
pub async fn of_whole(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    codes: &[String],
) -> Result<Vec<Analysis>, Failure> {
    let rows: Vec<Json<Analysis>> = sqlx::query_scalar(
        "SELECT body FROM analyses WHERE mission_id = $1 AND assessment_id = $2 AND area = '' AND indicator_code = ANY($3)",
    )
    .bind(mission)
    .bind(assessment)
    .bind(codes)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// The analyses of the indicators of several items, of areas too, each with the lineage id of what it measures.
pub async fn of_items(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    lineage_ids: &[Uuid],
) -> Result<Vec<(Analysis, Uuid)>, Failure> {
    let rows: Vec<(Json<Analysis>, Uuid)> = sqlx::query_as(
        "SELECT a.body, (i.body->'indicator'->>'plan_item_lineage_id')::uuid \
         FROM analyses a JOIN frozen_inputs i USING (mission_id, assessment_id, indicator_id) \
         WHERE a.mission_id = $1 AND a.assessment_id = $2 \
         AND (i.body->'indicator'->>'plan_item_lineage_id')::uuid = ANY($3) ORDER BY a.indicator_code, a.area LIMIT $4",
    )
    .bind(mission)
    .bind(assessment)
    .bind(lineage_ids)
    .bind(LIST_MAX)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(body, measured)| (body.0, measured)).collect())
}

/// The classification of those of the given analyses that are of this assessment and can be seen.
pub async fn classifications(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Classification)>, Failure> {
    let rows: Vec<(Uuid, i16)> = sqlx::query_as(
        "SELECT id, classification FROM analyses WHERE mission_id = $1 AND assessment_id = $2 AND id = ANY($3)",
    )
    .bind(mission)
    .bind(assessment)
    .bind(ids)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(id, rank)| (id, Classification::of_rank(rank))).collect())
}

/// Those of the given codes that the assessment has an analysis of that can be seen.
pub async fn known_codes(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    codes: &[String],
) -> Result<BTreeSet<String>, Failure> {
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT indicator_code FROM analyses WHERE mission_id = $1 AND assessment_id = $2 AND indicator_code = ANY($3)",
    )
    .bind(mission)
    .bind(assessment)
    .bind(codes)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().collect())
}
