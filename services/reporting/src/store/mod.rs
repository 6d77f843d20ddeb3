//! SQL, and nothing else. Row-level security shows each transaction its mission's rows, up to the
//! caller's clearance; so a count, too, counts only what the caller may see.

pub mod across;
pub mod changes;
pub mod checksum;
pub mod dashboards;
pub mod measures;
pub mod model;
pub mod outside;
pub mod papers;
pub mod reached;
pub mod recommended;
pub mod records;
pub mod series;
pub mod sheets;
pub mod standings;
pub mod tables;
pub mod touches;

/// An open transaction's connection.
pub use sqlx::PgConnection as Connection;

/// The migrations of reporting's database.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

impl From<sqlx::Error> for crate::Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Elsewhere(error.into())
    }
}
