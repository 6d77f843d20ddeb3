//! Rows of splits and merges of areas.

use chassis::Failure;
use chrono::{DateTime, NaiveDate, Utc};
use cpas_proto::words::Classification;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{stored, who};
use crate::domain::{
    Text,
    area::lineage::{Begun, Change, Ended, Moved},
    ids::AreaChangeId,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    date: NaiveDate,
    predecessors: Json<Vec<Ended>>,
    successors: Json<Vec<Begun>>,
    moved: Json<Vec<Moved>>,
    share_basis: String,
    share_basis_fr: String,
    note: String,
    note_fr: String,
    undone: bool,
    used: bool,
    version: i64,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    recorded_by_name: String,
}

impl Row {
    fn into_change(self) -> Result<Change, Failure> {
        Ok(Change {
            id: AreaChangeId(self.id),
            kind: stored(&self.kind)?,
            date: self.date,
            predecessors: self.predecessors.0,
            successors: self.successors.0,
            moved: self.moved.0,
            share_basis: Text::of(self.share_basis, self.share_basis_fr),
            note: Text::of(self.note, self.note_fr),
            undone: self.undone,
            used: self.used,
            version: self.version,
            recorded_at: self.recorded_at,
            recorded_by: who(self.recorded_by, self.recorded_by_name),
        })
    }
}

/// All of the mission, the latest first, those that were taken back too.
pub async fn list(db: &mut PgConnection) -> Result<Vec<Change>, Failure> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, kind, date, predecessors, successors, moved, share_basis, share_basis_fr, note, note_fr, undone, used, \
             version, recorded_at, recorded_by, recorded_by_name FROM area_change ORDER BY date DESC, id DESC",
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Row::into_change).collect()
}

/// Stores one that is new.
pub async fn insert(db: &mut PgConnection, mission: Uuid, change: &Change) -> Result<(), Failure> {
    let codes: Vec<&str> = change.successors.iter().map(|one| one.code.as_str()).collect();
    sqlx::query(
        "INSERT INTO area_change (mission_id, id, kind, date, predecessors, successors, successor_codes, moved, share_basis, \
             share_basis_fr, note, note_fr, undone, used, version, recorded_at, recorded_by, recorded_by_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
    )
    .bind(mission)
    .bind(change.id.0)
    .bind(change.kind.word())
    .bind(change.date)
    .bind(Json(&change.predecessors))
    .bind(Json(&change.successors))
    .bind(codes)
    .bind(Json(&change.moved))
    .bind(&change.share_basis.en)
    .bind(&change.share_basis.fr)
    .bind(&change.note.en)
    .bind(&change.note.fr)
    .bind(change.undone)
    .bind(change.used)
    .bind(change.version)
    .bind(change.recorded_at)
    .bind(change.recorded_by.account)
    .bind(&change.recorded_by.name)
    .execute(db)
    .await?;
    Ok(())
}

/// Stores that one was taken back.
pub async fn undo(db: &mut PgConnection, change: &Change) -> Result<(), Failure> {
    sqlx::query("UPDATE area_change SET undone = true, version = $2 WHERE id = $1")
        .bind(change.id.0)
        .bind(change.version)
        .execute(db)
        .await?;
    Ok(())
}

/// Notes that something outside speaks of these areas; of none: of areas that nobody named, which may be any.
pub async fn mark_used(db: &mut PgConnection, areas: &[String]) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE area_change SET used = true \
         WHERE NOT used AND NOT undone AND (cardinality($1::text[]) = 0 OR successor_codes && $1)",
    )
    .bind(areas)
    .execute(db)
    .await?;
    Ok(())
}

/// What of the context speaks of one of these areas, as far as the caller sees it: the first thing, by its name.
pub async fn speaks_of(db: &mut PgConnection, codes: &[String]) -> Result<Option<String>, Failure> {
    Ok(sqlx::query_scalar(
        "SELECT named FROM ( \
             SELECT name AS named FROM stakeholder WHERE areas && $1 \
             UNION ALL \
             SELECT coalesce(nullif(title ->> 'en', ''), title ->> 'fr') AS named FROM context_map \
             WHERE areas && $1 OR EXISTS (SELECT FROM jsonb_array_elements(factors) AS factor \
                 WHERE EXISTS (SELECT FROM jsonb_array_elements_text(factor -> 'areas') AS area WHERE area = ANY ($1))) \
         ) AS speaking LIMIT 1",
    )
    .bind(codes)
    .fetch_optional(db)
    .await?)
}

/// True where anything of the context speaks of one of these areas, also what the caller does not see: it would be left
/// with areas that never were. What it is does not leave this function.
pub async fn is_spoken_of(db: &mut PgConnection, codes: &[String]) -> Result<bool, Failure> {
    let own: String = sqlx::query_scalar("SELECT current_setting('app.clearance')").fetch_one(&mut *db).await?;
    set_clearance(db, &Classification::StrictlyConfidential.rank().to_string()).await?;
    let speaking = speaks_of(db, codes).await?;
    set_clearance(db, &own).await?;
    Ok(speaking.is_some())
}

async fn set_clearance(db: &mut PgConnection, clearance: &str) -> Result<(), Failure> {
    sqlx::query("SELECT set_config('app.clearance', $1, true)").bind(clearance).execute(db).await?;
    Ok(())
}
