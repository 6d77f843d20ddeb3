//! SQL, and nothing else. Every function takes the connection of a transaction that is bound to a
//! mission; row-level security and the `mission_id` in each statement say the same.

pub mod analyses;
pub mod assessments;
pub mod comments;
pub mod contributions;
pub mod course;
pub mod cycles;
pub mod decisions;
pub mod dissents;
pub mod findings;
pub mod frozen;
pub mod heard_plans;
pub mod hot_spots;
pub mod marked;
pub mod presences;
pub mod recommendations;
pub mod workshops;

use chassis::Failure;

/// The migrations of this service's database.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// Most records that a list gives.
pub const LIST_MAX: i64 = 1_000;

/// A word as it was stored; one that is no word is a bug.
fn stored<T>(word: &str) -> Result<T, Failure>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    word.parse().map_err(Failure::internal)
}
