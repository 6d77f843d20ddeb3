//! Targets and what they were before. A row is never changed: a changed target is one row more.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{read, recorded};
use crate::{
    domain::{
        ids::{IndicatorId, TargetId},
        target::{Aim, Scope, Target},
    },
    error::Error,
};

/// Most targets in one list.
pub const TARGETS_MAX: usize = 10_000;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    version: i64,
    indicator_id: Uuid,
    period: String,
    area: String,
    slice: String,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    reason: Option<String>,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    recorded_by_name: String,
}

impl TryFrom<Row> for Target {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let aim = match (row.value, row.low, row.high) {
            (Some(value), ..) => Aim::Value(value),
            (None, Some(low), Some(high)) => Aim::Range { low, high },
            _ => return Err(Error::unreadable("a target without a value")),
        };
        let scope = Scope {
            indicator: IndicatorId(row.indicator_id),
            period: read(row.period.parse())?,
            area: (!row.area.is_empty()).then_some(row.area),
            slice: read(row.slice.parse())?,
        };
        Ok(Self {
            id: TargetId(row.id),
            scope,
            aim,
            reason: row.reason,
            version: row.version,
            recorded: recorded(row.recorded_by, row.recorded_by_name, row.recorded_at),
        })
    }
}

/// The target of a scope as it now is.
pub async fn find(connection: &mut PgConnection, mission: Uuid, scope: &Scope) -> Result<Option<Target>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT * FROM targets WHERE mission_id = $1 AND indicator_id = $2 AND period = $3 AND area = $4 AND slice = $5 \
         ORDER BY version DESC LIMIT 1",
    )
    .bind(mission)
    .bind(scope.indicator.0)
    .bind(scope.period.to_string())
    .bind(scope.area.as_deref().unwrap_or_default())
    .bind(scope.slice.to_string())
    .fetch_optional(connection)
    .await?;
    row.map(Target::try_from).transpose()
}

/// Targets of one indicator or of all, of those that the caller may see; with `history` also what they
/// were before, the newest version of each first.
///
/// # Errors
/// `TooLarge` above [`TARGETS_MAX`].
pub async fn list(
    connection: &mut PgConnection,
    mission: Uuid,
    indicator: Option<IndicatorId>,
    history: bool,
    published_only: bool,
) -> Result<Vec<Target>, Error> {
    // The join hides targets of indicators that the caller may not see.
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT target.* FROM targets target \
         JOIN indicators indicator ON indicator.mission_id = target.mission_id AND indicator.id = target.indicator_id \
         WHERE target.mission_id = $1 AND ($2::uuid IS NULL OR target.indicator_id = $2) \
         AND (NOT $3 OR indicator.state IN ('active', 'retired')) \
         AND ($4 OR NOT EXISTS (SELECT FROM targets later WHERE later.mission_id = target.mission_id \
              AND later.id = target.id AND later.version > target.version)) \
         ORDER BY indicator.code, target.period, target.area, target.slice, target.version DESC LIMIT $5",
    )
    .bind(mission)
    .bind(indicator.map(|indicator| indicator.0))
    .bind(published_only)
    .bind(history)
    .bind(TARGETS_MAX as i64 + 1)
    .fetch_all(connection)
    .await?;
    if rows.len() > TARGETS_MAX {
        return Err(Error::TooLarge(format!(
            "There are more than {TARGETS_MAX} targets; ask for those of one indicator."
        )));
    }
    rows.into_iter().map(Target::try_from).collect()
}

/// Indicators that have a target.
pub async fn targeted(connection: &mut PgConnection, mission: Uuid) -> Result<BTreeSet<IndicatorId>, Error> {
    let ids: Vec<Uuid> = sqlx::query_scalar("SELECT DISTINCT indicator_id FROM targets WHERE mission_id = $1")
        .bind(mission)
        .fetch_all(connection)
        .await?;
    Ok(ids.into_iter().map(IndicatorId).collect())
}

/// Stores a new target, or the next version of one.
pub async fn insert(connection: &mut PgConnection, mission: Uuid, target: &Target) -> Result<(), Error> {
    let (value, low, high) = match target.aim {
        Aim::Value(value) => (Some(value), None, None),
        Aim::Range { low, high } => (None, Some(low), Some(high)),
    };
    sqlx::query(
        "INSERT INTO targets (mission_id, id, version, indicator_id, period, area, slice, value, low, high, reason, \
         recorded_at, recorded_by, recorded_by_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(mission)
    .bind(target.id.0)
    .bind(target.version)
    .bind(target.scope.indicator.0)
    .bind(target.scope.period.to_string())
    .bind(target.scope.area.as_deref().unwrap_or_default())
    .bind(target.scope.slice.to_string())
    .bind(value)
    .bind(low)
    .bind(high)
    .bind(&target.reason)
    .bind(target.recorded.at)
    .bind(target.recorded.by.account)
    .bind(&target.recorded.by.name)
    .execute(connection)
    .await?;
    Ok(())
}
