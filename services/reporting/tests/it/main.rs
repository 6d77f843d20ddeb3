//! Reporting against real PostgreSQL and NATS; collection is a small one of these tests.

mod across;
mod across_missions;
mod assessing;
mod boards;
mod collection;
mod dashboards;
mod events;
mod feeds;
mod home;
mod kept;
mod leadership;
mod outcomes;
mod outside;
mod papers;
mod reading;
mod roles;
mod scale;
mod sheets;
mod templates;
mod themes;
mod tiles;
mod time_lines;
mod touched;
mod world;
