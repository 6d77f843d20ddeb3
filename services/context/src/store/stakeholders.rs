//! Rows of stakeholders.

use chassis::Failure;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{checked, classification, stored, who};
use crate::domain::{
    Text,
    ids::StakeholderId,
    page::PageOf,
    stakeholder::{Share, Stakeholder, StakeholderKind},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    aliases: Vec<String>,
    kind: String,
    areas: Vec<String>,
    description: Json<Text>,
    women_share: Option<f64>,
    own_classification: i16,
    classification: i16,
    merged_into: Option<Uuid>,
    head: Uuid,
    also: Vec<String>,
    former: Vec<Uuid>,
    version: i64,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    recorded_by_name: String,
}

impl Row {
    fn into_stakeholder(self) -> Result<Stakeholder, Failure> {
        Ok(Stakeholder {
            id: StakeholderId(self.id),
            name: self.name,
            aliases: self.aliases,
            kind: stored(&self.kind)?,
            areas: self.areas,
            description: self.description.0,
            women_share: checked(self.women_share.map(|share| Share::parse("women_share", share)).transpose())?,
            own_classification: classification(self.own_classification),
            classification: classification(self.classification),
            merged_into: self.merged_into.map(StakeholderId),
            head: StakeholderId(self.head),
            also: self.also,
            former: self.former.into_iter().map(StakeholderId).collect(),
            version: self.version,
            recorded_at: self.recorded_at,
            recorded_by: who(self.recorded_by, self.recorded_by_name),
        })
    }
}

/// Stores a stakeholder that is new.
pub async fn insert(db: &mut PgConnection, mission: Uuid, stakeholder: &Stakeholder) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO stakeholder (mission_id, id, name, aliases, kind, areas, description, women_share, classification, \
             folded_name, folded_names, version, recorded_at, recorded_by, recorded_by_name, own_classification, head) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(mission)
    .bind(stakeholder.id.0)
    .bind(&stakeholder.name)
    .bind(&stakeholder.aliases)
    .bind(stakeholder.kind.word())
    .bind(&stakeholder.areas)
    .bind(Json(&stakeholder.description))
    .bind(stakeholder.women_share.map(Share::number))
    .bind(stakeholder.classification.rank())
    .bind(stakeholder.folded_name())
    .bind(stakeholder.folded_names())
    .bind(stakeholder.version)
    .bind(stakeholder.recorded_at)
    .bind(stakeholder.recorded_by.account)
    .bind(&stakeholder.recorded_by.name)
    .bind(stakeholder.own_classification.rank())
    .bind(stakeholder.head.0)
    .execute(db)
    .await?;
    Ok(())
}

/// Stores a revision, a merge or its undo; the row was locked when the stakeholder was read.
pub async fn update(db: &mut PgConnection, stakeholder: &Stakeholder) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE stakeholder SET name = $2, aliases = $3, kind = $4, areas = $5, description = $6, women_share = $7, \
             classification = $8, folded_name = $9, folded_names = $10, version = $11, own_classification = $12, merged_into = $13, \
             head = $14, also = $15, former = $16 \
         WHERE id = $1",
    )
    .bind(stakeholder.id.0)
    .bind(&stakeholder.name)
    .bind(&stakeholder.aliases)
    .bind(stakeholder.kind.word())
    .bind(&stakeholder.areas)
    .bind(Json(&stakeholder.description))
    .bind(stakeholder.women_share.map(Share::number))
    .bind(stakeholder.classification.rank())
    .bind(stakeholder.folded_name())
    .bind(stakeholder.folded_names())
    .bind(stakeholder.version)
    .bind(stakeholder.own_classification.rank())
    .bind(stakeholder.merged_into.map(|into| into.0))
    .bind(stakeholder.head.0)
    .bind(&stakeholder.also)
    .bind(stakeholder.former.iter().map(|id| id.0).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// Something was recorded about a stakeholder: it stays as secret as it is now, also when those that it is one
/// with are taken apart from it.
pub async fn keep_as_secret(db: &mut PgConnection, id: StakeholderId) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE stakeholder SET own_classification = classification WHERE id = $1 AND own_classification < classification",
    )
    .bind(id.0)
    .execute(db)
    .await?;
    Ok(())
}

