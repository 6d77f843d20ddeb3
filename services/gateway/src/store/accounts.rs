//! Accounts.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Account {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub language: String,
    pub hq: bool,
    pub operator: bool,
}

/// The account of an address, with its password hash.
pub async fn by_email(connection: &mut PgConnection, email: &str) -> Result<Option<(Account, String)>, sqlx::Error> {
    #[derive(sqlx::FromRow)]
    struct Row {
        #[sqlx(flatten)]
        account: Account,
        password_hash: String,
    }
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, email, name, language, hq, operator, password_hash FROM account WHERE lower(email) = lower($1)",
    )
    .bind(email)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.account, row.password_hash)))
}

/// The account of an id.
pub async fn by_id(connection: &mut PgConnection, id: Uuid) -> Result<Option<Account>, sqlx::Error> {
    sqlx::query_as("SELECT id, email, name, language, hq, operator FROM account WHERE id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await
}

/// Stores a new account; `None` when the address has one.
pub async fn insert(
    connection: &mut PgConnection,
    account: &Account,
    password_hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "INSERT INTO account (id, email, name, password_hash, language, hq, operator, recorded_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind(account.id)
    .bind(&account.email)
    .bind(&account.name)
    .bind(password_hash)
    .bind(&account.language)
    .bind(account.hq)
    .bind(account.operator)
    .bind(now)
    .fetch_optional(connection)
    .await
}

/// Gives a password to an account of the mission that has none and reaches no further than its missions; false for any
/// other.
pub async fn set_first_password(
    connection: &mut PgConnection,
    (mission, membership): (Uuid, Uuid),
    password_hash: &str,
) -> Result<bool, sqlx::Error> {
    let set = sqlx::query(
        "UPDATE account SET password_hash = $3, version = version + 1 WHERE password_hash = '' AND NOT hq AND NOT operator \
         AND id = (SELECT account_id FROM membership WHERE mission_id = $1 AND id = $2)",
    )
    .bind(mission)
    .bind(membership)
    .bind(password_hash)
    .execute(connection)
    .await?;
    Ok(set.rows_affected() == 1)
}

pub async fn set_language(connection: &mut PgConnection, id: Uuid, language: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE account SET language = $2, version = version + 1 WHERE id = $1")
        .bind(id)
        .bind(language)
        .execute(connection)
        .await
        .map(drop)
}
