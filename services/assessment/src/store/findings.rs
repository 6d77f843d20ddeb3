//! Tables `findings` and `finding_versions`.

use std::collections::BTreeMap;

use chassis::Failure;
use chrono::{DateTime, Utc};
use cpas_proto::words::{Classification, Period};
use serde_json::json;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{LIST_MAX, stored};
use crate::domain::{
    evidence::Kind,
    finding::{Content, Finding},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    assessment_id: Uuid,
    content: Json<Content>,
    version: i64,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
}

#[derive(sqlx::FromRow)]
struct EarlierRow {
    #[sqlx(flatten)]
    finding: Row,
    period: String,
}

/// Most findings of earlier assessments that are looked at.
const EARLIER_MAX: i64 = 100;

impl From<Row> for Finding {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            assessment_id: row.assessment_id,
            content: row.content.0,
            version: row.version,
            recorded_at: row.recorded_at,
            recorded_by: row.recorded_by,
        }
    }
}

/// Stores a finding, new or revised, and keeps this version for ever.
pub async fn save(connection: &mut PgConnection, mission: Uuid, finding: &Finding) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO findings (mission_id, id, assessment_id, content, version, recorded_at, recorded_by, classification) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (mission_id, id) DO UPDATE SET content = excluded.content, version = excluded.version, \
         recorded_at = excluded.recorded_at, recorded_by = excluded.recorded_by, classification = excluded.classification",
    )
    .bind(mission)
    .bind(finding.id)
    .bind(finding.assessment_id)
    .bind(Json(&finding.content))
    .bind(finding.version)
    .bind(finding.recorded_at)
    .bind(finding.recorded_by)
    .bind(finding.content.classification.rank())
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO finding_versions (mission_id, finding_id, version, content, recorded_at, recorded_by, classification) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(mission)
    .bind(finding.id)
    .bind(finding.version)
    .bind(Json(&finding.content))
    .bind(finding.recorded_at)
    .bind(finding.recorded_by)
    .bind(finding.content.classification.rank())
    .execute(connection)
    .await?;
    Ok(())
}

/// One finding, which nobody else changes until this transaction ends.
pub async fn for_change(connection: &mut PgConnection, mission: Uuid, id: Uuid) -> Result<Option<Finding>, Failure> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, assessment_id, content, version, recorded_at, recorded_by FROM findings \
         WHERE mission_id = $1 AND id = $2 FOR UPDATE",
    )
    .bind(mission)
    .bind(id)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Finding::from))
}

/// One finding.
pub async fn by_id(connection: &mut PgConnection, mission: Uuid, id: Uuid) -> Result<Option<Finding>, Failure> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, assessment_id, content, version, recorded_at, recorded_by FROM findings WHERE mission_id = $1 AND id = $2",
    )
    .bind(mission)
    .bind(id)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Finding::from))
}

/// The findings on an outcome in other assessments that were finalized, with their period; the last assessment first.
pub async fn earlier(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    lineage_id: Uuid,
) -> Result<Vec<(Finding, Period)>, Failure> {
    let rows: Vec<EarlierRow> = sqlx::query_as(
        "SELECT f.id, f.assessment_id, f.content, f.version, f.recorded_at, f.recorded_by, a.period FROM findings f \
         JOIN assessments a ON a.mission_id = f.mission_id AND a.id = f.assessment_id \
         WHERE f.mission_id = $1 AND a.id <> $2 AND a.state = 'finalized' AND f.content->>'outcome_lineage_id' = $3 \
         ORDER BY a.frozen_at DESC, f.id LIMIT $4",
    )
    .bind(mission)
    .bind(assessment)
    .bind(lineage_id.to_string())
    .bind(EARLIER_MAX)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok((row.finding.into(), stored(&row.period)?))).collect()
}

