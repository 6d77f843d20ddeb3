//! Tables `recommendations` and `recommendation_steps`.

use std::collections::BTreeMap;

use chassis::Failure;
use chrono::{DateTime, NaiveDate, Utc};
use cpas_proto::words::Classification;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use super::{LIST_MAX, stored};
use crate::domain::{
    recommendation::{Proposal, Recommendation, State, Taken},
    text::Text,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    assessment_id: Uuid,
    text_en: String,
    text_fr: String,
    kind: String,
    owner_section: String,
    due: Option<NaiveDate>,
    indicator_codes: Vec<String>,
    finding_ids: Vec<Uuid>,
    state: String,
    decision_reason: String,
    decided_by: Option<Uuid>,
    decided_at: Option<DateTime<Utc>>,
    plan_change_id: Option<Uuid>,
    duplicate_of: Option<Uuid>,
    plan_change_state: String,
    changed_plan_id: Option<Uuid>,
    implemented_at: Option<DateTime<Utc>>,
    effect_known_at: Option<DateTime<Utc>>,
    version: i64,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    classification: i16,
}

impl TryFrom<Row> for Recommendation {
    type Error = Failure;

    fn try_from(row: Row) -> Result<Self, Failure> {
        let taken = row.decided_by.zip(row.decided_at);
        Ok(Self {
            id: row.id,
            assessment_id: row.assessment_id,
            proposal: Proposal {
                text: Text::of(row.text_en, row.text_fr),
                kind: stored(&row.kind)?,
                owner_section: row.owner_section,
                due: row.due,
                indicator_codes: row.indicator_codes,
                finding_ids: row.finding_ids,
                classification: Classification::of_rank(row.classification),
            },
            state: stored(&row.state)?,
            taken: taken.map(|(by, at)| Taken { by, at, reason: row.decision_reason }),
            plan_change_id: row.plan_change_id,
            duplicate_of: row.duplicate_of,
            change_state: (!row.plan_change_state.is_empty()).then(|| stored(&row.plan_change_state)).transpose()?,
            changed_plan: row.changed_plan_id,
            implemented_at: row.implemented_at,
            effect_known_at: row.effect_known_at,
            version: row.version,
            recorded_at: row.recorded_at,
            recorded_by: row.recorded_by,
        })
    }
}

/// Every column, and when it was implemented: the first step that says so since it was last taken up.
const COLUMNS: &str = "recommendations.*, (SELECT min(step.recorded_at) FROM recommendation_steps step \
    WHERE step.mission_id = recommendations.mission_id AND step.recommendation_id = recommendations.id \
    AND recommendations.state IN ('implemented', 'verified') AND step.state = 'implemented' AND step.version > coalesce(\
        (SELECT max(earlier.version) FROM recommendation_steps earlier WHERE earlier.mission_id = recommendations.mission_id \
         AND earlier.recommendation_id = recommendations.id AND earlier.state = 'in_progress'), 0)) AS implemented_at";

/// Who made a step of a recommendation, when and why.
pub struct Step<'a> {
    pub by: Uuid,
    pub at: DateTime<Utc>,
    pub reason: &'a str,
}

/// Stores a new recommendation.
pub async fn insert(connection: &mut PgConnection, mission: Uuid, new: &Recommendation) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO recommendations (mission_id, id, assessment_id, text_en, text_fr, kind, owner_section, due, \
         indicator_codes, finding_ids, state, version, recorded_at, recorded_by, classification) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(mission)
    .bind(new.id)
    .bind(new.assessment_id)
    .bind(&new.proposal.text.en)
    .bind(&new.proposal.text.fr)
    .bind(new.proposal.kind.word())
    .bind(&new.proposal.owner_section)
    .bind(new.proposal.due)
    .bind(&new.proposal.indicator_codes)
    .bind(&new.proposal.finding_ids)
    .bind(new.state.word())
    .bind(new.version)
    .bind(new.recorded_at)
    .bind(new.recorded_by)
    .bind(new.proposal.classification.rank())
    .execute(&mut *connection)
    .await?;
    keep_step(connection, mission, new, &Step { by: new.recorded_by, at: new.recorded_at, reason: "" }).await
}

/// Stores a step of a recommendation and keeps who made it.
pub async fn update(
    connection: &mut PgConnection,
    mission: Uuid,
    moved: &Recommendation,
    step: &Step<'_>,
) -> Result<(), Failure> {
    let taken = moved.taken.as_ref();
    sqlx::query(
        "UPDATE recommendations SET state = $3, version = $4, decision_reason = $5, decided_by = $6, decided_at = $7, \
         plan_change_id = $8, duplicate_of = $9, plan_change_state = $10, changed_plan_id = $11, effect_known_at = $12 \
         WHERE mission_id = $1 AND id = $2",
    )
    .bind(mission)
    .bind(moved.id)
    .bind(moved.state.word())
    .bind(moved.version)
    .bind(taken.map_or("", |taken| taken.reason.as_str()))
    .bind(taken.map(|taken| taken.by))
    .bind(taken.map(|taken| taken.at))
    .bind(moved.plan_change_id)
    .bind(moved.duplicate_of)
    .bind(moved.change_state.map_or("", |state| state.word()))
    .bind(moved.changed_plan)
    .bind(moved.effect_known_at)
    .execute(&mut *connection)
    .await?;
    keep_step(connection, mission, moved, step).await
}

