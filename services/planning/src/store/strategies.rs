//! What planning knows of context's influence strategies.

use cpas_proto::words::Classification;
use sqlx::PgConnection;
use uuid::Uuid;

use super::read;
use crate::{
    domain::{check::strategies::Strategy, ids::StakeholderId},
    error::Error,
};

/// A strategy as context tells of it.
#[derive(Debug, Clone)]
pub struct ToldStrategy {
    pub id: Uuid,
    pub version: i64,
    pub strategy: Strategy,
    pub is_current: bool,
    pub classification: Classification,
}

/// Keeps a strategy as it was told, unless something newer is known.
pub async fn keep(connection: &mut PgConnection, mission: Uuid, told: &ToldStrategy) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO known_strategies (mission_id, id, version, stakeholder_id, stakeholder_name, dimension, is_current, classification) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (mission_id, id) DO UPDATE SET version = excluded.version, stakeholder_name = excluded.stakeholder_name, \
             dimension = excluded.dimension, is_current = excluded.is_current, classification = excluded.classification \
         WHERE known_strategies.version < excluded.version",
    )
    .bind(mission)
    .bind(told.id)
    .bind(told.version)
    .bind(told.strategy.stakeholder.0)
    .bind(&told.strategy.stakeholder_name)
    .bind(told.strategy.dimension.word())
    .bind(told.is_current)
    .bind(told.classification.rank())
    .execute(connection)
    .await?;
    Ok(())
}

/// The strategies that are followed, of those that the caller may see, the oldest first.
pub async fn current(connection: &mut PgConnection, mission: Uuid) -> Result<Vec<Strategy>, Error> {
    let rows: Vec<(Uuid, String, String)> = sqlx::query_as(
        "SELECT stakeholder_id, stakeholder_name, dimension FROM known_strategies \
         WHERE mission_id = $1 AND is_current ORDER BY id",
    )
    .bind(mission)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(stakeholder, stakeholder_name, dimension)| {
            let dimension = read(dimension.parse())?;
            Ok(Strategy { stakeholder: StakeholderId(stakeholder), stakeholder_name, dimension })
        })
        .collect()
}
