//! SQL, and nothing else. Row-level security holds every statement to the caller's mission and clearance.

pub mod area_changes;
pub mod areas;
pub mod assessments;
pub mod context_maps;
pub mod evidence;
pub mod files;
pub mod mapping;
pub mod relations;
pub mod stakeholders;
pub mod strategies;

use std::{fmt::Display, str::FromStr};

use chassis::Failure;
use cpas_proto::words::Classification;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::Who;

/// The migrations of this service's database; chassis' own run before them.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// Lets one transaction at a time do a thing in a mission; the lock ends with the transaction.
///
/// # Errors
/// `Unavailable` when the database is away, or the lock is not given in time.
pub async fn one_at_a_time(db: &mut PgConnection, mission: Uuid, what: &str) -> Result<(), Failure> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(format!("{what} {mission}"))
        .execute(db)
        .await?;
    Ok(())
}

/// A word that we stored ourselves; another one is a bug.
fn stored<W: FromStr<Err: Display>>(word: &str) -> Result<W, Failure> {
    word.parse().map_err(|error: W::Err| Failure::internal(format!("stored, but not readable: {error}")))
}

/// A value that we checked before we stored it.
fn checked<T, E: Display>(value: Result<T, E>) -> Result<T, Failure> {
    value.map_err(|error| Failure::internal(format!("stored, but not readable: {error}")))
}

fn who(account: Uuid, name: String) -> Who {
    Who { account, name }
}

fn classification(rank: i16) -> Classification {
    Classification::of_rank(rank)
}
