//! SQL, and nothing else. Functions take a connection whose transaction is bound to the caller.

pub mod assignments;
pub mod batches;
pub mod book_rows;
pub mod copies;
pub mod counted_events;
pub mod entries;
pub mod event_counts;
pub mod events;
pub mod export;
pub mod heads;
pub mod import_work;
pub mod known;
pub mod landing;
pub mod landing_rules;
pub mod layouts;
pub mod locks;
pub mod moves;
pub mod observations;
pub mod open_work;
pub mod phone_forms;
pub mod quality;
pub mod quality_kept;
pub mod remarks;
pub mod rules;
pub mod series;
pub mod series_changes;
pub mod staging;
pub mod submissions;
pub mod tables;
pub mod uploads;
pub mod waivers;

/// Migrations of collection's database, on top of chassis' own.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// One column of rows, to be bound as an array.
fn all<'a, R, T>(rows: &[&'a R], of: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(|row| of(row)).collect()
}
