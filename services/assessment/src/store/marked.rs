//! Of tables `frozen_plans` and `frozen_inputs` what says which themes a recommendation speaks of.

use std::collections::BTreeMap;

use chassis::Failure;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::domain::themes::Marked;

/// Of each of the given assessments, as far as it can be seen. Only what is marked is read out of the pinned plans.
pub async fn of_assessments(
    connection: &mut PgConnection,
    mission: Uuid,
    assessments: &[Uuid],
) -> Result<BTreeMap<Uuid, Marked>, Failure> {
    let mut found: BTreeMap<Uuid, Marked> = BTreeMap::new();
    let items: Vec<(Uuid, Uuid, Json<Vec<String>>)> = sqlx::query_as(
        "SELECT plan.assessment_id, (item->>'lineage_id')::uuid, item->'markers' FROM frozen_plans plan \
         CROSS JOIN LATERAL jsonb_path_query(plan.body, '$.*[*]') AS item \
         WHERE plan.mission_id = $1 AND plan.assessment_id = ANY($2) AND jsonb_array_length(item->'markers') > 0",
    )
    .bind(mission)
    .bind(assessments)
    .fetch_all(&mut *connection)
    .await?;
    for (assessment, lineage, markers) in items {
        found.entry(assessment).or_default().markers.insert(lineage, markers.0);
    }
    let measures: Vec<(Uuid, String, Uuid)> = sqlx::query_as(
        "SELECT input.assessment_id, input.indicator_code, (input.body->'indicator'->>'plan_item_lineage_id')::uuid \
         FROM frozen_inputs input JOIN recommendations own ON own.mission_id = input.mission_id \
         AND own.assessment_id = input.assessment_id AND input.indicator_code = ANY(own.indicator_codes) \
         WHERE input.mission_id = $1 AND input.assessment_id = ANY($2) \
         AND input.body->'indicator'->>'plan_item_lineage_id' IS NOT NULL",
    )
    .bind(mission)
    .bind(assessments)
    .fetch_all(connection)
    .await?;
    for (assessment, code, lineage) in measures {
        found.entry(assessment).or_default().measures.insert(code, lineage);
    }
    Ok(found)
}