/// A stakeholder, if the caller may see it.
pub async fn get(db: &mut PgConnection, id: StakeholderId) -> Result<Option<Stakeholder>, Failure> {
    let row: Option<Row> =
        sqlx::query_as("SELECT * FROM stakeholder WHERE id = $1").bind(id.0).fetch_optional(db).await?;
    row.map(Row::into_stakeholder).transpose()
}

/// A stakeholder to be changed or assessed; nobody else does until the transaction ends.
pub async fn lock(db: &mut PgConnection, id: StakeholderId) -> Result<Option<Stakeholder>, Failure> {
    let row: Option<Row> =
        sqlx::query_as("SELECT * FROM stakeholder WHERE id = $1 FOR UPDATE").bind(id.0).fetch_optional(db).await?;
    row.map(Row::into_stakeholder).transpose()
}

/// All records of the families of these heads, locked; in one order for everybody.
pub async fn lock_families(db: &mut PgConnection, heads: &[StakeholderId]) -> Result<Vec<Stakeholder>, Failure> {
    let rows: Vec<Row> = sqlx::query_as("SELECT * FROM stakeholder WHERE head = ANY($1) ORDER BY id FOR UPDATE")
        .bind(heads.iter().map(|id| id.0).collect::<Vec<_>>())
        .fetch_all(db)
        .await?;
    rows.into_iter().map(Row::into_stakeholder).collect()
}

/// The records that a stakeholder stands for, by name.
pub async fn merged(db: &mut PgConnection, of: &Stakeholder) -> Result<Vec<Stakeholder>, Failure> {
    let rows: Vec<Row> = sqlx::query_as("SELECT * FROM stakeholder WHERE id = ANY($1) ORDER BY folded_name, id")
        .bind(of.former.iter().map(|id| id.0).collect::<Vec<_>>())
        .fetch_all(db)
        .await?;
    rows.into_iter().map(Row::into_stakeholder).collect()
}

/// True when the caller sees another stakeholder of that name; what was merged into it is no other one.
pub async fn sees_name(db: &mut PgConnection, folded_name: &str, except: StakeholderId) -> Result<bool, Failure> {
    let seen = sqlx::query_scalar("SELECT EXISTS (SELECT FROM stakeholder WHERE folded_name = $1 AND head <> $2)")
        .bind(folded_name)
        .bind(except.0)
        .fetch_one(db)
        .await?;
    Ok(seen)
}

/// A page and the row after it, by name; one record for each stakeholder. `part` is a folded part of a name or alias; empty: all.
pub async fn page(
    db: &mut PgConnection,
    page: &PageOf,
    part: &str,
    kind: Option<StakeholderKind>,
) -> Result<Vec<Stakeholder>, Failure> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM stakeholder \
         WHERE merged_into IS NULL AND ($1::uuid IS NULL OR (folded_name, id) > ($2::text COLLATE \"C\", $1)) \
             AND ($3 = '' OR position($3 in folded_names) > 0) AND ($4::text IS NULL OR kind = $4) \
         ORDER BY folded_name, id LIMIT $5",
    )
    .bind(page.after.as_ref().map(|after| after.id))
    .bind(page.after.as_ref().map(|after| &after.key))
    .bind(part)
    .bind(kind.map(StakeholderKind::word))
    .bind(page.fetched())
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Row::into_stakeholder).collect()
}

/// The first `most` stakeholders by name.
pub async fn first(db: &mut PgConnection, most: i64) -> Result<Vec<Stakeholder>, Failure> {
    let rows: Vec<Row> =
        sqlx::query_as("SELECT * FROM stakeholder WHERE merged_into IS NULL ORDER BY folded_name, id LIMIT $1")
            .bind(most)
            .fetch_all(db)
            .await?;
    rows.into_iter().map(Row::into_stakeholder).collect()
}
