//! Table `finding_dissents`: written once. There is no function to change or delete one, and no right to; row-level security
//! hides those of findings that cannot be seen.

use chassis::Failure;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::LIST_MAX;
use crate::domain::{dissent::Dissent, workshop::Written};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    assessment_id: Uuid,
    finding_id: Uuid,
    finding_version: i64,
    text: String,
    recorded_on: NaiveDate,
    recorded_at: Option<DateTime<Utc>>,
    recorded_by: Option<Uuid>,
    recorded_by_name: Option<String>,
}

impl From<Row> for Dissent {
    fn from(row: Row) -> Self {
        let named = row.recorded_at.zip(row.recorded_by).zip(row.recorded_by_name);
        Self {
            id: row.id,
            assessment_id: row.assessment_id,
            finding_id: row.finding_id,
            finding_version: row.finding_version,
            text: row.text,
            on: row.recorded_on,
            by: named.map(|((at, by), name)| Written { by, name, at }),
        }
    }
}

/// Keeps one; false where it is kept already.
pub async fn insert(connection: &mut PgConnection, mission: Uuid, dissent: &Dissent) -> Result<bool, Failure> {
    let by = dissent.by.as_ref();
    let done = sqlx::query(
        "INSERT INTO finding_dissents (mission_id, id, assessment_id, finding_id, finding_version, text, recorded_on, \
         recorded_at, recorded_by, recorded_by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
    )
    .bind(mission)
    .bind(dissent.id)
    .bind(dissent.assessment_id)
    .bind(dissent.finding_id)
    .bind(dissent.finding_version)
    .bind(&dissent.text)
    .bind(dissent.on)
    .bind(by.map(|by| by.at))
    .bind(by.map(|by| by.by))
    .bind(by.map(|by| &by.name))
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// One of them.
pub async fn by_id(connection: &mut PgConnection, mission: Uuid, id: Uuid) -> Result<Option<Dissent>, Failure> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM finding_dissents WHERE mission_id = $1 AND id = $2")
        .bind(mission)
        .bind(id)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(Dissent::from))
}

/// How many an assessment has that can be seen.
pub async fn count(connection: &mut PgConnection, mission: Uuid, assessment: Uuid) -> Result<usize, Failure> {
    let count: i64 =
        sqlx::query_scalar("SELECT count(*) FROM finding_dissents WHERE mission_id = $1 AND assessment_id = $2")
            .bind(mission)
            .bind(assessment)
            .fetch_one(connection)
            .await?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// Those of an assessment by day; ids without a name say no time, so that within a day they stand in no order.
pub async fn of_assessment(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
) -> Result<Vec<Dissent>, Failure> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM finding_dissents WHERE mission_id = $1 AND assessment_id = $2 ORDER BY recorded_on, id LIMIT $3",
    )
    .bind(mission)
    .bind(assessment)
    .bind(LIST_MAX)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Dissent::from).collect())
}
