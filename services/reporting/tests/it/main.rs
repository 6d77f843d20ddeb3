//! Reporting against real PostgreSQL and NATS; collection is a small one of these tests.

mod collection;
mod dashboards;
mod events;
mod home;
mod leadership;
mod papers;
mod reading;
mod roles;
mod scale;
mod sheets;
mod tiles;
mod touched;
mod world;
