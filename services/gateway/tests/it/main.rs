//! The door, against a real PostgreSQL and NATS.

mod access;
mod assignments;
mod closing;
mod digests;
mod french;
mod harvest;
mod neighbours;
mod openapi;
mod post;
mod smtp;
mod tokens;
mod webhooks;
mod world;
