//! Sessions of browsers.

use chrono::{DateTime, Duration, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{accounts::Account, members::Membership, missions::MissionRow};

pub async fn insert(
    connection: &mut PgConnection,
    secret_sha256: &[u8],
    account: Uuid,
    now: DateTime<Utc>,
    life: Duration,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO session (secret_sha256, account_id, opened_at, used_at, expires_at) VALUES ($1, $2, $3, $3, $4)",
    )
    .bind(secret_sha256)
    .bind(account)
    .bind(now)
    .bind(now + life)
    .execute(connection)
    .await
    .map(drop)
}

/// The account of a session that is neither over nor idle for too long; its use is noted at most once a minute.
pub async fn use_session(
    connection: &mut PgConnection,
    secret_sha256: &[u8],
    now: DateTime<Utc>,
    idle: Duration,
) -> Result<Option<Account>, sqlx::Error> {
    #[derive(sqlx::FromRow)]
    struct Row {
        #[sqlx(flatten)]
        account: Account,
        used_at: DateTime<Utc>,
    }
    let row: Option<Row> = sqlx::query_as(
        "SELECT a.id, a.email, a.name, a.language, a.hq, a.operator, s.used_at FROM session s JOIN account a ON a.id = s.account_id \
         WHERE s.secret_sha256 = $1 AND s.expires_at > $2 AND s.used_at > $3",
    )
    .bind(secret_sha256)
    .bind(now)
    .bind(now - idle)
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(row) = &row
        && now - row.used_at > Duration::minutes(1)
    {
        sqlx::query("UPDATE session SET used_at = $2 WHERE secret_sha256 = $1")
            .bind(secret_sha256)
            .bind(now)
            .execute(connection)
            .await?;
    }
    Ok(row.map(|row| row.account))
}

/// Ends a session, and takes those away that are over.
pub async fn delete(
    connection: &mut PgConnection,
    secret_sha256: &[u8],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM session WHERE secret_sha256 = $1 OR expires_at <= $2")
        .bind(secret_sha256)
        .bind(now)
        .execute(connection)
        .await
        .map(drop)
}

/// What an account may enter, in order of the missions' codes.
pub async fn memberships(
    connection: &mut PgConnection,
    account: Uuid,
) -> Result<Vec<(Membership, MissionRow)>, sqlx::Error> {
    #[derive(sqlx::FromRow)]
    struct Row {
        #[sqlx(flatten)]
        membership: Membership,
        #[sqlx(flatten)]
        mission: MissionRow,
    }
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT m.id AS membership_id, m.mission_id, m.role, m.component, m.section, m.areas, m.clearance, \
                i.id, i.code, i.name, i.name_fr, i.countries, i.languages, i.fiscal_year_start_month, i.state, i.version \
         FROM membership m JOIN mission i ON i.id = m.mission_id WHERE m.account_id = $1 ORDER BY i.code, m.role",
    )
    .bind(account)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.membership, row.mission)).collect())
}
