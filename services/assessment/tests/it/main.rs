//! The assessment service on a real PostgreSQL and a real nats-server.

mod access;
mod decisions;
mod events;
mod findings;
mod freezing;
mod neighbours;
mod plan_changes;
mod recommendations;
mod trend;
mod world;
