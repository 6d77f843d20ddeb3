//! SQL of the gateway, nothing else.

pub mod accounts;
pub mod deliveries;
pub mod digests;
pub mod logins;
pub mod members;
pub mod missions;
pub mod sendings;
pub mod sessions;
pub mod subscriptions;
pub mod tokens;
pub mod webhooks;

/// Migrations of the gateway's database.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();
