//! Comments on items of plans.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::recorded;
use crate::{
    domain::{
        comment::Comment,
        ids::{CommentId, ItemId, PlanId},
    },
    error::Error,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    plan_id: Uuid,
    item_id: Uuid,
    text: String,
    version: i64,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    recorded_by_name: String,
    resolved_at: Option<DateTime<Utc>>,
    resolved_by: Option<Uuid>,
    resolved_by_name: Option<String>,
}

impl From<Row> for Comment {
    fn from(row: Row) -> Self {
        let resolved = row.resolved_at.zip(row.resolved_by);
        let resolved_name = row.resolved_by_name.unwrap_or_default();
        Self {
            id: CommentId(row.id),
            plan: PlanId(row.plan_id),
            item: ItemId(row.item_id),
            text: row.text,
            written: recorded(row.recorded_by, row.recorded_by_name, row.recorded_at),
            resolved: resolved.map(|(at, account)| recorded(account, resolved_name, at)),
            version: row.version,
        }
    }
}

/// The comments on a plan, the oldest first.
pub async fn of_plan(connection: &mut PgConnection, mission: Uuid, plan: PlanId) -> Result<Vec<Comment>, Error> {
    let rows: Vec<Row> =
        sqlx::query_as("SELECT * FROM plan_comments WHERE mission_id = $1 AND plan_id = $2 ORDER BY id")
            .bind(mission)
            .bind(plan.0)
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(Comment::from).collect())
}

/// How many there are on a plan.
pub async fn count(connection: &mut PgConnection, mission: Uuid, plan: PlanId) -> Result<usize, Error> {
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM plan_comments WHERE mission_id = $1 AND plan_id = $2")
        .bind(mission)
        .bind(plan.0)
        .fetch_one(connection)
        .await?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// One that is about to be resolved.
pub async fn find_to_change(
    connection: &mut PgConnection,
    mission: Uuid,
    plan: PlanId,
    id: CommentId,
) -> Result<Option<Comment>, Error> {
    let row: Option<Row> =
        sqlx::query_as("SELECT * FROM plan_comments WHERE mission_id = $1 AND plan_id = $2 AND id = $3 FOR UPDATE")
            .bind(mission)
            .bind(plan.0)
            .bind(id.0)
            .fetch_optional(connection)
            .await?;
    Ok(row.map(Comment::from))
}

/// Stores a comment as it now is.
pub async fn save(connection: &mut PgConnection, mission: Uuid, comment: &Comment) -> Result<(), Error> {
    let resolved = comment.resolved.as_ref();
    sqlx::query(
        "INSERT INTO plan_comments (mission_id, id, plan_id, item_id, text, version, recorded_at, recorded_by, \
         recorded_by_name, resolved_at, resolved_by, resolved_by_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
         ON CONFLICT (mission_id, id) DO UPDATE SET version = excluded.version, resolved_at = excluded.resolved_at, \
         resolved_by = excluded.resolved_by, resolved_by_name = excluded.resolved_by_name",
    )
    .bind(mission)
    .bind(comment.id.0)
    .bind(comment.plan.0)
    .bind(comment.item.0)
    .bind(&comment.text)
    .bind(comment.version)
    .bind(comment.written.at)
    .bind(comment.written.by.account)
    .bind(&comment.written.by.name)
    .bind(resolved.map(|by| by.at))
    .bind(resolved.map(|by| by.by.account))
    .bind(resolved.map(|by| &by.by.name))
    .execute(connection)
    .await?;
    Ok(())
}
