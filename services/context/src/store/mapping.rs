//! The row that says how often a mission maps, and the map that is published.

use chassis::Failure;
use chrono::{DateTime, Utc};
use cpas_proto::words::Classification;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{checked, classification, who};
use crate::domain::{
    ids::ContextMapId,
    mapping::{Interval, Latest, Mapping, Schedule},
};

/// Where the mapping stands, as far as the caller sees, and how secret the published map is.
pub async fn get(db: &mut PgConnection) -> Result<(Mapping, Classification), Failure> {
    type Set = (i16, i64, DateTime<Utc>, Uuid, String);
    let set: Option<Set> = sqlx::query_as(
        "SELECT interval_months, version, recorded_at, recorded_by, recorded_by_name FROM mapping_schedule",
    )
    .fetch_optional(&mut *db)
    .await?;
    let schedule = set
        .map(|(months, version, recorded_at, account, name)| {
            let interval = checked(Interval::parse("interval_months", months.unsigned_abs().into()))?;
            Ok::<_, Failure>(Schedule { interval, version, recorded_at, recorded_by: who(account, name) })
        })
        .transpose()?;
    let latest: Option<(Uuid, DateTime<Utc>, i16)> = sqlx::query_as(
        "SELECT id, published_at, classification FROM context_map WHERE state = 'published' \
         ORDER BY published_at DESC LIMIT 1",
    )
    .fetch_optional(&mut *db)
    .await?;
    let secrecy = latest.map_or(Classification::Unclassified, |(_, _, rank)| classification(rank));
    let latest = latest.map(|(id, at, _)| Latest { map: ContextMapId(id), published_on: at.date_naive() });
    Ok((Mapping { schedule, latest }, secrecy))
}

/// Stores what the mission set; the caller is the only one who does it now.
pub async fn set(db: &mut PgConnection, mission: Uuid, schedule: &Schedule) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO mapping_schedule (mission_id, interval_months, version, recorded_at, recorded_by, recorded_by_name) \
         VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (mission_id) DO UPDATE SET interval_months = excluded.interval_months, version = excluded.version, \
             recorded_at = excluded.recorded_at, recorded_by = excluded.recorded_by, recorded_by_name = excluded.recorded_by_name",
    )
    .bind(mission)
    .bind(i16::from(schedule.interval.months()))
    .bind(schedule.version)
    .bind(schedule.recorded_at)
    .bind(schedule.recorded_by.account)
    .bind(&schedule.recorded_by.name)
    .execute(db)
    .await?;
    Ok(())
}