/// Stores how far the change to the plan is; no step of the recommendation itself.
pub async fn follow(connection: &mut PgConnection, mission: Uuid, followed: &Recommendation) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE recommendations SET plan_change_state = $3, changed_plan_id = $4 WHERE mission_id = $1 AND id = $2",
    )
    .bind(mission)
    .bind(followed.id)
    .bind(followed.change_state.map_or("", |state| state.word()))
    .bind(followed.changed_plan)
    .execute(connection)
    .await?;
    Ok(())
}

async fn keep_step(
    connection: &mut PgConnection,
    mission: Uuid,
    moved: &Recommendation,
    step: &Step<'_>,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO recommendation_steps (mission_id, recommendation_id, version, state, reason, recorded_at, recorded_by, classification) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(mission)
    .bind(moved.id)
    .bind(moved.version)
    .bind(moved.state.word())
    .bind(step.reason)
    .bind(step.at)
    .bind(step.by)
    .bind(moved.proposal.classification.rank())
    .execute(connection)
    .await?;
    Ok(())
}

/// Where the recommendations of an assessment stood at a moment; those made later are not among them.
pub async fn states_at(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    at: DateTime<Utc>,
) -> Result<BTreeMap<Uuid, State>, Failure> {
    let rows: Vec<(Uuid, String)> = sqlx::query_as(
        "SELECT DISTINCT ON (step.recommendation_id) step.recommendation_id, step.state FROM recommendation_steps step \
         JOIN recommendations own ON own.mission_id = step.mission_id AND own.id = step.recommendation_id \
         WHERE step.mission_id = $1 AND own.assessment_id = $2 AND step.recorded_at <= $3 \
         ORDER BY step.recommendation_id, step.version DESC",
    )
    .bind(mission)
    .bind(assessment)
    .bind(at)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|(id, state)| Ok((id, state.parse().map_err(Failure::internal)?))).collect()
}

/// Notes the version of a plan change; `false` where this or a later one was heard of before.
pub async fn hear_plan_change(
    connection: &mut PgConnection,
    mission: Uuid,
    id: Uuid,
    plan_change_version: i64,
) -> Result<bool, Failure> {
    let newer = sqlx::query(
        "UPDATE recommendations SET plan_change_version = $3 WHERE mission_id = $1 AND id = $2 AND plan_change_version < $3",
    )
    .bind(mission)
    .bind(id)
    .bind(plan_change_version)
    .execute(connection)
    .await?;
    Ok(newer.rows_affected() == 1)
}

/// One recommendation, which nobody else changes until this transaction ends.
pub async fn for_change(
    connection: &mut PgConnection,
    mission: Uuid,
    id: Uuid,
) -> Result<Option<Recommendation>, Failure> {
    let query = format!("SELECT {COLUMNS} FROM recommendations WHERE mission_id = $1 AND id = $2 FOR UPDATE");
    let row: Option<Row> =
        sqlx::query_as(AssertSqlSafe(query)).bind(mission).bind(id).fetch_optional(connection).await?;
    row.map(Recommendation::try_from).transpose()
}

/// One recommendation.
pub async fn by_id(connection: &mut PgConnection, mission: Uuid, id: Uuid) -> Result<Option<Recommendation>, Failure> {
    let query = format!("SELECT {COLUMNS} FROM recommendations WHERE mission_id = $1 AND id = $2");
    let row: Option<Row> =
        sqlx::query_as(AssertSqlSafe(query)).bind(mission).bind(id).fetch_optional(connection).await?;
    row.map(Recommendation::try_from).transpose()
}

/// The duplicates of a recommendation, of those that can be seen, which nobody else changes until this transaction ends.
pub async fn duplicates_for_change(
    connection: &mut PgConnection,
    mission: Uuid,
    id: Uuid,
) -> Result<Vec<Recommendation>, Failure> {
    let query = format!(
        "SELECT {COLUMNS} FROM recommendations WHERE mission_id = $1 AND duplicate_of = $2 ORDER BY id FOR UPDATE"
    );
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(query)).bind(mission).bind(id).fetch_all(connection).await?;
    rows.into_iter().map(Recommendation::try_from).collect()
}

/// Whether others that can be seen are linked to it.
pub async fn has_duplicates(connection: &mut PgConnection, mission: Uuid, id: Uuid) -> Result<bool, Failure> {
    let found =
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM recommendations WHERE mission_id = $1 AND duplicate_of = $2)");
    Ok(found.bind(mission).bind(id).fetch_one(connection).await?)
}

/// The recommendations of one assessment or of all, newest first, at most [`LIST_MAX`].
pub async fn list(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Option<Uuid>,
) -> Result<Vec<Recommendation>, Failure> {
    let query = format!(
        "SELECT {COLUMNS} FROM recommendations WHERE mission_id = $1 AND ($2::uuid IS NULL OR assessment_id = $2) \
         ORDER BY id DESC LIMIT $3"
    );
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(query))
        .bind(mission)
        .bind(assessment)
        .bind(LIST_MAX)
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Recommendation::try_from).collect()
}

/// How many recommendations of an assessment are not decided, of those that can be seen.
pub async fn undecided(connection: &mut PgConnection, mission: Uuid, assessment: Uuid) -> Result<u32, Failure> {
    let count: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM recommendations WHERE mission_id = $1 AND assessment_id = $2 AND state = 'proposed'",
    )
    .bind(mission)
    .bind(assessment)
    .fetch_one(connection)
    .await?;
    u32::try_from(count).map_err(Failure::internal)
}
