//! The door, against a real PostgreSQL and NATS.

mod access;
mod assignments;
mod neighbours;
mod openapi;
mod tokens;
mod webhooks;
mod world;
