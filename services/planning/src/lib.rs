//! Planning: what the mission is mandated to do, whose change it seeks, what it will deliver, and how
//! that is measured. Owns mandates, plans, indicators and targets, and the changes that accepted
//! recommendations ask of the plan.
//!
//! Invariant: what was approved is never changed, but for how far its activities are; a change is a next version
//! (`only_a_draft_is_edited` in `domain::plan`, `an_approved_plan_is_followed_not_changed` in `tests/it`).
//! Invariant: the endorser of a plan is not its approver (`the_endorser_does_not_approve`, and a
//! constraint of the table).
//! Invariant: one plan of a mission is in force (`activating_supersedes_the_plan_in_force`, and an index).
//! Invariant: neither links nor dependencies go round in a circle (`framework`'s tests).
//! Invariant: a target that changes after its period opened has a reason, and what it was before stays
//! readable (`a_target_changes_freely_until_its_period_opens`).
//! Invariant: a recommendation opens one change to the plan, however often it is told
//! (`an_accepted_recommendation_opens_one_change_though_told_often`).
//! Invariant: a plan is as classified as what it is derived from (`a_plan_is_as_classified_as_its_stakeholders`), also
//! where that changes while it is written (`a_stakeholder_that_becomes_secret_while_it_is_named_makes_the_plan_secret`).
//! Invariant: each version of a plan is told once, the last one last
//! (`progress_told_while_the_plan_is_superseded_is_in_it_and_no_version_is_told_twice` in `tests/it`).
//! Invariant: the older version of a plan and the diff make the newer one
//! (`the_older_plan_and_the_diff_make_the_newer` in `domain::diff`).
//! Invariant: a mandate task that an objective cites stays in its mandate
//! (`a_task_that_somebody_is_citing_is_not_left_out_of_its_mandate` in `tests/it`).
//!
//! Invariant: what keeps a plan from being submitted is mended, never waived
//! (`a_waiver_has_a_reason_and_an_error_has_none` in `domain::check::waiver`).
//! Invariant: a comment is resolved once, and never by a stranger
//! (`no_order_of_tries_resolves_it_twice` in `domain::comment`).
//! Invariant: an activity is critical exactly when a day lost there is a day lost at the end
//! (`a_critical_day_is_lost_at_the_end` in `domain::work_plan`).
//! Invariant: a tripwire says clear only where a value says so; what is missing cannot be told
//! (`clear_is_said_only_where_a_value_says_so` in `domain::tripwire`).
//! Invariant: what changed in the library is offered once and written only where it was taken
//! (`leaving_all_changes_nothing` and `each_offer_is_shown_at_most_once` in `domain::library`).
//!
//! Invariant: a workbook changes a draft as a whole or not at all, and only as its preview said
//! (`what_was_previewed_is_applied_or_nothing_is` in `tests/it`).
//!
//! Not here: observations (collection; a tripwire's series is read from there), stakeholders and areas
//! (context; only a small copy), what came of the plan (assessment).

pub mod api;
pub mod app;
pub mod config;
pub mod domain;
pub mod error;
pub mod events;
pub mod store;

use chassis::{
    Bus, Clock, Db, Link, Service,
    config::BadConfig,
    run::{Base, Binary},
};
use cpas_proto::planning::v1::planning_service_server::PlanningServiceServer;

pub use config::Config;
pub use store::MIGRATOR;

/// What the service needs from outside.
#[derive(Clone)]
pub struct Deps {
    pub db: Db,
    pub bus: Bus,
    pub clock: Clock,
    /// Where the series are that tripwires watch.
    pub collection: Link,
}

/// Largest request: a workbook, and what is asked of it.
const MESSAGE_BYTES_MAX: usize = domain::workbook::WORKBOOK_BYTES_MAX + (64 << 10);

/// The name of the service, as an audience and in subjects of events.
pub const NAME: &str = "planning";

/// The service: its routes, and what it hears. The outbox relay comes with it.
pub fn service(config: Config, deps: Deps) -> Service {
    let (db, bus, clock) = (deps.db.clone(), deps.bus.clone(), deps.clock.clone());
    let scores = events::scores_inbox(clock.clone());
    let tripwires = events::tripwires_inbox(clock.clone(), deps.collection.clone());
    let routes = tonic::service::Routes::new(
        PlanningServiceServer::new(api::Api { deps, config }).max_decoding_message_size(MESSAGE_BYTES_MAX),
    );
    Service::new(NAME, db, bus, routes).hears(events::inbox(clock)).hears(tripwires).hears(scores)
}

/// The service as a binary of its own.
pub const BINARY: Binary<Config> = Binary { name: NAME, defaults: config::DEFAULTS, migrations: &MIGRATOR, build };

fn build(config: Config, base: Base) -> Result<Service, BadConfig> {
    let collection = base.link("collection")?;
    Ok(service(config, Deps { db: base.db, bus: base.bus, clock: base.clock, collection }))
}
