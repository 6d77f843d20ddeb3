//! Memberships: an account's role in a mission, and how far it reaches.

use chassis::Grant;
use chrono::{DateTime, Utc};
use cpas_proto::words::Role;
use sqlx::PgConnection;
use uuid::Uuid;

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Membership {
    pub membership_id: Uuid,
    pub mission_id: Uuid,
    pub role: String,
    pub component: Option<String>,
    pub section: Option<String>,
    pub areas: Vec<String>,
    pub clearance: i16,
}

impl Membership {
    /// What it lets its owner do. A word that is not known here any more lets nothing but reading what
    /// is published.
    pub fn grant(&self) -> Grant {
        Grant {
            role: self.role.parse().unwrap_or(Role::Reader),
            component: self.component.as_deref().and_then(|component| component.parse().ok()),
            section: self.section.clone(),
            areas: self.areas.clone(),
        }
    }
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Member {
    pub account_id: Uuid,
    pub email: String,
    pub name: String,
    /// False for somebody who is known by name only: a mission that was restored brings its members so.
    pub signs_in: bool,
    #[sqlx(flatten)]
    pub membership: Membership,
}

/// Members of a mission in order of name and role, at most 2000.
pub async fn of_mission(connection: &mut PgConnection, mission: Uuid) -> Result<Vec<Member>, sqlx::Error> {
    sqlx::query_as(
        "SELECT a.id AS account_id, a.email, a.name, a.password_hash <> '' AS signs_in, m.id AS membership_id, m.mission_id, m.role, m.component, m.section, m.areas, m.clearance \
         FROM membership m JOIN account a ON a.id = m.account_id WHERE m.mission_id = $1 ORDER BY a.name, m.role LIMIT 2000",
    )
    .bind(mission)
    .fetch_all(connection)
    .await
}

/// The memberships of one account in a mission, in order of role.
pub async fn of_account(
    connection: &mut PgConnection,
    mission: Uuid,
    account: Uuid,
) -> Result<Vec<Member>, sqlx::Error> {
    sqlx::query_as(
        "SELECT a.id AS account_id, a.email, a.name, a.password_hash <> '' AS signs_in, m.id AS membership_id, m.mission_id, m.role, m.component, m.section, m.areas, m.clearance \
         FROM membership m JOIN account a ON a.id = m.account_id WHERE m.mission_id = $1 AND m.account_id = $2 ORDER BY m.role, m.id",
    )
    .bind(mission)
    .bind(account)
    .fetch_all(connection)
    .await
}

/// Stores a membership; false when the account has this very role already.
pub async fn insert(
    connection: &mut PgConnection,
    account: Uuid,
    membership: &Membership,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let stored = sqlx::query(
        "INSERT INTO membership (id, mission_id, account_id, role, component, section, areas, clearance, recorded_at, recorded_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
    )
    .bind(membership.membership_id)
    .bind(membership.mission_id)
    .bind(account)
    .bind(&membership.role)
    .bind(&membership.component)
    .bind(&membership.section)
    .bind(&membership.areas)
    .bind(membership.clearance)
    .bind(now)
    .bind(by)
    .execute(connection)
    .await?;
    Ok(stored.rows_affected() == 1)
}

/// Ends a membership of this mission, and says whose it was; `None` when there is none.
pub async fn delete(connection: &mut PgConnection, mission: Uuid, id: Uuid) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar("DELETE FROM membership WHERE mission_id = $1 AND id = $2 RETURNING account_id")
        .bind(mission)
        .bind(id)
        .fetch_optional(connection)
        .await
}
