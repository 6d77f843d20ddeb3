//! API tokens: shown once, kept as a hash, scoped to a mission and some roles, expiring.

use chrono::{DateTime, Utc};
use cpas_proto::words::Role;
use sqlx::PgConnection;
use uuid::Uuid;

use super::accounts::Account;

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Token {
    pub id: Uuid,
    pub name: String,
    pub mission_code: String,
    pub roles: Vec<String>,
    pub read_only: bool,
    /// Opens the forms for phones, and nothing else.
    pub phones_only: bool,
    pub expires_at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
}

/// A token that was presented and is valid.
pub struct Presented {
    pub account: Account,
    pub mission_id: Uuid,
    pub roles: Vec<Role>,
    /// Changes nothing, whatever its roles.
    pub read_only: bool,
    /// Opens the forms for phones, and nothing else.
    pub phones_only: bool,
}

pub async fn insert(
    connection: &mut PgConnection,
    token: &Token,
    secret_sha256: &[u8],
    account: Uuid,
    mission: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO api_token (id, secret_sha256, account_id, mission_id, name, roles, expires_at, recorded_at, read_only, \
         phones_only) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(token.id)
    .bind(secret_sha256)
    .bind(account)
    .bind(mission)
    .bind(&token.name)
    .bind(&token.roles)
    .bind(token.expires_at)
    .bind(token.recorded_at)
    .bind(token.read_only)
    .bind(token.phones_only)
    .execute(connection)
    .await
    .map(drop)
}

/// Tokens of an account, newest first, at most 200.
pub async fn of_account(connection: &mut PgConnection, account: Uuid) -> Result<Vec<Token>, sqlx::Error> {
    sqlx::query_as(
        "SELECT t.id, t.name, m.code AS mission_code, t.roles, t.read_only, t.phones_only, t.expires_at, t.recorded_at, \
         t.used_at \
         FROM api_token t JOIN mission m ON m.id = t.mission_id WHERE t.account_id = $1 ORDER BY t.recorded_at DESC LIMIT 200",
    )
    .bind(account)
    .fetch_all(connection)
    .await
}

/// Ends a token of this account; false when there is none.
pub async fn delete(connection: &mut PgConnection, account: Uuid, id: Uuid) -> Result<bool, sqlx::Error> {
    let ended = sqlx::query("DELETE FROM api_token WHERE account_id = $1 AND id = $2").bind(account).bind(id);
    Ok(ended.execute(connection).await?.rows_affected() == 1)
}

/// Whose token this is, if it has not expired; its use is noted at most once a minute.
pub async fn use_token(
    connection: &mut PgConnection,
    secret_sha256: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Presented>, sqlx::Error> {
    #[derive(sqlx::FromRow)]
    struct Row {
        #[sqlx(flatten)]
        account: Account,
        mission_id: Uuid,
        roles: Vec<String>,
        read_only: bool,
        phones_only: bool,
    }
    let row: Option<Row> = sqlx::query_as(
        "SELECT a.id, a.email, a.name, a.language, a.hq, a.operator, t.mission_id, t.roles, t.read_only, \
         t.phones_only \
         FROM api_token t JOIN account a ON a.id = t.account_id WHERE t.secret_sha256 = $1 AND t.expires_at > $2",
    )
    .bind(secret_sha256)
    .bind(now)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    sqlx::query(
        "UPDATE api_token SET used_at = $2 WHERE secret_sha256 = $1 AND (used_at IS NULL OR used_at < $2 - interval '1 minute')",
    )
    .bind(secret_sha256)
    .bind(now)
    .execute(connection)
    .await?;
    let roles = row.roles.iter().filter_map(|role| role.parse().ok()).collect();
    Ok(Some(Presented {
        account: row.account,
        mission_id: row.mission_id,
        roles,
        read_only: row.read_only,
        phones_only: row.phones_only,
    }))
}
