//! The door, against a real PostgreSQL and NATS.

mod access;
mod french;
mod harvest;
mod assignments;
mod digests;
mod neighbours;
mod openapi;
mod post;
mod smtp;
mod tokens;
mod webhooks;
mod world;
