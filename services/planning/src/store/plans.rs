//! Plans without their items, and the steps they took.

use chrono::{DateTime, NaiveDate, Utc};
use cpas_proto::words::Classification;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{items, links, read, recorded, set_clearance, who, with_full_clearance};
use crate::{
    domain::{
        framework::Framework,
        ids::{PlanId, StakeholderId},
        lifecycle::Step,
        plan::{Horizon, Plan, PlanHead},
        text::Text,
    },
    error::Error,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    family_id: Uuid,
    number: i32,
    parent_id: Option<Uuid>,
    title_en: String,
    title_fr: String,
    start_date: NaiveDate,
    end_date: NaiveDate,
    state: String,
    version: i64,
    classification: i16,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    recorded_by_name: String,
    endorsed_by: Option<Uuid>,
    endorsed_by_name: Option<String>,
    approved_by: Option<Uuid>,
    approved_by_name: Option<String>,
    return_reason: Option<String>,
}

impl TryFrom<Row> for PlanHead {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: PlanId(row.id),
            family: PlanId(row.family_id),
            title: Text::of(row.title_en, row.title_fr),
            horizon: Horizon { start: row.start_date, end: row.end_date },
            number: read(u32::try_from(row.number))?,
            parent: row.parent_id.map(PlanId),
            state: read(row.state.parse())?,
            version: row.version,
            recorded: recorded(row.recorded_by, row.recorded_by_name, row.recorded_at),
            endorsed_by: who(row.endorsed_by, row.endorsed_by_name),
            approved_by: who(row.approved_by, row.approved_by_name),
            return_reason: row.return_reason,
            classification: Classification::of_rank(row.classification),
        })
    }
}

/// Which plan is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Id(PlanId),
    /// The one in force.
    Active,
}

/// A plan as it stands, if the caller may see it: one query per table.
pub async fn find(connection: &mut PgConnection, mission: Uuid, which: Which) -> Result<Option<Plan>, Error> {
    let row: Option<Row> = match which {
        Which::Id(id) => {
            sqlx::query_as("SELECT * FROM plans WHERE mission_id = $1 AND id = $2")
                .bind(mission)
                .bind(id.0)
                .fetch_optional(&mut *connection)
                .await?
        }
        Which::Active => {
            sqlx::query_as("SELECT * FROM plans WHERE mission_id = $1 AND state = 'active'")
                .bind(mission)
                .fetch_optional(&mut *connection)
                .await?
        }
    };
    match row {
        Some(row) => with_framework(connection, mission, row).await.map(Some),
        None => Ok(None),
    }
}

/// A plan that is about to be changed: nobody else changes it until this transaction ends.
pub async fn find_to_change(connection: &mut PgConnection, mission: Uuid, id: PlanId) -> Result<Option<Plan>, Error> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM plans WHERE mission_id = $1 AND id = $2 FOR UPDATE")
        .bind(mission)
        .bind(id.0)
        .fetch_optional(&mut *connection)
        .await?;
    match row {
        Some(row) => with_framework(connection, mission, row).await.map(Some),
        None => Ok(None),
    }
}

async fn with_framework(connection: &mut PgConnection, mission: Uuid, row: Row) -> Result<Plan, Error> {
    let head: PlanHead = row.try_into()?;
    let items = items::of_plan(&mut *connection, mission, head.id).await?;
    let links = links::of_plan(&mut *connection, mission, head.id).await?;
    Ok(Plan { framework: read(Framework::of(items, links))?, head })
}

/// Most plans in one list; a mission drafts a few in a year.
const PLANS_MAX: i64 = 500;

/// The plans of the mission, the newest first, at most [`PLANS_MAX`].
pub async fn list(connection: &mut PgConnection, mission: Uuid) -> Result<Vec<PlanHead>, Error> {
    let rows: Vec<Row> = sqlx::query_as("SELECT * FROM plans WHERE mission_id = $1 ORDER BY id DESC LIMIT $2")
        .bind(mission)
        .bind(PLANS_MAX)
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(PlanHead::try_from).collect()
}

/// Plans, of any state, that seek the change of a stakeholder.
pub async fn naming(
    connection: &mut PgConnection,
    mission: Uuid,
    stakeholder: StakeholderId,
) -> Result<Vec<PlanId>, Error> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT DISTINCT plan_id FROM plan_items WHERE mission_id = $1 AND stakeholder_id = $2 ORDER BY plan_id",
    )
    .bind(mission)
    .bind(stakeholder.0)
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(PlanId).collect())
}

/// The number of the next version in a family, among all of its versions.
pub async fn next_number(connection: &mut PgConnection, mission: Uuid, family: PlanId) -> Result<u32, Error> {
    // Two drafts of a next version at a time wait for each other here.
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(format!("plan family {family}"))
        .execute(&mut *connection)
        .await?;
    let own = with_full_clearance(connection).await?;
    let last: Option<i32> =
        sqlx::query_scalar("SELECT max(number) FROM plans WHERE mission_id = $1 AND family_id = $2")
            .bind(mission)
            .bind(family.0)
            .fetch_one(&mut *connection)
            .await?;
    set_clearance(connection, &own).await?;
    read(u32::try_from(last.unwrap_or(0) + 1))
}

