//! CPAS in one process, and its command line.
//!
//! `cpas up` runs the gateway and the five services on one machine, with a PostgreSQL and a
//! nats-server of its own unless others are named. On Kubernetes each service is its own program;
//! this crate is not part of that, but its `load`, `events` and `admin` work there too.

pub mod admin;
pub mod archive;
pub mod client;
pub mod compose;
pub mod demo;
pub mod load;
pub mod local;
pub mod up;
pub mod verify;
