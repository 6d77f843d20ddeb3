//! What a plan has decided on frameworks of the library.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use uuid::Uuid;

use super::read;
use crate::{domain::ids::PlanId, error::Error};

/// Parts of a framework, each with the version up to which the plan took or left what is offered of it.
pub async fn of_plan(
    connection: &mut PgConnection,
    mission: Uuid,
    plan: PlanId,
    code: &str,
) -> Result<BTreeMap<String, u32>, Error> {
    let rows: Vec<(String, i32)> = sqlx::query_as(
        "SELECT part, version FROM library_decisions WHERE mission_id = $1 AND plan_id = $2 AND code = $3",
    )
    .bind(mission)
    .bind(plan.0)
    .bind(code)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|(part, version)| Ok((part, read(u32::try_from(version))?))).collect()
}

/// Keeps that the plan decided on these parts.
pub async fn keep(
    connection: &mut PgConnection,
    mission: Uuid,
    plan: PlanId,
    (code, version): (&str, u32),
    parts: impl IntoIterator<Item = String>,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO library_decisions (mission_id, plan_id, code, part, version) \
         SELECT $1, $2, $3, part, $4 FROM unnest($5::text[]) AS part \
         ON CONFLICT (mission_id, plan_id, code, part) DO UPDATE SET version = excluded.version",
    )
    .bind(mission)
    .bind(plan.0)
    .bind(code)
    .bind(read(i32::try_from(version))?)
    .bind(parts.into_iter().collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// The next version of a plan takes over what the one before decided.
pub async fn carry(connection: &mut PgConnection, mission: Uuid, from: PlanId, to: PlanId) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO library_decisions (mission_id, plan_id, code, part, version) \
         SELECT mission_id, $3, code, part, version FROM library_decisions WHERE mission_id = $1 AND plan_id = $2",
    )
    .bind(mission)
    .bind(from.0)
    .bind(to.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Plans to which the library may offer something: of each the newest version that is not over, where it has
/// taken something.
pub async fn plans_with_links(connection: &mut PgConnection, mission: Uuid) -> Result<Vec<PlanId>, Error> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT id FROM (SELECT DISTINCT ON (family_id) id FROM plans WHERE mission_id = $1 \
             AND state NOT IN ('superseded', 'archived') ORDER BY family_id, number DESC) AS newest \
         WHERE EXISTS (SELECT FROM plan_items item WHERE item.mission_id = $1 AND item.plan_id = newest.id \
             AND item.library_code IS NOT NULL) ORDER BY id DESC",
    )
    .bind(mission)
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(PlanId).collect())
}