/// The classification of those of the given findings that are of other assessments which were finalized once, and can be seen:
/// one that is taken back later leaves what rests on it as it is.
pub async fn finalized(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Classification)>, Failure> {
    let rows: Vec<(Uuid, i16)> = sqlx::query_as(
        "SELECT f.id, f.classification FROM findings f \
         JOIN assessments a ON a.mission_id = f.mission_id AND a.id = f.assessment_id \
         WHERE f.mission_id = $1 AND a.id <> $2 AND f.id = ANY($3) AND (a.state = 'finalized' OR EXISTS (\
           SELECT FROM assessment_steps s WHERE s.mission_id = a.mission_id AND s.assessment_id = a.id \
           AND s.body->>'to' = 'finalized'))",
    )
    .bind(mission)
    .bind(assessment)
    .bind(ids)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(id, rank)| (id, Classification::of_rank(rank))).collect())
}

/// The findings of an assessment, oldest first, at most [`LIST_MAX`].
pub async fn of_assessment(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
) -> Result<Vec<Finding>, Failure> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, assessment_id, content, version, recorded_at, recorded_by FROM findings \
         WHERE mission_id = $1 AND assessment_id = $2 ORDER BY id LIMIT $3",
    )
    .bind(mission)
    .bind(assessment)
    .bind(LIST_MAX)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Finding::from).collect())
}

/// The findings that rest on a record, the newest first, at most [`LIST_MAX`].
pub async fn resting_on(
    connection: &mut PgConnection,
    mission: Uuid,
    kind: Kind,
    id: Uuid,
) -> Result<Vec<Finding>, Failure> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, assessment_id, content, version, recorded_at, recorded_by FROM findings \
         WHERE mission_id = $1 AND content->'evidence' @> $2 ORDER BY id DESC LIMIT $3",
    )
    .bind(mission)
    .bind(Json(json!([{"kind": kind, "id": id}])))
    .bind(LIST_MAX)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Finding::from).collect())
}

/// The outcome of each of the given findings that can be seen.
pub async fn outcomes(
    connection: &mut PgConnection,
    mission: Uuid,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, Uuid>, Failure> {
    let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "SELECT id, (content->>'outcome_lineage_id')::uuid FROM findings WHERE mission_id = $1 AND id = ANY($2)",
    )
    .bind(mission)
    .bind(ids)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().collect())
}

#[derive(sqlx::FromRow)]
struct ReadRow {
    #[sqlx(flatten)]
    row: Row,
    newest: i64,
}

/// Findings as they read in the given versions, of those that can be seen, with the version that is stored now.
pub async fn as_read(
    connection: &mut PgConnection,
    mission: Uuid,
    read: &[(Uuid, i64)],
) -> Result<BTreeMap<(Uuid, i64), (Finding, i64)>, Failure> {
    let (ids, versions): (Vec<Uuid>, Vec<i64>) = read.iter().copied().unzip();
    let rows: Vec<ReadRow> = sqlx::query_as(
        "SELECT f.id, f.assessment_id, v.content, v.version, v.recorded_at, v.recorded_by, f.version AS newest \
         FROM unnest($2::uuid[], $3::bigint[]) AS asked (id, version) \
         JOIN finding_versions v ON v.mission_id = $1 AND v.finding_id = asked.id AND v.version = asked.version \
         JOIN findings f ON f.mission_id = $1 AND f.id = asked.id",
    )
    .bind(mission)
    .bind(ids)
    .bind(versions)
    .fetch_all(connection)
    .await?;
    let of = |ReadRow { row, newest }: ReadRow| ((row.id, row.version), (Finding::from(row), newest));
    Ok(rows.into_iter().map(of).collect())
}

/// Version and classification of those of the given findings that are of this assessment and can be seen.
pub async fn versions(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, i64, Classification)>, Failure> {
    let rows: Vec<(Uuid, i64, i16)> = sqlx::query_as(
        "SELECT id, version, classification FROM findings WHERE mission_id = $1 AND assessment_id = $2 AND id = ANY($3) FOR SHARE",
    )
    .bind(mission)
    .bind(assessment)
    .bind(ids)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(id, version, rank)| (id, version, Classification::of_rank(rank))).collect())
}
