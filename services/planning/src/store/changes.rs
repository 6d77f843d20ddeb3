//! Changes that accepted recommendations ask of the plan.

use chrono::{DateTime, Utc};
use cpas_proto::words::Classification;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{read, set_clearance, with_full_clearance};
use crate::{
    domain::{
        change::PlanChange,
        ids::{ChangeId, PlanId, RecommendationId},
        text::Text,
    },
    error::Error,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    recommendation_id: Uuid,
    text_en: String,
    text_fr: String,
    state: String,
    plan_id: Option<Uuid>,
    version: i64,
    classification: i16,
    recorded_at: DateTime<Utc>,
}

impl TryFrom<Row> for PlanChange {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: ChangeId(row.id),
            recommendation: RecommendationId(row.recommendation_id),
            text: Text::of(row.text_en, row.text_fr),
            state: read(row.state.parse())?,
            plan: row.plan_id.map(PlanId),
            version: row.version,
            recorded_at: row.recorded_at,
            classification: Classification::of_rank(row.classification),
        })
    }
}

/// Most changes in one list.
const CHANGES_MAX: i64 = 1_000;

/// The changes that the caller may see, the newest first, at most [`CHANGES_MAX`].
pub async fn list(connection: &mut PgConnection, mission: Uuid) -> Result<Vec<PlanChange>, Error> {
    let rows: Vec<Row> = sqlx::query_as("SELECT * FROM plan_changes WHERE mission_id = $1 ORDER BY id DESC LIMIT $2")
        .bind(mission)
        .bind(CHANGES_MAX)
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(PlanChange::try_from).collect()
}

/// A change that is about to be taken up, if the caller may see it.
pub async fn find_to_change(
    connection: &mut PgConnection,
    mission: Uuid,
    id: ChangeId,
) -> Result<Option<PlanChange>, Error> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM plan_changes WHERE mission_id = $1 AND id = $2 FOR UPDATE")
        .bind(mission)
        .bind(id.0)
        .fetch_optional(connection)
        .await?;
    row.map(PlanChange::try_from).transpose()
}

/// Changes that a plan takes up, and those that its items name, whatever their classification: its step is theirs too.
pub async fn of_plan(
    connection: &mut PgConnection,
    mission: Uuid,
    plan: PlanId,
    named: &[ChangeId],
) -> Result<Vec<PlanChange>, Error> {
    let own = with_full_clearance(connection).await?;
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM plan_changes WHERE mission_id = $1 AND (plan_id = $2 OR id = ANY($3)) ORDER BY id FOR UPDATE",
    )
    .bind(mission)
    .bind(plan.0)
    .bind(named.iter().map(|id| id.0).collect::<Vec<_>>())
    .fetch_all(&mut *connection)
    .await?;
    set_clearance(connection, &own).await?;
    rows.into_iter().map(PlanChange::try_from).collect()
}

/// Stores a change that was opened; false where the recommendation opened one before.
pub async fn open(connection: &mut PgConnection, mission: Uuid, change: &PlanChange) -> Result<bool, Error> {
    let stored = sqlx::query(
        "INSERT INTO plan_changes (mission_id, id, recommendation_id, text_en, text_fr, state, version, classification, recorded_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (mission_id, recommendation_id) DO NOTHING",
    )
    .bind(mission)
    .bind(change.id.0)
    .bind(change.recommendation.0)
    .bind(&change.text.en)
    .bind(&change.text.fr)
    .bind(change.state.word())
    .bind(change.version)
    .bind(change.classification.rank())
    .bind(change.recorded_at)
    .execute(connection)
    .await?;
    Ok(stored.rows_affected() == 1)
}

/// Stores a step of a change, whatever its classification.
pub async fn save(connection: &mut PgConnection, mission: Uuid, change: &PlanChange) -> Result<(), Error> {
    let own = with_full_clearance(connection).await?;
    sqlx::query(
        "UPDATE plan_changes SET state = $3, plan_id = $4, version = $5, recorded_at = $6 WHERE mission_id = $1 AND id = $2",
    )
    .bind(mission)
    .bind(change.id.0)
    .bind(change.state.word())
    .bind(change.plan.map(|plan| plan.0))
    .bind(change.version)
    .bind(change.recorded_at)
    .execute(&mut *connection)
    .await?;
    set_clearance(connection, &own).await
}
