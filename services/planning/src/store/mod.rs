//! SQL, and nothing else. Every function works in the transaction that it is given, whose row-level
//! security shows only the caller's mission, up to the caller's clearance.

pub mod changes;
pub mod checks;
pub mod comments;
pub mod indicators;
pub mod items;
pub mod library;
pub mod library_decisions;
pub mod links;
pub mod mandates;
pub mod neighbours;
pub mod plans;
pub mod rbb;
pub mod removed;
pub mod risks;
pub mod strategies;
pub mod tables;
pub mod targets;

use cpas_proto::words::Classification;
use sqlx::{PgConnection, migrate::Migrator};
use uuid::Uuid;

use crate::{
    domain::{Recorded, Who},
    error::Error,
};

/// Planning's tables.
pub static MIGRATOR: Migrator = sqlx::migrate!();

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Chassis(error.into())
    }
}

/// What was stored as a word of a vocabulary, or in another shape of the domain.
fn read<T>(stored: Result<T, impl std::fmt::Display>) -> Result<T, Error> {
    stored.map_err(Error::unreadable)
}

fn who(account: Option<Uuid>, name: Option<String>) -> Option<Who> {
    account.map(|account| Who { account, name: name.unwrap_or_default() })
}

fn recorded(account: Uuid, name: String, at: chrono::DateTime<chrono::Utc>) -> Recorded {
    Recorded { by: Who { account, name }, at }
}

/// Lifts the transaction's clearance for one statement on what nobody's clearance may decide: that one
/// plan is in force, that a number or code is given once. Nothing that it shows leaves the use case.
async fn with_full_clearance(connection: &mut PgConnection) -> Result<String, Error> {
    let own: String = sqlx::query_scalar("SELECT current_setting('app.clearance')").fetch_one(&mut *connection).await?;
    set_clearance(connection, &Classification::StrictlyConfidential.rank().to_string()).await?;
    Ok(own)
}

async fn set_clearance(connection: &mut PgConnection, clearance: &str) -> Result<(), Error> {
    sqlx::query("SELECT set_config('app.clearance', $1, true)").bind(clearance).execute(connection).await?;
    Ok(())
}
