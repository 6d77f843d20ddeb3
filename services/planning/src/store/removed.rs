//! Items removed from drafts, and the risks that went with them.

use chrono::{DateTime, Utc};
use cpas_proto::words::Classification;
use serde_json::{Value, json};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{read, recorded, set_clearance, with_full_clearance};
use crate::{
    domain::{
        ids::{ItemId, PlanId, RiskId, StakeholderId},
        plan::PlanHead,
        removed::{Left, REMOVALS_MAX, Removal, Taken},
    },
    error::Error,
};

#[derive(sqlx::FromRow)]
struct Row {
    plan_id: Uuid,
    number: String,
    taken: Json<Taken>,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    recorded_by_name: String,
}

impl From<Row> for Removal {
    fn from(row: Row) -> Self {
        Self {
            plan: PlanId(row.plan_id),
            number: row.number,
            taken: row.taken.0,
            recorded: recorded(row.recorded_by, row.recorded_by_name, row.recorded_at),
        }
    }
}

/// What was removed from a plan, of that which the caller may see, the newest first.
pub async fn of_plan(connection: &mut PgConnection, mission: Uuid, plan: PlanId) -> Result<Vec<Removal>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM removed_items WHERE mission_id = $1 AND plan_id = $2 ORDER BY recorded_at DESC, item_id",
    )
    .bind(mission)
    .bind(plan.0)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Removal::from).collect())
}

/// One that is about to be put back, if the caller may see it.
pub async fn find_to_change(
    connection: &mut PgConnection,
    mission: Uuid,
    plan: PlanId,
    item: ItemId,
) -> Result<Option<Removal>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT * FROM removed_items WHERE mission_id = $1 AND plan_id = $2 AND item_id = $3 FOR UPDATE",
    )
    .bind(mission)
    .bind(plan.0)
    .bind(item.0)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Removal::from))
}

/// Keeps a removal with the risks that go with it, which are still there; the oldest of the plan make room.
pub async fn keep(
    connection: &mut PgConnection,
    mission: Uuid,
    before: &PlanHead,
    removal: &Removal,
    risks: &[RiskId],
) -> Result<(), Error> {
    let top = read(removal.top())?.id;
    let own = with_full_clearance(connection).await?;
    sqlx::query(
        "INSERT INTO removed_items (mission_id, plan_id, item_id, number, taken, attached, classification, recorded_at, \
         recorded_by, recorded_by_name) SELECT $1, $2, $3, $4, $5, jsonb_build_object( \
         'risks', (SELECT coalesce(jsonb_agg(to_jsonb(risk)), '[]') FROM risks risk \
                   WHERE risk.mission_id = $1 AND risk.id = ANY($6)), \
         'readings', (SELECT coalesce(jsonb_agg(to_jsonb(reading)), '[]') FROM tripwire_readings reading \
                      WHERE reading.mission_id = $1 AND reading.risk_id = ANY($6)), \
         'rbb_links', (SELECT coalesce(jsonb_agg(to_jsonb(link)), '[]') FROM rbb_links link \
                       WHERE link.mission_id = $1 AND link.plan_id = $2 AND link.lineage_id = ANY($11))), $7, $8, $9, $10 \
         ON CONFLICT (mission_id, plan_id, item_id) DO UPDATE SET number = excluded.number, taken = excluded.taken, \
         attached = excluded.attached, classification = excluded.classification, recorded_at = excluded.recorded_at, \
         recorded_by = excluded.recorded_by, recorded_by_name = excluded.recorded_by_name",
    )
    .bind(mission)
    .bind(removal.plan.0)
    .bind(top.0)
    .bind(&removal.number)
    .bind(Json(&removal.taken))
    .bind(risks.iter().map(|risk| risk.0).collect::<Vec<_>>())
    .bind(before.classification.rank())
    .bind(removal.recorded.at)
    .bind(removal.recorded.by.account)
    .bind(&removal.recorded.by.name)
    .bind(removal.taken.items.iter().map(|item| item.lineage.0).collect::<Vec<_>>())
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "DELETE FROM removed_items WHERE mission_id = $1 AND plan_id = $2 AND item_id IN (SELECT item_id \
         FROM removed_items WHERE mission_id = $1 AND plan_id = $2 ORDER BY recorded_at DESC, item_id OFFSET $3)",
    )
    .bind(mission)
    .bind(removal.plan.0)
    .bind(REMOVALS_MAX)
    .execute(&mut *connection)
    .await?;
    set_clearance(connection, &own).await
}

