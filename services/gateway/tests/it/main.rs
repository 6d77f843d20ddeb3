//! The door, against a real PostgreSQL and NATS.

mod access;
mod french;
mod harvest;
mod openapi;
mod tokens;
mod webhooks;
mod world;
