//! The door, against a real PostgreSQL and NATS.

mod access;
mod assignments;
mod closing;
mod digests;
mod french;
mod guide;
mod harvest;
mod neighbours;
mod openapi;
mod outside;
mod outside_reads;
mod post;
mod smtp;
mod subscribers;
mod subscriptions;
mod tokens;
mod webhooks;
mod world;