/// Makes what was removed with a stakeholder at least as classified as the stakeholder is now.
pub async fn raise(
    connection: &mut PgConnection,
    mission: Uuid,
    stakeholder: StakeholderId,
    classification: Classification,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE removed_items SET classification = greatest(classification, $3) WHERE mission_id = $1 \
         AND taken @> jsonb_build_object('items', jsonb_build_array( \
             jsonb_build_object('content', jsonb_build_object('nature', jsonb_build_object('stakeholder', $2::text)))))",
    )
    .bind(mission)
    .bind(stakeholder.to_string())
    .bind(classification.rank())
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts the risks of a removal back as they were and forgets the removal; the risks' ids. The items and
/// links are stored already; what is left of them, and the risks on such links, go to the removal they wait for.
pub async fn put_back(
    connection: &mut PgConnection,
    mission: Uuid,
    plan: PlanId,
    item: ItemId,
    left: &Left,
) -> Result<Vec<RiskId>, Error> {
    let own = with_full_clearance(connection).await?;
    let kept: Option<Json<Value>> = sqlx::query_scalar(
        "DELETE FROM removed_items WHERE mission_id = $1 AND plan_id = $2 AND item_id = $3 RETURNING attached",
    )
    .bind(mission)
    .bind(plan.0)
    .bind(item.0)
    .fetch_optional(&mut *connection)
    .await?;
    let mut back = Vec::new();
    if let Some(Json(attached)) = kept {
        back = attach(connection, &attached).await?;
        if *left != Left::default() {
            hand_on(connection, mission, plan, left, &attached).await?;
        }
    }
    set_clearance(connection, &own).await?;
    Ok(back)
}

async fn attach(connection: &mut PgConnection, attached: &Value) -> Result<Vec<RiskId>, Error> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "INSERT INTO risks SELECT given.* FROM jsonb_populate_recordset(NULL::risks, $1->'risks') AS given \
         WHERE given.outcome_id IS NULL OR EXISTS (SELECT FROM result_links link \
         WHERE link.mission_id = given.mission_id AND link.plan_id = given.plan_id \
         AND link.output_id = given.item_id AND link.outcome_id = given.outcome_id) RETURNING id",
    )
    .bind(Json(attached))
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO tripwire_readings SELECT given.* \
         FROM jsonb_populate_recordset(NULL::tripwire_readings, $1->'readings') AS given \
         WHERE given.risk_id = ANY($2)",
    )
    .bind(Json(attached))
    .bind(&ids)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO rbb_links SELECT given.* \
         FROM jsonb_populate_recordset(NULL::rbb_links, $1->'rbb_links') AS given \
         JOIN rbb_lines line ON line.mission_id = given.mission_id AND line.id = given.line_id \
         ON CONFLICT DO NOTHING",
    )
    .bind(Json(attached))
    .execute(&mut *connection)
    .await?;
    Ok(ids.into_iter().map(RiskId).collect())
}

/// Gives what is left, and the risks on its links, to the removals that hold the other ends.
async fn hand_on(
    connection: &mut PgConnection,
    mission: Uuid,
    plan: PlanId,
    left: &Left,
    attached: &Value,
) -> Result<(), Error> {
    for mut other in of_plan(connection, mission, plan).await? {
        let links_before = other.taken.links.len();
        if !other.taken.take_over(left) {
            continue;
        }
        let handed: Vec<_> = other.taken.links[links_before..]
            .iter()
            .map(|link| json!({"item_id": link.output.0, "outcome_id": link.outcome.0}))
            .collect();
        sqlx::query(
            "UPDATE removed_items SET taken = $4, attached = attached || ( \
                 WITH risks AS (SELECT risk FROM jsonb_array_elements($5->'risks') AS risk \
                                WHERE EXISTS (SELECT FROM jsonb_array_elements($6) AS link WHERE risk @> link)) \
                 SELECT jsonb_build_object( \
                     'risks', attached->'risks' || coalesce((SELECT jsonb_agg(risk) FROM risks), '[]'), \
                     'readings', attached->'readings' || coalesce((SELECT jsonb_agg(reading) \
                         FROM jsonb_array_elements($5->'readings') AS reading \
                         WHERE reading->'risk_id' IN (SELECT risk->'id' FROM risks)), '[]'))) \
             WHERE mission_id = $1 AND plan_id = $2 AND item_id = $3",
        )
        .bind(mission)
        .bind(plan.0)
        .bind(read(other.top())?.id.0)
        .bind(Json(&other.taken))
        .bind(Json(attached))
        .bind(Json(&handed))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
