//! Table `decisions`: the log. There is no function to change or delete an entry, and no right to.

use chassis::Failure;
use chrono::{DateTime, Utc};
use cpas_proto::words::Classification;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{LIST_MAX, stored};
use crate::domain::recommendation::Decision;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    recommendation_id: Uuid,
    decision: String,
    reason: String,
    decided_by: Uuid,
    decided_at: DateTime<Utc>,
    finding_ids: Vec<Uuid>,
    finding_versions: Vec<i64>,
    classification: i16,
}

impl TryFrom<Row> for Decision {
    type Error = Failure;

    fn try_from(row: Row) -> Result<Self, Failure> {
        Ok(Self {
            id: row.id,
            recommendation_id: row.recommendation_id,
            verdict: stored(&row.decision)?,
            reason: row.reason,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            findings: row.finding_ids.into_iter().zip(row.finding_versions).collect(),
            classification: Classification::of_rank(row.classification),
        })
    }
}

/// Writes an entry.
pub async fn append(connection: &mut PgConnection, mission: Uuid, decision: &Decision) -> Result<(), Failure> {
    let (ids, versions): (Vec<Uuid>, Vec<i64>) = decision.findings.iter().copied().unzip();
    sqlx::query(
        "INSERT INTO decisions (mission_id, id, recommendation_id, decision, reason, decided_by, decided_at, \
         finding_ids, finding_versions, classification) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(mission)
    .bind(decision.id)
    .bind(decision.recommendation_id)
    .bind(decision.verdict.word())
    .bind(&decision.reason)
    .bind(decision.decided_by)
    .bind(decision.decided_at)
    .bind(ids)
    .bind(versions)
    .bind(decision.classification.rank())
    .execute(connection)
    .await?;
    Ok(())
}

/// The log, newest first, at most [`LIST_MAX`].
pub async fn all(connection: &mut PgConnection, mission: Uuid) -> Result<Vec<Decision>, Failure> {
    let rows: Vec<Row> =
        sqlx::query_as("SELECT * FROM decisions WHERE mission_id = $1 ORDER BY decided_at DESC, id DESC LIMIT $2")
            .bind(mission)
            .bind(LIST_MAX)
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(Decision::try_from).collect()
}
