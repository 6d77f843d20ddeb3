//! Planning on a real PostgreSQL and a real NATS, through its gate, as its callers meet it.

mod access;
mod changes;
mod checks;
mod collection;
mod comments;
mod indicators;
mod plans;
mod references;
mod risks;
mod speed;
mod strategies;
mod targets;
mod work_plan;
mod world;
