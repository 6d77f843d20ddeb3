//! Table `presences`: unlogged, one row a person and assessment, forgotten after seconds.

use chassis::Failure;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::stored;
use crate::domain::presence::{PRESENCES_MAX, Place, Present};

#[derive(sqlx::FromRow)]
struct Row {
    account_id: Uuid,
    name: String,
    outcome_lineage_id: Option<Uuid>,
    finding_id: Option<Uuid>,
    question: Option<String>,
    editing: bool,
}

/// Keeps where somebody is now.
pub async fn save(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    present: &Present,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let place = &present.place;
    sqlx::query(
        "INSERT INTO presences (mission_id, assessment_id, account_id, name, outcome_lineage_id, finding_id, question, editing, \
         told_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (mission_id, assessment_id, account_id) DO UPDATE SET name = excluded.name, \
         outcome_lineage_id = excluded.outcome_lineage_id, finding_id = excluded.finding_id, question = excluded.question, \
         editing = excluded.editing, told_at = excluded.told_at",
    )
    .bind(mission)
    .bind(assessment)
    .bind(present.account_id)
    .bind(&present.name)
    .bind(place.outcome)
    .bind(place.finding)
    .bind(place.question.map(|question| question.word()))
    .bind(place.is_editing)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets one.
pub async fn remove(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    account: Uuid,
) -> Result<(), Failure> {
    sqlx::query("DELETE FROM presences WHERE mission_id = $1 AND assessment_id = $2 AND account_id = $3")
        .bind(mission)
        .bind(assessment)
        .bind(account)
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets all of the mission that were told last before a moment; those that somebody is just telling again are left to them.
pub async fn forget(connection: &mut PgConnection, mission: Uuid, before: DateTime<Utc>) -> Result<(), Failure> {
    sqlx::query(
        "DELETE FROM presences WHERE ctid IN (SELECT ctid FROM presences WHERE mission_id = $1 AND told_at < $2 \
         FOR UPDATE SKIP LOCKED)",
    )
    .bind(mission)
    .bind(before)
    .execute(connection)
    .await?;
    Ok(())
}

/// Those of others that were told since a moment, by name. Who is at a finding that cannot be seen is not among them, nor who
/// is at an outcome of a plan that cannot be: row-level security answers whether they can.
pub async fn others(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    account: Uuid,
    since: DateTime<Utc>,
) -> Result<Vec<Present>, Failure> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT account_id, name, outcome_lineage_id, finding_id, question, editing FROM presences p \
         WHERE mission_id = $1 AND assessment_id = $2 AND account_id <> $3 AND told_at >= $4 \
         AND (finding_id IS NULL OR EXISTS (SELECT FROM findings f WHERE f.mission_id = $1 AND f.id = p.finding_id)) \
         AND (outcome_lineage_id IS NULL OR EXISTS (SELECT FROM frozen_plans f WHERE f.mission_id = $1 AND f.assessment_id = $2)) \
         ORDER BY name, account_id LIMIT $5",
    )
    .bind(mission)
    .bind(assessment)
    .bind(account)
    .bind(since)
    .bind(PRESENCES_MAX)
    .fetch_all(connection)
    .await?;
    let present = |row: Row| {
        Ok(Present {
            account_id: row.account_id,
            name: row.name,
            place: Place {
                outcome: row.outcome_lineage_id,
                finding: row.finding_id,
                question: row.question.map(|word| stored(&word)).transpose()?,
                is_editing: row.editing,
            },
        })
    };
    rows.into_iter().map(present).collect()
}
