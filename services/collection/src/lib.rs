//! Collection: what was observed, entered one by one or imported by the file; verified, approved,
//! corrected and never overwritten; and the series that it makes.
//!
//! Invariant: what was known at a moment reads the same for ever (`tests/it/known.rs`).
//! Invariant: the same file twice changes nothing, and a reversed batch leaves the values before it
//! (`tests/it/import.rs`).
//! Invariant: rejected rows go back as they were typed, and mended they come in (`tests/it/books.rs`).
//! Invariant: what unpacks or repeats itself without end is refused before it is held (`tests/it/books.rs`,
//! `tests/it/workbooks.rs`).
//! Invariant: the work on a file that is cancelled or killed leaves nothing of it (`tests/it/import_work.rs`).
//! Invariant: a total is given or the sum of a complete slice set, never both added; missing is never
//! zero (`the_cube_says_what_the_model_says` in `domain::rollup::tests`).
//! Invariant: nobody verifies what they entered (`tests/it/review.rs`).
//! Invariant: what a caller may not see, they cannot count, nor collide with (`tests/it/secrets.rs`).
//!
//! Invariant: a row entered with others is stored once under its key, and nothing of another person is
//! written over (`tests/it/entries.rs`).
//! Invariant: a value that breaks a rule whose severity is error comes in by no way (`tests/it/rules.rs`).
//!
//! Invariant: what is computed by a formula is never entered, and missing where a part of it is
//! (`what_is_missing_is_never_zero_and_what_is_not_shown_stays_hidden` in `domain::rollup`).
//!
//! Invariant: an instance of a form counts once however often a phone sends it, and what cannot be taken leaves nothing
//! behind (`tests/it/phones.rs`); any answers come back from an instance as they were given
//! (`any_answers_come_back_as_they_were_given` in `domain::phone::tests`).
//!
//! Invariant: nobody is asked to enter what they may not (`tests/it/assignments.rs`).
//!
//! Invariant: a series that is kept, and the quality that is kept, say what a computation from scratch says, whichever
//! process wrote (`tests/it/kept_series.rs`, `tests/it/kept_quality.rs`).
//!
//! Not here: reminders of tasks, which the gateway sends.

pub mod api;
pub mod app;
pub mod config;
pub mod domain;
pub mod error;
pub mod events;
pub mod store;

use chassis::{Bus, Clock, Db, Service, run::Binary};
use cpas_proto::collection::v1::collection_service_server::CollectionServiceServer;

pub use config::Config;
pub use store::MIGRATOR;

/// What collection is made from. It calls no other service.
#[derive(Clone)]
pub struct Deps {
    pub db: Db,
    pub bus: Bus,
    pub clock: Clock,
}

/// Largest message taken: a piece of a file.
const MESSAGE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The service: its routes and what it hears.
pub fn service(config: Config, deps: Deps) -> Service {
    let (db, bus, clock) = (deps.db.clone(), deps.bus.clone(), deps.clock.clone());
    let app = app::App::new(deps.db, deps.clock, config);
    let server = CollectionServiceServer::new(api::Api::new(app)).max_decoding_message_size(MESSAGE_BYTES_MAX);
    let service = Service::new("collection", db, bus, tonic::service::Routes::new(server));
    let mut service = service.rings(events::alarms(clock.clone()));
    for inbox in events::heard(clock) {
        service = service.hears(inbox);
    }
    service
}

/// The binary of this service.
pub const BINARY: Binary<Config> = Binary {
    name: "collection",
    defaults: config::DEFAULTS,
    migrations: &MIGRATOR,
    build: |config, base| Ok(service(config, Deps { db: base.db, bus: base.bus, clock: base.clock })),
};
