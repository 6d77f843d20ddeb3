//! Tables `workshops`, `workshop_presences`, `workshop_votes`, `workshop_remarks` and `workshop_entries`. Of an entry
//! there is no function to change or delete it, and no right to.

use chassis::Failure;
use cpas_proto::words::Classification;
use serde::de::DeserializeOwned;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::LIST_MAX;
use crate::domain::workshop::{Entry, Presence, Remark, Workshop, vote::Vote};

/// Stores a new workshop; false where there is one.
pub async fn insert(connection: &mut PgConnection, mission: Uuid, workshop: &Workshop) -> Result<bool, Failure> {
    let done = sqlx::query(
        "INSERT INTO workshops (mission_id, assessment_id, body, state, version, classification) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
    )
    .bind(mission)
    .bind(workshop.assessment_id)
    .bind(Json(workshop))
    .bind(workshop.state.word())
    .bind(workshop.version)
    .bind(workshop.classification.rank())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stores what became of it.
pub async fn update(connection: &mut PgConnection, mission: Uuid, workshop: &Workshop) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE workshops SET body = $3, state = $4, version = $5 WHERE mission_id = $1 AND assessment_id = $2",
    )
    .bind(mission)
    .bind(workshop.assessment_id)
    .bind(Json(workshop))
    .bind(workshop.state.word())
    .bind(workshop.version)
    .execute(connection)
    .await?;
    Ok(())
}

/// The workshop of an assessment.
pub async fn of_assessment(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
) -> Result<Option<Workshop>, Failure> {
    one(connection, "SELECT body FROM workshops WHERE mission_id = $1 AND assessment_id = $2", mission, assessment)
        .await
}

/// The same, which nobody else changes until this transaction ends.
pub async fn for_change(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
) -> Result<Option<Workshop>, Failure> {
    let sql = "SELECT body FROM workshops WHERE mission_id = $1 AND assessment_id = $2 FOR UPDATE";
    one(connection, sql, mission, assessment).await
}

/// The same, whose state stays as it is until this transaction ends; others may read it so too.
pub async fn for_adding(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
) -> Result<Option<Workshop>, Failure> {
    let sql = "SELECT body FROM workshops WHERE mission_id = $1 AND assessment_id = $2 FOR SHARE";
    one(connection, sql, mission, assessment).await
}

/// Stores who is here, new or changed; a member has one row, also when two of the same come at once.
pub async fn save_presence(
    connection: &mut PgConnection,
    mission: Uuid,
    presence: &Presence,
    classification: Classification,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO workshop_presences (mission_id, id, assessment_id, account_id, body, classification) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (mission_id, id) DO UPDATE SET body = excluded.body",
    )
    .bind(mission)
    .bind(presence.id)
    .bind(presence.assessment_id)
    .bind(presence.account_id)
    .bind(Json(presence))
    .bind(classification.rank())
    .execute(connection)
    .await?;
    Ok(())
}

/// Everybody who was here, in the order in which they came.
pub async fn presences(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
) -> Result<Vec<Presence>, Failure> {
    let sql = "SELECT body FROM workshop_presences WHERE mission_id = $1 AND assessment_id = $2 ORDER BY id LIMIT $3";
    all(connection, sql, mission, assessment).await
}

/// Stores a vote, new or changed.
pub async fn save_vote(connection: &mut PgConnection, mission: Uuid, vote: &Vote) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO workshop_votes (mission_id, id, assessment_id, body, state, version, classification) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (mission_id, id) DO UPDATE SET body = excluded.body, state = excluded.state, version = excluded.version",
    )
    .bind(mission)
    .bind(vote.id)
    .bind(vote.assessment_id)
    .bind(Json(vote))
    .bind(vote.state().word())
    .bind(vote.version)
    .bind(vote.classification.rank())
    .execute(connection)
    .await?;
    Ok(())
}

/// One vote, which nobody else changes until this transaction ends: ballots come one behind the other.
pub async fn vote_for_change(connection: &mut PgConnection, mission: Uuid, id: Uuid) -> Result<Option<Vote>, Failure> {
    one(connection, "SELECT body FROM workshop_votes WHERE mission_id = $1 AND id = $2 FOR UPDATE", mission, id).await
}

/// The votes of a workshop, in the order in which they were opened.
pub async fn votes(connection: &mut PgConnection, mission: Uuid, assessment: Uuid) -> Result<Vec<Vote>, Failure> {
    let sql = "SELECT body FROM workshop_votes WHERE mission_id = $1 AND assessment_id = $2 ORDER BY id LIMIT $3";
    all(connection, sql, mission, assessment).await
}

/// Stores a remark, new or changed.
pub async fn save_remark(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    remark: &Remark,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO workshop_remarks (mission_id, assessment_id, outcome_lineage_id, classification, body) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (mission_id, assessment_id, outcome_lineage_id, classification) \
         DO UPDATE SET body = excluded.body",
    )
    .bind(mission)
    .bind(assessment)
    .bind(remark.outcome)
    .bind(remark.classification.rank())
    .bind(Json(remark))
    .execute(connection)
    .await?;
    Ok(())
}

/// The remarks of a workshop.
pub async fn remarks(connection: &mut PgConnection, mission: Uuid, assessment: Uuid) -> Result<Vec<Remark>, Failure> {
    let sql = "SELECT body FROM workshop_remarks WHERE mission_id = $1 AND assessment_id = $2 \
               ORDER BY outcome_lineage_id, classification LIMIT $3";
    all(connection, sql, mission, assessment).await
}

/// Adds what is said once and stays.
pub async fn append(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    id: Uuid,
    entry: &Entry,
    classification: Classification,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO workshop_entries (mission_id, id, assessment_id, kind, body, classification) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(mission)
    .bind(id)
    .bind(assessment)
    .bind(entry.kind())
    .bind(Json(entry))
    .bind(classification.rank())
    .execute(connection)
    .await?;
    Ok(())
}

/// The entries of a workshop, the oldest first.
pub async fn entries(connection: &mut PgConnection, mission: Uuid, assessment: Uuid) -> Result<Vec<Entry>, Failure> {
    let sql = "SELECT body FROM workshop_entries WHERE mission_id = $1 AND assessment_id = $2 ORDER BY id LIMIT $3";
    all(connection, sql, mission, assessment).await
}

async fn one<T: DeserializeOwned + Send + Unpin + 'static>(
    connection: &mut PgConnection,
    sql: &'static str,
    mission: Uuid,
    id: Uuid,
) -> Result<Option<T>, Failure> {
    let body: Option<Json<T>> = sqlx::query_scalar(sql).bind(mission).bind(id).fetch_optional(connection).await?;
    Ok(body.map(|body| body.0))
}

async fn all<T: DeserializeOwned + Send + Unpin + 'static>(
    connection: &mut PgConnection,
    sql: &'static str,
    mission: Uuid,
    assessment: Uuid,
) -> Result<Vec<T>, Failure> {
    let rows: Vec<Json<T>> =
        sqlx::query_scalar(sql).bind(mission).bind(assessment).bind(LIST_MAX).fetch_all(connection).await?;
    Ok(rows.into_iter().map(|body| body.0).collect())
}
