//! Assessment: whether change happened, what the mission contributed, and what its leadership decides.
//!
//! It keeps assessments over a period, the data and plan that freezing pinned, what was computed of
//! them, findings with their evidence, recommendations, and the log of decisions.
//!
//! Invariant: a frozen assessment reads the same whatever is corrected afterwards
//! (`a_frozen_assessment_does_not_change_with_the_data` in `tests/it/freezing.rs`).
//! Invariant: it reads the same after it was finalized and taken back, and the history of that takes no change
//! (`what_was_frozen_reads_the_same_after_a_correction_finalizing_and_reopening` and
//! `the_history_and_the_signatures_take_no_change` in `tests/it/reopening.rs`).
//! Invariant: a signature is under the findings as they were; a change asks again whoever could see it
//! (`what_is_above_a_signers_clearance_asks_for_nothing_again_and_is_told_to_nobody_below` in `tests/it/signing.rs`).
//! Invariant: freezing happens whole or not at all
//! (`nothing_is_half_frozen_when_collection_is_away` in `tests/it/freezing.rs`).
//! Invariant: a rating without evidence is refused (`a_rating_needs_evidence` in `tests/it/findings.rs`).
//! Invariant: an entry of the decision log is never changed
//! (`the_decision_log_takes_no_change` in `tests/it/decisions.rs`).
//! Invariant: of a secret vote nobody can tell who voted what
//! (`a_secret_vote_tells_nobody_who_voted_what` in `tests/it/workshop_votes.rs`).
//! Invariant: a duplicate is decided with its original, and its link gives nothing away
//! (`tests/it/duplicates.rs`).
//! Invariant: performance is told of what was frozen
//! (`each_output_says_what_was_delivered_done_in_time_and_covered` in `tests/it/performance.rs`).
//! Invariant: of a dissent without a name nothing is kept of who it was
//! (`a_dissent_without_a_name_keeps_nothing_of_who_it_was` in `tests/it/said.rs`).
//! Invariant: what nobody has read is not finalized
//! (`an_assessment_is_not_finalized_while_a_narrative_is_a_draft` in `tests/it/drafts.rs`).
//! Invariant: closed minutes stay as they are (`closed_minutes_stay_and_a_correction_is_added` in `tests/it/workshop.rs`).
//! Invariant: statistics agree with SciPy and pymannkendall to 1e-9 (`tests/it/trend.rs`), intervals, seasons
//! and smoothing with SciPy and statsmodels (`tests/it/{intervals,seasons,forecast}.rs`), panels with
//! linearmodels and statsmodels (`tests/it/contribution.rs`), comparisons over starts with csdid and SciPy
//! (`tests/it/comparisons.rs`), levels before and after with SciPy (`tests/it/effect.rs`).
//! Invariant: hot spots agree with esda, clusters with a second implementation (`tests/it/hot_spots.rs`).
//! Invariant: what outputs may have contributed is computed again to the same bytes
//! (`what_was_contributed_is_computed_again_to_the_same_bytes` in `tests/it/contributions.rs`).
//!
//! Not here: areas and stakeholders (context), the plan and targets (planning), observations and
//! series (collection), dashboards and fact sheets (reporting).

mod api;
mod app;
mod config;
pub mod domain;
mod error;
mod events;
mod store;

use std::sync::Arc;

use chassis::{Bus, Clock, Db, Link, Service, run::Binary};
use cpas_proto::assessment::v1::assessment_service_server::AssessmentServiceServer;

pub use crate::{
    config::{Config, DEFAULTS},
    store::MIGRATOR,
};

/// The service's name: its audience, its subjects, its database.
pub const NAME: &str = "assessment";

/// What the service stands on.
#[derive(Clone)]
pub struct Deps {
    pub db: Db,
    pub bus: Bus,
    pub clock: Clock,
    pub planning: Link,
    pub collection: Link,
    pub context: Link,
}

/// The service: gRPC routes, outbox relay and the consumer of planning's events.
pub fn service(config: Config, deps: Deps) -> Service {
    let (db, bus) = (deps.db.clone(), deps.bus.clone());
    let api = api::Api::new(Arc::new(config), Arc::new(deps));
    let routes = tonic::service::Routes::new(AssessmentServiceServer::new(api));
    Service::new(NAME, db, bus, routes).hears(events::inbox())
}

/// The service as a binary of its own.
pub fn binary() -> Binary<Config> {
    Binary {
        name: NAME,
        defaults: DEFAULTS,
        migrations: &MIGRATOR,
        build: |config, base| {
            let (planning, collection) = (base.link("planning")?, base.link("collection")?);
            let context = base.link("context")?;
            Ok(service(config, Deps { db: base.db, bus: base.bus, clock: base.clock, planning, collection, context }))
        },
    }
}
