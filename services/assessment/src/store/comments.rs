//! Table `finding_comments`; row-level security hides those of findings that cannot be seen.

use chassis::Failure;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::LIST_MAX;
use crate::domain::{comment::Comment, workshop::Written};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    assessment_id: Uuid,
    finding_id: Uuid,
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
        let name = row.resolved_by_name.unwrap_or_default();
        Self {
            id: row.id,
            assessment_id: row.assessment_id,
            finding_id: row.finding_id,
            text: row.text,
            written: Written { by: row.recorded_by, name: row.recorded_by_name, at: row.recorded_at },
            resolved: row.resolved_at.zip(row.resolved_by).map(|(at, by)| Written { by, name, at }),
            version: row.version,
        }
    }
}

/// Those of an assessment, the oldest first.
pub async fn of_assessment(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
) -> Result<Vec<Comment>, Failure> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM finding_comments WHERE mission_id = $1 AND assessment_id = $2 ORDER BY id LIMIT $3",
    )
    .bind(mission)
    .bind(assessment)
    .bind(LIST_MAX)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Comment::from).collect())
}

/// How many an assessment has that can be seen.
pub async fn count(connection: &mut PgConnection, mission: Uuid, assessment: Uuid) -> Result<usize, Failure> {
    let count: i64 =
        sqlx::query_scalar("SELECT count(*) FROM finding_comments WHERE mission_id = $1 AND assessment_id = $2")
            .bind(mission)
            .bind(assessment)
            .fetch_one(connection)
            .await?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// One, which nobody else changes until this transaction ends.
pub async fn for_change(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    id: Uuid,
) -> Result<Option<Comment>, Failure> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT * FROM finding_comments WHERE mission_id = $1 AND assessment_id = $2 AND id = $3 FOR UPDATE",
    )
    .bind(mission)
    .bind(assessment)
    .bind(id)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Comment::from))
}

/// Stores one, new or changed.
pub async fn save(connection: &mut PgConnection, mission: Uuid, comment: &Comment) -> Result<(), Failure> {
    let resolved = comment.resolved.as_ref();
    sqlx::query(
        "INSERT INTO finding_comments (mission_id, id, assessment_id, finding_id, text, version, recorded_at, recorded_by, \
         recorded_by_name, resolved_at, resolved_by, resolved_by_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
         ON CONFLICT (mission_id, id) DO UPDATE SET version = excluded.version, resolved_at = excluded.resolved_at, \
         resolved_by = excluded.resolved_by, resolved_by_name = excluded.resolved_by_name",
    )
    .bind(mission)
    .bind(comment.id)
    .bind(comment.assessment_id)
    .bind(comment.finding_id)
    .bind(&comment.text)
    .bind(comment.version)
    .bind(comment.written.at)
    .bind(comment.written.by)
    .bind(&comment.written.name)
    .bind(resolved.map(|by| by.at))
    .bind(resolved.map(|by| by.by))
    .bind(resolved.map(|by| &by.name))
    .execute(connection)
    .await?;
    Ok(())
}
