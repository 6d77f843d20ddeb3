//! Mandates and their tasks.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{read, recorded};
use crate::{
    domain::{
        ids::{MandateId, TaskId},
        mandate::{Mandate, Priority, Task},
        text::Text,
    },
    error::Error,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    resolution: String,
    adopted: NaiveDate,
    expires: NaiveDate,
    version: i64,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    recorded_by_name: String,
}

#[derive(sqlx::FromRow)]
struct TaskRow {
    id: Uuid,
    mandate_id: Uuid,
    paragraph: String,
    text_en: String,
    text_fr: String,
    priority: Option<i16>,
}

impl TryFrom<TaskRow> for Task {
    type Error = Error;

    fn try_from(row: TaskRow) -> Result<Self, Error> {
        let priority = row.priority.map_or(0, |priority| u32::from(priority.unsigned_abs()));
        Ok(Self {
            id: TaskId(row.id),
            paragraph: row.paragraph,
            text: Text::of(row.text_en, row.text_fr),
            priority: read(Priority::parse("priority", priority))?,
        })
    }
}

/// All mandates of the mission, the newest first.
pub async fn list(connection: &mut PgConnection, mission: Uuid) -> Result<Vec<Mandate>, Error> {
    let rows: Vec<Row> =
        sqlx::query_as("SELECT * FROM mandates WHERE mission_id = $1 ORDER BY adopted DESC, resolution DESC")
            .bind(mission)
            .fetch_all(&mut *connection)
            .await?;
    let tasks: Vec<TaskRow> =
        sqlx::query_as("SELECT * FROM mandate_tasks WHERE mission_id = $1 ORDER BY mandate_id, position")
            .bind(mission)
            .fetch_all(connection)
            .await?;
    let mut of_mandate: std::collections::BTreeMap<Uuid, Vec<Task>> = std::collections::BTreeMap::new();
    for task in tasks {
        of_mandate.entry(task.mandate_id).or_default().push(task.try_into()?);
    }
    let with_tasks = |row: Row| Mandate {
        id: MandateId(row.id),
        resolution: row.resolution,
        adopted: row.adopted,
        expires: row.expires,
        tasks: of_mandate.remove(&row.id).unwrap_or_default(),
        version: row.version,
        recorded: recorded(row.recorded_by, row.recorded_by_name, row.recorded_at),
    };
    Ok(rows.into_iter().map(with_tasks).collect())
}

/// Keeps others from recording a mandate, and from citing a task of one, until this transaction ends.
pub async fn lock(connection: &mut PgConnection, mission: Uuid) -> Result<(), Error> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(format!("mandates {mission}"))
        .execute(connection)
        .await?;
    Ok(())
}

/// Stores a mandate as it now is, with exactly its tasks.
pub async fn save(connection: &mut PgConnection, mission: Uuid, mandate: &Mandate) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO mandates (mission_id, id, resolution, adopted, expires, version, recorded_at, recorded_by, recorded_by_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (mission_id, id) DO UPDATE SET adopted = excluded.adopted, expires = excluded.expires, \
         version = excluded.version, recorded_at = excluded.recorded_at, recorded_by = excluded.recorded_by, \
         recorded_by_name = excluded.recorded_by_name",
    )
    .bind(mission)
    .bind(mandate.id.0)
    .bind(&mandate.resolution)
    .bind(mandate.adopted)
    .bind(mandate.expires)
    .bind(mandate.version)
    .bind(mandate.recorded.at)
    .bind(mandate.recorded.by.account)
    .bind(&mandate.recorded.by.name)
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM mandate_tasks WHERE mission_id = $1 AND mandate_id = $2")
        .bind(mission)
        .bind(mandate.id.0)
        .execute(&mut *connection)
        .await?;
    let tasks = &mandate.tasks;
    sqlx::query(
        "INSERT INTO mandate_tasks (mission_id, mandate_id, id, position, paragraph, text_en, text_fr, priority) \
         SELECT $1, $2, id, place - 1, paragraph, text_en, text_fr, nullif(priority, 0) \
         FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::smallint[]) WITH ORDINALITY \
              AS given (id, paragraph, text_en, text_fr, priority, place)",
    )
    .bind(mission)
    .bind(mandate.id.0)
    .bind(tasks.iter().map(|task| task.id.0).collect::<Vec<_>>())
    .bind(tasks.iter().map(|task| task.paragraph.clone()).collect::<Vec<_>>())
    .bind(tasks.iter().map(|task| task.text.en.clone()).collect::<Vec<_>>())
    .bind(tasks.iter().map(|task| task.text.fr.clone()).collect::<Vec<_>>())
    .bind(tasks.iter().map(|task| task.priority.map_or(0, |priority| i16::from(priority.get()))).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// True when the mission has a mandate task under this id; it has it until this transaction ends.
pub async fn has_task(connection: &mut PgConnection, mission: Uuid, task: TaskId) -> Result<bool, Error> {
    sqlx::query("SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))")
        .bind(format!("mandates {mission}"))
        .execute(&mut *connection)
        .await?;
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT FROM mandate_tasks WHERE mission_id = $1 AND id = $2)")
        .bind(mission)
        .bind(task.0)
        .fetch_one(connection)
        .await?)
}
