//! Table `assessments`.

use chassis::Failure;
use chrono::{DateTime, Utc};
use cpas_proto::words::Classification;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{LIST_MAX, stored};
use crate::domain::{
    assessment::{Assessment, Pinned},
    text::Text,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    title_en: String,
    title_fr: String,
    kind: String,
    period: String,
    plan_id: Option<Uuid>,
    plan_number: Option<i32>,
    cut_off: Option<DateTime<Utc>>,
    frozen_at: Option<DateTime<Utc>>,
    participants: Vec<Uuid>,
    follows_id: Option<Uuid>,
    state: String,
    version: i64,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    classification: i16,
}

impl TryFrom<Row> for Assessment {
    type Error = Failure;

    fn try_from(row: Row) -> Result<Self, Failure> {
        let pinned = match (row.plan_id, row.plan_number, row.cut_off, row.frozen_at) {
            (Some(plan_id), Some(number), Some(cut_off), Some(frozen_at)) => {
                let plan_number = u32::try_from(number).map_err(Failure::internal)?;
                Some(Pinned { plan_id, plan_number, cut_off, frozen_at })
            }
            _ => None,
        };
        Ok(Self {
            id: row.id,
            title: Text::of(row.title_en, row.title_fr),
            kind: stored(&row.kind)?,
            period: stored(&row.period)?,
            plan_id: row.plan_id,
            participants: row.participants,
            follows: row.follows_id,
            state: stored(&row.state)?,
            pinned,
            version: row.version,
            recorded_at: row.recorded_at,
            recorded_by: row.recorded_by,
            classification: Classification::of_rank(row.classification),
        })
    }
}

/// Stores a new assessment.
pub async fn insert(connection: &mut PgConnection, mission: Uuid, assessment: &Assessment) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO assessments (mission_id, id, title_en, title_fr, kind, period, plan_id, participants, state, \
         version, recorded_at, recorded_by, classification, follows_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(mission)
    .bind(assessment.id)
    .bind(&assessment.title.en)
    .bind(&assessment.title.fr)
    .bind(assessment.kind.word())
    .bind(assessment.period.to_string())
    .bind(assessment.plan_id)
    .bind(&assessment.participants)
    .bind(assessment.state.word())
    .bind(assessment.version)
    .bind(assessment.recorded_at)
    .bind(assessment.recorded_by)
    .bind(assessment.classification.rank())
    .bind(assessment.follows)
    .execute(connection)
    .await?;
    Ok(())
}

/// Stores state, version and what was pinned.
pub async fn update(connection: &mut PgConnection, mission: Uuid, assessment: &Assessment) -> Result<(), Failure> {
    let pinned = assessment.pinned.as_ref();
    let number = pinned.map(|pinned| i32::try_from(pinned.plan_number)).transpose().map_err(Failure::internal)?;
    sqlx::query(
        "UPDATE assessments SET state = $3, version = $4, plan_id = $5, plan_number = $6, cut_off = $7, frozen_at = $8 \
         WHERE mission_id = $1 AND id = $2",
    )
    .bind(mission)
    .bind(assessment.id)
    .bind(assessment.state.word())
    .bind(assessment.version)
    .bind(assessment.plan_id)
    .bind(number)
    .bind(pinned.map(|pinned| pinned.cut_off))
    .bind(pinned.map(|pinned| pinned.frozen_at))
    .execute(connection)
    .await?;
    Ok(())
}

/// One assessment, as it is now.
pub async fn by_id(connection: &mut PgConnection, mission: Uuid, id: Uuid) -> Result<Option<Assessment>, Failure> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM assessments WHERE mission_id = $1 AND id = $2")
        .bind(mission)
        .bind(id)
        .fetch_optional(connection)
        .await?;
    row.map(Assessment::try_from).transpose()
}

/// One assessment, which nobody else changes until this transaction ends.
pub async fn for_change(connection: &mut PgConnection, mission: Uuid, id: Uuid) -> Result<Option<Assessment>, Failure> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM assessments WHERE mission_id = $1 AND id = $2 FOR UPDATE")
        .bind(mission)
        .bind(id)
        .fetch_optional(connection)
        .await?;
    row.map(Assessment::try_from).transpose()
}

/// One assessment, whose state stays as it is until this transaction ends; others may read it so too.
pub async fn for_adding(connection: &mut PgConnection, mission: Uuid, id: Uuid) -> Result<Option<Assessment>, Failure> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM assessments WHERE mission_id = $1 AND id = $2 FOR SHARE")
        .bind(mission)
        .bind(id)
        .fetch_optional(connection)
        .await?;
    row.map(Assessment::try_from).transpose()
}

/// All of the mission, newest first, at most [`LIST_MAX`].
pub async fn all(connection: &mut PgConnection, mission: Uuid) -> Result<Vec<Assessment>, Failure> {
    let rows: Vec<Row> = sqlx::query_as("SELECT * FROM assessments WHERE mission_id = $1 ORDER BY id DESC LIMIT $2")
        .bind(mission)
        .bind(LIST_MAX)
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Assessment::try_from).collect()
}
