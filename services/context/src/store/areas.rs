//! Rows of areas.

use chassis::Failure;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::checked;
use crate::domain::{
    Text, Who,
    area::{Area, Code, Validity, import::Sourced, lineage::Former, tree::Tree},
    ids::AreaId,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    code: String,
    name_en: String,
    name_fr: String,
    aliases: Vec<String>,
    level: i16,
    parent_code: Option<String>,
    valid_from: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
    geometry: Option<String>,
    former_parents: Json<Vec<Former>>,
    source_geometry: Option<String>,
    version: i64,
}

impl Row {
    fn into_area(self) -> Result<Area, Failure> {
        Ok(Area {
            id: AreaId(self.id),
            code: checked(Code::parse(&self.code))?,
            name: Text { en: self.name_en, fr: self.name_fr },
            aliases: self.aliases,
            level: checked(u8::try_from(self.level))?,
            parent: checked(self.parent_code.as_deref().map(Code::parse).transpose())?,
            former: self.former_parents.0,
            validity: checked(Validity::new(self.valid_from, self.valid_to))?,
            geometry: self.geometry,
            version: self.version,
        })
    }
}

/// Areas that exist on a day, of all levels or of one, by level and code; geometry only where it is asked for.
pub async fn on(
    db: &mut PgConnection,
    day: NaiveDate,
    level: Option<u8>,
    with_geometry: bool,
) -> Result<Vec<Area>, Failure> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, code, name_en, name_fr, aliases, level, parent_code, valid_from, valid_to, \
             CASE WHEN $2 THEN geometry END AS geometry, NULL AS source_geometry, version, former_parents \
         FROM area WHERE coalesce(valid_from, '-infinity') <= $1 AND coalesce(valid_to, 'infinity') >= $1 \
           AND ($3::smallint IS NULL OR level = $3) ORDER BY level, code COLLATE \"C\"",
    )
    .bind(day)
    .bind(with_geometry)
    .bind(level.map(i16::from))
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Row::into_area).collect()
}

/// All areas of the mission of all times, with their boundaries, also as they were loaded.
pub async fn sourced(db: &mut PgConnection) -> Result<Vec<Sourced>, Failure> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, code, name_en, name_fr, aliases, level, parent_code, valid_from, valid_to, \
             geometry, source_geometry, version, former_parents \
         FROM area ORDER BY code COLLATE \"C\", valid_from NULLS FIRST",
    )
    .fetch_all(db)
    .await?;
    let sourced = rows.into_iter().map(|mut row| {
        let source = row.source_geometry.take().unwrap_or_default();
        Ok(Sourced { area: row.into_area()?, source })
    });
    sourced.collect()
}

/// Who changes areas does it alone in a mission.
///
/// # Errors
/// `Unavailable` when the database is away, or the lock is not given in time.
pub async fn one_at_a_time(db: &mut PgConnection, mission: Uuid) -> Result<(), Failure> {
    super::one_at_a_time(db, mission, "import areas").await
}

/// Stores an area's last day and what it lies in.
pub async fn replace(db: &mut PgConnection, area: &Area, by: &Who, at: DateTime<Utc>) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE area SET parent_code = $2, former_parents = $3, valid_to = $4, version = $5, recorded_at = $6, \
             recorded_by = $7, recorded_by_name = $8 WHERE id = $1",
    )
    .bind(area.id.0)
    .bind(area.parent.as_ref().map(Code::as_str))
    .bind(Json(&area.former))
    .bind(area.validity.to())
    .bind(area.version)
    .bind(at)
    .bind(by.account)
    .bind(&by.name)
    .execute(db)
    .await?;
    Ok(())
}

/// Removes an area that never was.
pub async fn remove(db: &mut PgConnection, id: AreaId) -> Result<(), Failure> {
    sqlx::query("DELETE FROM area WHERE id = $1").bind(id.0).execute(db).await?;
    Ok(())
}

/// Codes of the mission with their parents; of several intervals the latest counts.
pub async fn tree(db: &mut PgConnection) -> Result<Tree, Failure> {
    let pairs: Vec<(String, Option<String>)> =
        sqlx::query_as("SELECT code, parent_code FROM area ORDER BY valid_from NULLS FIRST").fetch_all(db).await?;
    Ok(pairs.into_iter().collect())
}

/// The same for who is about to name areas: each that is in it stays until the transaction ends.
pub async fn tree_to_name(db: &mut PgConnection, mission: Uuid) -> Result<Tree, Failure> {
    sqlx::query("SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))")
        .bind(format!("take areas back {mission}"))
        .execute(&mut *db)
        .await?;
    tree(db).await
}

/// Nobody is naming areas while one of them is taken back; who was, is done.
///
/// # Errors
/// `Unavailable` when the database is away, or the lock is not given in time.
pub async fn while_none_are_named(db: &mut PgConnection, mission: Uuid) -> Result<(), Failure> {
    super::one_at_a_time(db, mission, "take areas back").await
}

/// Stores an area that is new.
pub async fn insert(
    db: &mut PgConnection,
    mission: Uuid,
    new: &Sourced,
    by: &Who,
    at: DateTime<Utc>,
) -> Result<(), Failure> {
    let Sourced { area, source } = new;
    sqlx::query(
        "INSERT INTO area (mission_id, id, code, name_en, name_fr, level, parent_code, valid_from, valid_to, geometry, \
             source_geometry, version, recorded_at, recorded_by, recorded_by_name, aliases) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    )
    .bind(mission)
    .bind(area.id.0)
    .bind(area.code.as_str())
    .bind(&area.name.en)
    .bind(&area.name.fr)
    .bind(i16::from(area.level))
    .bind(area.parent.as_ref().map(Code::as_str))
    .bind(area.validity.from())
    .bind(area.validity.to())
    .bind(&area.geometry)
    .bind(source)
    .bind(area.version)
    .bind(at)
    .bind(by.account)
    .bind(&by.name)
    .bind(&area.aliases)
    .execute(db)
    .await?;
    Ok(())
}

/// Stores what a file changed of an area.
pub async fn update(db: &mut PgConnection, changed: &Sourced, by: &Who, at: DateTime<Utc>) -> Result<(), Failure> {
    let Sourced { area, source } = changed;
    sqlx::query(
        "UPDATE area SET name_en = $2, name_fr = $3, level = $4, parent_code = $5, valid_to = $6, geometry = $7, \
             source_geometry = $8, version = $9, recorded_at = $10, recorded_by = $11, recorded_by_name = $12, aliases = $13 \
         WHERE id = $1",
    )
    .bind(area.id.0)
    .bind(&area.name.en)
    .bind(&area.name.fr)
    .bind(i16::from(area.level))
    .bind(area.parent.as_ref().map(Code::as_str))
    .bind(area.validity.to())
    .bind(&area.geometry)
    .bind(source)
    .bind(area.version)
    .bind(at)
    .bind(by.account)
    .bind(&by.name)
    .bind(&area.aliases)
    .execute(db)
    .await?;
    Ok(())
}
