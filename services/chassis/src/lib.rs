//! What every service of CPAS stands on: configuration, telemetry, the gRPC server, the caller's
//! identity, the database, and events. Not one word of the domain is in it.
//!
//! Invariant: a cancelled request leaves no transaction open and loses no acknowledged write
//! (`a_thousand_cancelled_requests` in `tests/it/cancel.rs`).
//! Invariant: an event is in the outbox if and only if the change it tells of is committed, and its
//! effect on a consumer happens once (`tests/it/events.rs`).
//! Invariant: an alarm rings once, and what it did is stored with that (`tests/it/alarms.rs`).
//! Invariant: without a mission set, a transaction sees no row of any mission
//! (`nothing_set_means_nothing_seen` in `tests/it/tenancy.rs`).
//! Invariant: nothing is stored in a mission after its service has heard that it is closed
//! (`what_is_under_way_when_a_mission_is_closed_is_stored_before_or_not_at_all` in `tests/it/closing.rs`).
//! Invariant: nobody reads a mission from outside without a trace that the mission sees
//! (`nothing_noted_means_nothing_seen` in `tests/it/across.rs`).

pub mod alarm;
pub mod authorise;
pub mod bus;
pub mod caller;
pub mod clock;
mod closing;
pub mod config;
pub mod db;
pub mod deadline;
pub mod failure;
pub mod identity;
pub mod inbox;
pub mod link;
pub mod outbox;
mod resend;
pub mod run;
pub mod server;
pub mod service;
pub mod table;
pub mod telemetry;
pub mod testing;
pub mod workbook;

pub use alarm::Alarms;
pub use bus::Bus;
pub use caller::{Caller, Grant, Mission};
pub use clock::{Clock, new_id};
pub use db::{Db, Tx};
pub use failure::{Code, Failure};
pub use identity::Identity;
pub use inbox::{Inbound, Inbox};
pub use link::Link;
pub use outbox::Fact;
pub use service::{Service, Stop};