/// The plan in force, to be superseded by another one, whatever its classification; nobody tells progress of it
/// meanwhile.
pub async fn active_to_supersede(connection: &mut PgConnection, mission: Uuid) -> Result<Option<Plan>, Error> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(format!("active plan {mission}"))
        .execute(&mut *connection)
        .await?;
    let own = with_full_clearance(connection).await?;
    let row: Option<Row> = sqlx::query_as("SELECT * FROM plans WHERE mission_id = $1 AND state = 'active' FOR UPDATE")
        .bind(mission)
        .fetch_optional(&mut *connection)
        .await?;
    let plan = match row {
        Some(row) => Some(with_framework(&mut *connection, mission, row).await?),
        None => None,
    };
    set_clearance(connection, &own).await?;
    Ok(plan)
}

/// Stores that a plan took this step, whatever its classification.
pub async fn supersede(connection: &mut PgConnection, mission: Uuid, plan: &Plan, step: Step) -> Result<(), Error> {
    let own = with_full_clearance(connection).await?;
    update(&mut *connection, mission, &plan.head).await?;
    keep_step(&mut *connection, mission, &plan.head, step, None).await?;
    set_clearance(connection, &own).await
}

/// Stores a new plan with all its items and links.
pub async fn insert(connection: &mut PgConnection, mission: Uuid, plan: &Plan) -> Result<(), Error> {
    let head = &plan.head;
    sqlx::query(
        "INSERT INTO plans (mission_id, id, family_id, number, parent_id, title_en, title_fr, start_date, end_date, \
         state, version, classification, recorded_at, recorded_by, recorded_by_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(mission)
    .bind(head.id.0)
    .bind(head.family.0)
    .bind(read(i32::try_from(head.number))?)
    .bind(head.parent.map(|parent| parent.0))
    .bind(&head.title.en)
    .bind(&head.title.fr)
    .bind(head.horizon.start)
    .bind(head.horizon.end)
    .bind(head.state.word())
    .bind(head.version)
    .bind(head.classification.rank())
    .bind(head.recorded.at)
    .bind(head.recorded.by.account)
    .bind(&head.recorded.by.name)
    .execute(&mut *connection)
    .await?;
    items::save(&mut *connection, mission, head.id, &[], plan.framework.items()).await?;
    links::save(connection, mission, head.id, &[], plan.framework.links()).await
}

/// Stores what changed between two states of one plan.
pub async fn save(connection: &mut PgConnection, mission: Uuid, before: &Plan, after: &Plan) -> Result<(), Error> {
    update(&mut *connection, mission, &after.head).await?;
    let id = after.head.id;
    items::save(&mut *connection, mission, id, before.framework.items(), after.framework.items()).await?;
    links::save(connection, mission, id, before.framework.links(), after.framework.links()).await
}

async fn update(connection: &mut PgConnection, mission: Uuid, head: &PlanHead) -> Result<(), Error> {
    let (endorsed, approved) = (head.endorsed_by.as_ref(), head.approved_by.as_ref());
    sqlx::query(
        "UPDATE plans SET state = $3, version = $4, classification = $5, recorded_at = $6, recorded_by = $7, \
         recorded_by_name = $8, endorsed_by = $9, endorsed_by_name = $10, approved_by = $11, approved_by_name = $12, \
         return_reason = $13, title_en = $14, title_fr = $15, start_date = $16, end_date = $17 WHERE mission_id = $1 AND id = $2",
    )
    .bind(mission)
    .bind(head.id.0)
    .bind(head.state.word())
    .bind(head.version)
    .bind(head.classification.rank())
    .bind(head.recorded.at)
    .bind(head.recorded.by.account)
    .bind(&head.recorded.by.name)
    .bind(endorsed.map(|who| who.account))
    .bind(endorsed.map(|who| &who.name))
    .bind(approved.map(|who| who.account))
    .bind(approved.map(|who| &who.name))
    .bind(&head.return_reason)
    .bind(&head.title.en)
    .bind(&head.title.fr)
    .bind(head.horizon.start)
    .bind(head.horizon.end)
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps that a plan took a step, and why.
pub async fn keep_step(
    connection: &mut PgConnection,
    mission: Uuid,
    head: &PlanHead,
    step: Step,
    reason: Option<&str>,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO plan_steps (mission_id, plan_id, plan_version, step, reason, recorded_at, recorded_by, recorded_by_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(mission)
    .bind(head.id.0)
    .bind(head.version)
    .bind(step.word())
    .bind(reason)
    .bind(head.recorded.at)
    .bind(head.recorded.by.account)
    .bind(&head.recorded.by.name)
    .execute(connection)
    .await?;
    Ok(())
}
