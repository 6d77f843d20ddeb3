//! Table `hot_spots`: written once, at freezing; as secret as the most secret of the events.

use chassis::Failure;
use cpas_proto::words::Classification;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::analysis::hot_spots::{Case, HotSpots};

/// Keeps what was looked at and what was found.
pub async fn insert(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
    case: &Case,
    found: &HotSpots,
    classification: Classification,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO hot_spots (mission_id, assessment_id, inputs, result, classification) \
         VALUES ($1, $2, $3::text::json, $4::text::json, $5)",
    )
    .bind(mission)
    .bind(assessment)
    .bind(serde_json::to_string(case).map_err(Failure::internal)?)
    .bind(serde_json::to_string(found).map_err(Failure::internal)?)
    .bind(classification.rank())
    .execute(connection)
    .await?;
    Ok(())
}

/// What was found; `None`: it was frozen before this was computed, or cannot be seen.
pub async fn of_assessment(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
) -> Result<Option<HotSpots>, Failure> {
    Ok(classified(connection, mission, assessment).await?.map(|(found, _)| found))
}

/// The same with its classification.
pub async fn classified(
    connection: &mut PgConnection,
    mission: Uuid,
    assessment: Uuid,
) -> Result<Option<(HotSpots, Classification)>, Failure> {
    let row: Option<(String, i16)> = sqlx::query_as(
        "SELECT result::text, classification FROM hot_spots WHERE mission_id = $1 AND assessment_id = $2",
    )
    .bind(mission)
    .bind(assessment)
    .fetch_optional(connection)
    .await?;
    let read = |(result, rank): (String, i16)| {
        Ok((serde_json::from_str(&result).map_err(Failure::internal)?, Classification::of_rank(rank)))
    };
    row.map(read).transpose()
}
