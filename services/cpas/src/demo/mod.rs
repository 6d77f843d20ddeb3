//! The demo: a fictional mission, UNMIC in Carana, rich enough that every screen looks alive.
//!
//! All of it goes through the REST API as one person per role would do it, except for the accounts and
//! the mission itself. Every write carries a key of its own, so that a load that was interrupted goes on
//! where it stopped, and a finished one is skipped.
//!
//! Invariant: the same seed and the same quarter give the same demo (`the_same_seed_gives_the_same_demo`).

pub mod calendar;
mod chance;
pub mod content;
pub mod data;
pub mod incidents;
mod neighbours;
mod page;
mod people;
pub mod provinces;
mod story;
#[cfg(test)]
mod tests;

use std::time::Instant;

use crate::{client::ApiError, compose::System};

pub use people::print_accounts;

/// Code of the mission.
pub const MISSION: &str = "UNMIC";
/// Seed of everything that chance decides.
pub const SEED: u64 = 20_231_115;

/// Why the demo was not finished.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error(transparent)]
    Api(#[from] ApiError),
    #[error("{0}")]
    Gateway(#[from] chassis::Failure),
    /// A step did not come to what it should.
    #[error("{0}")]
    Unexpected(String),
}

/// Makes the demo where it is not there yet, or goes on with one that was interrupted. `address` is the
/// system's own, "http://127.0.0.1:8080".
///
/// # Errors
/// The first refusal. What was stored until then stays.
pub async fn ensure(system: &System, address: &str) -> Result<(), DemoError> {
    let started = Instant::now();
    people::ensure(&system.app).await?;
    let people = people::sign_in(address).await?;
    let today = system.app.db.clock().today();
    if story::is_finished(&people).await? {
        println!("The demo mission {MISSION} is there.");
        return neighbours::ensure(&system.app, address, &people, today).await;
    }
    println!("Making the demo mission {MISSION} (once; about a minute) ...");
    story::tell(&people, today).await?;
    neighbours::ensure(&system.app, address, &people, today).await?;
    println!("The demo mission is ready after {:.0} s.", started.elapsed().as_secs_f64());
    Ok(())
}
