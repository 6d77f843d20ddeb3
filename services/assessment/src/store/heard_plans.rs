//! Table `heard_plans`: versions of the plan as planning tells of them.

use std::collections::BTreeMap;

use chassis::Failure;
use cpas_proto::words::Classification;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::recommendation::HeardPlan;

#[derive(sqlx::FromRow)]
struct Row {
    plan_id: Uuid,
    number: i32,
    state: String,
}

/// Keeps what was heard of a plan; an older version changes nothing.
pub async fn keep(
    connection: &mut PgConnection,
    mission: Uuid,
    plan: &HeardPlan,
    version: i64,
    classification: Classification,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO heard_plans (mission_id, plan_id, number, state, version, classification) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (mission_id, plan_id) DO UPDATE SET number = excluded.number, state = excluded.state, \
         version = excluded.version, classification = excluded.classification WHERE heard_plans.version < excluded.version",
    )
    .bind(mission)
    .bind(plan.id)
    .bind(i32::try_from(plan.number).map_err(Failure::internal)?)
    .bind(&plan.state)
    .bind(version)
    .bind(classification.rank())
    .execute(connection)
    .await?;
    Ok(())
}

/// Those of the given plans that were heard of and can be seen.
pub async fn of(
    connection: &mut PgConnection,
    mission: Uuid,
    plans: &[Uuid],
) -> Result<BTreeMap<Uuid, HeardPlan>, Failure> {
    let rows: Vec<Row> =
        sqlx::query_as("SELECT plan_id, number, state FROM heard_plans WHERE mission_id = $1 AND plan_id = ANY($2)")
            .bind(mission)
            .bind(plans)
            .fetch_all(connection)
            .await?;
    let heard = |row: Row| {
        let number = u32::try_from(row.number).map_err(Failure::internal)?;
        Ok((row.plan_id, HeardPlan { id: row.plan_id, number, state: row.state }))
    };
    rows.into_iter().map(heard).collect()
}
