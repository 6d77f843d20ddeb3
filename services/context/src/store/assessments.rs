//! Rows of dated assessments of stakeholders; append-only.

use std::collections::BTreeMap;

use chassis::Failure;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{checked, stored, who};
use crate::domain::{
    Text,
    grid::Mark,
    ids::{AssessmentId, StakeholderId},
    standing::{Assessment, Stance, Weight},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    stakeholder_id: Uuid,
    as_of: NaiveDate,
    influence: i16,
    interest: i16,
    stance: i16,
    capability: String,
    capability_fr: String,
    attitude: String,
    attitude_fr: String,
    behaviour: String,
    behaviour_fr: String,
    confidence: String,
    note: String,
    note_fr: String,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    recorded_by_name: String,
}

fn weight(number: i16) -> Result<Weight, Failure> {
    checked(Weight::parse("weight", number.unsigned_abs().into()))
}

fn stance(number: i16) -> Result<Stance, Failure> {
    checked(Stance::parse("stance", number.into()))
}

impl Row {
    fn into_assessment(self) -> Result<Assessment, Failure> {
        Ok(Assessment {
            id: AssessmentId(self.id),
            stakeholder: StakeholderId(self.stakeholder_id),
            as_of: self.as_of,
            influence: weight(self.influence)?,
            interest: weight(self.interest)?,
            stance: stance(self.stance)?,
            capability: Text::of(self.capability, self.capability_fr),
            attitude: Text::of(self.attitude, self.attitude_fr),
            behaviour: Text::of(self.behaviour, self.behaviour_fr),
            confidence: stored(&self.confidence)?,
            note: Text::of(self.note, self.note_fr),
            recorded_at: self.recorded_at,
            recorded_by: who(self.recorded_by, self.recorded_by_name),
        })
    }
}

/// Stores an assessment; false when there is one of that date already.
pub async fn insert(db: &mut PgConnection, mission: Uuid, assessment: &Assessment) -> Result<bool, Failure> {
    let done = sqlx::query(
        "INSERT INTO stakeholder_assessment (mission_id, id, stakeholder_id, as_of, influence, interest, stance, capability, \
             capability_fr, attitude, attitude_fr, behaviour, behaviour_fr, confidence, note, note_fr, recorded_at, \
             recorded_by, recorded_by_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) \
         ON CONFLICT (mission_id, stakeholder_id, as_of) DO NOTHING",
    )
    .bind(mission)
    .bind(assessment.id.0)
    .bind(assessment.stakeholder.0)
    .bind(assessment.as_of)
    .bind(i16::from(assessment.influence.number()))
    .bind(i16::from(assessment.interest.number()))
    .bind(i16::from(assessment.stance.number()))
    .bind(&assessment.capability.en)
    .bind(&assessment.capability.fr)
    .bind(&assessment.attitude.en)
    .bind(&assessment.attitude.fr)
    .bind(&assessment.behaviour.en)
    .bind(&assessment.behaviour.fr)
    .bind(assessment.confidence.word())
    .bind(&assessment.note.en)
    .bind(&assessment.note.fr)
    .bind(assessment.recorded_at)
    .bind(assessment.recorded_by.account)
    .bind(&assessment.recorded_by.name)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The first `most` assessments of a stakeholder and of the records that it stands for, the newest first. Where two
/// speak of one date, its own is the one.
pub async fn of(db: &mut PgConnection, stakeholder: StakeholderId, most: i64) -> Result<Vec<Assessment>, Failure> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT DISTINCT ON (told.as_of) told.* FROM stakeholder_assessment told \
             JOIN stakeholder one ON one.mission_id = told.mission_id AND one.id = told.stakeholder_id \
             WHERE one.id = $1 OR one.head = $1 ORDER BY told.as_of DESC, one.id <> $1, told.recorded_at DESC LIMIT $2",
    )
    .bind(stakeholder.0)
    .bind(most)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Row::into_assessment).collect()
}

/// True when the stakeholder, or a record that it stands for, has an assessment of that date.
pub async fn has(db: &mut PgConnection, stakeholder: StakeholderId, date: NaiveDate) -> Result<bool, Failure> {
    let has = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM stakeholder_assessment told \
             JOIN stakeholder one ON one.mission_id = told.mission_id AND one.id = told.stakeholder_id \
             WHERE one.head = $1 AND told.as_of = $2)",
    )
    .bind(stakeholder.0)
    .bind(date)
    .fetch_one(db)
    .await?;
    Ok(has)
}

/// Date and stance of the assessment after a date.
pub async fn stance_after(
    db: &mut PgConnection,
    stakeholder: StakeholderId,
    date: NaiveDate,
) -> Result<Option<(NaiveDate, Stance)>, Failure> {
    let row: Option<(NaiveDate, i16)> = sqlx::query_as(
        "SELECT told.as_of, told.stance FROM stakeholder_assessment told \
         JOIN stakeholder one ON one.mission_id = told.mission_id AND one.id = told.stakeholder_id \
         WHERE one.head = $1 AND told.as_of > $2 ORDER BY told.as_of, one.id <> $1, told.recorded_at DESC LIMIT 1",
    )
    .bind(stakeholder.0)
    .bind(date)
    .fetch_optional(db)
    .await?;
    row.map(|(as_of, number)| Ok((as_of, stance(number)?))).transpose()
}

/// The stance of the assessment before a date.
pub async fn stance_before(
    db: &mut PgConnection,
    stakeholder: StakeholderId,
    date: NaiveDate,
) -> Result<Option<Stance>, Failure> {
    let number: Option<i16> = sqlx::query_scalar(
        "SELECT told.stance FROM stakeholder_assessment told \
         JOIN stakeholder one ON one.mission_id = told.mission_id AND one.id = told.stakeholder_id \
         WHERE one.head = $1 AND told.as_of < $2 ORDER BY told.as_of DESC, one.id <> $1, told.recorded_at DESC LIMIT 1",
    )
    .bind(stakeholder.0)
    .bind(date)
    .fetch_optional(db)
    .await?;
    number.map(stance).transpose()
}

/// For every stakeholder the last two marks up to a date.
pub async fn marks_up_to(
    db: &mut PgConnection,
    date: NaiveDate,
) -> Result<BTreeMap<StakeholderId, Vec<Mark>>, Failure> {
    let rows: Vec<(Uuid, NaiveDate, i16, i16)> = sqlx::query_as(
        "SELECT head, as_of, influence, stance FROM ( \
             SELECT head, as_of, influence, stance, row_number() OVER (PARTITION BY head ORDER BY as_of DESC) AS place FROM ( \
                 SELECT DISTINCT ON (one.head, told.as_of) one.head, told.as_of, told.influence, told.stance \
                 FROM stakeholder_assessment told \
                 JOIN stakeholder one ON one.mission_id = told.mission_id AND one.id = told.stakeholder_id \
                 WHERE told.as_of <= $1 \
                 ORDER BY one.head, told.as_of, one.id <> one.head, told.recorded_at DESC) AS standing) AS dated \
         WHERE place <= 2",
    )
    .bind(date)
    .fetch_all(db)
    .await?;
    let mut marks: BTreeMap<StakeholderId, Vec<Mark>> = BTreeMap::new();
    for (id, as_of, influence, number) in rows {
        let mark = Mark { as_of, influence: weight(influence)?, stance: stance(number)? };
        marks.entry(StakeholderId(id)).or_default().push(mark);
    }
    Ok(marks)
}
