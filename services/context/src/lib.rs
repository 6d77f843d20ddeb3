//! The context of a mission: where it works, what drives the conflict there, and who can promote or
//! prevent change.
//!
//! Invariant: a published context map is never changed, and each of its factors has evidence
//! (`what_is_published_is_never_changed`, `publishing_names_every_factor_without_evidence` in `domain`).
//! Invariant: who wrote in a context map does not review it (`nobody_reviews_what_they_wrote`).
//! Invariant: a context map is as secret as its most secret source
//! (`a_map_is_as_secret_as_its_most_secret_source`).
//! Invariant: who may not see a stakeholder neither counts, finds nor learns of it
//! (`secrecy` in `tests/it`).
//! Invariant: what ended by a split or merge is over, a code is one area's, and no area comes of itself; taking all
//! changes back gives what was there before (`no_sequence_breaks_the_rules`).
//! Invariant: an import of boundaries happens whole or not at all (`one_bad_feature_stops_all`).
//!
//! Invariant: a relation is seen only by who sees both of its ends, and the network is computed from
//! what its reader sees (`who_does_not_see_both_ends_meets_nothing_of_a_relation`).
//! Invariant: an influence strategy is at least as secret as its stakeholder
//! (`a_strategy_is_at_least_as_secret_as_its_stakeholder`).
//!
//! Invariant: an overdue map is told once (`an_overdue_map_is_told_once_and_again_after_the_next_one`).
//!
//! Invariant: a merge of stakeholders moves and loses nothing, and its undo gives back what was there before
//! (`a_merge_and_its_undo_give_the_same_state` in `domain`, `what_is_undone_reads_as_before`).
//! Invariant: records that are one stakeholder are all as secret as the most secret of them
//! (`no_sequence_of_steps_breaks_a_family`).
//!
//! Invariant: a file is given only to who sees the evidence that it belongs to, and what is sent in part leaves nothing
//! (`who_may_not_see_the_evidence_does_not_come_to_its_file`, `what_is_cut_short_leaves_nothing`).
//! Invariant: a split or merge is not taken back while anything speaks of what it made, also what the caller does not
//! see (`what_one_does_not_see_stops_an_undo_and_stays_unnamed`), or is about to speak of it
//! (`an_area_that_somebody_is_naming_is_not_taken_back`).
//!
//! Publishing supersedes the published maps that the publisher may see;
//! one above that clearance stays, as touching it would tell of it.

mod api;
pub mod app;
pub mod config;
pub mod domain;
pub mod error;
mod events;
pub mod store;

use chassis::{Bus, Clock, Db, Service, config::BadConfig, run::Base};
use cpas_proto::context::v1::context_service_server::ContextServiceServer;

pub use config::Config;
pub use store::MIGRATOR;

/// Its name as an audience, in subjects of events and in logs.
pub const NAME: &str = "context";

/// What the service works with.
#[derive(Clone)]
pub struct Deps {
    pub db: Db,
    pub bus: Bus,
    pub clock: Clock,
    pub files: store::files::Files,
    pub pictures: domain::network::Pictures,
}

/// Builds the service: its routes, and what it hears; the outbox relay comes with it.
pub fn service(config: Config, deps: Deps) -> Service {
    let message_bytes_max = config.message_bytes_max;
    let (db, bus, clock) = (deps.db.clone(), deps.bus.clone(), deps.clock.clone());
    let server = ContextServiceServer::new(api::Api { deps, config }).max_decoding_message_size(message_bytes_max);
    Service::new(NAME, db, bus, tonic::service::Routes::new(server)).hears(events::inbox()).rings(events::alarms(clock))
}

/// The binary of this service alone.
pub const BINARY: chassis::run::Binary<Config> =
    chassis::run::Binary { name: NAME, defaults: config::DEFAULTS, migrations: &MIGRATOR, build };

fn build(config: Config, base: Base) -> Result<Service, BadConfig> {
    let Base { db, bus, clock, .. } = base;
    let files = store::files::Files::open(&config.files)?;
    Ok(service(config, Deps { db, bus, clock, files, pictures: domain::network::Pictures::default() }))
}
