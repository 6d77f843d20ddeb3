//! Waivers of the plan check, and what the check came to over time.

use chrono::{DateTime, NaiveDate, Utc};
use cpas_proto::words::Classification;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{read, recorded, set_clearance};
use crate::{
    domain::{
        Recorded,
        check::{
            score::Score,
            waiver::{Key, Waiver},
        },
        ids::PlanId,
    },
    error::Error,
};

/// Nobody else waives a finding of this plan, in whichever version, until this ends.
pub async fn hold(connection: &mut PgConnection, mission: Uuid, family: PlanId) -> Result<(), Error> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(format!("waivers {mission} {family}"))
        .execute(connection)
        .await?;
    Ok(())
}

/// Waivers that stand, of a plan through all its versions.
pub async fn waivers(connection: &mut PgConnection, mission: Uuid, family: PlanId) -> Result<Vec<Waiver>, Error> {
    let rows: Vec<(String, String, DateTime<Utc>, Uuid, String)> = sqlx::query_as(
        "SELECT key, reason, recorded_at, recorded_by, recorded_by_name FROM plan_check_waivers \
         WHERE mission_id = $1 AND family_id = $2 AND taken_back_at IS NULL ORDER BY id",
    )
    .bind(mission)
    .bind(family.0)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(key, reason, at, account, name)| {
            Ok(Waiver { key: read(Key::parse(&key))?, reason, waived: recorded(account, name, at) })
        })
        .collect()
}

/// A waiver that does not stand any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastWaiver {
    pub waiver: Waiver,
    pub taken_back: Recorded,
}

/// Most past waivers in one answer: the newest.
const PAST_MAX: i64 = 200;

/// Waivers that were taken back, of a plan through all its versions, the newest first.
pub async fn past_waivers(
    connection: &mut PgConnection,
    mission: Uuid,
    family: PlanId,
) -> Result<Vec<PastWaiver>, Error> {
    type Row = (String, String, DateTime<Utc>, Uuid, String, DateTime<Utc>, Uuid, String);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT key, reason, recorded_at, recorded_by, recorded_by_name, taken_back_at, taken_back_by, \
         taken_back_by_name FROM plan_check_waivers \
         WHERE mission_id = $1 AND family_id = $2 AND taken_back_at IS NOT NULL ORDER BY taken_back_at DESC LIMIT $3",
    )
    .bind(mission)
    .bind(family.0)
    .bind(PAST_MAX)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(key, reason, at, account, name, back_at, back_account, back_name)| {
            Ok(PastWaiver {
                waiver: Waiver { key: read(Key::parse(&key))?, reason, waived: recorded(account, name, at) },
                taken_back: recorded(back_account, back_name, back_at),
            })
        })
        .collect()
}

/// Keeps a waiver.
pub async fn waive(
    connection: &mut PgConnection,
    mission: Uuid,
    id: Uuid,
    family: PlanId,
    waiver: &Waiver,
    classification: Classification,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO plan_check_waivers (mission_id, id, family_id, key, reason, classification, recorded_at, \
         recorded_by, recorded_by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(mission)
    .bind(id)
    .bind(family.0)
    .bind(waiver.key.as_str())
    .bind(&waiver.reason)
    .bind(classification.rank())
    .bind(waiver.waived.at)
    .bind(waiver.waived.by.account)
    .bind(&waiver.waived.by.name)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a waiver back; false where none stands that the caller may see.
pub async fn take_back(
    connection: &mut PgConnection,
    mission: Uuid,
    family: PlanId,
    key: &Key,
    by: &Recorded,
) -> Result<bool, Error> {
    let done = sqlx::query(
        "UPDATE plan_check_waivers SET taken_back_at = $4, taken_back_by = $5, taken_back_by_name = $6 \
         WHERE mission_id = $1 AND family_id = $2 AND key = $3 AND taken_back_at IS NULL",
    )
    .bind(mission)
    .bind(family.0)
    .bind(key.as_str())
    .bind(by.at)
    .bind(by.by.account)
    .bind(&by.by.name)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// What the check came to on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScorePoint {
    pub plan: PlanId,
    /// Version of the plan as planners count it.
    pub number: u32,
    pub day: NaiveDate,
    pub score: Score,
}

/// Most points in one answer: the newest.
const POINTS_MAX: i64 = 1_000;

/// What the check came to, of all versions of a plan, for a clearance, the oldest first.
pub async fn scores(
    connection: &mut PgConnection,
    mission: Uuid,
    family: PlanId,
    clearance: Classification,
) -> Result<Vec<ScorePoint>, Error> {
    type Row = (Uuid, i32, NaiveDate, i16, i32, i32, i32, i32);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT point.plan_id, plan.number, point.day, point.score, point.errors, point.warnings, point.advice, \
         point.waived FROM plan_scores point \
         JOIN plans plan ON plan.mission_id = point.mission_id AND plan.id = point.plan_id \
         WHERE point.mission_id = $1 AND plan.family_id = $2 AND point.classification = $3 \
         ORDER BY point.day DESC, plan.number DESC LIMIT $4",
    )
    .bind(mission)
    .bind(family.0)
    .bind(clearance.rank())
    .bind(POINTS_MAX)
    .fetch_all(connection)
    .await?;
    let count = |stored: i32| read(u32::try_from(stored));
    rows.into_iter()
        .rev()
        .map(|(plan, number, day, score, errors, warnings, advice, waived)| {
            let score = Score {
                score: read(u8::try_from(score))?,
                errors: count(errors)?,
                warnings: count(warnings)?,
                advice: count(advice)?,
                waived: count(waived)?,
            };
            Ok(ScorePoint { plan: PlanId(plan), number: count(number)?, day, score })
        })
        .collect()
}

/// Keeps what the check comes to for a clearance; the last of a day stays.
pub async fn keep_score(
    connection: &mut PgConnection,
    mission: Uuid,
    plan: PlanId,
    clearance: Classification,
    score: Score,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let count = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
    sqlx::query(
        "INSERT INTO plan_scores (mission_id, plan_id, day, classification, score, errors, warnings, advice, waived, \
         recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
         ON CONFLICT (mission_id, plan_id, day, classification) DO UPDATE SET score = excluded.score, \
         errors = excluded.errors, warnings = excluded.warnings, advice = excluded.advice, waived = excluded.waived, \
         recorded_at = excluded.recorded_at",
    )
    .bind(mission)
    .bind(plan.0)
    .bind(at.date_naive())
    .bind(clearance.rank())
    .bind(i16::from(score.score))
    .bind(count(score.errors))
    .bind(count(score.warnings))
    .bind(count(score.advice))
    .bind(count(score.waived))
    .bind(at)
    .execute(connection)
    .await?;
    Ok(())
}

/// From here on the transaction sees as somebody with this clearance. Only for consumers of events, which
/// begin with the highest.
pub async fn see_as(connection: &mut PgConnection, clearance: Classification) -> Result<(), Error> {
    set_clearance(connection, &clearance.rank().to_string()).await
}
