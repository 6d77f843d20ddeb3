//! Rows of influence strategies, and of the outcomes that take them up.

use std::collections::BTreeMap;

use chassis::Failure;
use chrono::{DateTime, Utc};
use cpas_proto::words::Classification;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{classification, stored, who};
use crate::domain::{
    Text,
    ids::{StakeholderId, StrategyId},
    page::PageOf,
    strategy::{Dimension, KnownOutcome, Strategy},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    stakeholder_id: Uuid,
    stakeholder_name: String,
    dimension: String,
    aim: Json<Text>,
    lever: String,
    owner_section: String,
    risks: Json<Text>,
    state: String,
    secrecy: i16,
    version: i64,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    recorded_by_name: String,
}

impl Row {
    fn into_strategy(self) -> Result<Strategy, Failure> {
        Ok(Strategy {
            id: StrategyId(self.id),
            stakeholder: StakeholderId(self.stakeholder_id),
            stakeholder_name: self.stakeholder_name,
            dimension: stored(&self.dimension)?,
            aim: self.aim.0,
            lever: stored(&self.lever)?,
            owner_section: self.owner_section,
            risks: self.risks.0,
            state: stored(&self.state)?,
            classification: classification(self.secrecy),
            version: self.version,
            recorded_at: self.recorded_at,
            recorded_by: who(self.recorded_by, self.recorded_by_name),
        })
    }
}

/// Of the one that stands for the stakeholder, with its name, and at least as secret as it is now.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT strategy.id, stakeholder.id AS stakeholder_id, stakeholder.name AS stakeholder_name, strategy.dimension, \
                 strategy.aim, strategy.lever, strategy.owner_section, strategy.risks, strategy.state, strategy.version, \
                 strategy.recorded_at, strategy.recorded_by, strategy.recorded_by_name, \
                 greatest(strategy.classification, stakeholder.classification) AS secrecy \
             FROM influence_strategy strategy \
             JOIN stakeholder recorded ON recorded.mission_id = strategy.mission_id AND recorded.id = strategy.stakeholder_id \
             JOIN stakeholder ON stakeholder.mission_id = strategy.mission_id AND stakeholder.id = recorded.head ",
            $rest
        )
    };
}

/// Stores a strategy that is new.
pub async fn insert(db: &mut PgConnection, mission: Uuid, strategy: &Strategy) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO influence_strategy (mission_id, id, stakeholder_id, dimension, aim, lever, owner_section, risks, state, \
             classification, version, recorded_at, recorded_by, recorded_by_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(mission)
    .bind(strategy.id.0)
    .bind(strategy.stakeholder.0)
    .bind(strategy.dimension.word())
    .bind(Json(&strategy.aim))
    .bind(strategy.lever.word())
    .bind(&strategy.owner_section)
    .bind(Json(&strategy.risks))
    .bind(strategy.state.word())
    .bind(strategy.classification.rank())
    .bind(strategy.version)
    .bind(strategy.recorded_at)
    .bind(strategy.recorded_by.account)
    .bind(&strategy.recorded_by.name)
    .execute(db)
    .await?;
    Ok(())
}

/// Stores a revision; the row was locked when the strategy was read.
pub async fn update(db: &mut PgConnection, strategy: &Strategy) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE influence_strategy SET dimension = $2, aim = $3, lever = $4, owner_section = $5, risks = $6, state = $7, \
             classification = $8, version = $9 \
         WHERE id = $1",
    )
    .bind(strategy.id.0)
    .bind(strategy.dimension.word())
    .bind(Json(&strategy.aim))
    .bind(strategy.lever.word())
    .bind(&strategy.owner_section)
    .bind(Json(&strategy.risks))
    .bind(strategy.state.word())
    .bind(strategy.classification.rank())
    .bind(strategy.version)
    .execute(db)
    .await?;
    Ok(())
}

/// A strategy to be revised; nobody else does until the transaction ends.
pub async fn lock(db: &mut PgConnection, id: StrategyId) -> Result<Option<Strategy>, Failure> {
    let row: Option<Row> =
        sqlx::query_as(select!("WHERE strategy.id = $1 FOR UPDATE OF strategy")).bind(id.0).fetch_optional(db).await?;
    row.map(Row::into_strategy).transpose()
}

