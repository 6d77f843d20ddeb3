//! Tables `assessment_steps`, `assessment_signatures`, `gender_statements` and `assessment_invitations`. Of the first three
//! there is no function to change or delete an entry, and no right to.

use chassis::Failure;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::LIST_MAX;
use crate::domain::{course::Step, gender::Statement, invitation::Invitation, sign_off::Signature};

/// Writes a step.
pub async fn append_step(connection: &mut PgConnection, mission: Uuid, step: &Step) -> Result<(), Failure> {
    append(
        connection,
        "INSERT INTO assessment_steps (mission_id, id, assessment_id, body, classification) VALUES ($1, $2, $3, $4, $5)",
        (mission, step.id, step.assessment_id),
        step,
        0,
    )
    .await
}

/// The steps of an assessment, oldest first.
pub async fn steps(connection: &mut PgConnection, mission: Uuid, assessment: Uuid) -> Result<Vec<Step>, Failure> {
    let sql = "SELECT body FROM assessment_steps WHERE mission_id = $1 AND assessment_id = $2 ORDER BY id LIMIT $3";
    all(connection, sql, mission, assessment).await
}

/// Writes a signature.
pub async fn append_signature(
    connection: &mut PgConnection,
    mission: Uuid,
    signature: &Signature,
) -> Result<(), Failure> {
    append(
        connection,
        "INSERT INTO assessment_signatures (mission_id, id, assessment_id, body, classification) \
         VALUES ($1, $2, $3, $4, $5)",
        (mission, signature.id, signature.assessment_id),
        signature,
        0,
    )
    .await
}

/// The signatures of an assessment, oldest first.
pub async fn signatures(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
) -> Result<Vec<Signature>, Failure> {
    let sql =
        "SELECT body FROM assessment_signatures WHERE mission_id = $1 AND assessment_id = $2 ORDER BY id LIMIT $3";
    all(connection, sql, mission, assessment).await
}

/// Writes why the question of women, girls and youth does not apply.
pub async fn append_statement(
    connection: &mut PgConnection,
    mission: Uuid,
    statement: &Statement,
) -> Result<(), Failure> {
    append(
        connection,
        "INSERT INTO gender_statements (mission_id, id, assessment_id, body, classification) VALUES ($1, $2, $3, $4, $5)",
        (mission, statement.id, statement.assessment_id),
        statement,
        statement.classification.rank(),
    )
    .await
}

/// What was said of the outcomes of an assessment, oldest first.
pub async fn statements(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
) -> Result<Vec<Statement>, Failure> {
    let sql = "SELECT body FROM gender_statements WHERE mission_id = $1 AND assessment_id = $2 ORDER BY id LIMIT $3";
    all(connection, sql, mission, assessment).await
}

/// Stores an invitation, new or changed.
pub async fn save_invitation(
    connection: &mut PgConnection,
    mission: Uuid,
    invitation: &Invitation,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO assessment_invitations (mission_id, assessment_id, account_id, body, version) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (mission_id, assessment_id, account_id) \
         DO UPDATE SET body = excluded.body, version = excluded.version",
    )
    .bind(mission)
    .bind(invitation.assessment_id)
    .bind(invitation.account)
    .bind(Json(invitation))
    .bind(invitation.version)
    .execute(connection)
    .await?;
    Ok(())
}

/// The invitations to an assessment, in the order in which they were given.
pub async fn invitations(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
) -> Result<Vec<Invitation>, Failure> {
    let sql = "SELECT body FROM assessment_invitations WHERE mission_id = $1 AND assessment_id = $2 \
               ORDER BY body->>'invited_at', account_id LIMIT $3";
    all(connection, sql, mission, assessment).await
}

/// The invitations of somebody, the newest first.
pub async fn invitations_of(
    connection: &mut PgConnection,
    mission: Uuid,
    account: Uuid,
) -> Result<Vec<Invitation>, Failure> {
    let sql = "SELECT body FROM assessment_invitations WHERE mission_id = $1 AND account_id = $2 \
               ORDER BY body->>'invited_at' DESC, assessment_id LIMIT $3";
    all(connection, sql, mission, account).await
}

async fn append<T: Serialize + Sync>(
    connection: &mut PgConnection,
    sql: &'static str,
    (mission, id, assessment): (Uuid, Uuid, Uuid),
    body: &T,
    rank: i16,
) -> Result<(), Failure> {
    sqlx::query(sql)
        .bind(mission)
        .bind(id)
        .bind(assessment)
        .bind(Json(serde_json::to_value(body).map_err(Failure::internal)?))
        .bind(rank)
        .execute(connection)
        .await?;
    Ok(())
}

async fn all<T: DeserializeOwned>(
    connection: &mut PgConnection,
    sql: &'static str,
    mission: Uuid,
    of: Uuid,
) -> Result<Vec<T>, Failure> {
    let rows: Vec<Json<serde_json::Value>> =
        sqlx::query_scalar(sql).bind(mission).bind(of).bind(LIST_MAX).fetch_all(connection).await?;
    rows.into_iter().map(|row| serde_json::from_value(row.0).map_err(Failure::internal)).collect()
}
