//! Tables `frozen_plans` and `frozen_inputs`: written once, at freezing.

use chassis::Failure;
use cpas_proto::words::Classification;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::domain::{
    frozen::{Indicator, Inputs, Outcome, Plan},
    gender::Disaggregated,
    text::Text,
};

/// Rows of one statement.
const CHUNK: usize = 500;

/// Keeps the plan as it was pinned.
pub async fn keep_plan(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    plan: &Plan,
    classification: Classification,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO frozen_plans (mission_id, assessment_id, plan_id, plan_number, body, classification) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(mission)
    .bind(assessment)
    .bind(plan.id)
    .bind(i32::try_from(plan.number).map_err(Failure::internal)?)
    .bind(Json(plan))
    .bind(classification.rank())
    .execute(connection)
    .await?;
    Ok(())
}

/// The pinned plan; `None` where the caller may not see it.
pub async fn plan(connection: &mut PgConnection, mission: Uuid, assessment: Uuid) -> Result<Option<Plan>, Failure> {
    let plan: Option<Json<Plan>> =
        sqlx::query_scalar("SELECT body FROM frozen_plans WHERE mission_id = $1 AND assessment_id = $2")
            .bind(mission)
            .bind(assessment)
            .fetch_optional(connection)
            .await?;
    Ok(plan.map(|plan| plan.0))
}

/// The classification of the pinned plan; `None` where the caller may not see it.
pub async fn plan_classification(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
) -> Result<Option<Classification>, Failure> {
    let rank: Option<i16> =
        sqlx::query_scalar("SELECT classification FROM frozen_plans WHERE mission_id = $1 AND assessment_id = $2")
            .bind(mission)
            .bind(assessment)
            .fetch_optional(connection)
            .await?;
    Ok(rank.map(Classification::of_rank))
}

/// An outcome of the pinned plan, by its lineage.
pub async fn outcome(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    lineage_id: Uuid,
) -> Result<Option<Outcome>, Failure> {
    let plan = plan(connection, mission, assessment).await?;
    Ok(plan.and_then(|plan| plan.outcomes.into_iter().find(|outcome| outcome.lineage_id == lineage_id)))
}

#[derive(sqlx::FromRow)]
struct Known {
    indicator_code: String,
    name: Json<Text>,
    plan_item: Option<Uuid>,
    dimensions: Vec<String>,
}

/// What each indicator is known by, as frozen, in the order of their codes; without gaps.
pub async fn disaggregated(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
) -> Result<Vec<Disaggregated>, Failure> {
    let rows: Vec<Known> = sqlx::query_as(
        "SELECT indicator_code, body->'indicator'->'name' AS name, \
         (body->'indicator'->>'plan_item_lineage_id')::uuid AS plan_item, \
         ARRAY(SELECT DISTINCT slice->>'dimension' FROM jsonb_array_elements(body->'slices') slice) AS dimensions \
         FROM frozen_inputs WHERE mission_id = $1 AND assessment_id = $2 ORDER BY indicator_code",
    )
    .bind(mission)
    .bind(assessment)
    .fetch_all(connection)
    .await?;
    let known = |row: Known| Disaggregated {
        code: row.indicator_code,
        name: row.name.0,
        plan_item: row.plan_item,
        dimensions: row.dimensions.into_iter().collect(),
        gaps: Vec::new(),
    };
    Ok(rows.into_iter().map(known).collect())
}

#[derive(Default)]
struct Columns {
    indicators: Vec<Uuid>,
    codes: Vec<String>,
    definition_versions: Vec<i32>,
    bodies: Vec<serde_json::Value>,
    classifications: Vec<i16>,
}

impl Columns {
    fn push(&mut self, inputs: &Inputs) -> Result<(), Failure> {
        let version = i32::try_from(inputs.indicator.definition_version).map_err(Failure::internal)?;
        self.indicators.push(inputs.indicator.id);
        self.codes.push(inputs.indicator.code.clone());
        self.definition_versions.push(version);
        self.bodies.push(serde_json::to_value(inputs).map_err(Failure::internal)?);
        self.classifications.push(inputs.classification.rank());
        Ok(())
    }
}

/// Keeps definitions, targets and values.
pub async fn keep_inputs(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    inputs: &[Inputs],
) -> Result<(), Failure> {
    for chunk in inputs.chunks(CHUNK) {
        let mut columns = Columns::default();
        for inputs in chunk {
            columns.push(inputs)?;
        }
        sqlx::query(
            "INSERT INTO frozen_inputs (mission_id, assessment_id, indicator_id, indicator_code, definition_version, body, classification) \
             SELECT $1, $2, i.* FROM unnest($3::uuid[], $4::text[], $5::int[], $6::jsonb[], $7::smallint[]) AS i",
        )
        .bind(mission)
        .bind(assessment)
        .bind(columns.indicators)
        .bind(columns.codes)
        .bind(columns.definition_versions)
        .bind(columns.bodies)
        .bind(columns.classifications)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Definitions of the given codes as they were pinned, of those that can be seen, by code.
pub async fn definitions(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    codes: &[String],
) -> Result<Vec<Indicator>, Failure> {
    let rows: Vec<Json<Indicator>> = sqlx::query_scalar(
        "SELECT body->'indicator' FROM frozen_inputs \
         WHERE mission_id = $1 AND assessment_id = $2 AND indicator_code = ANY($3) ORDER BY indicator_code",
    )
    .bind(mission)
    .bind(assessment)
    .bind(codes)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Everything that was pinned of the indicators of the given items, of what can be seen, by code.
pub async fn inputs_of_items(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    lineages: &[Uuid],
) -> Result<Vec<Inputs>, Failure> {
    let lineages: Vec<String> = lineages.iter().map(Uuid::to_string).collect();
    let rows: Vec<Json<Inputs>> = sqlx::query_scalar(
        "SELECT body FROM frozen_inputs WHERE mission_id = $1 AND assessment_id = $2 \
         AND body->'indicator'->>'plan_item_lineage_id' = ANY($3) ORDER BY indicator_code",
    )
    .bind(mission)
    .bind(assessment)
    .bind(lineages)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}