/// A page and the row after it, the latest first. `not_planned`: only current ones without an outcome.
pub async fn page(
    db: &mut PgConnection,
    page: &PageOf,
    stakeholder: Option<StakeholderId>,
    not_planned: bool,
) -> Result<Vec<Strategy>, Failure> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "WHERE ($1::uuid IS NULL OR strategy.id < $1) AND ($2::uuid IS NULL OR stakeholder.id = $2) \
             AND (NOT $3 OR (strategy.state = 'current' AND NOT EXISTS (SELECT FROM known_outcome outcome \
                 JOIN stakeholder named ON named.mission_id = outcome.mission_id AND named.id = outcome.stakeholder_id \
                 WHERE outcome.mission_id = strategy.mission_id AND named.head = stakeholder.id \
                     AND outcome.dimension = strategy.dimension))) \
         ORDER BY strategy.id DESC LIMIT $4"
    ))
    .bind(page.after.as_ref().map(|after| after.id))
    .bind(stakeholder.map(|stakeholder| stakeholder.0))
    .bind(not_planned)
    .bind(page.fetched())
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Row::into_strategy).collect()
}

/// The outcomes about these stakeholders and the records that they stand for, by stakeholder and what should change.
pub async fn outcomes(
    db: &mut PgConnection,
    stakeholders: &[StakeholderId],
) -> Result<BTreeMap<(StakeholderId, Dimension), Vec<KnownOutcome>>, Failure> {
    type Outcome = (Uuid, String, Uuid, String, Uuid, String, Json<Text>);
    let rows: Vec<Outcome> = sqlx::query_as(
        "SELECT named.head, outcome.dimension, plan.id, plan.state, outcome.item_id, outcome.number, outcome.statement \
         FROM known_outcome outcome JOIN known_plan plan ON plan.mission_id = outcome.mission_id AND plan.id = outcome.plan_id \
         JOIN stakeholder named ON named.mission_id = outcome.mission_id AND named.id = outcome.stakeholder_id \
         WHERE named.head = ANY($1) ORDER BY plan.state, outcome.number, outcome.item_id",
    )
    .bind(stakeholders.iter().map(|id| id.0).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    let mut found: BTreeMap<(StakeholderId, Dimension), Vec<KnownOutcome>> = BTreeMap::new();
    for (stakeholder, dimension, plan, state, item, number, Json(statement)) in rows {
        let outcome = KnownOutcome { plan, plan_state: stored(&state)?, item, number, statement };
        found.entry((StakeholderId(stakeholder), stored(&dimension)?)).or_default().push(outcome);
    }
    Ok(found)
}

/// A plan as planning tells of it.
#[derive(Debug, Clone)]
pub struct ToldPlan {
    pub id: Uuid,
    pub version: i64,
    pub state: String,
    pub classification: Classification,
}

/// Notes a plan; false when as new a version is known already.
pub async fn keep_plan(db: &mut PgConnection, mission: Uuid, plan: &ToldPlan) -> Result<bool, Failure> {
    let kept = sqlx::query(
        "INSERT INTO known_plan (mission_id, id, version, state, classification) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (mission_id, id) DO UPDATE SET version = excluded.version, state = excluded.state, \
             classification = excluded.classification \
         WHERE known_plan.version < excluded.version",
    )
    .bind(mission)
    .bind(plan.id)
    .bind(plan.version)
    .bind(&plan.state)
    .bind(plan.classification.rank())
    .execute(db)
    .await?;
    Ok(kept.rows_affected() == 1)
}

/// An outcome as planning tells of it.
#[derive(Debug, Clone)]
pub struct ToldOutcome {
    pub item: Uuid,
    pub number: String,
    pub statement: Text,
    pub stakeholder: StakeholderId,
    pub dimension: Dimension,
}

/// Replaces the outcomes that are known of a plan.
pub async fn keep_outcomes(
    db: &mut PgConnection,
    mission: Uuid,
    plan: &ToldPlan,
    outcomes: &[ToldOutcome],
) -> Result<(), Failure> {
    sqlx::query("DELETE FROM known_outcome WHERE mission_id = $1 AND plan_id = $2")
        .bind(mission)
        .bind(plan.id)
        .execute(&mut *db)
        .await?;
    for outcome in outcomes {
        sqlx::query(
            "INSERT INTO known_outcome (mission_id, plan_id, item_id, number, statement, stakeholder_id, dimension, classification) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(mission)
        .bind(plan.id)
        .bind(outcome.item)
        .bind(&outcome.number)
        .bind(Json(&outcome.statement))
        .bind(outcome.stakeholder.0)
        .bind(outcome.dimension.word())
        .bind(plan.classification.rank())
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}
