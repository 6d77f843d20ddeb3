//! Rows of relations between stakeholders. Row-level security shows one only to who sees both of its ends.

use chassis::Failure;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{checked, classification, stored, who};
use crate::domain::{
    Text,
    ids::{RelationId, StakeholderId},
    relation::{Held, Relation, Strength},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    from_id: Uuid,
    to_id: Uuid,
    from_name: String,
    to_name: String,
    kind: String,
    strength: i16,
    held_from: NaiveDate,
    held_until: Option<NaiveDate>,
    note: String,
    note_fr: String,
    classification: i16,
    version: i64,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    recorded_by_name: String,
}

impl Row {
    fn into_relation(self) -> Result<Relation, Failure> {
        Ok(Relation {
            id: RelationId(self.id),
            from: StakeholderId(self.from_id),
            to: StakeholderId(self.to_id),
            from_name: self.from_name,
            to_name: self.to_name,
            kind: stored(&self.kind)?,
            strength: checked(Strength::parse("strength", self.strength.unsigned_abs().into()))?,
            held: checked(Held::new(self.held_from, self.held_until))?,
            note: Text::of(self.note, self.note_fr),
            classification: classification(self.classification),
            version: self.version,
            recorded_at: self.recorded_at,
            recorded_by: who(self.recorded_by, self.recorded_by_name),
        })
    }
}

/// Between those who stand for both ends, with their names and the higher of their classifications. What two records
/// had to do with each other says nothing while they are one.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT relation.id, one.id AS from_id, other.id AS to_id, one.name AS from_name, other.name AS to_name, \
                 relation.kind, relation.strength, relation.held_from, relation.held_until, relation.note, relation.note_fr, relation.version, \
                 relation.recorded_at, relation.recorded_by, relation.recorded_by_name, \
                 greatest(one.classification, other.classification) AS classification \
             FROM stakeholder_relation relation \
             JOIN stakeholder recorded_from ON recorded_from.mission_id = relation.mission_id AND recorded_from.id = relation.from_id \
             JOIN stakeholder recorded_to ON recorded_to.mission_id = relation.mission_id AND recorded_to.id = relation.to_id \
             JOIN stakeholder one ON one.mission_id = relation.mission_id AND one.id = recorded_from.head \
             JOIN stakeholder other ON other.mission_id = relation.mission_id AND other.id = recorded_to.head AND other.id <> one.id ",
            $rest
        )
    };
}

/// Stores a relation that is new.
pub async fn insert(db: &mut PgConnection, mission: Uuid, relation: &Relation) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO stakeholder_relation (mission_id, id, from_id, to_id, kind, strength, held_from, held_until, note, note_fr, version, \
             recorded_at, recorded_by, recorded_by_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(mission)
    .bind(relation.id.0)
    .bind(relation.from.0)
    .bind(relation.to.0)
    .bind(relation.kind.word())
    .bind(i16::from(relation.strength.number()))
    .bind(relation.held.from())
    .bind(relation.held.until())
    .bind(&relation.note.en)
    .bind(&relation.note.fr)
    .bind(relation.version)
    .bind(relation.recorded_at)
    .bind(relation.recorded_by.account)
    .bind(&relation.recorded_by.name)
    .execute(db)
    .await?;
    Ok(())
}

/// Stores a correction or an end; the row was locked when the relation was read.
pub async fn update(db: &mut PgConnection, relation: &Relation) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE stakeholder_relation SET kind = $2, strength = $3, held_from = $4, held_until = $5, note = $6, note_fr = $7, \
             version = $8 \
         WHERE id = $1",
    )
    .bind(relation.id.0)
    .bind(relation.kind.word())
    .bind(i16::from(relation.strength.number()))
    .bind(relation.held.from())
    .bind(relation.held.until())
    .bind(&relation.note.en)
    .bind(&relation.note.fr)
    .bind(relation.version)
    .execute(db)
    .await?;
    Ok(())
}

/// A relation to be changed; nobody else does until the transaction ends.
pub async fn lock(db: &mut PgConnection, id: RelationId) -> Result<Option<Relation>, Failure> {
    let row: Option<Row> =
        sqlx::query_as(select!("WHERE relation.id = $1 FOR UPDATE OF relation")).bind(id.0).fetch_optional(db).await?;
    row.map(Row::into_relation).transpose()
}

/// The first `most` relations between two stakeholders, whichever way.
pub async fn between(
    db: &mut PgConnection,
    one: StakeholderId,
    other: StakeholderId,
    most: i64,
) -> Result<Vec<Relation>, Failure> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "WHERE (one.id, other.id) IN (($1, $2), ($2, $1)) ORDER BY relation.held_from DESC, relation.id LIMIT $3"
    ))
    .bind(one.0)
    .bind(other.0)
    .bind(most)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Row::into_relation).collect()
}

/// The first `most` relations of one stakeholder, those that still hold first, then the latest.
pub async fn of(db: &mut PgConnection, stakeholder: StakeholderId, most: i64) -> Result<Vec<Relation>, Failure> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "WHERE one.id = $1 OR other.id = $1 \
         ORDER BY relation.held_until DESC NULLS FIRST, relation.held_from DESC, relation.id LIMIT $2"
    ))
    .bind(stakeholder.0)
    .bind(most)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Row::into_relation).collect()
}

/// The first `most` relations of the mission, past ones too.
pub async fn first(db: &mut PgConnection, most: i64) -> Result<Vec<Relation>, Failure> {
    let rows: Vec<Row> = sqlx::query_as(select!("ORDER BY relation.id LIMIT $1")).bind(most).fetch_all(db).await?;
    rows.into_iter().map(Row::into_relation).collect()
}
