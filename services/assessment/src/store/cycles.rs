//! Table `assessment_cycles`: one a mission.

use chassis::Failure;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::domain::cycle::Cycle;

/// What the mission has set; its default where it has set nothing.
pub async fn of_mission(connection: &mut PgConnection, mission: Uuid) -> Result<Cycle, Failure> {
    let body: Option<Json<Cycle>> = sqlx::query_scalar("SELECT body FROM assessment_cycles WHERE mission_id = $1")
        .bind(mission)
        .fetch_optional(connection)
        .await?;
    Ok(body.map(|body| body.0).unwrap_or_default())
}

/// Stores what follows a version; false where somebody else was quicker.
pub async fn save(connection: &mut PgConnection, mission: Uuid, cycle: &Cycle) -> Result<bool, Failure> {
    let done = sqlx::query(
        "INSERT INTO assessment_cycles (mission_id, body, version) VALUES ($1, $2, $3) \
         ON CONFLICT (mission_id) DO UPDATE SET body = excluded.body, version = excluded.version \
         WHERE assessment_cycles.version = excluded.version - 1",
    )
    .bind(mission)
    .bind(Json(cycle))
    .bind(cycle.version)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
